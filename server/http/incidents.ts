import type { Configuration, District } from '../../contract/configuration.ts'
import { incidentStepSchema, openIncidentSchema } from '../../contract/incident-command.ts'
import type { IncidentAnswer, IncidentStepRequest } from '../../contract/incident-command.ts'
import type { Incident, IncidentAct, IncidentActFact, IncidentLine, OriginKind } from '../../contract/incident.ts'
import type { Fact } from '../../contract/fact.ts'
import type { Instant } from '../../contract/time.ts'
import { topicName } from '../../contract/topic.ts'
import type { Entity, TopicKind, TopicName } from '../../contract/topic.ts'
import type { z } from 'zod'
import type { Clock } from '../core/clock.ts'
import { quote } from '../core/foreign-words.ts'
import { clockWords, refusalOf } from '../core/incident-rules.ts'
import { signerOf } from './command.ts'
import type { Commands, RecordFacts } from './command.ts'
import { actOf, maybePlain, plainWords, said, whereOf } from './incident-acts.ts'
import type { OrderFactsOf } from './incident-orders.ts'
import { readJsonBody } from './json-body.ts'
import { ProblemError, sendJson } from './problem.ts'
import type { Route } from './route.ts'

export interface IncidentRooms {
  readonly clock: Clock
  readonly commands: Commands
  readonly configuration: Pick<Configuration, 'districts' | 'plans' | 'units'>
  readonly record: RecordFacts
  readonly incidents: IncidentBook
  /** where orders are issued here: a step that asks for one brings it about. Absent, the asking alone is recorded */
  readonly orderFacts?: OrderFactsOf
}

/** What these routes look at. */
export interface IncidentBook {
  /** those open, and closed within the last day */
  all(district: string): readonly Incident[]
  /** an entity that an incident may be made of */
  find(topic: TopicName, id: string): Entity | undefined
  /** for what is opened now; undefined for an unknown district */
  nextId(district: string, at: Instant): string | undefined
}

const openLike =
  '{"command": "7f3a…", "district": "620802", "origin": {"kind": "hand"}, "title": "甘沟路 污水井溢流", "place": [106.64, 35.54], "datum": "wgs84"}'
const stepLike = '{"command": "7f3a…", "district": "620802", "seen": 3, "act": {"what": "noted", "note": "2 人到场"}}'

/**
 * 事件处置: POST /api/incidents opens one, POST /api/incidents/:id/steps does something about one. Both are signed, and the same command sent
 * again is answered as before and does nothing again.
 */
export function incidentRoutes(rooms: IncidentRooms): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/api/incidents',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = await readJsonBody(request, openIncidentSchema, openLike, largestBody)
        const signed = { by: signerOf(visit), address: visit.address }
        sendJson(response, 200, await once(rooms, asked, { by: signed.by, act: { what: 'opened' } }, () => [openingOf(rooms, asked, signed)]))
      },
    },
    {
      method: 'POST',
      path: '/api/incidents/:id/steps',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = await readJsonBody(request, incidentStepSchema, stepLike, largestBody)
        const id = visit.params['id'] ?? ''
        const signed = { by: signerOf(visit), address: visit.address }
        sendJson(response, 200, await once(rooms, asked, { ...signed, id, act: asked.act }, () => stepOf(rooms, asked, { ...signed, id })))
      },
    },
  ]
}

const largestBody = 16 * 1024

interface Signed {
  readonly by: string
  readonly address: string
}
type Opening = z.output<typeof openIncidentSchema>

/** What a command sent again must ask once more. */
interface AskedAgain extends Pick<Signed, 'by'> {
  /** of the incident in the path; undefined where one is opened */
  readonly id?: string
  readonly act: { readonly what: string; readonly plan?: string; readonly step?: number; readonly into?: string }
}

/** Records what `decide` returns, unless the command was recorded before. @throws ProblemError where it was recorded for something else */
async function once(
  rooms: IncidentRooms,
  { command, district }: Pick<Opening, 'command' | 'district'>,
  again: AskedAgain,
  decide: () => readonly [IncidentActFact, ...Fact[]],
): Promise<IncidentAnswer> {
  try {
    const fact = await rooms.commands.runTogether(() => {
      const known = recordedBefore(rooms.incidents.all(district), command)
      if (known === undefined) return decide()
      const { id, line } = known
      if (isAskedAgain(known, again)) throw new RecordedBefore({ id, at: line.at, by: line.by })
      throw new ProblemError('conflict', `command: ${line.by} has used it for ${line.act.what} of ${id} before; make a new one for each decision`)
    }, rooms.record)
    return { id: fact.id, at: fact.at, by: fact.by }
  } catch (error) {
    if (error instanceof RecordedBefore) return error.answer
    throw error
  }
}

/** Stops a command that was recorded already: whoever sent it again, since no answer came, gets the answer of then. */
class RecordedBefore extends Error {
  readonly answer: IncidentAnswer

  constructor(answer: IncidentAnswer) {
    super('this command was recorded before')
    this.answer = answer
  }
}

interface Recorded {
  readonly id: string
  readonly line: IncidentLine
}

/** Of the words of an act only what was masked is kept: by these two are told apart that cannot be one. */
function isAskedAgain({ id, line }: Recorded, asked: AskedAgain): boolean {
  const done: AskedAgain['act'] = line.act
  const { what, plan, step, into } = asked.act
  const isSameAct = done.what === what && done.plan === plan && done.step === step && done.into === into
  return isSameAct && line.by === asked.by && (asked.id === undefined || asked.id === id)
}

function recordedBefore(incidents: readonly Incident[], command: string): Recorded | undefined {
  for (const { id, lines } of incidents) {
    const line = lines.find((one) => one.command === command && !isOfAnother(one))
    if (line !== undefined) return { id, line }
  }
  return undefined
}

const isOfAnother = ({ act }: IncidentLine): boolean => 'other' in act

function openingOf(rooms: IncidentRooms, asked: Opening, { by, address }: Signed): IncidentActFact {
  const district = districtCalled(rooms, asked.district)
  const at = rooms.clock.now()
  refuseOrigin(rooms, asked, district)
  const id = rooms.incidents.nextId(district.id, at)
  if (id === undefined) throw new ProblemError('not-found', `district: ${quote(district.id)} has no incidents`)
  const { origin, title, type, level, note } = asked
  const act: IncidentAct = {
    what: 'opened',
    origin: { kind: origin.kind, ...said({ id: origin.id }) },
    title: plainWords(title),
    ...said({ type: maybePlain(type), level, note: maybePlain(note) }),
    ...whereOf(asked, district),
  }
  return { kind: 'incident-act', district: district.id, id, at, by, address, command: asked.command, act }
}

function stepOf(
  rooms: IncidentRooms,
  { command, district: districtId, seen, act: asked }: IncidentStepRequest,
  signed: Signed & { readonly id: string },
): readonly [IncidentActFact, ...Fact[]] {
  const { id, by, address } = signed
  const district = districtCalled(rooms, districtId)
  const now = rooms.clock.now()
  const all = rooms.incidents.all(district.id)
  const incident = all.find((one) => one.id === id)
  if (incident === undefined) {
    const cure = 'those closed longer ago are not changed any more: open another'
    throw new ProblemError('not-found', `incident: ${quote(id)} is none of ${district.name} that is open or was closed within the last day; ${cure}`)
  }
  const refused = refusalOf(asked, seen, { incident, other: (other) => all.find((one) => one.id === other), zone: district.zone })
  if (refused !== undefined) throw new ProblemError(refused.kind, refused.detail)
  const act = actOf(asked, { configuration: rooms.configuration, district, incident, now })
  const fact: IncidentActFact = { kind: 'incident-act', district: district.id, id, at: now, by, address, command, act }
  return [fact, ...ordersOf(rooms, fact)]
}

function ordersOf({ orderFacts }: IncidentRooms, { district, id, at, by, address, command, act }: IncidentActFact): readonly Fact[] {
  if (act.what !== 'order-wanted' || orderFacts === undefined) return []
  return orderFacts({ district, draft: act.order, from: { incident: id, plan: act.plan, step: act.step }, by, address, at, command })
}

/** @throws ProblemError for one that is not configured, and for one that lives in the past */
function districtCalled({ configuration }: IncidentRooms, id: string): District {
  const district = configuration.districts.find((one) => one.id === id)
  if (district === undefined) {
    const known = configuration.districts.map((one) => one.id).join(', ')
    throw new ProblemError('not-found', `district: ${quote(id)} is not configured; these are: ${known}`)
  }
  if (district.time === 'recorded')
    throw new ProblemError(
      'bad-request',
      `district: ${district.name} replays a recording, in which nothing can be done any more; choose a district whose time is live`,
    )
  return district
}

const topicOf: Readonly<Partial<Record<OriginKind, TopicKind>>> = {
  'work-order': 'work-orders',
  warning: 'warnings',
  sensor: 'sensors',
  camera: 'video-sources',
  alarm: 'alarms',
  incident: 'incidents',
}

/** What an incident is made of must be there, and it is made of it once. */
function refuseOrigin({ incidents }: IncidentRooms, { origin: { kind, id } }: Opening, { id: district, zone }: District): void {
  if (kind === 'hand' || kind === 'caller') return
  if (id === undefined) throw new ProblemError('bad-request', `origin.id: missing; name the ${kind}, or open the incident by hand: {"kind": "hand"}`)
  const topic = topicOf[kind]
  if (topic !== undefined && incidents.find(topicName(topic, district), id) === undefined)
    throw new ProblemError('not-found', `origin.id: ${quote(id)} is no ${kind} that the district shows now; check it, or open the incident by hand`)
  // out of one incident several may be opened
  if (kind === 'incident') return
  const twin = incidents.all(district).find(({ origin, closedAt }) => closedAt === undefined && origin?.kind === kind && origin.id === id)
  if (twin === undefined) return
  const opened = twin.lines.find(({ act }) => act.what === 'opened')
  const who = opened === undefined ? '' : `, opened by ${opened.by} at ${clockWords(opened.at, zone)}`
  throw new ProblemError('conflict', `origin: this ${kind} is ${twin.id} already${who}; go on with that one`)
}
