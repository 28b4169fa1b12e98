import { z } from 'zod'
import type { District } from '../../contract/configuration.ts'
import type { SessionEndedFact, SessionList, SessionRecord } from '../../contract/session.ts'
import type { Clock } from '../core/clock.ts'
import type { World } from '../core/world.ts'
import type { Sessions } from './access.ts'
import type { Commands } from './command.ts'
import { readJsonBody } from './json-body.ts'
import { ProblemError, sendJson } from './problem.ts'
import type { Route, Visit } from './route.ts'

export interface SessionRooms {
  readonly sessions: Pick<Sessions, 'list' | 'endById'>
  readonly clock: Clock
  readonly commands: Pick<Commands, 'run'>
  readonly world: Pick<World, 'walls'>
  readonly districts: readonly Pick<District, 'id'>[]
  /** A session is over: whoever still looks on with it is cut off. */
  readonly sessionEnded: () => void
}

/** 会话: who is signed in, and the end of it by an administrator's hand. */
export function sessionRoutes(rooms: SessionRooms): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/sessions',
      access: 'admin',
      handler: (_request, response, { sessionId: own }) => sendJson(response, 200, { own, sessions: listed(rooms) } satisfies SessionList),
    },
    endRoute(rooms),
  ]
}

function listed({ sessions, clock, world, districts }: SessionRooms): SessionList['sessions'] {
  const wallOf = (id: string): string | undefined =>
    districts.flatMap((district) => {
      const wall = world.walls(district.id)?.ofSession(id)
      return wall === undefined || wall.revoked !== undefined ? [] : [wall.name]
    })[0]
  return sessions.list(clock.now()).map((session) => ({ ...session, wall: wallOf(session.id) }))
}

function endRoute(rooms: SessionRooms): Route {
  const { sessions, clock, commands, sessionEnded } = rooms
  return {
    method: 'POST',
    path: '/api/sessions/:session/end',
    access: 'admin',
    handler: async (request, response, visit) => {
      await readJsonBody(request, z.strictObject({}), '{}')
      // written down first: nobody is signed out of whom the log does not know by whom
      const { session } = await commands.run(() => endedFact(sessionIn(rooms, visit), visit, clock.now()))
      sessions.endById(session)
      sessionEnded()
      sendJson(response, 200, { session })
    },
  }
}

function endedFact({ id: session, role, name, unit }: SessionRecord, visit: Visit, at: number): SessionEndedFact {
  return {
    ...{ kind: 'session-ended', session, at, role },
    ...(visit.name !== undefined && { by: visit.name }),
    ...(name !== undefined && { name }),
    ...(unit !== undefined && { unit }),
    ...(visit.address !== '' && { address: visit.address.slice(0, 64) }),
  }
}

/** @throws ProblemError for one that is over, or never was */
function sessionIn({ sessions, clock }: SessionRooms, { params }: Visit): SessionRecord {
  const id = params['session'] ?? ''
  const found = sessions.list(clock.now()).find((session) => session.id === id)
  if (found !== undefined) return found
  throw new ProblemError('not-found', `session: ${JSON.stringify(id.slice(0, 80))} is none, or over already; GET /api/sessions lists those there are`)
}
