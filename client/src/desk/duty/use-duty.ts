import { computed, watch } from 'vue'
import type { ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { lateHandover, shiftAfter, shiftAt, shiftToHandOver } from '../../../../contract/duty.ts'
import type { DutyAnswer, DutyShift } from '../../../../contract/duty.ts'
import { minuteMs } from '../../../../contract/time.ts'
import { useConfiguration } from '../../configuration.ts'
import { useTopic } from '../../live/use-topic.ts'
import { useSecondClock } from '../../screen/use-district-clock.ts'
import { usePolled } from '../bench/use-polled.ts'
import type { DutyOfficer } from '../incidents/nearby.ts'
import { dutyApi } from './duty-api.ts'

/** The shifts as they are pushed: now, next, the one to hand over, and one that was not signed in time. */
export function useDuty(district: () => string): Readonly<Record<'now' | 'next' | 'toHandOver' | 'late', ComputedRef<DutyShift | undefined>>> {
  const configuration = useConfiguration()
  const clock = useSecondClock()
  const shifts = useTopic('duty', district)
  const all = computed(() => [...shifts.value.values()])
  const now = computed(() => shiftAt(all.value, clock.value))
  return {
    now,
    next: computed(() => now.value && shiftAfter(all.value, now.value)),
    toHandOver: computed(() => shiftToHandOver(all.value, clock.value)),
    late: computed(() => lateHandover(all.value, clock.value, configuration.duty.handOverMinutes)),
  }
}

type ReachableShift = DutyAnswer['shifts'][number]

/** With telephones, which the server tells to desks alone: asked for when the page opens and when a roster changes. */
export function useReachable(district: () => string): ComputedRef<ReadonlyMap<string, ReachableShift>> {
  const shifts = useTopic('duty', district)
  const told = usePolled((asking) => dutyApi.people(district(), asking), 5 * minuteMs)
  watch([shifts, district], () => void told.again())
  return computed(() => new Map((told.value.value?.shifts ?? []).map((shift) => [shift.id, shift])))
}

/** Who is on duty now, for the list of what is near an incident. */
export function useDutyOfficers(district: () => string): ComputedRef<readonly DutyOfficer[]> {
  const { t } = useI18n()
  const clock = useSecondClock()
  const reachable = useReachable(district)
  return computed(() => {
    const now = [...reachable.value.values()].find(({ from, to }) => from <= clock.value && clock.value < to)
    return (now?.people ?? []).map(({ post, name, unit, phone }) => ({ role: t(`duty.posts.${post}`), unit, name, line: phone ?? '' }))
  })
}
