import { maskText } from '../../core/masking.ts'
import { oneLine } from '../feeds/upstream-text.ts'
import type { MappingFunction } from './mapping-function.ts'
import { functionError, isNothing } from './mapping-function.ts'
import { listed, quote } from './words.ts'

/** What a fact's longest text holds. */
const longest = 200
/** of a text to be masked: what is longer is no text for a wall */
const longestMasked = 100_000

function textOf(given: unknown, place: string): string {
  if (typeof given === 'string') return given
  if (typeof given === 'number' || typeof given === 'boolean') return String(given)
  throw functionError('bad-shape', place, `found ${quote(given)}; give a text`)
}

export const mask: MappingFunction = {
  name: 'mask',
  signature: '$mask(text)',
  zh: '遮盖个人信息：电话、证件号、车牌、门牌、姓名等。标题、备注等字段无论如何都会再遮盖一次。',
  en: 'Masks personal data: phones, ID numbers, plates, house numbers, names after cues. Titles, notes and their like are masked once more whatever a mapping does.',
  example: { expression: "$mask('张先生 13812345678 反映路灯不亮')", gives: '张** *** 反映路灯不亮' },
  call: ([given]) => (isNothing(given) ? undefined : maskText(textOf(given, '$mask(text)').slice(0, longestMasked))),
}

export const clean: MappingFunction = {
  name: 'clean',
  signature: '$clean(text, most?)',
  zh: '整理成一行：去掉换行、多余空白和不可见字符，遮盖个人信息，最多若干字（默认 200）。',
  en: 'One line: no line breaks, no invisible characters, personal data masked, at most so many characters (usually 200).',
  example: { expression: "$clean('  路灯\\n不亮，  夜间看不清 ', 5)", gives: '路灯 不亮' },
  call([given, most]) {
    if (isNothing(given)) return undefined
    const length = isNothing(most) ? longest : most
    if (typeof length !== 'number' || !Number.isInteger(length) || length < 1 || length > 10_000) {
      throw functionError('bad-shape', '$clean(most)', `${quote(most)} is no length; give a whole number from 1 to 10000`)
    }
    return oneLine(textOf(given, '$clean(text)'), length)
  },
}

const isTable = (given: unknown): given is Readonly<Record<string, unknown>> => typeof given === 'object' && given !== null && !Array.isArray(given)

export const choice: MappingFunction = {
  name: 'choice',
  signature: '$choice(value, table, usual?)',
  zh: '按对照表取值，如 {"已办结": "closed"}。表中没有时取第三个参数；没有第三个参数则该条数据退回并列出已知的值。',
  en: 'Looks a value up in a table such as {"已办结": "closed"}. What is not in it becomes the third argument; without one the message is refused, and the known values are named.',
  example: { expression: '$choice(\'已办结\', {"已受理": "received", "已办结": "closed"})', gives: 'closed' },
  call([given, table, usual]) {
    if (!isTable(table)) throw functionError('bad-shape', '$choice(table)', `found ${quote(table)}; give an object of their word: ours`)
    if (isNothing(given)) return usual
    const key = textOf(given, '$choice(value)').trim()
    if (Object.hasOwn(table, key)) return table[key]
    if (usual !== undefined) return usual
    const known = listed(Object.keys(table))
    throw functionError(
      'unknown-value',
      '$choice(value)',
      `${quote(given)} is not in the table; known are ${known}; add it, or give what it is otherwise`,
    )
  },
}
