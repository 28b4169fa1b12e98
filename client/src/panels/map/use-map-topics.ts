import { computed, shallowRef } from 'vue'
import type { ComputedRef, ShallowRef } from 'vue'
import { mapLayers } from '../../../../contract/panel.ts'
import type { MapLayer } from '../../../../contract/panel.ts'
import type { TopicKind, Topics } from '../../../../contract/topic.ts'
import { useTopic } from '../../live/use-topic.ts'

type Held<K extends TopicKind> = ReadonlyMap<string, Topics[K]>

export interface MapTopicRefs {
  /** orders, incidents, cameras, sensors, warnings: another array when one of them changes */
  readonly still: ComputedRef<readonly [Held<'work-orders'>, Held<'incidents'>, Held<'video-sources'>, Held<'sensors'>, Held<'warnings'>]>
  readonly vehicles: Readonly<ShallowRef<Held<'vehicles'>>>
}

/** What the layers asked for hold; topics of other layers are empty, and the server is not asked for them. */
export function useMapTopics(district: () => string, layers: readonly MapLayer[]): MapTopicRefs {
  const wanted = new Set<TopicKind>(layers.flatMap((layer) => mapLayers[layer]))
  const follow = <K extends TopicKind>(kind: K): Readonly<ShallowRef<Held<K>>> =>
    wanted.has(kind) ? useTopic(kind, district) : shallowRef(new Map<string, Topics[K]>())
  const [orders, incidents] = [follow('work-orders'), follow('incidents')]
  const [cameras, sensors, warnings] = [follow('video-sources'), follow('sensors'), follow('warnings')]
  const still = computed(() => [orders.value, incidents.value, cameras.value, sensors.value, warnings.value] as const)
  return { still, vehicles: follow('vehicles') }
}
