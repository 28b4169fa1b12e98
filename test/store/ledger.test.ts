import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { StorageFullError } from '../../server/core/storage-full.ts'
import { openDatabase } from '../../server/store/database.ts'
import type { Database } from '../../server/store/database.ts'
import { LedgerWriter, openLedgers } from '../../server/store/ledger.ts'
import type { LedgerNote } from '../../server/store/ledger.ts'
import { createRecorder } from '../../server/store/recorder.ts'
import type { Recorder } from '../../server/store/recorder.ts'
import { openStores } from '../../server/store/stores.ts'
import type { Stores } from '../../server/store/stores.ts'
import { start, workOrder } from '../support/facts.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { temporaryFolder } from './temporary-folder.ts'

interface Bench {
  readonly stores: Stores
  readonly recorder: Recorder
  readonly commits: number[]
}

function bench({ directory = temporaryFolder(), maxBytes }: { readonly directory?: string; readonly maxBytes?: number } = {}): Bench {
  const stores = openStores({ directory, maxBytes, rejectionsKept: 1_000 })
  const commits: number[] = []
  const recorder = createRecorder({
    log: stores.log,
    clock: new ManualClock(),
    onEntries: (entries) => commits.push(entries.length),
    onStorage: () => undefined,
  })
  onTestFinished(() => stores.close())
  return { stores, recorder, commits }
}

const note = (key: string, value = 'taken'): { readonly ledger: readonly LedgerNote[] } => ({ ledger: [{ key, value }] })
const orders = (count: number): ReturnType<typeof workOrder>[] => Array.from({ length: count }, (_, index) => workOrder({ id: `W${String(index)}` }))

const refused = { feed: 'hotline', at: start, stage: 'map', code: 'bad-instant', detail: 'x', form: 'message', origin: '', raw: '{}' } as const

describe('what goes with facts', () => {
  test('is there when the answer comes, and after a restart, of each feed its own', async () => {
    const directory = temporaryFolder()
    const before = openStores({ directory, rejectionsKept: 10 })
    const recorder = createRecorder({ log: before.log, clock: new ManualClock(), onEntries: () => undefined, onStorage: () => undefined })
    await recorder.record('drop', orders(2), note('a.csv', '2 rows'))
    expect(before.ledgers.of('drop').get('a.csv')).toBe('2 rows')
    await recorder.record('drop', [], { ledger: [...note('b.csv').ledger, { key: 'a.csv', value: '3 rows' }] })
    before.close()
    const { stores } = bench({ directory })
    const drop = stores.ledgers.of('drop')
    expect([drop.get('a.csv'), drop.get('b.csv'), drop.get('c.csv'), drop.keys('')]).toEqual(['3 rows', 'taken', undefined, ['a.csv', 'b.csv']])
    expect([stores.ledgers.of('other').get('a.csv'), stores.ledgers.of('other').keys('')]).toEqual([undefined, []])
  })

  test('is written when all facts are duplicates, or there are none, in the order it was given, and forgotten on demand', async () => {
    const { stores, recorder, commits } = bench()
    stores.rejections.keep([
      { ...refused, message: 0 },
      { ...refused, code: 'bad-place', message: 0 },
    ])
    await recorder.record('hotline', orders(2))
    const answers = await Promise.all([
      recorder.record('hotline', orders(2), note('cursor', '1')),
      recorder.record('hotline', [], { settled: [1], ledger: [{ key: 'cursor', value: '2' }] }),
      recorder.record('other', [], note('cursor', '3')),
    ])
    expect(answers).toEqual([
      { accepted: 0, duplicates: 2, seq: 2 },
      { accepted: 0, duplicates: 0, seq: 2 },
      { accepted: 0, duplicates: 0, seq: 2 },
    ])
    expect([stores.ledgers.of('hotline').get('cursor'), stores.ledgers.of('other').get('cursor')]).toEqual(['2', '3'])
    expect(stores.rejections.list({})).toEqual([])
    // nothing new was told, so nothing is shown
    expect(commits).toEqual([2])
    await recorder.record('hotline', [], { ledger: [{ key: 'cursor', value: undefined }] })
    expect(stores.ledgers.of('hotline').keys('')).toEqual([])
  })

  test('of a batch over several transactions goes into the last', async () => {
    const { stores, recorder } = bench()
    const seen: (string | undefined)[] = []
    const watching = createRecorder({
      log: stores.log,
      clock: new ManualClock(),
      onEntries: () => seen.push(stores.ledgers.of('drop').get('large.csv')),
      onStorage: () => undefined,
    })
    await watching.record('drop', orders(12_000), note('large.csv'))
    expect(seen).toEqual([undefined, undefined, 'taken'])
    await recorder.close()
  })

  test('of a batch that fits into one transaction is never parted from its facts, however much others send', async () => {
    const { stores, recorder, commits } = bench()
    const flood = recorder.record('flood', orders(4_950))
    const seen = { facts: 0 }
    const file = recorder.record('drop', orders(4_000), note('a.csv')).then(() => (seen.facts = stores.log.lastSeq))
    await Promise.all([flood, file])
    // the file, and what of the flood had its turn before
    expect([commits, seen.facts]).toEqual([[5_000, 3_950], 5_000])
  })

  test('any number of callers with nothing but notes share transactions of bounded size', async () => {
    const { stores, recorder } = bench()
    await Promise.all(Array.from({ length: 7_000 }, (_, index) => recorder.record('drop', [], note(`${String(index)}.csv`))))
    expect(stores.ledgers.of('drop').keys('').length).toBe(7_000)
  })

  test('is refused with its facts while the disk is full, and nothing of it is there', async () => {
    const { stores, recorder } = bench({ maxBytes: 400_000 })
    stores.rejections.keep([refused])
    const large = Array.from({ length: 4_000 }, (_, index) => workOrder({ id: `L${String(index)}`, title: 'x'.repeat(200) }))
    await expect(recorder.record('hotline', large, { ...note('large.csv'), settled: [1] })).rejects.toBeInstanceOf(StorageFullError)
    expect(stores.ledgers.of('hotline').keys('')).toEqual([])
    expect(stores.rejections.list({}).length).toBe(1)
    // the count of what is held was undone too
    await recorder.record('hotline', orders(1), { ...note('small.csv'), settled: [1] })
    expect(stores.ledgers.of('hotline').keys('')).toEqual(['small.csv'])
    expect(stores.rejections.list({})).toEqual([])
  })
})

describe('keys', () => {
  test('by prefix, in order of their bytes, whatever is in them', async () => {
    const { stores, recorder } = bench()
    const keys = ['a', 'a\0b', 'a/', 'a/b', 'a/崆', 'a/\u{20bb7}', 'a0', 'b', 'a/"\';--', 'a/\uffff']
    await recorder.record('drop', [], { ledger: keys.map((key) => ({ key, value: `${key}\0 value` })) })
    const drop = stores.ledgers.of('drop')
    expect(drop.keys('a/')).toEqual(['a/', 'a/"\';--', 'a/b', 'a/崆', 'a/\uffff', 'a/\u{20bb7}'])
    expect(drop.keys('a\0')).toEqual(['a\0b'])
    expect(drop.keys('')).toEqual([...keys].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))))
    expect(drop.keys('nothing')).toEqual([])
    expect(keys.map((key) => drop.get(key))).toEqual(keys.map((key) => `${key}\0 value`))
  })
})

describe('the bound', () => {
  const opened = (): Database => {
    const database = openDatabase(join(temporaryFolder(), 'log.sqlite'))
    onTestFinished(() => database.close())
    return database
  }

  test('forgets what was not written for longest, of that feed alone, and counts it', () => {
    const database = opened()
    const writer = new LedgerWriter(database, 3)
    const ledgers = openLedgers(database)
    const write = (feed: string, ...keys: readonly string[]): void =>
      database.transaction(() => {
        writer.write(
          feed,
          keys.map((key) => ({ key, value: key })),
        )
      })
    write('drop', 'cursor', 'a', 'b')
    write('other', 'x')
    // written again: not the oldest any more
    write('drop', 'cursor', 'c')
    expect(ledgers.of('drop').keys('')).toEqual(['b', 'c', 'cursor'])
    write('drop', 'd', 'e', 'f', 'g')
    expect(ledgers.of('drop').keys('')).toEqual(['e', 'f', 'g'])
    expect(ledgers.of('other').keys('')).toEqual(['x'])
    expect(ledgers.forgotten()).toEqual([{ feed: 'drop', count: 5 }])
    // counted anew after a restart
    const again = new LedgerWriter(database, 3)
    database.transaction(() => again.write('drop', [{ key: 'h', value: 'h' }]))
    expect(ledgers.of('drop').keys('')).toEqual(['f', 'g', 'h'])
    expect(ledgers.forgotten()).toEqual([{ feed: 'drop', count: 6 }])
  })

  test('counts right after a transaction was undone, and when keys are forgotten on demand', () => {
    const database = opened()
    const writer = new LedgerWriter(database, 3)
    const ledgers = openLedgers(database)
    const write = (keys: string, value: string | undefined): void =>
      database.transaction(() =>
        writer.write(
          'drop',
          keys.split(' ').map((key) => ({ key, value })),
        ),
      )
    write('a b', '1')
    expect(() =>
      database.transaction(() => {
        writer.write('drop', [{ key: 'c', value: '1' }])
        throw new Error('undone')
      }),
    ).toThrow('undone')
    writer.undone()
    write('d', '1')
    expect(ledgers.of('drop').keys('')).toEqual(['a', 'b', 'd'])
    write('a x', undefined)
    write('e', '1')
    expect(ledgers.of('drop').keys('')).toEqual(['b', 'd', 'e'])
    expect(ledgers.forgotten()).toEqual([])
  })
})
