import { rawKeptBytes } from '../../contract/rejection.ts'
import type { Rejection, RejectionCode, RejectionStage } from '../../contract/rejection.ts'
import { StorageFullError } from '../core/storage-full.ts'
import type { Database } from './database.ts'

/** 退回: `count` were refused for this reason since the data folder was made; `evicted` of them are no longer kept. */
export interface RejectionCount {
  readonly feed: string
  readonly stage: RejectionStage
  readonly code: RejectionCode
  readonly count: number
  readonly evicted: number
}

/** Refused messages: the latest of each feed, and how many there ever were. */
export interface RejectionStore {
  /**
   * Keeps refused messages, each cut to 64 KiB at a character's boundary; the oldest of the feed make room. Never throws for anything an
   * upstream may have sent; while the disk is full they are counted, and not kept.
   */
  keep(rejections: readonly Omit<Rejection, 'id'>[]): void
  /** Newest first. @param query.limit 1 to 200, 50 if absent. @param query.before only those with a smaller id: the next page */
  list(query: { readonly feed?: string | undefined; readonly limit?: number | undefined; readonly before?: number | undefined }): readonly Rejection[]
  counts(): readonly RejectionCount[]
}

const tables = `
  CREATE TABLE IF NOT EXISTS rejections (
    id INTEGER PRIMARY KEY AUTOINCREMENT, feed TEXT NOT NULL, at INTEGER NOT NULL, stage TEXT NOT NULL, code TEXT NOT NULL,
    detail TEXT NOT NULL, raw BLOB NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS rejections_feed ON rejections (feed, id);
  CREATE TABLE IF NOT EXISTS rejection_counts (
    feed TEXT NOT NULL, stage TEXT NOT NULL, code TEXT NOT NULL, count INTEGER NOT NULL, evicted INTEGER NOT NULL, PRIMARY KEY (feed, stage, code)
  ) STRICT;
`

const longestDetail = 2_000
const mostListed = 200
const usuallyListed = 50

type Row = Omit<Rejection, 'raw'> & { readonly raw: ArrayBuffer }

/** @param keptPerFeed how many messages of a feed are kept */
export function createRejectionStore(database: Database, keptPerFeed: number): RejectionStore {
  return new SqliteRejectionStore(database, keptPerFeed)
}

class SqliteRejectionStore implements RejectionStore {
  readonly #database: Database
  readonly #keptPerFeed: number
  readonly #insert
  readonly #evict
  readonly #add
  readonly #listAll
  readonly #listFeed
  readonly #held
  readonly #counts
  /** refused while the disk was full; written with the next that are kept */
  #unkept: readonly RejectionCount[] = []

  constructor(database: Database, keptPerFeed: number) {
    database.execute(tables)
    this.#database = database
    this.#keptPerFeed = keptPerFeed
    this.#insert = database.statement('INSERT INTO rejections (feed, at, stage, code, detail, raw) VALUES (?, ?, ?, ?, ?, ?)')
    this.#evict = database.statement<Pick<Rejection, 'feed' | 'stage' | 'code'>>(
      'DELETE FROM rejections WHERE id IN (SELECT id FROM rejections WHERE feed = ? ORDER BY id LIMIT ?) RETURNING feed, stage, code',
    )
    this.#add = database.statement(
      `INSERT INTO rejection_counts (feed, stage, code, count, evicted) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count, evicted = evicted + excluded.evicted`,
    )
    const select = 'SELECT id, feed, at, stage, code, detail, raw FROM rejections WHERE'
    this.#listAll = database.statement<Row>(`${select} id < ? ORDER BY id DESC LIMIT ?`)
    this.#listFeed = database.statement<Row>(`${select} feed = ? AND id < ? ORDER BY id DESC LIMIT ?`)
    this.#held = database.statement<{ held: number }>('SELECT count(*) AS held FROM rejections WHERE feed = ?')
    this.#counts = database.statement<RejectionCount>('SELECT feed, stage, code, count, evicted FROM rejection_counts ORDER BY feed, stage, code')
  }

  keep(rejections: readonly Omit<Rejection, 'id'>[]): void {
    if (rejections.length === 0) return
    try {
      this.#database.transaction(() => this.#write(rejections))
      this.#unkept = []
    } catch (error) {
      // the disk being full must not turn good messages of the same request away; the recorder reports it
      if (!(error instanceof StorageFullError)) throw error
      this.#unkept = summed([...this.#unkept, ...rejections.map((rejection) => counted(rejection, 1))])
    }
  }

  list(query: Parameters<RejectionStore['list']>[0]): readonly Rejection[] {
    const limit = Math.min(mostListed, Math.max(1, Math.floor(query.limit ?? 0) || usuallyListed))
    const before = query.before !== undefined && Number.isFinite(query.before) ? query.before : Number.MAX_SAFE_INTEGER
    const rows = query.feed === undefined ? this.#listAll.all([before, limit]) : this.#listFeed.all([printable(query.feed), before, limit])
    return rows.map((row) => ({ ...row, raw: Buffer.from(row.raw).toString('utf8') }))
  }

  counts(): readonly RejectionCount[] {
    return summed([...this.#counts.all([]), ...this.#unkept])
  }

  #write(rejections: readonly Omit<Rejection, 'id'>[]): void {
    const changes = [...this.#unkept]
    for (const feed of new Set(rejections.map((rejection) => rejection.feed))) {
      const ofFeed = rejections.filter((rejection) => rejection.feed === feed)
      const skipped = Math.max(0, ofFeed.length - this.#keptPerFeed)
      ofFeed.forEach((rejection, index) => {
        changes.push(counted(rejection, index < skipped ? 1 : 0))
        if (index >= skipped) this.#insertOne(rejection)
      })
      const surplus = (this.#held.get([feed])?.held ?? 0) - this.#keptPerFeed
      if (surplus > 0) changes.push(...this.#evict.all([feed, surplus]).map((gone) => ({ ...gone, count: 0, evicted: 1 })))
    }
    for (const { feed, stage, code, count, evicted } of summed(changes)) this.#add.run([feed, stage, code, count, evicted])
  }

  #insertOne({ feed, at, stage, code, detail, raw }: Omit<Rejection, 'id'>): void {
    // raw as bytes: a text with a NUL in it would be read back only up to there
    this.#insert.run([feed, at, stage, code, printable(detail.slice(0, longestDetail)), firstBytes(raw, rawKeptBytes)])
  }
}

const counted = ({ feed, stage, code }: Omit<Rejection, 'id'>, evicted: number): RejectionCount => ({ feed, stage, code, count: 1, evicted })

function summed(counts: readonly RejectionCount[]): RejectionCount[] {
  const sums = new Map<string, RejectionCount>()
  for (const { feed, stage, code, count, evicted } of counts) {
    const key = `${feed} ${stage} ${code}`
    const before = sums.get(key)
    sums.set(key, { feed, stage, code, count: count + (before?.count ?? 0), evicted: evicted + (before?.evicted ?? 0) })
  }
  return [...sums.values()]
}

const printable = (text: string): string => text.replaceAll('\0', '␀')

/** The first `limit` bytes of a text in UTF-8, fewer where a character would be cut. */
function firstBytes(text: string, limit: number): Buffer {
  const bytes = Buffer.from(text.slice(0, limit), 'utf8')
  if (bytes.length <= limit) return bytes
  let end = limit
  // bytes 10xxxxxx continue a character
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.subarray(0, end)
}
