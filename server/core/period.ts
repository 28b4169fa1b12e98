import { dayMs, offsetOf } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'

/** Years and months in day numbers (server/core/calendar.ts). */

export type Period = 'year' | 'month'

export function firstDayOf(day: number, period: Period): number {
  const date = new Date(day * dayMs)
  return Date.UTC(date.getUTCFullYear(), period === 'year' ? 0 : date.getUTCMonth(), 1) / dayMs
}

export function lastDayOf(day: number, period: Period): number {
  const date = new Date(day * dayMs)
  const [year, month] = period === 'year' ? [date.getUTCFullYear() + 1, 0] : [date.getUTCFullYear(), date.getUTCMonth() + 1]
  return Date.UTC(year, month, 1) / dayMs - 1
}

/** The last millisecond of a business day. */
export function endOfDay(day: number, zone: string): Instant {
  const midnight = (day + 1) * dayMs
  return midnight - offsetOf(midnight - offsetOf(midnight, zone), zone) - 1
}
