import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { UnitDefinition } from '../../contract/configuration.ts'
import { dayMs } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import { quote } from '../core/foreign-words.ts'
import type { Sessions } from './access.ts'
import type { Attempts } from './attempts.ts'
import { clearSessionCookie, isLasting, sessionCookie, setSessionCookie } from './cookie.ts'
import { readJsonBody } from './json-body.ts'
import type { Log } from './log.ts'
import type { Origins } from './origin.ts'
import { sendPage } from './page.ts'
import type { Page } from './page.ts'
import { plainName, plainNameWords } from './plain-name.ts'
import { ProblemError, sendJson } from './problem.ts'
import { roles } from './route.ts'
import type { Role, Route, Visit } from './route.ts'

export interface SignInRooms {
  readonly sessions: Sessions
  readonly attempts: Attempts
  readonly origins: Origins
  readonly clock: Clock
  readonly log: Log
  /** whom a link of the role `unit` may be made for */
  readonly units: readonly Pick<UnitDefinition, 'id' | 'shortName'>[]
  /** A session is over: whoever still looks on with it is cut off. */
  readonly sessionEnded: () => void
}

/** How long the store honours a link. */
const linkLifeMs = dayMs

/** 登录: one-time links instead of passwords, sessions in a cookie. */
export function signInRoutes(rooms: SignInRooms): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/sign-in',
      access: 'public',
      handler: (request, response, { query }) =>
        signIn(rooms, { request, response, ticket: query.get('ticket') ?? '', isSure: query.has('instead') }),
    },
    { method: 'POST', path: '/api/sign-in-links', access: 'admin', handler: (request, response) => createLink(rooms, request, response) },
    { method: 'POST', path: '/api/sign-out', access: 'anyone', handler: (request, response) => signOut(rooms, request, response) },
    {
      method: 'GET',
      path: '/api/session',
      access: 'anyone',
      handler: (request, response, { role, name, unit }) => tellSession(rooms, { request, response, role, name, unit }),
    },
  ]
}

/** The desk works at its own page, a unit at another; a wall opens on the screens. */
const homes: Readonly<Record<Role, string>> = { wall: '/', desk: '/desk', admin: '/desk', unit: '/unit' }

/** Who loses most when a session of theirs is replaced: a unit has nothing that a link would not bring back. */
const weights: Readonly<Record<Role, number>> = { unit: 0, wall: 1, desk: 2, admin: 3 }

interface SignIn {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly ticket: string
  /** was asked already whether the session is to be replaced */
  readonly isSure: boolean
}

function signIn(rooms: SignInRooms, { request, response, ticket, isSure }: SignIn): void {
  const { sessions, attempts, origins, clock, log } = rooms
  const address = origins.addressOf(request)
  if (attempts.isBlocked(address)) {
    response.setHeader('retry-after', '60')
    sendPage(response, 429, tooOften)
    return
  }
  const cookie = sessionCookie(request)
  const session = cookie === undefined ? undefined : sessions.find(cookie, clock.now())
  const offered = session === undefined || isSure ? undefined : sessions.ticketRole(ticket, clock.now())
  if (session !== undefined && offered !== undefined && weights[offered] < weights[session.role]) {
    // a browser holds one session: the lower one would take the higher one's place in its every page
    sendPage(response, 200, askFirst(ticket, offered))
    return
  }
  // chat programs look at links before people do: only a GET may use one up
  const redeemed = request.method === 'GET' ? sessions.redeemTicket(ticket, clock.now(), address) : undefined
  if (redeemed !== undefined) {
    log('info', 'signed in', signedIn(redeemed, address))
    setSessionCookie(response, redeemed.session, { role: redeemed.role, isSecure: origins.isSecure(request) })
    redirect(response, homes[redeemed.role])
    return
  }
  // a wall's browser may start with the link it was once signed in with
  if (session !== undefined) {
    redirect(response, homes[session.role])
    return
  }
  if (request.method === 'GET') attempts.failed(address)
  sendPage(response, 403, linkUsed)
}

const signedIn = ({ role, name, unit }: { readonly role: Role } & Pick<Visit, 'name' | 'unit'>, address: string): Record<string, string> => ({
  role,
  ...(name !== undefined && { name }),
  ...(unit !== undefined && { unit }),
  address,
})

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location, 'cache-control': 'no-store' })
  response.end()
}

/** A person's name, as it will stand under what they sign. */
const nameWords = 'expected a name of 1 to 40 characters'
const linkRequest = z.strictObject({
  role: z.enum(roles, `expected one of ${roles.join(', ')}`),
  name: z.string(nameWords).trim().min(1, nameWords).max(40, nameWords).regex(plainName, plainNameWords).optional(),
  unit: z.string('expected the id of a unit').optional(),
})
const likeLink =
  '{"role": "desk", "name": "张三"}, of which the name may be left out: without one nothing can be signed; ' +
  'or {"role": "unit", "name": "李四", "unit": "housing"}'

async function createLink(rooms: SignInRooms, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { sessions, origins, clock } = rooms
  const asked = await readJsonBody(request, linkRequest, likeLink)
  const { role, name, unit } = asked
  refuseWrongUnit(rooms, asked)
  const base = origins.addressedAs(request)
  if (base === undefined) throw new ProblemError('bad-request', 'header Host: missing or not a host; it becomes part of the link')
  const ticket = sessions.createTicket(role, clock.now(), name, unit)
  const expiresAt = clock.now() + linkLifeMs
  sendJson(response, 200, { url: `${base}/sign-in?ticket=${ticket}`, expiresAt })
}

/** Whoever speaks for a unit signs all that is said. @throws ProblemError */
function refuseWrongUnit({ units }: SignInRooms, { role, name, unit }: z.infer<typeof linkRequest>): void {
  if (role !== 'unit') {
    if (unit !== undefined) throw new ProblemError('bad-request', `unit: only the role unit has one; leave it out, or send ${likeLink}`)
    return
  }
  if (name === undefined) throw new ProblemError('bad-request', `name: a unit’s answers are signed with a person’s name; send ${likeLink}`)
  if (units.some(({ id }) => id === unit)) return
  const known = units.map(({ id, shortName }) => `${id} (${shortName})`).join(', ')
  throw new ProblemError('bad-request', `unit: ${unit === undefined ? 'missing' : `${quote(unit)} is not in config/units.yaml`}; these are: ${known}`)
}

function signOut({ sessions, sessionEnded }: SignInRooms, request: IncomingMessage, response: ServerResponse): void {
  const cookie = sessionCookie(request)
  if (cookie !== undefined) sessions.end(cookie)
  sessionEnded()
  clearSessionCookie(response)
  response.writeHead(204, { 'cache-control': 'no-store' })
  response.end()
}

interface SessionVisit extends Pick<Visit, 'role' | 'name' | 'unit'> {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** Every page asks this when it is loaded, which keeps a lasting cookie from growing old. */
function tellSession({ origins }: SignInRooms, { request, response, role, name, unit }: SessionVisit): void {
  const cookie = sessionCookie(request)
  if (isLasting(role) && cookie !== undefined) setSessionCookie(response, cookie, { role, isSecure: origins.isSecure(request) })
  sendJson(response, 200, { role, name, unit })
}

/** @param ticket known to be one of ours */
const askFirst = (ticket: string, offered: Role): Page => ({
  title: '此浏览器已用更高的身份登录 · Signed in with a higher role already',
  paragraphs: [
    '一个浏览器只能有一个会话：用此链接登录会取代现在的身份，直到再用登录链接登录。要在另一台机器上登录，请在那里打开此链接，它还没有用掉。',
    'A browser holds one session: signing in with this link takes the place of the present one. To sign in on another machine open the link there; it is not used up.',
  ],
  choices: [
    { href: homes[offered], text: '保持现在的身份打开 · Keep the present role' },
    { href: `/sign-in?ticket=${encodeURIComponent(ticket)}&amp;instead`, text: '改用此链接的身份 · Sign in with this link instead' },
  ],
})

const linkUsed = {
  title: '登录链接已失效 · This sign-in link no longer works',
  paragraphs: [
    '每个登录链接只能使用一次，24 小时内有效。',
    '重新启动服务器时会打印新的链接；管理员也可用令牌请求 POST /api/sign-in-links 取得新链接。',
    'Each link works once, within 24 hours. The server prints new ones when it starts; an administrator gets one with POST /api/sign-in-links.',
  ],
}

const tooOften = {
  title: '尝试过于频繁 · Too many attempts',
  paragraphs: ['请一分钟后再试。', 'Please try again in a minute.'],
}
