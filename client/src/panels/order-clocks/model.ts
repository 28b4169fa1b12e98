import type { ClockState, WorkOrder } from '../../../../contract/topic.ts'
import type { Instant } from '../../../../contract/time.ts'
import { clockFace } from '../../ui/clock.ts'
import type { ClockFace } from '../../ui/clock.ts'

/** 在办工单与时限: open orders, the most pressing first. Pure. */
export interface OrderLine {
  readonly order: WorkOrder
  readonly face: ClockFace
  /** what else is to be known of its clock, the gravest first: keys below `overview.orders.` */
  readonly notes: readonly OrderNote[]
}

export type OrderNote =
  | 'unsure'
  | 'lateNode.accepted'
  | 'lateNode.handled'
  | 'lateNode.resolved'
  | 'extensionAsked'
  | 'settledBeforeReceipt'
  | 'provisional'
  | 'extended'
  | 'interim'
  | 'again'

/** one that would be overdue by a clock nobody trusts is as pressing as one that is */
const pressure: Readonly<Record<ClockState, number>> = {
  overdue: 0,
  unsure: 1,
  'last-day': 2,
  reminder: 3,
  half: 4,
  running: 5,
  none: 6,
  settled: 7,
}

/** By state of the clock, then by due time; orders without a due time last, the oldest first. */
export function pressingOrders(orders: Iterable<WorkOrder>): readonly WorkOrder[] {
  return [...orders]
    .filter(({ settledAt }) => settledAt === undefined)
    .sort((a, b) => pressure[a.clock] - pressure[b.clock] || (a.dueAt ?? a.openedAt) - (b.dueAt ?? b.openedAt) || (a.id < b.id ? -1 : 1))
}

/** Overdue orders stand on every page, in at most half of it: nobody should have to wait for the page with the red ones. */
export function pinnedOrders(pressing: readonly WorkOrder[], perPage: number): readonly WorkOrder[] {
  return pressing.filter(({ clock }) => clock === 'overdue').slice(0, Math.floor(perPage / 2))
}

export function orderLines(orders: readonly WorkOrder[], now: Instant): readonly OrderLine[] {
  return orders.map((order) => {
    const { clock: state, startedAt: openedAt, dueAt, settledAt: stoppedAt, isProvisional } = order
    const isExtended = order.dueBasis === 'extension'
    return { order, face: clockFace({ state, openedAt, dueAt, stoppedAt, isExtended, isProvisional }, now), notes: notesOf(order) }
  })
}

function notesOf(order: WorkOrder): readonly OrderNote[] {
  const notes: OrderNote[] = []
  if (order.clock === 'unsure') notes.push('unsure')
  if (order.lateNode !== undefined) notes.push(`lateNode.${order.lateNode}`)
  if (order.isExtensionAsked) notes.push('extensionAsked')
  if (order.isSettledBeforeReceipt) notes.push('settledBeforeReceipt')
  if (order.isProvisional) notes.push('provisional')
  if (order.dueBasis === 'extension') notes.push('extended')
  if (order.dueBasis === 'interim' || order.dueBasis === 'again') notes.push(order.dueBasis)
  return notes
}

export function clockCounts(orders: readonly WorkOrder[]): Readonly<Record<'overdue' | 'unsure' | 'last-day' | 'reminder', number>> {
  const count = (state: ClockState): number => orders.filter(({ clock }) => clock === state).length
  return { overdue: count('overdue'), unsure: count('unsure'), 'last-day': count('last-day'), reminder: count('reminder') }
}
