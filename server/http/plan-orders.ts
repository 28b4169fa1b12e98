import { randomUUID } from 'node:crypto'
import type { IssuedFact } from '../../contract/supervision-fact.ts'
import { beginning } from '../core/masking.ts'
import { ProblemError } from './problem.ts'
import type { OrderAsked } from './incident-orders.ts'
import { dueAsked, refuseUnknownUnits } from './supervision-counter.ts'
import type { IssuingRooms } from './supervision-counter.ts'
import { issuedFact } from './supervisions.ts'

/** Of a step whose plan gives no time. */
const usualDue = { workingDays: 1 }
const longestTitle = 60

/**
 * 预案步骤转督办: the order that a step of a plan asks for. To be called in the turn of a command, as orders are numbered there.
 * @throws ProblemError where nobody can be given it, or it would be overdue at once
 */
export function planOrder(rooms: IssuingRooms, { district, draft, from, by, address }: OrderAsked): IssuedFact {
  const { lead, text, dueAt } = draft
  if (lead === undefined) throw new ProblemError('bad-request', 'lead: missing; the plan names no unit for this step, so say which one is to do it')
  refuseUnknownUnits(rooms, district, { lead: [lead] })
  const zone = rooms.registry.districts.get(district)?.zone ?? 'Asia/Shanghai'
  const due = dueAt === undefined ? usualDue : { at: dueAt }
  const title = beginning(text, longestTitle)
  const asked = { command: randomUUID(), district, title, text, level: 'urgent', leadUnit: lead, supportingUnits: [], due } as const
  return issuedFact(
    rooms,
    { ...asked, supportingUnits: [], origin: { kind: 'incident', id: from.incident } },
    { by, address, attachments: undefined, due: dueAsked(rooms, due, zone) },
  )
}
