import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fact } from '../../contract/fact.ts'
import { systemClock } from '../../server/system-clock.ts'
import { openEventLog } from '../../server/store/event-log.ts'
import { createRecorder } from '../../server/store/recorder.ts'
import { start, workOrder } from '../support/facts.ts'
import { bareLoop } from './bare-loop.ts'
import { median } from './median.ts'

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
 * Facts made durable per second through the recorder, against a bare loop with the same driver (bare-loop.ts), which gets the facts as texts.
 * @param callers how many wait for an answer at the same time; one is the dearest case, since then nothing shares a transaction
 */
export async function durableIntake(callers = 16): Promise<DurableIntake> {
  const ours: number[] = []
  const bare: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const facts = factsOfRound(round)
    bare.push(bareLoop(facts.map((batch) => batch.map((fact) => JSON.stringify(fact)))))
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

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'yiping-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
