import type { OrderCount } from '../../contract/indicator.ts'

/** Which orders to count: of any of the channels (all channels where none is named), of one unit or of all, by business days (day numbers), both ends included. */
export interface OrderQuery {
  readonly channels: readonly string[]
  readonly count: OrderCount
  readonly unit?: string | undefined
  readonly fromDay: number
  readonly toDay: number
}

/** What the orders of a district count up to, day by day, for this calendar year and the one before. Late facts and corrections leave the counts true. */
export interface OrderCounts {
  sum(query: OrderQuery): number
  /** Units that have had an order of these channels (of any, where none is named). */
  unitsOf(channels: readonly string[]): readonly string[]
  /** `listener` is told after counts of a channel and unit may have changed; `unit` undefined: those of orders without one. */
  subscribe(listener: (channel: string, unit: string | undefined) => void): void
}
