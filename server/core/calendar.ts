import { dayMs, hourMs, offsetOf } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'

/** Days, hours and months as plain numbers: what folds count by, some million times. Days of the calendar are days since 1970 in the zone. */

/** The business day of an instant, as a number that grows by 1 from day to day. Its weekday recurs every 7. */
export const dayNumber = (at: Instant, zone: string): number => Math.floor((at + offsetOf(at, zone)) / dayMs)

/** The first instant of a day number; where summer time skips midnight, the instant after the skip. */
export const startOfDayNumber = (day: number, zone: string): Instant => {
  const asUtc = day * dayMs
  return asUtc - offsetOf(asUtc - offsetOf(asUtc, zone), zone)
}

/** The hour, 0-23, and the share of it that has passed, as one number: half past two is 14.5. */
export const hoursIntoDay = (at: Instant, zone: string): number => {
  const local = at + offsetOf(at, zone)
  return (local - Math.floor(local / dayMs) * dayMs) / hourMs
}

/** The month of an instant, as a number that grows by 1 from month to month. */
export const monthNumber = (at: Instant, zone: string): number => {
  const local = new Date(at + offsetOf(at, zone))
  return local.getUTCFullYear() * 12 + local.getUTCMonth()
}

/** The first day of a month number, as a day number. */
export const firstDayOfMonth = (month: number): number => Date.UTC(Math.floor(month / 12), month - 12 * Math.floor(month / 12), 1) / dayMs

/** `YYYY-MM-DD` of a day number. */
export const dayText = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10)
