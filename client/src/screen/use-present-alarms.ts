import { computed, ref, watch } from 'vue'
import type { ComputedRef } from 'vue'
import type { Alarm } from '../../../contract/alarm.ts'
import { useTopic } from '../live/use-topic.ts'
import { rankIncidents } from '../panels/incidents.ts'
import { warningsInForce } from '../panels/warnings.ts'
import { useAlarmWords } from './use-alarm-words.ts'

/** Standing, urgent, and nobody has said that he has seen it. What an incident or a warning says by itself is not said again. */
const isPressing = ({ priority, state, source }: Alarm): boolean =>
  priority === 'urgent' && state === 'unacknowledged' && source !== 'incident' && source !== 'warning'

/**
 * What nobody may miss while the past is shown: urgent alarms for as long as they stand unacknowledged; urgent and important incidents, red and
 * orange warnings, that were not there when it began. To be called above the playback: below it there is no present.
 */
export function usePresentAlarms(district: () => string, isPast: () => boolean): ComputedRef<readonly string[]> {
  const incidents = useTopic('incidents', district)
  const warnings = useTopic('warnings', district)
  const alarms = useTopic('alarms', () => (isPast() ? district() : undefined))
  const words = useAlarmWords(district)
  const standing = computed(() =>
    [...alarms.value.values()]
      .filter(isPressing)
      .sort((one, other) => other.raisedAt - one.raisedAt)
      .map((alarm) => [words.value.title(alarm.rule), words.value.subject(alarm)].filter((part) => part !== '').join(' ')),
  )
  const pressing = computed(() => [
    ...rankIncidents(incidents.value.values()).filter(({ priority }) => priority === 'urgent' || priority === 'important'),
    ...warningsInForce(warnings.value.values()).filter(({ level }) => level === 'red' || level === 'orange'),
  ])
  const known = ref<ReadonlySet<string>>(new Set())
  watch([isPast, district], () => {
    known.value = new Set(pressing.value.map(({ id }) => id))
  })
  const fresh = computed(() => pressing.value.filter(({ id }) => !known.value.has(id)).map(({ title }) => title))
  return computed(() => (isPast() ? [...standing.value, ...fresh.value] : []))
}
