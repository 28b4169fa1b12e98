import { statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import Libsql from 'libsql'
import { StorageFullError } from '../core/storage-full.ts'

/** What a `?` of a statement may stand for. Everything else is refused before it reaches the driver. */
export type Bindable = string | number | boolean | Uint8Array | null | undefined

export interface Statement<Row> {
  /** @returns how many rows changed */
  run(values: readonly Bindable[]): number
  all(values: readonly Bindable[]): readonly Row[]
  get(values: readonly Bindable[]): Row | undefined
}

/** One connection to a SQLite file. Blobs are bound as Uint8Array and read as ArrayBuffer. */
export interface Database {
  readonly file: string
  /** `Row` is what the SQL selects: the caller, who writes both, keeps them in step. */
  statement<Row = never>(sql: string): Statement<Row>
  execute(sql: string): void
  /** Runs `work` in one transaction, durable on return. A throw undoes all of it. */
  transaction<T>(work: () => T): T
  close(): void
}

export interface DatabaseOptions {
  /** the file takes no more than this many bytes; more throws StorageFullError */
  readonly maxBytes?: number | undefined
  readonly readOnly?: boolean
}

/**
 * Opens or creates a database in WAL mode with synchronous=FULL: what was committed survives a power cut.
 * Errors: StorageFullError where nothing can be written; anything else is thrown as it comes.
 */
export function openDatabase(file: string, options: DatabaseOptions = {}): Database {
  return guarded(file, () => {
    const connection = new Libsql(options.readOnly === true ? `${pathToFileURL(file).href}?mode=ro` : file)
    try {
      prepareConnection(connection, options)
      return new LibsqlDatabase(file, connection)
    } catch (error) {
      connection.close()
      if (primaryCode(error) === notDatabase) throw new Error(`${file} is no database of ours: ${cureOfDamage}`, { cause: error })
      throw error
    }
  })
}

/**
 * Holds a file of its own locked for as long as this process lives, however it ends: nothing has to be cleaned up after kill -9.
 * @returns what gives the lock up; undefined when another process holds it
 */
export function holdLock(file: string): (() => void) | undefined {
  return guarded(file, () => {
    const connection = new Libsql(file)
    try {
      connection.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      connection.close()
      if (primaryCode(error) === busy) return undefined
      throw error
    }
    return () => {
      connection.exec('ROLLBACK')
      connection.close()
    }
  })
}

function prepareConnection(connection: Libsql.Database, { maxBytes, readOnly = false }: DatabaseOptions): void {
  // all(), not get() or iterate(): a statement left half read would hold its read transaction, and with it the WAL
  const pragma = (text: string): readonly unknown[] => connection.prepare(`PRAGMA ${text}`).all()
  pragma('busy_timeout = 5000')
  if (readOnly) return
  pragma('journal_mode = WAL')
  pragma('synchronous = FULL')
  pragma('foreign_keys = ON')
  // a WAL swollen by one large transaction shrinks again
  pragma('journal_size_limit = 67108864')
  if (maxBytes === undefined) return
  // as: the driver types rows as unknown; this pragma answers one row with this one column
  const [row] = pragma('page_size') as readonly { page_size: number }[]
  pragma(`max_page_count = ${String(Math.max(1, Math.floor(maxBytes / (row?.page_size ?? 4096))))}`)
}

class LibsqlDatabase implements Database {
  readonly file: string
  readonly #connection: Libsql.Database
  readonly #begin: Statement<never>
  readonly #commit: Statement<never>

  constructor(file: string, connection: Libsql.Database) {
    this.file = file
    this.#connection = connection
    this.#begin = this.statement('BEGIN IMMEDIATE')
    this.#commit = this.statement('COMMIT')
  }

  statement<Row>(sql: string): Statement<Row> {
    const { file } = this
    const prepared = this.#connection.prepare(sql)
    const parameters = sql.split('?').length - 1
    const all = (values: readonly Bindable[]): readonly Row[] =>
      // as: the driver types rows as unknown; see `statement` of Database
      guarded(file, () => prepared.all(bound(sql, parameters, values)) as readonly Row[])
    return {
      run: (values) => guarded(file, () => prepared.run(bound(sql, parameters, values)).changes),
      all,
      get: (values) => all(values)[0],
    }
  }

  execute(sql: string): void {
    guarded(this.file, () => this.#connection.exec(sql))
  }

  transaction<T>(work: () => T): T {
    this.#begin.run([])
    try {
      const result = work()
      this.#commit.run([])
      return result
    } catch (error) {
      // a full disk has already rolled back by itself
      if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    this.#connection.close()
  }
}

/** A pattern: includes() is four times slower on Chinese text, in which every other byte may be 0. */
const nul = /\0/

/**
 * The driver aborts the whole process when it is given a boolean or an object, keeps the last value where one is missing, stores NaN as it
 * likes, and reads a text back only up to a NUL: none of these may reach it.
 */
function bound(sql: string, parameters: number, values: readonly Bindable[]): (string | number | Buffer | null)[] {
  if (values.length !== parameters) throw new TypeError(`${sql} takes ${String(parameters)} values, not ${String(values.length)}`)
  return values.map((value) => {
    if (value === undefined || value === null) return null
    if (typeof value === 'boolean') return value ? 1 : 0
    if (typeof value === 'number' && Number.isFinite(value)) return value
    if (typeof value === 'string' && !nul.test(value)) return value
    if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    throw new TypeError(`${sql} was given a ${typeof value} that a database cannot hold`)
  })
}

function guarded<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const reason = reasonOfRefusal(error)
    throw reason === undefined ? error : new StorageFullError(explain(file, reason), { cause: error })
  }
}

const busy = 5
const notDatabase = 26
const cureOfDamage = 'put back a backup of the data folder, or name another one in YIPING_DATA'

/** SQLite's primary result codes that mean "cannot be written now", and what they say to people. */
const refusals: ReadonlyMap<number | undefined, string> = new Map([
  [busy, 'another program holds it locked'],
  [6, 'another program holds it locked'],
  [8, 'it is read-only'],
  [10, 'the disk is full or failing'],
  [13, 'the disk is full, or the limit maxLogBytes of config/app.yaml is reached'],
])

function reasonOfRefusal(error: unknown): string | undefined {
  return error instanceof Error && error.message.includes('ENOSPC') ? refusals.get(13) : refusals.get(primaryCode(error))
}

/** Extended result codes carry the primary one in their low byte. */
function primaryCode(error: unknown): number | undefined {
  return error instanceof Error && 'rawCode' in error && typeof error.rawCode === 'number' ? error.rawCode & 0xff : undefined
}

function explain(file: string, reason: string): string {
  const megabytes = ((sizeOf(file) + sizeOf(`${file}-wal`)) / 1_048_576).toFixed(1)
  return `${file} (${megabytes} MiB) cannot be written: ${reason}. Free space on its disk or raise the limit; recording then goes on by itself.`
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0
