import { secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { Fragment } from './mp4.ts'

/** A segment is at least this long, except that it always begins with a key frame. */
const shortestSegmentMs = secondMs
const listed = 5
/** longer than listed: a viewer may be behind */
const kept = 12
const mostBytes = 48 * 1024 * 1024
/** pictures this far from where the last ones ended are told as later */
const mostDriftMs = secondMs / 2

interface Segment {
  readonly name: string
  readonly sequence: number
  readonly body: Buffer
  readonly durationMs: number
  readonly startedAt: Instant
  readonly init: Init
}

interface Init {
  readonly name: string
  readonly body: Buffer
}

export interface Part {
  readonly body: Buffer
  readonly contentType: string
}

/**
 * The last seconds of one live stream, in memory alone: pictures of cameras never rest on a disk. Numbers of segments begin at the second
 * of the epoch at which the window does, and no segment is shorter than a second: so they grow over windows of the same camera too.
 */
export class LiveWindow {
  #segments: Segment[] = []
  #pending: Fragment[] = []
  #init: Init | undefined
  /** of this window alone: what was cached of an earlier one of the same camera is not taken for ours */
  readonly #prefix: string
  #next: number
  #discontinuities = 0
  #longestMs = secondMs
  #lastAt: Instant | undefined

  constructor(now: Instant) {
    this.#prefix = now.toString(36)
    this.#next = Math.floor(now / secondMs)
  }

  get bytes(): number {
    const ofSegments = this.#segments.reduce((sum, { body }) => sum + body.length, this.#init?.body.length ?? 0)
    return this.#pending.reduce((sum, { body }) => sum + body.length, ofSegments)
  }

  /** when the last segment was complete; undefined before the first */
  get lastAt(): Instant | undefined {
    return this.#lastAt
  }

  /** duration of the longest segment so far */
  get longestMs(): number {
    return this.#longestMs
  }

  /** A new initialisation; what follows does not continue what was before. */
  begin(init: Buffer): void {
    this.#pending = []
    this.#init = { name: `${this.#prefix}-${String(this.#next)}.mp4`, body: init }
  }

  /** @returns whether a segment is complete with it */
  add(fragment: Fragment, now: Instant): boolean {
    const init = this.#init
    if (init === undefined) return false
    this.#pending.push(fragment)
    const durationMs = this.#pending.reduce((sum, each) => sum + each.durationMs, 0)
    if (durationMs < shortestSegmentMs) return false
    const body = this.#pending.length === 1 ? fragment.body : Buffer.concat(this.#pending.map((each) => each.body))
    this.#pending = []
    const name = `${this.#prefix}-${String(this.#next)}.m4s`
    this.#segments.push({ name, sequence: this.#next, body, durationMs, startedAt: this.#startOf(durationMs, init, now), init })
    this.#next += 1
    this.#longestMs = Math.max(this.#longestMs, durationMs)
    this.#lastAt = now
    this.#forget()
    return true
  }

  /** Undefined before the first segment. Names in it are relative. */
  playlist(): string | undefined {
    const shown = this.#segments.slice(-listed)
    const [first] = shown
    if (first === undefined) return undefined
    const before = this.#segments.slice(0, -listed)
    const gone = this.#discontinuities + discontinuitiesIn([...before, first])
    const lines = shown.flatMap((segment, index) => linesOf(segment, shown[index - 1]))
    return [
      '#EXTM3U',
      '#EXT-X-VERSION:7',
      `#EXT-X-TARGETDURATION:${String(Math.ceil(this.#longestMs / secondMs))}`,
      `#EXT-X-MEDIA-SEQUENCE:${String(first.sequence)}`,
      `#EXT-X-DISCONTINUITY-SEQUENCE:${String(gone)}`,
      '#EXT-X-INDEPENDENT-SEGMENTS',
      ...lines,
      '',
    ].join('\n')
  }

  /** What a name in the playlist stands for; undefined once it is over. */
  part(name: string): Part | undefined {
    const segment = this.#segments.find((each) => each.name === name)
    if (segment !== undefined) return { body: segment.body, contentType: 'video/iso.segment' }
    const init = this.#segments.find((each) => each.init.name === name)?.init
    return init && { body: init.body, contentType: 'video/mp4' }
  }

  /** Segments follow each other without gaps, as their pictures do, however unevenly they arrive. */
  #startOf(durationMs: number, init: Init, now: Instant): Instant {
    const arrived = now - durationMs
    const last = this.#segments.at(-1)
    if (last?.init !== init) return arrived
    const due = last.startedAt + last.durationMs
    return Math.abs(due - arrived) > mostDriftMs ? arrived : due
  }

  #forget(): void {
    while (this.#segments.length > kept || (this.#segments.length > 1 && this.bytes > mostBytes)) {
      this.#discontinuities += discontinuitiesIn(this.#segments.slice(0, 2))
      this.#segments.shift()
    }
  }
}

const discontinuitiesIn = (segments: readonly Segment[]): number =>
  segments.filter(({ init }, index) => index > 0 && init !== segments[index - 1]?.init).length

function linesOf(segment: Segment, before: Segment | undefined): readonly string[] {
  const isNewInit = segment.init !== before?.init
  return [
    ...(isNewInit && before !== undefined ? ['#EXT-X-DISCONTINUITY'] : []),
    ...(isNewInit ? [`#EXT-X-MAP:URI="${segment.init.name}"`] : []),
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.startedAt).toISOString()}`,
    `#EXTINF:${(segment.durationMs / secondMs).toFixed(3)},`,
    segment.name,
  ]
}
