import type { TransportContext } from '../../transport.ts'
import { messageOf } from './messages.ts'
import type { RowRules } from './messages.ts'
import type { TableOptions } from './options.ts'
import type { Literal } from './select.ts'
import type { Row, TableSession } from './session.ts'

/** What a way of reading needs of the runner. */
export type ReaderContext = Pick<TransportContext<unknown>, 'feed' | 'ledger' | 'clock' | 'signal' | 'deliverMessages'>

/** A way of reading a table. */
export interface TableReader {
  /** Reads and hands on what is there now. Broken off anywhere, the next poll goes on where the last page was recorded. */
  poll(session: TableSession): Promise<void>
}

export const rulesOf = (context: ReaderContext, { jsonColumns }: TableOptions, named: readonly string[]): RowRules => ({
  named: [...new Set(named)],
  jsonColumns,
  mostBytes: context.feed.limits.messageBytes,
})

export const messagesOf = (rows: readonly Row[], rules: RowRules): ReturnType<typeof messageOf>[] => rows.map((row) => messageOf(row, rules))

/** The columns asked for, with those that the reading itself needs. */
export function columnsWith(columns: readonly string[] | undefined, needed: readonly string[]): readonly string[] | undefined {
  return columns === undefined ? undefined : [...new Set([...columns, ...needed])]
}

/**
 * A value that a row must have to be read on from, and that is not the one read on from before.
 * @throws when the row has none, or when the database's own value is not behind itself: a FLOAT that is written shorter than it is kept
 */
export function needed(row: Row, column: string, before?: Literal): Literal {
  const literal = row.literal(column)
  if (literal === undefined)
    throw new Error(`column ${column} is NULL in a row, and rows are told apart by it; name one that always has a value, such as the primary key`)
  if (before?.text === literal.text)
    throw new Error(
      `column ${column} stays at ${JSON.stringify(literal.text.slice(0, 40))} however often it is read on from there; name one of exact values, no FLOAT`,
    )
  return literal
}
