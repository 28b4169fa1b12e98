import type { Clock } from '../../server/core/clock.ts'

/** A clock that moves only when told to; timers fire in order, at their own instants. */
export class ManualClock implements Clock {
  #now: number
  #timers: { at: number; every: number | undefined; task: () => void }[] = []

  constructor(now = Date.UTC(2026, 10, 23, 6, 30)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  after(ms: number, task: () => void): () => void {
    return this.#add(ms, undefined, task)
  }

  every(ms: number, task: () => void): () => void {
    return this.#add(ms, ms, task)
  }

  /** Moves the clock on by `ms`, running what falls due on the way. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#now = Math.max(this.#now, next.at)
      if (next.every === undefined) this.#timers = this.#timers.filter((timer) => timer !== next)
      else next.at += next.every
      next.task()
    }
    this.#now = end
  }

  #add(ms: number, every: number | undefined, task: () => void): () => void {
    const timer = { at: this.#now + ms, every, task }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }
}
