import type { Refusal, Rejection, RejectionCause } from '../../contract/rejection.ts'
import type { Instant } from '../../contract/time.ts'
import { StorageFullError } from '../core/storage-full.ts'
import type { Database } from './database.ts'
import { takeOlderRejections } from './older-rejections.ts'
import { QuarantineReader } from './quarantine-reader.ts'
import type { QuarantinedMessage, QuarantineHeld, RejectionQuery, ReplayQuery } from './quarantine-reader.ts'
import { createQuarantineTables } from './quarantine-tables.ts'
import { counted, printable, QuarantineWriter } from './quarantine-writer.ts'
import type { Kept, QuarantineBounds, RejectionCount } from './quarantine-writer.ts'

/**
 * 隔离区: refused messages, the latest of each feed, and how many there ever were.
 *
 * A message is kept once, whatever the number of its refusals: those given to one `keep` with the same feed and number are of one message.
 * Each message is sent through again once and exactly once, in the order of arrival:
 *
 * - all of it is good now: its facts are recorded with its number in `settled`, which removes it in the same transaction;
 * - some of it is refused again: what is good is recorded, then `refuseAgain` puts the new reasons in the place of the old ones.
 *
 * After a crash anywhere between the two a message is still there, and sending it again doubles nothing: facts that were good before, the
 * first time or the last, are duplicates by their key or their words.
 */
export interface RejectionStore {
  /**
   * Keeps refused messages, each cut to 64 KiB at a character's boundary (and then no longer replayable); the oldest of the feed make room.
   * Never throws for anything an upstream may have sent; while the disk is full they are counted, and not kept.
   */
  keep(rejections: readonly Kept[]): void
  /**
   * A message was sent through again and refused again: it stays, with these refusals and not those before. It keeps its number and its
   * age, so a replay that goes by numbers never meets it twice. While the disk is full, or without any refusal, it stays as it was.
   */
  refuseAgain(feed: string, message: number, refusals: readonly Refusal[], at: Instant): void
  /** Newest first. */
  list(query: RejectionQuery): readonly Rejection[]
  /** Newest first, at most 200, each sample cut to 4 KiB. The whole text is in `list`. */
  causes(query: { readonly feed?: string | undefined }): readonly RejectionCause[]
  /** Messages oldest first, also those that cannot be sent again: their form says so. */
  forReplay(query: ReplayQuery): readonly QuarantinedMessage[]
  /**
   * Throws refusals away. What a message was refused for besides stays, and so does the message with it.
   * @returns how many refusals are gone. @throws StorageFullError
   */
  discard(query: { readonly feed: string; readonly cause: string }): number
  /**
   * Evicts messages that arrived before an instant, at most 500 of them in one call; none while the disk is full.
   * @returns how many messages are gone
   */
  evictBefore(at: Instant): number
  /** what is there now, by feed */
  held(): readonly QuarantineHeld[]
  counts(): readonly RejectionCount[]
}

const evictedAtOnce = 500
const bytesPerFeed = 64 * 1024 * 1024

/** @param bounds.kept refusals kept per feed. @param bounds.bytes of raw messages kept per feed; 64 MiB if absent */
export function createRejectionStore(database: Database, bounds: Pick<QuarantineBounds, 'kept'> & Partial<QuarantineBounds>): RejectionStore {
  return new SqliteRejectionStore(database, { bytes: bytesPerFeed, ...bounds })
}

class SqliteRejectionStore implements RejectionStore {
  readonly #database: Database
  readonly #writer: QuarantineWriter
  readonly #reader: QuarantineReader
  readonly #count
  /** refused while the disk was full; written with the next that are kept */
  #unkept: readonly RejectionCount[] = []

  constructor(database: Database, bounds: QuarantineBounds) {
    createQuarantineTables(database)
    this.#database = database
    this.#writer = new QuarantineWriter(database, bounds)
    this.#reader = new QuarantineReader(database)
    this.#count = database.statement(
      `INSERT INTO rejection_counts (feed, stage, code, count, evicted) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count, evicted = evicted + excluded.evicted`,
    )
    // counted before, by the version that kept them
    takeOlderRejections(database, (rows) => this.#write(this.#add(rows).map((change) => ({ ...change, count: 0 }))))
  }

  keep(rejections: readonly Kept[]): void {
    if (rejections.length === 0) return
    const isKept = this.#unlessFull(() => this.#add(rejections))
    // the disk being full must not turn good messages of the same request away; the recorder reports it
    if (!isKept) this.#unkept = summed([...this.#unkept, ...rejections.map((rejection) => counted(rejection, 1, 1))])
  }

  refuseAgain(feed: string, message: number, refusals: readonly Refusal[], at: Instant): void {
    this.#unlessFull(() => this.#writer.replace(feed, message, at, refusals))
  }

  list(query: RejectionQuery): readonly Rejection[] {
    return this.#reader.list(query)
  }

  causes({ feed }: { readonly feed?: string | undefined }): readonly RejectionCause[] {
    return this.#reader.causes(feed)
  }

  forReplay(query: ReplayQuery): readonly QuarantinedMessage[] {
    return this.#reader.forReplay(query)
  }

  discard({ feed, cause }: { readonly feed: string; readonly cause: string }): number {
    return this.#database.transaction(() => this.#writer.discard(printable(feed), printable(cause)))
  }

  evictBefore(at: Instant): number {
    let gone = 0
    const isDone = this.#unlessFull(() => {
      const { evicted, counts } = this.#writer.evictBefore(at, evictedAtOnce)
      gone = evicted
      return counts
    })
    return isDone ? gone : 0
  }

  held(): readonly QuarantineHeld[] {
    return this.#reader.held()
  }

  counts(): readonly RejectionCount[] {
    return summed([...this.#reader.counts(), ...this.#unkept])
  }

  /** Changes and counts in one transaction. @returns whether that was possible */
  #unlessFull(change: () => readonly RejectionCount[]): boolean {
    try {
      this.#database.transaction(() => this.#write([...this.#unkept, ...change()]))
      this.#unkept = []
      return true
    } catch (error) {
      if (!(error instanceof StorageFullError)) throw error
      return false
    }
  }

  #add(rejections: readonly Kept[]): RejectionCount[] {
    const feeds = [...new Set(rejections.map(({ feed }) => feed))]
    return feeds.flatMap((feed) =>
      this.#writer.add(
        feed,
        rejections.filter((rejection) => rejection.feed === feed),
      ),
    )
  }

  #write(counts: readonly RejectionCount[]): void {
    for (const { feed, stage, code, count, evicted } of summed(counts)) this.#count.run([feed, stage, code, count, evicted])
  }
}

function summed(counts: readonly RejectionCount[]): RejectionCount[] {
  const sums = new Map<string, RejectionCount>()
  for (const { feed, stage, code, count, evicted } of counts) {
    const key = `${feed} ${stage} ${code}`
    const before = sums.get(key)
    sums.set(key, { feed, stage, code, count: count + (before?.count ?? 0), evicted: evicted + (before?.evicted ?? 0) })
  }
  return [...sums.values()]
}
