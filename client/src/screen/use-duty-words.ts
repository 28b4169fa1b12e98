import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { shiftAt } from '../../../contract/duty.ts'
import { useTopic } from '../live/use-topic.ts'
import { useSecondClock } from './use-district-clock.ts'

/** Of a wall: who leads and who is in charge now, without telephones; that nobody is rostered; empty while nothing is known. */
export function useDutyWords(district: () => string): ComputedRef<string> {
  const { t } = useI18n()
  const clock = useSecondClock()
  const shifts = useTopic('duty', district)
  return computed(() => {
    const now = shiftAt(shifts.value.values(), clock.value)
    if (now === undefined) return ''
    const answerable = now.people.filter(({ post }) => post === 'lead' || post === 'chief')
    if (now.people.length === 0) return t('duty.stripNobody')
    const shown = answerable.length === 0 ? now.people.slice(0, 1) : answerable.slice(0, 2)
    return [t('duty.strip'), ...shown.map(({ post, name }) => `${t(`duty.posts.${post}`)} ${name}`)].join(' ')
  })
}
