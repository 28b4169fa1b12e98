import type { Incident, IncidentLine, IncidentStep, StartedPlan } from '../../../../contract/incident.ts'
import type { Instant } from '../../../../contract/time.ts'
import { clockFace } from '../../ui/clock.ts'
import type { ClockFace } from '../../ui/clock.ts'
import { planProgress } from '../incidents.ts'
import type { PlanProgress } from '../incidents.ts'

/** 选中事件: one incident, with its clocks, its plan and its course. Pure. */
export interface Focus {
  readonly incident: Incident
  /** from the report to now, or to its closing */
  readonly elapsedMs: number
  /** from the report to the first confirmation, by whomever; undefined until then */
  readonly confirmMs: number | undefined
  readonly face: ClockFace
  readonly plan: FocusPlan | undefined
  /** oldest first; the last is where it stands */
  readonly course: readonly CourseStep[]
}

/** What an upstream told, or what the desk did. */
export type CourseStep = (IncidentStep & { readonly line?: never }) | { readonly at: Instant; readonly line: IncidentLine }

export interface FocusPlan extends PlanProgress {
  readonly name: string
  /** of the next step; undefined where none is left, or it has no due time */
  readonly nextFace: ClockFace | undefined
}

/**
 * @param ranked those that can be turned to, most pressing first
 * @param chosen id of the one to turn to; the first where it is none of them
 * @param mostSteps there is room for; the latest are kept
 */
export function focusOf(ranked: readonly Incident[], chosen: string | undefined, now: Instant, mostSteps: number): Focus | undefined {
  const incident = ranked.find(({ id }) => id === chosen) ?? ranked[0]
  if (incident === undefined) return undefined
  const { reportedAt, closedAt, dueAt, clock, plan } = incident
  const confirmedAt = confirmedAtOf(incident)
  return {
    incident,
    elapsedMs: (closedAt ?? now) - reportedAt,
    confirmMs: confirmedAt === undefined ? undefined : confirmedAt - reportedAt,
    face: clockFace({ state: clock, openedAt: reportedAt, dueAt, stoppedAt: closedAt }, now),
    plan: plan && focusPlan(plan, now),
    course: courseOf(incident).slice(-Math.max(1, mostSteps)),
  }
}

function confirmedAtOf({ steps, lines }: Incident): Instant | undefined {
  const told = steps.find(({ stage }) => stage === 'confirmed')?.at
  const done = lines.find(({ act }) => act.what === 'confirmed')?.at
  return told === undefined || done === undefined ? (told ?? done) : Math.min(told, done)
}

function focusPlan(plan: StartedPlan, now: Instant): FocusPlan {
  const progress = planProgress(plan)
  const { next } = progress
  const nextFace =
    next?.dueAt === undefined ? undefined : clockFace({ state: next.clock, openedAt: plan.startedAt, dueAt: next.dueAt, stoppedAt: undefined }, now)
  return { name: plan.name, nextFace, ...progress }
}

/** Both sides of what happened, by time; what the desk did after what was told at the same instant. */
function courseOf({ steps, lines }: Pick<Incident, 'steps' | 'lines'>): readonly CourseStep[] {
  return [...steps, ...lines.map((line): CourseStep => ({ at: line.at, line }))].sort((one, other) => one.at - other.at)
}
