import { dutyRulesSchema } from '../../contract/duty.ts'
import type { DutyRules } from '../../contract/duty.ts'
import type { DutyFact, HandoverFact, Placement, ResourceFact } from '../../contract/duty-fact.ts'
import { start } from './facts.ts'
import { uuid } from './supervision-facts.ts'

/** Three shifts of eight hours, as config/duty.yaml has them. */
export const dutyRules = (given: object = {}): DutyRules =>
  dutyRulesSchema.parse({
    shifts: [
      { id: 'day', name: '白班', nameEn: 'Day', start: '08:00', hours: 8 },
      { id: 'evening', name: '中班', nameEn: 'Evening', start: '16:00', hours: 8 },
      { id: 'night', name: '夜班', nameEn: 'Night', start: '00:00', hours: 8 },
    ],
    ...given,
  })

let made = 0
const signed = () => ({ district: '620802', at: start, by: '李四', command: uuid(800_000 + (made += 1)) })

type Rest<Fact, Step extends string> = Omit<Extract<Fact, { readonly step: Step }>, 'kind' | 'step' | keyof ReturnType<typeof signed>> & {
  readonly at?: number
  readonly by?: string
  readonly command?: string
}

export const imported = (placements: readonly Placement[], given: object = {}): DutyFact => ({
  kind: 'duty',
  ...signed(),
  step: 'imported',
  file: '值班表.xlsx',
  days: [...new Set(placements.map(({ day }) => day))],
  placements: [...placements],
  ...given,
})
export const swapped = (given: Rest<DutyFact, 'swapped'>): DutyFact => ({ kind: 'duty', ...signed(), step: 'swapped', ...given })
export const registered = (given: Rest<ResourceFact, 'registered'>): ResourceFact => ({ kind: 'resource', ...signed(), step: 'registered', ...given })
export const moved = (given: Rest<ResourceFact, 'moved'>): ResourceFact => ({ kind: 'resource', ...signed(), step: 'moved', ...given })
export const handedOver = (given: Rest<HandoverFact, 'given'>): HandoverFact => ({ kind: 'handover', ...signed(), step: 'given', ...given })
export const takenOver = (given: Rest<HandoverFact, 'taken'>): HandoverFact => ({ kind: 'handover', ...signed(), step: 'taken', ...given })
