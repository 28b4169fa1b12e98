import type { FeedReason, FeedState } from '../../contract/fact.ts'
import { secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'

/** How a feed stands, and why if it does not stand well. */
export interface Standing {
  readonly state: FeedState
  readonly reason: FeedReason | undefined
}

/** One receipt of a feed: a request, or an answer of a platform that was asked. Both 0 is a sign of life, and good. */
export interface Receipt {
  /** facts told, new or known already */
  readonly facts: number
  /** messages, or parts of messages, refused */
  readonly rejected: number
}

/** Good messages in a row that end trouble: one may be chance. */
const goodToRecover = 2

const standing = (state: FeedState, reason?: FeedReason): Standing => ({ state, reason })

/**
 * 供数状况 of one feed. Silent for longer than its cadence it is degraded, for three times its cadence down; a receipt of which everything
 * was refused degrades it at once. Out of trouble it comes by two good messages in a row, neither late: the first shows as degraded,
 * recovering. So a feed that is always a little late, or good and bad by turns, stays degraded instead of flickering.
 */
export class FeedHealth {
  readonly #cadenceMs: number
  #standing: Standing
  #heardAt: Instant
  #goodInARow = 0

  /**
   * @param before how it stood when the server stopped; it stands so until it is heard, or late
   * @param now    silence counts from here: while the server was down nobody could be heard
   */
  constructor(cadenceSeconds: number, before: Standing, now: Instant) {
    this.#cadenceMs = cadenceSeconds * secondMs
    this.#standing = before
    this.#heardAt = now
  }

  get standing(): Standing {
    return this.#standing
  }

  /** Something was received at `now`. */
  heard(receipt: Receipt, now: Instant): void {
    this.passed(now)
    this.#heardAt = now
    const isBad = receipt.facts === 0 && receipt.rejected > 0
    this.#goodInARow = isBad ? 0 : this.#goodInARow + Math.max(1, receipt.facts)
    if (isBad) this.#standing = standing('degraded', 'rejecting')
    else if (this.#isWell() || this.#goodInARow >= goodToRecover) this.#standing = standing('up')
    else this.#standing = standing('degraded', 'recovering')
  }

  /** The platform was asked and could not be reached. */
  failed(): void {
    this.#goodInARow = 0
    this.#standing = standing('down', 'unreachable')
  }

  /** It is now `now`, and nothing was heard since. */
  passed(now: Instant): void {
    const { state } = this.#standing
    const silentMs = now - this.#heardAt
    if (silentMs <= this.#cadenceMs || state === 'waiting') return
    this.#goodInARow = 0
    if (silentMs > 3 * this.#cadenceMs && state !== 'down') this.#standing = standing('down', 'silent')
    else if (state === 'up' || this.#standing.reason === 'recovering') this.#standing = standing('degraded', 'late')
  }

  #isWell(): boolean {
    return this.#standing.state === 'up' || this.#standing.state === 'waiting'
  }
}
