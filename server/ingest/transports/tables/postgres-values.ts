import pg from 'pg'
import type { Literal } from './select.ts'
import { instant, jsonOrText, localTime, numberOrText } from './values.ts'

/** Types by their number in pg_type, which is fixed; what is not named here stays text: uuid, inet, interval, time, geometry, enumerations. */
type Parse = (text: string) => unknown

const bytes: Parse = (text) => Buffer.from(text.slice(2), 'hex').toString('base64')
const flag: Parse = (text) => text === 't'
const asIs: Parse = (text) => text

const scalars: Readonly<Record<number, Parse>> = {
  16: flag,
  17: bytes,
  20: numberOrText,
  21: numberOrText,
  23: numberOrText,
  26: numberOrText,
  114: jsonOrText,
  700: numberOrText,
  701: numberOrText,
  1114: localTime,
  1184: (text) => instant(text.replace(/\+00$/, '')),
  1700: numberOrText,
  3802: jsonOrText,
}

/** Lists by the number of their type, with the type of what they hold. */
const lists: Readonly<Record<number, Parse>> = {
  1000: flag,
  1001: bytes,
  1005: numberOrText,
  1007: numberOrText,
  1009: asIs,
  1014: asIs,
  1015: asIs,
  1016: numberOrText,
  1021: numberOrText,
  1022: numberOrText,
  1115: localTime,
  1182: asIs,
  1231: numberOrText,
  2951: asIs,
}

/** JSON's value of a cell. Numbers that no double holds, and NaN and infinity, stay text. */
export function postgresValue(cell: string | null, type: number): unknown {
  if (cell === null) return null
  const scalar = scalars[type]
  if (scalar !== undefined) return scalar(cell)
  const element = lists[type]
  return element === undefined ? cell : listOf(cell, element)
}

const numbers = new Set([20, 21, 23, 26, 700, 701, 1700])

export const postgresKind = (type: number): Literal['kind'] => (type === 17 ? 'bytes' : numbers.has(type) ? 'number' : 'text')

/** pg brings a parser of its notation for lists, which its types leave out. */
const { arrayParser } = pg.types as unknown as {
  readonly arrayParser: { create(text: string, parse: (element: string) => unknown): { parse(): unknown[] } }
}

const listOf = (text: string, element: Parse): unknown[] => arrayParser.create(text, element).parse()
