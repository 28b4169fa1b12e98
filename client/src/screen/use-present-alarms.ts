import { computed, ref, watch } from 'vue'
import type { ComputedRef } from 'vue'
import { useTopic } from '../live/use-topic.ts'
import { rankIncidents } from '../panels/incidents.ts'
import { warningsInForce } from '../panels/warnings.ts'

/**
 * What nobody may miss while the past is shown: urgent and important incidents, red and orange warnings, that were not there when it began.
 * To be called above the playback: below it there is no present.
 */
export function usePresentAlarms(district: () => string, isPast: () => boolean): ComputedRef<readonly string[]> {
  const incidents = useTopic('incidents', district)
  const warnings = useTopic('warnings', district)
  const pressing = computed(() => [
    ...rankIncidents(incidents.value.values()).filter(({ priority }) => priority === 'urgent' || priority === 'important'),
    ...warningsInForce(warnings.value.values()).filter(({ level }) => level === 'red' || level === 'orange'),
  ])
  const known = ref<ReadonlySet<string>>(new Set())
  watch([isPast, district], () => {
    known.value = new Set(pressing.value.map(({ id }) => id))
  })
  return computed(() => (isPast() ? pressing.value.filter(({ id }) => !known.value.has(id)).map(({ title }) => title) : []))
}
