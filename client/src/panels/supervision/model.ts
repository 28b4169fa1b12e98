import type { SupervisionOrder } from '../../../../contract/supervision.ts'
import type { Instant } from '../../../../contract/time.ts'
import type { ClockFace } from '../../ui/clock.ts'
import { orderFace, unacknowledged } from '../../supervision/orders.ts'

/** 督办 on the wall: what is to be known of each open order at a glance. Pure. */
export interface SupervisionLine {
  readonly order: SupervisionOrder
  readonly face: ClockFace
  /** how it stands: the rung it has climbed to, or else what its lead unit has come to */
  readonly standing:
    | { readonly key: 'escalated'; readonly to: string }
    | { readonly key: 'extension' }
    | { readonly key: 'unacknowledged' }
    | { readonly key: 'stage'; readonly stage: SupervisionOrder['stage'] }
}

/** @param orders as they are to be shown */
export const supervisionLines = (orders: readonly SupervisionOrder[], now: Instant): readonly SupervisionLine[] =>
  orders.map((order) => ({ order, face: orderFace(order, now), standing: standingOf(order) }))

function standingOf(order: SupervisionOrder): SupervisionLine['standing'] {
  const { escalation, stage, extension, leadUnit } = order
  if (stage === 'submitted') return { key: 'stage', stage }
  if (escalation !== undefined) return { key: 'escalated', to: escalation.to }
  if (extension !== undefined) return { key: 'extension' }
  if (unacknowledged(order).includes(leadUnit)) return { key: 'unacknowledged' }
  return { key: 'stage', stage }
}

/** Red cards stand on every page, in at most half of it: nobody should have to wait for the page with the red ones. */
export const pinnedOrders = (pressing: readonly SupervisionOrder[], perPage: number): readonly SupervisionOrder[] =>
  pressing.filter(({ card }) => card.colour === 'red').slice(0, Math.floor(perPage / 2))
