import type { Instant } from '../../../contract/time.ts'
import type { OrderRecord } from './order-record.ts'
import type { FoldedOrder, RunningClock } from './order-telling.ts'

/** An order that is held in full: what was stated of it, and what followed from that when it was last told. */
export interface LiveOrder {
  readonly record: OrderRecord
  /** undefined before it was first told, and once it is archived */
  order: FoldedOrder | undefined
  running: RunningClock | undefined
  /** when it changes next by time alone */
  wakeAt: Instant | undefined
  /** facts were taken in since it was told */
  isUntold: boolean
  /** it belongs to the archive again as soon as it was told, unless it changes its place among the settled */
  isArchived: boolean
}
