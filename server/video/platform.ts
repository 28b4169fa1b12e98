import type { VideoPlatform } from '../../contract/configuration.ts'
import type { VideoProbeFact, VideoSourceFact } from '../../contract/video-fact.ts'
import { minuteMs, secondMs } from '../../contract/time.ts'
import type { Move, VideoTrouble } from '../../contract/video.ts'
import type { Clock } from '../core/clock.ts'
import type { CameraList } from './camera-list.ts'
import { CatalogueFollower } from './catalogue.ts'
import type { PlatformWatch } from './catalogue.ts'
import { withDeadline } from './deadline.ts'
import { Gateway } from './gateway/gateway.ts'
import type { GatewayStats } from './gateway/gateway.ts'
import { spawnAlone } from './gateway/program.ts'
import { gatewayKey, throughGateway } from './gateway/through-gateway.ts'
import { LeaseBook } from './lease.ts'
import type { makeProvider } from './make-provider.ts'
import { readPlaylist } from './playlist.ts'
import type { Playlist } from './playlist.ts'
import { hostsOf } from './platform-hosts.ts'
import { Prober } from './prober.ts'
import { PlaylistProgress } from './progress.ts'
import type { OpenStream, Quality, Still, VideoProvider } from './provider.ts'
import type { Hidden } from './segment-names.ts'
import { SharedFetch } from './shared-fetch.ts'
import { StreamTrouble, troubleOf } from './trouble.ts'
import { mostPlaylistBytes, mostSegmentBytes, Upstream } from './upstream.ts'
import type { Asking, Fetched, MediaHosts } from './upstream.ts'

export interface PlatformOptions {
  readonly platform: VideoPlatform
  /** by platform */
  readonly cameraLists?: ReadonlyMap<string, CameraList>
  readonly clock: Clock
  readonly random: () => number
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly provide: typeof makeProvider
  /** for the platform's own interface; streams are fetched from `hosts` alone */
  readonly fetch: typeof globalThis.fetch
  /** where streams may come from, of what is allowed: `name`, `name:port`, a network */
  readonly hosts: (allowed: readonly string[]) => MediaHosts
  readonly record: (platform: string, facts: readonly (VideoSourceFact | VideoProbeFact)[]) => Promise<unknown>
  readonly watch: PlatformWatch
  /** a stream that is made into HLS here has failed; it is tried again by itself */
  readonly streamFailed: (platform: string, camera: string, reason: string) => void
  /** ids of its cameras that the log has as online when the server starts */
  readonly onlineBefore: readonly string[]
}

/** Which moment of a low-latency playlist is waited for: `_HLS_msn=12&_HLS_part=3&_HLS_skip=YES`, or nothing. */
export type Directives = string

type ReadPlaylist = Playlist & { readonly size: number; readonly keepMs: number }
type Media = Fetched & { readonly size: number }
type StillPicture = Still & { readonly size: number }

const segmentKeptMs = 2 * minuteMs
/** keys and maps keep their address when a camera starts again with others */
const unnumberedKeptMs = 5 * secondMs
const stillKeptMs = 2 * secondMs
const mostCachedBytes = 64 * 1024 * 1024
const mostBriefBytes = 16 * 1024 * 1024
const mostStillBytes = 4 * 1024 * 1024

const playlistWithinMs = 8 * secondMs
/** a blocking reload is answered when the part is there */
const awaitedWithinMs = 20 * secondMs
const segmentWithinMs = 20 * secondMs
const commandWithinMs = 8 * secondMs
/** of the streams that may be open, the share beyond which looks without a viewer leave the rest to viewers */
const roomForLooks = 0.75

/** A picture and nothing that could be more than one, such as SVG. */
const pictureTypes = /^image\/(jpeg|png|webp|bmp|gif)$/i

/** One configured platform: its catalogue, its open streams, and what was fetched of them for all viewers. */
export class Platform {
  readonly catalogue: CatalogueFollower
  readonly leases: LeaseBook
  readonly #clock: Clock
  readonly #gateway: Gateway
  readonly #provider: VideoProvider
  readonly #upstream: Upstream
  readonly #told = new Map<string, VideoSourceFact>()
  readonly #progress = new PlaylistProgress()
  readonly #playlists: SharedFetch<ReadPlaylist>
  readonly #segments: SharedFetch<Media>
  readonly #unnumbered: SharedFetch<Media>
  readonly #stills: SharedFetch<StillPicture>
  readonly #prober: Prober

  constructor(options: PlatformOptions) {
    const { platform, clock, random, hosts, watch, onlineBefore } = options
    const now = (): number => clock.now()
    this.#clock = clock
    const allowed = hostsOf(platform, hosts)
    const cameraList = options.cameraLists?.get(platform.id)
    this.#gateway = new Gateway({
      ffmpeg: options.environment['YIPING_FFMPEG'] ?? 'ffmpeg',
      spawn: spawnAlone,
      maxTranscodes: platform.maxTranscodes,
      random,
      clock,
      hosts: allowed,
      failed: (camera, reason) => options.streamFailed(platform.id, camera, reason),
    })
    this.#provider = throughGateway(options.provide({ ...options, cameraList, now }), this.#gateway)
    this.#upstream = new Upstream({ clock, hosts: allowed })
    this.#playlists = new SharedFetch({ keepMs: 0, mostBytes: mostBriefBytes, now })
    this.#segments = new SharedFetch({ keepMs: segmentKeptMs, mostBytes: mostCachedBytes, now })
    this.#unnumbered = new SharedFetch({ keepMs: unnumberedKeptMs, mostBytes: mostBriefBytes, now })
    this.#stills = new SharedFetch({ keepMs: stillKeptMs, mostBytes: mostBriefBytes, now })
    this.leases = new LeaseBook({ provider: this.#provider, clock, maxStreams: platform.maxStreams, random })
    const record = async (id: string, facts: readonly VideoSourceFact[]): Promise<void> => {
      await options.record(id, facts)
      for (const fact of facts) this.#told.set(fact.id, fact)
    }
    this.catalogue = new CatalogueFollower({ platform, provider: this.#provider, cameraList, clock, record, watch, onlineBefore })
    this.#prober = new Prober({
      clock,
      everyMs: platform.probeSeconds * secondMs,
      random,
      online: () => [...this.#told.values()].flatMap(({ id, state }) => (state === 'online' ? [id] : [])),
      hasRoom: (source) => this.leases.isOpen(source, 'sub') || this.leases.open < platform.maxStreams * roomForLooks,
      livePlaylist: async (source) => await this.livePlaylist(source, 'sub', ''),
      variant: async (source, named) => await this.variant(source, { ...named, quality: 'sub' }, ''),
      media: async (source, named, range) => await this.media(source, { ...named, quality: 'sub' }, range),
      record: (facts) => options.record(platform.id, facts),
    })
  }

  /** What was last recorded of a camera; undefined for one that has never stood in the catalogue. */
  factOf(source: string): VideoSourceFact | undefined {
    return this.#told.get(source)
  }

  /** bytes of segments, playlists and stills held for those who ask next */
  get cacheBytes(): number {
    return this.#playlists.bytes + this.#segments.bytes + this.#unnumbered.bytes + this.#stills.bytes
  }

  /** what media servers did not answer since the start, by the trouble that became of it */
  get failures(): ReadonlyMap<VideoTrouble, number> {
    return this.#upstream.failures
  }

  /** of streams that are made into HLS here */
  get conversions(): GatewayStats {
    return this.#gateway.stats
  }

  /** The source's live playlist as the platform has it now. Throws StreamTrouble. */
  async livePlaylist(source: string, quality: Quality, directives: Directives): Promise<Playlist> {
    if (this.catalogue.stateOf(source) === 'offline') throw new StreamTrouble('offline', 'the catalogue says this camera is offline')
    const stream = await this.#open(source, quality)
    const fetch = async (from: OpenStream): Promise<Playlist> =>
      await this.#playlistOf(
        { address: from.url, kind: 'playlist', sequence: undefined, isRanged: false, quality },
        { source, stream: from, directives },
      )
    try {
      return await fetch(stream)
    } catch (error) {
      const trouble = this.#spoil(stream, error)
      if (trouble.state === 'platform-down') throw trouble
      // an address that has worked may simply have ended: one more try, with a new one
      const again = await this.#open(source, quality).catch(() => undefined)
      if (again === undefined || again === stream) throw trouble
      return await fetch(again).catch((reason: unknown) => {
        throw this.#spoil(again, reason)
      })
    }
  }

  /**
   * The same in H.264, coded anew where the camera sends something else; as it is where that cannot be done here. Throws StreamTrouble; `busy`
   * when as many are coded anew as may be.
   */
  async livePlaylistAnew(source: string, quality: Quality): Promise<Playlist> {
    if (this.catalogue.stateOf(source) === 'offline') throw new StreamTrouble('offline', 'the catalogue says this camera is offline')
    const stream = await this.#open(source, quality)
    const address = this.#gateway.anew(gatewayKey(source, quality), stream)
    try {
      return await this.#playlistOf({ address, kind: 'playlist', sequence: undefined, isRanged: false, quality }, { source, stream, directives: '' })
    } catch (error) {
      const trouble = troubleOf(error)
      // the stream itself may be well, and watched as it is: only when it is not is it opened again
      if (trouble.state === 'busy' || trouble.state === 'connecting') throw trouble
      return await this.livePlaylist(source, quality, '')
    }
  }

  /** A playlist that another one of this source named. Throws StreamTrouble. */
  async variant(source: string, hidden: Hidden, directives: Directives): Promise<Playlist> {
    const stream = await this.#open(source, hidden.quality)
    try {
      return await this.#playlistOf(hidden, { source, stream, directives })
    } catch (error) {
      const trouble = troubleOf(error)
      // who reads the master playlist again gets a stream that moves
      if (trouble instanceof StandingTrouble) this.leases.spoiled(stream, trouble)
      throw trouble
    }
  }

  /** A piece of media that a playlist of this source named. `range` as in the header. Throws StreamTrouble. */
  async media(source: string, hidden: Hidden, range: string | undefined): Promise<Fetched> {
    const { address, quality, sequence, isRanged } = hidden
    const stream = await this.#open(source, quality)
    const isOneForEver = sequence !== undefined || (isRanged && range !== undefined)
    const cache = isOneForEver ? this.#segments : this.#unnumbered
    // a camera with few files writes them again and again under the same addresses: it is the number that tells what is in them
    return await cache.get(`${prefixOf(source, quality)}${String(sequence)} ${range ?? ''} ${address}`, async () => {
      const fetched = await this.#fetch(address, { ...headersOf(stream), most: mostSegmentBytes, withinMs: segmentWithinMs, range })
      // handed on as it is it would show where the stream is from
      if (fetched.body.toString('latin1', 0, 10).includes('#EXTM3U')) throw new StreamTrouble('no-stream', 'the stream names a playlist as a segment')
      return { ...fetched, size: fetched.body.length }
    })
  }

  /** A still picture, as the platform makes it. Throws StreamTrouble. */
  async still(source: string): Promise<Still> {
    if (this.catalogue.stateOf(source) === 'offline') throw new StreamTrouble('offline', 'the catalogue says this camera is offline')
    const provider = this.#provider
    if (provider.snapshot === undefined) throw new StreamTrouble('no-stream', 'this platform gives no still pictures')
    return await this.#stills
      .get(source, async () => {
        const still = await withDeadline(this.#clock, commandWithinMs, async (signal) => await provider.snapshot?.(source, signal))
        if (still === undefined || !pictureTypes.test(still.contentType))
          throw new StreamTrouble('no-stream', 'the platform answers with something that is no picture')
        if (still.body.length > mostStillBytes) throw new StreamTrouble('no-stream', `the picture is larger than ${String(mostStillBytes)} bytes`)
        return { ...still, size: still.body.length }
      })
      .catch((error: unknown) => {
        throw troubleOf(error)
      })
  }

  /** Begins to turn a camera, or stops it. Throws StreamTrouble. */
  async turn(source: string, move: Move, speed: number): Promise<void> {
    const provider = this.#provider
    if (provider.ptz === undefined || this.factOf(source)?.canMove !== true)
      throw new StreamTrouble('no-permission', 'this camera cannot be turned from here')
    try {
      await withDeadline(this.#clock, commandWithinMs, async (signal) => await provider.ptz?.(source, move, speed, signal))
    } catch (error) {
      throw troubleOf(error)
    }
  }

  async close(): Promise<void> {
    this.#prober.close()
    this.catalogue.close()
    for (const cache of [this.#playlists, this.#segments, this.#unnumbered, this.#stills]) cache.clear()
    await this.leases.close()
    await this.#gateway.close()
    await this.#upstream.close()
  }

  async #open(source: string, quality: Quality): Promise<OpenStream> {
    return await this.leases.use(source, quality)
  }

  #fetch(address: string, asking: Asking): Promise<Fetched> {
    return this.#gateway.owns(address) ? this.#gateway.fetch(address) : this.#upstream.fetch(address, asking)
  }

  #playlistOf(
    { address, quality, variables }: Hidden,
    { source, stream, directives }: { readonly source: string; readonly stream: OpenStream; readonly directives: Directives },
  ): Promise<ReadPlaylist> {
    const prefix = prefixOf(source, quality)
    return this.#playlists.get(`${prefix}${directives} ${address}`, async () => {
      const asked = directives === '' ? address : `${address}${address.includes('?') ? '&' : '?'}${directives}`
      const withinMs = directives.includes('_HLS_msn') ? awaitedWithinMs : playlistWithinMs
      const fetched = await this.#fetch(asked, { ...headersOf(stream), most: mostPlaylistBytes, withinMs })
      const playlist = readPlaylist(fetched.body.toString('utf8'), { base: fetched.address, ...(variables && { imported: variables }) })
      const { movement, keepMs } = this.#progress.look(address, playlist, this.#clock.now())
      if (movement === 'standing') throw new StandingTrouble()
      refuseEmpty(playlist)
      if (movement === 'restarted') this.#segments.forget(prefix)
      if (playlist.targetSeconds !== undefined) this.leases.expectEvery(stream, playlist.targetSeconds * secondMs)
      return Object.assign(playlist, { size: fetched.body.length, keepMs })
    })
  }

  #spoil(stream: OpenStream, error: unknown): StreamTrouble {
    const trouble = troubleOf(error)
    // a stream that has just begun has no picture yet: that is no reason to open another
    if (trouble.state === 'connecting') return trouble
    this.leases.spoiled(stream, trouble)
    // what the catalogue has not noticed yet is asked for at once
    if (trouble.state === 'no-stream') void this.catalogue.poll()
    return trouble
  }
}

class StandingTrouble extends StreamTrouble {
  constructor() {
    super('no-stream', 'the stream stands: nothing has been added to its playlist for a while')
  }
}

/** `main 6208… `: what is kept of one stream is kept under keys that begin so. */
const prefixOf = (source: string, quality: Quality): string => `${quality} ${source} `

function headersOf({ url, headers }: OpenStream): { readonly headers?: Readonly<Record<string, string>>; readonly headersFor: string } {
  return { ...(headers && { headers }), headersFor: new URL(url).hostname }
}

function refuseEmpty({ isEmpty, isMaster, isEnded, targetSeconds }: Playlist): void {
  if (!isEmpty) return
  if (isMaster || targetSeconds === undefined) throw new StreamTrouble('no-stream', 'the playlist names neither segments nor variants')
  throw isEnded
    ? new StreamTrouble('no-stream', 'the stream has ended')
    : new StreamTrouble('connecting', 'the stream has begun and has no picture yet')
}
