import type { UnitDefinition } from '../../../../contract/configuration.ts'
import { originKinds } from '../../../../contract/supervision-fact.ts'
import type { OriginKind, SupervisionLevel } from '../../../../contract/supervision-fact.ts'
import type { Incident } from '../../../../contract/incident.ts'
import type { WorkOrder } from '../../../../contract/topic.ts'

/** 交办 begun from what is seen: what a new order says before anybody has written a word. Pure. */

export interface Origin {
  readonly kind: OriginKind
  /** undefined for an order by hand */
  readonly id: string | undefined
}

export interface Draft {
  readonly title: string
  readonly text: string
  readonly level: SupervisionLevel
  /** id; empty where nobody is known to answer for it */
  readonly leadUnit: string
}

export const byHand: Origin = { kind: 'hand', id: undefined }

/** `indicator:ID`, as the address of the page says it. @returns undefined for anything else */
export function originIn(query: unknown): Origin | undefined {
  if (typeof query !== 'string') return undefined
  const at = query.indexOf(':')
  const kind = originKinds.find((one) => one === query.slice(0, at))
  const id = query.slice(at + 1)
  return at < 0 || kind === undefined || kind === 'hand' || id === '' ? undefined : { kind, id }
}

/** Of several the first that is a unit of ours: upstreams and definitions name them by id or by either name. */
export function unitIdOf(named: readonly (string | undefined)[], units: readonly UnitDefinition[]): string {
  for (const name of named) {
    const found = units.find((unit) => [unit.id, unit.name, unit.shortName].includes(name ?? ''))
    if (found !== undefined) return found.id
  }
  return ''
}

/** working days offered for an order of this level */
export const usualDays: Readonly<Record<SupervisionLevel, number>> = { normal: 5, important: 3, urgent: 1 }

const titleMost = 100

export interface DraftWords {
  readonly title: string
  readonly text: string
}

/** Never through a character of two units. */
const cutTo = (most: number, text: string): string => text.slice(0, most).replace(/[\ud800-\udbff]$/, '')

/** @param words in the page's language, of which titles are cut to what an order may have */
const draft = ({ title, text }: DraftWords, level: SupervisionLevel, leadUnit: string): Draft => ({
  title: cutTo(titleMost, title),
  text,
  level,
  leadUnit,
})

export const indicatorDraft = (words: DraftWords, leadUnits: readonly string[], units: readonly UnitDefinition[]): Draft =>
  draft(words, 'important', unitIdOf(leadUnits, units))

export const workOrderDraft = (words: DraftWords, { unit, clock }: WorkOrder, units: readonly UnitDefinition[]): Draft =>
  draft(words, clock === 'overdue' ? 'important' : 'normal', unitIdOf([unit], units))

const levels: Readonly<Record<Incident['priority'], SupervisionLevel>> = {
  urgent: 'urgent',
  important: 'important',
  normal: 'normal',
  notice: 'normal',
}

export const incidentDraft = (words: DraftWords, { unit, priority }: Incident, units: readonly UnitDefinition[]): Draft =>
  draft(words, levels[priority], unitIdOf([unit], units))
