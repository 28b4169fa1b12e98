import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { VideoPlatform } from '../../contract/configuration.ts'
import type { VideoProbeFact, VideoSourceFact } from '../../contract/video-fact.ts'
import type { VideoTrouble } from '../../contract/video.ts'
import type { Clock } from '../core/clock.ts'
import type { Registry } from '../core/registry.ts'
import { CameraDesk } from './camera-desk.ts'
import type { CameraDeskOptions } from './camera-desk.ts'
import type { CameraList } from './camera-list.ts'
import type { PlatformWatch } from './catalogue.ts'
import { Gate } from './gate.ts'
import type { GatewayStats } from './gateway/gateway.ts'
import { HlsProxy } from './hls-proxy.ts'
import { makeProvider } from './make-provider.ts'
import { Platform } from './platform.ts'
import { SegmentNames } from './segment-names.ts'
import type { MediaHosts } from './upstream.ts'
import type { VideoRequest } from './video-request.ts'
import { Viewings } from './viewings.ts'
import type { ViewingsOptions } from './viewings.ts'

export interface VideoOptions {
  readonly registry: Pick<Registry, 'videoPlatforms'>
  /** of the platforms that name one, by platform */
  readonly cameraLists?: ReadonlyMap<string, CameraList>
  readonly clock: Clock
  /** makes what a platform's catalogue said, and what was found in looking at its cameras, durable; `platform` is its id in config/video */
  readonly record: (platform: string, facts: readonly (VideoSourceFact | VideoProbeFact)[]) => Promise<unknown>
  readonly watch: PlatformWatch
  readonly streamFailed: (platform: string, camera: string, reason: string) => void
  /** ids of a platform's cameras that the log has as online when the server starts */
  readonly onlineBefore: (platform: VideoPlatform) => readonly string[]
  /** where a platform's streams may come from: the hosts that `allowed` names, on whatever port where it names none */
  readonly hosts: (platform: VideoPlatform, allowed: readonly string[]) => MediaHosts
  readonly recordViewings: ViewingsOptions['record']
  readonly leftOpen: ViewingsOptions['leftOpen']
  readonly moved: CameraDeskOptions['moved']
  /** where credentials come from: process.env */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly fetch: typeof globalThis.fetch
  /** in [0, 1); spreads renewals and retries */
  readonly random?: () => number
  /** makes the provider of a platform; the makers' own when left out */
  readonly provide?: typeof makeProvider
}

/** One address under which cameras are had. `path` has its parameters as `:name`. */
export interface VideoRoute {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly access: 'wall' | 'desk'
  readonly handler: (request: IncomingMessage, response: ServerResponse, asked: VideoRequest) => Promise<void>
}

export interface VideoFigures {
  /** viewings that go on now */
  readonly viewings: number
  readonly platforms: readonly {
    readonly id: string
    readonly openStreams: number
    readonly cacheBytes: number
    /** what its media servers did not answer since the start, by the trouble that became of it */
    readonly failures: ReadonlyMap<VideoTrouble, number>
    readonly conversions: GatewayStats
  }[]
}

export interface Video {
  readonly routes: readonly VideoRoute[]
  /** for metrics */
  figures(): VideoFigures
  close(): Promise<void>
}

/** Follows the catalogue of every configured platform and serves their cameras under our own origin. Nothing here ends the process. */
export function startVideo(options: VideoOptions): Video {
  const { registry, clock, hosts, moved, leftOpen, recordViewings } = options
  const { random = Math.random, provide = makeProvider } = options
  const platforms = new Map(
    [...registry.videoPlatforms.values()].map((platform) => [
      platform.id,
      new Platform({
        ...options,
        platform,
        random,
        provide,
        onlineBefore: options.onlineBefore(platform),
        hosts: (allowed) => hosts(platform, allowed),
      }),
    ]),
  )
  const viewings = new Viewings({ clock, record: recordViewings, leftOpen })
  const common = { platforms: [...platforms.values()], gate: new Gate({ clock, viewings }), clock }
  // names need not outlive the process: a screen that comes back takes its addresses from a new playlist
  const proxy = new HlsProxy({ ...common, names: new SegmentNames(randomBytes(32)) })
  const desk = new CameraDesk({ ...common, moved })
  return {
    routes: routesOf(proxy, desk),
    figures: () => ({
      viewings: viewings.watching,
      platforms: [...platforms].map(([id, platform]) => {
        const { leases, cacheBytes, failures, conversions } = platform
        return { id, openStreams: leases.open, cacheBytes, failures, conversions }
      }),
    }),
    async close() {
      desk.close()
      await viewings.close()
      await Promise.all([...platforms.values()].map((platform) => platform.close()))
    },
  }
}

function routesOf(proxy: HlsProxy, desk: CameraDesk): readonly VideoRoute[] {
  return [
    { method: 'GET', path: '/api/video/:source/live.m3u8', access: 'wall', handler: (_request, response, asked) => proxy.live(response, asked) },
    { method: 'GET', path: '/api/video/:source/segment/:name', access: 'wall', handler: (...given) => proxy.segment(...given) },
    { method: 'GET', path: '/api/video/:source/snapshot', access: 'wall', handler: (_request, response, asked) => desk.still(response, asked) },
    { method: 'POST', path: '/api/video/:source/viewing', access: 'desk', handler: (_request, response, asked) => desk.open(response, asked) },
    { method: 'POST', path: '/api/video/:source/ptz', access: 'desk', handler: (_request, response, asked) => desk.turn(response, asked) },
  ]
}
