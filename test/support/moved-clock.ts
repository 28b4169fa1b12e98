import type { Clock } from '../../server/core/clock.ts'

interface Timer {
  at: number
  readonly every: number | undefined
  readonly task: () => void
  handle: NodeJS.Timeout | undefined
}

/** A clock that goes like the machine's, from another instant on, and can be moved forward: hours pass in a second, every minute of them. */
export class MovedClock implements Clock {
  readonly #timers = new Set<Timer>()
  #aheadMs: number

  constructor(from: number) {
    this.#aheadMs = from - Date.now()
  }

  now(): number {
    return Date.now() + this.#aheadMs
  }

  after(ms: number, task: () => void): () => void {
    return this.#add(ms, undefined, task)
  }

  every(ms: number, task: () => void): () => void {
    return this.#add(ms, ms, task)
  }

  /** Moves on to an instant; what falls due on the way runs at its own instant, and what it brings about is done before the next. */
  async moveTo(instant: number): Promise<void> {
    for (;;) {
      const next = [...this.#timers].filter(({ at }) => at <= instant).sort((one, other) => one.at - other.at)[0]
      if (next === undefined) break
      this.#stand(next.at)
      this.#fire(next)
      // what was noted is recorded in the next turn of the loop
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#stand(instant)
    for (const timer of this.#timers) this.#arm(timer)
  }

  /** Never back: time goes on by itself while it is moved. */
  #stand(instant: number): void {
    this.#aheadMs = Math.max(this.#aheadMs, instant - Date.now())
  }

  #add(ms: number, every: number | undefined, task: () => void): () => void {
    const timer: Timer = { at: this.now() + ms, every, task, handle: undefined }
    this.#timers.add(timer)
    this.#arm(timer)
    return () => {
      clearTimeout(timer.handle)
      this.#timers.delete(timer)
    }
  }

  #arm(timer: Timer): void {
    clearTimeout(timer.handle)
    timer.handle = setTimeout(() => this.#fire(timer), Math.max(0, timer.at - this.now()))
  }

  #fire(timer: Timer): void {
    clearTimeout(timer.handle)
    if (timer.every === undefined) this.#timers.delete(timer)
    else {
      timer.at += timer.every
      this.#arm(timer)
    }
    timer.task()
  }
}
