import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import type { FeedStatus } from '../../contract/bench.ts'
import { feedStates } from '../../contract/fact.ts'
import type { Suspicions } from '../../contract/suspicion.ts'
import type { FeedHealth } from '../../contract/topic.ts'
import { secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import type { RejectionTally } from './rejections.ts'
import type { Route } from './route.ts'

export interface MetricsRooms {
  readonly clock: Clock
  readonly world: { readonly seq: number }
  readonly inFlight: { readonly bytes: number }
  readonly watch: {
    totals(): readonly { readonly id: string; readonly facts: number; readonly rejected: number; readonly heardAt: Instant | undefined }[]
  }
  /** as the walls show it, of every feed and video platform */
  readonly health: () => readonly Pick<FeedHealth, 'id' | 'state' | 'completeness' | 'upThisMonth'>[]
  /** the feeds that are configured now */
  readonly feedStatus: () => readonly Pick<FeedStatus, 'id' | 'connection' | 'lastMessageAt' | 'messages' | 'unchanged' | 'queued'>[]
  readonly ledgers: { forgotten(): readonly { readonly feed: string; readonly count: number }[] }
  readonly rejections: {
    held(): readonly { readonly feed: string; readonly messages: number; readonly bytes: number }[]
    counts(): readonly RejectionTally[]
  }
  readonly placesInDoubt: ReadonlyMap<string, () => Suspicions>
  /** our clock minus the one it was compared with; undefined before it was */
  readonly clockDriftMs: () => number | undefined
  readonly video: () => {
    readonly viewings: number
    readonly platforms: readonly {
      readonly id: string
      readonly openStreams: number
      readonly cacheBytes: number
      readonly failures: ReadonlyMap<string, number>
      readonly conversions: { readonly running: number; readonly transcodes: number; readonly restarts: number; readonly bytes: number }
    }[]
  }
  /** of the push gateway; undefined until it is attached */
  readonly push: () => { readonly sockets: number; readonly rooms: number; readonly framesSent: number; readonly framesDropped: number } | undefined
}

/** GET /metrics for Prometheus: the process and its event loop, the log, the feeds, the cameras, the push. */
export function metricsRoute(rooms: MetricsRooms): Route {
  const register = new Registry()
  collectDefaultMetrics({ register })
  feedMetrics(register, rooms)
  healthMetrics(register, rooms)
  connectionMetrics(register, rooms)
  quarantineMetrics(register, rooms)
  videoMetrics(register, rooms)
  pushMetrics(register, rooms)
  clockMetrics(register, rooms)
  placeMetrics(register, rooms)
  gauge(register, 'yiping_log_seq', 'Number of the last entry of the log', () => rooms.world.seq)
  gauge(register, 'yiping_intake_queue_bytes', 'Bytes held by requests to the intake that are under way', () => rooms.inFlight.bytes)
  return {
    method: 'GET',
    path: '/metrics',
    access: 'admin',
    handler: async (_request, response) => {
      const text = await register.metrics()
      response.writeHead(200, { 'content-type': register.contentType, 'cache-control': 'no-store' })
      response.end(text)
    },
  }
}

function gauge(register: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [register],
    collect() {
      this.set(read())
    },
  })
}

type Labels = Readonly<Record<string, string>>

interface Named {
  readonly name: string
  readonly help: string
  readonly labels?: readonly string[]
}

/** Counters that are counted elsewhere: set to what they stand at whenever they are asked for. */
function counter(register: Registry, { name, help, labels = [] }: Named, read: () => readonly (readonly [Labels, number])[]): void {
  new Counter({
    name,
    help,
    labelNames: labels,
    registers: [register],
    collect() {
      this.reset()
      for (const [of, count] of read()) this.inc(of, count)
    },
  })
}

/** Gauges of what comes and goes: feeds are configured and taken away while we run. */
function gauges(register: Registry, { name, help, labels = [] }: Named, read: () => readonly (readonly [Labels, number])[]): void {
  new Gauge({
    name,
    help,
    labelNames: labels,
    registers: [register],
    collect() {
      this.reset()
      for (const [of, value] of read()) this.set(of, value)
    },
  })
}

const byFeed = ['feed'] as const

/** What every feed and every video platform has. */
function feedMetrics(register: Registry, { watch, clock }: MetricsRooms): void {
  const facts = { name: 'yiping_feed_facts_total', help: 'Facts told by a feed since the start, new or known', labels: byFeed }
  counter(register, facts, () => watch.totals().map((feed) => [{ feed: feed.id }, feed.facts]))
  const rejected = { name: 'yiping_feed_rejected_total', help: 'Refusals of a feed since the start', labels: byFeed }
  counter(register, rejected, () => watch.totals().map((feed) => [{ feed: feed.id }, feed.rejected]))
  const age = { name: 'yiping_feed_age_seconds', help: 'Since a feed was last heard; absent before it was heard at all', labels: byFeed }
  gauges(register, age, () => agesOf(watch.totals(), clock.now()))
}

function healthMetrics(register: Registry, { health }: MetricsRooms): void {
  const state = { name: 'yiping_feed_state', help: 'Health of a feed: 1 for the state it is in', labels: ['feed', 'state'] }
  gauges(register, state, () =>
    health().flatMap((feed) => feedStates.map((each) => [{ feed: feed.id, state: each }, feed.state === each ? 1 : 0] as const)),
  )
  const completeness = {
    name: 'yiping_feed_completeness_ratio',
    help: 'Of today’s intervals of one cadence, the share in which a feed was heard; absent before the first is over',
    labels: byFeed,
  }
  gauges(register, completeness, () => known(health(), (feed) => feed.completeness))
  const up = {
    name: 'yiping_feed_up_this_month_ratio',
    help: 'Service level of this month: the share of the time in which a feed was up; absent before it was',
    labels: byFeed,
  }
  gauges(register, up, () => known(health(), (feed) => feed.upThisMonth))
}

function known<Feed extends { readonly id: string }>(
  feeds: readonly Feed[],
  valueOf: (feed: Feed) => number | undefined,
): readonly (readonly [Labels, number])[] {
  return feeds.flatMap((feed) => {
    const value = valueOf(feed)
    return value === undefined ? [] : [[{ feed: feed.id }, value] as const]
  })
}

function agesOf(
  feeds: readonly { readonly id: string; readonly heardAt: Instant | undefined }[],
  now: Instant,
): readonly (readonly [Labels, number])[] {
  return feeds.flatMap(({ id, heardAt }) => (heardAt === undefined ? [] : [[{ feed: id }, (now - heardAt) / secondMs] as const]))
}

/** Every state is told, 1 for the one that is so: a query needs no list of the states there are. */
const connections = Object.keys({
  intake: true,
  connecting: true,
  open: true,
  retrying: true,
  stopped: true,
} satisfies Record<FeedStatus['connection'], true>)

function connectionMetrics(register: Registry, { feedStatus, ledgers, clock }: MetricsRooms): void {
  const messages = { name: 'yiping_feed_messages_total', help: 'Messages of a feed since the start, good or refused', labels: byFeed }
  counter(register, messages, () => feedStatus().map((feed) => [{ feed: feed.id }, feed.messages]))
  const unchanged = { name: 'yiping_feed_unchanged_total', help: 'Facts not recorded since the start, for they moved too little', labels: byFeed }
  counter(register, unchanged, () => feedStatus().map((feed) => [{ feed: feed.id }, feed.unchanged]))
  const queued = { name: 'yiping_feed_queued_messages', help: 'Messages of a feed that wait to be translated', labels: byFeed }
  gauges(register, queued, () => feedStatus().map((feed) => [{ feed: feed.id }, feed.queued]))
  const age = { name: 'yiping_feed_message_age_seconds', help: 'Since the last message of a feed; absent before there was one', labels: byFeed }
  gauges(register, age, () =>
    agesOf(
      feedStatus().map(({ id, lastMessageAt }) => ({ id, heardAt: lastMessageAt })),
      clock.now(),
    ),
  )
  const connection = {
    name: 'yiping_feed_connection',
    help: 'How the connection of a feed stands: 1 for the state it is in',
    labels: ['feed', 'state'],
  }
  gauges(register, connection, () =>
    feedStatus().flatMap((feed) => connections.map((state) => [{ feed: feed.id, state }, feed.connection === state ? 1 : 0] as const)),
  )
  const forgotten = {
    name: 'yiping_feed_ledger_forgotten_total',
    help: 'Notes of a feed’s transport lost to the bound: what they were about may be taken again',
    labels: byFeed,
  }
  counter(register, forgotten, () => ledgers.forgotten().map(({ feed, count }) => [{ feed }, count]))
}

function quarantineMetrics(register: Registry, { rejections }: MetricsRooms): void {
  const messages = { name: 'yiping_quarantine_messages', help: 'Refused messages of a feed that are kept', labels: byFeed }
  gauges(register, messages, () => rejections.held().map((held) => [{ feed: held.feed }, held.messages]))
  const bytes = { name: 'yiping_quarantine_bytes', help: 'Their size', labels: byFeed }
  gauges(register, bytes, () => rejections.held().map((held) => [{ feed: held.feed }, held.bytes]))
  const evicted = {
    name: 'yiping_quarantine_evicted_total',
    help: 'Refusals of a feed no longer kept, for want of room or for their age, since the data folder was made',
    labels: ['feed', 'stage', 'code'],
  }
  counter(register, evicted, () => rejections.counts().map(({ feed, stage, code, evicted: gone }) => [{ feed, stage, code }, gone]))
}

function videoMetrics(register: Registry, { video }: MetricsRooms): void {
  const labels = ['platform'] as const
  gauge(register, 'yiping_video_viewings', 'Cameras that sessions watch now, each session and camera once', () => video().viewings)
  const streams = { name: 'yiping_video_streams', help: 'Streams that a video platform has open for us', labels }
  gauges(register, streams, () => video().platforms.map(({ id, openStreams }) => [{ platform: id }, openStreams]))
  const bytes = { name: 'yiping_video_cache_bytes', help: 'Segments, playlists and stills held for those who ask next', labels }
  gauges(register, bytes, () => video().platforms.map(({ id, cacheBytes }) => [{ platform: id }, cacheBytes]))
  const failures = {
    name: 'yiping_video_upstream_failures_total',
    help: 'What media servers of a platform did not answer since the start, by what became of it',
    labels: ['platform', 'state'],
  }
  counter(register, failures, () =>
    video().platforms.flatMap(({ id, failures: counts }) => [...counts].map(([state, count]) => [{ platform: id, state }, count] as const)),
  )
  conversionMetrics(register, video)
}

/** Of streams that no browser plays and that are made into HLS here. */
function conversionMetrics(register: Registry, video: MetricsRooms['video']): void {
  const labels = ['platform'] as const
  type Figure = keyof ReturnType<MetricsRooms['video']>['platforms'][number]['conversions']
  const read = (figure: Figure) => () => video().platforms.map(({ id, conversions }) => [{ platform: id }, conversions[figure]] as const)
  gauges(register, { name: 'yiping_video_conversions', help: 'Streams of a platform that ffmpeg makes into HLS now', labels }, read('running'))
  const anew = { name: 'yiping_video_transcodes', help: 'Places taken by pictures that are coded anew, of maxTranscodes in config/video', labels }
  gauges(register, anew, read('transcodes'))
  const restarts = { name: 'yiping_video_conversion_restarts_total', help: 'Starts of ffmpeg after it ended, hung or broke, since the start', labels }
  counter(register, restarts, read('restarts'))
  gauges(register, { name: 'yiping_video_conversion_bytes', help: 'Pictures made here that are held in memory', labels }, read('bytes'))
}

function pushMetrics(register: Registry, { push }: MetricsRooms): void {
  gauge(register, 'yiping_push_sockets', 'Screens connected', () => push()?.sockets ?? 0)
  gauge(register, 'yiping_push_rooms', 'Sets of topics that screens are subscribed to', () => push()?.rooms ?? 0)
  const sent = () => [[{}, push()?.framesSent ?? 0]] as const
  const dropped = () => [[{}, push()?.framesDropped ?? 0]] as const
  counter(register, { name: 'yiping_push_frames_sent_total', help: 'Frames sent, one per set of topics' }, sent)
  counter(register, { name: 'yiping_push_frames_dropped_total', help: 'Frames not sent to a socket that was behind' }, dropped)
}

function placeMetrics(register: Registry, { placesInDoubt }: MetricsRooms): void {
  const doubtful = {
    name: 'yiping_places_in_doubt',
    help: 'Things of a district whose place is most likely wrong, by what they are and why; absent where there are none',
    labels: ['district', 'what', 'doubt'],
  }
  gauges(register, doubtful, () =>
    [...placesInDoubt].flatMap(([district, ask]) => ask().counts.map(({ what, doubt, count }) => [{ district, what, doubt }, count] as const)),
  )
}

function clockMetrics(register: Registry, { clockDriftMs }: MetricsRooms): void {
  const drift = { name: 'yiping_clock_drift_seconds', help: 'Our clock minus the one it was compared with; absent before it was' }
  gauges(register, drift, () => {
    const driftMs = clockDriftMs()
    return driftMs === undefined ? [] : [[{}, driftMs / secondMs]]
  })
}
