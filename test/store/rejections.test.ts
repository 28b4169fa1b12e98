import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Rejection } from '../../contract/rejection.ts'
import { openDatabase } from '../../server/store/database.ts'
import { createRejectionStore } from '../../server/store/rejections.ts'
import type { RejectionStore } from '../../server/store/rejections.ts'
import { start } from '../support/facts.ts'
import { temporaryFolder } from './temporary-folder.ts'

function opened(kept = 100, file = join(temporaryFolder(), 'log.sqlite'), maxBytes?: number): RejectionStore {
  const database = openDatabase(file, { maxBytes })
  onTestFinished(() => database.close())
  return createRejectionStore(database, { kept })
}

const rejection = (given: Partial<Rejection> = {}): Omit<Rejection, 'id'> => ({
  feed: 'hotline',
  at: start,
  stage: 'decode',
  code: 'bad-syntax',
  detail: 'line 1: a comma is missing',
  raw: '{"a" 1}',
  form: 'message',
  origin: '',
  ...given,
})

const raws = (store: RejectionStore, feed?: string): string[] => store.list({ feed }).map(({ raw }) => raw)

describe('keeping', () => {
  test('gives back what was kept, newest first, page by page', () => {
    const store = opened()
    store.keep([rejection({ raw: '1' }), rejection({ raw: '2', feed: 'other', code: 'out-of-range', stage: 'admit' })])
    store.keep([rejection({ raw: '3' })])
    expect(store.list({})).toEqual([
      { id: 3, ...rejection({ raw: '3' }) },
      { id: 2, ...rejection({ raw: '2', feed: 'other', code: 'out-of-range', stage: 'admit' }) },
      { id: 1, ...rejection({ raw: '1' }) },
    ])
    expect(store.list({ limit: 1 }).map(({ id }) => id)).toEqual([3])
    expect(store.list({ limit: 1, before: 3 }).map(({ id }) => id)).toEqual([2])
    expect(raws(store, 'hotline')).toEqual(['3', '1'])
    expect(raws(store, 'unheard of')).toEqual([])
  })

  test.each<[string, number | undefined, number]>([
    ['50 where none is asked for', undefined, 50],
    ['one at least', -5, 1],
    ['50 for nonsense', Number.NaN, 50],
    ['200 at most', 1_000_000, 200],
  ])('a page holds %s', (_, limit, expected) => {
    const store = opened(1_000)
    store.keep(Array.from({ length: 300 }, (_unused, index) => rejection({ raw: String(index) })))
    expect(store.list({ limit, before: limit === undefined ? undefined : Number.POSITIVE_INFINITY }).length).toBe(expected)
  })

  test('only the newest of each feed are kept, the others counted', () => {
    const store = opened(3)
    store.keep(['1', '2'].map((raw) => rejection({ raw })))
    store.keep([rejection({ raw: 'quiet', feed: 'quiet' })])
    store.keep([rejection({ raw: '3', code: 'bad-shape' }), rejection({ raw: '4', code: 'bad-shape' })])
    expect(raws(store, 'hotline')).toEqual(['4', '3', '2'])
    expect(raws(store, 'quiet')).toEqual(['quiet'])
    store.keep(['5', '6', '7', '8', '9'].map((raw) => rejection({ raw, stage: 'map', code: 'bad-instant' })))
    expect(raws(store, 'hotline')).toEqual(['9', '8', '7'])
    expect(store.counts()).toEqual([
      { feed: 'hotline', stage: 'decode', code: 'bad-shape', count: 2, evicted: 2 },
      { feed: 'hotline', stage: 'decode', code: 'bad-syntax', count: 2, evicted: 2 },
      { feed: 'hotline', stage: 'map', code: 'bad-instant', count: 5, evicted: 2 },
      { feed: 'quiet', stage: 'decode', code: 'bad-syntax', count: 1, evicted: 0 },
    ])
  })

  test('counts outlive a restart', () => {
    const file = join(temporaryFolder(), 'log.sqlite')
    opened(2, file).keep(['1', '2', '3'].map((raw) => rejection({ raw })))
    const again = opened(2, file)
    again.keep([rejection({ raw: '4' })])
    expect(again.counts()).toEqual([{ feed: 'hotline', stage: 'decode', code: 'bad-syntax', count: 4, evicted: 2 }])
    expect(raws(again)).toEqual(['4', '3'])
  })
})

describe('foreign content', () => {
  test.each<[string, string, string]>([
    ['a NUL', 'a\0b', 'a\0b'],
    ['control characters', '\u0001\u001b[31m\r\n', '\u0001\u001b[31m\r\n'],
    ['half a surrogate pair', 'a\ud800b', 'a\ufffdb'],
    ['nothing', '', ''],
    ['what looks like SQL', "'); DROP TABLE rejections; --", "'); DROP TABLE rejections; --"],
  ])('%s is kept', (_, raw, kept) => {
    const store = opened()
    store.keep([rejection({ raw, detail: raw })])
    expect(raws(store)).toEqual([kept])
    expect(store.list({ feed: raw })).toEqual([])
  })

  test.each<[string, string, string]>([
    ['one-byte characters', 'a'.repeat(65_537), 'a'.repeat(65_536)],
    ['three-byte characters', '崆'.repeat(30_000), '崆'.repeat(21_845)],
    ['a four-byte character across the cut', 'a'.repeat(65_534) + '𠮷', 'a'.repeat(65_534)],
    ['a surrogate pair across the cut', 'a'.repeat(65_535) + '𠮷', 'a'.repeat(65_535)],
    ['exactly 64 KiB', 'a'.repeat(65_533) + '崆', 'a'.repeat(65_533) + '崆'],
    ['10 MB', 'x'.repeat(10_000_000), 'x'.repeat(65_536)],
  ])('at most 64 KiB are kept, whole characters only: %s', (_, raw, kept) => {
    const store = opened()
    store.keep([rejection({ raw })])
    const [found] = store.list({})
    expect(found?.raw.length).toBe(kept.length)
    expect(found?.raw === kept).toBe(true)
    // what was cut cannot be sent again
    expect(found?.form).toBe(kept.length === raw.length ? 'message' : 'cut')
  })

  test('an endless detail and an endless origin are cut, a NUL in them made visible', () => {
    const store = opened()
    store.keep([rejection({ detail: `a\0${'x'.repeat(100_000)}`, origin: `b\0${'y'.repeat(100_000)}` })])
    expect(store.list({})[0]).toMatchObject({ detail: `a␀${'x'.repeat(1_998)}`, origin: `b␀${'y'.repeat(398)}` })
  })

  test('questions may hold anything', () => {
    const store = opened()
    store.keep([rejection()])
    const strange = "a\0'; \ud800"
    expect(store.list({ feed: strange, cause: strange })).toEqual([])
    expect(store.causes({ feed: strange })).toEqual([])
    expect(store.forReplay({ feed: strange, cause: strange, after: 0, limit: 10 })).toEqual([])
    expect(store.discard({ feed: strange, cause: strange })).toBe(0)
    expect(raws(store).length).toBe(1)
  })
})

test('while the disk is full nothing is thrown; what could not be kept is counted, then and later', () => {
  const file = join(temporaryFolder(), 'log.sqlite')
  const store = opened(1_000, file, 400_000)
  const large = rejection({ raw: 'x'.repeat(60_000) })
  for (let i = 0; i < 20; i += 1) store.keep([large])
  const kept = store.list({}).length
  expect(kept).toBeGreaterThan(2)
  expect(kept).toBeLessThan(8)
  const counts = [{ feed: 'hotline', stage: 'decode', code: 'bad-syntax', count: 20, evicted: 20 - kept }]
  expect(store.counts()).toEqual(counts)
  store.keep([rejection({ raw: 'small' })])
  expect(raws(store)[0]).toBe('small')
  expect(opened(1_000, file).counts()).toEqual([{ feed: 'hotline', stage: 'decode', code: 'bad-syntax', count: 21, evicted: 20 - kept }])
})
