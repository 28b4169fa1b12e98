import type { Instant } from '../../contract/time.ts'

/** Where the server gets its time and its timers: injected, so that tests need no sleeping. */
export interface Clock {
  now(): Instant
  /** Calls `task` once after `ms`; the answer cancels it. */
  after(ms: number, task: () => void): () => void
  /** Calls `task` every `ms`; the answer ends it. */
  every(ms: number, task: () => void): () => void
}
