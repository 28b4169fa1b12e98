import type { SupervisionFact } from '../../../contract/supervision-fact.ts'
import type { Reminder, SupervisionOrder, SupervisionStep } from '../../../contract/supervision.ts'
import type { Instant } from '../../../contract/time.ts'
import type { ClockState } from '../../../contract/topic.ts'
import { stateAt, workingMarks } from '../deadline.ts'
import { judge } from './supervision-cards.ts'
import type { JudgeContext, Judgement } from './supervision-cards.ts'
import { phasesOf } from './supervision-life.ts'
import type { Life } from './supervision-life.ts'
import { nextMarkOf } from './supervision-marks.ts'
import { settlingIndex } from './supervision-record.ts'
import type { SupervisionRecord } from './supervision-record.ts'

/** How the world at large bears on an order: `until` is the last instant that can be trusted. */
export interface SupervisionBearings extends JudgeContext {
  readonly now: Instant
}

export interface ToldSupervision {
  readonly order: SupervisionOrder
  /** when time alone changes it next; undefined when it never will */
  readonly wakeAt: Instant | undefined
}

const stepsShown = 40
const cardsShown = 200
const remindersShown = 50

/** What follows from all that was recorded of an order; undefined before it is known to be issued. */
export function tellSupervision(record: SupervisionRecord, bearings: SupervisionBearings): ToldSupervision | undefined {
  const phases = phasesOf(record.facts, bearings)
  const life = phases?.at(-1)?.life
  const [first] = phases ?? []
  if (phases === undefined || life === undefined || first === undefined) return undefined
  const judgement = judge(phases, bearings)
  const steps = stepsOf(record)
  const order: SupervisionOrder = {
    ...issueOf(life, first.life),
    ...standingOf(life),
    clock: clockOf(life, bearings),
    card: judgement.card,
    cards: judgement.cards.slice(-cardsShown),
    escalation: judgement.escalation,
    reminders: remindersOf(record, judgement, life),
    steps: steps.slice(-stepsShown),
    stepsDropped: record.dropped + Math.max(0, steps.length - stepsShown),
  }
  return { order, wakeAt: judgement.marks && nextMarkOf(judgement.marks, bearings.now) }
}

/** Who reads one order. A wall hangs in a hall: nobody's number is for it. Where steps came from is the desk's to know. */
export type OrderReader = 'wall' | 'unit' | 'desk'

/** The order with all its steps that are kept, and what else its reader may know. */
export function withAllSteps(order: SupervisionOrder, record: SupervisionRecord, reader: OrderReader): SupervisionOrder {
  const steps = stepsOf(record)
  const issued = record.facts.find((fact) => fact.step === 'issued')
  return {
    ...order,
    contact: reader === 'wall' ? order.contact : issued?.contact,
    steps: reader === 'desk' ? steps.map((step, index) => withAddress(step, record.facts[index])) : steps,
    stepsDropped: record.dropped,
  }
}

const withAddress = (step: SupervisionStep, fact: SupervisionFact | undefined): SupervisionStep =>
  fact?.address === undefined ? step : { ...step, address: fact.address }

function issueOf(life: Life, { due }: Life) {
  const { issued } = life
  const { id, number, title, text, note, contact, origin, at, by, value } = issued
  return {
    id,
    number: number.text,
    title,
    text,
    note,
    // the topic is read by walls too: the number is asked for, one order at a time
    contact: contact && { name: contact.name },
    origin: { kind: origin.kind, id: origin.id },
    issuedAt: at,
    issuedBy: by,
    firstDueAt: due.at,
    effect: origin.kind === 'indicator' && origin.id !== undefined ? { indicator: origin.id, value, at } : undefined,
  }
}

function standingOf({ level, leadUnit, supportingUnits, due, stage, stageSince, acknowledgedBy, heardAt, extension, settled }: Life) {
  return {
    level,
    leadUnit,
    supportingUnits,
    dueAt: due.at,
    isProvisional: due.isProvisional,
    stage,
    stageSince,
    acknowledgedBy,
    heardAt,
    extension,
    settledAt: settled?.at,
    settledBy: settled?.by,
    basis: settled?.basis,
  }
}

/** While it waits for review the clock stands still. */
function clockOf({ settled, stage, stageSince, issued, due }: Life, { now, until, calendar, zone }: SupervisionBearings): ClockState {
  if (settled !== undefined) return 'settled'
  const at = stage === 'submitted' ? Math.min(stageSince, now) : now
  return stateAt(workingMarks(issued.at, due.at, calendar, zone), at, Math.min(at, until))
}

function remindersOf({ facts }: SupervisionRecord, { reminders }: Judgement, { settled }: Life): readonly Reminder[] {
  const byHand = facts.flatMap(({ step, at, by }): Reminder[] =>
    step === 'reminded' && at <= (settled?.at ?? Infinity) ? [{ at, why: 'desk', by }] : [],
  )
  const byRule = reminders.map(({ at, why }): Reminder => ({ at, why, by: undefined }))
  return [...byRule, ...byHand].sort((one, other) => one.at - other.at).slice(-remindersShown)
}

function stepsOf({ facts }: SupervisionRecord): readonly SupervisionStep[] {
  const end = settlingIndex(facts)
  return facts.map((fact, index) => stepOf(fact, index > end))
}

function stepOf(fact: SupervisionFact, isLate: boolean): SupervisionStep {
  const { at, step, by, note } = fact
  const amended = fact.step === 'amended' ? fact : undefined
  return {
    at,
    step,
    by,
    unit: 'unit' in fact ? fact.unit : undefined,
    onBehalf: 'onBehalf' in fact && fact.onBehalf === true,
    note,
    attachments: ('attachments' in fact ? fact.attachments : undefined) ?? [],
    dueAt: 'due' in fact ? fact.due?.dueAt : undefined,
    level: amended?.level,
    leadUnit: amended?.leadUnit,
    supportingUnits: amended?.supportingUnits,
    isLate,
  }
}
