import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import type { Fact } from '../../contract/fact.ts'
import { systemClock } from '../../server/system-clock.ts'
import { openEventLog } from '../../server/store/event-log.ts'
import { createRecorder } from '../../server/store/recorder.ts'
import { start, workOrder } from '../support/facts.ts'

export interface DurableIntake {
  readonly name: string
  readonly rowsPerSecond: number
  readonly bareRowsPerSecond: number
  /** median over the rounds, each of which measures both sides one after the other */
  readonly ratio: number
}

const batchSize = 100
const batches = 300
const rounds = 9

/**
 * Facts made durable per second through the recorder, against a bare loop with the same driver that inserts the same texts as single rows,
 * one transaction for each batch of 100, also WAL and synchronous FULL. Both sides turn the facts into text themselves.
 * @param callers how many wait for an answer at the same time; one is the dearest case, since then nothing shares a transaction
 */
export async function durableIntake(callers = 16): Promise<DurableIntake> {
  const ours: number[] = []
  const bare: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const facts = factsOfRound(round)
    bare.push(inFolder((folder) => bareLoop(folder, facts)))
    ours.push(await inFolder((folder) => throughRecorder(folder, facts, callers)))
  }
  return {
    name: `durable intake, batches of ${String(batchSize)}, ${String(callers)} caller${callers === 1 ? '' : 's'}`,
    rowsPerSecond: median(ours),
    bareRowsPerSecond: median(bare),
    ratio: median(ours.map((rate, index) => rate / (bare[index] ?? rate))),
  }
}

/** About 200 bytes of JSON each. */
function factsOfRound(round: number): readonly (readonly Fact[])[] {
  return Array.from({ length: batches }, (_, batch) =>
    Array.from({ length: batchSize }, (_unused, index) => {
      const number = batch * batchSize + index
      return workOrder({
        id: `W${String(round)}-${String(number)}`,
        at: start + number,
        channel: 'hotline-12345',
        title: `Street light out at crossing ${String(number % 997)}`,
        type: 'lighting',
        unit: 'housing',
        place: [106.6 + (number % 100) / 1_000, 35.5 + (number % 70) / 1_000],
      })
    }),
  )
}

function bareLoop(folder: string, facts: readonly (readonly Fact[])[]): number {
  const connection = new Libsql(join(folder, 'bare.sqlite'))
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL']) connection.prepare(`PRAGMA ${pragma}`).all()
  connection.exec('CREATE TABLE facts (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, feed TEXT NOT NULL, fact TEXT NOT NULL) STRICT')
  const insert = connection.prepare('INSERT INTO facts (at, feed, fact) VALUES (?, ?, ?)')
  const [begin, commit] = [connection.prepare('BEGIN IMMEDIATE'), connection.prepare('COMMIT')]
  const began = performance.now()
  for (const batch of facts) {
    begin.run()
    for (const fact of batch) insert.run([Date.now(), 'hotline', JSON.stringify(fact)])
    commit.run()
  }
  const rate = ratePerSecond(began)
  connection.close()
  return rate
}

async function throughRecorder(folder: string, facts: readonly (readonly Fact[])[], callers: number): Promise<number> {
  const log = openEventLog({ directory: folder })
  let heard = 0
  const recorder = createRecorder({ log, clock: systemClock, onEntries: (entries) => (heard += entries.length), onStorage: () => undefined })
  const waiting = facts.values()
  const call = async (): Promise<void> => {
    for (const batch of waiting) await recorder.record('hotline', batch)
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: callers }, call))
  const rate = ratePerSecond(began)
  await recorder.close()
  if (heard !== batches * batchSize || log.lastSeq !== heard) throw new Error('the recorder lost or doubled facts')
  log.close()
  return rate
}

const ratePerSecond = (began: number): number => (batches * batchSize) / ((performance.now() - began) / 1_000)

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'yiping-bench-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  const result = work(folder)
  if (result instanceof Promise) void result.finally(remove)
  else remove()
  return result
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
