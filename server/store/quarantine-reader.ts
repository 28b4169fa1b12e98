import type { KeptForm, Rejection, RejectionCause } from '../../contract/rejection.ts'
import type { Instant } from '../../contract/time.ts'
import type { Bindable, Database, Statement } from './database.ts'
import { printable, wholeCharacters } from './quarantine-writer.ts'
import type { RejectionCount } from './quarantine-writer.ts'

/** A page of refusals. */
export interface RejectionQuery {
  readonly feed?: string | undefined
  readonly cause?: string | undefined
  /** 1 to 200, 50 if absent */
  readonly limit?: number | undefined
  /** only those with a smaller id: the next page */
  readonly before?: number | undefined
}

/** A page of messages to be sent through again. */
export interface ReplayQuery {
  readonly feed: string
  /** only messages that have a refusal of this cause */
  readonly cause?: string | undefined
  /** only those with a greater number: the next page; 0 for the first */
  readonly after: number
  /** 1 to 200 */
  readonly limit: number
}

/** A message of the quarantine, with what is needed to send it through again. */
export interface QuarantinedMessage {
  /** its number, in the order of arrival */
  readonly message: number
  /** when it arrived */
  readonly at: Instant
  /** by `isReplayable` it can be sent again */
  readonly form: KeptForm
  readonly origin: string
  readonly raw: string
}

/** What the quarantine holds of a feed. */
export interface QuarantineHeld {
  readonly feed: string
  readonly messages: number
  readonly refusals: number
  /** of raw messages */
  readonly bytes: number
}

const mostListed = 200
const usuallyListed = 50
const mostCauses = 200
/** of a cause's sample, so that two hundred of them are an answer that can be sent */
const sampleBytes = 4_096

interface CauseRow extends Omit<RejectionCause, 'sample'> {
  readonly id: number
  readonly origin: string
  readonly raw: ArrayBuffer
}

/** Reading the quarantine's tables. */
export class QuarantineReader {
  readonly #lists: ReadonlyMap<string, Statement<Omit<Rejection, 'raw'> & { readonly raw: ArrayBuffer }>>
  readonly #causesOfAll
  readonly #causesOfFeed
  readonly #messages
  readonly #messagesOfCause
  readonly #held
  readonly #counts

  constructor(database: Database) {
    this.#lists = new Map(
      ['', 'r.feed = ? AND', 'r.cause = ? AND', 'r.feed = ? AND r.cause = ? AND'].map((where) => [
        where,
        database.statement(
          `SELECT r.id, r.feed, r.at, r.stage, r.code, r.detail, q.raw, q.form, q.origin
           FROM refusals AS r JOIN quarantine AS q USING (message) WHERE ${where} r.id < ? ORDER BY r.id DESC LIMIT ?`,
        ),
      ]),
    )
    this.#causesOfAll = database.statement<CauseRow>(causesOf(''))
    this.#causesOfFeed = database.statement<CauseRow>(causesOf('WHERE feed = ?'))
    this.#messages = database.statement<MessageRow>(messagesWhere(''))
    this.#messagesOfCause = database.statement<MessageRow>(
      messagesWhere('AND EXISTS (SELECT 1 FROM refusals AS r WHERE r.message = q.message AND r.cause = ?)'),
    )
    this.#held = database.statement<QuarantineHeld>('SELECT feed, messages, refusals, bytes FROM quarantine_held ORDER BY feed')
    this.#counts = database.statement<RejectionCount>('SELECT feed, stage, code, count, evicted FROM rejection_counts ORDER BY feed, stage, code')
  }

  list({ feed, cause, limit, before = Number.NaN }: RejectionQuery): readonly Rejection[] {
    const where = [feed === undefined ? '' : 'r.feed = ? AND', cause === undefined ? '' : 'r.cause = ? AND'].filter((part) => part !== '').join(' ')
    const values: readonly Bindable[] = [feed, cause].filter((value) => value !== undefined).map(printable)
    const newest = Number.isFinite(before) ? before : Number.MAX_SAFE_INTEGER
    const rows = this.#lists.get(where)?.all([...values, newest, pageSize(limit)]) ?? []
    return rows.map((row) => ({ ...row, raw: asText(row.raw) }))
  }

  causes(feed: string | undefined): readonly RejectionCause[] {
    const rows = feed === undefined ? this.#causesOfAll.all([]) : this.#causesOfFeed.all([printable(feed)])
    return rows.map(({ id, raw, origin, ...cause }) => ({
      ...cause,
      sample: { id, raw: wholeCharacters(Buffer.from(raw), sampleBytes).toString('utf8'), origin },
    }))
  }

  forReplay({ feed, cause, after, limit }: ReplayQuery): readonly QuarantinedMessage[] {
    const page = pageSize(limit)
    const rows =
      cause === undefined
        ? this.#messages.all([printable(feed), after, page])
        : this.#messagesOfCause.all([printable(feed), after, printable(cause), page])
    return rows.map((row) => ({ ...row, raw: asText(row.raw) }))
  }

  held(): readonly QuarantineHeld[] {
    return this.#held.all([])
  }

  counts(): readonly RejectionCount[] {
    return this.#counts.all([])
  }
}

type MessageRow = Omit<QuarantinedMessage, 'raw'> & { readonly raw: ArrayBuffer }

const messagesWhere = (more: string): string =>
  `SELECT message, at, form, origin, raw FROM quarantine AS q WHERE feed = ? AND message > ? ${more} ORDER BY message LIMIT ?`

/** One byte more than the sample, so that a character that was cut is noticed. */
const causesOf = (where: string): string => `
  WITH found AS (
    SELECT feed, cause, count(*) AS count, sum(replayable) AS replayable, min(at) AS firstAt, max(at) AS lastAt, max(id) AS id
    FROM refusals ${where} GROUP BY feed, cause ORDER BY id DESC LIMIT ${String(mostCauses)}
  )
  SELECT f.feed, f.cause, f.count, f.replayable, f.firstAt, f.lastAt, f.id, r.stage, r.code, r.detail, q.origin,
    substr(q.raw, 1, ${String(sampleBytes + 1)}) AS raw
  FROM found AS f JOIN refusals AS r USING (id) JOIN quarantine AS q USING (message) ORDER BY f.id DESC`

const pageSize = (limit: number | undefined): number => Math.min(mostListed, Math.max(1, Math.floor(limit ?? 0) || usuallyListed))

const asText = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString('utf8')
