import { NotTakenError } from '../transport.ts'
import type { TransportContext } from '../transport.ts'
import type { RawMessage } from '../codec.ts'

const firstWaitMs = 1_000
const longestWaitMs = 10_000

/**
 * Delivers what its upstream does not send twice: while nothing can be recorded, the message is held and offered again, after 1 s and at most
 * every 10 s. Whoever calls reads nothing more meanwhile, so the upstream waits too.
 * @throws NotTakenError when the feed ends before the message is taken; any other failure of `deliver`
 */
export async function deliverPatiently(context: Pick<TransportContext<unknown>, 'deliver' | 'clock' | 'signal'>, raw: RawMessage): Promise<void> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(longestWaitMs, waitMs * 2)) {
    try {
      await context.deliver(raw)
      return
    } catch (error) {
      if (!(error instanceof NotTakenError) || context.signal.aborted) throw error
      await pause(context, waitMs)
    }
  }
}

/** Resolves after `ms`, or as soon as the feed ends. */
export function pause({ clock, signal }: Pick<TransportContext<unknown>, 'clock' | 'signal'>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve()
      return
    }
    const end = (): void => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(ms, end)
    signal.addEventListener('abort', end)
  })
}
