import type { Clock } from '../../core/clock.ts'

/** Something that rings often does not wake a sleeper more often than this. */
const restMs = 200

/** A sleep that ends by time, when somebody rings, or when `signal` is aborted. */
export class Alarm {
  readonly #clock: Pick<Clock, 'after'>
  readonly #signal: AbortSignal
  #isRung = false
  #wake: () => void = () => undefined

  constructor(clock: Pick<Clock, 'after'>, signal: AbortSignal) {
    this.#clock = clock
    this.#signal = signal
  }

  /** There is something new: whoever sleeps wakes a moment later, whoever is awake will not fall asleep. */
  ring(): void {
    this.#isRung = true
    this.#wake()
  }

  async sleep(ms: number): Promise<void> {
    await this.#until(ms, () => this.#isRung)
    if (this.#isRung) await this.#until(restMs, () => false)
    this.#isRung = false
  }

  #until(ms: number, isOver: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      if (this.#signal.aborted || isOver()) {
        resolve()
        return
      }
      const end = (): void => {
        cancel()
        this.#signal.removeEventListener('abort', end)
        this.#wake = () => undefined
        resolve()
      }
      const cancel = this.#clock.after(ms, end)
      this.#signal.addEventListener('abort', end)
      this.#wake = () => {
        if (isOver()) end()
      }
    })
  }
}
