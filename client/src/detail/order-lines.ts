import type { ChannelDefinition } from '../../../contract/configuration.ts'
import type { WorkOrder } from '../../../contract/topic.ts'
import type { Instant } from '../../../contract/time.ts'
import { orderLines } from '../panels/order-clocks/model.ts'
import type { OrderLine } from '../panels/order-clocks/model.ts'

/** 工单 as a list shows them: those not in time first. Pure. */
export interface ListedOrder extends OrderLine {
  readonly isLate: boolean
  readonly nodes: readonly OrderNode[]
}

/** 节点 of an order's channel: reached, late, or still to come. */
export interface OrderNode {
  readonly stage: 'accepted' | 'handled' | 'resolved'
  readonly state: 'reached' | 'late' | 'ahead'
}

/** @param late those the server named as late; they may be among `orders` too · @param orders in the server's order */
export function listedOrders(
  late: readonly WorkOrder[],
  orders: readonly WorkOrder[],
  channels: readonly ChannelDefinition[],
  now: Instant,
): readonly ListedOrder[] {
  const lateIds = new Set(late.map(({ id }) => id))
  const all = [...late, ...orders.filter(({ id }) => !lateIds.has(id))]
  const lines = orderLines(all, now).map((line) => ({
    ...line,
    isLate: lateIds.has(line.order.id) || line.order.clock === 'overdue',
    nodes: nodesOf(
      line.order,
      channels.find(({ id }) => id === line.order.channel),
    ),
  }))
  return [...lines.filter(({ isLate }) => isLate), ...lines.filter(({ isLate }) => !isLate)]
}

/** How far along the way to its end an order is that stands at a stage. */
const reach: Readonly<Record<WorkOrder['stage'], number>> = {
  received: 0,
  dispatched: 0,
  returned: 0,
  cancelled: 0,
  referred: 0,
  accepted: 1,
  interim: 1,
  handled: 2,
  resolved: 3,
  closed: 3,
}
const nodeReach = { accepted: 1, handled: 2, resolved: 3 } as const

function nodesOf({ stage, lateNode }: WorkOrder, channel: ChannelDefinition | undefined): readonly OrderNode[] {
  return (channel?.clock?.nodes ?? []).map((node) => {
    if (reach[stage] >= nodeReach[node.stage]) return { stage: node.stage, state: 'reached' }
    return { stage: node.stage, state: node.stage === lateNode ? 'late' : 'ahead' }
  })
}

/** Orders by the unit that has them, the most first; those nobody has been given under ''. */
export function countByUnit(orders: readonly WorkOrder[]): readonly { readonly unit: string; readonly open: number; readonly overdue: number }[] {
  const byUnit = new Map<string, { readonly open: number; readonly overdue: number }>()
  for (const { unit = '', clock } of orders) {
    const { open, overdue } = byUnit.get(unit) ?? { open: 0, overdue: 0 }
    byUnit.set(unit, { open: open + 1, overdue: overdue + (clock === 'overdue' ? 1 : 0) })
  }
  return [...byUnit]
    .map(([unit, counts]) => ({ unit, ...counts }))
    .sort((a, b) => b.overdue - a.overdue || b.open - a.open || (a.unit < b.unit ? -1 : 1))
}
