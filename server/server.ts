import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { VideoSource } from '../contract/topic.ts'
import { parseTopicName, topicName } from '../contract/topic.ts'
import { Closing } from './closing.ts'
import { loadConfiguration } from './configuration/load.ts'
import { describeProblems } from './configuration/problem.ts'
import { screenConfiguration } from './configuration/screen-configuration.ts'
import { openFeedRoom } from './feed-room.ts'
import type { FeedRoom } from './feed-room.ts'
import { maskRaw } from './core/masking-raw.ts'
import type { Registry } from './core/registry.ts'
import { isClientBuilt } from './http/client-files.ts'
import type { Role } from './http/route.ts'
import { createHttp } from './http/server.ts'
import type { Http } from './http/server.ts'
import type { FeedWatch } from './ingest/feed-watch.ts'
import { checkFeed } from './ingest/open-feed.ts'
import { feedCatalogue } from './ingest/catalogue.ts'
import type { Log } from './log.ts'
import { createGateway } from './push/gateway.ts'
import type { Gateway } from './push/gateway.ts'
import type { Settings } from './settings.ts'
import { openSpine } from './spine.ts'
import type { Spine } from './spine.ts'
import type { EventLog } from './store/event-log.ts'
import { systemClock as clock } from './system-clock.ts'
import { startTicks } from './ticks.ts'
import { startVideo } from './video/video.ts'
import type { Video } from './video/video.ts'

/** The composition root: the only file that knows every room of the server. */

/** The configuration has mistakes: the message tells all of them. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
}

export interface RunningServer {
  /** what people at the terminal are told: where it is, and one-time links to sign in with */
  readonly greeting: string
  close(): Promise<void>
}

/** What the rooms are made from. */
interface Setting {
  readonly settings: Settings
  readonly registry: Registry
  readonly log: Log
  readonly closing: Closing
}

/**
 * Starts everything and resolves when the server listens and its world is folded.
 * @throws ConfigurationError, or an Error in words for people: the folder is in use, the port is taken, the log is damaged
 */
export async function startServer(settings: Settings, log: Log): Promise<RunningServer> {
  const registry = readRegistry(settings.configDirectory)
  mkdirSync(settings.dataDirectory, { recursive: true, mode: 0o700 })
  const closing = new Closing()
  try {
    return await start({ settings, registry, log, closing })
  } catch (error) {
    await closing.run()
    throw error
  }
}

function readRegistry(directory: string): Registry {
  const loaded = loadConfiguration(directory, checkFeed)
  if (loaded.ok) return loaded.value
  throw new ConfigurationError(describeProblems(directory, loaded.error))
}

async function start(setting: Setting): Promise<RunningServer> {
  const { settings, registry, log, closing } = setting
  // the gateway needs the http server, which needs all the rest: until it is there nobody looks
  const pushed: { gateway?: Gateway } = {}
  const spine = openSpine({ settings, registry, clock, log, onChange: () => pushed.gateway?.changed() }, closing)
  const feeds = await openFeedRoom({ settings, registry, clock, log, spine }, closing)
  const video = openVideo(setting, spine, feeds.watch)
  const build = buildOf(settings, registry)
  const http = openHttp({ ...setting, spine, feeds, video, build, push: () => pushed.gateway?.stats })
  const gateway = createGateway({
    httpServer: http.server,
    source: spine.world,
    build,
    epoch: randomUUID(),
    clock,
    authorise: http.authoriseHandshake,
    isTopic: (name) => isConfiguredTopic(name, registry),
  })
  closing.add(() => gateway.close())
  pushed.gateway = gateway
  closing.add(startTicks(clock, (facts) => spine.note(facts)))
  const url = await listen(http.server, settings)
  return { greeting: greetingOf(url, spine), close: () => closing.run() }
}

function openVideo({ registry, settings, log, closing }: Setting, { world, recorder, stores }: Spine, watch: FeedWatch): Video {
  const video = startVideo({
    registry,
    clock,
    record: (platform, facts) => recorder.record(platform, facts),
    watch: {
      received: (platform, receipt) => watch.received(platform, receipt),
      failed(platform, reason) {
        log('warn', 'a video platform does not answer', { platform, reason })
        watch.failed(platform)
      },
      refused(platform, items) {
        const at = clock.now()
        stores.rejections.keep(
          items.map(({ detail, raw }) => ({
            feed: platform,
            at,
            stage: 'map',
            code: 'bad-shape',
            detail,
            raw: maskRaw(raw),
            form: 'piece',
            origin: 'catalogue',
          })),
        )
        watch.received(platform, { facts: 0, rejected: items.length })
      },
    },
    onlineBefore: ({ id, district }) => camerasOnline(world, id, district),
    environment: settings.environment,
    fetch: globalThis.fetch,
  })
  closing.add(() => video.close())
  return video
}

function camerasOnline(world: Spine['world'], platform: string, district: string): readonly string[] {
  // the topic `video-sources` holds nothing but VideoSource
  const sources = Object.values(world.read([topicName('video-sources', district)])).flat() as readonly VideoSource[]
  return sources.filter(({ feed, state }) => feed === platform && state === 'online').map(({ id }) => id)
}

interface HttpParts extends Setting {
  readonly spine: Spine
  readonly feeds: FeedRoom
  readonly video: Video
  readonly build: string
  readonly push: () => Gateway['stats'] | undefined
}

function openHttp({ settings, registry, log, closing, spine, feeds, video, build, push }: HttpParts): Http {
  const { configDirectory, clientDirectory } = settings
  const { world, historian, stores } = spine
  const http = createHttp({
    clock,
    log,
    world,
    historian,
    covered: () => coveredBy(stores.log),
    isTopic: (name) => isConfiguredTopic(name, registry),
    feeds: feeds.live,
    bench: feeds.bench,
    catalogue: () => feedCatalogue(registry),
    replay: (feed, cause) => feeds.replay(feed, cause),
    feedStatus: () => feeds.bench.list(),
    ledgers: stores.ledgers,
    rejections: stores.rejections,
    watch: feeds.watch,
    push,
    sessions: stores.sessions,
    configuration: screenConfiguration(registry, build),
    feedTokens: feeds.tokens,
    adminToken: settings.adminToken,
    unready: () => (settings.build !== undefined || isClientBuilt(clientDirectory) ? [] : ['the client is not built: run npm run build']),
    mapDirectory: join(configDirectory, 'map'),
    clientDirectory,
    trustedProxies: settings.trustedProxies,
    routes: video.routes,
  })
  closing.add(() => http.close())
  return http
}

function isConfiguredTopic(name: string, registry: Registry): boolean {
  const parsed = parseTopicName(name)
  return parsed !== undefined && (parsed.district === undefined || registry.districts.has(parsed.district))
}

function coveredBy(log: Pick<EventLog, 'recordedAt' | 'lastAt'>): { from: number; to: number } | undefined {
  const from = log.recordedAt(1)
  return from === undefined ? undefined : { from, to: log.lastAt }
}

/** Names what a wall draws with: the client's code and the configuration. Walls of another build reload themselves. */
function buildOf(settings: Settings, registry: Registry): string {
  const told = JSON.stringify(screenConfiguration(registry, ''))
  const configuration = createHash('sha256').update(told).digest('hex').slice(0, 12)
  return `${settings.build ?? builtClient(settings.clientDirectory)}.${configuration}`
}

function builtClient(directory: string): string {
  const mark = join(directory, '.yiping-built')
  return existsSync(mark) ? readFileSync(mark, 'utf8').trim() : 'unmarked'
}

async function listen(server: Server, { port, host }: Settings): Promise<string> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`Could not listen on port ${String(port)}: ${reason}. Stop what uses it, or give another one in PORT.`, { cause: error })
  }
  // the server listens on a TCP port, so its address is never a path
  return `http://localhost:${String((server.address() as AddressInfo).port)}`
}

function greetingOf(url: string, { stores }: Spine): string {
  const now = clock.now()
  const link = (role: Role): string => `${url}/sign-in?ticket=${stores.sessions.createTicket(role, now)}`
  return [
    '',
    `  一屏 Yiping  ${url}`,
    '',
    '  Sign in with these links. Each works once, within 24 hours; a new start prints new ones.',
    '  On another machine, write the name or address of this one in place of localhost.',
    `  大屏 wall   ${link('wall')}`,
    `  操作台 desk ${link('desk')}`,
    `  接入台 bench ${link('admin')}`,
    '',
  ].join('\n')
}
