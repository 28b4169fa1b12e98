import { workOrderStages } from '../../../contract/fact.ts'
import type { Place } from '../../../contract/fact.ts'
import type { Instant } from '../../../contract/time.ts'
import { clockAt } from '../deadline.ts'
import { rankOf, settledAtOf, unsettled, unstated } from '../statements.ts'
import type { Settlement } from '../statements.ts'
import { statedKeys } from './order-record.ts'
import type { OrderRecord } from './order-record.ts'

/** Texts that many orders share, each held once and known by its number. */
export class TextTable {
  readonly texts: string[] = []
  readonly #numbers = new Map<string, number>()

  constructor(texts: readonly string[] = []) {
    for (const text of texts) this.numberOf(text)
  }

  numberOf(text: string): number {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    const number = this.texts.push(text) - 1
    this.#numbers.set(text, number)
    return number
  }

  at(number: number): string {
    return this.texts[number] ?? ''
  }
}

/**
 * A record without id and title as numbers in a text: a hundred bytes that the garbage collector need not look into. Orders settled long
 * ago are held like this, and so is every order in a dump. Instants are told from `openedAt`.
 */
export type OrderRow = string

const ranksFrom = 11
const settledFrom = ranksFrom + statedKeys.length

const numberIn = (table: TextTable, text: string | undefined): number | undefined => (text === undefined ? undefined : table.numberOf(text))

export function rowOf({ order, settlement, stageRank, ranks }: OrderRecord, table: TextTable): OrderRow {
  const { openedAt, dueAt, place } = order
  const base = rankOf(openedAt, 0)
  // join writes nothing for undefined
  return [
    openedAt,
    stageRank - base,
    dueAt === undefined ? undefined : dueAt - openedAt,
    settlement.reopenedAt === unstated ? undefined : settlement.reopenedAt - openedAt,
    place?.[0],
    place?.[1],
    table.numberOf(order.feed),
    table.numberOf(order.channel),
    table.numberOf(order.type),
    numberIn(table, order.unit),
    numberIn(table, order.subdistrict),
    ...ranks.map((rank) => (rank === unstated ? undefined : rank - base)),
    ...settlement.settledAts.map((at) => at - openedAt),
  ].join(',')
}

/** When the order of a row was settled, without making the record of it; 0 when it was not. */
export function settledAtOfRow(row: OrderRow): Instant {
  const numbers = row.split(',')
  const settledAfter = numbers[settledFrom]
  return settledAfter === undefined ? 0 : Number(numbers[0]) + Number(settledAfter)
}

type Numbers = readonly (number | undefined)[]

const after = (base: number, difference: number | undefined): number | undefined => (difference === undefined ? undefined : base + difference)

function settlementOf(numbers: Numbers, openedAt: Instant): Settlement {
  const reopenedAt = after(openedAt, numbers[3])
  const settledAts = numbers.slice(settledFrom).flatMap((difference) => after(openedAt, difference) ?? [])
  return reopenedAt === undefined && settledAts.length === 0 ? unsettled : { reopenedAt: reopenedAt ?? unstated, settledAts }
}

function placeOf([, , , , longitude, latitude]: Numbers): Place | undefined {
  return longitude === undefined || latitude === undefined ? undefined : [longitude, latitude]
}

/** The record of a row, its clock as of `now`. */
export function recordOf(
  id: string,
  title: string,
  row: OrderRow,
  { table, now }: { readonly table: TextTable; readonly now: Instant },
): OrderRecord {
  const numbers = row.split(',').map((text) => (text === '' ? undefined : Number(text)))
  const [openedAt = 0, stageAfter = 0, dueIn] = numbers
  const [feed = '', channel = '', type = '', unit, subdistrict] = numbers
    .slice(6, ranksFrom)
    .map((number) => (number === undefined ? undefined : table.at(number)))
  const base = rankOf(openedAt, 0)
  const stageRank = base + stageAfter
  const settlement = settlementOf(numbers, openedAt)
  const dueAt = after(openedAt, dueIn)
  const settledAt = settledAtOf(settlement)
  return {
    order: {
      id,
      channel,
      title,
      type,
      unit,
      subdistrict,
      place: placeOf(numbers),
      stage: workOrderStages[stageRank % workOrderStages.length] ?? 'received',
      openedAt,
      dueAt,
      settledAt,
      clock: clockAt({ openedAt, dueAt, settledAt }, now),
      feed,
    },
    stageRank,
    ranks: numbers.slice(ranksFrom, settledFrom).map((difference) => after(base, difference) ?? unstated),
    settlement,
    wakeAt: undefined,
  }
}
