import type { Instant } from '../../../contract/time.ts'
import type { OrderRecord } from './order-record.ts'
import type { FoldedOrder, RunningClock } from './order-telling.ts'

/** An order that is held in full: what was stated of it, and what follows from that as of now. */
export interface LiveOrder {
  readonly record: OrderRecord
  order: FoldedOrder
  running: RunningClock | undefined
  /** when it changes next by time alone */
  wakeAt: Instant | undefined
}
