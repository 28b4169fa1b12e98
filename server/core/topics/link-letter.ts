import type { Incident } from '../../../contract/incident.ts'
import type { LinkRule } from '../../../contract/link-fact.ts'
import type { LinkEvent } from '../../../contract/link.ts'
import type { Place } from '../../../contract/fact-field.ts'
import type { SupervisionFact, SupervisionStepKind } from '../../../contract/supervision-fact.ts'
import type { SupervisionOrder } from '../../../contract/supervision.ts'
import type { Instant } from '../../../contract/time.ts'

/** What another system is told of an incident or an order, and when. Pure: the same log gives the same letters, to the last byte. */

/** What of an incident was told last. */
export interface ToldIncidentState {
  readonly isOpen: boolean
  readonly isConfirmed: boolean
  /** title, type, level and place, as one text */
  readonly class: string
}

export const stateOf = ({ title, type, level, place, subdistrict, closedAt, lines, steps }: Incident): ToldIncidentState => ({
  isOpen: closedAt === undefined,
  // not by its stage, which moves with what the other system itself answers
  isConfirmed: lines.some(({ act }) => act.what === 'confirmed') || steps.some(({ stage }) => stage !== 'reported' && stage !== 'closed'),
  class: JSON.stringify([title, type, level, place, subdistrict]),
})

/** What has happened since; undefined where nothing has that is told. Of an incident that was over before it was known there is nothing to tell. */
export function incidentEvent(before: ToldIncidentState | undefined, now: ToldIncidentState): LinkEvent | undefined {
  if (before === undefined) return now.isOpen ? 'incident.opened' : undefined
  if (before.isOpen !== now.isOpen) return now.isOpen ? 'incident.reopened' : 'incident.closed'
  if (!now.isOpen) return undefined
  if (before.class !== now.class) return 'incident.classified'
  return !before.isConfirmed && now.isConfirmed ? 'incident.confirmed' : undefined
}

/** What units say themselves is not told back. */
const orderEvents: Readonly<Partial<Record<SupervisionStepKind, LinkEvent>>> = {
  issued: 'order.issued',
  amended: 'order.amended',
  reminded: 'order.reminded',
  'extension-granted': 'order.extension-granted',
  'extension-refused': 'order.extension-refused',
  'sent-back': 'order.sent-back',
  accepted: 'order.closed',
  cancelled: 'order.cancelled',
}

/** @param isKnown whether the system was told of the order before: to one that was not, whatever happens to it begins with its issue */
export function orderEvent(step: SupervisionStepKind, isKnown: boolean): LinkEvent | undefined {
  if (isKnown) return step === 'issued' ? undefined : orderEvents[step]
  return step === 'accepted' || step === 'cancelled' ? undefined : 'order.issued'
}

export const isIncidentMeant = ({ level, type }: Incident, { levels, types }: LinkRule): boolean =>
  (level !== undefined && levels.includes(level)) || types.includes(type)

export const isOrderMeant = ({ leadUnit, supportingUnits }: SupervisionOrder, { units }: LinkRule): boolean =>
  units.some((unit) => unit === leadUnit || supportingUnits.includes(unit))

interface Heading {
  readonly id: string
  readonly event: LinkEvent
  readonly at: Instant
  readonly district: string
}

const iso = (at: Instant | undefined): string | undefined => (at === undefined ? undefined : new Date(at).toISOString())
const placeOf = (place: Place | undefined) => place && { longitude: place[0], latitude: place[1], datum: 'WGS-84' }
const headOf = ({ id, event, at, district }: Heading) => ({ id, type: event, timestamp: iso(at), district })

/** No telephone, no file, no address: what the other system needs to act, masked as it stands in the log. */
export function incidentLetter(heading: Heading, incident: Incident): string {
  const { id, title, type, level, priority, stage, subdistrict, reportedAt, closedAt, result, mergedInto } = incident
  const told = { id, title, type, level, priority, stage, subdistrict, place: placeOf(incident.place), reportedAt: iso(reportedAt) }
  return JSON.stringify({ ...headOf(heading), incident: { ...told, closedAt: iso(closedAt), result, mergedInto } })
}

/** @param step that it is told for; undefined where it was pushed by hand */
export function orderLetter(heading: Heading, order: SupervisionOrder, step: SupervisionFact | undefined): string {
  const { id, number, title, text, level, leadUnit, supportingUnits, stage, origin, issuedAt, dueAt, isProvisional, settledAt } = order
  const told = { id, number, title, text, level, leadUnit, supportingUnits, stage, origin, issuedAt: iso(issuedAt), dueAt: iso(dueAt), isProvisional }
  return JSON.stringify({ ...headOf(heading), order: { ...told, settledAt: iso(settledAt), note: step?.note } })
}
