import type { Instant } from '../../../contract/time.ts'

/** A frame that was held up on the way is outweighed by a prompter one for this long. */
const spanMs = 10_000

/**
 * The server's clock as seen from here (P6): what the frames said, advanced between them by a clock of the PC that cannot be set. Delay
 * on the way only ever makes a frame look old, so of the last seconds' frames the one that looks youngest is believed.
 */
export class ServerClock {
  #offsetMs: number | undefined
  #previousMs = -Infinity
  #currentMs = -Infinity
  #spanStartedAt = -Infinity

  /** Takes note that a frame made at `serverNow` arrived at `monotonicMs`. */
  hear(serverNow: Instant, monotonicMs: number): void {
    if (monotonicMs - this.#spanStartedAt >= spanMs) {
      // After a long silence neither of the two spans says anything of now.
      this.#previousMs = monotonicMs - this.#spanStartedAt >= 2 * spanMs ? -Infinity : this.#currentMs
      this.#currentMs = -Infinity
      this.#spanStartedAt = monotonicMs
    }
    this.#currentMs = Math.max(this.#currentMs, serverNow - monotonicMs)
    this.#offsetMs = Math.max(this.#previousMs, this.#currentMs)
  }

  /** The server's now; 0 before the first frame. */
  read(monotonicMs: number): Instant {
    return this.#offsetMs === undefined ? 0 : Math.round(this.#offsetMs + monotonicMs)
  }
}
