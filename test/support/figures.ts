import type { Entry, Fact } from '../../contract/fact.ts'
import type { Instant } from '../../contract/time.ts'
import type { IndicatorState, InputState } from '../../contract/topic.ts'
import { DistrictTime } from '../../server/core/district-time.ts'
import { FeedDirectory } from '../../server/core/feed-directory.ts'
import type { Registry } from '../../server/core/registry.ts'
import { createIndicators } from '../../server/core/topics/indicators.ts'
import type { IndicatorsFold } from '../../server/core/topics/indicators.ts'
import { FakeOrders } from './fake-orders.ts'
import { start } from './facts.ts'
import { district } from './registry.ts'

/** The fold of indicators and inputs of district 620802 alone, with a time of its own and orders that the test counts. */
export class Figures {
  readonly orders = new FakeOrders()
  readonly fold: IndicatorsFold
  readonly #time = new DistrictTime('Asia/Shanghai')
  #seq = 0

  constructor(registry: Registry, now: Instant = start) {
    const feeds = new FeedDirectory(registry)
    this.fold = createIndicators({ registry, district: district({ id: '620802' }), time: this.#time, orders: this.orders, feeds })
    this.goOn(now)
  }

  /** The time of the district. */
  goOn(now: Instant): this {
    this.#time.reach(now, now)
    this.fold.advance()
    return this
  }

  /** Recorded at the district's time, whatever they speak of. */
  tell(...facts: readonly Fact[]): this {
    for (const fact of facts) this.apply(fact, 'indicators')
    return this
  }

  apply(fact: Fact, feed: string): void {
    this.#seq += 1
    const entry: Entry = { seq: this.#seq, at: this.#time.now, feed, fact }
    this.fold.apply(entry)
  }

  get indicators(): readonly IndicatorState[] {
    // the first topic of the fold
    return (this.fold.topics[0]?.read() ?? []) as readonly IndicatorState[]
  }

  get inputs(): readonly InputState[] {
    // the second topic of the fold
    return (this.fold.topics[1]?.read() ?? []) as readonly InputState[]
  }

  indicator(id: string): IndicatorState | undefined {
    return this.indicators.find((state) => state.id === id)
  }
}
