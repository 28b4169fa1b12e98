import type { Writable } from 'node:stream'
import { secondMs } from '../../../contract/time.ts'
import { lookAtPlaylist } from '../playlist-look.ts'
import type { MediaLook, PlaylistLook, PlaylistSegment } from '../playlist-look.ts'
import { readPlaylist } from '../playlist.ts'
import type { OpenStream } from '../provider.ts'
import { StreamTrouble, troubleOf } from '../trouble.ts'
import { mostPlaylistBytes, mostSegmentBytes, Upstream } from '../upstream.ts'
import { addressOf } from './input.ts'
import type { InputOptions, OpenInput } from './input.ts'

/** HLS of a platform, followed here segment by segment: of a camera whose coding a browser does not decode. */
export const openHls: OpenInput = async (stream, options, signal) => {
  addressOf(stream, ['http:', 'https:'])
  const follower = new Follower(stream, options)
  signal.addEventListener('abort', follower.close, { once: true })
  try {
    const format = await follower.begin()
    return {
      options: [...evenly, ...knownSoon, '-protocol_whitelist', 'pipe', '-format_whitelist', format, '-f', format, '-i', 'pipe:0'],
      feed: (stdin) => void follower.feed(stdin),
      trouble: () => follower.trouble,
      close: follower.close,
    }
  } catch (error) {
    follower.close()
    throw error
  }
}

/** segments come in bursts: read at the speed of the pictures, so that what is made of them comes evenly */
const evenly = ['-re']
/** one second tells what is in a stream; ffmpeg would wait for five, and those are still to come */
const knownSoon = ['-analyzeduration', '1000000']
/** the last ones that are there: the next may be late by one */
const segmentsAtStart = 2

const playlistWithinMs = 8 * secondMs
const segmentWithinMs = 20 * secondMs
const [shortestPauseMs, longestPauseMs] = [secondMs / 2, 5 * secondMs]
/** who is further behind leaves out what is between: live pictures, not all of them */
const mostBehind = 3

class Follower {
  trouble: StreamTrouble | undefined
  readonly #stream: OpenStream
  readonly #clock: InputOptions['clock']
  readonly #upstream: Upstream
  #address: string
  #media: MediaLook | undefined
  /** number of the last segment that was written */
  #written = -1
  #map: string | undefined
  #isClosed = false
  #wake = (): void => undefined

  constructor(stream: OpenStream, { clock, hosts }: InputOptions) {
    this.#stream = stream
    this.#address = stream.url
    this.#clock = clock
    this.#upstream = new Upstream({ clock, hosts })
  }

  /** Finds the playlist that names segments. Answers ffmpeg's name for what they are. Throws StreamTrouble. */
  async begin(): Promise<'mov' | 'mpegts'> {
    let look = await this.#look()
    if (look?.kind === 'master') {
      this.#address = look.variant
      look = await this.#look()
    }
    if (look?.kind !== 'media' || look.last === undefined) throw new StreamTrouble('no-stream', 'the playlist names neither segments nor variants')
    this.#media = look
    this.#written = look.lastNumber - Math.min(segmentsAtStart, look.segments.length)
    this.#map = look.last.map
    return this.#map === undefined ? 'mpegts' : 'mov'
  }

  /** Writes each new segment until the stream ends or breaks; ffmpeg learns of that by the end of its input. */
  async feed(stdin: Writable): Promise<void> {
    stdin.once('close', this.close)
    try {
      if (this.#map !== undefined) await this.#write(stdin, this.#map, undefined)
      while (!this.#isClosed) {
        for (const segment of this.#due()) await this.#write(stdin, segment.address, segment.range)
        await this.#pause()
        const look = await this.#look()
        if (look?.kind !== 'media') throw new StreamTrouble('no-stream', 'the playlist names segments no more')
        this.#media = look
      }
    } catch (error) {
      this.trouble = troubleOf(error)
    }
    this.close()
    stdin.end()
  }

  readonly close = (): void => {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#wake()
    void this.#upstream.close()
  }

  /** Segments that have not been written yet. Throws StreamTrouble for a stream that has to be begun anew. */
  #due(): readonly PlaylistSegment[] {
    const { segments = [], lastNumber = -1, last, hasEnded = false } = this.#media ?? {}
    const count = lastNumber - this.#written
    if (count < 0 || last?.map !== this.#map) throw new StreamTrouble('no-stream', 'the stream has begun anew')
    if (count === 0 && hasEnded) throw new StreamTrouble('no-stream', 'the stream has ended')
    this.#written = lastNumber
    return count === 0 ? [] : segments.slice(count > mostBehind ? -1 : -count)
  }

  async #look(): Promise<PlaylistLook | undefined> {
    const { body, address } = await this.#fetch(this.#address, { most: mostPlaylistBytes, withinMs: playlistWithinMs })
    const text = readPlaylist(body.toString('utf8'), { base: address }).write((reference) => reference.address)
    if (/^#EXT-X-KEY:(?!METHOD=NONE)/m.test(text)) throw new StreamTrouble('no-stream', 'the stream is encrypted: it cannot be coded anew')
    return lookAtPlaylist(text)
  }

  async #write(stdin: Writable, address: string, range: string | undefined): Promise<void> {
    const { body } = await this.#fetch(address, { most: mostSegmentBytes, withinMs: segmentWithinMs, range })
    if (this.#isClosed || stdin.write(body)) return
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      stdin.once('drain', resolve)
    })
  }

  #fetch(address: string, asking: { readonly most: number; readonly withinMs: number; readonly range?: string | undefined }) {
    const { headers, url } = this.#stream
    return this.#upstream.fetch(address, { ...asking, ...(headers && { headers }), headersFor: new URL(url).hostname })
  }

  async #pause(): Promise<void> {
    const ms = Math.min(longestPauseMs, Math.max(shortestPauseMs, ((this.#media?.targetSeconds ?? 0) * secondMs) / 2))
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(ms, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
  }
}
