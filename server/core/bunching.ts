import type { IndicatorState } from '../../contract/topic.ts'
import { dayNumber } from './calendar.ts'
import type { OutlookSetting } from './outlook.ts'
import { isLowerBetter, spanOf } from './pace.ts'

/** One day's share of the growth, and its multiple of a usual day's, beyond which it stands out. */
const outsizedShare = 0.4
const outsizedMultiple = 5
/** Values without which no day can be called unusual. */
const fewest = 10

type Trend = IndicatorState['trend']

/**
 * 数据扎堆: the day that brought more than 40 % of all growth over the last thirty values and more than five times the growth of a usual (the
 * median) day. Work that is done day by day is entered day by day; a figure that stands still for weeks and then jumps was entered, or done,
 * for a deadline, and whoever is assessed by it should be able to say why. Both bounds must be passed: the share alone would catch a slow month,
 * the multiple alone any lively day.
 * Only for what grows or climbs (cumulative, ramp), within one span, in the direction that is good. A value after days without any (a feed
 * that was down, a weekend) is spread evenly over those days, so that catching up is not taken for bunching.
 * @param trend one value per business day, oldest first
 * @returns undefined when no day stands out, and with fewer than ten values
 */
export function bunchedDay(trend: Trend, { definition, on, zone }: OutlookSetting): IndicatorState['bunched'] {
  if (definition.pace !== 'cumulative' && definition.pace !== 'ramp') return undefined
  const [from] = on.span(spanOf(definition))
  const since = trend.findIndex(({ at }) => dayNumber(at, zone) >= from)
  const [first, last] = [trend[since], trend.at(-1)]
  if (first === undefined || last === undefined || trend.length - since < fewest) return undefined
  // a total grows upwards, also one that had better stay small
  const towards = definition.pace === 'ramp' && isLowerBetter(definition) ? -1 : 1
  const net = (last.value - first.value) * towards
  if (net <= 0) return undefined
  const growths = growthsOf(trend, since, zone)
  const most = growths.reduce((so, growth) => Math.max(so, growth * towards), -Infinity)
  const share = most / net
  if (share <= outsizedShare || most <= outsizedMultiple * towards * medianOf(growths)) return undefined
  const day = trend[since + 1 + growths.indexOf(most * towards)]
  // one day may have brought more than was left after a later correction
  return day && { at: day.at, share: Math.min(share, 1) }
}

/** Growth per day from each value to the next. */
function growthsOf(trend: Trend, since: number, zone: string): readonly number[] {
  const growths: number[] = []
  for (let index = since + 1; index < trend.length; index += 1) {
    const [before, point] = [trend[index - 1], trend[index]]
    if (before === undefined || point === undefined) continue
    growths.push((point.value - before.value) / (dayNumber(point.at, zone) - dayNumber(before.at, zone)))
  }
  return growths
}

function medianOf(growths: readonly number[]): number {
  const sorted = [...growths].sort((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const [low, high] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : [sorted[middle - 1], sorted[middle]]
  return ((low ?? 0) + (high ?? 0)) / 2
}
