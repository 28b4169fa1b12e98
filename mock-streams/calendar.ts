/** The city's own calendar. China has one zone without summer time, so that local time is plain arithmetic. */

export const minuteMs = 60_000
export const hourMs = 3_600_000
export const dayMs = 86_400_000
const offsetMs = 8 * hourMs

/** Days since 1970-01-01 by the local calendar. */
export const dayNumberOf = (at: number): number => Math.floor((at + offsetMs) / dayMs)

/** The instant at which a local day begins. */
export const startOfDayNumber = (day: number): number => day * dayMs - offsetMs

/** Hour of the local day, with its fraction: 14.5 is half past two. */
export const localHour = (at: number): number => (at + offsetMs - dayNumberOf(at) * dayMs) / hourMs

/** 0 is Sunday. 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => (day + 4) % 7

/** 1-12 of a local day. */
export const monthOf = (day: number): number => new Date(day * dayMs).getUTCMonth() + 1

/** `2026-11-23`. */
export const dayText = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10)

/** `2026-11-23 14:21:08`, local, without a zone: how the vendors write it. */
export const timeText = (at: number): string => new Date(at + offsetMs).toISOString().slice(0, 19).replace('T', ' ')

/** The day that `YYYY-MM-DD` names. */
export const dayNumberNamed = (text: string): number => Math.floor(Date.parse(`${text}T00:00:00Z`) / dayMs)

/** Public holidays as the State Council published them, first and last day. Days past the last year are weekdays and weekends only. */
const holidays: readonly (readonly [first: string, last: string])[] = [
  ['2025-01-01', '2025-01-01'],
  ['2025-01-28', '2025-02-04'],
  ['2025-04-04', '2025-04-06'],
  ['2025-05-01', '2025-05-05'],
  ['2025-05-31', '2025-06-02'],
  ['2025-10-01', '2025-10-08'],
  ['2026-01-01', '2026-01-03'],
  ['2026-02-15', '2026-02-23'],
  ['2026-04-04', '2026-04-06'],
  ['2026-05-01', '2026-05-05'],
  ['2026-06-19', '2026-06-21'],
  ['2026-09-25', '2026-09-27'],
  ['2026-10-01', '2026-10-07'],
]

/** 调休: weekends that are worked. */
const workedWeekends = new Set(
  [
    '2025-01-26',
    '2025-02-08',
    '2025-04-27',
    '2025-09-28',
    '2025-10-11',
    '2026-01-04',
    '2026-02-14',
    '2026-02-28',
    '2026-05-09',
    '2026-09-20',
    '2026-10-10',
  ].map(dayNumberNamed),
)

const holidayDays = new Set(
  holidays.flatMap(([first, last]) => {
    const from = dayNumberNamed(first)
    return Array.from({ length: dayNumberNamed(last) - from + 1 }, (_, index) => from + index)
  }),
)

export const isHoliday = (day: number): boolean => holidayDays.has(day)

export function isWorkday(day: number): boolean {
  if (isHoliday(day)) return false
  const weekday = weekdayOf(day)
  return workedWeekends.has(day) || (weekday !== 0 && weekday !== 6)
}

/** 18:00 of the n-th working day after the day of `at`; the day of receipt is not counted. */
export function endOfWorkday(at: number, workdays: number): number {
  let day = dayNumberOf(at)
  for (let left = workdays; left > 0;) {
    day += 1
    if (isWorkday(day)) left -= 1
  }
  return startOfDayNumber(day) + 18 * hourMs
}

/** First day of the year of a day. */
export const firstDayOfYear = (day: number): number => Date.UTC(new Date(day * dayMs).getUTCFullYear(), 0, 1) / dayMs

/** Share of the year that has passed at the end of the local day of `at`. */
export function shareOfYear(at: number): number {
  const day = dayNumberOf(at)
  const first = firstDayOfYear(day)
  return (day - first + 1) / (firstDayOfYear(first + 366) - first)
}

/** 1 to 31 of a local day. */
export const dayOfMonth = (day: number): number => new Date(day * dayMs).getUTCDate()

/** Days of the month of a local day. */
export function daysOfMonth(day: number): number {
  const date = new Date(day * dayMs)
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
}
