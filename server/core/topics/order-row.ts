import { ratings } from '../../../contract/fact.ts'
import type { Rating } from '../../../contract/fact.ts'
import { rankOf, unstated } from '../statements.ts'
import { noExtensions } from './order-extensions.ts'
import type { Extensions, ExtensionStatement } from './order-extensions.ts'
import type { History } from './order-history.ts'
import { notRated } from './order-rating.ts'
import { statedKeys } from './order-record.ts'
import type { OrderRecord } from './order-record.ts'
import { RowReader, RowWriter } from './row-text.ts'

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
 * A record without its id as numbers in a text: some seventy bytes that the garbage collector need not look into. Orders settled long ago are
 * held like this, and so is every order in a dump. Instants and ranks are told from `openedAt`; what is unknown is left out.
 */
export type OrderRow = string

type Field = number | undefined

/** More than any order takes, with all the steps and extensions that are kept of one. */
const longestRow = 4_096

/** Most statements come with a stage: their ranks are told as the step's place in the history, negative and from -1 on. */
function rankField(rank: number, base: number, history: History): Field {
  if (rank === unstated) return undefined
  const step = history.indexOf(rank)
  return step === -1 ? rank - base : -1 - step
}

function rankOfField(field: Field, base: number, history: History): number {
  if (field === undefined) return unstated
  return field < 0 ? (history[-1 - field] ?? unstated) : base + field
}

/** Used for one row after another: one is written for every order that ends. */
const row = new RowWriter(longestRow)

export function rowOf(record: OrderRecord, table: TextTable): OrderRow {
  const { openedAt, ranks, history, unit, subdistrict, dueAt, rating, extensions } = record
  const base = rankOf(openedAt, 0)
  row.integer(openedAt)
  row.integer(history.length)
  for (const rank of history) row.integer(rank - base)
  for (const rank of ranks) row.integer(rankField(rank, base, history))
  row.integer(table.numberOf(record.feed))
  row.integer(table.numberOf(record.channel))
  row.integer(table.numberOf(record.class))
  row.integer(table.numberOf(record.title))
  row.integer(table.numberOf(record.type))
  row.integer(unit === undefined ? undefined : table.numberOf(unit))
  row.integer(subdistrict === undefined ? undefined : table.numberOf(subdistrict))
  row.place(record.place)
  row.integer(dueAt === undefined ? undefined : dueAt - openedAt)
  row.integer(rating.rating === undefined ? undefined : (rating.rank - base) * ratings.length + ratings.indexOf(rating.rating))
  for (const { rank, until } of extensions) {
    row.integer(rank - base)
    row.integer(until)
  }
  return row.end()
}

function historyOf(reader: RowReader, base: number): number[] {
  const steps = reader.integer() ?? 0
  const history: number[] = []
  for (let step = 0; step < steps; step += 1) history.push(base + (reader.integer() ?? 0))
  return history
}

function ranksOf(reader: RowReader, base: number, history: History): number[] {
  return statedKeys.map(() => rankOfField(reader.integer(), base, history))
}

function textOf(reader: RowReader, table: TextTable): string | undefined {
  const number = reader.integer()
  return number === undefined ? undefined : table.at(number)
}

function dueAtOf(reader: RowReader, openedAt: number): number | undefined {
  const dueIn = reader.integer()
  return dueIn === undefined ? undefined : openedAt + dueIn
}

function ratingOf(reader: RowReader, base: number): OrderRecord['rating'] {
  const field = reader.integer()
  if (field === undefined) return notRated
  const index = field % ratings.length
  const rating: Rating | undefined = ratings[index]
  return { rating, rank: base + (field - index) / ratings.length }
}

function extensionsOf(reader: RowReader, base: number): Extensions {
  if (!reader.hasNext()) return noExtensions
  const extensions: ExtensionStatement[] = []
  while (reader.hasNext()) extensions.push({ rank: base + (reader.integer() ?? 0), until: reader.integer() ?? 0 })
  return extensions
}

/** The record of a row. Its fields are read in the order in which `rowOf` wrote them, and made in the order of a new record's. */
export function recordOf(id: string, written: OrderRow, table: TextTable): OrderRecord {
  const reader = new RowReader(written)
  const openedAt = reader.integer() ?? 0
  const base = rankOf(openedAt, 0)
  const history = historyOf(reader, base)
  const ranks = ranksOf(reader, base, history)
  return {
    id,
    openedAt,
    feed: textOf(reader, table) ?? '',
    channel: textOf(reader, table) ?? '',
    class: textOf(reader, table) ?? '',
    title: textOf(reader, table) ?? '',
    type: textOf(reader, table) ?? '',
    unit: textOf(reader, table),
    subdistrict: textOf(reader, table),
    place: reader.place(),
    dueAt: dueAtOf(reader, openedAt),
    ranks,
    history,
    rating: ratingOf(reader, base),
    extensions: extensionsOf(reader, base),
  }
}
