import { dayMs } from '../../contract/time.ts'
import { dayNumber } from '../../server/core/calendar.ts'
import { endOfDay } from '../../server/core/period.ts'
import type { WorkCalendar } from '../../server/core/working-days.ts'

const isWorkingDay = (day: number): boolean => ![0, 6].includes(new Date(day * dayMs).getUTCDay())

function workedDay(from: number, step: 1 | -1): number {
  let day = from + step
  while (!isWorkingDay(day)) day += step
  return day
}

/** A calendar without a single holiday: Mondays to Fridays are worked, in every year. */
export const weekdays: WorkCalendar = {
  years: undefined,
  isWorkingDay,
  isProvisional: () => true,
  dueAfter(from, count, zone) {
    let day = dayNumber(from, zone)
    for (let passed = 0; passed < count; passed += 1) day = workedDay(day, 1)
    return { at: endOfDay(day, zone), isProvisional: true }
  },
  between(from, to, zone) {
    const [first, last] = [dayNumber(from, zone), dayNumber(to, zone)]
    let count = 0
    for (let day = Math.min(first, last) + 1; day <= Math.max(first, last); day += 1) if (isWorkingDay(day)) count += 1
    return last < first ? -count : count
  },
  // nothing that these tests measure goes by it
  shareAt: (from, to, share) => from + Math.round((to - from) * share),
  lastDayBefore(due, zone) {
    const day = dayNumber(due, zone)
    return endOfDay((isWorkingDay(day) ? day : workedDay(day, -1)) - 1, zone) + 1
  },
}
