import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { start } from '../support/facts.ts'
import { outcomesOf } from './shipped-registry.ts'

/** Every folder test/feeds/<feed>/<case> with an input.json (messages) and an expected.json (what becomes of each of them). */

const root = new URL('.', import.meta.url).pathname
const foldersIn = (path: string): readonly string[] =>
  readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
const read = (...path: readonly string[]): unknown => JSON.parse(readFileSync(join(root, ...path), 'utf8')) as unknown

describe.each(foldersIn(root))('feed %s', (feed) => {
  it.each(foldersIn(join(root, feed)))('%s', async (name) => {
    const messages = read(feed, name, 'input.json') as readonly unknown[]
    const outcomes = await outcomesOf(feed, messages, start)
    // as the log and the answer would hold it: absent and undefined are the same there
    expect(JSON.parse(JSON.stringify(outcomes))).toEqual(read(feed, name, 'expected.json'))
  })
})
