import type { FilterValue } from './options.ts'

/** A value as the database wrote it: asked for again, it must be the same to the last digit. */
export interface Literal {
  readonly kind: 'number' | 'text' | 'bytes'
  /** bytes in hexadecimal */
  readonly text: string
}

export type Condition =
  | { readonly column: string; readonly is: '=' | '>' | '>=' | '<='; readonly literal: Literal }
  | { readonly column: string; readonly is: 'null' | 'not-null' }
  /** rows that stand behind (one, other) in the order of the two columns */
  | { readonly behind: readonly [readonly [string, Literal], readonly [string, Literal]] }

/** All that is ever asked of a database. */
export interface Select {
  /** `name`, or `schema.name` */
  readonly table: string
  /** undefined for all */
  readonly columns: readonly string[] | undefined
  readonly where: readonly Condition[]
  readonly orderBy: readonly string[]
  readonly limit: number
}

export interface Dialect {
  readonly name: (identifier: string) => string
  /** text that stands for the value in the statement: a placeholder, or the value itself, escaped */
  readonly literal: (literal: Literal) => string
}

/** Says a question in SQL. Names are quoted, values are the dialect's: nothing of the configuration or the table is ever read as SQL. */
export function sqlOf(select: Select, dialect: Dialect): string {
  const columns = select.columns === undefined ? '*' : select.columns.map((name) => dialect.name(name)).join(', ')
  const table = select.table
    .split('.')
    .map((part) => dialect.name(part))
    .join('.')
  const where = select.where.map((condition) => conditionOf(condition, dialect)).join(' AND ')
  const order = select.orderBy.map((name) => dialect.name(name)).join(', ')
  return [`SELECT ${columns} FROM ${table}`, ...(where === '' ? [] : [`WHERE ${where}`]), `ORDER BY ${order} LIMIT ${String(select.limit)}`].join(' ')
}

function conditionOf(condition: Condition, { name, literal }: Dialect): string {
  if ('behind' in condition) {
    const [[one, oneValue], [other, otherValue]] = condition.behind
    // the first comparison says nothing new, but it is the one that an index can serve
    return `${name(one)} >= ${literal(oneValue)} AND (${name(one)} > ${literal(oneValue)} OR ${name(other)} > ${literal(otherValue)})`
  }
  if ('literal' in condition) return `${name(condition.column)} ${condition.is} ${literal(condition.literal)}`
  return `${name(condition.column)} IS ${condition.is === 'null' ? 'NULL' : 'NOT NULL'}`
}

/** The equality filters of the configuration. */
export function filtersOf(where: Readonly<Record<string, FilterValue>>): readonly Condition[] {
  return Object.entries(where).map(([column, value]) => equals(column, value))
}

export function equals(column: string, value: FilterValue): Condition {
  if (value === null) return { column, is: 'null' }
  if (typeof value === 'boolean') return { column, is: '=', literal: { kind: 'number', text: value ? '1' : '0' } }
  return { column, is: '=', literal: { kind: typeof value === 'number' ? 'number' : 'text', text: String(value) } }
}
