import type { Fact } from '../contract/fact.ts'
import { minuteMs } from '../contract/time.ts'
import type { Clock } from './core/clock.ts'

/**
 * Records the server's own minute hand: one tick at the start and one on each full minute.
 * @returns how to stop it
 */
export function startTicks(clock: Clock, record: (facts: readonly Fact[]) => void): () => void {
  let cancel = (): void => undefined
  const tick = (): void => {
    const now = clock.now()
    record([{ kind: 'tick', at: now }])
    cancel = clock.after(minuteMs - (now % minuteMs), tick)
  }
  tick()
  return () => {
    cancel()
  }
}
