import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReplayAnswer } from '../contract/bench.ts'
import type { FeedDefinition } from '../contract/feed.ts'
import { dayMs, minuteMs } from '../contract/time.ts'
import type { FeedHealth, SensorState } from '../contract/topic.ts'
import { topicName } from '../contract/topic.ts'
import type { Closing } from './closing.ts'
import { FeedFiles } from './configuration/feed-files.ts'
import type { AdmissionOptions } from './core/admission.ts'
import type { Clock } from './core/clock.ts'
import { feedFactsFor } from './core/feed-registration.ts'
import type { Registry } from './core/registry.ts'
import type { World } from './core/world.ts'
import { FeedBench } from './feed-bench.ts'
import { feedFolder } from './feed-folder.ts'
import { openFeedTokens } from './http/feed-tokens.ts'
import type { FeedTokens } from './http/feed-tokens.ts'
import { secretFile } from './http/secret-file.ts'
import { withCarries } from './ingest/carried-kinds.ts'
import { createFeedWatch } from './ingest/feed-watch.ts'
import type { FeedWatch } from './ingest/feed-watch.ts'
import { createHostGuard } from './ingest/host-guard.ts'
import { LiveFeeds } from './ingest/live-feeds.ts'
import { replay } from './ingest/replay.ts'
import type { RunnerRooms } from './ingest/runner.ts'
import { createPrivacy, keyedNames } from './ingest/privacy.ts'
import { createSecrets } from './ingest/secrets.ts'
import { createCertificates } from './ingest/tls-options.ts'
import type { Log } from './log.ts'
import type { Settings } from './settings.ts'
import type { Spine } from './spine.ts'

/** 供数: the feeds as they run, what watches them, lets them in, and changes them. */
export interface FeedRoom {
  readonly live: LiveFeeds
  readonly bench: FeedBench
  readonly watch: FeedWatch
  readonly tokens: FeedTokens
  replay(feed: string, cause: string | undefined): Promise<ReplayAnswer>
}

export interface FeedRoomOptions {
  readonly settings: Settings
  readonly registry: Registry
  readonly clock: Clock
  readonly log: Log
  readonly spine: Spine
}

/** The quarantine is looked through for what has grown too old this often. */
const sweepEveryMs = minuteMs

/** Registers all feeds in the log and starts them; they end with `closing`. @throws when a token is too short to be one */
export async function openFeedRoom(options: FeedRoomOptions, closing: Closing): Promise<FeedRoom> {
  const { settings, registry, clock, spine } = options
  const watch = watchFeeds(options, closing)
  const tokens = openFeedTokens({
    feeds: [...registry.feeds.values()].filter(isSentToUs).map(({ id }) => id),
    directory: join(settings.dataDirectory, 'secrets/feeds'),
    environment: settings.environment,
  })
  const register = createRegister(options, watch, tokens)
  await register([...registry.feeds.values()])
  const runner = runnerRooms(options, watch)
  const last = lastRecorded(spine.world)
  const { recorder, stores } = spine
  const live = new LiveFeeds({ ...runner, registry, recorder, rejections: stores.rejections, watch, last, orders: ordersOf(spine.world) })
  closing.add(() => live.close())
  for (const definition of registry.feeds.values()) await live.start(definition)
  const bench = openBench({ ...options, live, last, orders: ordersOf(spine.world), runner, changed: register }, closing)
  const sweep = (): void => void stores.rejections.evictBefore(clock.now() - registry.app.rejectionsKeptDays * dayMs)
  closing.add(clock.every(sweepEveryMs, sweep))
  return { live, bench, watch, tokens, replay: (feed, cause) => replayFeed({ live, spine, clock }, feed, cause) }
}

const isSentToUs = ({ source }: FeedDefinition): boolean => source.startsWith('intake:')

function watchFeeds({ registry, clock, spine }: FeedRoomOptions, closing: Closing): FeedWatch {
  const { world, recorder } = spine
  const names = [...registry.districts.keys()].map((district) => topicName('feeds', district))
  // the topic `feeds` holds nothing but FeedHealth
  const feeds = Object.values(world.read(names)).flat() as readonly FeedHealth[]
  const watch = createFeedWatch({ before: { at: world.at, feeds }, clock, record: (fact) => recorder.record('system', [fact]) })
  closing.add(() => watch.close())
  return watch
}

/** Tells the log, the watch and the doorkeeper which feeds there are from now on. Video platforms are heard like feeds. */
function createRegister(
  { registry, clock, spine }: FeedRoomOptions,
  watch: FeedWatch,
  tokens: FeedTokens,
): (feeds: readonly FeedDefinition[]) => Promise<void> {
  const zoneOf = (district: string): string => registry.districts.get(district)?.zone ?? 'UTC'
  const known = new Set<string>()
  for (const { id, catalogueSeconds, district } of registry.videoPlatforms.values())
    watch.watch({ id, cadenceSeconds: catalogueSeconds, zone: zoneOf(district) })
  return async (feeds) => {
    const facts = feedFactsFor(
      { feeds: new Map(feeds.map((feed) => [feed.id, withCarries(feed)])), videoPlatforms: registry.videoPlatforms },
      spine.world.registered,
      clock.now(),
    )
    if (facts.length > 0) await spine.recorder.record('system', facts)
    const ids = new Set(feeds.map(({ id }) => id))
    for (const id of known) if (!ids.has(id)) watch.unwatch(id)
    for (const feed of feeds) {
      watch.watch({ id: feed.id, cadenceSeconds: feed.cadenceSeconds, zone: zoneOf(feed.district) })
      if (isSentToUs(feed)) tokens.add(feed.id)
      known.add(feed.id)
    }
  }
}

function runnerRooms({ settings, registry, clock, log, spine }: FeedRoomOptions, watch: FeedWatch): RunnerRooms {
  const { dataDirectory, configDirectory, environment } = settings
  const secrets = createSecrets({ environment, directory: join(dataDirectory, 'secrets'), onWarning: (text) => log('warn', text) })
  // no name of a secret has a dot in it: no feed can ask for this one
  const names = keyedNames(secretFile(join(dataDirectory, 'secrets/masking.key')))
  return {
    clock,
    log,
    watch,
    hosts: createHostGuard(registry.app.feedHosts),
    secrets,
    privacy: createPrivacy({ ...names, redact: (text) => secrets.redact(text), clock }),
    certificate: createCertificates(join(configDirectory, 'tls')),
    installation: installationOf(dataDirectory),
    folder: (path) => feedFolder(path, join(dataDirectory, 'drops'), registry.app.feedFolders),
    ledger: (feed) => spine.stores.ledgers.of(feed),
    random: Math.random,
  }
}

/** A name of this installation's own, made once and kept in the data folder. */
function installationOf(dataDirectory: string): string {
  const file = join(dataDirectory, 'installation')
  if (!existsSync(file)) writeFileSync(file, `${randomUUID().slice(0, 8)}\n`, { mode: 0o600 })
  return readFileSync(file, 'utf8').trim()
}

/** The newest recorded value of a series, as the world has folded it. */
function lastRecorded(world: World): (feed: FeedDefinition) => AdmissionOptions['last'] {
  return ({ district }) =>
    (series) => {
      // a topic holds entities of its own kind only
      const sensor = world.find(topicName('sensors', district), series) as SensorState | undefined
      if (sensor !== undefined) return { at: sensor.observedAt, value: sensor.value, quality: sensor.quality }
      return world.newest(district, series)
    }
}

/** Orders that units answer. */
const ordersOf =
  (world: World) =>
  ({ district }: FeedDefinition): AdmissionOptions['order'] =>
  (name) =>
    world.supervisions(district)?.called(name)

interface BenchOptions extends FeedRoomOptions {
  readonly live: LiveFeeds
  readonly orders: (feed: FeedDefinition) => AdmissionOptions['order']
  readonly last: (feed: FeedDefinition) => AdmissionOptions['last']
  readonly runner: RunnerRooms
  readonly changed: (feeds: readonly FeedDefinition[]) => Promise<void>
}

function openBench(options: BenchOptions, closing: Closing): FeedBench {
  const { settings, clock, log } = options
  const files = new FeedFiles({ directory: join(settings.configDirectory, 'feeds'), versions: join(settings.dataDirectory, 'feed-versions') })
  files.readAll()
  const bench = new FeedBench({ ...options, files })
  const reload = (): void => void bench.reload().catch((error: unknown) => log('error', 'changed feeds could not be taken up', { error }))
  const blind = (error: unknown): void => log('warn', 'changes in config/feeds are not noticed; save at the bench, or start again', { error })
  closing.add(files.watch(reload, (ms, task) => clock.after(ms, task), blind))
  return bench
}

/** Messages of the quarantine read at once. */
const replayPage = 100

interface ReplayRooms {
  readonly live: LiveFeeds
  readonly spine: Spine
  readonly clock: Clock
}

async function replayFeed({ live, spine, clock }: ReplayRooms, feed: string, cause: string | undefined): Promise<ReplayAnswer> {
  const pipeline = live.pipeline(feed)
  if (pipeline === undefined) return { replayed: 0, facts: 0, duplicates: 0, refusedAgain: 0, notReplayable: 0 }
  const { rejections } = spine.stores
  return await replay({
    pipeline,
    next: (after) =>
      rejections
        .forReplay({ feed, cause, after, limit: replayPage })
        .map(({ message, at, raw, origin, form }) => ({ number: message, at, raw, origin, form })),
    refuseAgain: (number, refusals) => rejections.refuseAgain(feed, number, refusals, clock.now()),
  })
}
