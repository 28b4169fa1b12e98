import { randomUUID } from 'node:crypto'
import { incidentOf, resourceRequestSchema } from '../../contract/duty.ts'
import type { DutyRecorded, Resource, ResourceRequest } from '../../contract/duty.ts'
import type { ResourceFact } from '../../contract/duty-fact.ts'
import type { Incident } from '../../contract/incident.ts'
import { topicName } from '../../contract/topic.ts'
import type { Vehicle } from '../../contract/topic.ts'
import { iso, quote } from '../core/foreign-words.ts'
import { beginning, maskText } from '../core/masking.ts'
import { recordOnce, resourcesOf, signedAs } from './duty-counter.ts'
import type { DutyRooms, DutySigned } from './duty-counter.ts'
import { readJsonBody } from './json-body.ts'
import { ProblemError, sendJson } from './problem.ts'
import type { Route, Visit } from './route.ts'

const like =
  '{"command": "<UUID>", "district": "620802", "step": "moved", "id": "team-1", "to": {"status": "assigned", "incident": "E-20261124-001"}}'

/** 力量调派: POST /api/resources (contract/duty.ts says what is asked and answered). */
export function resourceRoutes(rooms: DutyRooms): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/api/resources',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = await readJsonBody(request, resourceRequestSchema, like)
        sendJson(response, 200, await take(rooms, asked, visit))
      },
    },
  ]
}

function take(rooms: DutyRooms, asked: ResourceRequest, visit: Visit): Promise<DutyRecorded> {
  const signed = signedAs(rooms, asked, visit)
  const book = resourcesOf(rooms, asked.district)
  return recordOnce(rooms, { ...signed, step: asked.step }, { done: () => book.done(asked.command), decide: () => factsOf(rooms, asked, signed) })
}

const words = (text: string): string => beginning(maskText(text), 200)

function factsOf(rooms: DutyRooms, asked: ResourceRequest, signed: DutySigned): readonly ResourceFact[] {
  switch (asked.step) {
    case 'registered': {
      const { type, name, unit, place } = asked
      const id = asked.id ?? `${type}-${randomUUID().slice(0, 8)}`
      const named = { type, name, ...(unit && { unit }), ...(place && { place }) }
      return [{ kind: 'resource', ...signed, id, step: 'registered', ...named }]
    }
    case 'moved':
      return moving(rooms, asked, signed)
    case 'removed': {
      const known = called(rooms, asked)
      const incident = incidentOf(known)
      if (incident !== undefined) throw new ProblemError('conflict', `${known.name} is out for ${incident}: release it first`)
      return [{ kind: 'resource', ...signed, id: asked.id, step: 'removed' }]
    }
  }
}

type Moving = Extract<ResourceRequest, { readonly step: 'moved' }>

/** A vehicle that nobody has registered is so by being sent: its positions say how it is called. */
function moving(rooms: DutyRooms, asked: Moving, signed: DutySigned): readonly ResourceFact[] {
  const known = resourcesOf(rooms, asked.district).find(asked.id)
  const vehicle = known === undefined ? vehicleCalled(rooms, asked) : undefined
  if (known === undefined && vehicle === undefined)
    throw new ProblemError('not-found', `id: ${quote(asked.id)} is no resource, and no vehicle that was heard of within a day; register it first`)
  if (known !== undefined) refuseMove(known, asked)
  refuseIncident(rooms, asked)
  const to = 'reason' in asked.to && asked.to.reason !== undefined ? { ...asked.to, reason: words(asked.to.reason) } : asked.to
  const moved: ResourceFact = { kind: 'resource', ...signed, id: asked.id, step: 'moved', to }
  if (vehicle === undefined) return [moved]
  const { name, unit } = vehicle
  return [{ kind: 'resource', ...signed, id: asked.id, step: 'registered', type: 'vehicle', name, ...(unit && { unit }) }, moved]
}

/** At most one incident at a time, and nothing that was moved since it was looked at. */
function refuseMove(known: Resource, { seen, to }: Moving): void {
  const busy = incidentOf(known)
  const wanted = 'incident' in to ? to.incident : undefined
  if (wanted !== undefined && busy !== undefined && busy !== wanted)
    throw new ProblemError(
      'conflict',
      `${known.name} is out for ${busy} since ${iso(known.since)}, sent by ${known.by ?? 'the system'}: release it there first`,
    )
  if (wanted !== undefined && known.standing.status === 'out-of-service')
    throw new ProblemError('conflict', `${known.name} is out of service since ${iso(known.since)}: return it to service first`)
  if (seen !== undefined && seen !== known.since)
    throw new ProblemError(
      'conflict',
      `${known.name} is ${known.standing.status} since ${iso(known.since)}, by ${known.by ?? 'the system'}: look again`,
    )
}

function refuseIncident({ world }: DutyRooms, { district, to }: Moving): void {
  if (!('incident' in to)) return
  const topic = topicName('incidents', district)
  // the topic `incidents` holds nothing but Incident
  const incident = ((world.read([topic])[topic] ?? []) as readonly Incident[]).find(({ id }) => id === to.incident)
  if (incident === undefined) throw new ProblemError('not-found', `to.incident: ${quote(to.incident)} is no open incident; check it`)
  if (incident.closedAt !== undefined) throw new ProblemError('conflict', `${incident.id} is closed since ${iso(incident.closedAt)}: reopen it first`)
  if (incident.mergedInto !== undefined) throw new ProblemError('conflict', `${incident.id} was merged into ${incident.mergedInto}: send it there`)
}

function vehicleCalled({ world }: DutyRooms, { district, id }: Moving): Vehicle | undefined {
  const topic = topicName('vehicles', district)
  // the topic `vehicles` holds nothing but Vehicle
  return ((world.read([topic])[topic] ?? []) as readonly Vehicle[]).find((one) => one.id === id)
}

function called(rooms: DutyRooms, { district, id }: { readonly district: string; readonly id: string }): Resource {
  const known = resourcesOf(rooms, district).find(id)
  if (known === undefined) throw new ProblemError('not-found', `id: ${quote(id)} is no resource; it may have been removed meanwhile`)
  return known
}
