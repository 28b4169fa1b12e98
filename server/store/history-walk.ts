import type { Instant } from '../../contract/time.ts'
import { dayNumber, startOfDayNumber } from '../core/calendar.ts'
import { firstDayOf } from '../core/period.ts'
import type { OrderDays } from '../core/curve.ts'
import type { Period } from '../core/period.ts'
import type { Sample } from '../core/reduce.ts'

/** Walking through the past of inputs, instant by instant, with what each was then. */

/** One series as it is walked through. The rules are those of the fold (topics/input-series.ts). */
export interface Track {
  /** its samples, ascending, one an instant */
  readonly samples: readonly Sample[]
  /** of the next sample; Infinity after the last */
  readonly nextAt: Instant
  /** Moves on to the last sample at or before an instant. */
  reach(at: Instant): void
  /** what it is in the period of `day`, where it has got to; undefined without a report */
  present(day: number): number | undefined
  /** at the start of the year of `day` */
  atStart(day: number): number | undefined
  /** Takes a value in the place of the last sample's, until it is called with nothing. */
  suppose(value?: number): void
}

/** Each sample is the stock or running total of its instant. */
export class StockTrack implements Track {
  readonly samples: readonly Sample[]
  readonly #zone: string
  readonly #starts = new Map<number, number>()
  #next = 0
  #supposed: number | undefined

  constructor(samples: readonly Sample[], zone: string) {
    this.samples = samples
    this.#zone = zone
  }

  get nextAt(): Instant {
    return this.samples[this.#next]?.at ?? Infinity
  }

  reach(at: Instant): void {
    while (this.nextAt <= at) this.#next += 1
  }

  present(): number | undefined {
    return this.#supposed ?? this.samples[this.#next - 1]?.value
  }

  atStart(day: number): number | undefined {
    const year = firstDayOf(day, 'year')
    const index = this.#starts.get(year) ?? this.#indexAt(startOfDayNumber(year, this.#zone))
    this.#starts.set(year, index)
    return this.#supposed !== undefined && index === this.#next - 1 ? this.#supposed : this.samples[index]?.value
  }

  suppose(value?: number): void {
    this.#supposed = value
  }

  /** of the last sample at or before an instant; -1 without one */
  #indexAt(at: Instant): number {
    return this.samples.findLastIndex((sample) => sample.at <= at)
  }
}

/** Each sample is a part of its own: parts are added up over the period, in the order of their instants. */
export class PartsTrack implements Track {
  readonly samples: readonly Sample[]
  readonly #zone: string
  readonly #period: Period
  #next = 0
  /** first day of the period that is being added up */
  #first = -Infinity
  #sum = 0
  /** the same without the last part */
  #before = 0
  #supposed: number | undefined

  constructor(samples: readonly Sample[], zone: string, period: Period) {
    this.samples = samples
    this.#zone = zone
    this.#period = period
  }

  get nextAt(): Instant {
    return this.samples[this.#next]?.at ?? Infinity
  }

  reach(at: Instant): void {
    for (let part = this.samples[this.#next]; part !== undefined && part.at <= at; part = this.samples[this.#next]) {
      this.#add(part)
      this.#next += 1
    }
  }

  present(day: number): number | undefined {
    if (firstDayOf(day, this.#period) !== this.#first) return undefined
    return this.#supposed === undefined ? this.#sum : this.#before + this.#supposed
  }

  /** Nothing is added up yet when a year starts. */
  atStart(): number {
    return 0
  }

  suppose(value?: number): void {
    this.#supposed = value
  }

  #add({ at, value }: Sample): void {
    const first = firstDayOf(dayNumber(at, this.#zone), this.#period)
    this.#before = first === this.#first ? this.#sum : 0
    this.#sum = this.#before + value
    this.#first = first
  }
}

/** An input as a formula takes it. */
export interface InputTrack {
  present(day: number): number | undefined
  atStart(day: number): number | undefined
}

/**
 * The sum over members, of those that have a value. A member whose value at the start of the year is not known leaves that sum unknown: it would
 * be growth else.
 */
export class SumTrack implements InputTrack {
  readonly #members: readonly Track[]
  #day = Number.NaN
  #sum: number | undefined

  constructor(members: readonly Track[]) {
    this.#members = members
  }

  /** Says that a member moved on. */
  changed(): void {
    this.#day = Number.NaN
  }

  present(day: number): number | undefined {
    if (day === this.#day) return this.#sum
    this.#day = day
    this.#sum = undefined
    for (const member of this.#members) {
      const value = member.present(day)
      if (value !== undefined) this.#sum = (this.#sum ?? 0) + value
    }
    return this.#sum
  }

  atStart(day: number): number | undefined {
    let sum: number | undefined
    for (const member of this.#members) {
      const value = member.atStart(day)
      if (value === undefined) return undefined
      sum = (sum ?? 0) + value
    }
    return sum
  }
}

/** The district's own value where it has one, else the sum over its members: the rule of the fold (topics/input-source.ts). */
export const ownOrSum = (own: InputTrack, sum: InputTrack): InputTrack => ({
  present: (day) => own.present(day) ?? sum.present(day),
  atStart: (day) => own.atStart(day) ?? sum.atStart(day),
})

/** The same number on every day. */
export const constantTrack = (value: number): InputTrack => ({ present: () => value, atStart: () => value })

export const unknownTrack: InputTrack = { present: () => undefined, atStart: () => undefined }

/** Added up over the period to date. Nothing is counted yet when a year starts. */
export function countTrack({ fromDay, counts, heardFrom }: OrderDays, period: Period): InputTrack {
  const before = [0]
  for (const count of counts) before.push((before.at(-1) ?? 0) + count)
  const countedBefore = (day: number): number => before[Math.min(Math.max(day - fromDay, 0), counts.length)] ?? 0
  return {
    present: (day) => (day < heardFrom ? undefined : countedBefore(day + 1) - countedBefore(firstDayOf(day, period))),
    atStart: () => 0,
  }
}
