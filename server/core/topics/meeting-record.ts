import type { HeldItem, MeetingDecision, MeetingState, MeetingStepFact } from '../../../contract/meeting.ts'
import type { Instant } from '../../../contract/time.ts'

/** One step of a meeting, so far as a command sent again must find it. */
export interface TakenStep {
  readonly command: string
  readonly step: MeetingStepFact['step']
  readonly at: Instant
  readonly by: string
}

/** A decision whose order is known by its id alone. */
export type RecordedDecision = Omit<MeetingDecision, 'order'> & { readonly order: string | undefined }

/** A meeting as its own steps tell it: how its orders stand is told by those. */
export type MeetingRecord = Omit<MeetingState, 'decisions' | 'steps'> & {
  readonly decisions: readonly RecordedDecision[]
  readonly taken: readonly TakenStep[]
}

/**
 * The meeting after one more step. Pure; what does not fit changes nothing: a step before the opening or after the end, a second opening, an
 * item that is not on the agenda, a command that was heard before.
 */
export function afterStep(record: MeetingRecord | undefined, fact: MeetingStepFact): MeetingRecord | undefined {
  if (record === undefined) return fact.step === 'opened' ? opened(fact) : undefined
  if (record.state === 'closed' || record.taken.some(({ command }) => command === fact.command)) return record
  const next = changed(record, fact)
  return next === record ? record : { ...next, presenter: fact.by, taken: [...record.taken, takenStep(fact)] }
}

function opened(fact: Extract<MeetingStepFact, { readonly step: 'opened' }>): MeetingRecord | undefined {
  const { id, no, name, at, by, cutOffAt } = fact
  const items = fact.items.map((item): HeldItem => ({ ...item, spentMs: 0 }))
  const [first] = items
  if (first === undefined) return undefined
  return {
    ...{ id, no, name, cutOffAt, items },
    ...{ state: 'running', openedAt: at, openedBy: by, closedAt: undefined, closedBy: undefined },
    ...{ item: first.id, since: at, presenter: by, isNamesHidden: false, decisions: [], taken: [takenStep(fact)] },
  }
}

function changed(record: MeetingRecord, fact: MeetingStepFact): MeetingRecord {
  switch (fact.step) {
    case 'opened':
      return record
    case 'item':
      if (record.items.every(({ id }) => id !== fact.item)) return record
      return { ...record, items: withTimeSpent(record, fact.at), item: fact.item, since: fact.at }
    case 'decided': {
      const { command, at, by, item, text, leadUnit, supportingUnits, level, order } = fact
      const no = record.decisions.length + 1
      return { ...record, decisions: [...record.decisions, { id: command, no, item, at, by, text, leadUnit, supportingUnits, level, order }] }
    }
    case 'names':
      return { ...record, isNamesHidden: fact.isHidden }
    case 'closed':
      return { ...record, items: withTimeSpent(record, fact.at), state: 'closed', since: fact.at, closedAt: fact.at, closedBy: fact.by }
  }
}

/** The item that is looked at has taken its time until now. */
const withTimeSpent = ({ items, item, since }: MeetingRecord, now: Instant): readonly HeldItem[] =>
  items.map((one) => (one.id === item ? { ...one, spentMs: one.spentMs + Math.max(0, now - since) } : one))

const takenStep = ({ command, step, at, by }: MeetingStepFact): TakenStep => ({ command, step, at, by })
