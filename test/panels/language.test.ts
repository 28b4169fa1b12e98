import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { en } from '../../client/src/i18n/en.ts'
import { zh } from '../../client/src/i18n/zh.ts'

const source = fileURLToPath(new URL('../../client/src', import.meta.url))
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(vue|ts)$/.test(name) && !name.startsWith('i18n'))

/** `{ a: { b: 'x' } }` → `a.b` → x */
function flatten(messages: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(messages).flatMap(([key, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null ? [...flatten(value, `${prefix}${key}.`)] : [[`${prefix}${key}`, String(value)] as const],
    ),
  )
}

const [chinese, english] = [flatten(zh), flatten(en)]
const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort()

it('says everything in both languages', () => {
  expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
})

it('leaves nothing empty in Chinese', () => {
  expect([...chinese].filter(([key, text]) => text.trim() === '' && key !== 'scale.1')).toEqual([])
})

it.each([...chinese.keys()])('fills the same gaps in both languages: %s', (key) => {
  const [a, b] = [placeholders(chinese.get(key) ?? ''), placeholders(english.get(key) ?? '')]
  // a language may leave out a part, such as a date's year, but can never ask for more than the code gives
  if (!key.startsWith('date.')) expect(b).toEqual(a)
})

describe.each(files)('%s', (file) => {
  const text = readFileSync(join(source, file), 'utf8')
  it('asks only for words that exist', () => {
    const keys = [...text.matchAll(/\bt\(\s*'([a-zA-Z0-9.-]+)'/g)].map(([, key]) => key ?? '')
    expect(keys.filter((key) => !chinese.has(key))).toEqual([])
    const prefixes = [...text.matchAll(/\bt\(\s*`([a-zA-Z0-9.-]+\.)\$\{/g)].map(([, prefix]) => prefix ?? '')
    expect(prefixes.filter((prefix) => ![...chinese.keys()].some((key) => key.startsWith(prefix)))).toEqual([])
  })
  it('has no Chinese of its own outside comments', () => {
    const code = text
      .replace(/<!--[\s\S]*?-->/g, '')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/(^|\s)\/\/.*$/gm, '')
    expect(code.match(/[\u4e00-\u9fff]+/g)?.filter((words) => !['街道', '镇', '乡'].includes(words)) ?? []).toEqual([])
  })
})
