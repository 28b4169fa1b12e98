import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry } from '../../contract/fact.ts'
import type { Instant } from '../../contract/time.ts'
import { holdLock, openDatabase } from './database.ts'
import type { Database } from './database.ts'
import { LedgerWriter } from './ledger.ts'
import type { LedgerNote } from './ledger.ts'
import { LogRows } from './log-rows.ts'
import { openSettling } from './quarantine-tables.ts'

/** Facts of one feed, each as its JSON text. */
export interface Batch {
  readonly feed: string
  readonly facts: readonly string[]
}

/** What of one feed is to be there exactly if its facts are. */
export interface Alongside {
  readonly feed: string
  readonly ledger: readonly LedgerNote[]
  /** numbers of quarantined messages that are dealt with */
  readonly settled: readonly number[]
}

export interface Range {
  /** entries with a greater `seq` */
  readonly after: number
  readonly upTo?: number
  /** entries recorded at or before this instant */
  readonly untilAt?: Instant
}

/** The log as one who only reads it sees it: it may grow meanwhile. */
export interface LogReader {
  /** random, made with the file: another log never has it */
  readonly lineage: string
  /** 0 for an empty log */
  readonly lastSeq: number
  /** Entries in order. Memory is bounded however long the range is. Errors: a damaged log throws, naming file and seq. */
  entries(range: Range): IterableIterator<Entry>
  /** `seq` of the last entry recorded at or before `at`; 0 before the first */
  seqAt(at: Instant): number
  /** when `seq` was recorded; undefined for one that the log does not hold */
  recordedAt(seq: number): Instant | undefined
  close(): void
}

/** 事件日志: every fact ever admitted, numbered without a gap, durable. */
export interface EventLog extends LogReader {
  /** 0 for an empty log; never goes back */
  readonly lastAt: Instant
  /**
   * Records facts in one transaction, durable on return, all with one instant: `now`, or the last entry's where the clock has gone back.
   * In the same transaction, after them and in their order, the changes of `alongside`: also where there are no facts.
   * Errors: StorageFullError, and then nothing of it was recorded.
   */
  append(batches: readonly Batch[], now: Instant, alongside?: readonly Alongside[]): { firstSeq: number; at: Instant }
  /** The last facts recorded, oldest first: at least `count` of them where the log holds so many. */
  recent(count: number): readonly Batch[]
  /** Writes and removes 64 KiB. Errors: StorageFullError while that is impossible. */
  probe(): void
}

/** Raised when the shape of the tables changes; a server refuses files of a greater format. */
const format = 1

/** Bounds on a row, so that reading the log takes pages of bounded size whatever was sent at once. */
const factsPerRow = 1_000
const charactersPerRow = 262_144

const metaTable = 'CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT'
const tables = `
  CREATE TABLE IF NOT EXISTS batches (
    first_seq INTEGER PRIMARY KEY, count INTEGER NOT NULL, at INTEGER NOT NULL, feed TEXT NOT NULL, facts TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS batches_at ON batches (at);
  CREATE TABLE IF NOT EXISTS probe (space BLOB NOT NULL) STRICT;
`

/** The file that holds the log (and rejections and sessions) of a data folder. */
export const logFile = (directory: string): string => join(directory, 'log.sqlite')

/**
 * Opens the log of a data folder for writing, making both where they are missing. After kill -9 it is as it was at the last commit.
 * Errors: another process writing here, a log of a newer version and a damaged file throw with what to do; StorageFullError.
 */
export function openEventLog(options: { readonly directory: string; readonly maxBytes?: number | undefined }): EventLog {
  mkdirSync(options.directory, { recursive: true })
  const unlock = holdLock(join(options.directory, 'lock'))
  if (unlock === undefined) {
    throw new Error(`another server is already running on ${options.directory}: stop it, or name another data folder in YIPING_DATA`)
  }
  try {
    return new SqliteEventLog(openDatabase(logFile(options.directory), { maxBytes: options.maxBytes }), unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

/** Opens the log of a data folder for reading beside the server that writes it. Errors: throws where there is none. */
export function openLogReader(directory: string): LogReader {
  const database = openDatabase(logFile(directory), { readOnly: true })
  const rows = new LogRows(database)
  return {
    lineage: readLineage(database),
    get lastSeq() {
      return rows.last().seq
    },
    entries: (range) => rows.entries(range),
    seqAt: (at) => rows.seqAt(at),
    recordedAt: (seq) => rows.recordedAt(seq),
    close: () => database.close(),
  }
}

function readLineage(database: Database): string {
  const rows = database.statement<{ key: string; value: string }>('SELECT key, value FROM meta').all([])
  const meta = new Map(rows.map(({ key, value }) => [key, value]))
  const found = Number(meta.get('format'))
  if (!(found <= format)) {
    throw new Error(
      `${database.file} has format ${String(found)}, and this version reads ${String(format)}: start the newer version, or name another data folder`,
    )
  }
  return meta.get('lineage') ?? ''
}

class SqliteEventLog implements EventLog {
  readonly lineage: string
  readonly #database: Database
  readonly #unlock: () => void
  readonly #rows: LogRows
  readonly #insert
  readonly #fill
  readonly #empty
  readonly #ledger: LedgerWriter
  readonly #settle: (feed: string, messages: readonly number[]) => void
  #lastSeq: number
  #lastAt: Instant

  constructor(database: Database, unlock: () => void) {
    database.transaction(() => {
      database.execute(metaTable)
      const insert = database.statement('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING')
      insert.run(['format', String(format)])
      insert.run(['lineage', randomBytes(12).toString('base64url')])
    })
    // before anything else is touched: a newer format throws here
    this.lineage = readLineage(database)
    database.execute(tables)
    this.#database = database
    this.#unlock = unlock
    this.#rows = new LogRows(database)
    this.#insert = database.statement('INSERT INTO batches (first_seq, count, at, feed, facts) VALUES (?, ?, ?, ?, ?)')
    this.#fill = database.statement('INSERT INTO probe (space) VALUES (?)')
    this.#empty = database.statement('DELETE FROM probe')
    this.#ledger = new LedgerWriter(database)
    this.#settle = openSettling(database)
    const last = this.#rows.last()
    this.#lastSeq = last.seq
    this.#lastAt = last.at
  }

  get lastSeq(): number {
    return this.#lastSeq
  }

  get lastAt(): Instant {
    return this.#lastAt
  }

  append(batches: readonly Batch[], now: Instant, alongside: readonly Alongside[] = []): { firstSeq: number; at: Instant } {
    const firstSeq = this.#lastSeq + 1
    const at = Math.max(now, this.#lastAt)
    const rows = batches.flatMap(({ feed, facts }) => rowsOf(facts).map((row) => ({ feed, row })))
    if (rows.length === 0 && alongside.length === 0) return { firstSeq, at }
    let next = firstSeq
    this.#transaction(() => {
      for (const { feed, row } of rows) {
        this.#insert.run([next, row.count, at, feed, `[${row.facts}]`])
        next += row.count
      }
      for (const { feed, ledger, settled } of alongside) {
        if (ledger.length > 0) this.#ledger.write(feed, ledger)
        this.#settle(feed, settled)
      }
    })
    if (rows.length === 0) return { firstSeq, at }
    this.#lastSeq = next - 1
    this.#lastAt = at
    return { firstSeq, at }
  }

  entries(range: Range): IterableIterator<Entry> {
    return this.#rows.entries(range)
  }

  seqAt(at: Instant): number {
    return this.#rows.seqAt(at)
  }

  recordedAt(seq: number): Instant | undefined {
    return this.#rows.recordedAt(seq)
  }

  recent(count: number): readonly Batch[] {
    return this.#rows.recent(count)
  }

  probe(): void {
    // two transactions: in one, the pages might never be asked of the disk
    this.#fill.run([Buffer.alloc(65_536)])
    this.#empty.run([])
  }

  close(): void {
    this.#database.close()
    this.#unlock()
  }

  #transaction(work: () => void): void {
    try {
      this.#database.transaction(work)
    } catch (error) {
      this.#ledger.undone()
      throw error
    }
  }
}

interface RowOfFacts {
  readonly count: number
  readonly facts: string
}

function rowsOf(texts: readonly string[]): readonly RowOfFacts[] {
  const rows: RowOfFacts[] = []
  let facts = ''
  let count = 0
  for (const [index, text] of texts.entries()) {
    // ',\n': an array to JSON.parse, and its texts again to split, since JSON text holds no raw line break. Added up, not joined: twice as fast
    facts += count === 0 ? text : `,\n${text}`
    count += 1
    if (count < factsPerRow && facts.length < charactersPerRow && index < texts.length - 1) continue
    rows.push({ count, facts })
    facts = ''
    count = 0
  }
  return rows
}
