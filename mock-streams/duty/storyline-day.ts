import { dayNumberOf, dayText, localHour, minuteMs } from '../calendar.ts'
import type { Person } from '../office/person.ts'
import { commandOf, ordersOf } from './centre.ts'
import type { Board, IncidentSeen, OrderSeen } from './centre.ts'
import type { DeskStep, ScriptedOrder, Storyline, UnitAnswer } from './storylines.ts'

/** Everything that these people write says so. */
export const mark = '演示数据'

export interface OnDuty {
  readonly desk: Person
  /** how the desk's officer signs */
  readonly officer: string
  /** clerks, by the id of their unit; an order of a unit without one stays unanswered */
  readonly units: ReadonlyMap<string, Person>
}

/**
 * Takes each step of a storyline that is due by now and was not taken yet. What has been done is read from the centre alone, so a restart goes
 * on where it stopped. What other people have closed, merged or settled is left to them.
 */
export async function playStoryline(story: Storyline, { desk, officer, units }: OnDuty, board: Board, now: number): Promise<void> {
  const day = dayNumberOf(now)
  const named = (...rest: readonly (string | number)[]): string => commandOf('duty', dayText(day), story.id, ...rest)
  const { district } = board
  const [from, until] = story.hours
  const begun = board.incidents.find(({ lines }) => lines.some(({ command }) => command === named('opened')))
  if (begun === undefined) {
    if (localHour(now) >= from && localHour(now) < until) await desk.post('/api/incidents', opening(story, board, named('opened')))
    return
  }
  if (begun.closedAt !== undefined || begun.mergedInto !== undefined) return
  const minutes = (now - begun.reportedAt) / minuteMs
  await playCourse(story, { desk, district, incident: begun, minutes, named })
  const orders = await ordersOf(desk, district)
  for (const [index, order] of story.orders.entries()) {
    if (minutes < order.after) continue
    const issued = orders.find(({ origin, title, issuedBy }) => origin.id === begun.id && title === order.title && issuedBy === officer)
    if (issued === undefined)
      await desk.post('/api/supervisions', issue(order, { district, incident: begun.id, now, command: named('order', index) }))
    else await playOrder(order, issued, { desk, unit: units.get(order.unit), now, named: (step) => named('order', index, step) })
  }
}

/** Of the alarm where one stands of which nobody has made an incident; else somebody called. */
function opening(story: Storyline, { district, alarms, incidents }: Board, command: string): object {
  const { title, type, level, place, subdistrict } = story
  const alarm = alarms.find(({ subject, isStanding }) => isStanding && subject === story.sensor)
  const isTaken = incidents.some(({ closedAt, title: other }) => closedAt === undefined && other === title)
  const origin = alarm === undefined || isTaken ? { kind: 'caller' } : { kind: 'alarm', id: alarm.id }
  return { command, district, origin, title, type, level, place, subdistrict, note: mark }
}

interface Course {
  readonly desk: Person
  readonly district: string
  readonly incident: IncidentSeen
  /** since it was opened */
  readonly minutes: number
  readonly named: (...rest: readonly (string | number)[]) => string
}

/** One act at a time: each is decided from the lines that were seen. */
async function playCourse(story: Storyline, { desk, district, incident, minutes, named }: Course): Promise<void> {
  const acts = [
    { after: 1, command: named('confirmed'), act: { what: 'confirmed', note: '电话核实' } },
    { after: 2, command: named('plan'), act: { what: 'plan-started', plan: story.plan } },
    ...story.notes.map(({ after, note }, index) => ({ after, command: named('note', index), act: { what: 'noted', note } })),
    { after: story.closes.after, command: named('closed'), act: { what: 'closed', result: story.closes.result } },
  ]
  const next = acts.find(({ after, command }) => minutes >= after && !incident.lines.some((line) => line.command === command))
  if (next === undefined) return
  // somebody else has started a plan or confirmed it: it stands
  const isDone = (next.act.what === 'confirmed' || next.act.what === 'plan-started') && incident.lines.some(({ act }) => act.what === next.act.what)
  const act = isDone ? { what: 'noted', note: '已由他人处置，本台跟进' } : next.act
  await desk.post(`/api/incidents/${incident.id}/steps`, { command: next.command, district, seen: incident.lines.length, act })
}

function issue(
  order: ScriptedOrder,
  at: { readonly district: string; readonly incident: string; readonly now: number; readonly command: string },
): object {
  const { unit, title, text, level, dueMinutes } = order
  const { district, incident, now, command } = at
  const due = { at: now + dueMinutes * minuteMs }
  return { command, district, title, text, level, leadUnit: unit, due, origin: { kind: 'incident', id: incident }, note: mark }
}

interface Answering {
  readonly desk: Person
  readonly unit: Person | undefined
  readonly now: number
  readonly named: (step: number) => string
}

async function playOrder(script: ScriptedOrder, order: OrderSeen, { desk, unit, now, named }: Answering): Promise<void> {
  if (order.settledAt !== undefined) return
  const minutes = (now - order.issuedAt) / minuteMs
  const index = script.steps.findIndex((step) => minutes >= step.after && !isTaken(step, order))
  const step = script.steps[index]
  if (step === undefined) return
  const asked = { command: named(index), ...bodyOf(step, order) }
  if (isOfDesk(step)) await desk.post(`/api/supervisions/${order.id}/steps`, { ...asked, seen: order.steps.length + order.stepsDropped })
  else await unit?.post(`/api/unit/orders/${order.id}/steps`, asked)
}

const isOfDesk = (step: UnitAnswer | DeskStep): step is DeskStep => step.step === 'extension-granted' || step.step === 'accepted'

/** By whomever: what the unit has told the desk by telephone it does not tell again. */
const isTaken = (scripted: UnitAnswer | DeskStep, { steps }: OrderSeen): boolean =>
  steps.some(({ step, note }) => step === scripted.step && (step !== 'feedback' || !('note' in scripted) || note === scripted.note))

function bodyOf(step: UnitAnswer | DeskStep, { dueAt }: OrderSeen): object {
  if (step.step === 'acknowledged') return { step: step.step }
  if (step.step === 'extension-asked') return { step: step.step, note: step.note, due: { at: dueAt + step.moreMinutes * minuteMs } }
  return { step: step.step, note: step.note }
}
