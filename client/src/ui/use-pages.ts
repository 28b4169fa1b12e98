import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { secondMs } from '../../../contract/time.ts'
import { useServerClock } from '../live/use-topic.ts'

/** A list shown a page at a time. */
export interface Pages<T> {
  readonly shown: ComputedRef<readonly T[]>
  /** from 1 */
  readonly page: ComputedRef<number>
  readonly pages: ComputedRef<number>
}

/**
 * Turns the pages of a list by cut. The page follows from the server's clock, so that every screen turns at the same moment and none
 * needs a timer.
 * @param dwellSeconds how long a page stays, at least 20
 * @param staysAt index of an item whose page is shown all the time; below 0: the pages turn
 */
export function usePages<T>(items: () => readonly T[], perPage: () => number, dwellSeconds = 20, staysAt = (): number => -1): Pages<T> {
  const clock = useServerClock()
  const turn = computed(() => Math.floor(clock.value / (Math.max(20, dwellSeconds) * secondMs)))
  const size = computed(() => Math.max(1, perPage()))
  const pages = computed(() => Math.max(1, Math.ceil(items().length / size.value)))
  const index = computed(() => {
    const kept = staysAt()
    return kept < 0 ? turn.value % pages.value : Math.min(pages.value - 1, Math.floor(kept / size.value))
  })
  const shown = computed(() => items().slice(index.value * size.value, (index.value + 1) * size.value))
  return { shown, page: computed(() => index.value + 1), pages }
}
