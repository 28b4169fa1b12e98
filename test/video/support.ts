import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { VideoPlatformOf } from '../../contract/configuration.ts'
import type { VideoSourceFact } from '../../contract/fact.ts'
import { startVideoPlatform } from '../../mock-streams/video/platform.ts'
import type { RunningVideoPlatform, VideoPlatformOptions } from '../../mock-streams/video/platform.ts'
import { startVideo } from '../../server/video/video.ts'
import type { Video } from '../../server/video/video.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { videoPlatform } from '../support/registry.ts'

export const key = '28730366'
export const secret = 'HSZkCJpSJ7gSUYrO6wVi'
export const domains = { 社会治理: 'social-governance', 城市管理: 'urban-management', 智慧文旅: 'culture-tourism' } as const

/** The stand-in's first camera: 解放路十字. */
export const crossing = '62080200001310000001'

export interface Rig {
  readonly clock: ManualClock
  readonly platform: RunningVideoPlatform
  readonly video: Video
  readonly facts: VideoSourceFact[]
  readonly heard: string[]
  /** GET at our own origin, as `session` */
  readonly get: (path: string, session?: string, headers?: Readonly<Record<string, string>>) => Promise<Response>
  /** resolves when `heard` has `word` for the `times`-th time */
  readonly until: (word: string, times?: number) => Promise<void>
  readonly close: () => Promise<void>
}

export interface RigOptions {
  readonly stand?: Partial<VideoPlatformOptions>
  readonly config?: Partial<VideoPlatformOf<'isecure'>>
  readonly environment?: Readonly<Record<string, string>>
  readonly fetch?: typeof globalThis.fetch
  readonly clock?: ManualClock
}

/** Stand-in platform, our video part and a small HTTP server around its routes; times are the manual clock's. */
export async function startRig({
  stand = {},
  config = {},
  environment,
  fetch = globalThis.fetch,
  clock = new ManualClock(),
}: RigOptions = {}): Promise<Rig> {
  const platform = await startVideoPlatform({ port: 0, key, secret, seed: 1, scenario: 'calm', now: () => clock.now(), ...stand })
  const facts: VideoSourceFact[] = []
  const heard: string[] = []
  const waiting = new Set<() => void>()
  const hear = (word: string): void => {
    heard.push(word)
    for (const look of waiting) look()
  }
  const video = startVideo({
    registry: { videoPlatforms: new Map([['demo', videoPlatform({ id: 'demo', url: platform.url, domains, ...config })]]) },
    clock,
    record: (_platform, told) => {
      facts.push(...told)
      return Promise.resolve()
    },
    watch: {
      received: (id) => hear(`received ${id}`),
      failed: (id, reason) => hear(`failed ${id}: ${reason}`),
      refused: (id, items) => hear(`refused ${id}: ${items.map(({ detail }) => detail).join('; ')}`),
    },
    onlineBefore: () => [],
    environment: environment ?? { VIDEO_KEY: key, VIDEO_SECRET: secret },
    fetch,
    random: () => 0.5,
  })
  const server = await serve(video)
  const { port } = server.address() as AddressInfo
  return {
    clock,
    platform,
    video,
    facts,
    heard,
    get: (path, session = 'wall-1', headers = {}) =>
      globalThis.fetch(`http://127.0.0.1:${String(port)}${path}`, { headers: { 'x-session': session, ...headers } }),
    until: (word, times = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (heard.filter((one) => one.startsWith(word)).length < times) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await video.close()
      await platform.close()
    },
  }
}

async function serve(video: Video): Promise<Server> {
  const server = createServer((request, response) => {
    const segments = (request.url ?? '').split('?')[0]!.split('/')
    for (const { path, handler } of video.routes) {
      const params = match(path.split('/'), segments)
      if (params !== undefined) return void handler(request, response, { params, sessionId: String(request.headers['x-session']) })
    }
    response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

export function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, part] of pattern.entries()) {
    const segment = decodeURIComponent(segments[index] ?? '')
    if (part.startsWith(':')) params[part.slice(1)] = segment
    else if (part !== segment) return undefined
  }
  return params
}

export const liveOf = (source: string): string => `/api/video/${source}/live.m3u8`

/** Addresses of the segments in a playlist of ours, absolute to our origin. */
export function segmentsOf(playlist: string, source: string): readonly string[] {
  return playlist
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => new URL(line, `http://wall${liveOf(source)}`).pathname)
}
