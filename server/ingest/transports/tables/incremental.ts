import { MisconfiguredError } from '../../transport.ts'
import { aheadWords, dayBefore, isAhead } from '../high-water.ts'
import { rowHash } from './messages.ts'
import type { RowRules } from './messages.ts'
import type { IncrementalOptions } from './options.ts'
import { earlier } from './earlier.ts'
import { columnsWith, messagesOf, needed, rulesOf } from './reader.ts'
import type { ReaderContext, TableReader } from './reader.ts'
import { filtersOf } from './select.ts'
import type { Condition, Literal } from './select.ts'
import type { Row, TableSession } from './session.ts'

/** The row that was recorded last, in the order of the two columns. */
interface Cursor {
  readonly at: Literal
  /** undefined where it is no row but a time that reading was put back to */
  readonly tie: Literal | undefined
}

/** Where the column is a time and nothing else is said. */
const usualOverlapSeconds = 60
/** Rows of the overlap remembered; more than these come again, and are recognised by the log. */
const mostRemembered = 50_000

/** 增量: rows behind the last one recorded; a little before it too, for rows that were committed late. */
export class IncrementalReader implements TableReader {
  readonly #context: ReaderContext
  readonly #options: IncrementalOptions
  readonly #rules: RowRules
  readonly #key: string
  /** content of rows that the next poll may meet again */
  #remembered = new Set<string>()

  constructor(context: ReaderContext, options: IncrementalOptions) {
    this.#context = context
    this.#options = options
    this.#rules = rulesOf(context, options, [options.column, options.tieBreaker])
    this.#key = `rows/${options.table}/${options.column}/${options.tieBreaker}`
  }

  async poll(session: TableSession): Promise<void> {
    const cursor = this.#recall()
    if (cursor !== undefined && this.#isAhead(cursor.at)) await this.#goBack(cursor.at)
    const met = new Set<string>()
    if (cursor === undefined) await this.#walk(session, [{ column: this.#options.column, is: 'not-null' }], { met, isNoted: true })
    else {
      const overlap = this.#before(cursor)
      // late ones move nothing: the cursor stays at the row that is last in order
      if (overlap !== undefined) await this.#walk(session, overlap, { met, isNoted: false })
      await this.#walk(session, [this.#behind(cursor)], { met, isNoted: true })
    }
    if (!this.#context.signal.aborted) this.#remembered = met
  }

  /** @param walk `met` gathers what was read; `isNoted` when its pages move the cursor */
  async #walk(session: TableSession, from: readonly Condition[], walk: { readonly met: Set<string>; readonly isNoted: boolean }): Promise<void> {
    const { table, columns, column, tieBreaker, where, pageRows } = this.#options
    let behind: readonly Condition[] = []
    let before: Cursor | undefined
    while (!this.#context.signal.aborted) {
      const rows = await session.select({
        table,
        columns: columnsWith(columns, [column, tieBreaker]),
        where: [...filtersOf(where), ...from, ...behind],
        orderBy: this.#isUnique ? [column] : [column, tieBreaker],
        limit: pageRows,
      })
      const last = rows.at(-1)
      if (last === undefined) return
      const at = needed(last, column)
      const reached: Cursor = { at, tie: needed(last, tieBreaker, before?.at.text === at.text ? before.tie : undefined) }
      await this.#record(rows, walk.isNoted ? this.#lastPast(rows) : undefined, walk.met)
      if (rows.length < pageRows) return
      behind = [this.#behind(reached)]
      before = reached
    }
  }

  /** The last row whose time does not lie ahead of our clock: rows behind it are read again at each poll, until their time has come. */
  #lastPast(rows: readonly Row[]): Cursor | undefined {
    const { column, tieBreaker } = this.#options
    for (const row of rows.toReversed()) {
      const at = needed(row, column)
      if (!this.#isAhead(at, row.value[column])) return { at, tie: needed(row, tieBreaker) }
    }
    return undefined
  }

  /** @param value the same, with the zone that the column's type has */
  #isAhead({ kind, text }: Literal, value: unknown = text): boolean {
    const { feed, clock } = this.#context
    // numbers that never repeat are running ones
    if (kind === 'bytes' || (kind === 'number' && this.#isUnique)) return false
    return isAhead(typeof value === 'string' ? value : text, feed, clock.now())
  }

  /** A clock was set back, or an older version of ours took a time ahead. @throws that it did, once it is mended */
  async #goBack({ kind, text }: Literal): Promise<void> {
    const { feed, clock } = this.#context
    const { table, column } = this.#options
    const from = dayBefore(clock.now(), text, feed.zone)
    const cursor: Cursor = { at: { kind, text: from }, tie: undefined }
    await this.#context.deliverMessages([], table, { key: this.#key, value: JSON.stringify(cursor) })
    throw new Error(aheadWords(`column ${column}`, text, from))
  }

  get #isUnique(): boolean {
    return this.#options.column === this.#options.tieBreaker
  }

  async #record(rows: readonly Row[], reached: Cursor | undefined, met: Set<string>): Promise<void> {
    const news = rows.filter((row) => {
      const hash = rowHash(row)
      remember(met, hash)
      return !this.#remembered.has(hash)
    })
    if (news.length === 0 && reached === undefined) return
    const note = reached === undefined ? undefined : { key: this.#key, value: JSON.stringify(reached) }
    await this.#context.deliverMessages(messagesOf(news, this.#rules), this.#options.table, note)
    // broken off before its end, a poll is followed by one that meets these again
    for (const row of news) remember(this.#remembered, rowHash(row))
  }

  #recall(): Cursor | undefined {
    const value = this.#context.ledger.get(this.#key)
    // written by `#record` above, and by nobody else
    return value === undefined ? undefined : (JSON.parse(value) as Cursor)
  }

  #behind({ at, tie }: Cursor): Condition {
    const { column, tieBreaker } = this.#options
    return this.#isUnique || tie === undefined
      ? { column, is: '>', literal: at }
      : {
          behind: [
            [column, at],
            [tieBreaker, tie],
          ],
        }
  }

  #before(cursor: Cursor): readonly Condition[] | undefined {
    const { column, overlapSeconds } = this.#options
    const seconds = overlapSeconds ?? usualOverlapSeconds
    if (seconds === 0) return undefined
    const text = cursor.at.kind === 'text' ? earlier(cursor.at.text, seconds) : undefined
    if (text !== undefined)
      return [
        { column, is: '>=', literal: { kind: 'text', text } },
        { column, is: '<=', literal: cursor.at },
      ]
    if (overlapSeconds === undefined) return undefined
    throw new MisconfiguredError(
      `transport.overlapSeconds: column ${column} holds ${JSON.stringify(cursor.at.text.slice(0, 40))}, which is no time such as 2026-11-23 14:21:08; leave the option out, or read by a time`,
    )
  }
}

/** The oldest is forgotten first. */
function remember(hashes: Set<string>, hash: string): void {
  hashes.delete(hash)
  hashes.add(hash)
  if (hashes.size <= mostRemembered) return
  const [oldest] = hashes
  if (oldest !== undefined) hashes.delete(oldest)
}
