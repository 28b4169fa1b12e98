import type { ReportSettings } from '../../contract/report.ts'
import { hourMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import { firstDayOfMonth, startOfDayNumber } from './calendar.ts'
import { endOfDay, lastDayOf } from './period.ts'
import { monthOf } from './ranking-counts.ts'
import type { WorkCalendar } from './working-days.ts'

/** When a month's 专报 is due, and when its authors are reminded. */
export interface ReportDue {
  /** last millisecond of the day */
  readonly dueAt: Instant
  /** ascending, each at nine in the morning, at most one a day */
  readonly remindAt: readonly Instant[]
  /** a day lies in a year whose holidays are not published yet */
  readonly isProvisional: boolean
}

const remindAtMs = 9 * hourMs

/**
 * The configured day, or the last day of a shorter month; where it is not worked, the last working day before it. A reminder falls so many days
 * before the day it is truly due, and is moved before a holiday likewise.
 * @param month YYYY-MM
 */
export function reportDue(month: string, settings: Pick<ReportSettings, 'dueDay' | 'remindDays'>, calendar: WorkCalendar, zone: string): ReportDue {
  const first = firstDayOfMonth(monthOf(month))
  const due = lastWorkedUpTo(Math.min(first + settings.dueDay - 1, lastDayOf(first, 'month')), calendar)
  const days = settings.remindDays.map((before) => lastWorkedUpTo(due - before, calendar))
  return {
    dueAt: endOfDay(due, zone),
    remindAt: [...new Set(days)].sort((one, other) => one - other).map((day) => startOfDayNumber(day, zone) + remindAtMs),
    isProvisional: [due, ...days].some((day) => calendar.isProvisional(day)),
  }
}

/** No holiday is longer than this: beyond, a calendar that works on no day is taken at its word. */
const longestHolidayDays = 31

function lastWorkedUpTo(day: number, calendar: WorkCalendar): number {
  for (let back = 0; back <= longestHolidayDays; back += 1) if (calendar.isWorkingDay(day - back)) return day - back
  return day
}
