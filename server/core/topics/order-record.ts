import type { WorkOrderFact } from '../../../contract/fact.ts'
import type { Instant } from '../../../contract/time.ts'
import type { WorkOrder } from '../../../contract/topic.ts'
import { prevails, rankOf, unstated } from '../statements.ts'
import { noExtensions, withExtension } from './order-extensions.ts'
import type { Extensions } from './order-extensions.ts'
import { addStep, rankOfStage } from './order-history.ts'
import { laterRating, notRated } from './order-rating.ts'
import type { RatingStatement } from './order-rating.ts'

/** Attributes that facts state, in the order of a record's ranks. `dueAt` is the upstream's. */
export const statedKeys = ['channel', 'class', 'title', 'type', 'unit', 'subdistrict', 'place', 'dueAt'] as const
export type StatedOfOrder = Pick<WorkOrder, (typeof statedKeys)[number]>

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/**
 * All that was stated of an order: whatever follows from it, follows the same for every order of arrival. One flat object, since millions are
 * made and given up again.
 */
export interface OrderRecord extends Mutable<StatedOfOrder> {
  readonly id: string
  /** earliest statement of any kind: so no order ends before it began */
  openedAt: Instant
  /** of the latest stage; of two feeds that state the same, always the same one */
  feed: string
  /** of the statements the attributes come from, in the order of `statedKeys` */
  readonly ranks: number[]
  /** 办理经过 (order-history.ts) */
  readonly history: number[]
  rating: RatingStatement
  extensions: Extensions
}

/** Filled with fractions first, so that the engine holds it, and its copies, as doubles from the start: it need not convert them for each order. */
const noRanks: readonly number[] = statedKeys.map(() => 0.5).fill(unstated)

/** An order of which nothing has been folded yet but that there is a statement of `at`. */
export const blankRecord = (id: string, at: Instant): OrderRecord => ({
  id,
  openedAt: at,
  feed: '',
  channel: '',
  class: '',
  title: '',
  type: '',
  unit: undefined,
  subdistrict: undefined,
  place: undefined,
  dueAt: undefined,
  ranks: noRanks.slice(),
  history: [],
  rating: notRated,
  extensions: noExtensions,
})

/** Gives one object for equal texts, which a million orders then have in common. */
export type Shared = (text: string) => string

/** In the order of `statedKeys`. By name: to look each key up in turn takes several times as long, and there are millions of facts. */
const statedBy = (fact: WorkOrderFact): readonly StatedOfOrder[keyof StatedOfOrder][] => [
  fact.channel,
  fact.class,
  fact.title,
  fact.type,
  fact.unit,
  fact.subdistrict,
  fact.place,
  fact.dueAt,
]

/** The attributes that prevail are written to the record, and their ranks. */
function restate(record: OrderRecord, fact: WorkOrderFact, rank: number, shared: Shared): void {
  const { ranks } = record
  const stated = statedBy(fact)
  for (let index = 0; index < stated.length; index += 1) {
    const value = stated[index]
    if (value === undefined) continue
    const key = statedKeys[index] ?? 'channel'
    if (!prevails(value, rank, record[key], ranks[index] ?? unstated)) continue
    ranks[index] = rank
    // as: a value stays that of its key
    if (value !== record[key]) (record as Record<typeof key, unknown>)[key] = typeof value === 'string' ? shared(value) : value
  }
}

/** Takes in one more fact, by the rules of statements.ts: a fact told twice, or late, comes to the same. */
export function takeIn(record: OrderRecord, fact: WorkOrderFact, feed: string, shared: Shared): void {
  const rank = rankOfStage(fact.at, fact.stage)
  restate(record, fact, rank, shared)
  const latest = record.history[record.history.length - 1] ?? unstated
  const stageRank = fact.stage === undefined ? unstated : rank
  if (stageRank > latest || (stageRank === latest && feed > record.feed)) record.feed = feed === record.feed ? feed : shared(feed)
  if (fact.stage !== undefined) addStep(record.history, rank)
  if (fact.extension !== undefined) record.extensions = withExtension(record.extensions, fact.extension, fact.at)
  if (fact.rating !== undefined) record.rating = laterRating(record.rating, { rating: fact.rating, rank: rankOf(fact.at, 0) })
  if (fact.at < record.openedAt) record.openedAt = fact.at
}
