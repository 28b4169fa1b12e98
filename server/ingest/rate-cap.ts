import { secondMs } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'

/** A burst may use up what would have been allowed in this time. */
const burstSeconds = 10

/** 限速: so many messages per second, bursts of ten seconds' worth. */
export class RateCap {
  readonly #perSecond: number
  readonly #clock: Clock
  #left: number
  #at: number

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond
    this.#clock = clock
    this.#left = perSecond * burstSeconds
    this.#at = clock.now()
  }

  /** Counts messages. @returns ms that whoever sent them should wait before the next; 0 while within the cap */
  take(messages: number): number {
    const now = this.#clock.now()
    // a clock that was set back gives nothing, and takes nothing away
    this.#left = Math.min(this.#perSecond * burstSeconds, this.#left + (Math.max(0, now - this.#at) / secondMs) * this.#perSecond)
    this.#at = now
    this.#left -= messages
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left / this.#perSecond) * secondMs)
  }
}
