import type { Clock } from '../core/clock.ts'

/** Runs `work` with a signal that aborts after `ms`. */
export async function withDeadline<T>(clock: Clock, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const cancel = clock.after(ms, () => controller.abort(new Error(`no answer within ${String(ms / 1_000)} s`)))
  try {
    return await work(controller.signal)
  } finally {
    cancel()
  }
}
