import type { IndicatorDefinition } from '../../contract/indicator.ts'
import type { IndicatorState, Outlook } from '../../contract/topic.ts'
import { dayNumber } from './calendar.ts'
import { isLowerBetter, spanOf, targetOf } from './pace.ts'
import type { PaceDay } from './pace.ts'

/** Days that a projection looks back, and values it needs there. */
const windowDays = 30
const fewest = 5

/** Student's t for an 80 % interval (0.9 on one side) by degrees of freedom from 3 on; beyond the table the last is right to a hundredth. */
const studentT = [
  1.638, 1.533, 1.476, 1.44, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356, 1.35, 1.345, 1.341, 1.337, 1.333, 1.33, 1.328, 1.325, 1.323, 1.321, 1.319,
  1.318, 1.316, 1.315, 1.314, 1.313,
] as const

type Trend = IndicatorState['trend']
type Projection = NonNullable<Outlook['projected']>

export interface OutlookSetting {
  readonly definition: IndicatorDefinition
  readonly on: PaceDay
  readonly zone: string
}

/**
 * 展望 of an indicator that is on its way through a year or a month; undefined for one whose target is due at any moment, or that has no pace.
 * @param trend one value per business day, oldest first, the present one last
 */
export function outlookOf(value: number, trend: Trend, setting: OutlookSetting): Outlook | undefined {
  const { definition, on } = setting
  if (definition.pace !== 'cumulative' && definition.pace !== 'ramp') return undefined
  const { left } = on.elapsed(spanOf(definition), definition.paceDays)
  return { daysLeft: left, perDay: neededPerDay(definition, value, left), projected: projectionOf(trend, setting) }
}

/** Signed: negative where the value must fall. */
function neededPerDay(definition: IndicatorDefinition, value: number, left: number): number | undefined {
  const target = targetOf(definition)
  if (target === undefined || left === 0) return undefined
  const isReached = isLowerBetter(definition) ? value <= target : value >= target
  return isReached ? undefined : (target - value) / left
}

/**
 * From the present value on, at the slope of the straight line that fits the values of the last thirty calendar days best (least squares), to
 * the last day of the span. The interval is that line's 80 % prediction interval: it grows with the scatter about the line and with the way
 * ahead. It says where these thirty days lead if nothing changes, and no more: what comes in bursts makes it wide, and values that hang
 * together from day to day make it narrower than it should be. Values before the span began are left out: a total starts anew there. A total
 * is not projected to fall, and nothing beyond the values that the definition calls possible (`range`).
 */
function projectionOf(trend: Trend, { definition, on, zone }: OutlookSetting): Projection | undefined {
  const [first, end] = on.span(spanOf(definition))
  const from = Math.max(on.day - windowDays + 1, first)
  const since = trend.findIndex(({ at }) => dayNumber(at, zone) >= from)
  const present = trend.at(-1)
  if (present === undefined || since < 0 || trend.length - since < fewest) return undefined
  const day = dayNumber(present.at, zone)
  if (day >= end) return { value: present.value, low: present.value, high: present.value }
  const { slope, halfWidth } = lineThrough(trend, since, { end, zone })
  const projected = present.value + slope * (end - day)
  const possible = withinPossible(definition, present.value)
  return { value: possible(projected), low: possible(projected - halfWidth), high: possible(projected + halfWidth) }
}

/** Through the values from `since` on. Sums are taken from the first of them, so that large numbers leave no rounding behind. */
function lineThrough(
  trend: Trend,
  since: number,
  { end, zone }: { readonly end: number; readonly zone: string },
): { readonly slope: number; readonly halfWidth: number } {
  const count = trend.length - since
  const origin = trend[since] ?? { at: 0, value: 0 }
  const firstDay = dayNumber(origin.at, zone)
  let [x, y, xx, xy, yy] = [0, 0, 0, 0, 0]
  for (let index = since; index < trend.length; index += 1) {
    const { at, value } = trend[index] ?? origin
    const [day, above] = [dayNumber(at, zone) - firstDay, value - origin.value]
    x += day
    y += above
    xx += day * day
    xy += day * above
    yy += above * above
  }
  const spread = xx - (x * x) / count
  const slope = (xy - (x * y) / count) / spread
  // of values on one line, rounding may leave a little less than nothing
  const variance = Math.max(0, yy - (y * y) / count - slope * (xy - (x * y) / count)) / (count - 2)
  const t = studentT[count - fewest] ?? 1.313
  return { slope, halfWidth: t * Math.sqrt(variance * (1 + 1 / count + (end - firstDay - x / count) ** 2 / spread)) }
}

function withinPossible({ pace, range }: IndicatorDefinition, present: number): (value: number) => number {
  const lowest = Math.max(range?.[0] ?? -Infinity, pace === 'cumulative' ? present : -Infinity)
  const highest = range?.[1] ?? Infinity
  return (value) => Math.min(Math.max(value, lowest), highest)
}
