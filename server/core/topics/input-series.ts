import { dayMs, offsetOf } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import { firstDayOf } from '../period.ts'
import type { Period } from '../period.ts'

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

export interface Point {
  readonly at: Instant
  readonly value: number
}

/** One value as it came. */
export interface Report extends Point {
  /** of `at` */
  readonly day: number
  readonly receivedAt: Instant
  readonly feed: string
  readonly numerator?: number | undefined
  readonly denominator?: number | undefined
  /** what was said before for the same instant */
  readonly corrected?: { readonly from: number; readonly at: Instant } | undefined
}

interface DayPoint extends Point {
  readonly day: number
}

/** Business days a series reaches back: one more than a trend, whose first day needs the value of the last day before it too. */
const daysKept = 31

/** The newest report after one more; the same value once more is none. */
function newestAfter(known: Report | undefined, report: Report): Report | undefined {
  if (known === undefined || report.at > known.at) return report
  if (report.at < known.at || report.value === known.value) return known
  return { ...report, corrected: { from: known.value, at: report.receivedAt } }
}

/** Index behind the last element that does not lie after `bound`. */
function indexAfter(sorted: readonly Point[], bound: Instant): number {
  let index = sorted.length
  while (index > 0 && (sorted[index - 1]?.at ?? -Infinity) > bound) index -= 1
  return index
}

/** Each report is the stock or running total of its instant. */
export class StockSeries implements Series {
  newest: Report | undefined
  readonly #zone: string
  /** each day's latest, oldest first */
  readonly #points: DayPoint[] = []
  #year = 0
  /** latest value at or before the start of the year of `#year`, and of the year before */
  #start: Point | undefined
  #startBefore: Point | undefined

  constructor(zone: string) {
    this.#zone = zone
  }

  take(report: Report, today: number): number | undefined {
    this.#beginYear(today)
    const isNewest = this.newest !== (this.newest = newestAfter(this.newest, report))
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
    let index = this.#points.length - 1
    while (index >= 0 && (this.#points[index]?.day ?? 0) > day) index -= 1
    return this.#points[index]
  }

  atStartOf(day: number): number | undefined {
    const year = firstDayOf(day, 'year')
    if (year === this.#year) return this.#start?.value
    // the year has turned since the last report
    if (year > this.#year) return this.#latestBefore(year)?.value
    return year === firstDayOf(this.#year - 1, 'year') ? this.#startBefore?.value : undefined
  }

  days(): readonly number[] {
    return this.#points.map(({ day }) => day)
  }

  /** The last days' values, oldest first. */
  trend(days: number): readonly Point[] {
    return this.#points.slice(-days).map(({ at, value }) => ({ at, value }))
  }

  dump(): unknown {
    const points = this.#points.map(({ day, at, value }) => [day, at, value])
    return { newest: this.newest, points, year: this.#year, start: this.#start, startBefore: this.#startBefore } satisfies StockDump
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { newest, points, year, start, startBefore } = dump as StockDump
    this.newest = newest
    for (const [day = 0, at = 0, value = 0] of points) this.#points.push({ day, at, value })
    this.#year = year
    this.#start = start
    this.#startBefore = startBefore
  }

  /** At the turn of the year the latest value so far is the one it starts from. */
  #beginYear(today: number): void {
    const year = firstDayOf(today, 'year')
    if (year <= this.#year) return
    const isNext = firstDayOf(year - 1, 'year') === this.#year
    this.#startBefore = isNext ? this.#start : this.#latestBefore(firstDayOf(year - 1, 'year'))
    this.#start = this.#latestBefore(year)
    this.#year = year
  }

  #latestBefore(day: number): Point | undefined {
    const found = this.#points.findLast((point) => this.#isAtOrBefore(point.at, day))
    return found === undefined ? undefined : { at: found.at, value: found.value }
  }

  #isAtOrBefore(at: Instant, day: number): boolean {
    return at + offsetOf(at, this.#zone) <= day * dayMs
  }

  #takeStart(report: Report): boolean {
    const [start, before] = [this.#start, this.#startBefore]
    this.#start = this.#startAfter(start, report, this.#year)
    this.#startBefore = this.#startAfter(before, report, firstDayOf(this.#year - 1, 'year'))
    return this.#start?.value !== start?.value || this.#startBefore?.value !== before?.value
  }

  #startAfter(start: Point | undefined, { at, value }: Report, year: number): Point | undefined {
    return this.#isAtOrBefore(at, year) && at >= (start?.at ?? -Infinity) ? { at, value } : start
  }

  #takeDay({ day, at, value }: Report): boolean {
    const index = this.#points.findLastIndex((point) => point.day <= day)
    const known = this.#points[index]
    if (known?.day === day) {
      if (known.at > at || (known.at === at && known.value === value)) return false
      this.#points[index] = { day, at, value }
      return true
    }
    if (index < 0 && this.#points.length === daysKept) return false
    this.#points.splice(index + 1, 0, { day, at, value })
    if (this.#points.length > daysKept) this.#points.shift()
    return true
  }
}

interface StockDump {
  readonly newest: Report | undefined
  readonly points: readonly (readonly number[])[]
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
  readonly #parts: DayPoint[] = []

  take(report: Report, today: number): number | undefined {
    this.#forget(firstDayOf(firstDayOf(today, 'year') - 1, 'year'))
    const isNewest = this.newest !== (this.newest = newestAfter(this.newest, report))
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
    return [...new Set(this.#parts.map(({ day }) => day))].slice(-daysKept)
  }

  dump(): unknown {
    return { newest: this.newest, parts: this.#parts.map(({ day, at, value }) => [day, at, value]) } satisfies PartsDump
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { newest, parts } = dump as PartsDump
    this.newest = newest
    for (const [day = 0, at = 0, value = 0] of parts) this.#parts.push({ day, at, value })
  }

  #put({ day, at, value }: Report): boolean {
    const index = indexAfter(this.#parts, at)
    const known = this.#parts[index - 1]
    if (known?.at !== at) this.#parts.splice(index, 0, { day, at, value })
    else if (known.value === value) return false
    else this.#parts[index - 1] = { day, at, value }
    return true
  }

  #forget(floor: number): void {
    const kept = this.#parts.findIndex(({ day }) => day >= floor)
    if (kept !== 0) this.#parts.splice(0, kept < 0 ? this.#parts.length : kept)
  }

  #sum(from: number, to: number): Point | undefined {
    let [value, at]: [number, Instant | undefined] = [0, undefined]
    for (const part of this.#parts) {
      if (part.day < from) continue
      if (part.day > to) break
      value += part.value
      at = part.at
    }
    return at === undefined ? undefined : { at, value }
  }
}

interface PartsDump {
  readonly newest: Report | undefined
  readonly parts: readonly (readonly number[])[]
}
