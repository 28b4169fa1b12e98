import type { Incident, IncidentLevel, Priority, StartedPlan } from '../../../contract/incident.ts'
import { dayMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import { clockAt, nextClockChange } from '../deadline.ts'
import type { Deadline } from '../deadline.ts'
import { settledAtOf } from '../statements.ts'
import { furthest } from './incident-desk.ts'
import type { DeskIncident } from './incident-desk.ts'
import type { DeskPlan, DeskStep } from './incident-plan.ts'
import type { ToldIncident } from './incident-told.ts'

/** How long after closing an incident is shown, and how long its words are remembered for facts that come late. */
const shownMs = dayMs
const rememberedMs = 30 * dayMs

/** An incident of two sources: what upstreams say, and above it what the desk says. */
export interface TwoSided {
  readonly id: string
  readonly told: ToldIncident
  readonly desk: DeskIncident
}

/** How pressing an incident of a level is. */
const priorityOf: Readonly<Record<IncidentLevel, Priority>> = {
  extraordinary: 'urgent',
  major: 'urgent',
  considerable: 'important',
  ordinary: 'normal',
}

/** The incident as it is now; undefined so long as nobody has reported it. */
export function incidentOf({ id, told, desk }: TwoSided, now: Instant, trustedNow: Instant): Incident | undefined {
  const reportedAt = earlier(told.reportedAt, desk.openedAt)
  if (reportedAt === undefined) return undefined
  const attributes = { ...told.stated, ...desk.stated }
  const { title = '', type = '', level, unit, subdistrict, place, dueAt } = attributes
  const closedAt = closedAtOf({ told, desk })
  return {
    id,
    title,
    type,
    priority: level === undefined ? (attributes.priority ?? 'normal') : priorityOf[level],
    level,
    stage: stageOf({ told, desk }, closedAt),
    unit,
    subdistrict,
    place,
    origin: desk.origin,
    reportedAt,
    closedAt,
    result: closedAt === undefined ? undefined : desk.result,
    mergedInto: desk.mergedInto,
    contradictedAt: contradictedAtOf({ told, desk }),
    dueAt,
    clock: clockAt({ openedAt: reportedAt, dueAt, settledAt: closedAt }, now, trustedNow),
    steps: told.steps,
    lines: desk.lines,
    plan: desk.plan && planOf(desk.plan, { closedAt, now, trustedNow }),
    feed: told.feed,
  }
}

/** When it leaves the screen and is forgotten: never, while it is open. */
export const endsOf = ({ closedAt = Infinity }: Pick<Incident, 'closedAt'>) => ({
  leavesAt: closedAt + shownMs,
  forgottenAt: closedAt + rememberedMs,
})

/** When time alone changes it next. */
export function nextChange(incident: Incident, now: Instant): Instant | undefined {
  const { leavesAt, forgottenAt } = endsOf(incident)
  const { reportedAt, dueAt, closedAt, plan } = incident
  if (closedAt !== undefined) return [leavesAt, forgottenAt].find((at) => at > now)
  const clocks: readonly Deadline[] = [
    { openedAt: reportedAt, dueAt, settledAt: closedAt },
    ...(plan?.steps ?? []).map((step) => deadlineOf(step, { openedAt: plan?.startedAt ?? reportedAt, closedAt })),
  ]
  const changes = clocks.flatMap((clock) => nextClockChange(clock, now) ?? [])
  return changes.length === 0 ? undefined : Math.min(...changes)
}

const earlier = (one: Instant | undefined, other: Instant | undefined): Instant | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)

type Sides = Pick<TwoSided, 'told' | 'desk'>

/** What the desk has closed stays closed whatever upstreams go on to say; what an upstream has closed is over as well. */
const closedAtOf = ({ told, desk }: Sides): Instant | undefined => earlier(desk.closedAt, settledAtOf(told.settlement))

function stageOf({ told, desk }: Sides, closedAt: Instant | undefined): Incident['stage'] {
  if (closedAt !== undefined) return 'closed'
  const reached = told.reportedAt === undefined || told.stage === 'closed' ? undefined : told.stage
  // an upstream had closed it, and the desk has reopened it without a stage of its own
  return furthest(reached, desk.stage) ?? 'in-progress'
}

function contradictedAtOf({ told, desk }: Sides): Instant | undefined {
  if (desk.closedAt === undefined || told.openAt === undefined || told.openAt <= desk.closedAt) return undefined
  return settledAtOf(told.settlement) === undefined ? told.openAt : undefined
}

const deadlineOf = (
  { dueAt, at }: Pick<DeskStep, 'dueAt' | 'at'>,
  { openedAt, closedAt }: { readonly openedAt: Instant; readonly closedAt: Instant | undefined },
): Deadline => ({ openedAt, dueAt, settledAt: at ?? closedAt })

function planOf(
  { steps, ...plan }: DeskPlan,
  { closedAt, now, trustedNow }: { readonly closedAt: Instant | undefined; readonly now: Instant; readonly trustedNow: Instant },
): StartedPlan {
  return {
    ...plan,
    steps: steps.map((step) => ({ ...step, clock: clockAt(deadlineOf(step, { openedAt: plan.startedAt, closedAt }), now, trustedNow) })),
  }
}
