import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import { secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import type { Route } from './route.ts'

export interface MetricsRooms {
  readonly clock: Clock
  readonly world: { readonly seq: number }
  readonly inFlight: { readonly bytes: number }
  readonly watch: {
    totals(): readonly { readonly id: string; readonly facts: number; readonly rejected: number; readonly heardAt: Instant | undefined }[]
  }
  /** of the push gateway; undefined until it is attached */
  readonly push: () => { readonly sockets: number; readonly rooms: number; readonly framesSent: number; readonly framesDropped: number } | undefined
}

/** GET /metrics for Prometheus: the process and its event loop, the log, the feeds, the push. */
export function metricsRoute(rooms: MetricsRooms): Route {
  const register = new Registry()
  collectDefaultMetrics({ register })
  feedMetrics(register, rooms)
  pushMetrics(register, rooms)
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

/** Counters that are counted elsewhere: set to what they stand at whenever they are asked for. */
function counter(
  register: Registry,
  named: { name: string; help: string; label?: string },
  read: () => readonly (readonly [string, number])[],
): void {
  const { name, help, label } = named
  new Counter({
    name,
    help,
    labelNames: label === undefined ? [] : [label],
    registers: [register],
    collect() {
      this.reset()
      for (const [value, count] of read()) this.inc(label === undefined ? {} : { [label]: value }, count)
    },
  })
}

function feedMetrics(register: Registry, { watch, clock }: MetricsRooms): void {
  const perFeed = (read: (feed: { readonly facts: number; readonly rejected: number }) => number) => () =>
    watch.totals().map((feed) => [feed.id, read(feed)] as const)
  counter(
    register,
    { name: 'yiping_feed_facts_total', help: 'Facts told by a feed since the start, new or known', label: 'feed' },
    perFeed(({ facts }) => facts),
  )
  counter(
    register,
    { name: 'yiping_feed_rejected_total', help: 'Refusals of a feed since the start', label: 'feed' },
    perFeed(({ rejected }) => rejected),
  )
  new Gauge({
    name: 'yiping_feed_age_seconds',
    help: 'Since a feed was last heard; absent before it was heard at all',
    labelNames: ['feed'],
    registers: [register],
    collect() {
      this.reset()
      for (const { id, heardAt } of watch.totals()) if (heardAt !== undefined) this.set({ feed: id }, (clock.now() - heardAt) / secondMs)
    },
  })
}

function pushMetrics(register: Registry, { push }: MetricsRooms): void {
  gauge(register, 'yiping_push_sockets', 'Screens connected', () => push()?.sockets ?? 0)
  gauge(register, 'yiping_push_rooms', 'Sets of topics that screens are subscribed to', () => push()?.rooms ?? 0)
  const sent = () => [['', push()?.framesSent ?? 0]] as const
  const dropped = () => [['', push()?.framesDropped ?? 0]] as const
  counter(register, { name: 'yiping_push_frames_sent_total', help: 'Frames sent, one per set of topics' }, sent)
  counter(register, { name: 'yiping_push_frames_dropped_total', help: 'Frames not sent to a socket that was behind' }, dropped)
}
