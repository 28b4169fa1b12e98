import type { FieldPacket } from 'mysql2/promise'
import type { Literal } from './select.ts'
import { instant, jsonOrText, localTime, numberOrText } from './values.ts'

/** Numbers of column types in the protocol (mysql_com.h, field_types.h); the driver's own list of them cannot be imported by name. */
const Types = {
  DECIMAL: 0,
  TINY: 1,
  SHORT: 2,
  LONG: 3,
  FLOAT: 4,
  DOUBLE: 5,
  TIMESTAMP: 7,
  LONGLONG: 8,
  INT24: 9,
  DATETIME: 12,
  YEAR: 13,
  VARCHAR: 15,
  BIT: 16,
  JSON: 245,
  NEWDECIMAL: 246,
  TINY_BLOB: 249,
  MEDIUM_BLOB: 250,
  LONG_BLOB: 251,
  BLOB: 252,
  VAR_STRING: 253,
  STRING: 254,
  GEOMETRY: 255,
} as const

/** The character set that means "bytes, not text". */
const binarySet = 63

const numbers = new Set<number | undefined>([
  Types.TINY,
  Types.SHORT,
  Types.LONG,
  Types.INT24,
  Types.LONGLONG,
  Types.FLOAT,
  Types.DOUBLE,
  Types.DECIMAL,
  Types.NEWDECIMAL,
  Types.YEAR,
])
const texts = new Set<number | undefined>([
  Types.VARCHAR,
  Types.VAR_STRING,
  Types.STRING,
  Types.TINY_BLOB,
  Types.MEDIUM_BLOB,
  Types.LONG_BLOB,
  Types.BLOB,
  Types.GEOMETRY,
])

type Field = Pick<FieldPacket, 'columnType' | 'characterSet' | 'extendedFormat' | 'extendedTypeName'>

const isBytes = ({ columnType, characterSet, extendedTypeName }: Field): boolean =>
  columnType === Types.BIT || (texts.has(columnType) && characterSet === binarySet && extendedTypeName === undefined)

/** JSON's value of a cell. DATETIME is a wall clock's reading and stays as written; TIMESTAMP is an instant, and comes in UTC. */
export function mysqlValue(cell: Buffer | null, field: Field): unknown {
  if (cell === null) return null
  if (field.columnType === Types.BIT) return bitsOf(cell)
  if (isBytes(field)) return cell.toString('base64')
  const text = cell.toString('utf8')
  if (numbers.has(field.columnType)) return numberOrText(text)
  if (field.columnType === Types.JSON || field.extendedFormat === 'json') return jsonOrText(text)
  if (field.columnType === Types.TIMESTAMP) return instant(text)
  return field.columnType === Types.DATETIME ? localTime(text) : text
}

export function mysqlLiteral(cell: Buffer, field: Field): Literal {
  if (isBytes(field)) return { kind: 'bytes', text: cell.toString('hex') }
  return { kind: numbers.has(field.columnType) ? 'number' : 'text', text: cell.toString('utf8') }
}

function bitsOf(cell: Buffer): number | string {
  const bits = cell.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
  return bits <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bits) : String(bits)
}
