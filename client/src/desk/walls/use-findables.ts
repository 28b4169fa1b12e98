import { computed, ref } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { District } from '../../../../contract/configuration.ts'
import { useTopic } from '../../live/use-topic.ts'
import { rankIncidents } from '../../panels/incidents.ts'
import { findables } from '../../panels/map/find.ts'
import type { Findable } from '../../panels/map/find.ts'
import { useFlagText } from '../../panels/map/use-flag-text.ts'

/** What a desk may focus on; followed from the first search on. */
export function useFindables(district: () => District): { readonly things: ComputedRef<readonly Findable[]>; readonly isFinding: Ref<boolean> } {
  const isFinding = ref(false)
  const wasFinding = ref(false)
  const followed = (): string | undefined => {
    if (isFinding.value) wasFinding.value = true
    return wasFinding.value ? district().id : undefined
  }
  const incidents = useTopic('incidents', followed)
  const cameras = useTopic('video-sources', followed)
  const sensors = useTopic('sensors', followed)
  const { quantityName } = useFlagText()
  const things = computed(() =>
    isFinding.value
      ? findables(
          district(),
          { incidents: rankIncidents(incidents.value.values()), cameras: cameras.value.values(), sensors: sensors.value.values() },
          quantityName,
        )
      : [],
  )
  return { things, isFinding }
}
