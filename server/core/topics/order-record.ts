import { workOrderStages } from '../../../contract/fact.ts'
import type { WorkOrderFact, WorkOrderStage } from '../../../contract/fact.ts'
import type { Instant } from '../../../contract/time.ts'
import type { WorkOrder } from '../../../contract/topic.ts'
import { clockAt } from '../deadline.ts'
import { rankOf, reopen, restate, settle, settledAtOf, unsettled, unstated } from '../statements.ts'
import type { Settlement, Statement } from '../statements.ts'

const statedKeys = ['channel', 'title', 'type', 'unit', 'subdistrict', 'place', 'dueAt'] as const
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

/**
 * The order after one more fact, by the rules of statements.ts: the same for every order of arrival. The record's ranks and settlement move
 * on; its `order` is left for the caller to replace, who still needs the old one.
 */
export function evolveOrder(record: OrderRecord, fact: WorkOrderFact, feed: string, now: Instant): WorkOrder {
  const { order } = record
  const rank = rankOf(fact.at, positions[fact.stage])
  const stated: Statement<StatedOfOrder> = fact
  const restated = restate<StatedOfOrder>(statedKeys, order, record.ranks, { fact: stated, rank })
  record.settlement = settlementAfter(record.settlement, fact)
  const isLatest = rank > record.stageRank
  const isRival = rank === record.stageRank && feed > order.feed
  if (isLatest) record.stageRank = rank
  const evolved = {
    ...order,
    ...restated,
    stage: isLatest ? fact.stage : order.stage,
    feed: isLatest || isRival ? feed : order.feed,
    openedAt: Math.min(order.openedAt, fact.at),
    settledAt: settledAtOf(record.settlement),
  }
  return { ...evolved, clock: clockAt(evolved, now) }
}

/** Strings of a dump, each written once. */
export class StringTable {
  readonly strings: string[]
  readonly #indices = new Map<string, number>()

  constructor(strings: string[] = []) {
    this.strings = strings
  }

  indexOf(text: string): number {
    let index = this.#indices.get(text)
    if (index === undefined) {
      index = this.strings.push(text) - 1
      this.#indices.set(text, index)
    }
    return index
  }

  at(index: number): string {
    return this.strings[index] ?? ''
  }
}

/** A record as a row of numbers and few strings: a checkpoint holds one for every order ever. Instants are told from `openedAt`. */
export type OrderRow = readonly [
  id: string,
  title: string,
  texts: readonly (number | null)[],
  place: WorkOrder['place'] | null,
  openedAt: Instant,
  dueIn: number | null,
  stageRank: number,
  ranks: readonly number[],
  reopenedIn: number | null,
  settledIn: readonly number[],
]

export function rowOf(record: OrderRecord, table: StringTable): OrderRow {
  const { order, settlement } = record
  const { openedAt } = order
  const base = rankOf(openedAt, 0)
  const texts = [order.feed, order.channel, order.type, order.unit, order.subdistrict]
  return [
    order.id,
    order.title,
    texts.map((text) => (text === undefined ? null : table.indexOf(text))),
    order.place ?? null,
    openedAt,
    order.dueAt === undefined ? null : order.dueAt - openedAt,
    record.stageRank - base,
    record.ranks.map((rank) => (rank === unstated ? unstated : rank - base)),
    settlement.reopenedAt === unstated ? null : settlement.reopenedAt - openedAt,
    settlement.settledAts.map((at) => at - openedAt),
  ]
}

export function recordOf(row: OrderRow, table: StringTable, now: Instant): OrderRecord {
  const [id, title, texts, place, openedAt, dueIn, stageRank, ranks, reopenedIn, settledIn] = row
  const [feed, channel, type, unit, subdistrict] = texts.map((index) => (index === null ? undefined : table.at(index)))
  const base = rankOf(openedAt, 0)
  const record = blankRecord(id, feed ?? '', openedAt)
  record.stageRank = base + stageRank
  ranks.forEach((rank, index) => {
    record.ranks[index] = rank === unstated ? unstated : base + rank
  })
  if (reopenedIn !== null || settledIn.length > 0) {
    record.settlement = { reopenedAt: reopenedIn === null ? unstated : openedAt + reopenedIn, settledAts: settledIn.map((after) => openedAt + after) }
  }
  const order = {
    ...record.order,
    title,
    channel: channel ?? '',
    type: type ?? '',
    unit,
    subdistrict,
    place: place ?? undefined,
    dueAt: dueIn === null ? undefined : openedAt + dueIn,
    stage: workOrderStages[record.stageRank % 8] ?? 'received',
    settledAt: settledAtOf(record.settlement),
  }
  record.order = { ...order, clock: clockAt(order, now) }
  return record
}
