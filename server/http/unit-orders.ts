import type { UnitDefinition } from '../../contract/configuration.ts'
import type { Attachment, SupervisionFact } from '../../contract/supervision-fact.ts'
import { attachmentLimits, unitStepRequestSchema } from '../../contract/supervision.ts'
import type { SupervisionList, SupervisionOrder, UnitContext, UnitStepRequest } from '../../contract/supervision.ts'
import { quote } from '../core/foreign-words.ts'
import { signerOf } from './command.ts'
import { readJsonBody } from './json-body.ts'
import { maskedWords } from './masked-words.ts'
import { Pace } from './pace.ts'
import { ProblemError, sendJson } from './problem.ts'
import type { Route, Visit } from './route.ts'
import { answerTo, attachmentsNamed, doneBefore, dueAsked, nextStepAt } from './supervision-counter.ts'
import type { FoundOrder, IssuingRooms } from './supervision-counter.ts'
import { receiveFile, sendAttachment } from './supervision-files.ts'
import { isOf, newestFirst } from './supervisions.ts'
import type { DeskRooms } from './supervisions.ts'

const largestJson = 32 * 1024
const mostListed = 500
const like = '{"command": "<UUID>", "step": "feedback", "note": "已完成排查，正在整改"}'

/** more than anybody types */
const mostStepsPerMinute = 20

/** 单位端: what a unit sees and says of its own orders. Every route is for sessions of the role `unit` alone. */
export function unitRoutes(rooms: DeskRooms): readonly Route[] {
  const pace = new Pace(rooms.clock, mostStepsPerMinute)
  return [
    {
      method: 'GET',
      path: '/api/unit/context',
      access: 'unit',
      handler: (_request, response, visit) => sendJson(response, 200, contextOf(rooms, visit)),
    },
    {
      method: 'GET',
      path: '/api/unit/orders',
      access: 'unit',
      handler: (_request, response, visit) => sendJson(response, 200, ownOrders(rooms, unitOf(rooms, visit))),
    },
    {
      method: 'GET',
      path: '/api/unit/orders/:id',
      access: 'unit',
      handler: (_request, response, visit) => sendJson(response, 200, ownOrder(rooms, visit).order),
    },
    {
      method: 'POST',
      path: '/api/unit/orders/:id/steps',
      access: 'unit',
      handler: async (request, response, visit) => {
        // before the body is read: what is not its own is nothing to a unit
        ownOrder(rooms, visit)
        refuseHasty(pace, visit)
        const asked = maskedWords(await readJsonBody(request, unitStepRequestSchema, like, largestJson))
        sendJson(response, 200, await step(rooms, asked, visit))
      },
    },
    {
      method: 'POST',
      path: '/api/unit/orders/:id/attachments',
      access: 'unit',
      handler: async (request, response, visit) => {
        ownOrder(rooms, visit)
        await receiveFile(rooms, request, response, visit)
      },
    },
    {
      method: 'GET',
      path: '/api/unit/orders/:id/attachments/:attachment',
      access: 'unit',
      handler: (_request, response, visit) =>
        sendAttachment(rooms.attachments, ownOrder(rooms, visit).order, visit.params['attachment'] ?? '', response),
    },
  ]
}

/** @throws ProblemError for a session that says more than people do */
function refuseHasty(pace: Pace, { sessionId }: Visit): void {
  if (!pace.take(sessionId))
    throw new ProblemError('busy', `more than ${String(mostStepsPerMinute)} steps within a minute from this session; wait a minute`)
}

/** @throws ProblemError for a unit that is no longer configured */
function unitOf({ registry }: DeskRooms, { unit = '' }: Visit): UnitDefinition {
  const found = registry.units.get(unit)
  if (found !== undefined) return found
  throw new ProblemError('forbidden', `unit: ${quote(unit)} is no longer in config/units.yaml; ask the duty desk for another sign-in link`)
}

function contextOf(rooms: DeskRooms, visit: Visit): UnitContext {
  const { registry } = rooms
  const own = unitOf(rooms, visit)
  const { id, name, nameEn, district } = own
  const named = new Set([id, ...ownOrders(rooms, own).orders.flatMap(({ leadUnit, supportingUnits }) => [leadUnit, ...supportingUnits])])
  const home = registry.districts.get(district)
  if (home === undefined) throw new Error(`the unit ${id} is of no district`)
  return {
    name: signerOf(visit),
    unit: { id, name, nameEn },
    district: { ...nameOf(home), zone: home.zone },
    units: [...registry.units.values()].filter((unit) => named.has(unit.id)).map(nameOf),
    ladder: registry.supervision.ladder.map(nameOf),
    attachments: attachmentLimits(registry.supervision.attachments),
  }
}

interface Named {
  readonly id: string
  readonly name: string
  readonly nameEn: string
}

const nameOf = ({ id, name, nameEn }: Named): Named => ({ id, name, nameEn })

function ownOrders({ world }: DeskRooms, { id, district }: UnitDefinition): SupervisionList {
  const orders = [...(world.supervisions(district)?.all() ?? [])].filter((order) => isOf(order, id)).sort(newestFirst)
  return { orders: orders.slice(0, mostListed), total: orders.length }
}

/** @throws ProblemError where there is none, or it is none of this unit's: which of the two is not told */
function ownOrder(rooms: DeskRooms, visit: Visit): FoundOrder {
  const { id: unit, district } = unitOf(rooms, visit)
  const id = visit.params['id'] ?? ''
  const order = rooms.world.supervisions(district)?.find(id, 'unit')
  if (order === undefined || !isOf(order, unit))
    throw new ProblemError('not-found', `id: this unit has no order ${quote(id)}; GET /api/unit/orders lists its own`)
  return { order, district, zone: rooms.registry.districts.get(district)?.zone ?? 'Asia/Shanghai' }
}

async function step(rooms: DeskRooms, asked: UnitStepRequest, visit: Visit) {
  const by = signerOf(visit)
  const command = { command: asked.command, step: asked.step, by, id: visit.params['id'] ?? '' }
  // before files are looked into, which gives them another day to be named in: a step out of turn is to leave nothing behind
  const { order } = ownOrder(rooms, visit)
  if (doneBefore(rooms, command) === undefined) refuseOutOfTurn(order, asked.step, visit.unit ?? '')
  const attachments = await attachmentsNamed(rooms, 'attachments' in asked ? asked.attachments : undefined)
  await rooms.commands.runUnlessDone(() => {
    if (doneBefore(rooms, command) !== undefined) return undefined
    const { unit = '', address } = visit
    return unitStep(rooms, asked, { found: ownOrder(rooms, visit), unit, address, by, attachments })
  })
  return answerTo(rooms, command)
}

/** Who speaks for which unit. */
interface Speaking {
  readonly found: FoundOrder
  readonly unit: string
  readonly address: string
  readonly by: string
  /** the linked system that tells it; absent for a person */
  readonly link?: string
  readonly attachments: Attachment[] | undefined
}

/** What a unit's word becomes. @throws ProblemError for one that is out of turn */
export function unitStep(
  rooms: IssuingRooms,
  asked: UnitStepRequest,
  { found: { order, district, zone }, unit, address, by, link, attachments }: Speaking,
): SupervisionFact {
  refuseOutOfTurn(order, asked.step, unit)
  const taken = {
    kind: 'supervision',
    district,
    id: order.id,
    at: nextStepAt(rooms, order),
    by,
    unit,
    command: asked.command,
    address,
    ...(link !== undefined && { link }),
  } as const
  switch (asked.step) {
    case 'acknowledged':
      return { ...taken, step: asked.step, ...(asked.note !== undefined && { note: asked.note }) }
    case 'feedback':
    case 'submitted':
      return { ...taken, step: asked.step, note: asked.note, ...(attachments && { attachments }) }
    case 'extension-asked':
      return { ...taken, step: asked.step, due: later(order, dueAsked(rooms, asked.due, zone)), note: asked.note }
  }
}

/** @throws ProblemError */
function refuseOutOfTurn(order: SupervisionOrder, step: UnitStepRequest['step'], unit: string): void {
  const { number, leadUnit, acknowledgedBy, stage, extension, settledAt } = order
  // what comes after closing is kept, and changes nothing
  if (settledAt !== undefined) return
  if ((step === 'submitted' || step === 'extension-asked') && unit !== leadUnit)
    throw new ProblemError('forbidden', `${number}: only the lead unit can do this; report what was done (feedback), and let the lead unit go on`)
  if (step === 'acknowledged' && acknowledgedBy.includes(unit))
    throw new ProblemError('conflict', `${number}: this unit has acknowledged it already; nothing more is needed`)
  if (step === 'extension-asked' && extension !== undefined)
    throw new ProblemError('conflict', `${number}: ${extension.by} has asked for an extension already; wait for the answer`)
  if (stage === 'submitted' && step !== 'feedback')
    throw new ProblemError('conflict', `${number} waits for review already; wait for the answer, or report what is new (feedback)`)
}

function later<D extends { readonly dueAt: number }>({ settledAt, dueAt }: SupervisionOrder, due: D): D {
  if (settledAt !== undefined || due.dueAt > dueAt) return due
  throw new ProblemError('bad-request', `due: not after ${new Date(dueAt).toISOString()}, when it is due now; ask for a later time`)
}
