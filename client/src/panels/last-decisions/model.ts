import type { MeetingDecision, MeetingState } from '../../../../contract/meeting.ts'
import { closedOf, outcomeOf, outcomes, worstFirst } from '../../meeting/model.ts'
import type { Outcome } from '../../meeting/model.ts'

/** 上次调度会决定: what became of them, one line for each outcome, what is worst first. Pure. */
export interface OutcomeLine {
  readonly outcome: Outcome
  readonly count: number
  /** the one that is told: the longest overdue, or else the first that was decided */
  readonly first: MeetingDecision
}

export interface LastDecisions {
  readonly meeting: MeetingState
  readonly lines: readonly OutcomeLine[]
}

/** @returns undefined before the first meeting is over */
export function lastDecisions(meetings: Iterable<MeetingState>): LastDecisions | undefined {
  const meeting = closedOf(meetings)[0]
  if (meeting === undefined) return undefined
  const ranked = worstFirst(meeting.decisions)
  const lines = outcomes.flatMap((outcome): readonly OutcomeLine[] => {
    const those = ranked.filter(({ order }) => outcomeOf(order) === outcome)
    const first = outcome === 'overdue' ? those.toSorted(soonestDue)[0] : those[0]
    return first === undefined ? [] : [{ outcome, count: those.length, first }]
  })
  return { meeting, lines }
}

const soonestDue = (one: MeetingDecision, other: MeetingDecision): number => (one.order?.dueAt ?? 0) - (other.order?.dueAt ?? 0)
