/** 1970-01-01 was a Thursday; shifted by this, weeks begin on Monday. */
const mondayShift = 3

/** Mondays to Fridays before a day, counted from a Monday near 1970. */
function weekdaysBefore(day: number): number {
  const shifted = day + mondayShift
  const week = Math.floor(shifted / 7)
  return 5 * week + Math.min(shifted - 7 * week, 5)
}

/** The weekday that has `count` of them before it. */
function weekdayAt(count: number): number {
  const week = Math.floor(count / 5)
  return 7 * week + (count - 5 * week) - mondayShift
}

const isWeekday = (day: number): boolean => weekdaysBefore(day + 1) > weekdaysBefore(day)

/**
 * The worked days of all time, numbered one after the other: Mondays to Fridays, but for some exceptions. Tables span the exceptions and
 * arithmetic does the rest, so every answer costs the same, for any day.
 */
export class WorkedDays {
  /** the span of the exceptions, its end not included */
  readonly #first: number
  readonly #end: number
  /** worked days before each day of the span */
  readonly #before: Int32Array
  /** worked days of the span, in order */
  readonly #days: Int32Array
  /** worked days more than weekdays, in all of the span */
  readonly #surplus: number

  /** @param exceptions by day number: whether it is worked */
  constructor(exceptions: ReadonlyMap<number, boolean>) {
    const days = [...exceptions.keys()]
    this.#first = days.reduce((first, day) => Math.min(first, day), days[0] ?? 0)
    this.#end = days.reduce((end, day) => Math.max(end, day + 1), this.#first)
    const isWorked = (day: number): boolean => exceptions.get(day) ?? isWeekday(day)
    const span = Array.from({ length: this.#end - this.#first }, (_, index) => this.#first + index)
    this.#days = Int32Array.from(span.filter(isWorked))
    let before = weekdaysBefore(this.#first)
    this.#before = Int32Array.from(span, (day) => (isWorked(day) ? before++ : before))
    this.#surplus = before - weekdaysBefore(this.#end)
  }

  isWorked(day: number): boolean {
    return this.before(day + 1) > this.before(day)
  }

  /** Worked days before a day, counted from a fixed day in the past. */
  before(day: number): number {
    if (day < this.#first) return weekdaysBefore(day)
    return this.#before[day - this.#first] ?? weekdaysBefore(day) + this.#surplus
  }

  /** The worked day that has `count` of them before it. */
  dayAt(count: number): number {
    const index = count - weekdaysBefore(this.#first)
    if (index < 0) return weekdayAt(count)
    return this.#days[index] ?? weekdayAt(count - this.#surplus)
  }
}
