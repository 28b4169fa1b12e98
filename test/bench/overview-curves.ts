import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fact } from '../../contract/fact.ts'
import { dayMs, secondMs } from '../../contract/time.ts'
import { openEventLog } from '../../server/store/event-log.ts'
import { startHistorian } from '../../server/store/historian.ts'
import type { Historian } from '../../server/store/historian.ts'
import { registryWith } from '../support/registry.ts'
import { median } from './median.ts'

export interface CurveTimes {
  /** samples taken in from the log with the first question, and how long that took */
  readonly samples: number
  readonly takenInMs: number
  /** from the question to the answer in another thread, median of 15 */
  readonly yearMs: number
  readonly everySecondMs: number
  readonly computedMs: number
}

const newYear = Date.UTC(2025, 11, 31, 16)
const year = { from: newYear, to: newYear + 365 * dayMs - 1, points: 500 }
const rounds = 15

/** How long a curve takes to open: a year of daily values, a day told every second, a year of 2 inputs × 40 units. */
export async function curveTimes(): Promise<CurveTimes> {
  const directory = mkdtempSync(join(tmpdir(), 'yiping-curves-'))
  const historian = historianOf(directory)
  try {
    const samples = record(directory)
    const [, takenInMs] = await timed(() => historian.latest({ district: '620802', kind: 'input', name: 'done', member: undefined }, 0))
    return {
      samples,
      takenInMs,
      yearMs: await opening(historian, 'satisfaction', year),
      everySecondMs: await opening(historian, 'on_time_rate', { from: newYear, to: newYear + dayMs, points: 500 }),
      computedMs: await opening(historian, 'computed', year),
    }
  } finally {
    await historian.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

function historianOf(directory: string): Historian {
  const configurationModule = new URL('./curve-configuration.ts', import.meta.url).href
  return startHistorian({ directory, configDirectory: directory, configurationModule, feeds: [...registryWith().feeds.values()] })
}

function record(directory: string): number {
  const log = openEventLog({ directory })
  const days = Array.from({ length: 365 }, (_, day) => day)
  const dayAt = (day: number, unit = 0): number => newYear + day * dayMs + unit * secondMs
  const daily = days.map((day): Fact => ({ kind: 'reading', indicator: 'satisfaction', at: dayAt(day), value: 90 + Math.sin(day) }))
  const everySecond = Array.from({ length: 86_400 }, (_, second): Fact => ({
    kind: 'reading',
    indicator: 'on_time_rate',
    at: newYear + second * secondMs,
    value: 90 + Math.sin(second / 999),
  }))
  const byUnit = days.flatMap((day) =>
    Array.from({ length: 40 }, (_, unit) => unit).flatMap((unit): readonly Fact[] =>
      ['done', 'asked'].map((input) => ({ kind: 'input', input, of: `unit-${String(unit)}`, at: dayAt(day, unit), value: 100 + day + unit })),
    ),
  )
  const facts = [...daily, ...everySecond, ...byUnit]
  log.append([{ feed: 'indicators', facts: facts.map((fact) => JSON.stringify(fact)) }], newYear + 366 * dayMs)
  log.close()
  return facts.length
}

async function opening(historian: Historian, indicator: string, range: typeof year): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const asked = { district: '620802', indicator, unit: undefined, range, now: range.to, orders: [] }
    const [{ curve }, ms] = await timed(() => historian.curve(asked))
    if (curve.length < 365) throw new Error(`the curve of ${indicator} has ${String(curve.length)} points`)
    times.push(ms)
  }
  return median(times)
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const began = performance.now()
  return [await work(), performance.now() - began]
}
