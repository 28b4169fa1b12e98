import type {
  Incident,
  IncidentAct,
  IncidentActFact,
  IncidentActOf,
  IncidentLine,
  IncidentOrigin,
  IncidentStage,
} from '../../../contract/incident.ts'
import type { Instant } from '../../../contract/time.ts'
import { planAfter } from './incident-plan.ts'
import type { DeskPlan, PlanAct } from './incident-plan.ts'
import { positionOf } from './incident-told.ts'

/** What the desk has decided about one incident, in the order in which it was recorded. */
export interface DeskIncident {
  readonly stated: Partial<Pick<Incident, 'title' | 'type' | 'level' | 'place' | 'subdistrict'>>
  /** undefined for one that only upstreams told of */
  readonly openedAt: Instant | undefined
  readonly origin: IncidentOrigin | undefined
  /** the furthest that the desk itself knows it to have come, closing aside */
  readonly stage: IncidentStage | undefined
  /** closed or merged, and not reopened since */
  readonly closedAt: Instant | undefined
  readonly result: string | undefined
  readonly mergedInto: string | undefined
  readonly plan: DeskPlan | undefined
  readonly lines: readonly IncidentLine[]
}

export const undecided: DeskIncident = {
  stated: {},
  openedAt: undefined,
  origin: undefined,
  stage: undefined,
  closedAt: undefined,
  result: undefined,
  mergedInto: undefined,
  plan: undefined,
  lines: [],
}

/** The desk's word after one more act. */
export function decided(before: DeskIncident, fact: IncidentActFact): DeskIncident {
  const { act } = fact
  const after = 'plan' in act ? planDecided(before, act, fact) : courseDecided(before, act, fact)
  return { ...after, lines: withLine(before.lines, fact, lineAct(act)) }
}

/** One more line: also for what is said of this incident by an act about another. A command counts once. */
export function withLine(
  lines: readonly IncidentLine[],
  { command, at, by }: Pick<IncidentActFact, 'command' | 'at' | 'by'>,
  act: IncidentLine['act'],
): readonly IncidentLine[] {
  return lines.some((line) => line.command === command) ? lines : [...lines, { command, at, by, act }]
}

/** What is left of it when it is long over: that it was, and how it ended. */
export const deskForgotten = ({ openedAt, closedAt, mergedInto, stage }: DeskIncident): DeskIncident => ({
  ...undecided,
  openedAt,
  closedAt,
  mergedInto,
  stage,
})

function lineAct(act: IncidentAct): IncidentLine['act'] {
  return act.what === 'plan-started' ? { what: act.what, plan: act.plan, name: act.name } : act
}

function planDecided(before: DeskIncident, act: PlanAct, fact: IncidentActFact): DeskIncident {
  const reached = act.what === 'order-wanted' ? 'dispatched' : act.what === 'plan-started' || act.what === 'step-done' ? 'in-progress' : undefined
  return { ...before, stage: furthest(before.stage, reached), plan: planAfter(before.plan, act, fact) }
}

function courseDecided(before: DeskIncident, act: Exclude<IncidentAct, PlanAct>, { at }: IncidentActFact): DeskIncident {
  switch (act.what) {
    case 'opened':
      return { ...before, ...restated(before, act), openedAt: at, origin: act.origin, stage: furthest(before.stage, 'reported') }
    case 'classified':
      return { ...before, ...restated(before, act) }
    case 'confirmed':
      return { ...before, stage: furthest(before.stage, 'confirmed') }
    case 'noted':
      return before
    case 'answered':
      return { ...before, stage: furthest(before.stage, reachedBy(act)) }
    case 'merged':
      return { ...before, closedAt: at, mergedInto: act.into }
    case 'closed':
      return { ...before, closedAt: at, result: act.result }
    case 'split':
    case 'reopened':
      return { ...before, closedAt: undefined, result: undefined, mergedInto: undefined }
  }
}

/** How far it has come when a linked system says so. */
function reachedBy({ answer, isLate }: IncidentActOf<'answered'>): IncidentStage | undefined {
  if (isLate === true || answer === 'refused') return undefined
  return answer === 'acknowledged' ? 'dispatched' : 'in-progress'
}

/** What is left out stays as it was. */
function restated(
  { stated }: DeskIncident,
  { title, type, level, place, subdistrict }: Partial<Omit<Extract<IncidentAct, { readonly what: 'classified' }>, 'what'>>,
): Pick<DeskIncident, 'stated'> {
  return {
    stated: {
      ...stated,
      ...(title === undefined ? {} : { title }),
      ...(type === undefined ? {} : { type }),
      ...(level === undefined ? {} : { level }),
      ...(place === undefined ? {} : { place }),
      ...(subdistrict === undefined ? {} : { subdistrict }),
    },
  }
}

/** Of two stages the one that comes later in the life-cycle. */
export function furthest(one: IncidentStage | undefined, other: IncidentStage | undefined): IncidentStage | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return positionOf(one) >= positionOf(other) ? one : other
}
