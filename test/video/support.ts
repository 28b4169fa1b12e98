import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { VideoPlatformOf } from '../../contract/configuration.ts'
import type { VideoSourceFact, ViewingFact } from '../../contract/video-fact.ts'
import type { Viewing } from '../../contract/video.ts'
import { startVideoPlatform } from '../../mock-streams/video/platform.ts'
import type { RunningVideoPlatform, VideoPlatformOptions } from '../../mock-streams/video/platform.ts'
import { readJsonBody } from '../../server/http/json-body.ts'
import { ProblemError } from '../../server/http/problem.ts'
import { createHostGuard } from '../../server/ingest/host-guard.ts'
import type { Lookup } from '../../server/ingest/host-guard.ts'
import { MisconfiguredError } from '../../server/ingest/transport.ts'
import type { CatalogueItem, OpenStream, VideoProvider } from '../../server/video/provider.ts'
import type { MediaHosts } from '../../server/video/upstream.ts'
import { startVideo } from '../../server/video/video.ts'
import type { Video, VideoOptions } from '../../server/video/video.ts'
import type { VideoRequest } from '../../server/video/video-request.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { videoPlatform } from '../support/registry.ts'

export const key = '28730366'
export const secret = 'HSZkCJpSJ7gSUYrO6wVi'
export const domains = { 社会治理: 'social-governance', 城市管理: 'urban-management', 智慧文旅: 'culture-tourism' } as const

/** Nobody looks but those who ask. */
const unlooked = { probeSeconds: 1e9 }

/** The stand-in's first camera: 解放路十字. */
export const crossing = '62080200001310000001'

/** Who asks; a wall without a name where nothing is said. */
export interface As {
  readonly session?: string
  readonly role?: 'wall' | 'desk' | 'admin'
  readonly name?: string
}

interface Room {
  readonly clock: ManualClock
  readonly video: Video
  readonly facts: VideoSourceFact[]
  /** what was recorded of who watched; a test makes `failing` true to have the log refuse */
  readonly viewings: ViewingFact[] & { failing?: boolean }
  /** hosts that a stream wanted to lead us to, and did not */
  readonly refusedHosts: string[]
  readonly moves: string[]
  readonly heard: string[]
  /** our own origin */
  readonly ours: string
  /** GET there, as `session` */
  readonly get: (path: string, session?: string, headers?: Readonly<Record<string, string>>) => Promise<Response>
  /** GET, or POST where there is a body */
  readonly ask: (path: string, as: As, body?: unknown) => Promise<Response>
  /** resolves when `heard` has `word` for the `times`-th time */
  readonly until: (word: string, times?: number) => Promise<void>
  readonly close: () => Promise<void>
}

export interface Rig extends Room {
  readonly platform: RunningVideoPlatform
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
  const room = await openRoom({
    clock,
    registry: { videoPlatforms: new Map([['demo', videoPlatform({ id: 'demo', url: platform.url, domains, ...unlooked, ...config })]]) },
    environment: environment ?? { VIDEO_KEY: key, VIDEO_SECRET: secret },
    fetch,
  })
  return {
    ...room,
    platform,
    async close() {
      await room.close()
      await platform.close()
    },
  }
}

export const camera = 'cam-1'

export interface CameraRig extends Room {
  /** of the media server, such as http://127.0.0.1:40123 */
  readonly origin: string
  /** streams asked for so far, `cam-1 sub` */
  readonly opened: string[]
  readonly closed: string[]
  /** paths that the media server was asked for, with their queries */
  readonly asked: string[]
}

export interface CameraOptions {
  /** the media server: what the stream is */
  readonly media: RequestListener
  /** what the platform says of its cameras beyond their being there */
  readonly item?: Partial<CatalogueItem>
  readonly stream?: (origin: string, quality: string) => Partial<OpenStream>
  readonly provider?: Partial<VideoProvider>
  readonly config?: Partial<VideoPlatformOf<'isecure'>>
  readonly lookup?: Lookup
  readonly leftOpen?: readonly Viewing[]
  readonly environment?: Readonly<Record<string, string>>
}

/** A platform with the cameras cam-1 and cam-2 and a media server that does as the test says. */
export async function startCamera({
  media,
  item = {},
  stream,
  provider = {},
  config = {},
  lookup,
  leftOpen = [],
  environment = {},
}: CameraOptions): Promise<CameraRig> {
  const asked: string[] = []
  const opened: string[] = []
  const closed: string[] = []
  const server = await listening((request, response) => {
    asked.push(request.url ?? '')
    media(request, response)
  })
  const origin = originOf(server)
  const clock = new ManualClock()
  const known = (id: string): CatalogueItem => ({
    id,
    name: id,
    isOnline: true,
    regions: ['社会治理'],
    place: undefined,
    heading: undefined,
    ...item,
  })
  const room = await openRoom({
    clock,
    registry: { videoPlatforms: new Map([['demo', videoPlatform({ id: 'demo', url: origin, domains, ...unlooked, ...config })]]) },
    leftOpen,
    environment,
    ...(lookup && { lookup }),
    provide: () => ({
      list: () => Promise.resolve({ items: [known(camera), known('cam-2')], refused: [] }),
      open: (source, quality) => {
        opened.push(`${source} ${quality}`)
        return Promise.resolve({ url: `${origin}/live.m3u8`, kind: 'hls' as const, expiresAt: undefined, ...stream?.(origin, quality) })
      },
      close: (source) => Promise.resolve(void closed.push(source)),
      ...provider,
    }),
  })
  await room.until('received demo')
  return {
    ...room,
    origin,
    opened,
    closed,
    asked,
    async close() {
      await room.close()
      await shut(server)
    },
  }
}

interface RoomOptions extends Pick<VideoOptions, 'registry'>, Partial<Pick<VideoOptions, 'environment' | 'fetch' | 'provide'>> {
  readonly clock: ManualClock
  readonly lookup?: Lookup
  readonly leftOpen?: readonly Viewing[]
}

async function openRoom({ clock, registry, environment = {}, fetch = globalThis.fetch, provide, lookup, leftOpen = [] }: RoomOptions): Promise<Room> {
  const facts: VideoSourceFact[] = []
  const viewings: Room['viewings'] = []
  const [refusedHosts, moves, heard]: string[][] = [[], [], []]
  const waiting = new Set<() => void>()
  const hear = (word: string): void => {
    heard!.push(word)
    for (const look of waiting) look()
  }
  const video = startVideo({
    registry,
    clock,
    record: (_platform, told) => {
      facts.push(...told.filter((fact) => fact.kind === 'video-source'))
      return Promise.resolve()
    },
    streamFailed: (_platform, camera, reason) => hear(`stream ${camera}: ${reason}`),
    watch: {
      received: (id) => hear(`received ${id}`),
      failed: (id, reason) => hear(`failed ${id}: ${reason}`),
      refused: (id, items) => hear(`refused ${id}: ${items.map(({ detail }) => detail).join('; ')}`),
    },
    onlineBefore: () => [],
    hosts: (_platform, allowed) => hostsOf(allowed, refusedHosts!, lookup),
    recordViewings: (told) => {
      if (viewings.failing === true) return Promise.reject(new Error('the disk is full'))
      viewings.push(...told)
      return Promise.resolve()
    },
    leftOpen: { viewings: leftOpen, at: clock.now() - 1_000 },
    moved: ({ source, move, by }) => void moves!.push(`${by}: ${source} ${move}`),
    environment,
    fetch,
    random: () => 0.5,
    ...(provide && { provide }),
  })
  const server = await listening((request, response) => void answer(video, request, response))
  const origin = originOf(server)
  const headersOf = ({ session = 'wall-1', role = 'wall', name }: As): Record<string, string> => ({
    'x-session': session,
    'x-role': role,
    ...(name !== undefined && { 'x-name': encodeURIComponent(name) }),
  })
  return {
    clock,
    video,
    facts,
    viewings,
    refusedHosts: refusedHosts!,
    moves: moves!,
    heard: heard!,
    ours: origin,
    get: (path, session = 'wall-1', headers = {}) => globalThis.fetch(origin + path, { headers: { ...headersOf({ session }), ...headers } }),
    ask: (path, as, body) =>
      globalThis.fetch(origin + path, { headers: headersOf(as), ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }) }),
    until: (word, times = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (heard!.filter((one) => one.startsWith(word)).length < times) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    async close() {
      await shut(server)
      await video.close()
    },
  }
}

/** The guard of the server itself. */
function hostsOf(allowed: readonly string[], refused: string[], lookup: Lookup | undefined): MediaHosts {
  const guard = createHostGuard(allowed, lookup)
  return {
    resolve: (host, port) =>
      guard.resolve(host, port).catch((error: unknown) => {
        if (!(error instanceof MisconfiguredError)) throw error
        refused.push(`${host}:${String(port)}`)
        return undefined
      }),
  }
}

async function answer(video: Video, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const header = (name: string): string | undefined => (typeof request.headers[name] === 'string' ? request.headers[name] : undefined)
  const name = header('x-name')
  for (const route of video.routes) {
    const params = route.method === request.method ? match(route.path.split('/'), path.split('/')) : undefined
    if (params === undefined) continue
    const asked: VideoRequest = {
      params,
      query: new URLSearchParams(query),
      sessionId: String(header('x-session')),
      // as: what these tests send
      role: header('x-role') as VideoRequest['role'],
      name: name === undefined ? undefined : decodeURIComponent(name),
      address: request.socket.remoteAddress,
      readBody: (schema, like) => readJsonBody(request, schema, like),
    }
    try {
      await route.handler(request, response, asked)
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      response.writeHead(error.problem.status).end(error.message)
    }
    return
  }
  response.writeHead(404).end()
}

async function listening(listener: RequestListener): Promise<Server> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

// a TCP server that listens has an address with a port
const originOf = (server: Server): string => `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`

async function shut(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
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

/** `404 no-stream`, and what is needed where something is. */
export async function told(answer: Response): Promise<string> {
  if (answer.ok) return String(answer.status)
  // the shape is what the tests are about
  const { state, needs } = (await answer.json()) as { readonly state: string; readonly needs?: string }
  return [answer.status, state, needs].filter((word) => word !== undefined).join(' ')
}

export const liveOf = (source: string): string => `/api/video/${source}/live.m3u8`

/** Addresses of what a playlist of ours names, absolute to our origin. */
export function segmentsOf(playlist: string, source: string, path = liveOf(source)): readonly string[] {
  return playlist
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => new URL(line, `http://wall${path}`).pathname)
}

/** A media playlist of two-second segments. */
export function playlistOf(names: readonly string[], first = 0): string {
  return ['#EXTM3U', '#EXT-X-TARGETDURATION:2', `#EXT-X-MEDIA-SEQUENCE:${String(first)}`, ...names.flatMap((name) => ['#EXTINF:2,', name]), ''].join(
    '\n',
  )
}

/** A media server with one playlist, and a segment under every other address that holds its path. */
export const mediaOf =
  (playlist: () => string): RequestListener =>
  (request, response) => {
    if (request.url?.split('?')[0]?.endsWith('.m3u8')) response.writeHead(200, { 'content-type': 'application/vnd.apple.mpegurl' }).end(playlist())
    else response.writeHead(200, { 'content-type': 'video/mp2t' }).end(request.url)
  }
