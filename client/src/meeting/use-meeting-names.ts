import { computed, inject, provide } from 'vue'
import type { ComputedRef, InjectionKey } from 'vue'
import { useI18n } from 'vue-i18n'
import { useConfiguration } from '../configuration.ts'
import { useNames } from '../i18n/use-names.ts'
import { withoutNames } from './model.ts'

/** How units and people are named in the meeting: not at all while guests are in the room. */
export interface MeetingNames {
  readonly isHidden: boolean
  readonly unit: (id: string | undefined) => string
  readonly units: (ids: readonly string[]) => string
  readonly person: (name: string) => string
  /** a text that may name units in it */
  readonly text: (words: string) => string
}

const namesKey: InjectionKey<ComputedRef<MeetingNames>> = Symbol('meeting names')

export function provideMeetingNames(isHidden: () => boolean): ComputedRef<MeetingNames> {
  const { t } = useI18n()
  const configuration = useConfiguration()
  const names = useNames()
  const known = configuration.units.flatMap(({ name, shortName, nameEn }) => [name, shortName, nameEn])
  const meetingNames = computed((): MeetingNames => {
    const someUnit = t('meetings.someUnit')
    const unit = (id: string | undefined): string => (isHidden() && id !== undefined ? someUnit : names.value.unit(id))
    return {
      isHidden: isHidden(),
      unit,
      units: (ids) => (isHidden() && ids.length > 0 ? t('meetings.someUnits', { n: ids.length }) : ids.map(unit).join(t('detail.comma'))),
      person: (name) => (isHidden() ? t('meetings.someone') : name),
      text: (words) => (isHidden() ? withoutNames(words, known, someUnit) : words),
    }
  })
  provide(namesKey, meetingNames)
  return meetingNames
}

/** @throws outside of a meeting */
export function useMeetingNames(): ComputedRef<MeetingNames> {
  const names = inject(namesKey)
  if (names === undefined) throw new Error('useMeetingNames: nothing above provides the names of a meeting')
  return names
}
