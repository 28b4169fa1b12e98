import { incidentStages } from '../../../contract/incident.ts'
import type { Incident, IncidentFact, IncidentStage, IncidentStep } from '../../../contract/incident.ts'
import type { Instant } from '../../../contract/time.ts'
import { rankOf, reopen, restate, settle, unsettled, unstated } from '../statements.ts'
import type { Settlement, Statement } from '../statements.ts'

/** Steps shown of one incident: the latest, should somebody note more. */
const stepsKept = 200

const statedKeys = ['priority', 'title', 'type', 'unit', 'subdistrict', 'place', 'dueAt'] as const
type StatedOfIncident = Partial<Pick<Incident, (typeof statedKeys)[number]>>

/** What upstreams say of one incident: the same for every order of arrival. */
export interface ToldIncident {
  readonly stated: StatedOfIncident
  readonly ranks: readonly number[]
  /** undefined so long as none has told of it */
  readonly reportedAt: Instant | undefined
  readonly stage: IncidentStage
  readonly stageRank: number
  readonly feed: string
  /** the latest instant at which one said that it was not over */
  readonly openAt: Instant | undefined
  /** closings by upstreams; what upstreams or the desk reopened */
  readonly settlement: Settlement
  readonly steps: readonly IncidentStep[]
}

export const untold: ToldIncident = {
  stated: {},
  ranks: statedKeys.map(() => unstated),
  reportedAt: undefined,
  stage: 'reported',
  stageRank: unstated,
  feed: '',
  openAt: undefined,
  settlement: unsettled,
  steps: [],
}

/** A stage's place in the life-cycle. */
export const positionOf = (stage: IncidentStage): number => incidentStages.indexOf(stage)

/** What is said after one more fact. */
export function told(before: ToldIncident, fact: IncidentFact, feed: string): ToldIncident {
  const rank = rankOf(fact.at, positionOf(fact.stage))
  const ranks = [...before.ranks]
  const stated: Statement<StatedOfIncident> = fact
  const restated = restate<StatedOfIncident>(statedKeys, before.stated, ranks, { fact: stated, rank })
  const isLatest = rank > before.stageRank
  const isRival = rank === before.stageRank && feed > before.feed
  const isOpen = fact.stage !== 'closed'
  return {
    stated: { ...before.stated, ...restated },
    ranks,
    reportedAt: Math.min(before.reportedAt ?? Infinity, fact.at),
    stage: isLatest ? fact.stage : before.stage,
    stageRank: isLatest ? rank : before.stageRank,
    feed: isLatest || isRival ? feed : before.feed,
    openAt: isOpen ? Math.max(before.openAt ?? 0, fact.at) : before.openAt,
    settlement: isOpen ? reopen(before.settlement, fact.at) : settle(before.settlement, fact.at),
    steps: withStep(before.steps, fact),
  }
}

/** Somebody at the desk reopened it: an earlier closing by an upstream no longer holds. */
export const reopenedByDesk = (before: ToldIncident, at: Instant): ToldIncident => ({ ...before, settlement: reopen(before.settlement, at) })

/** What is left of it when it is long over: enough that a fact repeated late does not raise it again. */
export const toldForgotten = (before: ToldIncident): ToldIncident => ({ ...before, stated: { ...before.stated, title: '' }, steps: [] })

function compareSteps(one: IncidentStep, other: IncidentStep): number {
  const byTime = one.at - other.at || positionOf(one.stage) - positionOf(other.stage)
  if (byTime !== 0) return byTime
  const [note, otherNote] = [one.note ?? '', other.note ?? '']
  if (note === otherNote) return 0
  return note < otherNote ? -1 : 1
}

function withStep(steps: readonly IncidentStep[], { at, stage, note }: IncidentFact): readonly IncidentStep[] {
  const step = { at, stage, note }
  if (steps.some((known) => compareSteps(known, step) === 0)) return steps
  return [...steps, step].sort(compareSteps).slice(-stepsKept)
}
