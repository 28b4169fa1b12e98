/** Where the session gets its time and its timers: injected, so that tests need no sleeping. */
export interface Timers {
  /** milliseconds that only ever grow, whatever happens to the PC's clock */
  now(): number
  /** Calls `task` once after `ms`; the answer cancels it. */
  after(ms: number, task: () => void): () => void
}

export const browserTimers: Timers = {
  now: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms)
    return () => {
      clearTimeout(timer)
    }
  },
}
