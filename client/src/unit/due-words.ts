import type { SupervisionOrder } from '../../../contract/supervision.ts'
import { formatDayTime } from '../ui/format.ts'
import type { Translate } from '../ui/format.ts'

/**
 * When it is due, by the calendar alone: how much is left would be reckoned by the phone's clock, which may be wrong. Whether it is overdue is the
 * server's word. Pure.
 */
export function dueWords({ dueAt, settledAt, stage, clock }: SupervisionOrder, zone: string, t: Translate): string {
  const at = (instant: number): string => formatDayTime(instant, 0, zone, t)
  if (settledAt !== undefined) return t('supervision.settledAt', { at: at(settledAt) })
  const due = t('supervision.dueBy', { at: at(dueAt) })
  if (stage === 'submitted') return `${due} · ${t('supervision.standsStill', {})}`
  return clock === 'overdue' ? `${due} · ${t('supervision.overdue', {})}` : due
}
