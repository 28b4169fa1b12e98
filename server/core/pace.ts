import type { IndicatorDefinition } from '../../contract/indicator.ts'
import { elapsedShareOfYear } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { Assessment } from '../../contract/topic.ts'

/**
 * How far behind the pace is still `watch`: a tenth of the way that should have been covered by now. The plan names no tolerance; a tenth is
 * about five weeks of a year, which a unit can make up between two monthly dispatch meetings.
 */
export const behindTolerance = 0.1

export interface PaceAssessment {
  readonly expected: number | undefined
  readonly gap: number | undefined
  readonly assessment: Assessment
}

const targetOf = ({ target }: IndicatorDefinition): number | undefined =>
  target.shape === 'none' || target.shape === 'rank' ? undefined : target.value

/** A zero target counts what must not happen, whatever direction was configured. */
const isLowerBetter = (definition: IndicatorDefinition): boolean => definition.better === 'lower' || definition.target.shape === 'zero'

/** Where a climb starts: a yearly total starts from nothing, a rate from its value at the start of the year, if that is known. */
const startOf = (definition: IndicatorDefinition): number | undefined => (definition.pace === 'cumulative' ? 0 : definition.baseline)

/**
 * 均衡进度: where a steady pace would have the indicator at the end of the business day of `now`.
 * @returns in the indicator's unit; undefined without a target figure, without a pace, and for a ramp whose baseline is not known
 */
export function expectedValue(definition: IndicatorDefinition, now: Instant, zone: string): number | undefined {
  const target = targetOf(definition)
  if (target === undefined || definition.pace === 'none') return undefined
  if (definition.pace === 'constant') return target
  const start = startOf(definition)
  return start === undefined ? undefined : start + (target - start) * elapsedShareOfYear(now, zone)
}

/** A value that missed its pace: by how much decides, and how firmly the target was set. */
function assessMiss(definition: IndicatorDefinition, missedBy: number, expected: number): Assessment {
  if (definition.target.shape === 'strive') return 'watch'
  const tolerated = behindTolerance * Math.abs(expected - (startOf(definition) ?? 0))
  return definition.pace === 'constant' || missedBy > tolerated ? 'off-target' : 'watch'
}

/**
 * Judges a value against its target and pace.
 * `gap` is value minus pace (minus the target where there is no pace), positive when good. A target that is missed is `off-target`; a pace
 * that is missed is `watch` until it is missed by more than `behindTolerance`; what was only striven for (力争) is never `off-target`; an
 * indicator without a target figure is never judged.
 */
export function assess(definition: IndicatorDefinition, value: number, now: Instant, zone: string): PaceAssessment {
  const target = targetOf(definition)
  if (target === undefined) return { expected: undefined, gap: undefined, assessment: 'none' }
  const expected = expectedValue(definition, now, zone)
  const towardsGood = isLowerBetter(definition) ? -1 : 1
  // `|| 0` keeps a value that is exactly met from reading as minus zero
  const gap = (value - (expected ?? target)) * towardsGood || 0
  if (gap >= 0) return { expected, gap, assessment: 'on-target' }
  return { expected, gap, assessment: expected === undefined ? 'none' : assessMiss(definition, -gap, expected) }
}
