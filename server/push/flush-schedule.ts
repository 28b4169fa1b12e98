import type { Clock } from '../core/clock.ts'

/** One display frame: flushing more often than a screen can draw buys nothing. */
const shortestWindowMs = 16
/** Slower than this and a moving thing on the wall visibly jumps. */
const longestWindowMs = 250
/**
 * Flushing may take this share of the event loop; intake, sign-in and video need the rest. Not less: a longer window makes larger frames,
 * whose bytes cost time as well, and at a quarter a thousand sockets end up at the longest window without need.
 */
const shareOfLoop = 1 / 2

interface FlushScheduleOptions {
  readonly clock: Clock
  readonly flush: () => void
  /** milliseconds that never jump, for measuring lateness; `clock` may be set back by an administrator */
  readonly stopwatch?: () => number
  /** milliseconds of CPU this process has used: a flush that others interrupted did not cost more */
  readonly cpu?: () => number
}

/**
 * Decides when to flush (P2.4): the first request after a quiet spell at once, further ones gathered until a window has passed since the
 * last flush. The window is one display frame, and stretches as far as 250 ms with what a flush costs and how late the event loop is.
 */
export class FlushSchedule {
  readonly #clock: Clock
  readonly #flush: () => void
  readonly #stopwatch: () => number
  readonly #cpu: () => number
  #notBefore = -Infinity
  #windowMs = shortestWindowMs
  #cancel: (() => void) | undefined

  constructor({ clock, flush, stopwatch = () => performance.now(), cpu = usedCpuMs }: FlushScheduleOptions) {
    this.#clock = clock
    this.#flush = flush
    this.#stopwatch = stopwatch
    this.#cpu = cpu
  }

  /** Milliseconds from the last flush to the earliest next one. */
  get windowMs(): number {
    return this.#windowMs
  }

  request(): void {
    if (this.#cancel !== undefined) return
    const waitMs = this.#notBefore - this.#clock.now()
    if (waitMs <= 0) this.#run(0)
    else this.#plan(Math.min(waitMs, longestWindowMs))
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #plan(waitMs: number): void {
    const dueAt = this.#stopwatch() + waitMs
    this.#cancel = this.#clock.after(waitMs, () => {
      this.#cancel = undefined
      this.#run(Math.max(0, this.#stopwatch() - dueAt))
    })
  }

  #run(lateMs: number): void {
    const cpuBefore = this.#cpu()
    this.#flush()
    const neededMs = Math.max((this.#cpu() - cpuBefore) / shareOfLoop, lateMs)
    // Grows at once and shrinks by halves: one cheap flush is no proof that the load is gone.
    this.#windowMs = Math.min(longestWindowMs, Math.max(shortestWindowMs, neededMs, this.#windowMs / 2))
    this.#notBefore = this.#clock.now() + this.#windowMs
  }
}

function usedCpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
