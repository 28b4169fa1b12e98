import type { PublishedTopic } from '../published.ts'
import type { FoldedOrder } from './order-telling.ts'

/**
 * Something that follows from work orders alone. It is told of every change of an order, takes away what the order counted for before and
 * adds what it counts for now: so facts that come late or twice, and corrections, leave the counts true.
 */
export interface OrderView {
  /** absent for what is only counted */
  readonly topic?: PublishedTopic
  /** @param before undefined for an order not seen before */
  changed(before: FoldedOrder | undefined, after: FoldedOrder): void
  /** The district's time moved on; called often. */
  advance(): void
  /** its counts as JSON: they are not counted again from all orders when the server starts */
  dump(): unknown
  /** Takes up a dump of its own; called once, before anything else, with the time already set. */
  restore(dump: unknown): void
}
