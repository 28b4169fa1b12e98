import { instantOf, localTime, secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'

/** 填报月份: a figure of a month is of its last second, so that entering it once more is a correction and a year begins with December's. */

/** Months as a number that grows by one. */
export function monthIndex(month: string): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1
}

function monthOfIndex(index: number): string {
  return `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}`
}

/** The month, `YYYY-MM`, that an instant lies in. */
export function monthOf(at: Instant, zone: string): string {
  const { year, month } = localTime(at, zone)
  return monthOfIndex(year * 12 + month - 1)
}

/** The last month that is over: the one whose figures are due. */
export const lastMonth = (now: Instant, zone: string): string => monthOfIndex(monthIndex(monthOf(now, zone)) - 1)

/** The instant of a month's figures: its last second in the zone. */
export function endOfMonth(month: string, zone: string): Instant {
  const next = monthIndex(month) + 1
  const first = { year: Math.floor(next / 12), month: (next % 12) + 1, day: 1, hour: 0, minute: 0, second: 0 }
  return instantOf(first, zone) - secondMs
}
