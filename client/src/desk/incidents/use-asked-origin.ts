import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { useRoute } from 'vue-router'
import type { District } from '../../../../contract/configuration.ts'
import { nothing } from '../../live/followers.ts'
import { useTopic } from '../../live/use-topic.ts'
import { useAlarmWords } from '../../screen/use-alarm-words.ts'
import { alarmIn, incidentOfAlarm, ofAlarm } from './model.ts'
import type { Candidate } from './model.ts'

/**
 * What the address asks for, `?origin=alarm:ID` as the alarm desk links: the incident that was made of it already, else what one is to be made
 * of. Undefined without such a link, and until the alarm is known.
 */
export function useAskedOrigin(district: () => District): ComputedRef<{ readonly incident: string } | { readonly from: Candidate } | undefined> {
  const route = useRoute()
  const id = (): string => district().id
  const alarms = useTopic('alarms', id)
  const incidents = useTopic('incidents', id)
  const sensors = useTopic('sensors', id)
  const cameras = useTopic('video-sources', id)
  const words = useAlarmWords(id)
  // an alarm may be there before the sensor that it is of
  const isTold = computed(() => [alarms, incidents, sensors, cameras].every(({ value }) => value !== nothing))
  return computed(() => {
    if (!isTold.value) return undefined
    const alarm = alarms.value.get(alarmIn(route.query['origin']) ?? '')
    if (alarm === undefined) return undefined
    const made = incidentOfAlarm(alarm, incidents.value.values())
    if (made !== undefined) return { incident: made }
    const where = sensors.value.get(alarm.subject) ?? cameras.value.get(alarm.subject)
    return { from: ofAlarm(alarm, `${words.value.subject(alarm)} ${words.value.title(alarm.rule)}`.trim(), where) }
  })
}
