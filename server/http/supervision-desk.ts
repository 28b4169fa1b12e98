import type { Attachment, Due, SupervisionFact } from '../../contract/supervision-fact.ts'
import type { DeskStepRequest, SupervisionOrder } from '../../contract/supervision.ts'
import { quote } from '../core/foreign-words.ts'
import { ProblemError } from './problem.ts'
import { dueAsked, dueGranted, nextStepAt, refuseSettled, refuseUnknownUnits, refuseUnseen, supporting } from './supervision-counter.ts'
import type { FoundOrder, SupervisionRooms } from './supervision-counter.ts'

/** What a step of the desk is decided from, besides what was asked. */
export interface Deciding {
  readonly found: FoundOrder
  readonly by: string
  readonly address: string
  readonly attachments: Attachment[] | undefined
}

type Asked<Step extends DeskStepRequest['step']> = Extract<DeskStepRequest, { readonly step: Step }>

/** The fact that a step of the desk becomes. @throws ProblemError where the order does not stand so that it can be taken */
export function deskStep(rooms: SupervisionRooms, asked: DeskStepRequest, deciding: Deciding): SupervisionFact {
  const { found, by, address, attachments } = deciding
  const { order, district } = found
  refuseSettled(order)
  refuseUnseen(order, asked.seen)
  const taken = { kind: 'supervision', district, id: order.id, at: nextStepAt(rooms, order), by, command: asked.command, address } as const
  const [noted, attached] = [present('note', asked.note), present('attachments', attachments)]
  switch (asked.step) {
    case 'acknowledged':
      return { ...taken, step: asked.step, ...onBehalf(order, asked.unit), ...noted }
    case 'feedback':
    case 'submitted':
      return { ...taken, step: asked.step, ...onBehalf(order, asked.unit), note: asked.note, ...attached }
    case 'extension-granted':
      return { ...taken, step: asked.step, due: granted(rooms, asked, found), ...noted }
    case 'extension-refused':
      extensionOf(order)
      return { ...taken, step: asked.step, note: asked.note }
    case 'reminded':
      return { ...taken, step: asked.step, ...noted }
    case 'amended':
      return { ...taken, step: asked.step, ...amendment(rooms, asked, found), note: asked.note }
    case 'sent-back':
      refuseNotSubmitted(order)
      return { ...taken, step: asked.step, ...dueOf(rooms, asked, found), note: asked.note }
    case 'accepted':
      return { ...taken, step: asked.step, note: asked.note, ...attached }
    case 'cancelled':
      return { ...taken, step: asked.step, note: asked.note }
  }
}

/** A field that is only there where it has a value, as facts have it. */
const present = <Name extends string, Value>(name: Name, value: Value | undefined): { readonly [Key in Name]?: Value } =>
  // as: TypeScript takes a computed name for any name
  (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value }

const dueOf = (rooms: SupervisionRooms, { due }: Asked<'sent-back' | 'amended'>, { zone }: FoundOrder): { readonly due?: Due } =>
  present('due', due && dueAsked(rooms, due, zone))

/** For the lead unit where none is named. */
function onBehalf({ number, leadUnit, supportingUnits }: SupervisionOrder, unit = leadUnit): { readonly unit: string; readonly onBehalf: true } {
  if (unit === leadUnit || supportingUnits.includes(unit)) return { unit, onBehalf: true }
  const known = [leadUnit, ...supportingUnits].join(', ')
  throw new ProblemError('bad-request', `unit: ${quote(unit)} has nothing to do with ${number}; its units are: ${known}`)
}

function extensionOf({ number, extension }: SupervisionOrder): NonNullable<SupervisionOrder['extension']> {
  if (extension !== undefined) return extension
  throw new ProblemError('conflict', `${number}: no extension waits for an answer; amend the order to set another due time`)
}

function granted(rooms: SupervisionRooms, { due }: Asked<'extension-granted'>, { order, zone }: FoundOrder): Due {
  const extension = extensionOf(order)
  const until = due === undefined ? dueGranted(rooms, extension.dueAt, zone) : dueAsked(rooms, due, zone)
  if (until.dueAt > order.dueAt) return until
  throw new ProblemError('bad-request', `due: not after ${new Date(order.dueAt).toISOString()}, when it is due now; refuse it, or give a later time`)
}

function amendment(rooms: SupervisionRooms, asked: Asked<'amended'>, found: FoundOrder) {
  const { level, due, leadUnit, supportingUnits } = asked
  if ([level, due, leadUnit, supportingUnits].every((given) => given === undefined))
    throw new ProblemError('bad-request', 'body: nothing to amend; give a level, a due time, a lead unit or supporting units')
  refuseUnknownUnits(rooms, found.district, { leadUnit: leadUnit === undefined ? [] : [leadUnit], supportingUnits: supportingUnits ?? [] })
  return {
    ...present('level', level),
    ...dueOf(rooms, asked, found),
    ...present('leadUnit', leadUnit),
    ...present('supportingUnits', supportAmended(asked, found.order)),
  }
}

/** A supporting unit that takes the lead supports no more. */
function supportAmended({ leadUnit, supportingUnits }: Asked<'amended'>, order: SupervisionOrder): string[] | undefined {
  const lead = leadUnit ?? order.leadUnit
  const isChanged = supportingUnits !== undefined || order.supportingUnits.includes(lead)
  return isChanged ? supporting(supportingUnits ?? order.supportingUnits, lead) : undefined
}

function refuseNotSubmitted({ number, stage }: SupervisionOrder): void {
  if (stage === 'submitted') return
  throw new ProblemError('conflict', `${number} is ${stage}, and nothing of it waits for review; remind the unit, or amend the order`)
}
