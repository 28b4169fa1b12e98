import type { IncomingMessage, ServerResponse } from 'node:http'
import type { VideoTrouble, VideoTroubleAnswer } from '../../contract/video.ts'
import type { Clock } from '../core/clock.ts'
import type { Platform } from './platform.ts'
import { PlaylistError, rewritePlaylist } from './playlist.ts'
import type { SegmentNames } from './segment-names.ts'
import { StreamTrouble, troubleOf } from './trouble.ts'
import type { Fetched } from './upstream.ts'

export interface ProxyOptions {
  readonly platforms: readonly Platform[]
  readonly names: SegmentNames
  readonly clock: Clock
}

export interface VideoRequest {
  readonly params: Readonly<Record<string, string>>
  readonly sessionId: string
}

/** For whom a playlist is written; `folder` leads from its address to the segments'. */
interface Audience {
  readonly source: string
  readonly session: string
  readonly folder: string
}

const statuses: Readonly<Record<VideoTrouble, number>> = {
  offline: 404,
  'no-stream': 404,
  'platform-down': 503,
  'no-permission': 403,
  busy: 503,
  connecting: 503,
}

const playlistType = 'application/vnd.apple.mpegurl'
const wholeRange = /^bytes=\d+-\d*$/

/** Streams under our own origin: playlists with opaque names in them, and what the names stand for. */
export class HlsProxy {
  readonly #options: ProxyOptions

  constructor(options: ProxyOptions) {
    this.#options = options
  }

  /** GET /api/video/:source/live.m3u8 */
  async live(response: ServerResponse, { params, sessionId }: VideoRequest): Promise<void> {
    await answering(response, async () => {
      const source = params['source'] ?? ''
      const fetched = await this.#platformOf(source).livePlaylist(source)
      this.#sendPlaylist(response, fetched, { source, session: sessionId, folder: 'segment/' })
    })
  }

  /** GET /api/video/:source/segment/:name */
  async segment(request: IncomingMessage, response: ServerResponse, { params, sessionId }: VideoRequest): Promise<void> {
    await answering(response, async () => {
      const source = params['source'] ?? ''
      const hidden = this.#options.names.resolve(params['name'] ?? '', source, sessionId, this.#options.clock.now())
      if (hidden === undefined) throw new StreamTrouble('no-stream', 'this address is not valid any more: take it from the playlist again')
      const range = request.headers.range
      const fetched = await this.#platformOf(source).part(
        source,
        hidden.address,
        hidden.kind,
        range !== undefined && wholeRange.test(range) ? range : undefined,
      )
      if (hidden.kind === 'playlist') this.#sendPlaylist(response, fetched, { source, session: sessionId, folder: '' })
      else sendMedia(response, fetched)
    })
  }

  /** Finds who has a source; while a platform has not told its catalogue, nobody can say that a source does not exist. */
  #platformOf(source: string): Platform {
    const { platforms } = this.#options
    const owner = platforms.find(({ catalogue }) => catalogue.stateOf(source) !== undefined)
    if (owner !== undefined) return owner
    if (platforms.some(({ catalogue }) => catalogue.state === 'waiting')) throw new StreamTrouble('connecting', 'the catalogue has not come yet')
    if (platforms.some(({ catalogue }) => catalogue.state === 'down')) throw new StreamTrouble('platform-down', 'the catalogue cannot be asked')
    throw new StreamTrouble('offline', 'no platform knows this camera')
  }

  #sendPlaylist(response: ServerResponse, fetched: Fetched, { source, session, folder }: Audience): void {
    const now = this.#options.clock.now()
    const text = rewritePlaylist(
      fetched.body.toString('utf8'),
      fetched.address,
      (address, kind) => folder + this.#options.names.name({ address, kind }, source, session, now),
    )
    response.writeHead(200, { 'content-type': playlistType, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }).end(text)
  }
}

function sendMedia(response: ServerResponse, { body, contentType, status, contentRange }: Fetched): void {
  response.writeHead(status, {
    'content-type': /^(video|audio)\//i.test(contentType) ? contentType : 'application/octet-stream',
    'content-length': body.length,
    'cache-control': 'private, max-age=60',
    'x-content-type-options': 'nosniff',
    ...(contentRange === undefined ? {} : { 'content-range': contentRange }),
  })
  response.end(body)
}

async function answering(response: ServerResponse, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const trouble = error instanceof PlaylistError ? new StreamTrouble('no-stream', error.message) : troubleOf(error)
    const answer: VideoTroubleAnswer = { state: trouble.state, detail: trouble.message }
    response.writeHead(statuses[trouble.state], {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    response.end(JSON.stringify(answer))
  }
}
