import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { District } from '../../../../contract/configuration.ts'
import { useConfiguration } from '../../configuration.ts'
import { useNames } from '../../i18n/use-names.ts'
import { useTopic } from '../../live/use-topic.ts'
import { useIndicators } from '../../panels/use-indicators.ts'
import { useDistrictClock } from '../../screen/use-district-clock.ts'
import { formatDayTime } from '../../ui/format.ts'
import { incidentDraft, indicatorDraft, workOrderDraft } from './drafts.ts'
import type { Draft, Origin } from './drafts.ts'

/** What a new order from `origin` begins with; undefined by hand, and while what it comes from is not known. Follows only what it needs. */
export function useDraft(origin: Origin, district: District): ComputedRef<Draft | undefined> {
  const { kind, id = '' } = origin
  switch (kind) {
    case 'indicator':
      return useIndicatorDraft(id, district)
    case 'work-order':
      return useWorkOrderDraft(id, district)
    case 'incident':
      return useIncidentDraft(id, district)
    case 'meeting':
    case 'hand':
      return computed(() => undefined)
  }
}

function useIndicatorDraft(id: string, district: District): ComputedRef<Draft | undefined> {
  const { t, locale } = useI18n()
  const units = useUnits(district)
  const indicators = useIndicators(() => district)
  return computed(() => {
    const reading = indicators.readings.value.find(({ definition }) => definition.id === id)
    if (reading === undefined || reading.state === undefined) return undefined
    const { definition, assessment } = reading
    const isMissed = assessment === 'off-target' || assessment === 'watch'
    const { text, unit } = indicators.figure(reading)
    const name = locale.value === 'en' ? definition.nameEn : definition.name
    const goal = definition.target.shape === 'none' ? '' : t('supervision.drafts.goal', { wording: definition.target.wording })
    const words = {
      // it is off its target, or somebody wants something else of it
      title: isMissed ? t('supervision.drafts.indicatorTitle', { name }) : name,
      text: t('supervision.drafts.indicatorText', { name, value: `${text}${unit}`, goal }),
    }
    return indicatorDraft(words, definition.leadUnits, units)
  })
}

function useWorkOrderDraft(id: string, district: District): ComputedRef<Draft | undefined> {
  const { t } = useI18n()
  const units = useUnits(district)
  const now = useDistrictClock(() => district)
  const orders = useTopic('work-orders', () => district.id)
  return computed(() => {
    const order = orders.value.get(id)
    if (order === undefined) return undefined
    const at = (instant: number): string => formatDayTime(instant, now.value, district.zone, t)
    const due = order.dueAt === undefined ? '' : t('supervision.drafts.workOrderDue', { at: at(order.dueAt) })
    const title = order.title || order.type || order.id
    return workOrderDraft({ title, text: t('supervision.drafts.workOrderText', { id, title, opened: at(order.openedAt), due }) }, order, units)
  })
}

function useIncidentDraft(id: string, district: District): ComputedRef<Draft | undefined> {
  const { t } = useI18n()
  const units = useUnits(district)
  const names = useNames()
  const now = useDistrictClock(() => district)
  const incidents = useTopic('incidents', () => district.id)
  return computed(() => {
    const incident = incidents.value.get(id)
    if (incident === undefined) return undefined
    const { title, subdistrict, reportedAt } = incident
    const where = names.value.subdistrict(district.id, subdistrict)
    const at = formatDayTime(reportedAt, now.value, district.zone, t)
    return incidentDraft({ title, text: t('supervision.drafts.incidentText', { id, title, where, at }) }, incident, units)
  })
}

const useUnits = (district: District) => useConfiguration().units.filter((unit) => unit.district === district.id)
