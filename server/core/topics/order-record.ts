import { workOrderStages } from '../../../contract/fact.ts'
import type { WorkOrderFact, WorkOrderStage } from '../../../contract/fact.ts'
import type { Instant } from '../../../contract/time.ts'
import type { WorkOrder } from '../../../contract/topic.ts'
import { clockAt } from '../deadline.ts'
import { rankOf, reopen, restate, settle, settledAtOf, unsettled, unstated } from '../statements.ts'
import type { Settlement, Statement } from '../statements.ts'

/** Attributes that facts state, in the order of a record's ranks. */
export const statedKeys = ['channel', 'title', 'type', 'unit', 'subdistrict', 'place', 'dueAt'] as const
type StatedOfOrder = Pick<WorkOrder, (typeof statedKeys)[number]>

/** An order as screens see it, and what is needed to fold facts about it that arrive out of order. */
export interface OrderRecord {
  order: WorkOrder
  /** of the statement the stage comes from */
  stageRank: number
  /** of the statements the attributes come from, in the order of `statedKeys` */
  readonly ranks: number[]
  settlement: Settlement
  /** when its clock changes next by time alone */
  wakeAt: Instant | undefined
}

const positions: Readonly<Record<WorkOrderStage, number>> = Object.fromEntries(
  workOrderStages.map((stage, position) => [stage, position]),
  // fromEntries forgets the keys it was given
) as Record<WorkOrderStage, number>

const settledStages: ReadonlySet<WorkOrderStage> = new Set<WorkOrderStage>(['resolved', 'closed', 'cancelled', 'referred'])

/** An order of which nothing has been folded yet. */
export function blankRecord(id: string, feed: string, at: Instant): OrderRecord {
  return {
    order: {
      id,
      channel: '',
      title: '',
      type: '',
      unit: undefined,
      subdistrict: undefined,
      place: undefined,
      stage: 'received',
      openedAt: at,
      dueAt: undefined,
      settledAt: undefined,
      clock: 'none',
      feed,
    },
    stageRank: unstated,
    ranks: statedKeys.map(() => unstated),
    settlement: unsettled,
    wakeAt: undefined,
  }
}

function settlementAfter(known: Settlement, { stage, at }: WorkOrderFact): Settlement {
  if (stage === 'returned') return reopen(known, at)
  return settledStages.has(stage) ? settle(known, at) : known
}

/** How the world at large bears on one fact. */
interface Bearings {
  readonly now: Instant
  /** gives one object for equal texts, which a million orders then have in common */
  readonly shared: (text: string) => string
}

const sharedIfAny = (text: string | undefined, shared: (text: string) => string): string | undefined =>
  text === undefined ? undefined : shared(text)

/** The attributes after a fact of `rank`; the order itself when none is restated. */
function attributesAfter(record: OrderRecord, fact: Statement<StatedOfOrder>, rank: number, shared: (text: string) => string): StatedOfOrder {
  const { order } = record
  const restated = restate<StatedOfOrder>(statedKeys, order, record.ranks, { fact, rank })
  if (restated === undefined) return order
  const { channel, title, type, unit, subdistrict, place, dueAt } = { ...order, ...restated }
  return {
    channel: shared(channel),
    title,
    type: shared(type),
    unit: sharedIfAny(unit, shared),
    subdistrict: sharedIfAny(subdistrict, shared),
    place,
    dueAt,
  }
}

/**
 * The order after one more fact, by the rules of statements.ts: the same for every order of arrival. The record's ranks and settlement move
 * on; its `order` is left for the caller to replace, who still needs the old one. Spelt out field by field, because this runs for every
 * fact there ever was, and spreading costs three times as much.
 */
export function evolveOrder(record: OrderRecord, fact: WorkOrderFact, feed: string, { now, shared }: Bearings): WorkOrder {
  const { order } = record
  const rank = rankOf(fact.at, positions[fact.stage])
  const { channel, title, type, unit, subdistrict, place, dueAt } = attributesAfter(record, fact, rank, shared)
  record.settlement = settlementAfter(record.settlement, fact)
  const isLatest = rank > record.stageRank
  const isRival = rank === record.stageRank && feed > order.feed
  if (isLatest) record.stageRank = rank
  const openedAt = Math.min(order.openedAt, fact.at)
  const settledAt = settledAtOf(record.settlement)
  return {
    id: order.id,
    channel,
    title,
    type,
    unit,
    subdistrict,
    place,
    stage: isLatest ? fact.stage : order.stage,
    openedAt,
    dueAt,
    settledAt,
    clock: clockAt({ openedAt, dueAt, settledAt }, now),
    feed: isLatest || isRival ? feed : order.feed,
  }
}
