import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { AppConfiguration, District, WallProfile } from '../../contract/configuration.ts'
import type { Scene } from '../../contract/scene.ts'
import type { Screen } from '../../contract/configuration.ts'
import { secondMs } from '../../contract/time.ts'
import { enrolRequestSchema, mostReportBytes, wallNamesSchema, wallReportSchema } from '../../contract/wall.ts'
import type { WallIdentity, WallNames, WallPicture, WallReports, WallState } from '../../contract/wall.ts'
import type { WallFact } from '../../contract/wall-fact.ts'
import type { Clock } from '../core/clock.ts'
import type { World } from '../core/world.ts'
import type { Attempts } from './attempts.ts'
import { signerOf } from './command.ts'
import { readJsonBody } from './json-body.ts'
import { plainName, plainNameWords } from './plain-name.ts'
import { ProblemError, sendJson } from './problem.ts'
import { wholeNumberIn } from './query.ts'
import type { Route, Visit } from './route.ts'
import type { WallCodes } from './wall-codes.ts'
import type { WallDecisions } from './wall-decisions.ts'
import type { WallReportBook } from './wall-reports.ts'

export interface WallRooms {
  readonly clock: Clock
  readonly decisions: WallDecisions
  readonly world: Pick<World, 'walls' | 'find'>
  readonly codes: WallCodes
  readonly reports: WallReportBook
  /** Signs a browser out, wherever it is signed in, and cuts what it still listens to. */
  readonly endSession: (id: string) => void
  /** of codes that no wall shows */
  readonly attempts: Attempts
  readonly configuration: {
    readonly app: Pick<AppConfiguration, 'presenterMinutes'>
    readonly districts: readonly District[]
    readonly walls: readonly WallProfile[]
    readonly screens: readonly Screen[]
    readonly scenes: readonly Scene[]
  }
}

/** How long a desk waits for news in one request. */
const waitMs = 8 * secondMs
const stepsTold = 20
const likeNames = '{"district": "620802", "name": "大厅主屏"}, with "profile" of config/walls and "group" where it has them'

/** 大屏: who they are, what they say of themselves, and how desks let them in and out. */
export function wallRoutes(rooms: WallRooms): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/walls/me',
      access: 'wall',
      handler: (_request, response, visit) => sendJson(response, 200, identityOf(rooms, visit)),
    },
    reportRoute(rooms),
    reportsRoute(rooms),
    {
      method: 'GET',
      path: '/api/walls/:wall/picture',
      access: 'desk',
      handler: (_request, response, { params, query }) => {
        const wall = wallIn(rooms, rooms.world, { district: query.get('district') ?? '', wall: params['wall'] ?? '' })
        sendJson(response, 200, (rooms.reports.pictureOf(wall.id) ?? { panels: [] }) satisfies WallPicture)
      },
    },
    enrolRoute(rooms),
    renameRoute(rooms),
    revokeRoute(rooms),
  ]
}

/** Whose browser a session is, in whatever district. */
function wallOf({ world, configuration }: WallRooms, sessionId: string, source: Pick<WallDecisions, 'walls'> = world) {
  const found = configuration.districts.flatMap(({ id: district }) => {
    const wall = source.walls(district)?.ofSession(sessionId)
    return wall === undefined ? [] : [{ district, ...wall }]
  })
  return found.find(({ revoked }) => revoked === undefined) ?? found[0]
}

function identityOf(rooms: WallRooms, { sessionId, role }: Visit): WallIdentity {
  const known = wallOf(rooms, sessionId)
  if (known !== undefined && known.revoked === undefined) return { state: 'enrolled', wall: known.wall, district: known.district, name: known.name }
  // a person's browser is no wall, whatever it looks at
  if (role !== 'wall') return { state: 'none' }
  const code = rooms.codes.of(sessionId, rooms.clock.now())
  return known?.revoked === undefined ? { state: 'waiting', ...code } : { state: 'revoked', ...known.revoked, ...code }
}

/** P9.2: the one thing a wall may send. It changes no state: nothing of it is recorded, and only desks are told. */
function reportRoute(rooms: WallRooms): Route {
  return {
    method: 'POST',
    path: '/api/walls/report',
    access: 'wall',
    handler: async (request, response, { sessionId }) => {
      const report = await readJsonBody(request, wallReportSchema, 'what contract/wall.ts calls WallReport', mostReportBytes)
      const known = wallOf(rooms, sessionId)
      if (known?.revoked !== undefined || known === undefined) {
        const cure = 'type the code that GET /api/walls/me answers with at /desk/walls'
        throw new ProblemError('forbidden', `this browser is no enrolled wall, and a wall reports of itself only; ${cure}`)
      }
      const last = rooms.world.walls(known.district)?.lastNumber ?? 0
      if (report.painted > last)
        throw new ProblemError(
          'bad-request',
          `painted: found ${String(report.painted)}, but the last command is ${String(last)}; report what was painted`,
        )
      if (!rooms.reports.take(known.district, known.wall, report))
        throw new ProblemError('busy', 'a wall reports every 5 s, and once for each command it has painted; wait')
      response.writeHead(204, { 'cache-control': 'no-store' })
      response.end()
    },
  }
}

function reportsRoute({ world, reports, clock, configuration }: WallRooms): Route {
  return {
    method: 'GET',
    path: '/api/walls/reports',
    access: 'desk',
    handler: async (_request, response, { query, sessionId }) => {
      const district = districtIn(configuration, query.get('district') ?? '')
      const after = wholeNumberIn(query, 'after', [0, Number.MAX_SAFE_INTEGER])
      if (after === reports.version) await reports.news(waitMs)
      const steps = [...(world.walls(district)?.commands ?? [])].slice(-stepsTold).reverse()
      sendJson(response, 200, {
        version: reports.version,
        now: clock.now(),
        listeningSince: reports.listeningSince,
        desk: sessionId,
        heard: reports.heard(district),
        steps: steps.map((command) => reports.step(command)),
      } satisfies WallReports)
    },
  }
}

function enrolRoute(rooms: WallRooms): Route {
  const { clock, codes, decisions, attempts } = rooms
  return {
    method: 'POST',
    path: '/api/walls/enrol',
    access: 'desk',
    handler: async (request, response, visit) => {
      const asked = await readJsonBody(request, enrolRequestSchema, `{"code": "K7M2PX", ...} and ${likeNames}`)
      const by = signerOf(visit)
      if (attempts.isBlocked(visit.address)) throw new ProblemError('busy', 'code: too many that no wall shows; wait a minute')
      const fact = await decisions.run((): WallFact => {
        const now = clock.now()
        const session = codes.sessionOf(asked.code, now)
        if (session === undefined) {
          attempts.failed(visit.address)
          throw new ProblemError('not-found', `code: no wall shows ${asked.code}; it holds for ten minutes: read it again`)
        }
        const taken = wallOf(rooms, session, decisions)
        if (taken?.revoked === undefined && taken !== undefined)
          throw new ProblemError('conflict', `code: the wall that shows it has just been enrolled as ${taken.name}`)
        const wall = asked.wall ?? randomUUID()
        if (asked.wall !== undefined) wallIn(rooms, decisions, { district: asked.district, wall })
        const names = namesFor(rooms, asked, wall)
        return { kind: 'wall', district: asked.district, wall, at: now, by, change: 'enrolled', session, ...names }
      })
      codes.used(fact?.session ?? '')
      rooms.reports.changed()
      sendJson(response, 200, { wall: fact?.wall })
    },
  }
}

function renameRoute(rooms: WallRooms): Route {
  return {
    method: 'POST',
    path: '/api/walls/:wall/rename',
    access: 'desk',
    handler: async (request, response, visit) => {
      const asked = await readJsonBody(request, wallNamesSchema, likeNames)
      const by = signerOf(visit)
      const { district } = asked
      const wall = visit.params['wall'] ?? ''
      await rooms.decisions.run((): WallFact => {
        wallIn(rooms, rooms.decisions, { district, wall })
        return { kind: 'wall', district, wall, at: rooms.clock.now(), by, change: 'renamed', ...namesFor(rooms, asked, wall) }
      })
      sendJson(response, 200, { wall })
    },
  }
}

const revokeRequest = z.strictObject({ district: z.string('expected the id of a district').max(128, 'no id of a district is that long') })

function revokeRoute(rooms: WallRooms): Route {
  return {
    method: 'POST',
    path: '/api/walls/:wall/revoke',
    access: 'desk',
    handler: async (request, response, visit) => {
      const { district } = await readJsonBody(request, revokeRequest, '{"district": "620802"}')
      const by = signerOf(visit)
      const wall = visit.params['wall'] ?? ''
      let session: string | undefined
      await rooms.decisions.run((): WallFact => {
        wallIn(rooms, rooms.decisions, { district, wall })
        session = rooms.decisions.walls(district)?.sessionOf(wall)
        return { kind: 'wall', district, wall, at: rooms.clock.now(), by, change: 'revoked' }
      })
      rooms.reports.forget(wall)
      // a wall that was carried away must not go on reading
      if (session !== undefined) rooms.endSession(session)
      sendJson(response, 200, { wall })
    },
  }
}

/** What a wall is called: two of one name could not be told apart at the desk. */
function namesFor({ decisions, configuration }: WallRooms, { district, name, profile, group }: WallNames, wall: string) {
  districtIn(configuration, district)
  if (!plainName.test(name)) throw new ProblemError('bad-request', `name: ${plainNameWords}`)
  const other = decisions.walls(district)?.states.find((one) => one.name === name && one.id !== wall)
  if (other !== undefined)
    throw new ProblemError('conflict', `name: ${JSON.stringify(name)} is another wall already; take another name, or revoke that one`)
  if (profile !== undefined && !configuration.walls.some(({ id }) => id === profile)) {
    const known = configuration.walls.map(({ id }) => id).join(', ')
    throw new ProblemError('bad-request', `profile: ${JSON.stringify(profile)} is not in config/walls; there are ${known}`)
  }
  return { name, ...(profile !== undefined && { profile }), ...(group !== undefined && { group }) }
}

/** @throws ProblemError for a district that is not configured */
export function districtIn({ districts }: Pick<WallRooms['configuration'], 'districts'>, district: string): string {
  if (districts.some(({ id }) => id === district)) return district
  const known = districts.map(({ id }) => id).join(', ')
  throw new ProblemError('not-found', `district: ${JSON.stringify(district.slice(0, 80))} is not configured; these are: ${known}`)
}

/** @throws ProblemError for a wall that is not enrolled in the district */
export function wallIn(
  { configuration }: Pick<WallRooms, 'configuration'>,
  source: Pick<WallDecisions, 'walls'>,
  { district, wall }: { readonly district: string; readonly wall: string },
): WallState {
  const walls = source.walls(districtIn(configuration, district))
  const found = walls?.state(wall)
  if (found !== undefined) return found
  const known = (walls?.states ?? []).map(({ id, name }) => `${id} (${name})`)
  const cure = known.length === 0 ? 'none is' : `these are: ${known.join(', ')}`
  throw new ProblemError('not-found', `wall: ${JSON.stringify(wall.slice(0, 80))} is not enrolled in district ${district}; ${cure}`)
}
