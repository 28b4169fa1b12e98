import type { OrderCount } from '../../contract/indicator.ts'
import type { OrderCounts, OrderQuery } from '../../server/core/order-counts.ts'

interface Counted {
  readonly channel: string
  readonly unit: string | undefined
  readonly count: OrderCount
  readonly day: number
  readonly number: number
}

/** Counts that a test states itself. */
export class FakeOrders implements OrderCounts {
  readonly #counted: Counted[] = []
  readonly #listeners: ((channel: string, unit: string | undefined) => void)[] = []

  /** `number` orders more count up so, on this business day. */
  add(counted: Counted): void {
    this.#counted.push(counted)
    for (const listener of this.#listeners) listener(counted.channel, counted.unit)
  }

  sum({ channels, count, unit, fromDay, toDay }: OrderQuery): number {
    return this.#of(channels)
      .filter((each) => each.count === count && each.day >= fromDay && each.day <= toDay && (unit === undefined || each.unit === unit))
      .reduce((sum, { number }) => sum + number, 0)
  }

  unitsOf(channels: readonly string[]): readonly string[] {
    return [...new Set(this.#of(channels).flatMap(({ unit }) => unit ?? []))]
  }

  subscribe(listener: (channel: string, unit: string | undefined) => void): void {
    this.#listeners.push(listener)
  }

  #of(channels: readonly string[]): readonly Counted[] {
    return this.#counted.filter(({ channel }) => channels.length === 0 || channels.includes(channel))
  }
}
