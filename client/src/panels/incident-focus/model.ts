import type { Incident, IncidentStep } from '../../../../contract/incident.ts'
import type { Instant } from '../../../../contract/time.ts'
import { clockFace } from '../../ui/clock.ts'
import type { ClockFace } from '../../ui/clock.ts'

/** 选中事件: one incident, with its clocks and its course. Pure. */
export interface Focus {
  readonly incident: Incident
  readonly elapsedMs: number
  /** from the report to the first confirmation; undefined until then */
  readonly confirmMs: number | undefined
  readonly face: ClockFace
  /** oldest first; the last is where it stands */
  readonly steps: readonly IncidentStep[]
}

/**
 * @param ranked open incidents, most pressing first
 * @param chosen id of the one to turn to; the most pressing where it is none of them
 * @param mostSteps there is room for; the latest are kept
 */
export function focusOf(ranked: readonly Incident[], chosen: string | undefined, now: Instant, mostSteps: number): Focus | undefined {
  const incident = ranked.find(({ id }) => id === chosen) ?? ranked[0]
  if (incident === undefined) return undefined
  const confirmed = incident.steps.find(({ stage }) => stage === 'confirmed')
  return {
    incident,
    elapsedMs: now - incident.reportedAt,
    confirmMs: confirmed === undefined ? undefined : confirmed.at - incident.reportedAt,
    face: clockFace({ state: incident.clock, openedAt: incident.reportedAt, dueAt: incident.dueAt, stoppedAt: incident.closedAt }, now),
    steps: incident.steps.slice(-Math.max(1, mostSteps)),
  }
}
