import type { WorkOrder, WorkOrderTotals } from '../../../../contract/topic.ts'

/** 最新工单: what was opened last stands first. Pure. */
export function latestOrders(orders: Iterable<WorkOrder>, most: number): readonly WorkOrder[] {
  return [...orders].sort((a, b) => b.openedAt - a.openedAt || (a.id < b.id ? 1 : -1)).slice(0, most)
}

export interface OrderCounts {
  readonly total: number
  readonly located: number
  readonly unlocated: number
}

/** Over every order ever counted, not only those still in the list. */
export function orderCounts(totals: ReadonlyMap<string, WorkOrderTotals>): OrderCounts {
  const { located = 0, unlocated = 0 } = totals.get('place')?.counts ?? {}
  return { located, unlocated, total: located + unlocated }
}
