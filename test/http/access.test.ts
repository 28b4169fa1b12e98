import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { IncomingMessage } from 'node:http'
import { ladder, roles } from '../../server/http/route.ts'
import type { Access, Role, Route } from '../../server/http/route.ts'
import { World } from '../../server/core/world.ts'
import { createCommands } from '../../server/http/command.ts'
import { alarmRoutes } from '../../server/http/alarms.ts'
import type { AlarmRooms } from '../../server/http/alarms.ts'
import { heldMeetingRoutes } from '../../server/http/meeting-routes.ts'
import type { MeetingRouteRooms } from '../../server/http/meeting-routes.ts'
import { UnitRoom } from '../../server/attachments/unit-room.ts'
import { Uploads } from '../../server/http/supervision-files.ts'
import { supervisionRoutes } from '../../server/http/supervisions.ts'
import type { DeskRooms } from '../../server/http/supervisions.ts'
import { unitRoutes } from '../../server/http/unit-orders.ts'
import { viewingsRoute } from '../../server/http/viewings.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { registryWith } from '../support/registry.ts'
import { adminToken, hotlineToken, House, problemIn } from './house.ts'
import { WallRoom } from './walls-house.ts'

let house: House

/** What another room brings along comes under the same rules. */
const registry = registryWith()
const supervisions: DeskRooms & AlarmRooms & MeetingRouteRooms = {
  clock: new ManualClock(),
  registry,
  world: new World(registry),
  attachments: {
    take: () => Promise.reject(new Error('nothing is sent here')),
    named: () => Promise.reject(new Error('nor named')),
    read: () => undefined,
    sweep: () => undefined,
  },
  mostBytes: 1,
  commands: createCommands(() => Promise.resolve()),
  uploads: new Uploads(),
  unitRoom: new UnitRoom({ clock: new ManualClock(), mostBytesPerDay: 1, mostBytes: 1, namedBytes: () => 0, isAttached: () => false }),
  historian: { stateAt: () => Promise.resolve(undefined) },
  covered: () => undefined,
  recordWhole: () => Promise.resolve(),
}
const foreign: readonly Route[] = [
  ...supervisionRoutes(supervisions),
  ...unitRoutes(supervisions),
  ...alarmRoutes(supervisions),
  ...heldMeetingRoutes(supervisions),
  {
    method: 'GET',
    path: '/api/video/:source/segment/:name',
    access: 'wall',
    handler: (_request, response, { params, sessionId, name, address }) =>
      void response.end(JSON.stringify({ params, sessionId, name: name ?? 'nobody', address })),
  },
  ...new WallRoom().routes,
  viewingsRoute({ world: { viewings: { heldFrom: 0, list: () => [] } }, historian: { viewings: () => Promise.resolve([]) } }),
]

beforeAll(async () => {
  house = await new House({ routes: foreign }).open()
})

afterAll(() => house.close())

const pathOf = (route: Route): string => route.path.replace(':feed', 'hotline').replace(/[:*]\w+/g, 'x')
function cookieOf(role: Role): Readonly<Record<string, string>> {
  const unit = role === 'unit' ? 'housing' : undefined
  return { cookie: `yiping_session=${house.signIn(role, '李四', unit)}`, origin: house.origin }
}

describe('the table of routes', () => {
  const table = new House({ routes: foreign }).http.routes

  it('says of every route who may call it', () => {
    const said = Object.fromEntries(
      table.filter(({ access }) => access !== 'public').map(({ method, path, access }) => [`${method} ${path}`, access]),
    )
    expect(said).toEqual({
      'POST /api/intake/:feed': 'feed',
      'GET /api/state': 'wall',
      'GET /api/rejections': 'desk',
      'GET /api/quarantine': 'desk',
      'POST /api/quarantine/replay': 'admin',
      'POST /api/quarantine/discard': 'admin',
      'GET /api/bench/catalogue': 'desk',
      'GET /api/bench/feeds': 'desk',
      'GET /api/bench/feeds/:feed': 'desk',
      'GET /api/bench/feeds/:feed/versions/:version': 'desk',
      'GET /api/bench/feeds/:feed/tail': 'desk',
      'POST /api/bench/try': 'desk',
      'POST /api/bench/sample': 'admin',
      'POST /api/bench/save': 'admin',
      'POST /api/bench/feeds/:feed/roll-back': 'admin',
      'POST /api/bench/feeds/:feed/remove': 'admin',
      'POST /api/rankings/:ranking/publish': 'desk',
      'POST /api/incidents': 'desk',
      'POST /api/incidents/:id/steps': 'desk',
      'POST /api/meetings': 'desk',
      'GET /api/entries/sheet': 'desk',
      'GET /api/entries/template': 'desk',
      'POST /api/entries/check': 'desk',
      'POST /api/entries': 'desk',
      'POST /api/entries/:id/approve': 'desk',
      'POST /api/entries/:id/reject': 'desk',
      'POST /api/entries/:id/withdraw': 'desk',
      'GET /api/reports': 'desk',
      'POST /api/reports': 'desk',
      'GET /api/reports/:id.docx': 'desk',
      'GET /api/reports/:id.xlsx': 'desk',
      'GET /api/reports/:id/bulletin.docx': 'desk',
      'GET /api/reports/:id': 'desk',
      'POST /api/reports/:id/texts': 'desk',
      'POST /api/reports/:id/issue': 'desk',
      'GET /api/configuration': 'wall',
      'GET /api/map/suspicions': 'desk',
      'GET /api/map/:file': 'wall',
      'GET /metrics': 'admin',
      'POST /api/sign-in-links': 'admin',
      'POST /api/sign-out': 'anyone',
      'GET /api/session': 'anyone',
      'GET /api/sessions': 'admin',
      'POST /api/sessions/:session/end': 'admin',
      'GET /api/video/:source/segment/:name': 'wall',
      'GET /api/video/viewings': 'desk',
      'POST /api/alarms/steps': 'desk',
      'GET /api/alarms/weekly': 'wall',
      'POST /api/supervisions/attachments': 'desk',
      'GET /api/supervisions': 'wall',
      'POST /api/supervisions': 'desk',
      'GET /api/supervisions/:id': 'wall',
      'POST /api/supervisions/:id/steps': 'desk',
      'GET /api/supervisions/:id/attachments/:attachment': 'desk',
      'GET /api/meetings/agenda': 'desk',
      'POST /api/meetings/open': 'desk',
      'GET /api/meetings/:id': 'wall',
      'GET /api/meetings/:id/minutes': 'desk',
      'POST /api/meetings/:id/steps': 'desk',
      'POST /api/meetings/:id/decisions': 'desk',
      'GET /api/unit/context': 'unit',
      'GET /api/unit/orders': 'unit',
      'GET /api/unit/orders/:id': 'unit',
      'POST /api/unit/orders/:id/steps': 'unit',
      'POST /api/unit/orders/:id/attachments': 'unit',
      'GET /api/unit/orders/:id/attachments/:attachment': 'unit',
      'GET /api/walls/me': 'wall',
      'POST /api/walls/report': 'wall',
      'GET /api/walls/reports': 'desk',
      'GET /api/walls/:wall/picture': 'desk',
      'POST /api/walls/enrol': 'desk',
      'POST /api/walls/:wall/rename': 'desk',
      'POST /api/walls/:wall/revoke': 'desk',
      'POST /api/walls/command': 'desk',
    })
  })

  it('holds nothing public that tells of the district', () => {
    const open = table.filter(({ access }) => access === 'public').map(({ path }) => path)
    expect(open.filter((path) => path.startsWith('/api/'))).toEqual([])
    expect(open.slice(0, 3)).toEqual(['/healthz', '/readyz', '/sign-in'])
  })

  const closed = table.filter(({ access }) => access !== 'public').map((route): [string, Route] => [`${route.method} ${route.path}`, route])

  it.each(closed)('%s answers 401 without credentials, and to wrong ones', async (_name, route) => {
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: `Basic ${adminToken}` }, { cookie: 'yiping_session=nobody' }]) {
      const answer = await house.ask(route.method, pathOf(route), { headers })
      expect(problemIn(answer).status).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="yiping"')
    }
    house.clock.advance(60_000)
  })

  function tooLowFor(access: Access): readonly Role[] {
    if (access === 'public' || access === 'feed' || access === 'anyone') return []
    return access === 'unit' ? ladder : ['unit', ...ladder.slice(0, ladder.indexOf(access))]
  }

  it.each(closed)('%s answers 403 to roles that are too low, and lets its own and higher ones through', async (_name, route) => {
    const tooLow = tooLowFor(route.access)
    for (const role of roles) {
      const { status } = await house.ask(route.method, pathOf(route), { headers: cookieOf(role) })
      if (route.access === 'feed') expect(status).toBe(401)
      else if (tooLow.includes(role)) expect(status).toBe(403)
      else expect([401, 403]).not.toContain(status)
    }
  })

  it('knows a feed’s token nowhere but at the intake', async () => {
    const { status } = await house.ask('GET', '/api/state?topics=server', { headers: { authorization: `Bearer ${hotlineToken}` } })
    expect(status).toBe(401)
    house.clock.advance(60_000)
  })
})

describe('what a handler of another room is told', () => {
  const ask = async (headers: Readonly<Record<string, string>>): Promise<unknown> =>
    JSON.parse((await house.ask('GET', '/api/video/c%201/segment/s.ts', { headers })).text)

  it('is the path’s parts, which session it is, where from, and the person’s name where it has one', async () => {
    const params = { source: 'c 1', name: 's.ts' }
    const address = '127.0.0.1'
    const [nameless, named] = [house.signIn('wall'), house.signIn('desk', '值班员甲')]
    const idOf = (session: string) => house.sessions.get(session)?.id
    expect(await ask({ cookie: `other=1; yiping_session=${nameless}` })).toEqual({ params, sessionId: idOf(nameless), name: 'nobody', address })
    expect(await ask({ cookie: `yiping_session=${named}` })).toEqual({ params, sessionId: idOf(named), name: '值班员甲', address })
    // a token is nobody in particular, whatever else its bearer says
    expect(await ask({ authorization: `Bearer ${adminToken}`, 'x-person': 'Zhang', cookie: `yiping_session=${named}` })).toEqual({
      params,
      sessionId: 'token',
      name: 'nobody',
      address,
    })
  })
})

describe('requests that change something', () => {
  it.each([
    ['our own page', (origin: string) => origin, 204],
    ['another page', () => 'http://evil.example', 403],
    ['our address on another port', (origin: string) => `${origin}1`, 403],
    ['no page', () => undefined, 403],
    ['a page without an origin', () => 'null', 403],
    ['an origin that is none', () => '::::', 403],
  ])('with a cookie, from %s', async (_what, originOf, status) => {
    const origin = originOf(house.origin)
    const headers = { cookie: `yiping_session=${house.signIn('wall')}`, ...(origin === undefined ? {} : { origin }) }
    expect((await house.ask('POST', '/api/sign-out', { headers })).status).toBe(status)
  })

  it('with a token need no page', async () => {
    expect((await house.ask('POST', '/api/sign-out', { headers: { authorization: `Bearer ${adminToken}` } })).status).toBe(204)
  })
})

describe('the handshake of a WebSocket', () => {
  // a handshake is read for its headers and its peer only
  const handshake = (headers: IncomingMessage['headers']): IncomingMessage =>
    ({
      method: 'GET',
      url: '/live',
      headers: { host: 'wall.example:8080', ...headers },
      socket: { remoteAddress: '::ffff:10.0.0.9' },
    }) as unknown as IncomingMessage
  const isLetIn = (headers: IncomingMessage['headers']): boolean => house.http.authoriseHandshake(handshake(headers))
  const cookie = (): string => `yiping_session=${house.signIn('wall')}`

  it('goes on with a session from our own page', () => {
    expect(isLetIn({ cookie: cookie(), origin: 'http://wall.example:8080' })).toBe(true)
  })

  it.each([undefined, 'null', 'http://wall.example', 'http://wall.example:8081', 'http://evil.example:8080', 'file://wall.example:8080'])(
    'ends with a session and the origin %s',
    (origin) => {
      expect(isLetIn({ cookie: cookie(), ...(origin === undefined ? {} : { origin }) })).toBe(false)
    },
  )

  it('ends with a unit’s session: nothing of the district is pushed to it', () => {
    const unit = `yiping_session=${house.signIn('unit', '李四', 'housing')}`
    expect(isLetIn({ cookie: unit, origin: 'http://wall.example:8080' })).toBe(false)
  })

  it('ends without a session, however the page', () => {
    expect(isLetIn({ origin: 'http://wall.example:8080' })).toBe(false)
    expect(isLetIn({ origin: 'http://wall.example:8080', cookie: 'yiping_session=nobody' })).toBe(false)
  })

  it('goes on with the administrator’s token and no page', () => {
    expect(isLetIn({ authorization: `Bearer ${adminToken}` })).toBe(true)
    expect(isLetIn({ authorization: 'Bearer wrong' })).toBe(false)
    house.clock.advance(60_000)
  })
})

describe('an administrator’s token that is guessed at', () => {
  let guarded: House

  beforeEach(async () => {
    guarded = await new House({ trustedProxies: ['127.0.0.0/8', '10.0.0.0/8'] }).open()
  })

  afterEach(() => guarded.close())

  const ask = async (from: string, token: string): Promise<number> =>
    (await guarded.ask('GET', '/api/session', { headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': from } })).status

  it('is not looked at any more after ten failures from one address within a minute', async () => {
    for (let guess = 0; guess < 10; guess += 1) expect(await ask('192.0.2.7', 'wrong')).toBe(401)
    expect(await ask('192.0.2.7', adminToken)).toBe(429)
    expect(await ask('192.0.2.8', adminToken)).toBe(200)
    // what the caller itself wrote in front of what our proxy saw counts for nothing
    expect(await ask('192.0.2.8, 192.0.2.7, 10.1.2.3', adminToken)).toBe(429)
    guarded.clock.advance(60_000)
    expect(await ask('192.0.2.7', adminToken)).toBe(200)
  })

  it('counts the addresses of one IPv6 network as one', async () => {
    for (let guess = 0; guess < 10; guess += 1) await ask(`2001:db8:0:7::${String(guess)}`, 'wrong')
    expect(await ask('2001:db8::7:1:2:3:4', adminToken)).toBe(429)
    expect(await ask('2001:db8:0:8::1', adminToken)).toBe(200)
  })
})

describe('a server without an administrator’s token', () => {
  it('lets no bearer in', async () => {
    const closed = await new House({ adminToken: undefined }).open()
    expect((await closed.ask('GET', '/metrics', { headers: { authorization: 'Bearer undefined' } })).status).toBe(401)
    expect((await closed.ask('GET', '/metrics', { headers: { authorization: 'Bearer ' } })).status).toBe(401)
    await closed.close()
  })
})
