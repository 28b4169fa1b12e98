import { watch } from 'vue'
import { secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { PlaybackControl } from './use-playback.ts'

const retryMs = 10 * secondMs

/**
 * Nobody may be there to press a key: a past that could not be had is asked for again after a while.
 * @param again what to do; undefined where nothing is wanted any more
 */
export function retryPast({ status }: Pick<PlaybackControl, 'status'>, present: () => Instant, again: () => (() => void) | undefined): void {
  let failedAt: Instant | undefined
  watch([() => status.value?.state, present], ([state, now]) => {
    const ask = state === 'failed' ? again() : undefined
    if (ask === undefined) {
      failedAt = undefined
      return
    }
    failedAt ??= now
    if (now - failedAt < retryMs) return
    failedAt = undefined
    ask()
  })
}
