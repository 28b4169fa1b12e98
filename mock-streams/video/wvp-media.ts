import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { cameras } from './cameras.ts'
import { fileOf, latestSegment, livePlaylist } from './playlist.ts'

/** The ZLMediaKit behind the stand-in for WVP: it runs streams, and closes one that nobody has fetched for a while. */

const media = fileURLToPath(new URL('media/', import.meta.url))

interface Running {
  readonly startedAt: number
  fetchedAt: number
}

export type Protocol = 'hls' | 'flv' | 'rtsp'

export interface MediaOptions {
  readonly now: () => number
  readonly unwatchedMs: number
  readonly protocols: readonly Protocol[]
}

export class MediaServer {
  readonly #options: MediaOptions
  /** by stream: <device>_<channel> */
  readonly #running = new Map<string, Running>()

  constructor(options: MediaOptions) {
    this.#options = options
  }

  start(stream: string): void {
    const now = this.#options.now()
    if (this.#runningNow(stream) === undefined) this.#running.set(stream, { startedAt: now, fetchedAt: now })
  }

  /** @returns false when it did not run */
  stop(stream: string): boolean {
    return this.#running.delete(stream)
  }

  /** Ends the streams of a camera that went away. */
  lose(code: string): void {
    for (const stream of this.#running.keys()) if (stream.endsWith(code)) this.#running.delete(stream)
  }

  /** Where a stream is had: as StreamContent publishes it, null for what the media server is not switched on for. */
  addresses(stream: string, { host, hostname }: URL): unknown {
    const of = (protocol: Protocol, address: string): string | null => (this.#options.protocols.includes(protocol) ? address : null)
    return {
      app: 'rtp',
      stream,
      ip: null,
      flv: of('flv', `http://${host}/rtp/${stream}.live.flv`),
      https_flv: null,
      ws_flv: of('flv', `ws://${host}/rtp/${stream}.live.flv`),
      wss_flv: null,
      fmp4: `http://${host}/rtp/${stream}.live.mp4`,
      hls: of('hls', `http://${host}/rtp/${stream}/hls.m3u8`),
      https_hls: null,
      ts: `http://${host}/rtp/${stream}.live.ts`,
      rtmp: `rtmp://${hostname}:1935/rtp/${stream}`,
      rtsp: of('rtsp', `rtsp://${hostname}:554/rtp/${stream}`),
      rtsps: null,
      rtc: `http://${host}/index/api/webrtc?app=rtp&stream=${stream}&type=play`,
      mediaServerId: 'FQ3TF8yT83wh5Wvz',
      mediaInfo: { app: 'rtp', stream, schema: 'rtsp', readerCount: 0, videoCodec: 'H264', width: 640, height: 360 },
      transcodeStream: null,
      progress: 0,
      key: null,
      serverId: '000000',
    }
  }

  /** @returns what it handed out; undefined for a stream that does not run, or a segment that is not there */
  async play(response: ServerResponse, stream: string, file: string): Promise<'playlist' | 'segment' | undefined> {
    const running = this.#runningNow(stream)
    const camera = cameras.find(({ code }) => stream.endsWith(`_${code}`))
    if (running === undefined || camera === undefined) {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404</h1>')
      return undefined
    }
    const now = this.#options.now()
    running.fetchedAt = now
    // a playlist is full from its start, as cameras have run before they were asked
    const reel = { startedAt: running.startedAt - 60_000, phaseMs: cameras.indexOf(camera) * 7_000 }
    if (file === 'hls.m3u8') {
      response.writeHead(200, { 'content-type': 'application/vnd.apple.mpegurl' }).end(livePlaylist(now, reel))
      return 'playlist'
    }
    const number = Number(/^(\d+)\.ts$/.exec(file)?.[1] ?? NaN)
    const late = latestSegment(now, reel) - number
    if (!(late >= 0 && late <= 15)) {
      response.writeHead(404).end()
      return undefined
    }
    response.writeHead(200, { 'content-type': 'video/mp2t' }).end(await readFile(`${media}${camera.scene}/${fileOf(number)}`))
    return 'segment'
  }

  #runningNow(stream: string): Running | undefined {
    const running = this.#running.get(stream)
    if (running === undefined || this.#options.now() - running.fetchedAt <= this.#options.unwatchedMs) return running
    this.#running.delete(stream)
    return undefined
  }
}
