import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Refusal, Rejection } from '../../contract/rejection.ts'
import { dayMs } from '../../contract/time.ts'
import { openDatabase } from '../../server/store/database.ts'
import { openEventLog } from '../../server/store/event-log.ts'
import type { Kept } from '../../server/store/quarantine-writer.ts'
import { createRejectionStore } from '../../server/store/rejections.ts'
import type { RejectionStore } from '../../server/store/rejections.ts'
import { openStores } from '../../server/store/stores.ts'
import { start } from '../support/facts.ts'
import { temporaryFolder } from './temporary-folder.ts'

const syntax: Refusal = { stage: 'decode', code: 'bad-syntax', detail: 'line 1: a comma is missing' }
const early: Refusal = { stage: 'map', code: 'bad-instant', detail: 'rows[3].tjrq: "x" is not a time' }
const early17: Refusal = { ...early, detail: 'rows[17].tjrq: "y" is not a time' }
const range: Refusal = { stage: 'admit', code: 'out-of-range', detail: 'value: 101 is above 100' }

const kept = (given: Partial<Kept> = {}): Kept => ({
  feed: 'hotline',
  at: start,
  ...syntax,
  raw: '{"a" 1}',
  form: 'message',
  origin: '',
  ...given,
})

const file = (): string => join(temporaryFolder(), 'log.sqlite')

function opened(given: { readonly kept?: number; readonly bytes?: number; readonly file?: string } = {}): RejectionStore {
  const database = openDatabase(given.file ?? file())
  onTestFinished(() => database.close())
  return createRejectionStore(database, { kept: given.kept ?? 1_000, ...(given.bytes === undefined ? {} : { bytes: given.bytes }) })
}

const causeOf = (store: RejectionStore, { code }: Refusal): string => store.causes({}).find((group) => group.code === code)?.cause ?? ''
const replays = (store: RejectionStore, cause?: string): string[] =>
  store.forReplay({ feed: 'hotline', cause, after: 0, limit: 200 }).map(({ message, raw }) => `${String(message)} ${raw}`)
const details = (store: RejectionStore): string[] => store.list({}).map(({ detail }) => detail)

describe('a message refused for several of its facts', () => {
  const text = { raw: '{"rows":[]}', origin: 'a.csv line 2' }
  const reasons = [kept({ ...early, ...text }), kept({ ...early17, ...text }), kept({ ...range, ...text })]
  const several = reasons.map((reason) => ({ ...reason, message: 0 }))

  test('is kept once, with all its reasons', () => {
    const store = opened()
    store.keep([...several, kept({ raw: 'another' })])
    expect(store.list({ feed: 'hotline' })).toEqual([
      { id: 4, ...kept({ raw: 'another' }) },
      ...reasons.map((refusal, index) => ({ id: index + 1, ...refusal })).reverse(),
    ])
    expect(replays(store)).toEqual(['1 {"rows":[]}', '2 another'])
    expect(store.held()).toEqual([{ feed: 'hotline', messages: 2, refusals: 4, bytes: 18 }])
  })

  test('is settled once and for all, together with facts or without, and by its own feed only', () => {
    const directory = temporaryFolder()
    const stores = openStores({ directory, rejectionsKept: 100 })
    onTestFinished(() => stores.close())
    stores.rejections.keep([...several, kept({ raw: 'another' })])
    stores.log.append([], start, [{ feed: 'other', ledger: [], settled: [1, 2] }])
    expect(replays(stores.rejections)).toEqual(['1 {"rows":[]}', '2 another'])
    // 99 was evicted meanwhile
    stores.log.append([], start, [{ feed: 'hotline', ledger: [], settled: [1, 99] }])
    expect(replays(stores.rejections)).toEqual(['2 another'])
    expect(details(stores.rejections)).toEqual([syntax.detail])
    expect(stores.rejections.held()).toEqual([{ feed: 'hotline', messages: 1, refusals: 1, bytes: 7 }])
  })

  test('is told from others by its number alone: what is masked may be alike without being the same', () => {
    const store = opened()
    store.keep([kept({ message: 0 }), kept({ message: 1 }), kept({ message: 1, ...range }), kept({ form: 'cut', message: 2 }), kept(), kept()])
    store.keep([kept({ message: 0 }), kept({ message: 0, feed: 'other' })])
    expect(store.held()).toEqual([
      { feed: 'hotline', messages: 6, refusals: 7, bytes: 42 },
      { feed: 'other', messages: 1, refusals: 1, bytes: 7 },
    ])
  })

  test('keeps a hundred reasons at most, and pushes out no more than that', () => {
    const store = opened({ kept: 150 })
    store.keep(Array.from({ length: 60 }, (_, index) => kept({ raw: String(index) })))
    store.keep(
      Array.from({ length: 5_000 }, (_, index) => kept({ ...early, detail: `rows[${String(index)}]: no time`, raw: 'full of faults', message: 0 })),
    )
    expect(store.held()).toEqual([{ feed: 'hotline', messages: 51, refusals: 150, bytes: 114 }])
    expect(store.counts()).toEqual([
      { feed: 'hotline', stage: 'decode', code: 'bad-syntax', count: 60, evicted: 10 },
      { feed: 'hotline', stage: 'map', code: 'bad-instant', count: 5_000, evicted: 4_900 },
    ])
    expect(replays(store).at(-1)).toBe('61 full of faults')
  })
})

describe('bounds', () => {
  test('the oldest messages go when a feed holds too many bytes, and are counted by reason', () => {
    const store = opened({ bytes: 1_000 })
    store.keep([kept({ raw: 'a'.repeat(600) }), kept({ raw: 'quiet', feed: 'quiet' })])
    store.keep([kept({ ...early, raw: 'b'.repeat(300) })])
    store.keep([kept({ ...early, raw: 'c'.repeat(300) }), kept({ ...range, raw: 'd'.repeat(300) })])
    expect(replays(store)).toEqual([`3 ${'b'.repeat(300)}`, `4 ${'c'.repeat(300)}`, `5 ${'d'.repeat(300)}`])
    expect(store.counts()).toEqual([
      { feed: 'hotline', stage: 'admit', code: 'out-of-range', count: 1, evicted: 0 },
      { feed: 'hotline', stage: 'decode', code: 'bad-syntax', count: 1, evicted: 1 },
      { feed: 'hotline', stage: 'map', code: 'bad-instant', count: 2, evicted: 0 },
      { feed: 'quiet', stage: 'decode', code: 'bad-syntax', count: 1, evicted: 0 },
    ])
  })

  test('a feed whose messages are of the largest size holds 64 MiB', { timeout: 60_000 }, () => {
    const store = opened({ kept: 2_000 })
    for (let i = 0; i < 11; i += 1)
      store.keep(Array.from({ length: 100 }, (_, index) => kept({ raw: `${String(i)}-${String(index)} ${'x'.repeat(65_536)}` })))
    expect(store.held()).toEqual([{ feed: 'hotline', messages: 1_024, refusals: 1_024, bytes: 64 * 1024 * 1024 }])
  })

  test('what arrived before an instant goes, five hundred at a time, of every feed', () => {
    const store = opened()
    store.keep(Array.from({ length: 600 }, (_, index) => kept({ raw: String(index), at: start + index })))
    store.keep([kept({ feed: 'other', at: start, ...early }), kept({ feed: 'other', at: start + 30 * dayMs, raw: 'new' })])
    expect([store.evictBefore(start + dayMs), store.evictBefore(start + dayMs), store.evictBefore(start + dayMs)]).toEqual([500, 101, 0])
    expect(store.list({}).map(({ raw }) => raw)).toEqual(['new'])
    expect(store.counts()).toEqual([
      { feed: 'hotline', stage: 'decode', code: 'bad-syntax', count: 600, evicted: 600 },
      { feed: 'other', stage: 'decode', code: 'bad-syntax', count: 1, evicted: 0 },
      { feed: 'other', stage: 'map', code: 'bad-instant', count: 1, evicted: 1 },
    ])
  })
})

describe('causes', () => {
  test('group what differs in values only, newest first, and tell the newest of each', () => {
    const store = opened()
    store.keep([kept({ ...early, raw: 'first', at: start + 1 }), kept({ ...range, raw: 'second', at: start + 2 })])
    store.keep([kept({ ...early17, raw: 'third', at: start + 3, form: 'piece', origin: 'drop/a.csv' }), kept({ ...early, feed: 'other' })])
    const cause = causeOf(store, early)
    expect(store.causes({ feed: 'hotline' })).toEqual([
      {
        feed: 'hotline',
        cause,
        ...early17,
        count: 2,
        replayable: 1,
        firstAt: start + 1,
        lastAt: start + 3,
        sample: { id: 3, raw: 'third', origin: 'drop/a.csv' },
      },
      {
        feed: 'hotline',
        cause: causeOf(store, range),
        ...range,
        count: 1,
        replayable: 1,
        firstAt: start + 2,
        lastAt: start + 2,
        sample: { id: 2, raw: 'second', origin: '' },
      },
    ])
    expect(store.causes({}).map((group) => `${group.feed} ${group.code}`)).toEqual([
      'other bad-instant',
      'hotline bad-instant',
      'hotline out-of-range',
    ])
    expect(store.list({ cause }).map(({ id }) => id)).toEqual([4, 3, 1])
    expect(store.list({ feed: 'hotline', cause, before: 3 }).map(({ id }) => id)).toEqual([1])
  })

  test('are two hundred at most, with samples that can be sent', () => {
    const store = opened()
    const words = (index: number): string => String(index).replace(/\d/g, (digit) => 'ghijklmnop'[Number(digit)] ?? '')
    store.keep(Array.from({ length: 250 }, (_, index) => kept({ detail: `${words(index)}: strange`, raw: `${String(index)} ${'崆'.repeat(5_000)}` })))
    const causes = store.causes({})
    expect(causes.length).toBe(200)
    expect(causes[0]?.sample.raw).toBe(`249 ${'崆'.repeat(1_364)}`)
  })
})

describe('sending again', () => {
  test('goes page by page, oldest first, and by cause takes each message that has it once', () => {
    const store = opened()
    store.keep([
      kept({ ...early, raw: '1', message: 1 }),
      kept({ ...early17, raw: '1', message: 1 }),
      kept({ ...range, raw: '2' }),
      kept({ ...range, raw: '3', at: start + 5, origin: 'line 3', form: 'cut' }),
      kept({ ...early, raw: '3', at: start + 5, origin: 'line 3', form: 'cut' }),
      kept({ ...early, raw: '4' }),
    ])
    const cause = causeOf(store, early)
    expect(replays(store, cause)).toEqual(['1 1', '4 3', '5 4'])
    const page = store.forReplay({ feed: 'hotline', cause, after: 1, limit: 1 })
    expect(page).toEqual([{ message: 4, at: start + 5, form: 'cut', origin: 'line 3', raw: '3' }])
    expect(replays(store)).toEqual(['1 1', '2 2', '3 3', '4 3', '5 4'])
  })

  test('a message refused again stays where it was, with its new reasons, which are counted', () => {
    const store = opened()
    store.keep([kept({ ...early, raw: '1', message: 1 }), kept({ ...early17, raw: '1', message: 1 }), kept({ raw: '2' })])
    store.refuseAgain('hotline', 1, [range], start + 9)
    expect(store.list({})).toEqual([
      { id: 4, ...kept({ ...range, raw: '1', at: start + 9 }) },
      { id: 3, ...kept({ raw: '2' }) },
    ])
    expect(replays(store)).toEqual(['1 1', '2 2'])
    expect(store.causes({ feed: 'hotline' })[0]).toMatchObject({ code: 'out-of-range', replayable: 1 })
    expect(store.counts()).toContainEqual({ feed: 'hotline', stage: 'admit', code: 'out-of-range', count: 1, evicted: 0 })
    expect(store.held()).toEqual([{ feed: 'hotline', messages: 2, refusals: 2, bytes: 2 }])
    // its age is that of its arrival
    expect(store.evictBefore(start + 1)).toBe(2)
  })

  test('a message refused again for nothing stays as it was', () => {
    const store = opened()
    store.keep([kept()])
    store.refuseAgain('hotline', 1, [], start)
    expect(details(store)).toEqual([syntax.detail])
  })

  test('a message that is gone when it is refused again is counted, and brought back by nobody', () => {
    const store = opened()
    store.refuseAgain('hotline', 7, [range], start)
    expect(store.list({})).toEqual([])
    expect(store.counts()).toEqual([{ feed: 'hotline', stage: 'admit', code: 'out-of-range', count: 1, evicted: 1 }])
  })
})

test('discarding a cause takes messages with it that were refused for nothing else', () => {
  const store = opened()
  store.keep([
    kept({ ...early, raw: '1', message: 1 }),
    kept({ ...range, raw: '1', message: 1 }),
    kept({ ...early17, raw: '2' }),
    kept({ ...early, feed: 'other' }),
  ])
  expect(store.discard({ feed: 'hotline', cause: causeOf(store, early) })).toBe(2)
  expect(replays(store)).toEqual(['1 1'])
  expect(store.causes({}).map((group) => `${group.feed} ${group.code} ${String(group.count)}`)).toEqual([
    'other bad-instant 1',
    'hotline out-of-range 1',
  ])
  expect(store.held()).toEqual([
    { feed: 'hotline', messages: 1, refusals: 1, bytes: 1 },
    { feed: 'other', messages: 1, refusals: 1, bytes: 7 },
  ])
  expect(store.discard({ feed: 'hotline', cause: 'unheard of' })).toBe(0)
})

describe('a data folder of an older version', () => {
  const older = `
    CREATE TABLE rejections (
      id INTEGER PRIMARY KEY AUTOINCREMENT, feed TEXT NOT NULL, at INTEGER NOT NULL, stage TEXT NOT NULL, code TEXT NOT NULL,
      detail TEXT NOT NULL, raw BLOB NOT NULL
    ) STRICT;
    CREATE INDEX rejections_feed ON rejections (feed, id);
    CREATE TABLE rejection_counts (
      feed TEXT NOT NULL, stage TEXT NOT NULL, code TEXT NOT NULL, count INTEGER NOT NULL, evicted INTEGER NOT NULL, PRIMARY KEY (feed, stage, code)
    ) STRICT;
    INSERT INTO rejection_counts VALUES ('hotline', 'decode', 'bad-syntax', 500, 100);
  `

  /** What the older version wrote: a row for each refusal. */
  function written(rows: readonly Omit<Rejection, 'id'>[]): string {
    const path = file()
    const database = openDatabase(path)
    database.execute(older)
    const insert = database.statement('INSERT INTO rejections (feed, at, stage, code, detail, raw) VALUES (?, ?, ?, ?, ?, ?)')
    database.transaction(() => {
      for (const { feed, at, stage, code, detail, raw } of rows) insert.run([feed, at, stage, code, detail, Buffer.from(raw)])
    })
    database.close()
    return path
  }

  test('is taken along: what is shorter than 64 KiB can be sent again, and nothing is counted twice', () => {
    const rows = Array.from({ length: 400 }, (_, index) => kept({ raw: `${String(index)}\0崆` }))
    const long = kept({ raw: 'x'.repeat(65_536), form: 'cut' })
    const path = written([...rows, long, kept({ ...early, raw: 'twice' }), kept({ ...range, raw: 'twice' })])
    const store = opened({ file: path })
    expect(store.list({ limit: 4 })).toEqual([
      { id: 403, ...kept({ ...range, raw: 'twice' }) },
      { id: 402, ...kept({ ...early, raw: 'twice' }) },
      { id: 401, ...long },
      { id: 400, ...rows.at(-1) },
    ])
    expect(store.held()).toMatchObject([{ feed: 'hotline', messages: 403, refusals: 403 }])
    expect(store.counts()).toContainEqual({ feed: 'hotline', stage: 'decode', code: 'bad-syntax', count: 500, evicted: 100 })
    const again = opened({ file: path })
    expect(again.held()).toEqual(store.held())
  })

  test('that holds more than is kept now gives up its oldest', () => {
    const store = opened({ file: written(Array.from({ length: 450 }, (_, index) => kept({ raw: String(index) }))), kept: 10 })
    expect(store.list({}).map(({ raw }) => raw)).toEqual(Array.from({ length: 10 }, (_, index) => String(449 - index)))
    expect(store.counts()).toEqual([{ feed: 'hotline', stage: 'decode', code: 'bad-syntax', count: 500, evicted: 540 }])
  })

  test('opens for its log, whoever comes first', () => {
    const directory = temporaryFolder()
    openEventLog({ directory }).close()
    const stores = openStores({ directory, rejectionsKept: 10 })
    onTestFinished(() => stores.close())
    stores.rejections.keep([kept()])
    expect(stores.rejections.held()).toEqual([{ feed: 'hotline', messages: 1, refusals: 1, bytes: 7 }])
  })
})
