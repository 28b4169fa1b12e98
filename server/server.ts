import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { ClockCheck as ClockState, EntryState } from '../contract/decision.ts'
import { parseTopicName, topicName } from '../contract/topic.ts'
import { buildOf } from './build-name.ts'
import { startClockCheck } from './clock-check/clock-check.ts'
import type { ClockCheck } from './clock-check/clock-check.ts'
import { askTime, parseTimeServer } from './clock-check/sntp.ts'
import { Closing } from './closing.ts'
import { loadConfiguration } from './configuration/load.ts'
import { describeProblems } from './configuration/problem.ts'
import { screenConfiguration } from './configuration/screen-configuration.ts'
import { checkDefinitions } from './definitions.ts'
import { openFeedRoom } from './feed-room.ts'
import type { FeedRoom } from './feed-room.ts'
import type { Clock } from './core/clock.ts'
import type { Registry } from './core/registry.ts'
import type { Commands, RecordFacts } from './http/command.ts'
import { isClientBuilt } from './http/client-files.ts'
import { alarmRoutes } from './http/alarms.ts'
import { createCommands } from './http/command.ts'
import { dutyRoomRoutes } from './http/duty-room.ts'
import { indicatorRoute } from './http/indicators.ts'
import { tilesRoute } from './http/map-tiles.ts'
import { planOrder } from './http/plan-orders.ts'
import { playbackRoute } from './http/playback.ts'
import { ordersRoute } from './http/orders.ts'
import type { Role, Route } from './http/route.ts'
import type { TileRooms } from './http/map-tiles.ts'
import { createEntryDesk, manualFeed } from './entry/entry-desk.ts'
import type { EntryDesk } from './entry/entry-desk.ts'
import { createHttp } from './http/server.ts'
import type { Http } from './http/server.ts'
import { viewingsRoute } from './http/viewings.ts'
import { createHostGuard } from './ingest/host-guard.ts'
import { checkFeed } from './ingest/open-feed.ts'
import { feedCatalogue } from './ingest/catalogue.ts'
import { incidentBook } from './incident-book.ts'
import { openLinkRoom } from './link-room.ts'
import type { Log } from './log.ts'
import { openMapTiles } from './map-tiles.ts'
import { openPlacesInDoubt } from './places-in-doubt.ts'
import { openReportDesk } from './report-room.ts'
import { createGateway } from './push/gateway.ts'
import type { Gateway } from './push/gateway.ts'
import type { Settings } from './settings.ts'
import { openSpine } from './spine.ts'
import type { Spine } from './spine.ts'
import type { EventLog } from './store/event-log.ts'
import { openSupervisionRoom } from './supervision-room.ts'
import { systemClock } from './system-clock.ts'
import { startTicks } from './ticks.ts'
import { mediaHostProblems, openVideoRoom } from './video-room.ts'
import type { VideoRoom } from './video-room.ts'
import { openWallRoom } from './wall-room.ts'
import { cameraListProblems, openCameraLists } from './video/camera-list.ts'
import type { CameraList } from './video/camera-list.ts'

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

/** Where the server has its time from. */
export interface ServerTime {
  readonly clock: Clock
  /** of a clock that nobody sets */
  readonly monotonicMs: () => number
}

const machineTime: ServerTime = { clock: systemClock, monotonicMs: () => Number(process.hrtime.bigint()) / 1e6 }

/** What the rooms are made from. */
interface Setting extends ServerTime {
  readonly settings: Settings
  readonly registry: Registry
  readonly cameraLists: ReadonlyMap<string, CameraList>
  readonly log: Log
  readonly closing: Closing
}

/**
 * Starts everything and resolves when the server listens and its world is folded.
 * @param time the machine's own, unless somebody moves it
 * @throws ConfigurationError, or an Error in words for people: the folder is in use, the port is taken, the log is damaged
 */
export async function startServer(settings: Settings, log: Log, time: ServerTime = machineTime): Promise<RunningServer> {
  const registry = readRegistry(settings.configDirectory)
  const cameraLists = await readCameraLists(settings.configDirectory, registry)
  mkdirSync(settings.dataDirectory, { recursive: true, mode: 0o700 })
  const closing = new Closing()
  try {
    return await start({ settings, registry, cameraLists, log, closing, ...time })
  } catch (error) {
    await closing.run()
    throw error
  }
}

function readRegistry(directory: string): Registry {
  const loaded = loadConfiguration(directory, checkFeed)
  const problems = loaded.ok ? mediaHostProblems(loaded.value) : loaded.error
  if (loaded.ok && problems.length === 0) return loaded.value
  throw new ConfigurationError(describeProblems(directory, problems))
}

/** @throws ConfigurationError */
async function readCameraLists(directory: string, registry: Registry): Promise<ReadonlyMap<string, CameraList>> {
  const lists = openCameraLists(join(directory, 'video'), registry)
  const problems = await cameraListProblems(lists.values())
  if (problems.length > 0) throw new ConfigurationError(describeProblems(directory, problems))
  return lists
}

async function start(setting: Setting): Promise<RunningServer> {
  const { settings, registry, log, clock, closing } = setting
  // the gateway needs the http server, which needs all the rest: until it is there nobody looks
  const pushed: { gateway?: Gateway } = {}
  const spine = openSpine({ settings, registry, clock, log, onChange: () => pushed.gateway?.changed() }, closing)
  // before anything is recorded: the last that the log knows of the process before this one
  const lastAliveAt = spine.world.at
  recordDefinitions(setting, spine)
  const feeds = await openFeedRoom({ settings, registry, clock, log, spine }, closing)
  const video = openVideoRoom({ ...setting, spine, watch: feeds.watch, lastAliveAt })
  const clockCheck = openClockCheck(setting, spine)
  const tiles = await openMapTiles(setting)
  const build = buildOf(settings, registry)
  const http = openHttp({ ...setting, spine, feeds, video, clockCheck, tiles, build, pushed })
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
  return { greeting: greetingOf(url, setting, spine), close: () => closing.run() }
}

/** Before anything is served. @throws ConfigurationError when a definition that the log knows was changed */
function recordDefinitions({ settings, registry, clock }: Setting, spine: Spine): void {
  const checked = checkDefinitions({ registry, recorded: spine.world.definitions(registry.app.defaultDistrict), now: clock.now() })
  if (!checked.ok) throw new ConfigurationError(describeProblems(settings.configDirectory, checked.error))
  if (checked.value.length > 0) spine.note(checked.value)
}

function openClockCheck({ registry, log, clock, monotonicMs, closing }: Setting, spine: Spine): ClockCheck {
  const { timeServers } = registry.app
  const servers = new Map(timeServers.map((text) => [text, parseTimeServer(text)]))
  // a time server is allowed by being named as one
  const hosts = createHostGuard(timeServers)
  const check = startClockCheck({
    clock,
    monotonicMs,
    servers: [...servers.keys()],
    ask: async (name) => {
      const { host, port } = servers.get(name) ?? parseTimeServer(name)
      const { address, family } = await hosts.resolve(host, port)
      return await askTime({ address, family, port }, { clock, monotonicMs })
    },
    // the topic `clock` holds nothing but this, the same in every district
    before: spine.world.find(topicName('clock', registry.app.defaultDistrict), 'clock') as ClockState | undefined,
    record: (fact) => spine.note([fact]),
    log,
  })
  closing.add(() => check.close())
  return check
}

interface HttpParts extends Setting {
  readonly spine: Spine
  readonly feeds: FeedRoom
  readonly video: VideoRoom
  readonly clockCheck: ClockCheck
  readonly tiles: TileRooms['tiles']
  readonly build: string
  /** empty until somebody may look */
  readonly pushed: { readonly gateway?: Gateway }
}

function openHttp(parts: HttpParts): Http {
  const { settings, registry, log, clock, closing, spine, feeds, video, clockCheck, build, pushed } = parts
  const { configDirectory, clientDirectory } = settings
  const { world, historian, stores } = spine
  const mapDirectory = join(configDirectory, 'map')
  const record: RecordFacts = (facts) => spine.recorder.record('system', facts, { isWhole: true })
  const commands = createCommands(record)
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
    record,
    commands,
    incidents: incidentBook(world),
    orderFacts: (asked) => [planOrder({ clock, registry, world }, asked)],
    entryDesk: openEntryDesk({ registry, clock }, world, feeds),
    reportDesk: openReportDesk(registry, spine, clock),
    async recordEntered(facts) {
      await spine.recorder.record(manualFeed, facts, { isWhole: true })
      feeds.watch.received(manualFeed, { facts: facts.length, rejected: 0 })
    },
    clockDriftMs: () => clockCheck.driftMs,
    video: () => video.figures(),
    push: () => pushed.gateway?.stats,
    ...{ sessions: stores.sessions, sessionEnded: () => pushed.gateway?.reauthorise(), walls: (district) => world.walls(district) },
    configuration: screenConfiguration(registry, build),
    feedTokens: feeds.tokens,
    adminToken: settings.adminToken,
    unready: () => (settings.build !== undefined || isClientBuilt(clientDirectory) ? [] : ['the client is not built: run npm run build']),
    mapDirectory,
    placesInDoubt: openPlacesInDoubt({ districts: [...registry.districts.values()], mapDirectory, world, log }),
    clientDirectory,
    trustedProxies: settings.trustedProxies,
    routes: roomsOf(parts, { record, commands }),
  })
  closing.add(() => http.close())
  return http
}

/** How decisions of people get into the log. */
interface Deciding {
  readonly record: RecordFacts
  readonly commands: Commands
}

/** Routes of rooms that stand by themselves. */
function roomsOf({ settings, registry, log, clock, closing, spine, video, tiles, pushed }: HttpParts, deciding: Deciding): readonly Route[] {
  const { world, historian } = spine
  return [
    ...video.routes,
    ...openWallRoom({ registry, clock, spine, sessionEnded: () => pushed.gateway?.reauthorise() }),
    viewingsRoute({ world, historian }),
    playbackRoute({ historian, clock, isTopic: (name) => isConfiguredTopic(name, registry) }),
    indicatorRoute({ registry, world, historian, clock }),
    ordersRoute({ registry, world, clock }),
    tilesRoute({ tiles }),
    ...alarmRoutes({ registry, world, clock, commands: deciding.commands }),
    ...openLinkRoom({ settings, registry, clock, log, spine, commands: deciding.commands }, closing),
    ...dutyRoomRoutes({ registry, world, clock, ...deciding }),
    ...openOrderRoom({ settings, registry, log, clock, closing, spine }, deciding),
  ]
}

/** 督办 and the meetings whose decisions become orders. */
function openOrderRoom(
  { settings, registry, log, clock, closing, spine }: Pick<HttpParts, 'settings' | 'registry' | 'log' | 'clock' | 'closing' | 'spine'>,
  { record, commands }: Deciding,
): readonly Route[] {
  const { world, historian, stores } = spine
  return openSupervisionRoom(
    {
      ...{ dataDirectory: settings.dataDirectory, registry, clock, log, world, commands, historian, covered: () => coveredBy(stores.log) },
      recordWhole: record,
    },
    closing,
  )
}

function openEntryDesk({ registry, clock }: Pick<Setting, 'registry' | 'clock'>, world: Spine['world'], feeds: FeedRoom): EntryDesk {
  return createEntryDesk({
    registry,
    now: () => clock.now(),
    newest: (district, series) => world.newest(district, series),
    feed: (id) => feeds.live.definition(id),
    entries(district) {
      const topic = topicName('entries', district)
      // the topic `entries` holds nothing but EntryState
      return (world.read([topic])[topic] ?? []) as readonly EntryState[]
    },
  })
}

function isConfiguredTopic(name: string, registry: Registry): boolean {
  const parsed = parseTopicName(name)
  return parsed !== undefined && (parsed.district === undefined || registry.districts.has(parsed.district))
}

function coveredBy(log: Pick<EventLog, 'recordedAt' | 'lastAt'>): { from: number; to: number } | undefined {
  const from = log.recordedAt(1)
  return from === undefined ? undefined : { from, to: log.lastAt }
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

function greetingOf(url: string, { settings: { names }, clock }: Setting, { stores }: Spine): string {
  const now = clock.now()
  const link = (role: Role, name?: string): string =>
    `${url}/sign-in?ticket=${stores.sessions.createTicket(role, now, name)}${name === undefined ? '' : `  (${name})`}`
  return [
    '',
    `  一屏 Yiping  ${url}`,
    '',
    '  Sign in with these links. Each works once, within 24 hours; a new start prints new ones.',
    '  On another machine, write the name or address of this one in place of localhost.',
    `  大屏 wall   ${link('wall')}`,
    `  操作台 desk ${link('desk', names.desk)}`,
    `  接入台 bench ${link('admin', names.admin)}`,
    '',
  ].join('\n')
}
