import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createRecorder } from '../../server/store/recorder.ts'
import { openStores } from '../../server/store/stores.ts'
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

test('a fold that throws ends the process, and nobody is told yes', { timeout: 30_000 }, async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', program, temporaryFolder(), '0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  const [output, errors] = await Promise.all([child.stdout.toArray(), child.stderr.toArray()])
  expect(await exited).toEqual([1, null])
  expect(output.join('')).not.toMatch(/^\d/m)
  expect(errors.join('')).toContain('the fold has a bug')
})
