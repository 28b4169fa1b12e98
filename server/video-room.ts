import type { VideoPlatform } from '../contract/configuration.ts'
import type { Instant } from '../contract/time.ts'
import type { VideoSource } from '../contract/video-source.ts'
import { topicName } from '../contract/topic.ts'
import type { Closing } from './closing.ts'
import type { Problem } from './configuration/problem.ts'
import type { Clock } from './core/clock.ts'
import { maskRaw } from './core/masking-raw.ts'
import type { Registry } from './core/registry.ts'
import { readJsonBody } from './http/json-body.ts'
import { houseRole } from './http/route.ts'
import type { Route } from './http/route.ts'
import type { FeedWatch } from './ingest/feed-watch.ts'
import { createHostGuard, hostEntryProblem } from './ingest/host-guard.ts'
import { MisconfiguredError } from './ingest/transport.ts'
import type { Log } from './log.ts'
import type { Settings } from './settings.ts'
import type { Spine } from './spine.ts'
import { startCameraCounts } from './video/camera-counts.ts'
import type { CameraList } from './video/camera-list.ts'
import type { MediaHosts } from './video/upstream.ts'
import { startVideo } from './video/video.ts'
import type { Video, VideoRoute } from './video/video.ts'

/** Cameras, between the log, the guard of hosts and the routes of the server. */
export interface VideoRoom extends Pick<Video, 'figures'> {
  readonly routes: readonly Route[]
}

export interface VideoRoomOptions {
  readonly settings: Settings
  readonly registry: Registry
  readonly cameraLists: ReadonlyMap<string, CameraList>
  readonly clock: Clock
  readonly log: Log
  readonly closing: Closing
  readonly spine: Spine
  readonly watch: FeedWatch
  /** when the process before this one was last heard of; viewings that it left open ended then */
  readonly lastAliveAt: Instant
}

/** Opens it; it is closed with the rest. */
export function openVideoRoom(options: VideoRoomOptions): VideoRoom {
  const { registry, cameraLists, settings, clock, log, closing, spine, watch, lastAliveAt } = options
  const { world, recorder, stores } = spine
  const video = startVideo({
    registry,
    cameraLists,
    clock,
    hosts: (platform, allowed) => mediaHosts(platform, allowed, log),
    recordViewings: (facts) => recorder.record('system', facts),
    leftOpen: { viewings: world.viewings.open, at: lastAliveAt },
    moved: (move) => log('info', 'a camera was turned', move),
    record: (platform, facts) => recorder.record(platform, facts),
    streamFailed: (platform, camera, reason) => log('warn', 'the stream of a camera fails', { platform, camera, reason }),
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
  for (const counts of countCameras({ registry, clock, spine })) closing.add(() => counts.close())
  return { routes: video.routes.map(withBody), figures: () => video.figures() }
}

/** Media servers come under the same rules as the hosts of feeds. Whoever looks at a screen is not told of hosts, whoever runs the server is. */
function mediaHosts({ id }: VideoPlatform, allowed: readonly string[], log: Log): MediaHosts {
  const guard = createHostGuard(allowed)
  return {
    async resolve(host, port) {
      try {
        return await guard.resolve(host, port)
      } catch (error) {
        if (!(error instanceof MisconfiguredError)) throw error
        const fields = { platform: id, host: `${host}:${String(port)}`.slice(0, 100) }
        log('warn', 'a stream is not fetched: mediaHosts of its platform in config/video does not name where it comes from', fields)
        return undefined
      }
    },
  }
}

/** In each district that has a platform, under the name of its first. */
function countCameras({ registry, clock, spine }: Pick<VideoRoomOptions, 'registry' | 'clock' | 'spine'>): readonly { close(): void }[] {
  const firstOf = new Map([...registry.videoPlatforms.values()].reverse().map(({ district, id }) => [district, id]))
  return [...firstOf].map(([district, platform]) =>
    startCameraCounts({
      clock,
      inputs: registry.inputs.values(),
      sources: () => camerasOf(spine.world, district),
      record: (facts) => spine.recorder.record(platform, facts),
    }),
  )
}

function camerasOf(world: Spine['world'], district: string): readonly VideoSource[] {
  // the topic `video-sources` holds nothing but VideoSource
  return Object.values(world.read([topicName('video-sources', district)])).flat() as readonly VideoSource[]
}

function camerasOnline(world: Spine['world'], platform: string, district: string): readonly string[] {
  return camerasOf(world, district)
    .filter(({ feed, state }) => feed === platform && state === 'online')
    .map(({ id }) => id)
}

/** Rooms do not know each other: how a body is read comes with the request. */
const withBody = ({ handler, ...route }: VideoRoute): Route => ({
  ...route,
  handler: (request, response, visit) =>
    handler(request, response, { ...visit, role: houseRole(visit.role), readBody: (schema, like) => readJsonBody(request, schema, like) }),
})

/** Mistakes in config/video that only the guard of hosts knows. */
export function mediaHostProblems({ videoPlatforms }: Registry): readonly Problem[] {
  return [...videoPlatforms.values()].flatMap(({ id, mediaHosts }) =>
    mediaHosts.flatMap((entry) => {
      const problem = hostEntryProblem(entry, 'mediaHosts')
      return problem === undefined ? [] : [{ file: 'video', path: `${id}.mediaHosts`, problem }]
    }),
  )
}
