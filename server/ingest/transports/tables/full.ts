import { createHash } from 'node:crypto'
import { rowHash } from './messages.ts'
import type { RowRules } from './messages.ts'
import type { FullOptions } from './options.ts'
import { columnsWith, messagesOf, needed, rulesOf } from './reader.ts'
import type { ReaderContext, TableReader } from './reader.ts'
import { filtersOf } from './select.ts'
import type { Literal } from './select.ts'
import type { Row, TableSession } from './session.ts'

/** Changed rows held until they are handed on. */
const mostHeld = 5_000
/** Rows are noted in 256 groups, so that one changed row does not write the whole table's note anew. */
const hexadecimalDigits = 2

/** One group: hash of a row's key → hash of its content. */
type Group = Map<string, string>

/** 全量: the whole table each time; what changed is known by hashes in the ledger, what vanished is counted there. */
export class FullReader implements TableReader {
  readonly #context: ReaderContext
  readonly #options: FullOptions
  readonly #rules: RowRules
  readonly #prefix: string
  readonly #groups = new Map<string, Group>()

  constructor(context: ReaderContext, options: FullOptions) {
    this.#context = context
    this.#options = options
    this.#rules = rulesOf(context, options, [options.key])
    this.#prefix = `hashes/${options.table}/${options.key}/`
  }

  async poll(session: TableSession): Promise<void> {
    const seen = new Set<string>()
    let held: { readonly key: string; readonly row: Row }[] = []
    for await (const row of this.#rows(session)) {
      const key = keyHash(needed(row, this.#options.key).text)
      seen.add(key)
      if (seen.size > this.#options.mostRows) throw new Error(tooLong(this.#options))
      if (this.#groupOf(key).get(key) === rowHash(row)) continue
      held.push({ key, row })
      if (held.length < mostHeld) continue
      await this.#record(held)
      held = []
    }
    await this.#record(held)
    // a walk that was broken off has not seen what is still there
    if (!this.#context.signal.aborted) await this.#countVanished(seen)
  }

  async *#rows(session: TableSession): AsyncGenerator<Row> {
    const { table, key: column, columns, where, pageRows } = this.#options
    let before: Literal | undefined
    while (!this.#context.signal.aborted) {
      const rows = await session.select({
        table,
        columns: columnsWith(columns, [column]),
        where: [...filtersOf(where), before === undefined ? { column, is: 'not-null' } : { column, is: '>', literal: before }],
        orderBy: [column],
        limit: pageRows,
      })
      yield* rows
      const last = rows.at(-1)
      if (last === undefined || rows.length < pageRows) return
      before = needed(last, column, before)
    }
  }

  async #record(changed: readonly { readonly key: string; readonly row: Row }[]): Promise<void> {
    const names = new Set(changed.map(({ key }) => key.slice(0, hexadecimalDigits)))
    for (const name of names) {
      const members = changed.filter(({ key }) => key.startsWith(name))
      const group = new Map(this.#groupOf(name))
      for (const { key, row } of members) group.set(key, rowHash(row))
      await this.#context.deliverMessages(
        messagesOf(
          members.map(({ row }) => row),
          this.#rules,
        ),
        this.#options.table,
        this.#noteOf(name, group),
      )
      this.#groups.set(name, group)
    }
  }

  /** A row that comes back later is a new one. */
  async #countVanished(seen: ReadonlySet<string>): Promise<void> {
    let count = 0
    for (const name of this.#groupNames()) {
      const group = this.#groupOf(name)
      const left = new Map([...group].filter(([key]) => seen.has(key)))
      if (left.size === group.size) continue
      count += group.size - left.size
      await this.#context.deliverMessages([], this.#options.table, this.#noteOf(name, left))
      this.#groups.set(name, left)
    }
    if (count === 0) return
    const key = `vanished/${this.#options.table}/${this.#options.key}`
    const before = Number(this.#context.ledger.get(key) ?? '0')
    await this.#context.deliverMessages([], this.#options.table, { key, value: String(before + count) })
  }

  #groupNames(): readonly string[] {
    return this.#context.ledger.keys(this.#prefix).map((key) => key.slice(this.#prefix.length))
  }

  #groupOf(key: string): Group {
    const name = key.slice(0, hexadecimalDigits)
    let group = this.#groups.get(name)
    if (group === undefined) {
      group = parseGroup(this.#context.ledger.get(this.#prefix + name))
      this.#groups.set(name, group)
    }
    return group
  }

  #noteOf(name: string, group: Group): { readonly key: string; readonly value: string | undefined } {
    const value = group.size === 0 ? undefined : [...group].map(([key, hash]) => key + hash).join('')
    return { key: this.#prefix + name, value }
  }
}

const keyLength = 16
const hashLength = 16

const keyHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, keyLength)

function parseGroup(text = ''): Group {
  const group: Group = new Map()
  for (let at = 0; at < text.length; at += keyLength + hashLength)
    group.set(text.slice(at, at + keyLength), text.slice(at + keyLength, at + keyLength + hashLength))
  return group
}

const tooLong = ({ table, mostRows }: FullOptions): string =>
  `table ${table} has more than ${String(mostRows)} rows (transport.mostRows): read it by mode incremental or batch, narrow it by transport.where, or raise mostRows`
