import type { Instant } from '../../contract/time.ts'
import { dayNumber, startOfDayNumber } from './calendar.ts'
import { versionOn } from './definition-versions.ts'
import type { DefinitionVersion } from './definition-versions.ts'
import { expectedOn, PaceDay } from './pace.ts'
import type { CurveRange, Sample } from './reduce.ts'
import type { WorkCalendar } from './working-days.ts'

/** Steps of a pace that differ by less than this share of its height are one straight line. */
const straight = 1e-9

interface Place {
  readonly zone: string
  readonly calendar: Pick<WorkCalendar, 'isWorkingDay'>
}

/**
 * 均衡进度线: the expected value of each business day of a range, by the definition in force on it; the points between which it runs straight.
 * A day's value stands at the day's beginning, so at `to` it is the one that is judged by. Days without a pace have no points.
 */
export function paceLine(versions: readonly DefinitionVersion[], range: Omit<CurveRange, 'points'>, { zone, calendar }: Place): readonly Sample[] {
  const [first, last] = [dayNumber(range.from, zone), dayNumber(range.to, zone)]
  const daily: Sample[] = []
  for (let day = first; day <= last; day += 1) {
    const value = expectedOn(versionOn(versions, day).definition, new PaceDay(day, calendar))
    if (value !== undefined) daily.push({ at: Math.max(startOfDayNumber(day, zone), range.from), value })
  }
  const bends = daily.filter((point, index) => index === 0 || index === daily.length - 1 || isBend(daily[index - 1], point, daily[index + 1]))
  const end = bends.at(-1)
  return end === undefined || end.at >= range.to || dayNumber(end.at, zone) !== last ? bends : [...bends, { at: range.to, value: end.value }]
}

/** Whether the line changes its direction at a point. */
function isBend(before: Sample | undefined, point: Sample, after: Sample | undefined): boolean {
  if (before === undefined || after === undefined) return true
  const [slopeBefore, slopeAfter] = [slope(before, point), slope(point, after)]
  return Math.abs(slopeAfter - slopeBefore) * (after.at - before.at) > straight * Math.max(Math.abs(before.value), Math.abs(after.value))
}

const slope = (from: Sample, to: Sample): number => (to.value - from.value) / elapsed(from.at, to.at)
const elapsed = (from: Instant, to: Instant): number => Math.max(1, to - from)
