import { isReplayable, rawKeptBytes } from '../../contract/rejection.ts'
import type { Refusal, Rejection, RejectionCode, RejectionStage } from '../../contract/rejection.ts'
import type { Instant } from '../../contract/time.ts'
import type { Database } from './database.ts'
import { causeOf } from './rejection-cause.ts'

/** A refused message, or one of its refusals, on its way into the quarantine. */
export interface Kept extends Omit<Rejection, 'id'> {
  /** tells messages apart that are kept together: refusals of one feed with the same number are of one message; without one, each is its own */
  readonly message?: number
}

/** 退回: `count` were refused for this reason since the data folder was made; `evicted` of them made room for others, or grew too old. */
export interface RejectionCount {
  readonly feed: string
  readonly stage: RejectionStage
  readonly code: RejectionCode
  readonly count: number
  readonly evicted: number
}

/** What the quarantine keeps of each feed. */
export interface QuarantineBounds {
  /** refusals */
  readonly kept: number
  /** of raw messages */
  readonly bytes: number
}

/** Of one message's refusals this many are kept, so that a message full of faults leaves room for others; its text is there anyway. */
const refusalsPerMessage = 100
const longestDetail = 2_000
const longestOrigin = 400
/** Messages that may have to go are looked at in pages. */
const lookedAtOnce = 64

/** Where a refusal belongs. */
interface Place {
  readonly message: number
  readonly feed: string
  readonly at: Instant
  readonly isReplayable: boolean
}

/** Writes the quarantine's tables; every method inside a transaction of the same connection. */
export class QuarantineWriter {
  readonly #bounds: QuarantineBounds
  readonly #insertMessage
  readonly #insertRefusal
  readonly #removeMessage
  readonly #removeRefusals
  readonly #form
  readonly #held
  readonly #oldest
  readonly #removeRefusalsUpTo
  readonly #removeMessagesUpTo
  readonly #before
  readonly #ofCause
  readonly #emptied

  constructor(database: Database, bounds: QuarantineBounds) {
    this.#bounds = bounds
    this.#insertMessage = database.statement<{ message: number }>(
      'INSERT INTO quarantine (feed, at, form, origin, bytes, raw) VALUES (?, ?, ?, ?, ?, ?) RETURNING message',
    )
    this.#insertRefusal = database.statement(
      'INSERT INTO refusals (message, feed, at, stage, code, cause, replayable, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    this.#removeMessage = database.statement('DELETE FROM quarantine WHERE message = ?')
    this.#removeRefusals = database.statement<Pick<RejectionCount, 'feed' | 'stage' | 'code'>>(
      'DELETE FROM refusals WHERE message = ? RETURNING feed, stage, code',
    )
    this.#form = database.statement<Pick<Rejection, 'form'>>('SELECT form FROM quarantine WHERE feed = ? AND message = ?')
    this.#held = database.statement<{ refusals: number; bytes: number }>('SELECT refusals, bytes FROM quarantine_held WHERE feed = ?')
    this.#oldest = database.statement<{ message: number; bytes: number; refusals: number }>(
      `SELECT message, bytes, (SELECT count(*) FROM refusals AS r WHERE r.message = q.message) AS refusals
       FROM quarantine AS q WHERE feed = ? AND message > ? ORDER BY message LIMIT ?`,
    )
    this.#removeRefusalsUpTo = database.statement<Pick<RejectionCount, 'feed' | 'stage' | 'code'>>(
      `DELETE FROM refusals WHERE message IN (SELECT message FROM quarantine WHERE feed = ? AND message <= ?) RETURNING feed, stage, code`,
    )
    this.#removeMessagesUpTo = database.statement('DELETE FROM quarantine WHERE feed = ? AND message <= ?')
    this.#before = database.statement<{ message: number }>('SELECT message FROM quarantine WHERE at < ? ORDER BY message LIMIT ?')
    this.#ofCause = database.statement('DELETE FROM refusals WHERE feed = ? AND cause = ?')
    this.#emptied = database.statement(
      'DELETE FROM quarantine AS q WHERE feed = ? AND NOT EXISTS (SELECT 1 FROM refusals AS r WHERE r.message = q.message)',
    )
  }

  /** Adds what one feed had refused, oldest first, and makes room for it. @returns what is to be counted */
  add(feed: string, items: readonly Kept[]): RejectionCount[] {
    const messages = messagesOf(items)
    const { fitting, surplus } = fit(messages, this.#bounds.kept)
    for (const refusals of fitting) this.#insert(refusals)
    return [...items.map((item) => counted(item, 1, 0)), ...surplus.map((item) => counted(item, 0, 1)), ...this.#makeRoom(feed)]
  }

  /** Takes other refusals in the place of those that a message has. Of one that is not there any more they count as evicted. */
  replace(feed: string, message: number, at: Instant, refusals: readonly Refusal[]): RejectionCount[] {
    // a message without a refusal would be kept and never be shown
    if (refusals.length === 0) return []
    const found = this.#form.get([feed, message])
    const shown = found === undefined ? [] : refusals.slice(0, Math.min(refusalsPerMessage, this.#bounds.kept))
    if (found !== undefined) this.#removeRefusals.all([message])
    const place = { message, feed, at, isReplayable: isReplayable(found?.form) }
    for (const refusal of shown) this.#insertOne(refusal, place)
    const counts = refusals.map((refusal, index) => counted({ ...refusal, feed }, 1, index < shown.length ? 0 : 1))
    return [...counts, ...this.#makeRoom(feed)]
  }

  /** Evicts at most `limit` of the messages received before an instant. */
  evictBefore(at: Instant, limit: number): { readonly evicted: number; readonly counts: RejectionCount[] } {
    const old = this.#before.all([at, limit])
    return { evicted: old.length, counts: old.flatMap(({ message }) => this.#evict(message)) }
  }

  /** @returns how many refusals are gone; a message goes with its last one */
  discard(feed: string, cause: string): number {
    const discarded = this.#ofCause.run([feed, cause])
    if (discarded > 0) this.#emptied.run([feed])
    return discarded
  }

  #insert(refusals: readonly Kept[]): void {
    const [first] = refusals
    if (first === undefined) return
    const { feed, at, origin } = first
    // raw as bytes: a text with a NUL in it would be read back only up to there
    const raw = firstBytes(first.raw, rawKeptBytes)
    const form = isReplayable(first.form) && raw.isCut ? 'cut' : first.form
    const row = this.#insertMessage.get([feed, at, form, printable(origin.slice(0, longestOrigin)), raw.bytes.length, raw.bytes])
    if (row === undefined) throw new Error('a message was inserted and has no number')
    for (const refusal of refusals) this.#insertOne(refusal, { ...row, feed, at, isReplayable: isReplayable(form) })
  }

  #insertOne({ stage, code, detail }: Refusal, { message, feed, at, isReplayable }: Place): void {
    const kept = printable(detail.slice(0, longestDetail))
    this.#insertRefusal.run([message, feed, at, stage, code, causeOf({ stage, code, detail: kept }), isReplayable, kept])
  }

  /** Evicts the oldest messages of a feed until what is left is within the bounds. */
  #makeRoom(feed: string): RejectionCount[] {
    const held = this.#held.get([feed]) ?? { refusals: 0, bytes: 0 }
    let refusals = held.refusals - this.#bounds.kept
    let bytes = held.bytes - this.#bounds.bytes
    let upTo = 0
    while (refusals > 0 || bytes > 0) {
      const oldest = this.#oldest.all([feed, upTo, lookedAtOnce])
      if (oldest.length === 0) break
      for (const gone of oldest) {
        if (refusals <= 0 && bytes <= 0) break
        refusals -= gone.refusals
        bytes -= gone.bytes
        upTo = gone.message
      }
    }
    if (upTo === 0) return []
    const evicted = this.#removeRefusalsUpTo.all([feed, upTo])
    this.#removeMessagesUpTo.run([feed, upTo])
    return evicted.map((refusal) => counted(refusal, 0, 1))
  }

  #evict(message: number): RejectionCount[] {
    const refusals = this.#removeRefusals.all([message])
    this.#removeMessage.run([message])
    return refusals.map((refusal) => counted(refusal, 0, 1))
  }
}

/** Never by their text: what is masked may be alike without being the same. */
function messagesOf(items: readonly Kept[]): readonly (readonly Kept[])[] {
  const messages: Kept[][] = []
  const known = new Map<number, Kept[]>()
  for (const item of items) {
    const same = item.message === undefined ? undefined : known.get(item.message)
    if (same !== undefined) {
      same.push(item)
      continue
    }
    const message = [item]
    messages.push(message)
    if (item.message !== undefined) known.set(item.message, message)
  }
  return messages
}

/** The newest messages of which `kept` refusals are kept at most, and the refusals for which there is no room. */
function fit(
  messages: readonly (readonly Kept[])[],
  kept: number,
): { readonly fitting: readonly (readonly Kept[])[]; readonly surplus: readonly Kept[] } {
  const shortened = messages.map((refusals) => refusals.slice(0, Math.min(refusalsPerMessage, kept)))
  let from = shortened.length
  for (let room = kept; from > 0; from -= 1) {
    room -= shortened[from - 1]?.length ?? 0
    if (room < 0) break
  }
  const surplus = messages.flatMap((refusals, index) => (index < from ? refusals : refusals.slice(shortened[index]?.length)))
  return { fitting: shortened.slice(from), surplus }
}

export const counted = (of: Pick<RejectionCount, 'feed' | 'stage' | 'code'>, count: number, evicted: number): RejectionCount => ({
  feed: of.feed,
  stage: of.stage,
  code: of.code,
  count,
  evicted,
})

export const printable = (text: string): string => text.replaceAll('\0', '␀')

/** The first `limit` bytes of a text in UTF-8, fewer where a character would be cut. */
function firstBytes(text: string, limit: number): { readonly bytes: Buffer; readonly isCut: boolean } {
  const bytes = Buffer.from(text.slice(0, limit), 'utf8')
  return { bytes: wholeCharacters(bytes, limit), isCut: text.length > limit || bytes.length > limit }
}

/** At most `limit` bytes of UTF-8, fewer where a character would be cut. */
export function wholeCharacters(bytes: Buffer, limit: number): Buffer {
  if (bytes.length <= limit) return bytes
  let end = limit
  // bytes 10xxxxxx continue a character
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.subarray(0, end)
}
