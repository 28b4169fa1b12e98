import { useI18n } from 'vue-i18n'
import type { ReportState } from '../../../../contract/report.ts'
import { useSecondClock } from '../../screen/use-district-clock.ts'
import { formatDayTime } from '../../ui/format.ts'
import { dueStanding, nextReminder } from './model.ts'
import type { DueStanding } from './model.ts'

export interface DueWords {
  readonly month: (month: string) => string
  readonly moment: (at: number) => string
  readonly standing: (state: ReportState) => DueStanding
  /** how it stands to its day, and when the next reminder comes */
  readonly reminder: (state: ReportState) => string
}

/** A month's report in words, as time goes on. */
export function useDueWords(zone: () => string): DueWords {
  const { t } = useI18n()
  const clock = useSecondClock()
  const moment = (at: number): string => formatDayTime(at, clock.value, zone(), t)
  const standing = (state: ReportState): DueStanding => dueStanding(state, clock.value, zone())
  return {
    month: (month) => t('reports.month', { year: month.slice(0, 4), month: Number(month.slice(5)) }),
    moment,
    standing,
    reminder(state) {
      const words = t(`reports.due.${standing(state)}`)
      const next = nextReminder(state, clock.value)
      return next === undefined ? words : t('reports.due.next', { words, at: moment(next) })
    },
  }
}
