import { minuteMs } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'

/** How many commands one session may give within a minute of the clock: a page that runs wild must not fill the log. */
export class Pace {
  readonly #clock: Clock
  readonly #most: number
  readonly #given = new Map<string, number>()
  #minute = 0

  constructor(clock: Clock, most: number) {
    this.#clock = clock
    this.#most = most
  }

  /** @returns false where it is one too many */
  take(session: string): boolean {
    const minute = Math.floor(this.#clock.now() / minuteMs)
    if (minute !== this.#minute) this.#given.clear()
    this.#minute = minute
    const given = (this.#given.get(session) ?? 0) + 1
    this.#given.set(session, given)
    return given <= this.#most
  }
}
