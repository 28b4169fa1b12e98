import { shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'
import type { IndicatorState } from '../../../contract/topic.ts'
import { topicName } from '../../../contract/topic.ts'
import { useLive } from '../live/followers.ts'

/** Indicators as they are now, followed only while they are wanted beside the frozen ones. To be called above the playback. */
export function useBesideValues(
  district: () => string,
  isWanted: () => boolean,
): Readonly<ShallowRef<ReadonlyMap<string, IndicatorState> | undefined>> {
  const live = useLive()
  const values = shallowRef<ReadonlyMap<string, IndicatorState>>()
  watch(
    () => (isWanted() ? topicName('indicators', district()) : undefined),
    (topic, _before, onCleanup) => {
      values.value = undefined
      if (topic === undefined) return
      onCleanup(
        live.follow(topic, (map) => {
          // the topic `indicators` holds nothing but IndicatorState
          values.value = map as ReadonlyMap<string, IndicatorState>
        }),
      )
    },
    { immediate: true },
  )
  return values
}
