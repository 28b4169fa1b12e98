import type { OrderList } from '../../../contract/drill.ts'
import type { Day } from '../../../contract/time.ts'
import type { CountedNumbers } from '../panels/indicators.ts'
import type { DetailTarget } from './open-detail.ts'

/** Orders as GET /api/orders is asked for them. */
export interface OrderQuestion {
  readonly count: OrderList['count']
  /** all of the district's when empty */
  readonly channels: readonly string[]
  readonly unit: string | undefined
  readonly isLateOnly: boolean
  /** this year's when left out; `open` and `overdue` have none */
  readonly from: Day | undefined
}

/** What the details show: a figure, one unit's share of it, or the orders it was counted from. */
export type Place =
  | { readonly kind: 'indicator'; readonly indicator: string; readonly unit: string | undefined }
  | { readonly kind: 'numbers'; readonly count: CountedNumbers }
  | { readonly kind: 'channel'; readonly channel: string }
  | { readonly kind: 'unit'; readonly unit: string; readonly ranking?: string }
  | { readonly kind: 'input'; readonly input: string; readonly of: string | undefined }
  | { readonly kind: 'orders'; readonly question: OrderQuestion }

/** 指标 → 单位 → 工单: from what was opened to what is shown, never empty. Pure. */
export type Trail = readonly [Place, ...Place[]]

export function firstPlace(target: DetailTarget): Place {
  return target.kind === 'indicator' ? { ...target, unit: undefined } : target
}

/** One level down; a place that the way has passed already is gone back to. */
export function deeper(trail: Trail, place: Place): Trail {
  const passed = trail.findIndex((one) => isSame(one, place))
  return passed < 0 ? [...trail, place] : upTo(trail, passed)
}

/** Back to a level of the way, the first of all at least. */
export function upTo(trail: Trail, index: number): Trail {
  const [first, ...rest] = trail
  return [first, ...rest.slice(0, Math.max(0, index))]
}

// places are small and plain, and made in one spelling
const isSame = (one: Place, other: Place): boolean => JSON.stringify(one) === JSON.stringify(other)
