import { commandRequestSchema } from '../../contract/wall.ts'
import type { CommandAnswer, WallCommand, WallState } from '../../contract/wall.ts'
import type { Thing, WallCommandFact, WallOrder } from '../../contract/wall-fact.ts'
import { topicName } from '../../contract/topic.ts'
import type { Instant } from '../../contract/time.ts'
import { recordedAfterMs } from '../../contract/wall-past.ts'
import { hindranceOf } from '../core/wall-rules.ts'
import type { Driver, Hindrance } from '../core/wall-rules.ts'
import { signerOf } from './command.ts'
import { readJsonBody } from './json-body.ts'
import { ProblemError, sendJson } from './problem.ts'
import type { Route, Visit } from './route.ts'
import { districtIn, wallIn } from './walls.ts'
import type { WallRooms } from './walls.ts'
import type { z } from 'zod'

type Asked = z.output<typeof commandRequestSchema>

const like =
  '{"district": "620802", "key": "a UUID", "walls": ["…"], "what": {"do": "show", "screen": "overview", "district": "620802"}}; contract/wall-fact.ts has all orders'

/** 大屏指令: POST /api/walls/command drives walls. Whatever attempt of one command arrives, it is carried out once and answered the same. */
export function wallCommandRoute(rooms: WallRooms): Route {
  const { world, decisions, reports } = rooms
  return {
    method: 'POST',
    path: '/api/walls/command',
    access: 'desk',
    handler: async (request, response, visit) => {
      const asked = await readJsonBody(request, commandRequestSchema, like, 16_384)
      const driver: Driver = { by: signerOf(visit), desk: visit.sessionId, isAdmin: visit.role === 'admin' }
      const district = districtIn(rooms.configuration, asked.district)
      const outcome = { isRepeated: false }
      await decisions.run(() => {
        const known = decisions.walls(district)?.command(asked.key)
        if (known === undefined) return factOf(rooms, asked, { driver, address: visit.address })
        refuseAnother(known, asked, driver)
        outcome.isRepeated = true
        return undefined
      })
      const done = world.walls(district)?.command(asked.key)
      if (done === undefined)
        throw new ProblemError('conflict', `key: a command was called ${JSON.stringify(asked.key)} long ago; give this one a name of its own`)
      if (!outcome.isRepeated) reports.changed()
      const { number, at, by, walls } = done
      sendJson(response, 200, { number, at, by, walls, ...outcome } satisfies CommandAnswer)
    },
  }
}

/** @throws ProblemError where the name is that of another command */
function refuseAnother(known: WallCommand, { key, what, walls, group }: Asked, { by }: Driver): void {
  const [before, now] = [
    [known.what, known.group ?? known.walls, known.by],
    [what, group ?? walls, by],
  ]
  if (JSON.stringify(before) !== JSON.stringify(now))
    throw new ProblemError('conflict', `key: another command is called ${JSON.stringify(key)}; give this one a name of its own`)
}

function factOf(
  rooms: WallRooms,
  { district, key, walls, group, what }: Asked,
  { driver, address }: { driver: Driver; address: Visit['address'] },
): WallCommandFact {
  const now = rooms.clock.now()
  const driven =
    group === undefined ? [...new Set(walls)].map((wall) => wallIn(rooms, rooms.decisions, { district, wall })) : wallsOf(rooms, district, group)
  refuseUnknown(rooms, what)
  if (what.do === 'past') refuseToCome(what, now)
  refuseHindered(rooms, driven, { what, driver, now })
  return {
    kind: 'wall-command',
    district,
    walls: driven.map(({ id }) => id),
    ...(group !== undefined && { group }),
    key,
    at: now,
    by: driver.by,
    desk: driver.desk,
    address: address.slice(0, 64),
    what,
  }
}

/** @throws ProblemError for a group without walls */
function wallsOf({ decisions }: WallRooms, district: string, group: string): readonly WallState[] {
  const walls = decisions.walls(district)?.states ?? []
  const found = walls.filter((wall) => wall.group === group)
  if (found.length > 0) return found
  const groups = [...new Set(walls.flatMap((wall) => wall.group ?? []))]
  throw new ProblemError(
    'not-found',
    `group: no wall is in ${JSON.stringify(group)}; ${groups.length === 0 ? 'no wall is in any' : `there are ${groups.join(', ')}`}`,
  )
}

/** @throws ProblemError for what is not configured, or not there */
function refuseUnknown(rooms: WallRooms, what: WallOrder): void {
  if (what.do === 'scene' || what.do === 'emergency')
    refuseUnlisted('what.scene', what.scene, { known: rooms.configuration.scenes.map(({ id }) => id), place: 'config/scenes.yaml' })
  else if (what.do === 'show') refuseScreen(rooms, what)
  else if (what.do === 'select' && what.thing !== null) refuseUnseen(rooms, what.thing, 'what.thing')
  else if ((what.do === 'camera' || what.do === 'full-screen') && what.camera !== null)
    refuseUnseen(rooms, { kind: 'camera', id: what.camera }, 'what.camera')
}

/** @throws ProblemError for a past that is none yet, or ends before it begins */
function refuseToCome({ from, until }: Extract<WallOrder, { readonly do: 'past' }>, now: Instant): void {
  const late = [from, until ?? from].find((at) => at > now - recordedAfterMs)
  if (late !== undefined)
    throw new ProblemError('bad-request', `what.${late === from ? 'from' : 'until'}: ${iso(late)} is yet to come; name an instant that is over`)
  if (until !== undefined && until <= from) throw new ProblemError('bad-request', `what.until: it must be after what.from, ${iso(from)}`)
}

function refuseScreen({ configuration }: WallRooms, what: Extract<WallOrder, { readonly do: 'show' }>): void {
  const district = districtIn(configuration, what.district)
  const known = configuration.screens.filter((screen) => screen.district === district).map(({ id }) => id)
  refuseUnlisted('what.screen', what.screen, { known, place: `config/screens for district ${district}` })
}

function refuseUnlisted(field: string, name: string, { known, place }: { readonly known: readonly string[]; readonly place: string }): void {
  if (known.includes(name)) return
  throw new ProblemError(
    'not-found',
    `${field}: ${JSON.stringify(name)} is not in ${place}; there ${known.length === 0 ? 'is none' : `are ${known.join(', ')}`}`,
  )
}

const topicOf = { incident: 'incidents', sensor: 'sensors', camera: 'video-sources' } as const

/** A thing of any district: walls show others than their own. */
function refuseUnseen({ world, configuration }: WallRooms, { kind, id }: Thing, field: string): void {
  const isThere = configuration.districts.some((district) =>
    kind === 'town' ? district.subdistricts.some(({ code }) => code === id) : world.find(topicName(topicOf[kind], district.id), id) !== undefined,
  )
  if (!isThere) throw new ProblemError('not-found', `${field}: there is no ${kind} ${JSON.stringify(id)} any more; choose another`)
}

interface Attempt {
  readonly what: WallOrder
  readonly driver: Driver
  readonly now: Instant
}

/** In step or not at all: one wall that may not be driven stops the order for all of them. @throws ProblemError */
function refuseHindered({ configuration }: WallRooms, walls: readonly WallState[], { what, driver, now }: Attempt): void {
  const rule = { now, presenterMinutes: configuration.app.presenterMinutes }
  const hindered = walls.flatMap((wall) => {
    const hindrance = hindranceOf(wall, what, driver, rule)
    return hindrance === undefined ? [] : [{ wall, hindrance }]
  })
  const stopped =
    hindered.find(({ hindrance: { why } }) => why === 'locked' || why === 'emergency') ?? (hindered.length === walls.length ? hindered[0] : undefined)
  if (stopped !== undefined) throw new ProblemError('conflict', `${stopped.wall.name}: ${inWords(stopped.hindrance)}`)
}

function inWords(hindrance: Hindrance): string {
  switch (hindrance.why) {
    case 'locked': {
      const { lock, freeAt } = hindrance
      return `${lock.by} drives this wall since ${iso(lock.since)}; take the lock over from ${iso(freeAt)}, or let an administrator do so`
    }
    case 'emergency': {
      const { emergency } = hindrance
      return `the emergency scene ${emergency.scene} goes first, since ${iso(emergency.at)} by ${emergency.by}; stand down before anything else is shown`
    }
    case 'calm':
      return 'there is no emergency to stand down from'
    case 'nothing':
      return 'nothing is left to undo'
  }
}

const iso = (at: Instant): string => new Date(at).toISOString()
