import { mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { ReplayAnswer } from '../../contract/bench.ts'
import type { Fact } from '../../contract/fact.ts'
import type { Rejection, RejectionCause } from '../../contract/rejection.ts'
import { ok } from '../../contract/result.ts'
import { attachmentLimits } from '../../contract/supervision.ts'
import type { Suspicions } from '../../contract/suspicion.ts'
import { parseTopicName } from '../../contract/topic.ts'
import type { Entity } from '../../contract/topic.ts'
import { openFeedTokens } from '../../server/http/feed-tokens.ts'
import type { Role } from '../../server/http/route.ts'
import { createCommands } from '../../server/http/command.ts'
import { createHttp } from '../../server/http/server.ts'
import type { Http, HttpOptions } from '../../server/http/server.ts'
import { MapError } from '../../server/ingest/dialect.ts'
import type { Dialect } from '../../server/ingest/dialect.ts'
import { LiveFeeds } from '../../server/ingest/live-feeds.ts'
import { openFeed } from '../../server/ingest/open-feed.ts'
import { plainPrivacy } from '../support/privacy.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { feed, ranking, registryWith } from '../support/registry.ts'

export const adminToken = 'the-administrator-of-this-test'
export const hotlineToken = 'the-hotline-of-this-test'
export const indicatorsToken = 'the-indicators-of-this-test'
export const pulledToken = 'the-one-that-is-pulled'

/** A dialect small enough to see through: an order has a number; `fault` names what shall go wrong with it. */
const order: Dialect = {
  name: 'hotline',
  message: z.looseObject({ no: z.string().min(1).max(40), stage: z.string().default('received'), fault: z.string().optional() }),
  map(message, { feed }) {
    // parsed by the schema above
    const { no, stage, fault } = message as { no: string; stage: string; fault?: string }
    if (fault === 'map') throw new MapError('unknown-value', `fault: found "${fault}" for 13800138000; send another`)
    if (fault === 'bug') throw new TypeError('undefined is not a function')
    if (fault === 'none') return []
    return no.split('+').map((id) => ({ kind: 'work-order', id: `${feed.id}:${id}`, at: new ManualClock().now(), stage }))
  },
}

export const registry = registryWith({
  feeds: [feed({ id: 'pulled', source: 'mqtt://10.20.0.5', transport: { topics: ['air/#'] }, mapping: '$' })],
  rankings: [ranking({ id: 'towns' })],
})

/** Takes every feed's meaning for the one above; what is fetched waits for ever. */
const openWithOrders: typeof openFeed = (definition) => {
  const opened = openFeed({ ...definition, dialect: undefined, mapping: '$' })
  if (!opened.ok) return opened
  const { link } = opened.value
  return ok({ ...opened.value, definition, meaning: order, link: link && { ...link, transport: { ...link.transport, run: untilAborted } } })
}

const untilAborted = ({ signal }: { readonly signal: AbortSignal }): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

const unasked = (): never => {
  throw new Error('no feed of these tests asks for this')
}

const unusedBench: HttpOptions['bench'] = {
  folder: 'config/feeds',
  list: () => [],
  file: () => undefined,
  version: () => undefined,
  tail: () => [],
  try: unasked,
  sample: unasked,
  save: unasked,
  rollBack: unasked,
  remove: unasked,
}

export const doubtfulPlaces: Suspicions = {
  district: '620802',
  problem: undefined,
  checked: 12,
  counts: [{ what: 'camera', doubt: 'neighbour', count: 2 }],
  examples: [],
}

const noEntries: HttpOptions['entryDesk'] = {
  refusalOf: unasked,
  lastMonth: unasked,
  sheet: unasked,
  template: unasked,
  checkFile: unasked,
  checkTyped: unasked,
  judge: unasked,
  factsOf: unasked,
  monthOf: unasked,
}

const noReports: HttpOptions['reportDesk'] = {
  refusalOf: unasked,
  states: unasked,
  held: unasked,
  usualCutOff: unasked,
  latestCutOff: unasked,
  startOf: unasked,
  draft: unasked,
  document: unasked,
  file: unasked,
}
const noIncidents: HttpOptions['incidents'] = { all: unasked, find: unasked, nextId: unasked }

/** What the stores behind the server were given, and what they shall do. */
const serverState = [{ id: 'server', recording: 'ok', since: 1, reason: undefined }]
const feedHealth = [
  { id: 'hotline', state: 'up', completeness: 0.975, upThisMonth: 0.9991 },
  { id: 'air', state: 'down', completeness: undefined, upThisMonth: undefined },
]

export class House {
  readonly clock = new ManualClock()
  readonly recorded: { feed: string; facts: readonly Fact[] }[] = []
  readonly kept: Omit<Rejection, 'id'>[] = []
  readonly receipts: { feed: string; facts: number; rejected: number }[] = []
  readonly lines: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[] = []
  readonly sessions = new Map<string, { id: string; role: Role; name: string | undefined; unit: string | undefined }>()
  readonly tickets = new Map<string, { role: Role; name: string | undefined; unit: string | undefined }>()
  readonly directory = mkdtempSync(join(tmpdir(), 'yiping-http-'))
  reasons: string[] = []
  /** how often open sockets were to be looked at again */
  cuts = 0
  causes: RejectionCause[] = []
  /** replaced by tests that look at the quarantine */
  replay: (feed: string, cause: string | undefined) => Promise<ReplayAnswer> = () =>
    Promise.resolve({ replayed: 0, facts: 0, duplicates: 0, refusedAgain: 0, notReplayable: 0 })
  discard: (feed: string, cause: string) => number = () => 0
  seq = 0
  /** replaced by tests that need a recorder that fails or waits */
  commit: () => Promise<void> = () => Promise.resolve()
  /** replaced by tests that need a quarantine that fails */
  keep: (rejections: readonly Omit<Rejection, 'id'>[]) => void = (rejections) => {
    this.kept.push(...rejections)
    this.#onKept()
  }
  #onKept: () => void = () => undefined
  readonly live: LiveFeeds
  readonly options: HttpOptions
  readonly http: Http
  port = 0

  constructor(given: Partial<HttpOptions> = {}) {
    this.live = this.#liveFeeds()
    const options = { ...this.#options(), ...given }
    this.options = { commands: createCommands(options.record), ...options }
    this.http = createHttp(this.options)
  }

  /** The real way from a request to the recorder, between a recorder, a quarantine and a watch that only write down. */
  #liveFeeds(): LiveFeeds {
    return new LiveFeeds({
      registry,
      clock: this.clock,
      log: (level, message, fields = {}) => void this.lines.push({ level, message, fields }),
      recorder: {
        record: async (feed, facts) => {
          await this.commit()
          this.recorded.push({ feed, facts })
          this.seq += facts.length
          return { accepted: facts.length, duplicates: 0, seq: this.seq }
        },
      },
      rejections: { keep: (rejections) => this.keep(rejections) },
      watch: {
        received: (feed, receipt) => void this.receipts.push({ feed, ...receipt }),
        answered: unasked,
        failed: unasked,
        stateOf: () => 'waiting',
      },
      last: () => () => undefined,
      open: openWithOrders,
      hosts: { resolve: unasked },
      secrets: { secret: unasked },
      privacy: plainPrivacy(),
      certificate: unasked,
      installation: 'here',
      folder: unasked,
      ledger: () => ({ get: unasked, keys: unasked }),
      random: unasked,
    })
  }

  #options(): Omit<HttpOptions, 'commands'> {
    const { clock } = this
    return {
      clock,
      log: (level, message, fields = {}) => void this.lines.push({ level, message, fields }),
      feeds: this.live,
      bench: unusedBench,
      catalogue: unasked,
      rejections: {
        // a cause is told apart by the code alone
        list: ({ feed, cause, limit = 0 }) =>
          this.kept
            .map((kept, at) => ({ id: at + 1, ...kept }))
            .filter((kept) => (feed === undefined || kept.feed === feed) && (cause === undefined || kept.code === cause))
            .slice(0, limit),
        causes: ({ feed }) => this.causes.filter((cause) => feed === undefined || cause.feed === feed),
        discard: ({ feed, cause }) => this.discard(feed, cause),
        held: () => [{ feed: 'hotline', messages: 2, bytes: 300 }],
        counts: () => [
          { feed: 'hotline', stage: 'decode', code: 'bad-shape', count: 3, evicted: 1 },
          { feed: 'indicators', stage: 'admit', code: 'too-old', count: 1, evicted: 0 },
        ],
      },
      sessions: {
        createTicket: (role, _now, name, unit) => {
          const ticket = `ticket-${String(this.tickets.size)}`
          this.tickets.set(ticket, { role, name, unit })
          return ticket
        },
        ticketRole: (ticket) => this.tickets.get(ticket)?.role,
        redeemTicket: (ticket) => {
          const person = this.tickets.get(ticket)
          if (person === undefined) return undefined
          this.tickets.delete(ticket)
          return { session: this.signIn(person.role, person.name, person.unit), ...person }
        },
        find: (session) => this.sessions.get(session),
        end: (session) => void this.sessions.delete(session),
        list: (now) => [...this.sessions.values()].map((session) => ({ ...session, createdAt: now, seenAt: now, address: undefined })),
        endById: (id) => this.endSession(id),
      },
      sessionEnded: () => void (this.cuts += 1),
      walls: () => undefined,
      world: {
        seq: 41,
        at: clock.now(),
        // as: of a feed's health only what is asked for here
        read: (topics) => Object.fromEntries(topics.map((topic) => [topic, (topic === 'feeds@620802' ? feedHealth : serverState) as Entity[]])),
      },
      historian: {
        stateAt: (topics, at) =>
          Promise.resolve(at < clock.now() - 3_600_000 ? undefined : { seq: 7, at, topics: Object.fromEntries(topics.map((topic) => [topic, []])) }),
      },
      covered: () => ({ from: clock.now() - 3_600_000, to: clock.now() }),
      isTopic: (name) => parseTopicName(name) !== undefined,
      watch: {
        totals: () => [{ id: 'hotline', facts: 12, rejected: 3, heardAt: clock.now() - 5_000 }],
      },
      replay: (feed, cause) => this.replay(feed, cause),
      feedStatus: () => [
        { id: 'hotline', connection: 'intake', lastMessageAt: clock.now() - 7_000, messages: 15, unchanged: 2, queued: 1 },
        { id: 'air', connection: 'retrying', lastMessageAt: undefined, messages: 0, unchanged: 0, queued: 0 },
      ],
      ledgers: { forgotten: () => [{ feed: 'air', count: 8 }] },
      configuration: {
        build: 'test',
        app: registry.app,
        districts: [...registry.districts.values()],
        walls: [],
        screens: [],
        scenes: [],
        indicators: [],
        units: [],
        channels: [],
        inputs: [],
        themes: [],
        rankings: [...registry.rankings.values()],
        sectors: [],
        plans: [...registry.plans.values()],
        quantities: [],
        supervision: { ...registry.supervision, attachments: attachmentLimits(registry.supervision.attachments) },
        alarms: registry.alarms,
        duty: registry.duty,
      },
      record: async (facts) => {
        await this.commit()
        this.recorded.push({ feed: 'system', facts })
      },
      incidents: noIncidents,
      entryDesk: noEntries,
      reportDesk: noReports,
      recordEntered: async (facts) => {
        await this.commit()
        this.recorded.push({ feed: 'manual', facts })
      },
      clockDriftMs: () => -1_500,
      video: () => ({
        viewings: 3,
        platforms: [
          {
            id: 'demo',
            openStreams: 2,
            cacheBytes: 4_096,
            failures: new Map([['no-stream', 5]]),
            conversions: { running: 4, transcodes: 1, restarts: 6, bytes: 70_000 },
          },
        ],
      }),
      feedTokens: openFeedTokens({
        feeds: registry.feeds.keys(),
        directory: join(this.directory, 'feeds'),
        environment: {
          YIPING_FEED_TOKEN_HOTLINE: hotlineToken,
          YIPING_FEED_TOKEN_INDICATORS: indicatorsToken,
          YIPING_FEED_TOKEN_PULLED: pulledToken,
        },
      }),
      adminToken,
      unready: () => this.reasons,
      push: () => ({ sockets: 2, rooms: 1, framesSent: 99, framesDropped: 4 }),
      mapDirectory: join(this.directory, 'map'),
      placesInDoubt: new Map([['620802', () => doubtfulPlaces]]),
      clientDirectory: join(this.directory, 'client'),
      trustedProxies: [],
      routes: [],
    }
  }

  /** A session as a cookie's value. */
  signIn(role: Role, name?: string, unit?: string): string {
    const session = `session-of-${role}-${String(this.sessions.size)}`
    this.sessions.set(session, { id: `id-${String(this.sessions.size)}`, role, name, unit })
    return session
  }

  endSession(id: string): void {
    for (const [session, known] of this.sessions) if (known.id === id) this.sessions.delete(session)
  }

  /** Resolves when the next refused message is kept. */
  nextKept(): Promise<void> {
    return new Promise((resolve) => (this.#onKept = resolve))
  }

  async open(): Promise<this> {
    for (const definition of registry.feeds.values()) await this.live.start(definition)
    await new Promise<void>((resolve) => this.http.server.listen(0, '127.0.0.1', resolve))
    // a TCP server that listens has an address with a port
    this.port = (this.http.server.address() as AddressInfo).port
    return this
  }

  get origin(): string {
    return `http://127.0.0.1:${String(this.port)}`
  }

  async close(): Promise<void> {
    this.http.server.closeAllConnections()
    await this.http.close()
    await this.live.close()
    rmSync(this.directory, { recursive: true })
  }

  /** One request as it stands: nothing is added, followed or remembered. */
  ask(method: string, path: string, { headers = {}, body }: Asked = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port: this.port, method, path, headers, agent: false }, (response) => {
        const pieces: Buffer[] = []
        response.on('data', (piece: Buffer) => pieces.push(piece))
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(pieces).toString('utf8') })
          request.destroy()
        })
      })
      // when the server answers before it has read everything, writing on may fail: the answer is what counts
      request.on('error', reject)
      request.end(body)
    })
  }

  /** One request of the hotline to the intake. */
  send(body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const given = { authorization: `Bearer ${hotlineToken}`, 'content-type': 'application/json', ...headers }
    return this.ask('POST', '/api/intake/hotline', { headers: given, body })
  }
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

const problemSchema = z.strictObject({
  type: z.string().regex(/^urn:yiping:problem:[a-z-]+$/),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1),
  instance: z
    .string()
    .regex(/^urn:uuid:/)
    .optional(),
  code: z.string().optional(),
})

/** The problem document an answer must be. @throws when it is none, or says another status than the answer */
export function problemIn(answer: Answer): z.infer<typeof problemSchema> {
  const told = problemSchema.parse(JSON.parse(answer.text))
  if (answer.headers['content-type'] !== 'application/problem+json')
    throw new Error(`not a problem document: ${String(answer.headers['content-type'])}`)
  if (told.status !== answer.status) throw new Error(`the document says ${String(told.status)}, the answer ${String(answer.status)}`)
  return told
}

const answerSchema = z.strictObject({
  accepted: z.int(),
  duplicates: z.int(),
  rejected: z.array(z.strictObject({ index: z.int(), stage: z.string(), code: z.string(), detail: z.string() })),
  seq: z.int(),
})

/** The 202 of the intake. @throws when the answer is not one */
export function acceptedIn(answer: Answer): z.infer<typeof answerSchema> {
  if (answer.status !== 202) throw new Error(`${String(answer.status)}: ${answer.text}`)
  return answerSchema.parse(JSON.parse(answer.text))
}
