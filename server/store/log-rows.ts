import type { Entry, Fact } from '../../contract/fact.ts'
import type { Instant } from '../../contract/time.ts'
import type { Database } from './database.ts'
import type { Batch, Range } from './event-log.ts'

interface Row {
  readonly first_seq: number
  readonly count: number
  readonly at: Instant
  readonly feed: string
  /** a JSON array whose elements stand on lines of their own */
  readonly facts: string
}

/** Rows are read in pages: few where rows are large, many where they hold single facts. */
const fewestRows = 8
const mostRows = 1_024
const charactersWanted = 1_000_000

/** Reading the table of batches. Pages are read to their end, so no read transaction stays open between two entries. */
export class LogRows {
  readonly #file: string
  readonly #page
  readonly #last
  readonly #before
  readonly #untilAt
  readonly #holding

  constructor(database: Database) {
    this.#file = database.file
    // starts with the row that holds the wanted seq, which may stand in its middle
    this.#page = database.statement<Row>(
      `SELECT first_seq, count, at, feed, facts FROM batches
       WHERE first_seq >= (SELECT coalesce(max(first_seq), 0) FROM batches WHERE first_seq <= ?) ORDER BY first_seq LIMIT ?`,
    )
    this.#last = database.statement<{ seq: number; at: Instant }>(
      'SELECT first_seq + count - 1 AS seq, at FROM batches ORDER BY first_seq DESC LIMIT 1',
    )
    this.#before = database.statement<Row>(
      'SELECT first_seq, count, at, feed, facts FROM batches WHERE first_seq < ? ORDER BY first_seq DESC LIMIT 64',
    )
    this.#untilAt = database.statement<{ seq: number }>(
      'SELECT first_seq + count - 1 AS seq FROM batches WHERE at <= ? ORDER BY at DESC, first_seq DESC LIMIT 1',
    )
    this.#holding = database.statement<{ first_seq: number; count: number; at: Instant }>(
      'SELECT first_seq, count, at FROM batches WHERE first_seq <= ? ORDER BY first_seq DESC LIMIT 1',
    )
  }

  last(): { readonly seq: number; readonly at: Instant } {
    return this.#last.get([]) ?? { seq: 0, at: 0 }
  }

  seqAt(at: Instant): number {
    return this.#untilAt.get([at])?.seq ?? 0
  }

  recordedAt(seq: number): Instant | undefined {
    const row = this.#holding.get([seq])
    return row !== undefined && seq < row.first_seq + row.count ? row.at : undefined
  }

  *entries({ after, upTo = Infinity, untilAt = Infinity }: Range): IterableIterator<Entry> {
    let next = after + 1
    for (const row of this.#rowsFrom(next)) {
      if (row.at > untilAt || next > upTo) return
      if (row.first_seq > next) throw this.#damaged(next, 'it is missing')
      const facts = this.#factsOf(row)
      for (const fact of facts.slice(next - row.first_seq)) {
        if (next > upTo) return
        yield { seq: next, at: row.at, feed: row.feed, fact }
        next += 1
      }
    }
  }

  recent(count: number): readonly Batch[] {
    const found: Batch[] = []
    let held = 0
    let before = Number.MAX_SAFE_INTEGER
    while (held < count) {
      const rows = this.#before.all([before])
      if (rows.length === 0) break
      for (const row of rows) {
        if (held >= count) break
        found.push({ feed: row.feed, facts: row.facts.slice(1, -1).split(',\n') })
        held += row.count
        before = row.first_seq
      }
    }
    return found.reverse()
  }

  *#rowsFrom(seq: number): IterableIterator<Row> {
    let next = seq
    let limit = fewestRows
    for (;;) {
      const rows = this.#page.all([next, limit]).filter((row) => row.first_seq + row.count > next)
      yield* rows
      const last = rows.at(-1)
      if (last === undefined) return
      next = last.first_seq + last.count
      const characters = rows.reduce((sum, row) => sum + row.facts.length, 0)
      limit = Math.min(mostRows, Math.max(fewestRows, Math.floor((limit * charactersWanted) / (characters + 1))))
    }
  }

  #factsOf(row: Row): readonly Fact[] {
    let facts: unknown
    try {
      facts = JSON.parse(row.facts)
    } catch (error) {
      throw this.#damaged(row.first_seq, error instanceof Error ? error.message : String(error))
    }
    if (!Array.isArray(facts) || facts.length !== row.count) throw this.#damaged(row.first_seq, `${String(row.count)} facts were expected`)
    // as: only admitted facts are ever written into the log, and the log is ours alone
    return facts as Fact[]
  }

  #damaged(seq: number, reason: string): Error {
    return new Error(`${this.#file} is damaged at seq ${String(seq)}: ${reason}. Put back a backup of the data folder.`)
  }
}
