import type { AskedAct } from '../../contract/incident-command.ts'
import type { Incident, IncidentLine, PlanStep } from '../../contract/incident.ts'
import { localTime } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'

/** 处置规则: what may be done about an incident as it stands. Pure; every refusal says what is in the way and what to do instead. */

export interface RefusedAct {
  readonly kind: 'bad-request' | 'conflict' | 'not-found'
  readonly detail: string
}

/** What an act is judged by. */
export interface Standing {
  readonly incident: Incident
  /** another that is open or was closed within the last day */
  readonly other: (id: string) => Incident | undefined
  readonly zone: string
}

/** Lines of one incident: beyond, it is no incident any more but a diary. */
const mostLines = 500

const conflict = (detail: string): RefusedAct => ({ kind: 'conflict', detail: `incident: ${detail}` })
const missing = (detail: string): RefusedAct => ({ kind: 'not-found', detail })

type PlanAct = Extract<AskedAct, { readonly plan: string }>
type CourseAct = Exclude<AskedAct, PlanAct>

/** Why an act may not be done; undefined when it may. @param seen how many lines whoever decides had seen */
export function refusalOf(act: AskedAct, seen: number, standing: Standing): RefusedAct | undefined {
  if (seen > standing.incident.lines.length) {
    const cure = 'send the number of lines that were seen'
    return { kind: 'bad-request', detail: `seen: ${String(seen)}, but it has ${String(standing.incident.lines.length)} lines; ${cure}` }
  }
  if (standing.incident.lines.length >= mostLines)
    return conflict(`it has ${String(mostLines)} lines already; close it, and open another for what goes on`)
  return (
    unseenRefusal(act, seen, standing) ?? closedRefusal(act, standing) ?? ('plan' in act ? planRefusal(act, standing) : courseRefusal(act, standing))
  )
}

/** 李四 closed it at 14:32:08 */
const lineWords = ({ by, at, act }: IncidentLine, zone: string): string => `${by} ${verbs[act.what]} at ${clockWords(at, zone)}`

const verbs: Readonly<Record<IncidentLine['act']['what'], string>> = {
  opened: 'opened it',
  classified: 'classified it',
  confirmed: 'confirmed it',
  noted: 'noted something',
  answered: 'answered',
  merged: 'merged it into another',
  split: 'split it off again',
  'plan-started': 'started a plan',
  'step-done': 'ticked a step',
  'step-skipped': 'left out a step',
  'step-undone': 'took a step back',
  'order-wanted': 'asked for an order',
  closed: 'closed it',
  reopened: 'reopened it',
  'took-in': 'merged another into it',
  'let-go': 'split off another that was merged into it',
  'split-off': 'opened another out of it',
}

export function clockWords(at: Instant, zone: string): string {
  const { hour, minute, second } = localTime(at, zone)
  return [hour, minute, second].map((part) => String(part).padStart(2, '0')).join(':')
}

/** What somebody else did in the meantime and that bears on this act. A note bears on nothing, nor does what a linked system answers, and of the steps of a plan each only on itself. */
function unseenRefusal(act: AskedAct, seen: number, { incident, zone }: Standing): RefusedAct | undefined {
  const unseen = incident.lines.slice(seen).filter((line) => bearsOn(line.act, act))
  if (unseen.length === 0) return undefined
  const told = unseen.slice(-3).map((line) => lineWords(line, zone))
  return conflict(`meanwhile ${told.join(', ')}; look at it as it stands now, then decide again`)
}

function bearsOn(done: IncidentLine['act'], act: AskedAct): boolean {
  if (done.what === 'noted' || done.what === 'answered' || act.what === 'noted') return false
  if (!('step' in done) && !('step' in act)) return true
  return 'step' in done && 'step' in act && act.step === done.step && act.plan === done.plan
}

function closedRefusal(act: AskedAct, { incident, zone }: Standing): RefusedAct | undefined {
  const { closedAt, result, mergedInto } = incident
  if (mergedInto !== undefined)
    return act.what === 'split' || act.what === 'noted' ? undefined : conflict(`it was merged into ${mergedInto}; go on there, or split it off first`)
  if (act.what === 'split') return conflict('it was not merged into any other; open a new one with origin incident to split a part off')
  if (closedAt === undefined) return act.what === 'reopened' ? conflict('it is open: there is nothing to reopen') : undefined
  if (act.what === 'noted' || act.what === 'reopened') return undefined
  // closed by an upstream: the desk still owes its result
  if (act.what === 'closed' && result === undefined) return undefined
  const line = incident.lines.findLast(({ act: { what } }) => what === 'closed')
  const who = line === undefined ? `an upstream closed it at ${clockWords(closedAt, zone)}` : lineWords(line, zone)
  return conflict(`${who}; reopen it first, with a reason, within a day of its closing`)
}

function courseRefusal(act: CourseAct, { incident, other }: Standing): RefusedAct | undefined {
  if (act.what === 'confirmed') {
    return incident.lines.some(({ act: { what } }) => what === 'confirmed') ? conflict('it is confirmed already; add a note instead') : undefined
  }
  if (act.what === 'classified') {
    const { title, type, level, place, subdistrict } = act
    return [title, type, level, place, subdistrict].every((said) => said === undefined)
      ? { kind: 'bad-request', detail: 'act: says nothing; give a title, a type, a level, a place or a subdistrict' }
      : undefined
  }
  return act.what === 'merged' ? mergeRefusal(act.into, incident, other) : undefined
}

function mergeRefusal(into: string, { id }: Incident, other: Standing['other']): RefusedAct | undefined {
  if (into === id) return { kind: 'bad-request', detail: 'act.into: it cannot be merged into itself; name the one that goes on' }
  const goal = other(into)
  if (goal === undefined) return missing(`act.into: ${JSON.stringify(into)} is no incident of this district that is open; name one of the list`)
  if (goal.mergedInto !== undefined) return conflict(`${into} was merged into ${goal.mergedInto}; merge into that one`)
  return goal.closedAt === undefined ? undefined : conflict(`${into} is closed; reopen it first, or merge into one that is open`)
}

function planRefusal(act: PlanAct, { incident }: Standing): RefusedAct | undefined {
  const { plan } = incident
  if (act.what === 'plan-started') {
    return plan?.id === act.plan ? conflict(`${plan.name} is under way since ${plan.startedBy} started it; tick its steps`) : undefined
  }
  if (plan?.id !== act.plan)
    return conflict(plan === undefined ? 'no plan was started; start one first' : `${plan.name} is its plan now; look at it again`)
  const step = plan.steps[act.step]
  if (step === undefined) return missing(`act.step: ${plan.name} has ${String(plan.steps.length)} steps, counted from 0`)
  return stepRefusal(act.what, step)
}

function stepRefusal(what: Exclude<PlanAct['what'], 'plan-started'>, { state, text, by, orderWanted }: PlanStep): RefusedAct | undefined {
  const name = `the step ${JSON.stringify(text)}`
  if (what === 'order-wanted') {
    return orderWanted === undefined ? undefined : conflict(`${orderWanted.by} asked for an order for ${name} already; look for it among the orders`)
  }
  if (what === 'step-undone') return state === 'open' ? conflict(`${name} is open already`) : undefined
  return state === 'open' ? undefined : conflict(`${name} was ${state} by ${by ?? ''} already; take it back first`)
}
