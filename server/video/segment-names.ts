import { createHmac, timingSafeEqual } from 'node:crypto'
import { minuteMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { Reference, Variables } from './playlist.ts'
import type { Quality } from './provider.ts'

/** An address of the platform behind a name that a browser may know. */
export interface Hidden extends Reference {
  /** of the stream that named it */
  readonly quality: Quality
  /** of the playlist that named it, where it is a playlist itself */
  readonly variables?: Variables
}

/** names of media live between one and two of these; what nobody asks for is forgotten as soon */
const lifeMs = 5 * minuteMs
const mostPerSource = 1_024
/** in place of an end of life: a variant is asked for again and again, and its master playlist only once */
const whileAskedFor = '0'

/**
 * Short opaque names in place of upstream addresses. A name is good for one session and one source, and for some minutes, a playlist's for as
 * long as it is asked for; what it stands for never leaves the server.
 */
export class SegmentNames {
  readonly #secret: Buffer
  /** by source, in the order in which they were last named in */
  readonly #hidden = new Map<string, { readonly names: Map<string, Hidden>; readonly at: Instant }>()

  /** @param secret at least 32 random bytes, of this process */
  constructor(secret: Buffer) {
    this.#secret = secret
  }

  /** `<id>.<end of life, base 36>.<signature>.<extension>`; the same for the same thing within some minutes. */
  name(hidden: Hidden, source: string, session: string, now: Instant): string {
    const { address, kind, sequence, isRanged, quality } = hidden
    const id = this.#mac(`address\n${kind}\n${quality}\n${isRanged ? 'ranged' : String(sequence)}\n${address}`).slice(0, 16)
    this.#keep(source, id, hidden, now)
    const end = kind === 'playlist' ? whileAskedFor : ((Math.floor(now / lifeMs) + 2) * lifeMs).toString(36)
    return `${id}.${end}.${this.#mac(`name\n${session}\n${source}\n${id}\n${end}`)}.${extensionOf(hidden)}`
  }

  /** What a name stands for; undefined when it is forged, over, of another session or source, or long out of the playlist. */
  resolve(name: string, source: string, session: string, now: Instant): Hidden | undefined {
    const [id = '', end = '', signature = '', , ...rest] = name.split('.')
    const wanted = Buffer.from(this.#mac(`name\n${session}\n${source}\n${id}\n${end}`))
    const given = Buffer.from(signature)
    const isOurs = rest.length === 0 && given.length === wanted.length && timingSafeEqual(given, wanted)
    if (!isOurs || (end !== whileAskedFor && parseInt(end, 36) <= now)) return undefined
    const hidden = this.#hidden.get(source)?.names.get(id)
    // asked for, so it is not the oldest any more
    if (hidden?.kind === 'playlist') this.#keep(source, id, hidden, now)
    return hidden
  }

  /** Sources whose addresses are held: a wall that goes round all cameras must not keep those of every one. */
  get sources(): number {
    return this.#hidden.size
  }

  #keep(source: string, id: string, hidden: Hidden, now: Instant): void {
    const names = this.#hidden.get(source)?.names ?? new Map<string, Hidden>()
    this.#hidden.delete(source)
    this.#hidden.set(source, { names, at: now })
    names.delete(id)
    names.set(id, hidden)
    const [oldest] = names.keys()
    if (names.size > mostPerSource && oldest !== undefined) names.delete(oldest)
    this.#forgetUnwatched(now)
  }

  /** Nobody has asked for these playlists for so long that every name in them is over. */
  #forgetUnwatched(now: Instant): void {
    for (const [source, { at }] of this.#hidden) {
      if (at > now - 2 * lifeMs) return
      this.#hidden.delete(source)
    }
  }

  #mac(text: string): string {
    return createHmac('sha256', this.#secret).update(text).digest('base64url').slice(0, 32)
  }
}

/** Players other than ours (ffmpeg, VLC) tell what a part is by its address: it keeps the upstream's extension where that is a usual one. */
function extensionOf({ address, kind }: Hidden): string {
  if (kind === 'playlist') return 'm3u8'
  return /\.(ts|m4s|mp4|m4v|m4a|aac|mp3|vtt|key)$/i.exec(new URL(address).pathname)?.[1]?.toLowerCase() ?? 'ts'
}
