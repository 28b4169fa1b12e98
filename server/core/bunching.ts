import type { IndicatorDefinition } from '../../contract/indicator.ts'
import type { IndicatorState } from '../../contract/topic.ts'
import { dayNumber } from './calendar.ts'
import { isLowerBetter, spanOf } from './pace.ts'
import { firstDayOf } from './period.ts'

/** One day's share of the growth, and its multiple of a usual day's, beyond which it stands out. */
const outsizedShare = 0.4
const outsizedMultiple = 5
/** Values without which no day can be called unusual. */
const fewest = 10

interface Growth {
  readonly at: number
  readonly perDay: number
}

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
export function bunchedDay(trend: IndicatorState['trend'], definition: IndicatorDefinition, zone: string): IndicatorState['bunched'] {
  if (definition.pace !== 'cumulative' && definition.pace !== 'ramp') return undefined
  const growths = growthsOf(trend, definition, zone)
  const [first, last] = [trend.at(-growths.length - 1), trend.at(-1)]
  if (first === undefined || last === undefined || growths.length < fewest - 1) return undefined
  const most = growths.reduce((so, growth) => (growth.perDay > so.perDay ? growth : so))
  const share = most.perDay / Math.abs(last.value - first.value)
  const isOutsized = isGrowing(first.value, last.value, definition) && share > outsizedShare && most.perDay > outsizedMultiple * medianOf(growths)
  // a day may bring more than all that was left after later corrections
  return isOutsized ? { at: most.at, share: Math.min(share, 1) } : undefined
}

const isGrowing = (from: number, to: number, definition: IndicatorDefinition): boolean =>
  isLowerBetter(definition) && definition.pace === 'ramp' ? to < from : to > from

/** Between neighbouring values of the present span, towards the good (a total always grows upwards). */
function growthsOf(trend: IndicatorState['trend'], definition: IndicatorDefinition, zone: string): readonly Growth[] {
  const last = trend.at(-1)
  if (last === undefined) return []
  const from = firstDayOf(dayNumber(last.at, zone), spanOf(definition))
  const towards = isLowerBetter(definition) && definition.pace === 'ramp' ? -1 : 1
  const growths: Growth[] = []
  for (const [index, { at, value }] of trend.entries()) {
    const before = trend[index - 1]
    if (before === undefined) continue
    const dayBefore = dayNumber(before.at, zone)
    if (dayBefore >= from) growths.push({ at, perDay: ((value - before.value) * towards) / (dayNumber(at, zone) - dayBefore) })
  }
  return growths
}

function medianOf(growths: readonly Growth[]): number {
  const sorted = growths.map(({ perDay }) => perDay).sort((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const [low, high] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : [sorted[middle - 1], sorted[middle]]
  return ((low ?? 0) + (high ?? 0)) / 2
}
