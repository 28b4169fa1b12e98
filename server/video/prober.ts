import type { ProbeState, VideoProbeFact } from '../../contract/video-fact.ts'
import { hourMs, secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import { lookAtPlaylist } from './playlist-look.ts'
import type { MediaLook, PlaylistLook, PlaylistSegment } from './playlist-look.ts'
import type { Playlist, Reference } from './playlist.ts'
import { codecOf } from './stream-codec.ts'
import { StreamTrouble } from './trouble.ts'

export interface ProberOptions {
  readonly clock: Clock
  /** ids of the cameras that the catalogue has as online */
  readonly online: () => readonly string[]
  /** whether there is room for a look beside those who watch: a viewer never waits for one */
  readonly hasRoom: (source: string) => boolean
  /** All three throw StreamTrouble. */
  readonly livePlaylist: (source: string) => Promise<Playlist>
  readonly variant: (source: string, named: Reference) => Promise<Playlist>
  readonly media: (source: string, named: Reference, range: string | undefined) => Promise<{ readonly body: Buffer }>
  /** makes facts durable; when it fails they are told again after the next look */
  readonly record: (facts: readonly VideoProbeFact[]) => Promise<unknown>
  /** each camera is looked at this often */
  readonly everyMs: number
  /** in [0, 1); spreads the first looks */
  readonly random: () => number
}

/** What one look found. */
type Finding = Pick<VideoProbeFact, 'state' | 'codec' | 'kilobitsPerSecond' | 'firstSegmentMs' | 'clockOffsetMs'>

/** A failing look is repeated before it is believed: a camera that starts slowly is not broken. */
const looksBeforeTold = 2
const repeatAfterMs = 20 * secondMs
const figuresEveryMs = hourMs
/** the least and the most that is waited for a playlist to move on */
const shortestWaitMs = 2 * secondMs
const longestWaitMs = 40 * secondMs

interface Told {
  readonly state: ProbeState
  readonly at: Instant
}

/** 视频巡检: looks at one camera after the other without a viewer, and tells what it finds. */
export class Prober {
  readonly #options: ProberOptions
  readonly #told = new Map<string, Told>()
  /** failing looks in a row that have not been told */
  readonly #doubts = new Map<string, number>()
  readonly #dueAt = new Map<string, Instant>()
  #isLooking = false
  readonly #stop: () => void

  constructor(options: ProberOptions) {
    this.#options = options
    this.#stop = options.clock.every(secondMs, () => void this.#next())
  }

  close(): void {
    this.#stop()
  }

  /** One at a time: the longest due that there is room for. */
  async #next(): Promise<void> {
    if (this.#isLooking) return
    const source = this.#mostDue()
    if (source === undefined) return
    this.#isLooking = true
    try {
      await this.#look(source)
    } finally {
      this.#isLooking = false
    }
  }

  #mostDue(): string | undefined {
    const { clock, online, hasRoom, everyMs, random } = this.#options
    const now = clock.now()
    const sources = online()
    this.#forgetAllBut(new Set(sources))
    let most: { readonly source: string; readonly dueAt: Instant } | undefined
    for (const source of sources) {
      const known = this.#dueAt.get(source) ?? now + random() * everyMs
      // a due time beyond the longest pause is one from before the clock was set back
      const dueAt = known > now + everyMs ? now : known
      this.#dueAt.set(source, dueAt)
      if (dueAt <= now && (most === undefined || dueAt < most.dueAt) && hasRoom(source)) most = { source, dueAt }
    }
    return most?.source
  }

  #forgetAllBut(present: ReadonlySet<string>): void {
    for (const known of [this.#dueAt, this.#told, this.#doubts]) for (const source of known.keys()) if (!present.has(source)) known.delete(source)
  }

  async #look(source: string): Promise<void> {
    const { clock, everyMs, record } = this.#options
    const finding = await this.#find(source)
    const now = clock.now()
    this.#dueAt.set(source, now + everyMs)
    if (finding === undefined || this.#isDoubtful(source, finding)) return
    const told = this.#told.get(source)
    if (told?.state === finding.state && now - told.at < figuresEveryMs && now >= told.at) return
    try {
      await record([{ kind: 'video-probe', source, at: now, ...finding }])
      this.#told.set(source, { state: finding.state, at: now })
    } catch {
      // the log, not the camera: the recorder speaks for itself, and the next look tells it again
    }
  }

  /** Whether a failing look is to be repeated before anybody hears of it. */
  #isDoubtful(source: string, { state }: Finding): boolean {
    const told = this.#told.get(source)?.state
    if (state === 'moving' || state === told) {
      this.#doubts.delete(source)
      return false
    }
    const doubts = (this.#doubts.get(source) ?? 0) + 1
    if (doubts >= looksBeforeTold) {
      this.#doubts.delete(source)
      return false
    }
    this.#doubts.set(source, doubts)
    this.#dueAt.set(source, this.#options.clock.now() + repeatAfterMs)
    return true
  }

  /** Undefined where a look says nothing of the camera: there was no room. */
  async #find(source: string): Promise<Finding | undefined> {
    try {
      return await this.#examine(source)
    } catch (error) {
      if (!(error instanceof StreamTrouble)) return { state: 'platform-down' }
      return error.state === 'busy' || error.state === 'connecting' || error.state === 'offline' ? undefined : { state: error.state }
    }
  }

  async #examine(source: string): Promise<Finding> {
    const { clock } = this.#options
    const asked = clock.now()
    const first = await this.#mediaOf(source)
    const last = first?.last
    if (first === undefined || last === undefined) return { state: 'no-stream' }
    const piece = await this.#fetch(source, first, last.address, last.range)
    const arrived = clock.now()
    const init = last.map === undefined ? piece : await this.#fetch(source, first, last.map, undefined)
    const figures = {
      ...withCodec(first.codecs ?? codecOf(init)),
      ...(last.seconds > 0 ? { kilobitsPerSecond: Math.round((piece.length * 8) / last.seconds / 1_000) } : {}),
      firstSegmentMs: arrived - asked,
      ...offsetOf(last, arrived),
    }
    await waitFor(clock, Math.min(longestWaitMs, Math.max(shortestWaitMs, first.targetSeconds * 1_500)))
    const second = await this.#mediaOf(source)
    const hasMoved = second?.last !== undefined && (second.lastNumber !== first.lastNumber || second.last.address !== last.address)
    return { state: hasMoved && !first.hasEnded ? 'moving' : 'standing', ...figures }
  }

  async #fetch(source: string, { references }: Media, address: string, range: string | undefined): Promise<Buffer> {
    const named = references.get(address)
    if (named === undefined) throw new StreamTrouble('no-stream', 'the playlist names what it does not name')
    return (await this.#options.media(source, named, range)).body
  }

  async #mediaOf(source: string): Promise<Media | undefined> {
    const { livePlaylist, variant } = this.#options
    const top = lookInto(await livePlaylist(source))
    if (top?.look.kind !== 'master') return top?.look.kind === 'media' ? { ...top.look, references: top.references, codecs: undefined } : undefined
    const named = top.references.get(top.look.variant)
    const below = named === undefined ? undefined : lookInto(await variant(source, named))
    return below?.look.kind === 'media' ? { ...below.look, references: below.references, codecs: videoCodecIn(top.look.codecs) } : undefined
  }
}

type References = ReadonlyMap<string, Reference>

interface Media extends MediaLook {
  /** what the playlist names, by address */
  readonly references: References
  readonly codecs: string | undefined
}

function lookInto(playlist: Playlist): { readonly look: PlaylistLook; readonly references: References } | undefined {
  const references = new Map<string, Reference>()
  const text = playlist.write((reference) => {
    references.set(reference.address, reference)
    return reference.address
  })
  const look = lookAtPlaylist(text)
  return look === undefined ? undefined : { look, references }
}

const videoCodecIn = (codecs: string | undefined): string | undefined =>
  codecs
    ?.split(',')
    .find((codec) => /^\s*(avc|hvc|hev)/.test(codec))
    ?.trim()

const withCodec = (codec: string | undefined): Pick<Finding, 'codec'> => (codec === undefined ? {} : { codec })

/** How far the end of the last segment, by the stream's own dates, is from our clock: minus what a live stream lags behind. */
const offsetOf = ({ startedAt, seconds }: PlaylistSegment, now: Instant): Pick<Finding, 'clockOffsetMs'> =>
  startedAt === undefined ? {} : { clockOffsetMs: Math.round(startedAt + seconds * 1_000 - now) }

const waitFor = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve))
