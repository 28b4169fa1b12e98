import { writeFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Entry, Fact } from '../../contract/fact.ts'
import { StorageFullError } from '../../server/core/storage-full.ts'
import { openDatabase } from '../../server/store/database.ts'
import { logFile, openEventLog, openLogReader } from '../../server/store/event-log.ts'
import type { EventLog, LogReader, Range } from '../../server/store/event-log.ts'
import { start, reading, tick, workOrder } from '../support/facts.ts'
import { temporaryFolder } from './temporary-folder.ts'

function opened(directory = temporaryFolder(), maxBytes?: number): EventLog {
  const log = openEventLog({ directory, maxBytes })
  onTestFinished(() => log.close())
  return log
}

const texts = (...facts: readonly Fact[]): string[] => facts.map((fact) => JSON.stringify(fact))
const ticks = (from: number, count: number): string[] => Array.from({ length: count }, (_, index) => JSON.stringify(tick(from + index)))
const read = (log: LogReader, range: Range): Entry[] => [...log.entries(range)]
/** Runs SQL on the log's file behind its back. */
function inside(directory: string, sql: string): readonly unknown[] {
  const database = openDatabase(logFile(directory))
  try {
    return database.statement<unknown>(sql).all([])
  } finally {
    database.close()
  }
}

const seqs = (log: LogReader, range: Range): number[] => read(log, range).map(({ seq }) => seq)

describe('appending', () => {
  test('numbers entries densely over batches and feeds, and gives them back as they were', () => {
    const log = opened()
    const order = workOrder({ title: '路灯不亮，\n"急"\u0000', place: [106.69, 35.54] })
    expect(
      log.append(
        [
          { feed: 'hotline', facts: texts(order, workOrder({ id: 'W2' })) },
          { feed: 'indicators', facts: texts(reading()) },
        ],
        start,
      ),
    ).toEqual({
      firstSeq: 1,
      at: start,
    })
    expect(log.append([{ feed: 'system', facts: texts(tick(start)) }], start + 5)).toEqual({ firstSeq: 4, at: start + 5 })
    expect(read(log, { after: 0 })).toEqual([
      { seq: 1, at: start, feed: 'hotline', fact: order },
      { seq: 2, at: start, feed: 'hotline', fact: workOrder({ id: 'W2' }) },
      { seq: 3, at: start, feed: 'indicators', fact: reading() },
      { seq: 4, at: start + 5, feed: 'system', fact: tick(start) },
    ])
    expect([log.lastSeq, log.lastAt]).toEqual([4, start + 5])
  })

  test('nothing appended is nothing written', () => {
    const log = opened()
    expect(log.append([{ feed: 'hotline', facts: [] }], start)).toEqual({ firstSeq: 1, at: start })
    expect([log.lastSeq, log.lastAt]).toEqual([0, 0])
    expect(read(log, { after: 0 })).toEqual([])
  })

  test('recorded instants never go back when the clock does, also over a restart', () => {
    const directory = temporaryFolder()
    const first = openEventLog({ directory })
    first.append([{ feed: 'system', facts: ticks(1, 1) }], start)
    expect(first.append([{ feed: 'system', facts: ticks(2, 1) }], start - 3_600_000).at).toBe(start)
    first.close()
    const second = opened(directory)
    expect(second.append([{ feed: 'system', facts: ticks(3, 1) }], start - 7_200_000).at).toBe(start)
    expect(second.append([{ feed: 'system', facts: ticks(4, 1) }], start + 1).at).toBe(start + 1)
    expect(read(second, { after: 0 }).map(({ at }) => at)).toEqual([start, start, start, start + 1])
  })

  test('a batch of 10 MB is one transaction and is read in pieces', () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    const facts = Array.from({ length: 50_000 }, (_, index) => JSON.stringify(workOrder({ id: `W${String(index)}`, title: '井盖破损'.repeat(20) })))
    expect(facts.join(',').length).toBeGreaterThan(6_000_000)
    expect(Buffer.byteLength(facts.join(','))).toBeGreaterThan(10_000_000)
    log.append([{ feed: 'hotline', facts }], start)
    expect(log.lastSeq).toBe(50_000)
    let next = 1
    for (const { seq, fact } of log.entries({ after: 0 })) {
      if (seq !== next || fact.kind !== 'work-order' || fact.id !== `W${String(seq - 1)}`)
        throw new Error(`entry ${String(seq)} is not what was appended`)
      next += 1
    }
    expect(next).toBe(50_001)
    expect(inside(directory, 'SELECT max(length(facts)) < 300000 AS bounded FROM batches')).toEqual([{ bounded: 1 }])
  })
})

describe('reading', () => {
  const rowOf = (from: number, count: number) => ({ feed: 'system', facts: ticks(from, count) })

  function sample(): EventLog {
    const log = opened()
    for (let first = 1; first <= 100; first += 10) log.append([rowOf(first, 7), rowOf(first + 7, 3)], start + first)
    return log
  }

  test.each<[string, Range, number, number]>([
    ['all', { after: 0 }, 1, 100],
    ['from the middle of a row', { after: 4 }, 5, 100],
    ['from the start of a row', { after: 10 }, 11, 100],
    ['to the middle of a row', { after: 20, upTo: 33 }, 21, 33],
    ['inside one row', { after: 2, upTo: 4 }, 3, 4],
    ['to the end of what was recorded by an instant', { after: 0, untilAt: start + 30 }, 1, 30],
    ['to an instant exactly', { after: 15, untilAt: start + 31 }, 16, 40],
    ['further than the log goes', { after: 95, upTo: 1_000 }, 96, 100],
  ])('%s', (_, range, first, last) => {
    expect(seqs(sample(), range)).toEqual(Array.from({ length: last - first + 1 }, (_unused, index) => first + index))
  })

  test.each<[string, Range]>([
    ['after the end', { after: 100 }],
    ['far after the end', { after: 1_000 }],
    ['before the first instant', { after: 0, untilAt: start }],
    ['an empty range', { after: 50, upTo: 50 }],
  ])('%s there is nothing', (_, range) => {
    expect(seqs(sample(), range)).toEqual([])
  })

  test('finds the last entry by an instant, and the instant of an entry', () => {
    const log = sample()
    expect([0, start, start + 1, start + 10, start + 11, start + 1_000].map((at) => log.seqAt(at))).toEqual([0, 0, 10, 10, 20, 100])
    expect([0, 1, 10, 11, 100, 101].map((seq) => log.recordedAt(seq))).toEqual([undefined, start + 1, start + 1, start + 11, start + 91, undefined])
  })

  test('gives the last facts back as their texts', () => {
    const log = opened()
    log.append([{ feed: 'a', facts: ticks(1, 3) }], start)
    const tricky = texts(workOrder({ title: '],\n[ "",\n" \u2028' }), workOrder({ id: 'W2' }))
    log.append([{ feed: 'b', facts: tricky }], start)
    log.append([{ feed: 'a', facts: ticks(9, 1) }], start)
    expect(log.recent(2)).toEqual([
      { feed: 'b', facts: tricky },
      { feed: 'a', facts: ticks(9, 1) },
    ])
    expect(log.recent(100).map(({ facts }) => facts.length)).toEqual([3, 2, 1])
  })

  test('entries appended while one reads are read too, and the writer is not held up', () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    log.append([rowOf(1, 3)], start)
    const reader = openLogReader(directory)
    onTestFinished(() => reader.close())
    const entries = reader.entries({ after: 0 })
    expect(entries.next().value).toMatchObject({ seq: 1 })
    log.append([rowOf(4, 2)], start)
    expect([...entries].map(({ seq }) => seq)).toEqual([2, 3, 4, 5])
    expect([reader.lastSeq, reader.lineage]).toEqual([5, log.lineage])
  })

  test('reading 200,000 entries takes the memory of a few pages', { timeout: 60_000 }, () => {
    const log = opened()
    const facts = Array.from({ length: 5_000 }, (_, index) => JSON.stringify(workOrder({ id: `W${String(index)}`, title: '路灯'.repeat(50) })))
    for (let i = 0; i < 40; i += 1) log.append([{ feed: 'hotline', facts }], start)
    const before = process.memoryUsage().heapUsed
    let most = 0
    for (const { seq } of log.entries({ after: 0 })) if (seq % 1_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed)
    // 200,000 entries of about 300 characters are more than 100 MB as objects
    expect(most - before).toBeLessThan(80_000_000)
  })
})

describe('the file', () => {
  test('lineage is made with the file and stays', () => {
    const directory = temporaryFolder()
    const first = openEventLog({ directory })
    const { lineage } = first
    first.close()
    expect(opened(directory).lineage).toBe(lineage)
    expect(opened().lineage).not.toBe(lineage)
  })

  test('a second writer is turned away with what to do', () => {
    const directory = temporaryFolder()
    opened(directory)
    expect(() => openEventLog({ directory })).toThrow(/another server is already running on .*YIPING_DATA/)
  })

  test('a file that is no database is refused by name, with what to do', () => {
    const directory = temporaryFolder()
    writeFileSync(logFile(directory), 'not SQLite, whatever its name says. '.repeat(99))
    expect(() => openEventLog({ directory })).toThrow(/log\.sqlite is no database of ours: put back a backup .*YIPING_DATA/)
  })

  test('a log of a newer version is refused and left alone', () => {
    const directory = temporaryFolder()
    openEventLog({ directory }).close()
    inside(directory, "UPDATE meta SET value = '2' WHERE key = 'format' RETURNING key")
    expect(() => openEventLog({ directory })).toThrow(/log\.sqlite has format 2, and this version reads 1: start the newer version/)
    inside(directory, "UPDATE meta SET value = '1' WHERE key = 'format' RETURNING key")
    expect(opened(directory).lastSeq).toBe(0)
  })

  test.each<[string, string]>([
    ['bad JSON', "UPDATE batches SET facts = '[{]' WHERE first_seq = 4 RETURNING count"],
    ['too few facts', "UPDATE batches SET facts = '[]' WHERE first_seq = 4 RETURNING count"],
    ['no list', "UPDATE batches SET facts = '{}' WHERE first_seq = 4 RETURNING count"],
    ['a missing row', 'DELETE FROM batches WHERE first_seq = 4 RETURNING count'],
  ])('%s is a broken invariant, told with file and seq', (_, damage) => {
    const directory = temporaryFolder()
    const log = opened(directory)
    for (const first of [1, 4, 7]) log.append([{ feed: 'system', facts: ticks(first, 3) }], start)
    inside(directory, damage)
    expect(seqs(log, { after: 0, upTo: 3 })).toEqual([1, 2, 3])
    expect(() => seqs(log, { after: 0 })).toThrow(/log\.sqlite is damaged at seq 4: /)
    expect(seqs(log, { after: 6 })).toEqual([7, 8, 9])
  })

  test('a full log refuses whole batches, says so, and still opens and reads', () => {
    const directory = temporaryFolder()
    const first = openEventLog({ directory, maxBytes: 200_000 })
    first.append([{ feed: 'system', facts: ticks(1, 100) }], start)
    const large = [
      { feed: 'hotline', facts: texts(...Array.from({ length: 500 }, (_, index) => workOrder({ id: `W${String(index)}`, title: 'x'.repeat(200) }))) },
    ]
    expect(() => {
      for (;;) first.append(large, start)
    }).toThrow(StorageFullError)
    // what is left may still hold a little
    expect(() => {
      for (;;) first.append([{ feed: 'hotline', facts: texts(workOrder({ title: 'x'.repeat(200) })) }], start)
    }).toThrow(StorageFullError)
    const held = first.lastSeq
    expect(seqs(first, { after: 0 }).at(-1)).toBe(held)
    expect(() => first.probe()).toThrow(StorageFullError)
    first.close()
    const second = openEventLog({ directory, maxBytes: 200_000 })
    expect(second.lastSeq).toBe(held)
    expect(() => second.append(large, start)).toThrow(StorageFullError)
    second.close()
    const third = opened(directory, 2_000_000)
    third.probe()
    expect(third.append(large, start).firstSeq).toBe(held + 1)
  })
})
