import type { IndicatorDetail } from '../../../contract/drill.ts'
import type { FeedHealth, IndicatorState, WorkOrder } from '../../../contract/topic.ts'
import { dayMs } from '../../../contract/time.ts'

/** What stands behind figures in the tests of the details. */
export const now = Date.parse('2024-11-20T14:32:00+08:00')
export const at = (text: string): number => Date.parse(`2024-${text}:00+08:00`)

export const stateOf = (given: Partial<IndicatorState> & Pick<IndicatorState, 'id'>): IndicatorState => ({
  value: 78,
  missing: undefined,
  numerator: 46_213,
  denominator: 59_247,
  observedAt: at('11-20T14:25'),
  ageing: undefined,
  countedFrom: [],
  receivedAt: at('11-20T14:26'),
  corrected: undefined,
  version: 1,
  trend: [],
  expected: undefined,
  gap: undefined,
  assessment: 'none',
  outlook: undefined,
  bunched: undefined,
  units: undefined,
  feed: 'platform',
  ...given,
})

export const detailOf = (given: Partial<IndicatorDetail> & Pick<IndicatorDetail, 'indicator'>): IndicatorDetail => ({
  curve: [],
  pace: [],
  corrections: [],
  versions: [{ version: 1, from: '', recordedAt: at('01-01T00:00'), note: '' }],
  units: [],
  inputs: [],
  ...given,
})

export const orderOf = (given: Partial<WorkOrder> & Pick<WorkOrder, 'id'>): WorkOrder => ({
  channel: 'hotline',
  title: `工单 ${given.id}`,
  type: '民生',
  unit: 'dongguan',
  subdistrict: undefined,
  place: undefined,
  stage: 'accepted',
  class: 'complaint',
  openedAt: now - 3 * dayMs,
  startedAt: now - 3 * dayMs,
  dueAt: now + dayMs,
  dueBasis: 'limit',
  isProvisional: false,
  isExtensionAsked: false,
  lateNode: undefined,
  isSettledBeforeReceipt: false,
  rating: undefined,
  settledAt: undefined,
  clock: 'running',
  feed: 'hotline',
  ...given,
})

export const platform: FeedHealth = {
  id: 'platform',
  label: {
    name: '指标平台',
    shortName: '指标平台',
    nameEn: 'Indicator platform',
    sector: undefined,
    demo: true,
    cadenceSeconds: 60,
    contact: '大数据中心 甲',
    carries: ['reading'],
  },
  state: 'up',
  since: now - dayMs,
  reason: undefined,
  detail: undefined,
  lastFactAt: now,
  lastObservedAt: now,
  factsToday: 1,
  rejectedToday: 0,
  perMinute: 1,
  completeness: 1,
  upThisMonth: 1,
  mainOf: ['reading'],
}
