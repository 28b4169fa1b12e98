import { relativeGap } from '../indicators.ts'
import type { IndicatorReading } from '../indicators.ts'

/** 未达与落后: missed first, then behind pace, each by its gap as a share of its target. Pure. */
export function exceptionsOf(readings: readonly IndicatorReading[]): readonly IndicatorReading[] {
  const rank = { red: 0, yellow: 1, plain: 2 }
  return readings.filter(({ tone }) => tone !== 'plain').sort((a, b) => rank[a.tone] - rank[b.tone] || relativeGap(b) - relativeGap(a))
}
