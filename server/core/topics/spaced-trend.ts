import { minuteMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'

/** Values told, and the least time between two of them. */
const valuesTold = 24
const spacingMs = 5 * minuteMs

/** Slots kept: more than are told, since of two that lie too close only one is. */
const slotsKept = 30

/**
 * Recent values by the instant they were observed, ascending, as at, value, at, value … The latest of each slot of five minutes is kept, so
 * what is kept does not depend on the order of arrival.
 */
export type SpacedTrend = number[]

export interface TrendPoint {
  readonly at: Instant
  readonly value: number
}

const slotOf = (at: Instant): number => Math.floor(at / spacingMs)

/**
 * Takes in a value in place; undefined says that there was no good one at this instant, and takes back what was there.
 * @returns whether anything changed
 */
export function note(trend: SpacedTrend, at: Instant, value: number | undefined): boolean {
  const slot = slotOf(at)
  let index = trend.length - 2
  while (index >= 0 && slotOf(atOf(trend, index)) > slot) index -= 2
  if (index >= 0 && slotOf(atOf(trend, index)) === slot) return renew(trend, index, { at, value })
  const isTooOld = index < 0 && trend.length === 2 * slotsKept
  if (value === undefined || isTooOld) return false
  trend.splice(index + 2, 0, at, value)
  if (trend.length > 2 * slotsKept) trend.splice(0, 2)
  return true
}

const atOf = (trend: SpacedTrend, index: number): Instant => trend[index] ?? 0

/** The slot's value is kept already: a later one takes its place. */
function renew(trend: SpacedTrend, index: number, { at, value }: { readonly at: Instant; readonly value: number | undefined }): boolean {
  const known = atOf(trend, index)
  if (known > at || (known < at && value === undefined) || (known === at && trend[index + 1] === value)) return false
  if (value === undefined) trend.splice(index, 2)
  else trend.splice(index, 2, at, value)
  return true
}

/** The earliest instant kept after `at`. */
export function nextAfter(trend: SpacedTrend, at: Instant): Instant | undefined {
  for (let index = 0; index < trend.length; index += 2) if ((trend[index] ?? 0) > at) return trend[index]
  return undefined
}

/** The latest values, oldest first, at most 24, no two within five minutes; the newest is always there. */
export function spaced(trend: SpacedTrend): readonly TrendPoint[] {
  const points: TrendPoint[] = []
  let next = Infinity
  for (let index = trend.length - 2; index >= 0 && points.length < valuesTold; index -= 2) {
    const [at = 0, value = 0] = [trend[index], trend[index + 1]]
    if (next - at < spacingMs) continue
    points.push({ at, value })
    next = at
  }
  return points.reverse()
}
