import { ratings } from '../../../contract/fact.ts'
import type { Place, Rating } from '../../../contract/fact.ts'
import { rankOf, unstated } from '../statements.ts'
import { noExtensions } from './order-extensions.ts'
import type { Extensions, ExtensionStatement } from './order-extensions.ts'
import type { History } from './order-history.ts'
import { notRated } from './order-rating.ts'
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
 * A record without its id as numbers in a text, parted by commas: some eighty bytes that the garbage collector need not look into. Orders
 * settled long ago are held like this, and so is every order in a dump. Instants and ranks are told from `openedAt`; what is unknown is empty.
 */
export type OrderRow = string

type Field = number | undefined

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

/** Used by one row after another: this runs once for every order that ends. */
const fields: Field[] = []

export function rowOf({ openedAt, feed, stated, ranks, history, extensions, rating }: OrderRecord, table: TextTable): OrderRow {
  const base = rankOf(openedAt, 0)
  fields.length = 0
  fields.push(openedAt, history.length)
  for (const rank of history) fields.push(rank - base)
  for (const rank of ranks) fields.push(rankField(rank, base, history))
  fields.push(
    stated.dueAt === undefined ? undefined : stated.dueAt - openedAt,
    stated.place?.[0],
    stated.place?.[1],
    table.numberOf(feed),
    table.numberOf(stated.channel),
    table.numberOf(stated.class),
    table.numberOf(stated.title),
    table.numberOf(stated.type),
    stated.unit === undefined ? undefined : table.numberOf(stated.unit),
    stated.subdistrict === undefined ? undefined : table.numberOf(stated.subdistrict),
    rating.rating === undefined ? undefined : (rating.rank - base) * ratings.length + ratings.indexOf(rating.rating),
  )
  for (const { rank, until } of extensions) fields.push(rank - base, until)
  // join writes nothing for undefined, and makes one flat text of it
  return fields.join(',')
}

const [comma, minus, zero, nine] = [44, 45, 48, 57]

/** Reads the numbers of a row one after the other, without a text for each. */
class RowReader {
  readonly #row: OrderRow
  #at = 0

  constructor(row: OrderRow) {
    this.#row = row
  }

  hasNext(): boolean {
    return this.#at < this.#row.length
  }

  /** The next number; undefined where nothing is written. */
  next(): Field {
    const row = this.#row
    const begins = this.#at
    const isNegative = row.charCodeAt(begins) === minus
    let value = 0
    let at = isNegative ? begins + 1 : begins
    for (;;) {
      const code = row.charCodeAt(at)
      if (code >= zero && code <= nine) value = value * 10 + (code - zero)
      else if (code === comma || at >= row.length) return this.#end(begins, at, isNegative ? -value : value)
      else return this.#fraction(begins)
      at += 1
    }
  }

  text(table: TextTable): string | undefined {
    const number = this.next()
    return number === undefined ? undefined : table.at(number)
  }

  #end(begins: number, at: number, value: number): Field {
    this.#at = at + 1
    return at === begins ? undefined : value
  }

  #fraction(begins: number): number {
    const comes = this.#row.indexOf(',', begins)
    const ends = comes === -1 ? this.#row.length : comes
    this.#at = ends + 1
    return Number(this.#row.slice(begins, ends))
  }
}

function placeOf(longitude: Field, latitude: Field): Place | undefined {
  return longitude === undefined || latitude === undefined ? undefined : [longitude, latitude]
}

function historyOf(reader: RowReader, base: number): History {
  const steps = reader.next() ?? 0
  const history: number[] = []
  for (let step = 0; step < steps; step += 1) history.push(base + (reader.next() ?? 0))
  return history
}

function extensionsOf(reader: RowReader, base: number): Extensions {
  if (!reader.hasNext()) return noExtensions
  const extensions: ExtensionStatement[] = []
  while (reader.hasNext()) extensions.push({ rank: base + (reader.next() ?? 0), until: reader.next() ?? 0 })
  return extensions
}

function ratingOf(field: Field, base: number): OrderRecord['rating'] {
  if (field === undefined) return notRated
  const index = field % ratings.length
  const rating: Rating | undefined = ratings[index]
  return { rating, rank: base + (field - index) / ratings.length }
}

/** The record of a row. Its fields are read in the order in which `rowOf` wrote them. */
export function recordOf(id: string, row: OrderRow, table: TextTable): OrderRecord {
  const reader = new RowReader(row)
  const openedAt = reader.next() ?? 0
  const base = rankOf(openedAt, 0)
  const history = historyOf(reader, base)
  const ranks: number[] = []
  for (let key = 0; key < statedKeys.length; key += 1) ranks.push(rankOfField(reader.next(), base, history))
  const dueIn = reader.next()
  const place = placeOf(reader.next(), reader.next())
  const feed = reader.text(table) ?? ''
  const channel = reader.text(table) ?? ''
  const kind = reader.text(table) ?? ''
  const title = reader.text(table) ?? ''
  const type = reader.text(table) ?? ''
  const unit = reader.text(table)
  const subdistrict = reader.text(table)
  const rating = ratingOf(reader.next(), base)
  const dueAt = dueIn === undefined ? undefined : openedAt + dueIn
  return {
    id,
    openedAt,
    feed,
    stated: { channel, class: kind, title, type, unit, subdistrict, place, dueAt },
    ranks,
    history,
    extensions: extensionsOf(reader, base),
    rating,
  }
}
