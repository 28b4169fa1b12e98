import type { Limits } from '../../../contract/configuration.ts'
import type { Entry, ReadingQuality, SensorReadingFact } from '../../../contract/fact.ts'
import type { Instant } from '../../../contract/time.ts'
import type { SensorState } from '../../../contract/topic.ts'
import { nextAfter, note } from './spaced-trend.ts'
import type { SpacedTrend } from './spaced-trend.ts'
import { extend, insert, standingOf } from './standing.ts'
import type { Run } from './standing.ts'

/** What one sensor measures of one quantity: its newest reading, and what is left of those before. Moved on in place. */
export interface SensorSeries {
  readonly id: string
  readonly sensor: string
  readonly quantity: string
  readonly limits: Limits
  value: number
  quality: ReadingQuality
  observedAt: Instant
  receivedAt: Instant
  corrected: SensorState['corrected']
  feed: string
  /** of the readings before the newest, so that the newest can be corrected */
  earlier: Run | undefined
  readonly trend: SpacedTrend
}

/** A reading with what is not said of it: quality is good where the upstream knows no other. */
interface Reading {
  readonly at: Instant
  readonly value: number
  readonly quality: ReadingQuality
}

const readingOf = ({ at, value, quality = 'good' }: SensorReadingFact): Reading => ({ at, value, quality })

const judged = ({ limits }: SensorSeries, { at, value, quality }: Reading) => ({ at, standing: standingOf(value, quality, limits) })

const newestOf = ({ observedAt, value, quality }: SensorSeries): Reading => ({ at: observedAt, value, quality })

/** The run that the newest reading belongs to. */
export const runOf = (series: SensorSeries): Run => extend(series.earlier, judged(series, newestOf(series)))

/** A series with its first reading. */
export function beginSeries(id: string, limits: Limits, fact: SensorReadingFact, entry: Entry): SensorSeries {
  const { at, value, quality } = readingOf(fact)
  const { sensor, quantity } = fact
  const trend: SpacedTrend = quality === 'good' ? [at, value] : []
  return {
    id,
    sensor,
    quantity,
    limits,
    value,
    quality,
    observedAt: at,
    receivedAt: entry.at,
    corrected: undefined,
    feed: entry.feed,
    earlier: undefined,
    trend,
  }
}

/** Takes in one more reading. @returns whether anything changed */
export function takeReading(series: SensorSeries, fact: SensorReadingFact, entry: Entry): boolean {
  const reading = readingOf(fact)
  const { at, value, quality } = reading
  if (at === series.observedAt && value === series.value && quality === series.quality) return false
  const isLate = at < series.observedAt
  const hasMoved = isLate ? takeLate(series, reading) : takeNewest(series, reading, entry)
  return note(series.trend, at, quality === 'good' ? value : undefined) || hasMoved
}

/** A second value for the newest instant corrects it, and what was said before is kept. */
function takeNewest(series: SensorSeries, { at, value, quality }: Reading, entry: Entry): true {
  if (at > series.observedAt) {
    series.earlier = runOf(series)
    series.corrected = undefined
  } else if (value !== series.value) series.corrected = { from: series.value, at: entry.at }
  series.value = value
  series.quality = quality
  series.observedAt = at
  series.receivedAt = entry.at
  series.feed = entry.feed
  return true
}

function takeLate(series: SensorSeries, reading: Reading): boolean {
  const { earlier, trend } = series
  const late = judged(series, reading)
  const isLaterThanThey = earlier === undefined || late.at > earlier.until
  series.earlier = isLaterThanThey ? extend(earlier, late) : insert(earlier, late, (at) => nextAfter(trend, at))
  return series.earlier !== earlier
}
