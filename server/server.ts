import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Configuration } from '../contract/configuration.ts'
import type { Entry, Fact } from '../contract/fact.ts'
import type { ServerState } from '../contract/topic.ts'
import { parseTopicName, topicName } from '../contract/topic.ts'
import type { FeedHealth } from '../contract/topic.ts'
import { hourMs } from '../contract/time.ts'
import { loadConfiguration } from './configuration/load.ts'
import { describeProblems } from './configuration/problem.ts'
import { screenConfiguration } from './configuration/screen-configuration.ts'
import { systemClock } from './core/clock.ts'
import { maskRaw } from './core/masking.ts'
import type { Registry } from './core/registry.ts'
import type { World } from './core/world.ts'
import { isClientBuilt } from './http/client-files.ts'
import { openFeedTokens } from './http/feed-tokens.ts'
import { createHttp } from './http/server.ts'
import { createFeedWatch, watchedOf } from './ingest/feed-watch.ts'
import { dialects } from './ingest/feeds/index.ts'
import { createIntake } from './ingest/intake.ts'
import type { Log } from './log.ts'
import { createGateway } from './push/gateway.ts'
import type { Gateway } from './push/gateway.ts'
import type { Settings } from './settings.ts'
import { loadWorld, startHistorian } from './store/historian.ts'
import { createRecorder } from './store/recorder.ts'
import { openStores } from './store/stores.ts'
import { startTicks } from './ticks.ts'
import { startVideo } from './video/video.ts'

/** The composition root: the only file that knows every room of the server. */

/** The configuration has mistakes: the message tells all of them. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
}

export interface RunningServer {
  readonly url: string
  /** what people at the terminal are told: where it is, and one-time links to sign in with */
  readonly greeting: string
  close(): Promise<void>
}

/** A restart folds at most this many entries again. */
const checkpointEveryEntries = 50_000
const clock = systemClock

/**
 * Starts everything and resolves when the server listens and its world is folded.
 * @throws ConfigurationError, or an Error in words for people: the folder is in use, the port is taken, the log is damaged
 */
export async function startServer(settings: Settings, log: Log): Promise<RunningServer> {
  const registry = readRegistry(settings.configDirectory)
  mkdirSync(settings.dataDirectory, { recursive: true, mode: 0o700 })
  const closing = new Closing()
  try {
    return await start(settings, registry, log, closing)
  } catch (error) {
    await closing.run()
    throw error
  }
}

function readRegistry(directory: string): Registry {
  const loaded = loadConfiguration(
    directory,
    dialects.map(({ name }) => name),
  )
  if (loaded.ok) return loaded.value
  throw new ConfigurationError(describeProblems(directory, loaded.error))
}

async function start(settings: Settings, registry: Registry, log: Log, closing: Closing): Promise<RunningServer> {
  const { dataDirectory, configDirectory, clientDirectory, environment } = settings
  const { maxLogBytes: maxBytes, rejectionsKept } = registry.app
  const stores = openStores({ directory: dataDirectory, maxBytes, rejectionsKept })
  closing.add(() => stores.close())
  const world = loadWorld(stores.log, registry, dataDirectory)
  const historian = startHistorian({ directory: dataDirectory, configDirectory })
  closing.add(() => historian.close())
  const checkpoints = new Checkpoints(() => historian.checkpoint(), log)
  closing.add(() => checkpoints.last())

  const pushed: { gateway?: Gateway } = {}
  const recorder = createRecorder({
    log: stores.log,
    clock,
    onEntries: (entries) => {
      applyAll(world, entries)
      checkpoints.grown(entries.length)
      pushed.gateway?.changed()
    },
    onStorage: (state, reason) => {
      if (state === 'stopped') log('error', 'the log cannot be written: intake is stopped', { reason })
      else log('info', 'the log can be written again')
      world.setServerState(serverState(state, reason))
      pushed.gateway?.changed()
    },
  })
  closing.add(() => recorder.close())
  world.setServerState(serverState('ok', undefined))
  // what the server itself notes may be lost on a full disk: it says so on the wall, and notes it again later
  const note = (facts: readonly Fact[]): void => {
    recorder.record('system', facts).catch((error: unknown) => log('warn', "the server's own facts were not recorded", { error }))
  }
  closing.add(startTicks(clock, note))
  const watch = createFeedWatch({
    watched: watchedOf(registry),
    before: { at: world.at, feeds: healthBefore(world, registry) },
    clock,
    record: (fact) => recorder.record('system', [fact]),
  })
  closing.add(() => watch.close())
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
        stores.rejections.keep(items.map(({ detail, raw }) => ({ feed: platform, at, stage: 'map', code: 'bad-shape', detail, raw: maskRaw(raw) })))
        watch.received(platform, { facts: 0, rejected: items.length })
      },
    },
    environment,
    fetch: globalThis.fetch,
  })
  closing.add(() => video.close())

  const build = settings.build ?? builtClient(clientDirectory)
  const isTopic = (name: string): boolean => isConfiguredTopic(name, registry)
  const http = createHttp({
    clock,
    log,
    world,
    historian,
    covered: () => coveredBy(stores.log),
    isTopic,
    feeds: registry.feeds,
    intake: createIntake({ registry, dialects, clock }),
    recorder,
    rejections: stores.rejections,
    watch,
    push: () => pushed.gateway?.stats,
    sessions: stores.sessions,
    configuration: screenConfiguration(registry, build),
    feedTokens: openFeedTokens({ feeds: [...registry.feeds.keys()], directory: join(dataDirectory, 'secrets/feeds'), environment }),
    adminToken: settings.adminToken,
    unready: () => (settings.build !== undefined || isClientBuilt(clientDirectory) ? [] : ['the client is not built: run npm run build']),
    mapDirectory: join(configDirectory, 'map'),
    clientDirectory,
    trustedProxies: settings.trustedProxies,
    routes: video.routes,
  })
  closing.add(() => http.close())
  const gateway = createGateway({
    httpServer: http.server,
    source: world,
    build,
    epoch: randomUUID(),
    clock,
    authorise: http.authoriseHandshake,
    isTopic,
  })
  pushed.gateway = gateway
  closing.add(() => gateway.close())

  const url = await listen(http.server, settings)
  const now = clock.now()
  const link = (role: 'wall' | 'desk'): string => `${url}/sign-in?ticket=${stores.sessions.createTicket(role, now)}`
  return { url, greeting: greetingOf(url, { wall: link('wall'), desk: link('desk') }), close: () => closing.run() }
}

function applyAll(world: World, entries: readonly Entry[]): void {
  for (const entry of entries) world.apply(entry)
}

function serverState(recording: ServerState['recording'], reason: string | undefined): ServerState {
  return { id: 'server', recording, since: clock.now(), reason }
}

function healthBefore(world: World, registry: Registry): readonly FeedHealth[] {
  const names = [...registry.districts.keys()].map((district) => topicName('feeds', district))
  return Object.values(world.read(names)).flat() as readonly FeedHealth[] // the topic `feeds` holds nothing else
}

function isConfiguredTopic(name: string, registry: Registry): boolean {
  const parsed = parseTopicName(name)
  return parsed !== undefined && (parsed.district === undefined || registry.districts.has(parsed.district))
}

function coveredBy(log: {
  readonly lastSeq: number
  readonly lastAt: number
  entries(range: { after: number; upTo?: number }): Iterable<Entry>
}): { from: number; to: number } | undefined {
  for (const first of log.entries({ after: 0, upTo: 1 })) return { from: first.at, to: log.lastAt }
  return undefined
}

function builtClient(directory: string): Configuration['build'] {
  const mark = join(directory, '.yiping-built')
  return existsSync(mark) ? readFileSync(mark, 'utf8').trim() : 'unmarked'
}

async function listen(server: import('node:http').Server, { port, host }: Settings): Promise<string> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new Error(
      `Could not listen on port ${String(port)}: ${error instanceof Error ? error.message : String(error)}. Stop what uses it, or give another one in PORT.`,
      { cause: error },
    )
  }
  // the server listens on a TCP port, so its address is never a path
  return `http://localhost:${String((server.address() as AddressInfo).port)}`
}

function greetingOf(url: string, links: { readonly wall: string; readonly desk: string }): string {
  return [
    '',
    `  一屏 Yiping  ${url}`,
    '',
    '  Sign in with these links. Each works once, within 24 hours; a new start prints new ones.',
    `  大屏 wall   ${links.wall}`,
    `  操作台 desk ${links.desk}`,
    '',
  ].join('\n')
}

/** What must be undone, last first, each step even when another fails. */
class Closing {
  readonly #steps: (() => unknown)[] = []

  add(step: () => unknown): void {
    this.#steps.push(step)
  }

  async run(): Promise<void> {
    const failures: unknown[] = []
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed')
  }
}

/** Has a checkpoint written when the log has grown enough, each hour, and at the end. */
class Checkpoints {
  readonly #write: () => Promise<number>
  readonly #log: Log
  readonly #stop: () => void
  #since = 0
  #writing: Promise<unknown> | undefined

  constructor(write: () => Promise<number>, log: Log) {
    this.#write = write
    this.#log = log
    this.#stop = clock.every(hourMs, () => this.#start())
  }

  grown(entries: number): void {
    this.#since += entries
    if (this.#since >= checkpointEveryEntries) this.#start()
  }

  async last(): Promise<void> {
    this.#stop()
    this.#start()
    await this.#writing
  }

  #start(): void {
    if (this.#writing !== undefined || this.#since === 0) return
    this.#since = 0
    this.#writing = this.#write()
      .catch((error: unknown) => this.#log('warn', 'no checkpoint was written: the next start takes longer', { error }))
      .finally(() => {
        this.#writing = undefined
      })
  }
}
