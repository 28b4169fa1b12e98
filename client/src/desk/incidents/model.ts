import type { Alarm } from '../../../../contract/alarm.ts'
import type { PlanDefinition } from '../../../../contract/configuration.ts'
import type { Place } from '../../../../contract/fact-field.ts'
import type { Incident, IncidentLevel, OriginKind } from '../../../../contract/incident.ts'
import { priorities } from '../../../../contract/incident.ts'
import { dayMs } from '../../../../contract/time.ts'
import type { Instant } from '../../../../contract/time.ts'
import type { SensorState, Warning, WorkOrder } from '../../../../contract/topic.ts'
import type { VideoSource } from '../../../../contract/video-source.ts'
import { rankIncidents } from '../../panels/incidents.ts'

/** 事件处置 as the desk shows it. Pure. */

/** Open ones, most pressing first; closed ones, the last first. */
export function incidentLists(incidents: Iterable<Incident>): { readonly open: readonly Incident[]; readonly closed: readonly Incident[] } {
  const all = [...incidents]
  const closed = all.filter(({ closedAt }) => closedAt !== undefined).sort((a, b) => (b.closedAt ?? 0) - (a.closedAt ?? 0) || (a.id < b.id ? -1 : 1))
  return { open: rankIncidents(all), closed }
}

/** An upstream closed it, and nobody has said yet how it ended. */
export const owesResult = ({ closedAt, result, mergedInto }: Incident): boolean =>
  closedAt !== undefined && result === undefined && mergedInto === undefined

/** What an incident can be made of, with what is known of it already. */
export interface Candidate {
  readonly kind: OriginKind
  /** absent for hand and caller */
  readonly id?: string
  readonly title: string
  readonly type: string
  readonly place: Place | undefined
  readonly subdistrict: string | undefined
}

export interface CandidateSources {
  readonly orders: Iterable<WorkOrder>
  readonly warnings: Iterable<Warning>
  readonly sensors: Iterable<SensorState>
  readonly cameras: Iterable<VideoSource>
}

const longestTitle = 60
const titled = (title: string): string => title.slice(0, longestTitle)

const ofOrder = ({ id, title, type, place, subdistrict }: WorkOrder): Candidate => ({
  kind: 'work-order',
  id,
  title: titled(title === '' ? type : title),
  type,
  place,
  subdistrict,
})
const ofWarning = ({ id, title, type, areas }: Warning): Candidate => ({
  kind: 'warning',
  id,
  title: titled(title === '' ? type : title),
  type,
  place: undefined,
  subdistrict: areas.length === 1 ? areas[0] : undefined,
})
const ofSensor = ({ id, name, place, subdistrict }: SensorState, quantity: string): Candidate => ({
  kind: 'sensor',
  id,
  title: titled(`${name} ${quantity}`),
  type: '',
  place,
  subdistrict,
})
const ofCamera = ({ id, name, place, subdistrict }: VideoSource): Candidate => ({
  kind: 'camera',
  id,
  title: titled(name),
  type: '',
  place,
  subdistrict,
})

/** `alarm:ID`, as the address of the page says it. @returns the alarm's id; undefined for anything else */
export function alarmIn(query: unknown): string | undefined {
  const [, id] = typeof query === 'string' ? (/^alarm:(.+)$/.exec(query) ?? []) : []
  return id
}

/** @param where of what the alarm watches, as far as it has a place */
export const ofAlarm = ({ id }: Alarm, title: string, where: Partial<Pick<Candidate, 'place' | 'subdistrict'>> = {}): Candidate => ({
  kind: 'alarm',
  id,
  title: titled(title),
  type: '',
  place: where.place,
  subdistrict: where.subdistrict,
})

/** The open incident that the alarm is about already: one that was made of it or of what it watches, or that it watches itself. */
export const incidentOfAlarm = ({ id, source, subject }: Alarm, incidents: Iterable<Incident>): string | undefined =>
  [...incidents].find(
    ({ id: incident, closedAt, origin }) =>
      closedAt === undefined &&
      ((source === 'incident' && incident === subject) || origin?.id === id || (origin?.kind === source && origin.id === subject)),
  )?.id

/** What an open incident was made of, each as `kind id`; an alarm speaks for what it watches. */
function takenBy({ origin }: Incident): readonly string[] {
  if (origin?.id === undefined) return []
  const { kind, id } = origin
  return kind === 'alarm' ? ['sensor', 'warning'].map((source) => `${source} ${id.slice(id.indexOf('/') + 1)}`) : [`${kind} ${id}`]
}

/**
 * 待研判: warnings in force and sensors beyond a limit of which no open incident was made yet; urgent ones first.
 * @param quantityName what a quantity is called
 */
export function waitingCandidates(
  { warnings, sensors }: Pick<CandidateSources, 'warnings' | 'sensors'>,
  incidents: Iterable<Incident>,
  quantityName: (id: string) => string,
): readonly Candidate[] {
  const taken = new Set([...incidents].flatMap((incident) => (incident.closedAt === undefined ? takenBy(incident) : [])))
  const over = [...sensors]
    .filter(({ standing }) => standing !== 'normal')
    .sort((a, b) => Number(b.standing === 'urgent') - Number(a.standing === 'urgent') || b.standingSince - a.standingSince)
  const inForce = [...warnings].filter(({ endedAt }) => endedAt === undefined).sort((a, b) => b.issuedAt - a.issuedAt)
  return [...inForce.map(ofWarning), ...over.map((sensor) => ofSensor(sensor, quantityName(sensor.quantity)))].filter(
    ({ kind, id = '' }) => !taken.has(`${kind} ${id}`),
  )
}

const mostFound = 8

/** What bears these letters in its number or its name: numbers that begin so first. Nothing for fewer than two letters. */
export function findCandidates(
  text: string,
  { orders, warnings, sensors, cameras }: CandidateSources,
  quantityName: (id: string) => string,
): readonly Candidate[] {
  const sought = text.trim().toLowerCase()
  if (sought.length < 2) return []
  const all = [
    ...[...warnings].map(ofWarning),
    ...[...sensors].map((sensor) => ofSensor(sensor, quantityName(sensor.quantity))),
    ...[...cameras].map(ofCamera),
    ...[...orders].map(ofOrder),
  ]
  const begins = ({ id = '' }: Candidate): boolean => id.toLowerCase().startsWith(sought)
  const holds = ({ id = '', title }: Candidate): boolean => id.toLowerCase().includes(sought) || title.toLowerCase().includes(sought)
  return all
    .filter(holds)
    .sort((a, b) => Number(begins(b)) - Number(begins(a)))
    .slice(0, mostFound)
}

export type ReadPlace = { readonly place: Place } | { readonly problem: 'no-place' | 'swapped' | 'too-far' }

/** 106.64, 35.54: two numbers in degrees, longitude first, however they are divided. Undefined for what is no figures at all, such as a name. */
export function readPlace(text: string): ReadPlace | undefined {
  const plain = text.normalize('NFKC')
  if (!/^[\s\d.,;\u3001°+−-]*\d[\s\d.,;\u3001°+−-]*$/.test(plain)) return undefined
  const [longitude, latitude, ...rest] = (plain.replaceAll('−', '-').match(/[^\s,;\u3001°]+/g) ?? []).map(Number)
  if (longitude === undefined || latitude === undefined || rest.length > 0) return { problem: 'no-place' }
  if (!Number.isFinite(longitude) || !Number.isFinite(latitude)) return { problem: 'no-place' }
  // in China no longitude is a latitude
  if (Math.abs(latitude) > 90) return { problem: Math.abs(latitude) <= 180 && Math.abs(longitude) <= 90 ? 'swapped' : 'too-far' }
  return Math.abs(longitude) > 180 ? { problem: 'too-far' } : { place: [longitude, latitude] }
}

/** Plans of the district: those that suit the type and the level first, then those that suit one of the two by leaving it open. */
export function plansFor(
  plans: readonly PlanDefinition[],
  { district, type, level }: { readonly district: string; readonly type: string; readonly level: IncidentLevel | undefined },
): readonly { readonly plan: PlanDefinition; readonly suits: boolean }[] {
  const fits = ({ types, levels }: PlanDefinition): number => {
    const ofType = types.length === 0 ? 1 : types.some((word) => type.includes(word)) ? 2 : 0
    const ofLevel = levels.length === 0 ? 1 : level !== undefined && levels.includes(level) ? 2 : 0
    return ofType === 0 || ofLevel === 0 ? 0 : ofType + ofLevel
  }
  return plans
    .filter((plan) => plan.district === district)
    .map((plan) => ({ plan, fit: fits(plan) }))
    .sort((a, b) => b.fit - a.fit)
    .map(({ plan, fit }) => ({ plan, suits: fit > 0 }))
}

/** Types that are in use: what the plans name and what the incidents bear, for choosing from. */
export const typesInUse = (plans: readonly PlanDefinition[], incidents: Iterable<Incident>): readonly string[] =>
  [...new Set([...[...incidents].map(({ type }) => type), ...plans.flatMap(({ types }) => types)])].filter((type) => type !== '').sort()

/** Those an incident can be merged into. */
export const mergeGoals = (incidents: Iterable<Incident>, id: string): readonly Incident[] =>
  [...incidents]
    .filter((one) => one.id !== id && one.closedAt === undefined)
    .sort((a, b) => priorities.indexOf(a.priority) - priorities.indexOf(b.priority) || b.reportedAt - a.reportedAt)

/** How long ago, and whether that is still within the day in which a closing can be taken back. */
export const canReopen = ({ closedAt, mergedInto }: Incident, now: Instant): boolean =>
  closedAt !== undefined && mergedInto === undefined && now - closedAt < dayMs
