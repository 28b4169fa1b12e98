import { SqlError } from './statement.ts'
import type { Statement, Test, Value } from './statement.ts'

/** As in CREATE TABLE; what it is on the wire stands in server.ts. */
export type ColumnType = 'bigint' | 'int' | 'decimal' | 'double' | 'varchar' | 'text' | 'datetime' | 'timestamp' | 'date' | 'json'

export interface Column {
  readonly name: string
  readonly type: ColumnType
}

export interface Table {
  readonly columns: readonly Column[]
  /** what the table holds now, in any order; times as `yyyy-MM-dd HH:mm:ss`, a timestamp's in UTC */
  readonly rows: () => readonly object[]
}

export interface Answer {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly (string | null)[])[]
}

const numeric = new Set<ColumnType>(['bigint', 'int', 'decimal', 'double'])

/** @throws SqlError 1054 for a column that the table does not have */
export function answer(statement: Statement, table: Table): Answer {
  const columns = statement.columns?.map((name) => columnOf(table, name, 'field list')) ?? table.columns
  const isWanted = predicateOf(statement.where, table)
  const order = statement.orderBy.map(({ column, isDescending }) => ({
    column: columnOf(table, column, 'order clause'),
    sign: isDescending ? -1 : 1,
  }))
  const rows = table
    .rows()
    .filter(isWanted)
    .sort((one, other) => {
      for (const { column, sign } of order) {
        const compared = compare(cellOf(one, column), cellOf(other, column), column)
        if (compared !== 0) return sign * compared
      }
      return 0
    })
  return { columns, rows: rows.slice(0, statement.limit).map((row) => columns.map((column) => cellOf(row, column))) }
}

function columnOf(table: Table, name: string, clause: string): Column {
  const column = table.columns.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase())
  if (column === undefined) throw new SqlError(1054, `Unknown column '${name}' in '${clause}'`)
  return column
}

function cellOf(row: object, column: Column): string | null {
  const value: unknown = Reflect.get(row, column.name)
  if (value === undefined || value === null) return null
  return typeof value === 'string' || typeof value === 'bigint' ? String(value) : JSON.stringify(value)
}

function predicateOf(test: Test, table: Table): (row: object) => boolean {
  if ('every' in test) {
    const tests = test.every.map((one) => predicateOf(one, table))
    return (row) => tests.every((holds) => holds(row))
  }
  if ('some' in test) {
    const tests = test.some.map((one) => predicateOf(one, table))
    return (row) => tests.some((holds) => holds(row))
  }
  const column = columnOf(table, test.column, 'where clause')
  if (!('value' in test)) {
    const isNullWanted = test.is === 'null'
    return (row) => (cellOf(row, column) === null) === isNullWanted
  }
  const { is, value } = test
  return (row) => {
    const cell = cellOf(row, column)
    return cell !== null && holds(is, compare(cell, textOf(value), column))
  }
}

const textOf = (value: Value): string => String(value)

function holds(is: '=' | '>' | '>=' | '<' | '<=' | '<>', compared: number): boolean {
  switch (is) {
    case '=':
      return compared === 0
    case '<>':
      return compared !== 0
    case '>':
      return compared > 0
    case '>=':
      return compared >= 0
    case '<':
      return compared < 0
    case '<=':
      return compared <= 0
  }
}

/** NULL comes first, as in MySQL. */
function compare(one: string | null, other: string | null, { type }: Column): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null)
  if (!numeric.has(type)) return one < other ? -1 : one > other ? 1 : 0
  if (/^-?\d+$/.test(one) && /^-?\d+$/.test(other)) return sign(BigInt(one) - BigInt(other))
  return Number(one) - Number(other)
}

const sign = (difference: bigint): number => (difference > 0n ? 1 : difference < 0n ? -1 : 0)
