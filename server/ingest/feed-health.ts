import type { FeedReason, FeedState } from '../../contract/fact.ts'
import { secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'

/** How a feed stands, and why if it does not stand well. */
export interface Standing {
  readonly state: FeedState
  readonly reason: FeedReason | undefined
  /** the trouble in words, where somebody had some */
  readonly detail: string | undefined
}

/** One receipt of a feed: a request, or an answer of a platform that was asked. Both 0 is a sign of life: good, unless what it sends is refused. */
export interface Receipt {
  /** facts told, new or known already */
  readonly facts: number
  /** messages, or parts of messages, refused */
  readonly rejected: number
}

/** Good messages in a row that end trouble: one may be chance. */
const goodToRecover = 2

/** Of about the last hundred messages: with so many refused a feed is erring, and it is so until so few are. */
const erringShare = 0.2
const wellShare = 0.05
const fading = 0.98

const standing = (state: FeedState, reason?: FeedReason, detail?: string): Standing => ({ state, reason, detail })

/**
 * 供数状况 of one feed. Silent for longer than its cadence it is degraded, for three times its cadence down; a receipt of which everything
 * was refused degrades it at once. Out of trouble it comes by two good messages in a row, neither late: the first shows as degraded,
 * recovering. So a feed that is always a little late, or good and bad by turns, stays degraded instead of flickering. A feed of whose
 * messages a fifth is refused is erring, until it is less than a twentieth. Where messages were refused only messages heal: a sign of life
 * says nothing of them.
 */
export class FeedHealth {
  readonly #cadenceMs: number
  #standing: Standing
  #heardAt: Instant
  #goodInARow = 0
  /** share of refusals among the latest messages, older ones fading */
  #refusedShare = 0
  /** the trouble that only good messages end */
  #refused: FeedReason | undefined
  /** how it stood when its platform was lost; undefined when that was before the start */
  #beforeLoss: Standing | undefined

  /**
   * @param before how it stood when the server stopped; it stands so until it is heard, or late
   * @param now    silence counts from here: while the server was down nobody could be heard
   */
  constructor(cadenceSeconds: number, before: Standing, now: Instant) {
    this.#cadenceMs = cadenceSeconds * secondMs
    this.#standing = before
    this.#remember()
    this.#heardAt = now
  }

  get standing(): Standing {
    return this.#standing
  }

  /** Something was received at `now`. */
  heard(receipt: Receipt, now: Instant): void {
    this.passed(now)
    this.#heardAt = now
    if (this.#refused !== undefined && receipt.facts === 0 && receipt.rejected === 0) {
      this.#hasLife(this.#refused)
      return
    }
    const isBad = receipt.facts === 0 && receipt.rejected > 0
    this.#goodInARow = isBad ? 0 : this.#goodInARow + Math.max(1, receipt.facts)
    this.#weigh(receipt)
    if (isBad) this.#standing = standing('degraded', 'rejecting')
    else if (this.#isErring()) this.#standing = standing('degraded', 'erring')
    else if (this.#isWell() || this.#goodInARow >= goodToRecover) this.#standing = standing('up')
    else this.#standing = standing('degraded', 'recovering')
    this.#remember()
  }

  /** A platform that we ask answered, and had nothing: it is there, and what is due is still due. */
  answered(now: Instant): void {
    const { state, reason } = this.#standing
    if (state !== 'down' || reason === 'silent') return
    this.#standing = this.#beforeLoss ?? standing('degraded', this.#refused ?? 'recovering')
    this.passed(now)
  }

  /** The platform could not be reached, or something that it takes to reach it is missing. */
  failed(reason: FeedReason = 'unreachable', detail?: string): void {
    this.#goodInARow = 0
    if (this.#standing.state !== 'down') this.#beforeLoss = this.#standing
    this.#standing = standing('down', reason, detail)
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

  #remember(): void {
    const { reason, state } = this.#standing
    if (reason === 'rejecting' || reason === 'erring') this.#refused = reason
    else if (state === 'up') this.#refused = undefined
  }

  /** It lives, and its last messages were refused: that stands, or is what is left when it comes back. */
  #hasLife(refused: FeedReason): void {
    if (this.#standing.state === 'down') this.#standing = standing('degraded', refused)
  }

  #weigh({ facts, rejected }: Receipt): void {
    const messages = facts + rejected
    if (messages === 0) return
    const kept = fading ** messages
    this.#refusedShare = kept * this.#refusedShare + (1 - kept) * (rejected / messages)
  }

  #isErring(): boolean {
    return this.#refusedShare > (this.#standing.reason === 'erring' ? wellShare : erringShare)
  }

  #isWell(): boolean {
    return this.#standing.state === 'up' || this.#standing.state === 'waiting'
  }
}
