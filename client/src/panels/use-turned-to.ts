import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import type { District } from '../../../contract/configuration.ts'
import { useTopic } from '../live/use-topic.ts'
import { isSelected, useSelection } from '../screen/selection.ts'
import { turnableIncidents } from './incidents.ts'
import { turnedTo } from './turned-to.ts'
import type { Focus } from './turned-to.ts'

/** What the screen above is turned to, and its place. Needs the topics incidents, video-sources and sensors. */
export function useTurnedTo(district: () => District): {
  /** what somebody has selected, else the most pressing incident */
  readonly focus: ComputedRef<Focus | undefined>
  /** only what somebody has selected */
  readonly chosen: ComputedRef<Focus | undefined>
} {
  const { selected } = useSelection()
  const incidents = useTopic('incidents', () => district().id)
  const cameras = useTopic('video-sources', () => district().id)
  const sensors = useTopic('sensors', () => district().id)
  const focus = computed(() =>
    turnedTo(
      selected.value,
      { incidents: turnableIncidents(incidents.value.values(), selected.value), cameras: cameras.value.values(), sensors: sensors.value.values() },
      district(),
    ),
  )
  const chosen = computed(() => (focus.value !== undefined && isSelected(selected.value, focus.value) ? focus.value : undefined))
  return { focus, chosen }
}
