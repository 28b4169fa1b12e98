import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import type { District } from '../../../contract/configuration.ts'
import { minuteMs, secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import { useServerClock, useTopic } from '../live/use-topic.ts'

/**
 * What "now" is for the figures of a district, to the minute: the server's now; for a district that replays a recording, where the
 * recording has got to. 0 before anything is known.
 */
export function useDistrictClock(district: () => District): ComputedRef<Instant> {
  const clock = useServerClock()
  const feeds = useTopic('feeds', () => district().id)
  return computed(() => {
    if (district().time === 'live') return Math.floor(clock.value / minuteMs) * minuteMs
    const seen = [...feeds.value.values()].flatMap(({ lastObservedAt }) => (lastObservedAt === undefined ? [] : [lastObservedAt]))
    return seen.length === 0 ? 0 : Math.floor(Math.max(...seen) / minuteMs) * minuteMs
  })
}

/** The server's now to the second: enough for ages, and no work between. */
export function useSecondClock(): ComputedRef<Instant> {
  const clock = useServerClock()
  return computed(() => Math.floor(clock.value / secondMs) * secondMs)
}
