import { formatNumber } from '../ui/format.ts'

/** What was said and what is said now, with as many decimals as the indicator has, or as many more as tell them apart. */
export function correctedPair(from: number, to: number, decimals: number): readonly [string, string] {
  for (let more = decimals; ; more += 1) {
    const pair = [formatNumber(from, more), formatNumber(to, more)] as const
    if (pair[0] !== pair[1] || more >= decimals + 4) return pair
  }
}
