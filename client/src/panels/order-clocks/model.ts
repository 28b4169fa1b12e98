import type { ClockState, WorkOrder } from '../../../../contract/topic.ts'
import type { Instant } from '../../../../contract/time.ts'
import { clockFace } from '../../ui/clock.ts'
import type { ClockFace } from '../../ui/clock.ts'

/** 在办工单与时限: open orders, the most pressing first. Pure. */
export interface OrderLine {
  readonly order: WorkOrder
  readonly face: ClockFace
}

const pressure: Readonly<Record<ClockState, number>> = { overdue: 0, 'last-day': 1, reminder: 2, running: 3, none: 4, settled: 5 }

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
  return orders.map((order) => ({
    order,
    face: clockFace({ state: order.clock, openedAt: order.openedAt, dueAt: order.dueAt, stoppedAt: order.settledAt }, now),
  }))
}

export function clockCounts(orders: readonly WorkOrder[]): Readonly<Record<'overdue' | 'last-day' | 'reminder', number>> {
  const count = (state: ClockState): number => orders.filter(({ clock }) => clock === state).length
  return { overdue: count('overdue'), 'last-day': count('last-day'), reminder: count('reminder') }
}
