import type { Instant } from '../../../contract/time.ts'
import { dayNumber, hoursIntoDay } from '../calendar.ts'

/** Past weeks that make up what is usual. */
export const usualWeeks = 8

const daysKept = usualWeeks * 7

const noHours: readonly number[] = Array.from({ length: 24 }, () => 0)

export type IntakeDump = readonly (readonly [day: number, hours: readonly number[]])[]

/** Orders received by business day and hour, for today and the weeks before it. */
export class IntakeHistory {
  readonly #zone: string
  readonly #days = new Map<number, number[]>()
  #floor = 0
  #total = 0

  constructor(zone: string) {
    this.#zone = zone
  }

  count(openedAt: Instant, sign: 1 | -1): void {
    const day = dayNumber(openedAt, this.#zone)
    if (day < this.#floor) return
    let hours = this.#days.get(day)
    if (hours === undefined) this.#days.set(day, (hours = [...noHours]))
    const hour = Math.floor(hoursIntoDay(openedAt, this.#zone))
    hours[hour] = (hours[hour] ?? 0) + sign
    this.#total += sign
  }

  /** Gives up the days before those that `today` is compared with. */
  forget(today: number): void {
    this.#floor = today - daysKept
    for (const day of this.#days.keys()) {
      if (day >= this.#floor) continue
      this.#total -= receivedBy(this.hoursOf(day), 24)
      this.#days.delete(day)
    }
  }

  /** Orders of all days kept. */
  get total(): number {
    return this.#total
  }

  dump(): IntakeDump {
    return [...this.#days]
  }

  restore(dump: IntakeDump): void {
    for (const [day, hours] of dump) {
      this.#days.set(day, [...hours])
      this.#total += receivedBy(hours, 24)
    }
  }

  /** 24 counts. */
  hoursOf(day: number): readonly number[] {
    return this.#days.get(day) ?? noHours
  }

  /** The same weekday's days before `today` on which anything was received, at most `usualWeeks`: a day without is a day not seen. */
  comparableDays(today: number): readonly number[] {
    const days = Array.from({ length: usualWeeks }, (_, week) => today - 7 * (week + 1))
    return days.filter((day) => this.hoursOf(day).some((count) => count > 0))
  }
}

/** Orders of one day up to a time of day: the full hours, and the share of the running one. */
export function receivedBy(hours: readonly number[], hoursIntoDay: number): number {
  const fullHours = Math.floor(hoursIntoDay)
  let received = (hours[fullHours] ?? 0) * (hoursIntoDay - fullHours)
  for (let hour = 0; hour < fullHours; hour += 1) received += hours[hour] ?? 0
  return received
}

/** Means are shown with at most one decimal; two keep them short on the wire. */
export const mean = (values: readonly number[]): number => Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 100) / 100
