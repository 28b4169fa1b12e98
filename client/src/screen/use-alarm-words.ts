import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Alarm } from '../../../contract/alarm.ts'
import { secondMs } from '../../../contract/time.ts'
import { useConfiguration } from '../configuration.ts'
import { useNames } from '../i18n/use-names.ts'
import { useTopic } from '../live/use-topic.ts'
import { formatNumber } from '../ui/format.ts'

/** How alarms are called in the page's language. */
export interface AlarmWords {
  /** of a rule; its id where the configuration no longer has it */
  readonly title: (rule: string) => string
  readonly cause: (rule: string) => string
  readonly action: (rule: string) => string
  /** what the alarm is of */
  readonly subject: (alarm: Pick<Alarm, 'source' | 'subject' | 'name'>) => string
  /** value and limit with their unit, or how far a clock is off; empty for what has no figure */
  readonly figure: (alarm: Pick<Alarm, 'source' | 'subject' | 'value' | 'limit' | 'driftMs'>) => string
  /** of `feed:ID` or `place:CODE` */
  readonly group: (group: string | undefined) => string
}

export function useAlarmWords(district: () => string): ComputedRef<AlarmWords> {
  const { t, locale } = useI18n()
  const configuration = useConfiguration()
  const names = useNames()
  const feeds = useTopic('feeds', district)
  const rules = new Map(configuration.alarms.rules.map((rule) => [rule.id, rule]))
  const quantities = new Map(configuration.quantities.map((quantity) => [quantity.id, quantity]))
  const said = (id: string, words: 'name' | 'cause' | 'action', otherwise: string): string => {
    const rule = rules.get(id)
    return rule === undefined ? otherwise : locale.value === 'en' ? rule[`${words}En`] : rule[words]
  }
  return computed(() => {
    const feedName = (id: string, otherwise = id): string => {
      const label = feeds.value.get(id)?.label
      return label === undefined ? otherwise : names.value.of(label)
    }
    return {
      title: (rule) => said(rule, 'name', rule),
      cause: (rule) => said(rule, 'cause', ''),
      action: (rule) => said(rule, 'action', ''),
      subject: ({ source, subject, name }) => {
        if (source === 'clock') return ''
        if (source === 'feed') return feedName(subject, name === '' ? subject : name)
        return name === '' ? subject : name
      },
      figure: ({ subject, value, limit, driftMs }) => {
        if (driftMs !== undefined) return t('alarms.drift', { n: formatNumber(Math.round(Math.abs(driftMs) / secondMs)) })
        if (value === undefined) return ''
        const quantity = quantities.get(subject.slice(subject.lastIndexOf('/') + 1))
        const told = (figure: number): string => formatNumber(figure, quantity?.decimals ?? 1)
        const text = `${told(value)}${quantity?.unitOfMeasure ?? ''}`
        return limit === undefined ? text : t('alarms.limit', { value: text, limit: told(limit) })
      },
      group: (group = '') => {
        const id = group.slice(group.indexOf(':') + 1)
        if (group === '') return ''
        return group.startsWith('feed:') ? feedName(id) : names.value.subdistrict(district(), id)
      },
    }
  })
}
