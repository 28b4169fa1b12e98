import { dayMs, offsetOf } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import { firstDayOf, lastDayOf } from '../period.ts'
import type { Period } from '../period.ts'
import { DatedPoints } from './dated-points.ts'
import type { DatedPoint, Point } from './dated-points.ts'

/**
 * What was reported of one number over time, of the district or of one member: enough for its present value, its value at the end of each of
 * its last days, and at the start of the year. The same reports give the same in any order; of two for one instant the later one counts.
 */
export interface Series {
  /** the latest by instant; undefined before the first report */
  readonly newest: Report | undefined
  /** @returns the business day whose value it changed, undefined when it says nothing new */
  take(report: Report, today: number): number | undefined
  /** Its value now, in the period of `today`; undefined when nothing was reported in it. */
  present(today: number, period: Period): number | undefined
  /** what `present` was before the newest report corrected another for the same instant */
  presentBefore(today: number, period: Period): number | undefined
  /** Its value at the end of an earlier business day, in the period of that day, and when it was observed. */
  atEndOf(day: number, period: Period): Point | undefined
  /** Its value at the start of the year of `day`: of this business year or the one before. */
  atStartOf(day: number): number | undefined
  /** its last business days with a report, ascending */
  days(): readonly number[]
  /** as JSON */
  dump(): unknown
  restore(dump: unknown): void
}

/** One value as it came. */
export interface Report extends DatedPoint {
  readonly receivedAt: Instant
  readonly feed: string
  readonly numerator?: number | undefined
  readonly denominator?: number | undefined
  /** what was said before for the same instant */
  readonly corrected?: { readonly from: number; readonly at: Instant } | undefined
}

/** Business days a series reaches back: one more than a trend, whose first day needs the value of the last day before it too. */
const daysKept = 31

/** The newest report after one more; the same value once more is none. */
function newestAfter(known: Report | undefined, report: Report): Report | undefined {
  if (known === undefined || report.at > known.at) return report
  if (report.at < known.at || report.value === known.value) return known
  return { ...report, corrected: { from: known.value, at: report.receivedAt } }
}

/** Each report is the stock or running total of its instant. */
export class StockSeries implements Series {
  newest: Report | undefined
  readonly #zone: string
  /** each day's latest */
  readonly #points = new DatedPoints()
  /** first days of the business year, of the one before, and of the next */
  #year = 0
  #yearBefore = 0
  #nextYear = 0
  /** latest value at or before the start of that year, and of the year before */
  #start: Point | undefined
  #startBefore: Point | undefined

  constructor(zone: string) {
    this.#zone = zone
  }

  take(report: Report, today: number): number | undefined {
    this.#beginYear(today)
    const newest = newestAfter(this.newest, report)
    const isNewest = newest !== this.newest
    this.newest = newest
    const isStart = this.#takeStart(report)
    const isOfDay = this.#takeDay(report)
    return isNewest || isStart || isOfDay ? report.day : undefined
  }

  present(): number | undefined {
    return this.newest?.value
  }

  presentBefore(): number | undefined {
    return this.newest?.corrected?.from ?? this.newest?.value
  }

  atEndOf(day: number): Point | undefined {
    return this.#points.point(this.#points.lastUntil(day))
  }

  atStartOf(day: number): number | undefined {
    // the year has turned since the last report
    if (day >= this.#nextYear) return this.#latestBefore(firstDayOf(day, 'year'))?.value
    if (day >= this.#year) return this.#start?.value
    return day >= this.#yearBefore ? this.#startBefore?.value : undefined
  }

  days(): readonly number[] {
    return this.#points.days()
  }

  /** The last days' values, oldest first. */
  trend(days: number): readonly Point[] {
    const trend: Point[] = []
    for (let index = Math.max(0, this.#points.size - days); index < this.#points.size; index += 1)
      trend.push({ at: this.#points.at(index), value: this.#points.value(index) })
    return trend
  }

  dump(): unknown {
    const points = this.#points.dump()
    return { newest: this.newest, points, year: this.#year, start: this.#start, startBefore: this.#startBefore } satisfies StockDump
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { newest, points, year, start, startBefore } = dump as StockDump
    this.newest = newest
    this.#points.restore(points)
    if (year > 0) this.#setYear(year)
    this.#start = start
    this.#startBefore = startBefore
  }

  /** At the turn of the year the latest value so far is the one it starts from. */
  #beginYear(today: number): void {
    if (today < this.#nextYear) return
    const isNext = today <= lastDayOf(this.#nextYear, 'year')
    const start = this.#start
    this.#setYear(firstDayOf(today, 'year'))
    this.#startBefore = isNext ? start : this.#latestBefore(this.#yearBefore)
    this.#start = this.#latestBefore(this.#year)
  }

  #setYear(year: number): void {
    this.#year = year
    this.#yearBefore = firstDayOf(year - 1, 'year')
    this.#nextYear = lastDayOf(year, 'year') + 1
  }

  #latestBefore(day: number): Point | undefined {
    // a report of the very midnight is of the day and still the value it starts from
    let index = this.#points.lastUntil(day)
    while (index >= 0 && !this.#isAtOrBefore(this.#points.at(index), day)) index -= 1
    return this.#points.point(index)
  }

  #isAtOrBefore(at: Instant, day: number): boolean {
    return at + offsetOf(at, this.#zone) <= day * dayMs
  }

  #takeStart(report: Report): boolean {
    // most reports are of this year, and no start
    if (report.day > this.#year) return false
    const [start, before] = [this.#start, this.#startBefore]
    this.#start = this.#startAfter(start, report, this.#year)
    this.#startBefore = this.#startAfter(before, report, this.#yearBefore)
    return this.#start?.value !== start?.value || this.#startBefore?.value !== before?.value
  }

  #startAfter(start: Point | undefined, { at, value }: Report, year: number): Point | undefined {
    return this.#isAtOrBefore(at, year) && at >= (start?.at ?? -Infinity) ? { at, value } : start
  }

  #takeDay(report: Report): boolean {
    const points = this.#points
    const index = points.lastUntil(report.day)
    if (index >= 0 && points.day(index) === report.day) {
      const isOlder = points.at(index) > report.at || (points.at(index) === report.at && points.value(index) === report.value)
      if (!isOlder) points.put(index, 1, report)
      return !isOlder
    }
    if (index < 0 && points.size === daysKept) return false
    points.put(index + 1, 0, report)
    if (points.size > daysKept) points.forget(1)
    return true
  }
}

interface StockDump {
  readonly newest: Report | undefined
  readonly points: readonly number[]
  readonly year: number
  readonly start: Point | undefined
  readonly startBefore: Point | undefined
}

/**
 * Each report is a part of its own: a batch, a day. The parts of this business year and the one before are kept by instant, so that a
 * correction replaces its own part, and added up in the order of their instants, so that the sum does not depend on the order they came in.
 */
export class PartsSeries implements Series {
  newest: Report | undefined
  readonly #parts = new DatedPoints()
  #yearBefore = 0
  #nextYear = 0

  take(report: Report, today: number): number | undefined {
    this.#beginYear(today)
    const newest = newestAfter(this.newest, report)
    const isNewest = newest !== this.newest
    this.newest = newest
    return this.#put(report) || isNewest ? report.day : undefined
  }

  present(today: number, period: Period): number | undefined {
    return this.#sum(firstDayOf(today, period), Infinity)?.value
  }

  presentBefore(today: number, period: Period): number | undefined {
    const [sum, newest] = [this.present(today, period), this.newest]
    return sum === undefined || newest?.corrected === undefined ? sum : sum - newest.value + newest.corrected.from
  }

  atEndOf(day: number, period: Period): Point | undefined {
    return this.#sum(firstDayOf(day, period), day)
  }

  /** Nothing is added up yet when a year starts. */
  atStartOf(): number {
    return 0
  }

  days(): readonly number[] {
    return this.#parts.days().slice(-daysKept)
  }

  dump(): unknown {
    return { newest: this.newest, parts: this.#parts.dump() } satisfies PartsDump
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { newest, parts } = dump as PartsDump
    this.newest = newest
    this.#parts.restore(parts)
  }

  #beginYear(today: number): void {
    if (today < this.#nextYear) return
    this.#nextYear = lastDayOf(today, 'year') + 1
    this.#yearBefore = firstDayOf(firstDayOf(today, 'year') - 1, 'year')
    this.#parts.forget(this.#parts.lastUntil(this.#yearBefore - 1) + 1)
  }

  #put(report: Report): boolean {
    if (report.day < this.#yearBefore) return false
    const parts = this.#parts
    let index = parts.size
    while (index > 0 && parts.at(index - 1) > report.at) index -= 1
    const isKnown = index > 0 && parts.at(index - 1) === report.at
    if (isKnown && parts.value(index - 1) === report.value) return false
    if (isKnown) parts.put(index - 1, 1, report)
    else parts.put(index, 0, report)
    return true
  }

  #sum(from: number, to: number): Point | undefined {
    const parts = this.#parts
    let [value, at]: [number, Instant | undefined] = [0, undefined]
    for (let index = parts.lastUntil(from - 1) + 1; index < parts.size && parts.day(index) <= to; index += 1) {
      value += parts.value(index)
      at = parts.at(index)
    }
    return at === undefined ? undefined : { at, value }
  }
}

interface PartsDump {
  readonly newest: Report | undefined
  readonly parts: readonly number[]
}
