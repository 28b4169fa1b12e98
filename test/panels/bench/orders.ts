import type { Attachment } from '../../../contract/supervision-fact.ts'
import type { SupervisionOrder, SupervisionStep } from '../../../contract/supervision.ts'

/** Tuesday 2026-11-24, 14:32 in Pingliang. */
export const now = Date.parse('2026-11-24T14:32:00+08:00')
const hour = 3_600_000
export const day = 24 * hour

/** A step of the lead unit an hour ago, with nothing more to it. */
export const stepOf = (step: SupervisionStep['step'], given: Partial<SupervisionStep> = {}): SupervisionStep => ({
  at: now - hour,
  step,
  by: '李四',
  unit: undefined,
  onBehalf: false,
  note: undefined,
  attachments: [],
  dueAt: undefined,
  level: undefined,
  leadUnit: undefined,
  supportingUnits: undefined,
  isLate: false,
  ...given,
})

/** An order that was issued yesterday, is due in six days and has been looked at by nobody. */
export const orderOf = (id: string, given: Partial<SupervisionOrder> = {}): SupervisionOrder => ({
  id,
  number: `督〔2026〕${id}号`,
  title: `事项 ${id}`,
  text: '完成清淤',
  note: undefined,
  level: 'normal',
  leadUnit: 'housing',
  supportingUnits: ['dongguan'],
  contact: undefined,
  origin: { kind: 'hand', id: undefined },
  issuedAt: now - day,
  issuedBy: '值班员甲',
  dueAt: now + 6 * day,
  isProvisional: false,
  firstDueAt: now + 6 * day,
  stage: 'issued',
  stageSince: now - day,
  acknowledgedBy: [],
  heardAt: undefined,
  settledAt: undefined,
  settledBy: undefined,
  basis: undefined,
  clock: 'running',
  card: { colour: 'none', reason: undefined, since: now - day },
  cards: [],
  escalation: undefined,
  reminders: [],
  extension: undefined,
  effect: undefined,
  steps: [stepOf('issued', { at: now - day, by: '值班员甲' })],
  stepsDropped: 0,
  ...given,
})

export const closed: Partial<SupervisionOrder> = {
  stage: 'closed',
  clock: 'settled',
  settledAt: now - hour,
  settledBy: '值班员甲',
  basis: '现场核查已整改',
}

export const photo: Attachment = { id: 'a'.repeat(64), name: '整改前.jpg', bytes: 2_400_000, mediaType: 'image/jpeg' }
