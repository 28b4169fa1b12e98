import type { RowRules } from './messages.ts'
import type { BatchOptions } from './options.ts'
import { columnsWith, messagesOf, needed, rulesOf } from './reader.ts'
import type { ReaderContext, TableReader } from './reader.ts'
import { equals, filtersOf } from './select.ts'
import type { Condition, Literal, Select } from './select.ts'
import type { TableSession } from './session.ts'

/** A batch of which `read` rows are recorded, up to `tie`. Batches are numbered in the order they were begun. */
interface Reading {
  readonly id: Literal
  readonly number: number
  readonly read: number
  readonly tie?: Literal
}

/** What the ledger holds of a batch: how far it is read, or of how many rows it was when it was taken whole. */
type Standing = Reading | { readonly id: Literal; readonly number: number; readonly taken: number }

/** 批次: whole batches, each once, when they are complete. */
export class BatchReader implements TableReader {
  readonly #context: ReaderContext
  readonly #options: BatchOptions
  readonly #rules: RowRules
  readonly #prefix: string
  /** the batch begun last, in the order they were begun */
  #latest: Standing | undefined

  constructor(context: ReaderContext, options: BatchOptions) {
    this.#context = context
    this.#options = options
    this.#rules = rulesOf(context, options, [options.batchColumn, options.tieBreaker])
    this.#prefix = `batch/${options.table}/${options.batchColumn}/`
    for (const key of context.ledger.keys(this.#prefix)) {
      const standing = this.#standing(key.slice(this.#prefix.length))
      if (standing !== undefined && standing.number >= (this.#latest?.number ?? 0)) this.#latest = standing
    }
  }

  async poll(session: TableSession): Promise<void> {
    if (this.#options.status === undefined) await this.#pollByOrder(session)
    else await this.#pollByStatus(session, this.#options.status)
  }

  /** Ids grow: a batch is complete when there is one behind it. One row of each is enough to know. */
  async #pollByOrder(session: TableSession): Promise<void> {
    const begun = this.#latest
    let batch = begun !== undefined && 'read' in begun ? begun.id : await this.#nextBatch(session, begun?.id)
    while (batch !== undefined && !this.#context.signal.aborted) {
      const next = await this.#nextBatch(session, batch)
      if (next === undefined) return
      await this.#take(session, batch)
      batch = next
    }
  }

  async #nextBatch(session: TableSession, after: Literal | undefined): Promise<Literal | undefined> {
    const { table, batchColumn: column, where } = this.#options
    const behind: Condition = after === undefined ? { column, is: 'not-null' } : { column, is: '>', literal: after }
    const [row] = await session.select({ table, columns: [column], where: [...filtersOf(where), behind], orderBy: [column], limit: 1 })
    return row === undefined ? undefined : needed(row, column, after)
  }

  async #pollByStatus(session: TableSession, status: NonNullable<BatchOptions['status']>): Promise<void> {
    const { table, batchColumn: column, statusColumn, complete } = status
    const limit = this.#options.pageRows
    let behind: Condition = { column, is: 'not-null' }
    for (;;) {
      const rows = await session.select({ table, columns: [column], where: [equals(statusColumn, complete), behind], orderBy: [column], limit })
      for (const row of rows) {
        if (this.#context.signal.aborted) return
        await this.#take(session, needed(row, column))
      }
      const last = rows.at(-1)
      if (last === undefined || rows.length < limit) return
      behind = { column, is: '>', literal: needed(last, column) }
    }
  }

  /** Page by page, each with its note; the last one says that the batch is taken. */
  async #take(session: TableSession, id: Literal): Promise<void> {
    let standing = this.#standing(id.text) ?? { id, number: (this.#latest?.number ?? 0) + 1, read: 0 }
    while ('read' in standing && !this.#context.signal.aborted) standing = await this.#takePage(session, standing)
  }

  async #takePage(session: TableSession, standing: Reading): Promise<Standing> {
    const { table, tieBreaker, pageRows } = this.#options
    const rows = await session.select(this.#pageOf(standing))
    const last = rows.at(-1)
    const { id, number } = standing
    const read = standing.read + rows.length
    const reached: Standing =
      last === undefined || rows.length < pageRows ? { id, number, taken: read } : { id, number, read, tie: needed(last, tieBreaker, standing.tie) }
    const note = { key: this.#prefix + id.text, value: JSON.stringify(reached) }
    await this.#context.deliverMessages(messagesOf(rows, this.#rules), table, note)
    this.#latest = reached
    return reached
  }

  #pageOf({ id, tie }: Reading): Select {
    const { table, columns, where, batchColumn, tieBreaker, pageRows } = this.#options
    const behind: readonly Condition[] = tie === undefined ? [] : [{ column: tieBreaker, is: '>', literal: tie }]
    return {
      table,
      columns: columnsWith(columns, [batchColumn, tieBreaker]),
      where: [...filtersOf(where), { column: batchColumn, is: '=', literal: id }, ...behind],
      orderBy: [tieBreaker],
      limit: pageRows,
    }
  }

  #standing(id: string): Standing | undefined {
    const value = this.#context.ledger.get(this.#prefix + id)
    // written by `#take` above, and by nobody else
    return value === undefined ? undefined : (JSON.parse(value) as Standing)
  }
}
