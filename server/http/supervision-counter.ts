import type { Attachment, Due, SupervisionFact } from '../../contract/supervision-fact.ts'
import { stepCountOf } from '../../contract/supervision.ts'
import type { AttachedRequest, DueRequest, SupervisionAnswer, SupervisionOrder, SupervisionStep } from '../../contract/supervision.ts'
import type { Instant } from '../../contract/time.ts'
import { dayNumber } from '../core/calendar.ts'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import type { Clock } from '../core/clock.ts'
import { iso, quote } from '../core/foreign-words.ts'
import type { Registry } from '../core/registry.ts'
import type { OrderReader } from '../core/topics/supervision-view.ts'
import type { DoneSupervision, SupervisionBook } from '../core/topics/supervisions.ts'
import type { Entity, TopicName } from '../../contract/topic.ts'
import { refusedAttachment } from './supervision-files.ts'
import type { Commands } from './command.ts'
import { ProblemError } from './problem.ts'

/** 督办 at the counter: what desk and units have in common when they command. */

/** What an order is made from. */
export interface IssuingRooms {
  readonly clock: Clock
  readonly registry: Pick<Registry, 'districts' | 'units' | 'indicators' | 'calendar' | 'supervision'>
  readonly world: {
    supervisions(district: string): SupervisionBook | undefined
    find(topic: TopicName, id: string): Entity | undefined
  }
}

export interface SupervisionRooms extends IssuingRooms {
  readonly commands: Commands
  readonly attachments: AttachmentStore
}

/** Instants beyond are mistyped. */
const latest: Instant = Date.UTC(2100, 0, 1)

export interface FoundOrder {
  readonly order: SupervisionOrder
  readonly district: string
  readonly zone: string
}

/** @throws ProblemError where there is no such order */
export function orderCalled({ registry, world }: SupervisionRooms, id: string, reader: OrderReader): FoundOrder {
  for (const { id: district, zone } of registry.districts.values()) {
    const order = world.supervisions(district)?.find(id, reader)
    if (order !== undefined) return { order, district, zone }
  }
  throw new ProblemError('not-found', `id: there is no order ${quote(id)}; GET /api/supervisions lists them`)
}

/** What was asked, so far as a command sent again must ask the same. */
export interface AskedCommand {
  readonly command: string
  readonly step: SupervisionFact['step']
  readonly by: string
  /** of the order; undefined where one is issued */
  readonly id?: string | undefined
}

/** What this very command has recorded before; undefined for a new one. @throws ProblemError where it was used for something else */
export function doneBefore({ registry, world }: SupervisionRooms, { command, step, by, id }: AskedCommand): DoneSupervision | undefined {
  for (const district of registry.districts.keys()) {
    const done = world.supervisions(district)?.done(command)
    if (done === undefined) continue
    const { fact } = done
    if (fact.step === step && fact.by === by && (id === undefined || id === fact.id)) return done
    const used = `was used by ${fact.by} for ${fact.step} of ${done.order.number} at ${iso(fact.at)}`
    throw new ProblemError('conflict', `command: ${command} ${used}; make a new one at each click`)
  }
  return undefined
}

/** @throws when nothing was recorded, which cannot be after a command has run */
export function answerTo(rooms: SupervisionRooms, asked: AskedCommand): SupervisionAnswer {
  const done = doneBefore(rooms, asked)
  if (done === undefined) throw new Error(`the command ${asked.command} has run and left nothing`)
  const { fact, order, isLate } = done
  const { id, number, dueAt, isProvisional } = order
  return { id, number, command: fact.command, step: fact.step, at: fact.at, by: fact.by, isLate, dueAt, isProvisional }
}

/** When a step happens: after those before it, also where they fall into one millisecond, or the machine's clock was set back. */
export const nextStepAt = ({ clock }: IssuingRooms, { steps }: SupervisionOrder): Instant => Math.max(clock.now(), (steps.at(-1)?.at ?? 0) + 1)

/** Somebody acted since the order was looked at. @throws ProblemError that says who did what and when */
export function refuseUnseen(order: SupervisionOrder, seen: number): void {
  const count = stepCountOf(order)
  if (seen > count) throw new ProblemError('bad-request', `seen: ${String(seen)}, and ${order.number} has only ${String(count)} steps; read it again`)
  if (seen === count) return
  const missed = order.steps.slice(Math.max(0, seen - order.stepsDropped)).map(stepInWords)
  throw new ProblemError('conflict', `${order.number}: meanwhile ${missed.join('; ')}. Look at it again and decide anew`)
}

const stepInWords = ({ by, unit, step, at }: SupervisionStep): string =>
  `${by}${unit === undefined ? '' : ` (${unit})`} recorded ${step} at ${iso(at)}`

/** @throws ProblemError where the order is closed or cancelled */
export function refuseSettled({ number, stage, settledAt, settledBy }: SupervisionOrder): void {
  if (settledAt === undefined) return
  throw new ProblemError('conflict', `${number} was ${stage} by ${settledBy ?? ''} at ${iso(settledAt)}; issue a new order for what is left to do`)
}

/** @throws ProblemError for what is past, or cannot be */
export function dueAsked({ registry, clock }: IssuingRooms, asked: DueRequest, zone: string): Due {
  const now = clock.now()
  if ('workingDays' in asked) {
    const { at: dueAt, isProvisional } = registry.calendar.dueAfter(now, asked.workingDays, zone)
    return { dueAt, isProvisional, workingDays: asked.workingDays }
  }
  const { at } = asked
  if (at > latest) throw new ProblemError('bad-request', 'due.at: after the year 2099; check the unit (milliseconds since 1970)')
  if (at <= now) throw new ProblemError('bad-request', `due.at: ${iso(at)} is past; give an instant to come, or {"workingDays": 5}`)
  return { dueAt: at, isProvisional: false }
}

/** An instant that was asked for, granted as it is. @throws ProblemError where it has passed meanwhile */
export function dueGranted(rooms: SupervisionRooms, dueAt: Instant, zone: string): Due {
  if (dueAt <= rooms.clock.now())
    throw new ProblemError('bad-request', `due: it was asked for until ${iso(dueAt)}, which has passed; say until when it is granted`)
  return { dueAt, isProvisional: rooms.registry.calendar.isProvisional(dayNumber(dueAt, zone)) }
}

/** @throws ProblemError that names the units there are */
export function refuseUnknownUnits({ registry }: IssuingRooms, district: string, asked: Readonly<Record<string, readonly string[]>>): void {
  const own = [...registry.units.values()].filter((unit) => unit.district === district)
  for (const [field, ids] of Object.entries(asked)) {
    const unknown = ids.find((id) => own.every((unit) => unit.id !== id))
    if (unknown === undefined) continue
    const known = own.map(({ id, shortName }) => `${id} (${shortName})`).join(', ')
    throw new ProblemError('bad-request', `${field}: ${quote(unknown)} is no unit of district ${district} in config/units.yaml; these are: ${known}`)
  }
}

/** The supporting units, each once and without the lead. */
export const supporting = (units: readonly string[], leadUnit: string): string[] => [...new Set(units)].filter((unit) => unit !== leadUnit)

/** Files that were sent before, as a fact names them. @throws ProblemError for one that is not there, or is not what its name says */
export async function attachmentsNamed({ attachments }: SupervisionRooms, asked: AttachedRequest | undefined): Promise<Attachment[] | undefined> {
  if (asked === undefined || asked.length === 0) return undefined
  const found: Attachment[] = []
  for (const [index, { id, name }] of asked.entries()) {
    const named = await attachments.named(id, name)
    if (!named.ok) throw refusedAttachment(named.error, `attachments.${String(index)}`)
    found.push(named.value)
  }
  return found
}
