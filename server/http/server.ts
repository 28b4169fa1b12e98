import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import express from 'express'
import type { Express } from 'express'
import type { Configuration } from '../../contract/configuration.ts'
import { topicName } from '../../contract/topic.ts'
import type { FeedHealth } from '../../contract/topic.ts'
import type { Fact } from '../../contract/fact.ts'
import { secondMs } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import type { World } from '../core/world.ts'
import { createAccess } from './access.ts'
import type { AccessControl, Sessions } from './access.ts'
import { createAttempts } from './attempts.ts'
import { benchRoutes } from './bench.ts'
import type { BenchRooms } from './bench.ts'
import { clientRoutes } from './client-files.ts'
import type { Commands } from './command.ts'
import { configurationRoute, mapRoute } from './configuration.ts'
import { createDispatch } from './dispatch.ts'
import type { Dispatch } from './dispatch.ts'
import { entryRoutes } from './entries.ts'
import type { EntryRooms } from './entries.ts'
import type { FeedTokens } from './feed-tokens.ts'
import { healthRoutes } from './health.ts'
import type { Unready } from './health.ts'
import { incidentRoutes } from './incidents.ts'
import type { IncidentRooms } from './incidents.ts'
import { createInFlight } from './in-flight.ts'
import { intakeRoute } from './intake.ts'
import type { IntakeRooms } from './intake.ts'
import type { Log } from './log.ts'
import { meetingRoutes } from './meetings.ts'
import { metricsRoute } from './metrics.ts'
import type { MetricsRooms } from './metrics.ts'
import { createOrigins } from './origin.ts'
import { problem, sendProblem } from './problem.ts'
import { quarantineRoutes } from './quarantine.ts'
import type { QuarantineRooms } from './quarantine.ts'
import { rankingRoutes } from './rankings.ts'
import { reportRoutes } from './reports.ts'
import type { ReportRooms } from './reports.ts'
import { rejectionsRoute } from './rejections.ts'
import type { RejectionRooms } from './rejections.ts'
import type { Route, Visit } from './route.ts'
import { createSecurityHeaders } from './security-headers.ts'
import { sessionRoutes } from './sessions.ts'
import { signInRoutes } from './sign-in.ts'
import { stateRoute } from './state.ts'
import type { StateRooms } from './state.ts'
import { suspicionsRoute } from './suspicions.ts'

/** What the HTTP room needs of the others, each as narrow as it is used. */
export interface HttpRooms
  extends
    Pick<IntakeRooms, 'feeds'>,
    BenchRooms,
    Pick<StateRooms, 'world' | 'historian' | 'covered' | 'isTopic'>,
    Pick<QuarantineRooms, 'replay'>,
    Pick<EntryRooms, 'entryDesk' | 'recordEntered'>,
    Pick<ReportRooms, 'reportDesk'>,
    Pick<IncidentRooms, 'incidents' | 'orderFacts'>,
    Pick<MetricsRooms, 'push' | 'feedStatus' | 'ledgers' | 'clockDriftMs' | 'video' | 'placesInDoubt'> {
  readonly clock: Clock
  readonly sessions: Sessions
  /** A session is over: whoever still looks on with it is cut off. */
  readonly sessionEnded: () => void
  /** which session's browser is a wall */
  readonly walls: World['walls']
  readonly rejections: RejectionRooms['rejections'] & QuarantineRooms['rejections'] & MetricsRooms['rejections']
  readonly watch: MetricsRooms['watch']
  /** what people decide: one queue for the whole server, since what one makes another may number */
  readonly commands: Commands
  /** Records facts of the server's own, all or none; resolves once they are durable and folded. */
  readonly record: (facts: readonly Fact[]) => Promise<unknown>
  readonly log: Log
}

export interface HttpOptions extends HttpRooms {
  /** answer of GET /api/configuration; its districts also say which map files exist */
  readonly configuration: Configuration
  readonly feedTokens: FeedTokens
  /** YIPING_BOOTSTRAP_TOKEN; undefined lets no bearer in but feeds */
  readonly adminToken: string | undefined
  /** for GET /readyz */
  readonly unready: Unready
  readonly mapDirectory: string
  /** where the client is built */
  readonly clientDirectory: string
  /** addresses or subnets of proxies whose X-Forwarded headers are believed */
  readonly trustedProxies: readonly string[]
  /** of other rooms, such as video: they come under the same access rules */
  readonly routes: readonly Route[]
  readonly limits?: Partial<Limits>
}

export interface Limits {
  /** bytes of requests that one feed may have under way */
  readonly perFeedBytes: number
  readonly totalBytes: number
  /** how long a request may take to arrive: its headers, the whole of it, and how often that is looked at */
  readonly headersMs: number
  readonly requestMs: number
  readonly checkMs: number
}

const usualLimits: Limits = {
  perFeedBytes: 32 * 1024 * 1024,
  totalBytes: 128 * 1024 * 1024,
  headersMs: 15 * secondMs,
  requestMs: 120 * secondMs,
  checkMs: 5 * secondMs,
}

/** Longer than what proxies and collectors keep a connection for: the one who reuses it must be the one who closes it. */
const keepAliveMs = 65 * secondMs
/** What is under way when the server stops has this long to end. */
const closingMs = 3 * secondMs

export interface Http extends Pick<AccessControl, 'authoriseHandshake'> {
  /** not listening yet; the push gateway attaches to it */
  readonly server: Server
  /** the whole table: every address the server answers, and to whom */
  readonly routes: readonly Route[]
  /** Takes no more connections, lets what is under way end, then cuts. */
  close(): Promise<void>
}

function healthOf({ world, configuration }: Pick<HttpOptions, 'world' | 'configuration'>): readonly FeedHealth[] {
  const topics = world.read(configuration.districts.map(({ id }) => topicName('feeds', id)))
  // as: what the topic `feeds` holds
  return Object.values(topics).flat() as readonly FeedHealth[]
}

/** The server's one public face. Every address is in `routes`; access is decided in one place for all of them. */
export function createHttp(options: HttpOptions): Http {
  const { clock, log, sessions, feedTokens, adminToken } = options
  const limits = { ...usualLimits, ...options.limits }
  const origins = createOrigins(options.trustedProxies)
  const attempts = createAttempts(clock)
  const access = createAccess({ sessions, adminToken, feedTokens, origins, attempts, clock })
  const inFlight = createInFlight({ perFeed: limits.perFeedBytes, total: limits.totalBytes })
  const { commands } = options
  const intake = intakeRoute({ ...options, inFlight })
  const routes = [
    intake,
    stateRoute(options),
    rejectionsRoute(options),
    ...quarantineRoutes(options),
    ...benchRoutes(options),
    ...rankingRoutes({ ...options, commands }),
    ...meetingRoutes({ ...options, commands }),
    ...entryRoutes({ ...options, commands }),
    ...reportRoutes({ ...options, commands }),
    ...incidentRoutes({ ...options, commands }),
    configurationRoute(options.configuration),
    // before map files, one of which it would be taken for
    suspicionsRoute(options),
    mapRoute(options.configuration.districts, options.mapDirectory),
    ...healthRoutes(options.unready),
    metricsRoute({ ...options, inFlight, health: () => healthOf(options) }),
    ...signInRoutes({ ...options, attempts, origins, units: options.configuration.units }),
    ...sessionRoutes({ ...options, world: options, districts: options.configuration.districts }),
    ...options.routes,
    ...clientRoutes(options.clientDirectory),
  ]
  const dispatch = createDispatch({ access, origins, clock, log })
  const app = createApp(routes, dispatch)
  const server = createServer(timeoutsOf(limits), (request, response) => {
    // Express costs several times what the rest of a small intake does: what feeds send goes past it
    const feed = fedBy(request)
    if (feed === undefined) app(request, response)
    else void dispatch(intake, request, response, { feed })
  })
  return { server, routes, authoriseHandshake: access.authoriseHandshake, close: () => closeServer(server, clock) }
}

function timeoutsOf(limits: Limits): Parameters<typeof createServer>[0] & object {
  return {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkMs,
    keepAliveTimeout: keepAliveMs,
  }
}

/** The feed named in the path of a POST to the intake; undefined for any other request. */
function fedBy({ method, url = '' }: IncomingMessage): string | undefined {
  return method === 'POST' ? /^\/api\/intake\/([^/?]*)\/?(?:\?|$)/.exec(url)?.[1] : undefined
}

function createApp(routes: readonly Route[], dispatch: Dispatch): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('query parser')
  app.use(createSecurityHeaders())
  for (const path of new Set(routes.map((route) => route.path))) {
    const answering = routes.filter((route) => route.path === path)
    for (const route of answering) {
      const method = route.method === 'GET' ? 'get' : 'post'
      app[method](path, (request, response) => dispatch(route, request, response, plainParams(request.params)))
    }
    const allowed = answering.map(({ method }) => (method === 'GET' ? 'GET, HEAD' : method)).join(', ')
    app.all(path, (_request, response) => {
      response.setHeader('allow', allowed)
      sendProblem(response, problem('method-not-allowed', `this address takes ${allowed}`))
    })
  }
  app.use((_request: express.Request, response: express.Response) => {
    sendProblem(response, problem('not-found', 'no such address'))
  })
  app.use((error: unknown, _request: express.Request, response: express.Response, next: express.NextFunction) => {
    // handlers answer for themselves: what comes here is an address that Express cannot decode
    if (response.headersSent) next(error)
    else sendProblem(response, problem('bad-request', 'the address is not valid: check its % escapes'))
  })
  return app
}

/** A wildcard's parts are one path again. */
function plainParams(params: Readonly<Record<string, string | string[]>>): Visit['params'] {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : value]))
}

function closeServer(server: Server, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(closingMs, () => server.closeAllConnections())
    server.close(() => {
      cancel()
      resolve()
    })
    server.closeIdleConnections()
  })
}
