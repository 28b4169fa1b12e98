import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { VideoPlatform } from '../../contract/configuration.ts'
import type { VideoSourceFact } from '../../contract/fact.ts'
import type { Clock } from '../core/clock.ts'
import type { Registry } from '../core/registry.ts'
import type { CameraList } from './camera-list.ts'
import type { PlatformWatch } from './catalogue.ts'
import { HlsProxy } from './hls-proxy.ts'
import type { VideoRequest } from './hls-proxy.ts'
import { Platform } from './platform.ts'
import { SegmentNames } from './segment-names.ts'

export interface VideoOptions {
  readonly registry: Pick<Registry, 'videoPlatforms'>
  /** of the platforms that name one, by platform */
  readonly cameraLists?: ReadonlyMap<string, CameraList>
  readonly clock: Clock
  /** makes what a platform's catalogue said durable; `platform` is its id in config/video */
  readonly record: (platform: string, facts: readonly VideoSourceFact[]) => Promise<unknown>
  readonly watch: PlatformWatch
  /** ids of a platform's cameras that the log has as online when the server starts */
  readonly onlineBefore: (platform: VideoPlatform) => readonly string[]
  /** where credentials come from: process.env */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly fetch: typeof globalThis.fetch
  /** in [0, 1); spreads renewals and retries */
  readonly random?: () => number
}

/** One address under which streams are had. `path` has its parameters as `:name`. */
export interface VideoRoute {
  readonly method: 'GET'
  readonly path: string
  readonly access: 'wall'
  readonly handler: (request: IncomingMessage, response: ServerResponse, context: VideoRequest) => Promise<void>
}

export interface Video {
  readonly routes: readonly VideoRoute[]
  /** for metrics: streams open now, by platform */
  openStreams(): Readonly<Record<string, number>>
  close(): Promise<void>
}

/** Follows the catalogue of every configured platform and serves their streams under our own origin. Nothing here ends the process. */
export function startVideo(options: VideoOptions): Video {
  const { registry, clock } = options
  const random = options.random ?? Math.random
  const platforms = new Map(
    [...registry.videoPlatforms.values()].map((platform) => [
      platform.id,
      new Platform({ ...options, platform, random, onlineBefore: options.onlineBefore(platform) }),
    ]),
  )
  // names need not outlive the process: a screen that comes back takes its addresses from a new playlist
  const names = new SegmentNames(randomBytes(32))
  const proxy = new HlsProxy({ platforms: [...platforms.values()], names, clock })
  return {
    routes: [
      {
        method: 'GET',
        path: '/api/video/:source/live.m3u8',
        access: 'wall',
        handler: (_request, response, context) => proxy.live(response, context),
      },
      { method: 'GET', path: '/api/video/:source/segment/:name', access: 'wall', handler: (...given) => proxy.segment(...given) },
    ],
    openStreams: () => Object.fromEntries([...platforms].map(([id, { leases }]) => [id, leases.open])),
    async close() {
      await Promise.all([...platforms.values()].map((platform) => platform.close()))
    },
  }
}
