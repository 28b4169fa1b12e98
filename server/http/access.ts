import type { IncomingMessage } from 'node:http'
import type { SessionRecord } from '../../contract/session.ts'
import type { Clock } from '../core/clock.ts'
import type { Attempts } from './attempts.ts'
import { sessionCookie } from './cookie.ts'
import type { FeedTokens } from './feed-tokens.ts'
import type { Origins } from './origin.ts'
import { problem } from './problem.ts'
import type { Problem } from './problem.ts'
import { ladder } from './route.ts'
import type { Access, HouseRole, Role, Visit } from './route.ts'
import { hashSecret, isSecret } from './secret.ts'

/** Whose session it is. */
type Person = { readonly role: Role } & Pick<Visit, 'name' | 'unit'>

/** Sessions as this room needs them; kept by the store. */
export interface Sessions {
  createTicket(role: Role, now: number, name?: string, unit?: string): string
  ticketRole(ticket: string, now: number): Role | undefined
  redeemTicket(ticket: string, now: number, address?: string): (Person & { readonly session: string }) | undefined
  find(session: string, now: number): (Person & { readonly id: string }) | undefined
  end(session: string): void
  list(now: number): readonly SessionRecord[]
  endById(id: string): void
}

export interface AccessOptions {
  readonly sessions: Pick<Sessions, 'find'>
  /** the administrator's token; undefined lets no bearer in */
  readonly adminToken: string | undefined
  readonly feedTokens: FeedTokens
  readonly origins: Origins
  readonly attempts: Attempts
  readonly clock: Clock
}

/** Either who calls, or the problem to answer with. */
export type Decision = Pick<Visit, 'role' | 'sessionId' | 'name' | 'unit'> | { readonly refused: Problem }

/** The one place that decides who may do what. */
export interface AccessControl {
  /** @param feed the feed in the path, on routes for feeds */
  decide(access: Access, request: IncomingMessage, feed?: string): Decision
  /** Whether a WebSocket handshake may go on: a session of our own from one of our own pages, or the administrator's token. No unit's. */
  readonly authoriseHandshake: (request: IncomingMessage) => boolean
}

const notSignedIn = problem('unauthorised', 'this needs a session or a token; open a sign-in link, or send Authorization: Bearer')
const wrongFeedToken = problem(
  'unauthorised',
  'no feed of this name has this token; send Authorization: Bearer with the token of the feed in the path',
)
const wrongBearer = problem('unauthorised', 'header Authorization: not the administrator’s token; see YIPING_BOOTSTRAP_TOKEN on the server')
const tooManyFailures = problem('busy', 'too many wrong tokens from this address; wait a minute')
const foreignOrigin = problem('forbidden', 'header Origin: the request was not sent by a page of this server; open the page here and try again')

/** A role of ours may do what those below it may. A unit may do nothing that is ours, and nobody else speaks for it. */
function suffices(role: Role, needed: HouseRole | 'unit' | 'anyone'): boolean {
  if (needed === 'anyone') return true
  if (role === 'unit' || needed === 'unit') return role === needed
  return ladder.indexOf(role) >= ladder.indexOf(needed)
}

export function createAccess(options: AccessOptions): AccessControl {
  const { feedTokens, origins } = options
  const caller = createCallerLookup(options)
  return {
    decide(access, request, feed = '') {
      if (access === 'public') return nobody
      if (access === 'feed') return feedTokens.matches(feed, bearerOf(request) ?? '') ? nobody : { refused: wrongFeedToken }
      const found = caller(request)
      if ('refused' in found) return found
      if (!suffices(found.role, access)) return { refused: problem('forbidden', `this needs the role ${access}; the session has ${found.role}`) }
      const changes = request.method !== 'GET' && request.method !== 'HEAD'
      // a token is never sent by itself, a cookie is
      return found.by === 'cookie' && changes && !origins.isSameOrigin(request) ? { refused: foreignOrigin } : found
    },
    authoriseHandshake(request) {
      const found = caller(request)
      return !('refused' in found) && found.role !== 'unit' && (found.by === 'bearer' || origins.isSameOrigin(request))
    },
  }
}

const nobody = { role: undefined, sessionId: '', name: undefined, unit: undefined }

type Caller = (Person & { readonly sessionId: string; readonly by: 'bearer' | 'cookie' }) | { readonly refused: Problem }

function createCallerLookup({ sessions, adminToken, origins, attempts, clock }: AccessOptions): (request: IncomingMessage) => Caller {
  const admin = adminToken === undefined || adminToken === '' ? undefined : hashSecret(adminToken)
  const byBearer = (request: IncomingMessage, token: string): Caller => {
    const address = origins.addressOf(request)
    if (attempts.isBlocked(address)) return { refused: tooManyFailures }
    if (admin !== undefined && isSecret(token, admin)) return { role: 'admin', sessionId: 'token', name: undefined, unit: undefined, by: 'bearer' }
    attempts.failed(address)
    return { refused: wrongBearer }
  }
  return (request) => {
    const token = bearerOf(request)
    if (token !== undefined) return byBearer(request, token)
    const cookie = sessionCookie(request)
    const session = cookie === undefined ? undefined : sessions.find(cookie, clock.now())
    if (session === undefined) return { refused: notSignedIn }
    const { role, id: sessionId, name, unit } = session
    return { role, sessionId, name, unit, by: 'cookie' }
  }
}

function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
}
