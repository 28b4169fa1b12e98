import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createRecorder } from '../../server/store/recorder.ts'
import { openStores } from '../../server/store/stores.ts'
import type { Stores } from '../../server/store/stores.ts'
import { start } from '../support/facts.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { batchOf } from './numbered-batches.ts'
import { temporaryFolder } from './temporary-folder.ts'

const program = fileURLToPath(new URL('./recording-child.ts', import.meta.url))

/** Lets a child record from batch `first` on and kills it after `count` acknowledgements. @returns the numbers acknowledged */
async function recordUntilKilled(directory: string, first: number, count: number): Promise<number[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, directory, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  const acknowledged: number[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(Number(line))
    if (acknowledged.length === count) child.kill('SIGKILL')
  }
  expect(await exited).toEqual([null, 'SIGKILL'])
  return acknowledged
}

/** How often each fact of the log stands in it. */
function timesRecorded(directory: string): Map<string, number> {
  const stores = openStores({ directory, rejectionsKept: 10 })
  const times = new Map<string, number>()
  let expected = 1
  for (const { seq, feed, fact } of stores.log.entries({ after: 0 })) {
    expect(seq).toBe(expected)
    expected += 1
    const key = `${feed} ${JSON.stringify(fact)}`
    times.set(key, (times.get(key) ?? 0) + 1)
  }
  stores.close()
  return times
}

const keysOf = (number: number): string[] => batchOf(number).facts.map((fact) => `${batchOf(number).feed} ${JSON.stringify(fact)}`)

test('kill -9 while recording loses nothing that was acknowledged, and sending all again doubles nothing', { timeout: 60_000 }, async () => {
  const directory = temporaryFolder()
  let first = 1
  for (const count of [3, 200, 57]) {
    const acknowledged = await recordUntilKilled(directory, first, count)
    expect(acknowledged.length).toBeGreaterThanOrEqual(count)
    const times = timesRecorded(directory)
    for (const number of acknowledged) for (const key of keysOf(number)) expect(times.get(key)).toBe(1)
    first = Math.max(...acknowledged) + 1
  }

  // three were always under way: some of what was never acknowledged may have been recorded
  const stores = openStores({ directory, rejectionsKept: 10 })
  const recorder = createRecorder({ log: stores.log, clock: new ManualClock(), onEntries: () => undefined, onStorage: () => undefined })
  const numbers = Array.from({ length: first + 3 }, (_, index) => index + 1)
  const answers = await Promise.all(numbers.map((number) => recorder.record(batchOf(number).feed, batchOf(number).facts)))
  expect(answers.some(({ duplicates }) => duplicates > 0)).toBe(true)
  await recorder.close()
  stores.close()
  const all = numbers.flatMap(keysOf)
  const times = timesRecorded(directory)
  expect(times.size).toBe(all.length)
  for (const key of all) expect(times.get(key)).toBe(1)
})

/** Quarantines messages 1 to `count`, each of the feed of the batch that will settle it. */
function quarantine(directory: string, count: number): void {
  const stores = openStores({ directory, rejectionsKept: 1_000 })
  for (let number = 1; number <= count; number += 1) {
    const { feed } = batchOf(number)
    const refusal = {
      feed,
      at: start,
      stage: 'map',
      code: 'bad-instant',
      detail: 'x',
      form: 'message',
      origin: '',
      raw: String(number),
      message: 0,
    } as const
    stores.rejections.keep([refusal, { ...refusal, code: 'bad-place' }])
  }
  stores.close()
}

/** Numbers of the messages that are still there. */
const quarantined = (stores: Stores): readonly number[] =>
  [0, 1, 2].flatMap((feed) =>
    stores.rejections.forReplay({ feed: `feed-${String(feed)}`, after: 0, limit: 200 }).map(({ message, raw }) => {
      expect(raw).toBe(String(message))
      return message
    }),
  )

test('kill -9 leaves the facts of a batch, its note and its quarantined message settled, or nothing of it', { timeout: 60_000 }, async () => {
  const directory = temporaryFolder()
  const messages = 300
  quarantine(directory, messages)
  let first = 1
  for (const count of [1, 150, 40]) {
    const acknowledged = await recordUntilKilled(directory, first, count)
    first = Math.max(...acknowledged) + 1
    const times = timesRecorded(directory)
    const stores = openStores({ directory, rejectionsKept: 1_000 })
    const left = new Set(quarantined(stores))
    const whole = Array.from({ length: messages }, (_, index) => index + 1).map((number) => {
      const { feed, facts } = batchOf(number)
      const recorded = keysOf(number).filter((key) => times.has(key)).length
      const isNoted = stores.ledgers.of(feed).get(`batch-${String(number)}`) === String(facts.length)
      return { number, all: recorded === facts.length, none: recorded === 0, isNoted, isSettled: !left.has(number) }
    })
    stores.close()
    expect(whole.filter(({ all, none, isNoted, isSettled }) => !(all ? isNoted && isSettled : none && !isNoted && !isSettled))).toEqual([])
    expect(acknowledged.filter((number) => whole[number - 1]?.isSettled !== true)).toEqual([])
    expect(whole.filter(({ isSettled }) => isSettled).length).toBeGreaterThanOrEqual(count)
  }
})

test('a fold that throws ends the process, and nobody is told yes', { timeout: 30_000 }, async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', program, temporaryFolder(), '0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  const [output, errors] = await Promise.all([child.stdout.toArray(), child.stderr.toArray()])
  expect(await exited).toEqual([1, null])
  expect(output.join('')).not.toMatch(/^\d/m)
  expect(errors.join('')).toContain('the fold has a bug')
})
