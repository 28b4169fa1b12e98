import type { ChildProcess } from 'node:child_process'
import { ask, startChild } from './child.ts'
import { median } from './median.ts'
import type { Watch, Watched } from './video-proxy-load.ts'
import type { MediaReport } from './video-proxy-media.ts'
import type { ProxyReport } from './video-proxy-server.ts'

export interface VideoProxy {
  readonly viewers: number
  readonly cameras: number
  /** what a viewer costs the platform when all watch through us, to what it costs when each pulls for itself; medians over the rounds */
  readonly requests: number
  readonly bytes: number
  readonly cpu: number
  /** processor time of our server for one viewer, % of a core; and of the media server for one that pulls directly */
  readonly ownCpuPercent: number
  readonly directCpuPercent: number
  readonly playlistP50Ms: number
  readonly segmentP50Ms: number
  readonly directSegmentP50Ms: number
  readonly cacheMegabytes: number
  readonly failures: number
}

const seconds = 8
const rounds = 3

/**
 * Viewers who share cameras, pulling from the media server themselves and through our server by turns, so that what else this machine does
 * falls on both. Media server, our server and the viewers are processes of their own.
 */
export async function videoProxy(viewers = 200, cameras = 16): Promise<VideoProxy> {
  const [media, proxy, load] = ['./video-proxy-media.ts', './video-proxy-server.ts', './video-proxy-load.ts'].map(startChild) as [
    ChildProcess,
    ChildProcess,
    ChildProcess,
  ]
  try {
    const [{ port: mediaPort }] = await Promise.all([ask<{ port: number }>(media), ask(load)])
    const { port, sessions } = await ask<{ port: number; sessions: readonly string[] }>(proxy, { mediaPort, cameras, viewers })
    const camera = (index: number): string => `cam-${String(index % cameras)}`
    const direct = { port: mediaPort, seconds, viewers: sessions.map((_, index) => ({ path: `/${camera(index)}/live.m3u8`, session: undefined })) }
    const through = { port, seconds, viewers: sessions.map((session, index) => ({ path: `/api/video/${camera(index)}/live.m3u8`, session })) }
    const measured: Round[] = []
    // the first is not counted: code is compiled, connections are made
    for (let round = 0; round <= rounds; round += 1) measured.push(await measure({ media, proxy, load }, direct, through))
    return { viewers, cameras, ...summary(measured.slice(1), viewers) }
  } finally {
    for (const child of [load, proxy, media]) child.kill()
  }
}

interface Side extends MediaReport, Watched {
  readonly platformRequests: number
  readonly platformBytes: number
}

interface Round {
  readonly direct: Side
  readonly through: Side
  readonly own: ProxyReport
}

interface Children {
  readonly media: ChildProcess
  readonly proxy: ChildProcess
  readonly load: ChildProcess
}

async function measure({ media, proxy, load }: Children, direct: Watch, through: Watch): Promise<Round> {
  const side = async (watch: Watch): Promise<Side> => {
    await ask(media, {})
    const watched = await ask<Watched>(load, watch)
    const { cpuMicros, requests: platformRequests, bytes: platformBytes } = await ask<MediaReport>(media, {})
    return { ...watched, cpuMicros, platformRequests, platformBytes }
  }
  const pulled = await side(direct)
  await ask(proxy, {})
  return { direct: pulled, through: await side(through), own: await ask<ProxyReport>(proxy, {}) }
}

function summary(measured: readonly Round[], viewers: number): Omit<VideoProxy, 'viewers' | 'cameras'> {
  const middle = (of: (round: Round) => number): number => median(measured.map(of))
  const percent = (cpuMicros: number): number => cpuMicros / (seconds * 10_000) / viewers
  return {
    requests: middle(({ through, direct }) => through.platformRequests / through.requests / (direct.platformRequests / direct.requests)),
    bytes: middle(({ through, direct }) => through.platformBytes / through.bytes / (direct.platformBytes / direct.bytes)),
    cpu: middle(({ through, direct }) => through.cpuMicros / through.requests / (direct.cpuMicros / direct.requests)),
    ownCpuPercent: middle(({ own }) => percent(own.cpuMicros)),
    directCpuPercent: middle(({ direct }) => percent(direct.cpuMicros)),
    playlistP50Ms: middle(({ through }) => through.playlistP50Ms),
    segmentP50Ms: middle(({ through }) => through.segmentP50Ms),
    directSegmentP50Ms: middle(({ direct }) => direct.segmentP50Ms),
    cacheMegabytes: middle(({ own }) => own.cacheBytes / 1_048_576),
    failures: measured.reduce((sum, { through, direct }) => sum + through.failures + direct.failures, 0),
  }
}
