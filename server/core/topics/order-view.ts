import type { WorkOrder } from '../../../contract/topic.ts'
import type { PublishedTopic } from '../published.ts'

/**
 * A topic that follows from work orders alone. It is told of every change of an order, takes away what the order counted for before and
 * adds what it counts for now: so facts that come late or twice, and corrections, leave the counts true.
 */
export interface OrderView {
  readonly topic: PublishedTopic
  /** @param before undefined for an order not seen before */
  changed(before: WorkOrder | undefined, after: WorkOrder): void
  /** The district's time moved on; called often. */
  advance(): void
  /** What cannot be derived again from all orders; undefined when there is nothing. */
  dump(): unknown
  /** Called before it is told of all orders again. */
  restore(dump: unknown): void
}
