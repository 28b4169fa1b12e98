import type { Database } from './database.ts'

/** 台账: what a feed's transport must not forget: which files are taken, how far a table is read. */
export interface Ledger {
  get(key: string): string | undefined
  /** keys that begin with `prefix`, in the order of their bytes in UTF-8 */
  keys(prefix: string): readonly string[]
}

/** `value` undefined forgets the key. */
export interface LedgerNote {
  readonly key: string
  readonly value: string | undefined
}

/** The ledgers of all feeds, as they stand after the last commit. Written by the recorder alone, together with the facts they are about. */
export interface Ledgers {
  of(feed: string): Ledger
  /** notes lost to the bound since the data folder was made, of the feeds that lost any */
  forgotten(): readonly { readonly feed: string; readonly count: number }[]
}

/** Notes kept per feed; of more, those not written for longest are forgotten. */
const mostLedgerNotes = 1_000_000

// keys and values as bytes: an upstream's names may hold a NUL, at which a text would end. Rows in the order they were last written.
const tables = `
  CREATE TABLE IF NOT EXISTS ledger (
    position INTEGER PRIMARY KEY, feed TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, UNIQUE (feed, key)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS ledger_position ON ledger (feed, position);
  CREATE TABLE IF NOT EXISTS ledger_forgotten (feed TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT;
`

const asBytes = (text: string): Buffer => Buffer.from(text, 'utf8')
const asText = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString('utf8')

/** Reading the ledgers of a data folder. */
export function openLedgers(database: Database): Ledgers {
  database.execute(tables)
  const get = database.statement<{ value: ArrayBuffer }>('SELECT value FROM ledger WHERE feed = ? AND key = ?')
  const all = database.statement<{ key: ArrayBuffer }>('SELECT key FROM ledger WHERE feed = ? ORDER BY key')
  const between = database.statement<{ key: ArrayBuffer }>('SELECT key FROM ledger WHERE feed = ? AND key >= ? AND key < ? ORDER BY key')
  const forgotten = database.statement<{ feed: string; count: number }>('SELECT feed, count FROM ledger_forgotten ORDER BY feed')
  return {
    of: (feed) => ({
      get(key) {
        const found = get.get([feed, asBytes(key)])
        return found === undefined ? undefined : asText(found.value)
      },
      keys(prefix) {
        const rows = prefix === '' ? all.all([feed]) : between.all([feed, asBytes(prefix), endOfPrefix(asBytes(prefix))])
        return rows.map(({ key }) => asText(key))
      },
    }),
    forgotten: () => forgotten.all([]),
  }
}

/** The first bytes after all those that begin with `prefix`. UTF-8 has no byte 0xff, so the last one can always be raised. */
function endOfPrefix(prefix: Buffer): Buffer {
  const end = Buffer.from(prefix)
  end[end.length - 1] = (end.at(-1) ?? 0) + 1
  return end
}

/** Writes notes; inside a transaction of the same connection. */
export class LedgerWriter {
  readonly #most: number
  readonly #put
  readonly #has
  readonly #remove
  readonly #count
  readonly #forget
  readonly #addForgotten
  /** notes held, of the feeds that wrote since the last `undone` */
  readonly #held = new Map<string, number>()

  constructor(database: Database, most = mostLedgerNotes) {
    database.execute(tables)
    this.#most = most
    // REPLACE gives a new position: a cursor moved on each day is never the oldest note
    this.#put = database.statement('INSERT OR REPLACE INTO ledger (feed, key, value) VALUES (?, ?, ?)')
    this.#has = database.statement<{ found: number }>('SELECT 1 AS found FROM ledger WHERE feed = ? AND key = ?')
    this.#remove = database.statement('DELETE FROM ledger WHERE feed = ? AND key = ?')
    this.#count = database.statement<{ held: number }>('SELECT count(*) AS held FROM ledger WHERE feed = ?')
    this.#forget = database.statement('DELETE FROM ledger WHERE position IN (SELECT position FROM ledger WHERE feed = ? ORDER BY position LIMIT ?)')
    this.#addForgotten = database.statement(
      'INSERT INTO ledger_forgotten (feed, count) VALUES (?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count',
    )
  }

  write(feed: string, notes: readonly LedgerNote[]): void {
    let held = this.#held.get(feed) ?? this.#count.get([feed])?.held ?? 0
    for (const { key, value } of notes) {
      const bytes = asBytes(key)
      if (value === undefined) held -= this.#remove.run([feed, bytes])
      else {
        if (this.#has.get([feed, bytes]) === undefined) held += 1
        this.#put.run([feed, bytes, asBytes(value)])
      }
    }
    if (held > this.#most) {
      this.#forget.run([feed, held - this.#most])
      this.#addForgotten.run([feed, held - this.#most])
      held = this.#most
    }
    this.#held.set(feed, held)
  }

  /** The transaction was undone: what was counted in it is not so. */
  undone(): void {
    this.#held.clear()
  }
}
