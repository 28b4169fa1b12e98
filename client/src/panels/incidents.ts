import { priorities } from '../../../contract/incident.ts'
import type { Incident, IncidentStage, PlanStep, Priority, StartedPlan } from '../../../contract/incident.ts'
import type { Instant } from '../../../contract/time.ts'
import type { Selected } from '../screen/selection.ts'
import type { GlyphName } from '../ui/glyph-name.ts'

/** What the incident panels share. Pure. */

export const priorityGlyphs: Readonly<Record<Priority, GlyphName>> = { urgent: 'red', important: 'orange', normal: 'yellow', notice: 'blue' }

/** Open incidents as the list of events numbers them: most pressing first, within a priority the latest reported first. */
export function rankIncidents(incidents: Iterable<Incident>): readonly Incident[] {
  return [...incidents]
    .filter(({ closedAt }) => closedAt === undefined)
    .sort((a, b) => priorities.indexOf(a.priority) - priorities.indexOf(b.priority) || b.reportedAt - a.reportedAt || (a.id < b.id ? -1 : 1))
}

/** How many stand on every page: the urgent ones, in at most half of it, since nobody should have to wait for the page with them. */
export const pinnedIncidents = (ranked: readonly Incident[], perPage: number): number =>
  Math.min(ranked.filter(({ priority }) => priority === 'urgent').length, Math.floor(perPage / 2))

/**
 * What a screen may turn to: open incidents, most pressing first, and behind them the one that was chosen though it is closed by now, so that
 * whoever chose it sees how it ended.
 */
export function turnableIncidents(incidents: Iterable<Incident>, selected: Selected | undefined): readonly Incident[] {
  const all = [...incidents]
  const ranked = rankIncidents(all)
  const chosen = selected?.kind === 'incident' ? all.find(({ id }) => id === selected.id) : undefined
  return chosen?.closedAt === undefined ? ranked : [...ranked, chosen]
}

/** An open incident as a line of a list: `no` is its number on the map as well. */
export interface IncidentLine {
  readonly id: string
  readonly no: number
  readonly title: string
  readonly type: string
  readonly glyph: GlyphName
  readonly stage: IncidentStage
  readonly subdistrict: string | undefined
  readonly unit: string | undefined
  readonly reportedAt: Instant
  readonly elapsedMs: number
}

/** @param ranked open incidents, most pressing first */
export function incidentLines(ranked: readonly Incident[], now: Instant): readonly IncidentLine[] {
  return ranked.map(({ id, title, type, priority, stage, subdistrict, unit, reportedAt }, index) => ({
    id,
    no: index + 1,
    title,
    type,
    glyph: priorityGlyphs[priority],
    stage,
    subdistrict,
    unit,
    reportedAt,
    elapsedMs: now - reportedAt,
  }))
}

/**
 * 选中事件: the incident a screen turns to: the one chosen while it can be turned to; where nothing is chosen, the most pressing.
 * @param ranked those that can be turned to, most pressing first
 * @returns its id; undefined while something else is chosen, and when none is open
 */
export function focusedIncident(ranked: readonly Pick<Incident, 'id'>[], selected: Selected | undefined): string | undefined {
  if (selected !== undefined && selected.kind !== 'incident') return undefined
  return ranked.some(({ id }) => id === selected?.id) ? selected?.id : ranked[0]?.id
}

/** 预案进度: how many of its steps are settled, done or left out, and the first that is not. */
export interface PlanProgress {
  readonly settled: number
  readonly total: number
  readonly next: PlanStep | undefined
}

export const planProgress = ({ steps }: StartedPlan): PlanProgress => ({
  settled: steps.filter(({ state }) => state !== 'open').length,
  total: steps.length,
  next: steps.find(({ state }) => state === 'open'),
})

/** What a step is called, so long as its plan is the one that is under way. */
export const planStepName = (
  plan: StartedPlan | undefined,
  { plan: id, step }: { readonly plan: string; readonly step: number },
): string | undefined => (plan?.id === id ? plan.steps[step]?.text : undefined)
