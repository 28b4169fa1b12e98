import { z } from 'zod'
import { id, instant, person, shortText } from './fact-field.ts'
import { longestOriginId } from './incident.ts'

/** id of a rule and of what it watches: `river-high/0062080201/water-level` */
export const alarmId = z.string().min(1).max(longestOriginId)

const step = {
  kind: z.literal('alarm'),
  district: id,
  id: alarmId,
  at: instant,
  by: person,
  /** 幂等键: made where somebody pressed. Of two facts of one command the second says nothing new */
  command: z.uuid(),
  /** where from, as far as it is known */
  address: z.string().max(64).optional(),
}
const aside = { until: instant, reason: shortText.min(1) }

/**
 * Facts of 告警: what people did about one. That it was raised and that it returned is nobody's fact: both are folded from what feeds say.
 * acknowledged 确认 · shelved 搁置, until · unshelved 取消搁置 · out-of-service 停用, until, as for repair · returned 恢复使用
 */
export const alarmFactSchema = z.discriminatedUnion('step', [
  /** `raisedAt` is of the occurrence that was seen: one that was raised later is not acknowledged by it */
  z.strictObject({ ...step, step: z.literal('acknowledged'), raisedAt: instant }),
  z.strictObject({ ...step, ...aside, step: z.literal('shelved') }),
  z.strictObject({ ...step, step: z.literal('unshelved') }),
  z.strictObject({ ...step, ...aside, step: z.literal('out-of-service') }),
  z.strictObject({ ...step, step: z.literal('returned') }),
])
export type AlarmFact = z.infer<typeof alarmFactSchema>
