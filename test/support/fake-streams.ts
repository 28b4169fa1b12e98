import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page, Route } from 'playwright-core'
import type { VideoTrouble, VideoTroubleAnswer } from '../../contract/video.ts'

const root = new URL('../..', import.meta.url).pathname
const segmentMs = 2_000
const loopSegments = 15

interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string | Buffer
}

/** What one camera's stream does; `now` in ms since the streams began. */
export interface Script {
  playlist(now: number): Answer
  segment(number: number): Promise<Answer>
}

/** One request that a page made for a stream. */
export interface Asked {
  readonly source: string
  readonly query: URLSearchParams
  readonly isPlaylist: boolean
}

/**
 * Stands between a page and /api/video, and plays each camera as its script says: the faults of platforms that nobody can ask for.
 * The pictures are those of the stand-in platform.
 */
export class FakeStreams {
  readonly asked: Asked[] = []
  readonly #scripts = new Map<string, Script>()
  readonly #usual: Script
  readonly #startedAt = Date.now() - 60_000

  constructor(usual: Script) {
    this.#usual = usual
  }

  /** What a camera does from now on. */
  set(source: string, script: Script): void {
    this.#scripts.set(source, script)
  }

  async install(page: Page): Promise<void> {
    await page.route(/\/api\/video\//, (route) => this.#answer(route))
  }

  /** ms since the streams began */
  now(): number {
    return Date.now() - this.#startedAt
  }

  async #answer(route: Route): Promise<void> {
    const url = new URL(route.request().url())
    const [, source = '', file = ''] = /\/api\/video\/([^/]+)\/(.*)$/.exec(url.pathname) ?? []
    this.asked.push({ source, query: url.searchParams, isPlaylist: file === 'live.m3u8' })
    const script = this.#scripts.get(decodeURIComponent(source)) ?? this.#usual
    const number = /^(\d+)\.ts$/.exec(file)?.[1]
    const { status, contentType, body } = number === undefined ? script.playlist(this.now()) : await script.segment(Number(number))
    // a page that went away no longer waits for its answer
    await route.fulfill({ status, contentType, body }).catch(() => undefined)
  }
}

const playlistAnswer = (lines: readonly string[]): Answer => ({
  status: 200,
  contentType: 'application/vnd.apple.mpegurl',
  body: `${['#EXTM3U', '#EXT-X-VERSION:3', ...lines].join('\n')}\n`,
})
const media = (body: Buffer): Answer => ({ status: 200, contentType: 'video/mp2t', body })

const files = new Map<string, Promise<Buffer>>()
function fileAt(path: string): Promise<Buffer> {
  const known = files.get(path) ?? readFile(join(root, path))
  files.set(path, known)
  return known
}

interface Reel {
  /** folder of the stand-in's pictures */
  readonly scene?: string
  /** what the playlist says is the time, from what it is */
  readonly clock?: (now: number) => number
  /** added to every segment's number */
  readonly numbersFrom?: () => number
}

/** A camera in good health: numbers go up, each thirty seconds a discontinuity. */
export function playing({ scene = 'crossing', clock = (now) => now, numbersFrom = () => 0 }: Reel = {}): Script {
  return {
    playlist: (now) => {
      const last = Math.floor(clock(now) / segmentMs) - 1
      const first = last - 5
      const lines = [
        '#EXT-X-TARGETDURATION:2',
        `#EXT-X-MEDIA-SEQUENCE:${String(first + numbersFrom())}`,
        `#EXT-X-DISCONTINUITY-SEQUENCE:${String(Math.floor((first - 1) / loopSegments))}`,
      ]
      for (let number = first; number <= last; number++) {
        if (number % loopSegments === 0) lines.push('#EXT-X-DISCONTINUITY')
        lines.push('#EXTINF:2.000,', `${String(number)}.ts`)
      }
      return playlistAnswer(lines)
    },
    segment: async (number) => media(await fileAt(`mock-streams/video/media/${scene}/${String(number % loopSegments).padStart(2, '0')}.mpegts`)),
  }
}

/** The same two seconds for ever, of test/support/streams. */
export function repeating(file: 'still' | 'black' | 'hevc'): Script {
  return {
    playlist: (now) => {
      const last = Math.floor(now / segmentMs) - 1
      const lines = ['#EXT-X-TARGETDURATION:2', `#EXT-X-MEDIA-SEQUENCE:${String(last - 5)}`, `#EXT-X-DISCONTINUITY-SEQUENCE:${String(last - 5)}`]
      for (let number = last - 5; number <= last; number++) lines.push('#EXT-X-DISCONTINUITY', '#EXTINF:2.000,', `${String(number)}.ts`)
      return playlistAnswer(lines)
    },
    segment: async () => media(await fileAt(`test/support/streams/${file}.mpegts`)),
  }
}

/** Half a minute to a segment, as cheap recorders do. */
export function inLongSegments(scene: string): Script {
  const longMs = segmentMs * loopSegments
  return {
    playlist: (now) => {
      const last = Math.floor((now + 2 * longMs) / longMs) - 1
      const lines = ['#EXT-X-TARGETDURATION:30', `#EXT-X-MEDIA-SEQUENCE:${String(last - 2)}`, `#EXT-X-DISCONTINUITY-SEQUENCE:${String(last - 2)}`]
      for (let number = last - 2; number <= last; number++) lines.push('#EXT-X-DISCONTINUITY', '#EXTINF:30.000,', `${String(number)}.ts`)
      return playlistAnswer(lines)
    },
    segment: async () =>
      media(
        Buffer.concat(
          await Promise.all(
            Array.from({ length: loopSegments }, (_, file) => fileAt(`mock-streams/video/media/${scene}/${String(file).padStart(2, '0')}.mpegts`)),
          ),
        ),
      ),
  }
}

/** A playlist of playlists that names none, or one that no browser here can decode. */
export const master = (lines: readonly string[]): Script => ({ ...playing(), playlist: () => playlistAnswer(lines) })

/** Refused as the server refuses. */
export function refusing(status: number, state: VideoTrouble, needs?: VideoTroubleAnswer['needs']): Script {
  const answer: Answer = { status, contentType: 'application/json', body: JSON.stringify({ state, detail: 'as the test says', needs }) }
  return { playlist: () => answer, segment: () => Promise.resolve(answer) }
}

/** A good playlist of segments that are not what they should be. */
export function withSegments(change: (whole: Answer) => Answer, scene = 'crossing'): Script {
  const good = playing({ scene })
  return { ...good, segment: async (number) => change(await good.segment(number)) }
}

/** Each file ends in its middle. */
export const halved = ({ body, ...rest }: Answer): Answer => ({ ...rest, body: body.slice(0, Math.floor(body.length / 2)) })
/** The addresses have ended, though the playlist still gives them out. */
export const expired = (): Answer => ({ status: 404, contentType: 'application/json', body: JSON.stringify({ state: 'no-stream', detail: 'ended' }) })

/** One script and another in turn. */
export function alternating(everyMs: number, now: () => number, scripts: readonly [Script, Script]): Script {
  const current = (): Script => scripts[Math.floor(now() / everyMs) % 2 === 0 ? 0 : 1]
  return { playlist: (at) => current().playlist(at), segment: (number) => current().segment(number) }
}
