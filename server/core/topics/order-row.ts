import { ratings } from '../../../contract/fact.ts'
import type { Place, Rating } from '../../../contract/fact.ts'
import { rankOf, unstated } from '../statements.ts'
import { noExtensions } from './order-extensions.ts'
import type { Extensions } from './order-extensions.ts'
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
 * A record without id and title as numbers in a text: some eighty bytes that the garbage collector need not look into. Orders settled long
 * ago are held like this, and so is every order in a dump. Its fields, parted by commas, are followed by the history and, where there is
 * any, by what was said of extensions, each after a bar. Instants and ranks are told from `openedAt`.
 */
export type OrderRow = string

const ranksFrom = 11
const part = '|'
const separator = ','

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

/** Texts are joined by hand: this runs once for every order that ends. */
export function rowOf({ openedAt, feed, stated, ranks, history, extensions, rating }: OrderRecord, table: TextTable): OrderRow {
  const base = rankOf(openedAt, 0)
  const numberIn = (text: string | undefined): Field => (text === undefined ? undefined : table.numberOf(text))
  // join writes nothing for undefined
  const fields = [
    openedAt,
    stated.dueAt === undefined ? undefined : stated.dueAt - openedAt,
    stated.place?.[0],
    stated.place?.[1],
    table.numberOf(feed),
    table.numberOf(stated.channel),
    table.numberOf(stated.class),
    table.numberOf(stated.type),
    numberIn(stated.unit),
    numberIn(stated.subdistrict),
    rating.rating === undefined ? undefined : (rating.rank - base) * ratings.length + ratings.indexOf(rating.rating),
    ...ranks.map((rank) => rankField(rank, base, history)),
  ].join(separator)
  const row = fields + part + history.map((rank) => rank - base).join(separator)
  return extensions.length === 0 ? row : row + part + extensions.flatMap(({ rank, until }) => [rank - base, until]).join(separator)
}

const numbersOf = (text: string | undefined): readonly number[] => (text === undefined || text === '' ? [] : text.split(separator).map(Number))

function placeOf([, , longitude, latitude]: readonly Field[]): Place | undefined {
  return longitude === undefined || latitude === undefined ? undefined : [longitude, latitude]
}

function extensionsOf(numbers: readonly number[], base: number): Extensions {
  if (numbers.length === 0) return noExtensions
  return numbers.flatMap((number, index) => (index % 2 === 0 ? { rank: base + number, until: numbers[index + 1] ?? 0 } : []))
}

function ratingOf(field: Field, base: number): OrderRecord['rating'] {
  if (field === undefined) return notRated
  const index = field % ratings.length
  const rating: Rating | undefined = ratings[index]
  return { rating, rank: base + (field - index) / ratings.length }
}

/** The record of a row. */
export function recordOf(id: string, title: string, row: OrderRow, table: TextTable): OrderRecord {
  const [head = '', steps, granted] = row.split(part)
  const fields = head.split(separator).map((text): Field => (text === '' ? undefined : Number(text)))
  const [openedAt = 0, dueIn, , , feed, channel, kind, type, unit, subdistrict, rating] = fields
  const textAt = (number: Field): string | undefined => (number === undefined ? undefined : table.at(number))
  const base = rankOf(openedAt, 0)
  const history = numbersOf(steps).map((step) => base + step)
  return {
    id,
    openedAt,
    feed: textAt(feed) ?? '',
    stated: {
      channel: textAt(channel) ?? '',
      class: textAt(kind) ?? '',
      title,
      type: textAt(type) ?? '',
      unit: textAt(unit),
      subdistrict: textAt(subdistrict),
      place: placeOf(fields),
      dueAt: dueIn === undefined ? undefined : openedAt + dueIn,
    },
    ranks: statedKeys.map((_, index) => rankOfField(fields[ranksFrom + index], base, history)),
    history,
    extensions: extensionsOf(numbersOf(granted), base),
    rating: ratingOf(rating, base),
  }
}
