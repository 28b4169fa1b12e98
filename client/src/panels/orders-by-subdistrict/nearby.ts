import type { WorkOrder } from '../../../../contract/topic.ts'
import { distanceKm } from '../../map/geodesy.ts'
import type { Focus } from '../turned-to.ts'

/** 周边工单: what people asked for before, around what somebody has selected. Pure. */

/** an order farther away has another cause */
export const orderKm = 1

/** Those of a town that was selected, else those within 1 km: open ones and the lately settled, the last received first. */
export function ordersAround(orders: Iterable<WorkOrder>, { kind, id, place }: Focus): readonly WorkOrder[] {
  const isAround = (order: WorkOrder): boolean =>
    kind === 'town' ? order.subdistrict === id : order.place !== undefined && distanceKm(order.place, place) <= orderKm
  return [...orders].filter(isAround).sort((a, b) => b.openedAt - a.openedAt || (a.id < b.id ? 1 : -1))
}
