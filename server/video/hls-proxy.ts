import type { IncomingMessage, ServerResponse } from 'node:http'
import { minuteMs } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import { answering, unkept } from './answer.ts'
import type { Gate } from './gate.ts'
import { ownerOf } from './platforms.ts'
import type { Directives, Platform } from './platform.ts'
import type { Playlist } from './playlist.ts'
import { qualities } from './provider.ts'
import type { Quality } from './provider.ts'
import type { SegmentNames } from './segment-names.ts'
import { StreamTrouble } from './trouble.ts'
import type { Fetched } from './upstream.ts'
import { sourceOf, visitorOf } from './video-request.ts'
import type { VideoRequest } from './video-request.ts'

export interface ProxyOptions {
  readonly platforms: readonly Platform[]
  readonly names: SegmentNames
  readonly gate: Gate
  readonly clock: Clock
}

/** For whom a playlist is written; `folder` leads from its address to the segments'. */
interface Audience {
  readonly source: string
  readonly quality: Quality
  readonly session: string
  readonly folder: string
}

const playlistType = 'application/vnd.apple.mpegurl'
const wholeRange = /^bytes=\d+-\d*$/
/** a viewer who takes longer for one answer is cut off: it would hold the piece in memory for ever */
const takenWithinMs = minuteMs

/** Streams under our own origin: playlists with opaque names in them, and what the names stand for. */
export class HlsProxy {
  readonly #options: ProxyOptions

  constructor(options: ProxyOptions) {
    this.#options = options
  }

  /** GET /api/video/:source/live.m3u8?quality=main|sub&guest=1&codec=h264 */
  async live(response: ServerResponse, asked: VideoRequest): Promise<void> {
    await answering(response, async () => {
      const { query } = asked
      const [source, quality] = [sourceOf(asked), qualityIn(query)]
      const { platform, fact } = ownerOf(this.#options.platforms, source)
      const playlist = await this.#options.gate.enter(fact, visitorOf(asked), () =>
        query.get('codec') === 'h264' ? platform.livePlaylistAnew(source, quality) : platform.livePlaylist(source, quality, directivesIn(query)),
      )
      this.#sendPlaylist(response, playlist, { source, quality, session: asked.sessionId, folder: 'segment/' })
    })
  }

  /** GET /api/video/:source/segment/:name */
  async segment(request: IncomingMessage, response: ServerResponse, asked: VideoRequest): Promise<void> {
    await answering(response, async () => {
      const { names, clock, platforms, gate } = this.#options
      const source = sourceOf(asked)
      const hidden = names.resolve(asked.params['name'] ?? '', source, asked.sessionId, clock.now())
      if (hidden === undefined) throw new StreamTrouble('no-stream', 'this address is not valid any more: take it from the playlist again')
      const { platform, fact } = ownerOf(platforms, source)
      const visitor = visitorOf(asked)
      if (hidden.kind === 'playlist') {
        const playlist = await gate.enter(fact, visitor, () => platform.variant(source, hidden, directivesIn(asked.query)))
        this.#sendPlaylist(response, playlist, { source, quality: hidden.quality, session: asked.sessionId, folder: '' })
      } else {
        const range = request.headers.range
        const fetched = await gate.enter(fact, visitor, () =>
          platform.media(source, hidden, range !== undefined && wholeRange.test(range) ? range : undefined),
        )
        this.#sendMedia(response, fetched)
      }
    })
  }

  #sendPlaylist(response: ServerResponse, playlist: Playlist, { source, quality, session, folder }: Audience): void {
    const { names, clock } = this.#options
    const now = clock.now()
    const { variables } = playlist
    const text = playlist.write((reference) => {
      const hidden = { ...reference, quality, ...(reference.kind === 'playlist' && { variables }) }
      return folder + names.name(hidden, source, session, now)
    })
    response.writeHead(200, { 'content-type': playlistType, ...unkept }).end(text)
  }

  #sendMedia(response: ServerResponse, { body, contentType, status, contentRange }: Fetched): void {
    const cancel = this.#options.clock.after(takenWithinMs, () => response.destroy())
    response.once('close', cancel)
    response.writeHead(status, {
      'content-type': /^(video|audio)\//i.test(contentType) ? contentType : 'application/octet-stream',
      'content-length': body.length,
      ...unkept,
      ...(contentRange === undefined ? {} : { 'content-range': contentRange }),
    })
    response.end(body)
  }
}

function qualityIn(query: URLSearchParams): Quality {
  return qualities.find((quality) => quality === query.get('quality')) ?? 'sub'
}

/** What a low-latency player asks for goes through to the media server, which answers when it is there; anything else does not. */
function directivesIn(query: URLSearchParams): Directives {
  const given = (name: string, form: RegExp): readonly string[] => {
    const value = query.get(name)
    return value !== null && form.test(value) ? [`${name}=${value}`] : []
  }
  return [...given('_HLS_msn', /^\d{1,15}$/), ...given('_HLS_part', /^\d{1,6}$/), ...given('_HLS_skip', /^(YES|v2)$/)].join('&')
}
