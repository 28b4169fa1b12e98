import { relativeGap } from '../indicators.ts'
import type { PlanNumber } from '../indicators.ts'

/** 未达与落后: missed first, then behind pace, each by its gap as a share of its target. Pure. */
export function exceptionsOf(numbers: readonly PlanNumber[]): readonly PlanNumber[] {
  const rank = { red: 0, yellow: 1, plain: 2 }
  return numbers.filter(({ tone }) => tone !== 'plain').sort((a, b) => rank[a.tone] - rank[b.tone] || relativeGap(b.leading) - relativeGap(a.leading))
}
