import { instantOf, localTime } from '../../../../contract/time.ts'
import type { Day, Instant } from '../../../../contract/time.ts'
import type { Sample } from '../../ui/spark.ts'
import { isGrowth } from '../indicator-phrases.ts'
import type { IndicatorReading } from '../indicators.ts'

/** The trend of a cell, as Sparkline.vue draws it. Pure. */
export interface CellCurve {
  readonly samples: readonly Sample[]
  /** least span of the vertical scale: the curve never stretches noise */
  readonly minSpan: number
  /** begins with an open point: what a growth is counted from */
  readonly isFromBaseline: boolean
  /** when the latest change of the definition took hold */
  readonly changedAt: Instant | undefined
}

export function cellCurve({ definition, state }: Pick<IndicatorReading, 'definition' | 'state'>, now: Instant, zone: string): CellCurve {
  const trend = state?.trend ?? []
  const yearStart = midnight(`${String(localTime(now, zone).year)}-01-01`, zone)
  const isFromBaseline = isGrowth(definition) && trend[0] !== undefined && trend[0].at > yearStart
  const from = definition.revisions.at(-1)?.from
  return {
    samples: isFromBaseline ? [{ at: yearStart, value: 0 }, ...trend] : trend,
    minSpan: 10 * 10 ** -definition.decimals * definition.scale,
    isFromBaseline,
    changedAt: from === undefined ? undefined : midnight(from, zone),
  }
}

function midnight(date: Day, zone: string): Instant {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number)
  return instantOf({ year, month, day, hour: 0, minute: 0, second: 0 }, zone)
}
