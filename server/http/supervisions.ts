import { randomUUID } from 'node:crypto'
import type { Attachment, Due, IssuedFact, SupervisionFact } from '../../contract/supervision-fact.ts'
import { deskStepRequestSchema, issueRequestSchema } from '../../contract/supervision.ts'
import type { DeskStepRequest, IssueRequest, SupervisionList, SupervisionOrder } from '../../contract/supervision.ts'
import { localTime } from '../../contract/time.ts'
import { topicName } from '../../contract/topic.ts'
import type { IndicatorState } from '../../contract/topic.ts'
import { quote } from '../core/foreign-words.ts'
import { signerOf } from './command.ts'
import { readJsonBody } from './json-body.ts'
import { maskedWords } from './masked-words.ts'
import { ProblemError, sendJson } from './problem.ts'
import { knownIn, refused, wholeNumberIn } from './query.ts'
import type { Route, Visit } from './route.ts'
import { deskStep } from './supervision-desk.ts'
import { answerTo, attachmentsNamed, doneBefore, dueAsked, orderCalled, refuseUnknownUnits, supporting } from './supervision-counter.ts'
import type { IssuingRooms, SupervisionRooms } from './supervision-counter.ts'
import { receiveFile, sendAttachment } from './supervision-files.ts'
import type { UploadRooms } from './supervision-files.ts'

export type DeskRooms = SupervisionRooms & UploadRooms

const largestJson = 32 * 1024
const issueLike =
  '{"command": "<UUID>", "district": "620802", "title": "…", "text": "…", "level": "normal", "leadUnit": "housing", "due": {"workingDays": 5}}'
const stepLike = '{"command": "<UUID>", "seen": 3, "step": "accepted", "note": "现场核查已整改"}'

/** 交办/督办 at the desk (contract/supervision.ts says what is asked and answered). */
export function supervisionRoutes(rooms: DeskRooms): readonly Route[] {
  return [
    // before single orders, one of which it would be taken for
    {
      method: 'POST',
      path: '/api/supervisions/attachments',
      access: 'desk',
      handler: (request, response, visit) => receiveFile(rooms, request, response, visit),
    },
    {
      method: 'GET',
      path: '/api/supervisions',
      access: 'wall',
      handler: (_request, response, { query }) => sendJson(response, 200, listed(rooms, query)),
    },
    {
      method: 'POST',
      path: '/api/supervisions',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = maskedWords(await readJsonBody(request, issueRequestSchema, issueLike, largestJson))
        sendJson(response, 200, await issue(rooms, asked, visit))
      },
    },
    {
      method: 'GET',
      path: '/api/supervisions/:id',
      access: 'wall',
      handler: (_request, response, { params, role }) =>
        sendJson(response, 200, orderCalled(rooms, params['id'] ?? '', role === 'wall' ? 'wall' : 'desk').order),
    },
    {
      method: 'POST',
      path: '/api/supervisions/:id/steps',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = maskedWords(await readJsonBody(request, deskStepRequestSchema, stepLike, largestJson))
        sendJson(response, 200, await step(rooms, asked, visit))
      },
    },
    {
      method: 'GET',
      path: '/api/supervisions/:id/attachments/:attachment',
      access: 'desk',
      handler: (_request, response, { params }) =>
        sendAttachment(rooms.attachments, orderCalled(rooms, params['id'] ?? '', 'desk').order, params['attachment'] ?? '', response),
    },
  ]
}

const usuallyListed = 200
const mostListed = 1_000

function listed({ registry, world }: DeskRooms, query: URLSearchParams): SupervisionList {
  const district = knownIn(query, 'district', registry.districts, 'config/districts').id
  const state = query.get('state') ?? 'open'
  if (!['open', 'settled', 'all'].includes(state)) throw refused('state', `found ${quote(state)}; write open, settled or all`)
  const limit = wholeNumberIn(query, 'limit', [1, mostListed]) ?? usuallyListed
  const unit = query.get('unit')
  const orders = [...(world.supervisions(district)?.all() ?? [])].filter(
    (order) => (state === 'all' || (state === 'open') === (order.settledAt === undefined)) && (unit === null || isOf(order, unit)),
  )
  return { orders: orders.sort(newestFirst).slice(0, limit), total: orders.length }
}

export const isOf = ({ leadUnit, supportingUnits }: SupervisionOrder, unit: string): boolean => leadUnit === unit || supportingUnits.includes(unit)

export const newestFirst = (one: SupervisionOrder, other: SupervisionOrder): number => other.issuedAt - one.issuedAt || (one.id < other.id ? -1 : 1)

async function issue(rooms: DeskRooms, asked: IssueRequest, visit: Visit) {
  const command = { command: asked.command, step: 'issued', by: signerOf(visit) } as const
  const { registry } = rooms
  const district = registry.districts.get(asked.district)
  if (district === undefined)
    throw new ProblemError(
      'not-found',
      `district: ${quote(asked.district)} is not configured; these are: ${[...registry.districts.keys()].join(', ')}`,
    )
  refuseUnknownUnits(rooms, district.id, { leadUnit: [asked.leadUnit], supportingUnits: asked.supportingUnits })
  refuseOrigin(rooms, asked.origin)
  const attachments = await attachmentsNamed(rooms, asked.attachments)
  await rooms.commands.runUnlessDone(() => {
    if (doneBefore(rooms, command) !== undefined) return undefined
    return issuedFact(rooms, asked, { by: command.by, address: visit.address, attachments, due: dueAsked(rooms, asked.due, district.zone) })
  })
  return answerTo(rooms, command)
}

/** @throws ProblemError where it says nothing of use */
function refuseOrigin({ registry }: DeskRooms, { kind, id }: IssueRequest['origin']): void {
  if (kind === 'hand') {
    if (id !== undefined) throw new ProblemError('bad-request', 'origin.id: an order by hand comes from nothing; leave it out, or name another kind')
    return
  }
  if (id === undefined) throw new ProblemError('bad-request', `origin.id: missing; name the ${kind} that it comes from`)
  if (kind === 'indicator' && !registry.indicators.has(id))
    throw new ProblemError('bad-request', `origin.id: ${quote(id)} is no indicator in config/indicators`)
}

interface Issuing {
  readonly by: string
  readonly address: string
  readonly attachments: Attachment[] | undefined
  readonly due: Due
}

/** The fact that an order becomes, with the next number of its year: to be called in the turn of a command. */
export function issuedFact(rooms: IssuingRooms, asked: IssueRequest, { by, address, attachments, due }: Issuing): IssuedFact {
  const { district, command, title, text, level, leadUnit, contact, origin, note } = asked
  const at = rooms.clock.now()
  const value = origin.kind === 'indicator' ? valueOf(rooms, district, origin.id ?? '') : undefined
  return {
    kind: 'supervision',
    district,
    id: randomUUID(),
    at,
    by,
    command,
    address,
    step: 'issued',
    number: nextNumber(rooms, district, at),
    title,
    text,
    level,
    leadUnit,
    supportingUnits: supporting(asked.supportingUnits, leadUnit),
    ...due,
    origin,
    ...(contact && { contact }),
    ...(value !== undefined && { value }),
    ...(note !== undefined && { note }),
    ...(attachments && { attachments }),
  }
}

function nextNumber({ registry, world }: IssuingRooms, district: string, at: number): IssuedFact['number'] {
  const { year } = localTime(at, registry.districts.get(district)?.zone ?? 'Asia/Shanghai')
  const no = (world.supervisions(district)?.lastNumber(year) ?? 0) + 1
  const text = registry.supervision.number.replace('{year}', String(year)).replace('{no}', String(no))
  return { year, no, text }
}

function valueOf({ world }: IssuingRooms, district: string, indicator: string): number | undefined {
  // the topic `indicators` holds nothing but IndicatorState
  const state = world.find(topicName('indicators', district), indicator) as IndicatorState | undefined
  return state?.value
}

async function step(rooms: DeskRooms, asked: DeskStepRequest, visit: Visit) {
  const id = visit.params['id'] ?? ''
  const command = { command: asked.command, step: asked.step, by: signerOf(visit), id }
  const attachments = await attachmentsNamed(rooms, 'attachments' in asked ? asked.attachments : undefined)
  await rooms.commands.runUnlessDone((): SupervisionFact | undefined => {
    if (doneBefore(rooms, command) !== undefined) return undefined
    return deskStep(rooms, asked, { found: orderCalled(rooms, id, 'desk'), by: command.by, address: visit.address, attachments })
  })
  return answerTo(rooms, command)
}
