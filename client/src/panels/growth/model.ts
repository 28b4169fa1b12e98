import type { IndicatorDefinition } from '../../../../contract/indicator.ts'
import type { IndicatorState } from '../../../../contract/topic.ts'
import { elapsedShareOfYear } from '../../../../contract/time.ts'
import type { Instant } from '../../../../contract/time.ts'

/** 年度增长: one indicator against the pace that its target asks for. Pure. */
export interface GrowthCurve {
  /** values in the indicator's scale */
  readonly actual: readonly (readonly [at: Instant, value: number])[]
  /** the pace over the same days; empty where the definition has none that can be drawn back */
  readonly pace: readonly (readonly [at: Instant, value: number])[]
}

/** A cumulative pace grows with the share of the year that has passed, from nought to the target: as server/core/pace.ts reckons it. */
export function growthCurve(definition: Pick<IndicatorDefinition, 'pace' | 'scale' | 'target'>, state: IndicatorState, zone: string): GrowthCurve {
  const actual = state.trend.map(({ at, value }) => [at, value / definition.scale] as const)
  const { pace, scale, target } = definition
  if (pace !== 'cumulative' || !('value' in target)) return { actual, pace: [] }
  return { actual, pace: state.trend.map(({ at }) => [at, (target.value / scale) * elapsedShareOfYear(at, zone)] as const) }
}
