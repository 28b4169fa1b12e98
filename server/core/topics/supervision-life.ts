import type { Due as AskedDue, IssuedFact, SupervisionFact, SupervisionLevel } from '../../../contract/supervision-fact.ts'
import type { SupervisionOrder, SupervisionStage } from '../../../contract/supervision.ts'
import type { Instant } from '../../../contract/time.ts'
import type { DueContext } from '../due.ts'
import type { Due } from '../working-days.ts'

/** How an order stands after one of its steps. */
export interface Life {
  readonly issued: IssuedFact
  readonly stage: SupervisionStage
  readonly stageSince: Instant
  readonly level: SupervisionLevel
  readonly leadUnit: string
  readonly supportingUnits: readonly string[]
  readonly due: Due
  readonly acknowledgedBy: readonly string[]
  /** latest word of the lead unit; undefined while it has said nothing */
  readonly heardAt: Instant | undefined
  /** since when the lead unit has it: its acknowledgement is waited for, and its silence counts, from then on */
  readonly givenAt: Instant
  /** since when somebody works at it: it was issued, or sent back */
  readonly runningSince: Instant
  readonly extension: SupervisionOrder['extension']
  readonly settled: { readonly at: Instant; readonly by: string; readonly basis: string } | undefined
}

/** From one step to the next. */
export interface Phase {
  readonly from: Instant
  readonly life: Life
}

/** The phases of an order, oldest first, at least one; undefined before it is known to be issued. Late steps begin no phase. */
export function phasesOf(facts: readonly SupervisionFact[], context: DueContext): readonly Phase[] | undefined {
  const [issued, ...others] = facts
  if (issued?.step !== 'issued') return undefined
  let life = bornOf(issued, context)
  const phases: Phase[] = [{ from: issued.at, life }]
  for (const fact of others) {
    const after = lifeAfter(life, fact, context)
    if (after === life) continue
    life = after
    phases.push({ from: Math.max(fact.at, issued.at), life })
  }
  return phases
}

function bornOf(issued: IssuedFact, context: DueContext): Life {
  const { at, level, leadUnit, supportingUnits } = issued
  return {
    issued,
    stage: 'issued',
    stageSince: at,
    level,
    leadUnit,
    supportingUnits,
    due: dueOf(issued, at, context),
    acknowledgedBy: [],
    heardAt: undefined,
    givenAt: at,
    runningSince: at,
    extension: undefined,
    settled: undefined,
  }
}

/** As it was promised; what was provisional is counted again by the calendar as it is known now. */
function dueOf({ dueAt, isProvisional, workingDays }: AskedDue, at: Instant, { calendar, zone }: DueContext): Due {
  return isProvisional && workingDays !== undefined ? calendar.dueAfter(at, workingDays, zone) : { at: dueAt, isProvisional }
}

/** The same life where nothing follows from the step. */
function lifeAfter(life: Life, fact: SupervisionFact, context: DueContext): Life {
  if (life.settled !== undefined) return life
  if ('unit' in fact) return spoken(life, fact)
  switch (fact.step) {
    case 'issued':
    case 'reminded':
      return life
    case 'amended':
      return amended(life, fact, context)
    case 'extension-granted':
      return { ...life, due: dueOf(fact.due, fact.at, context), extension: undefined }
    case 'extension-refused':
      return { ...life, extension: undefined }
    case 'sent-back':
      return { ...life, ...atStage('sent-back', fact.at), due: dueAfter(life, fact, context), runningSince: fact.at }
    case 'accepted':
      return settled(life, 'closed', fact)
    case 'cancelled':
      return settled(life, 'cancelled', fact)
  }
}

const settled = (life: Life, stage: SupervisionStage, { at, by, note: basis }: FactOf<'accepted' | 'cancelled'>): Life => ({
  ...life,
  ...atStage(stage, at),
  extension: undefined,
  settled: { at, by, basis },
})

/** The one that is given with a step, or else the one in force. */
const dueAfter = (life: Life, { due, at }: FactOf<'amended' | 'sent-back'>, context: DueContext): Due =>
  due === undefined ? life.due : dueOf(due, at, context)

const atStage = (stage: SupervisionStage, stageSince: Instant): Pick<Life, 'stage' | 'stageSince'> => ({ stage, stageSince })

type FactOf<Step extends SupervisionFact['step']> = Extract<SupervisionFact, { readonly step: Step }>

/** A new lead unit begins anew. */
function amended(life: Life, fact: FactOf<'amended'>, context: DueContext): Life {
  const { level = life.level, leadUnit = life.leadUnit, supportingUnits = life.supportingUnits, at } = fact
  const after = { ...life, level, leadUnit, supportingUnits, due: dueAfter(life, fact, context) }
  if (leadUnit === life.leadUnit) return after
  const isKnown = life.acknowledgedBy.includes(leadUnit)
  return { ...after, ...atStage(isKnown ? 'acknowledged' : 'issued', at), heardAt: undefined, givenAt: at, runningSince: at, extension: undefined }
}

/** Whoever speaks has seen it; only the lead unit moves it. */
function spoken(life: Life, fact: FactOf<'acknowledged' | 'feedback' | 'extension-asked' | 'submitted'>): Life {
  const { unit, at, by } = fact
  const isLead = unit === life.leadUnit
  if (!isLead && !life.supportingUnits.includes(unit)) return life
  const acknowledgedBy = life.acknowledgedBy.includes(unit) ? life.acknowledgedBy : [...life.acknowledgedBy, unit]
  if (!isLead) return acknowledgedBy === life.acknowledgedBy ? life : { ...life, acknowledgedBy }
  const heard: Life = { ...life, acknowledgedBy, heardAt: at, ...(life.stage === 'issued' && atStage('acknowledged', at)) }
  if (fact.step === 'submitted') return { ...heard, ...atStage('submitted', at), extension: undefined }
  if (fact.step === 'extension-asked') return { ...heard, extension: { askedAt: at, by, unit, dueAt: fact.due.dueAt, note: fact.note } }
  const isMoved = fact.step === 'feedback' && life.stage !== 'submitted' && life.stage !== 'in-progress'
  return isMoved ? { ...heard, ...atStage('in-progress', at) } : heard
}
