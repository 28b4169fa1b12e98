import { houseRole } from '../../server/http/route.ts'
import type { Route } from '../../server/http/route.ts'
import { createHostGuard } from '../../server/ingest/host-guard.ts'
import { systemClock } from '../../server/system-clock.ts'
import { startVideo } from '../../server/video/video.ts'
import { House } from '../http/house.ts'
import { videoPlatform } from '../support/registry.ts'

/** Our video room behind our own HTTP, in a process of its own: cameras of one platform, whose streams are those of the media server. */
export interface ProxyCommand {
  readonly mediaPort: number
  readonly cameras: number
  readonly viewers: number
}
export interface ProxyReport {
  readonly cpuMicros: number
  readonly cacheBytes: number
}

let cpu = process.cpuUsage()

process.once('message', ({ mediaPort, cameras, viewers }: ProxyCommand) => {
  void open(mediaPort, cameras, viewers)
})

async function open(mediaPort: number, cameras: number, viewers: number): Promise<void> {
  const origin = `http://127.0.0.1:${String(mediaPort)}`
  const items = Array.from({ length: cameras }, (_, index) => `cam-${String(index)}`).map((id) => ({
    id,
    name: id,
    isOnline: true,
    regions: ['社会治理'],
    place: undefined,
    heading: undefined,
  }))
  let told = (): void => undefined
  const known = new Promise<void>((resolve) => (told = resolve))
  const video = startVideo({
    registry: { videoPlatforms: new Map([['bench', videoPlatform({ id: 'bench', url: origin, maxStreams: cameras })]]) },
    clock: systemClock,
    record: () => Promise.resolve(),
    streamFailed: () => undefined,
    watch: { received: () => told(), failed: () => undefined, refused: () => undefined },
    onlineBefore: () => [],
    hosts: (_platform, allowed) => createHostGuard(allowed),
    recordViewings: () => Promise.resolve(),
    leftOpen: { viewings: [], at: 0 },
    moved: () => undefined,
    environment: {},
    fetch: globalThis.fetch,
    provide: () => ({
      list: () => Promise.resolve({ items, refused: [] }),
      open: (source) => Promise.resolve({ url: `${origin}/${source}/live.m3u8`, kind: 'hls', expiresAt: undefined }),
    }),
  })
  await known
  const readBody = (): never => {
    throw new Error('no viewer sends a body')
  }
  const routes = video.routes.map(({ handler, ...route }): Route => ({
    ...route,
    handler: (request, response, visit) => handler(request, response, { ...visit, role: houseRole(visit.role), readBody }),
  }))
  const house = await new House({ routes }).open()
  const sessions = Array.from({ length: viewers }, () => house.signIn('wall'))
  process.send?.({ port: house.port, sessions })
  process.on('message', () => {
    const { user, system } = process.cpuUsage(cpu)
    const cacheBytes = video.figures().platforms.reduce((sum, each) => sum + each.cacheBytes, 0)
    process.send?.({ cpuMicros: user + system, cacheBytes } satisfies ProxyReport)
    cpu = process.cpuUsage()
  })
}
