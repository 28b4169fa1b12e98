import type { CalendarFile } from '../../contract/configuration.ts'
import { dayMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import { dayNumber, startOfDayNumber } from './calendar.ts'
import { WorkedDays } from './worked-days.ts'

/** A due time, and whether it was counted beyond the last year whose holidays are published. */
export interface Due {
  readonly at: Instant
  readonly isProvisional: boolean
}

/**
 * 工作日历: which days are worked. Days are day numbers (server/core/calendar.ts). Without a file for a year, Mondays to Fridays are worked
 * there and everything counted through it is provisional.
 */
export interface WorkCalendar {
  /** first and last year settled by a file; undefined without any */
  readonly years: readonly [first: number, last: number] | undefined
  isWorkingDay(day: number): boolean
  isProvisional(day: number): boolean
  /**
   * End of the `count`-th working day after the day of `from`, which is not counted itself (民法典 第二百零一条): the last millisecond of that
   * day in `zone`.
   */
  dueAfter(from: Instant, count: number, zone: string): Due
  /** Working days after the day of `from` up to and including the day of `to`; negative when `to` lies before `from`. */
  between(from: Instant, to: Instant, zone: string): number
  /**
   * When the last working day before a due time begins: the start of the due day, where that is worked, else of the last worked day before.
   * A due time at midnight belongs to the day that ends then.
   */
  lastDayBefore(due: Instant, zone: string): Instant
  /**
   * The instant by which `share` (0 to 1) of the working time from `from` to `to` has passed: time on days that are not worked does not pass.
   * Where none of it is worked, all of it passes alike.
   */
  shareAt(from: Instant, to: Instant, share: number, zone: string): Instant
}

/** @param files those of config/calendar; a day that a file without `year` names overrides what a year's file says of it */
export function createWorkCalendar(files: readonly CalendarFile[]): WorkCalendar {
  return new CalendarOfFiles(files)
}

const dayOfText = (text: string): number => Date.parse(`${text}T00:00:00Z`) / dayMs
const yearOf = (day: number): number => new Date(day * dayMs).getUTCFullYear()

/** Local files come after those of years, and so prevail. */
function exceptionsOf(files: readonly CalendarFile[]): ReadonlyMap<number, boolean> {
  const inOrder = [...files].sort((one, other) => (one.year ?? Infinity) - (other.year ?? Infinity) || 0)
  return new Map(
    inOrder.flatMap(({ holidays, workdays }) => [
      ...holidays.map(({ day }) => [dayOfText(day), false] as const),
      ...workdays.map(({ day }) => [dayOfText(day), true] as const),
    ]),
  )
}

class CalendarOfFiles implements WorkCalendar {
  readonly years
  readonly #settled: ReadonlySet<number>
  readonly #days: WorkedDays
  /** the days from `first` to `last` are all in settled years: nearly every question is about them */
  readonly #first: number
  readonly #last: number

  constructor(files: readonly CalendarFile[]) {
    const years = files.flatMap(({ year }) => year ?? []).sort((one, other) => one - other)
    this.#settled = new Set(years)
    const [first = 0, last = first] = [years[0], years.at(-1)]
    this.years = years.length === 0 ? undefined : ([first, last] as const)
    this.#days = new WorkedDays(exceptionsOf(files))
    const latestGap = Array.from({ length: last - first }, (_, index) => last - index).find((year) => !this.#settled.has(year)) ?? first - 1
    this.#first = years.length === 0 ? Infinity : Date.UTC(latestGap + 1, 0, 1) / dayMs
    this.#last = years.length === 0 ? -Infinity : Date.UTC(last + 1, 0, 1) / dayMs - 1
  }

  isWorkingDay(day: number): boolean {
    return this.#days.isWorked(day)
  }

  isProvisional(day: number): boolean {
    return (day < this.#first || day > this.#last) && !this.#settled.has(yearOf(day))
  }

  dueAfter(from: Instant, count: number, zone: string): Due {
    const received = dayNumber(from, zone)
    const day = this.#days.dayAt(this.#days.before(received + 1) + count - 1)
    return { at: startOfDayNumber(day + 1, zone) - 1, isProvisional: this.#isAnyProvisional(received + 1, day) }
  }

  between(from: Instant, to: Instant, zone: string): number {
    return this.#days.before(dayNumber(to, zone) + 1) - this.#days.before(dayNumber(from, zone) + 1)
  }

  lastDayBefore(due: Instant, zone: string): Instant {
    const dueDay = dayNumber(due - 1, zone)
    return startOfDayNumber(this.#days.dayAt(this.#days.before(dueDay + 1) - 1), zone)
  }

  shareAt(from: Instant, to: Instant, share: number, zone: string): Instant {
    if (to <= from) return to
    const [begins, ends] = [this.#workedBy(from, zone), this.#workedBy(to, zone)]
    if (begins === ends) return from + Math.ceil((to - from) * share)
    const target = begins + Math.ceil((ends - begins) * share)
    const index = Math.floor(target / dayMs)
    const at = startOfDayNumber(this.#days.dayAt(index), zone) + (target - index * dayMs)
    // where the target ends a day exactly, the next worked day may lie beyond the end
    return Math.min(at, to)
  }

  /** Working time that has passed by an instant, in milliseconds since some beginning. */
  #workedBy(at: Instant, zone: string): number {
    const day = dayNumber(at, zone)
    const before = this.#days.before(day) * dayMs
    return this.#days.isWorked(day) ? before + Math.min(at - startOfDayNumber(day, zone), dayMs) : before
  }

  #isAnyProvisional(first: number, last: number): boolean {
    if (first >= this.#first && last <= this.#last) return false
    for (let year = yearOf(first); year <= yearOf(last); year += 1) if (!this.#settled.has(year)) return true
    return false
  }
}
