import type { VideoPlatform } from '../../contract/configuration.ts'
import type { VideoSourceFact } from '../../contract/fact.ts'
import { minuteMs } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import type { CameraList } from './camera-list.ts'
import { CatalogueFollower } from './catalogue.ts'
import type { PlatformWatch } from './catalogue.ts'
import { LeaseBook } from './lease.ts'
import { makeProvider } from './make-provider.ts'
import type { OpenStream } from './provider.ts'
import { SharedFetch } from './shared-fetch.ts'
import { StreamTrouble } from './trouble.ts'
import { mostPlaylistBytes, mostSegmentBytes, Upstream, UpstreamError } from './upstream.ts'
import type { Fetched } from './upstream.ts'

export interface PlatformOptions {
  readonly platform: VideoPlatform
  /** by platform */
  readonly cameraLists?: ReadonlyMap<string, CameraList>
  readonly clock: Clock
  readonly random: () => number
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly fetch: typeof globalThis.fetch
  readonly record: (platform: string, facts: readonly VideoSourceFact[]) => Promise<unknown>
  readonly watch: PlatformWatch
  /** ids of its cameras that the log has as online when the server starts */
  readonly onlineBefore: readonly string[]
}

/** shorter than any segment, long enough for viewers who ask in the same breath */
const playlistKeptMs = 700
const segmentKeptMs = 2 * minuteMs
const mostCachedBytes = 64 * 1024 * 1024

/** One configured platform: its catalogue, its open streams, and what was fetched of them for all viewers. */
export class Platform {
  readonly catalogue: CatalogueFollower
  readonly leases: LeaseBook
  readonly #upstream: Upstream
  readonly #playlists: SharedFetch<Fetched>
  readonly #segments: SharedFetch<Fetched>

  constructor(options: PlatformOptions) {
    const { platform, clock, random, fetch, record, watch, onlineBefore } = options
    const cameraList = options.cameraLists?.get(platform.id)
    const provider = makeProvider({ ...options, cameraList, now: () => clock.now() })
    this.catalogue = new CatalogueFollower({ platform, provider, cameraList, clock, record, watch, onlineBefore })
    this.leases = new LeaseBook({ provider, clock, maxStreams: platform.maxStreams, random })
    this.#upstream = new Upstream({ fetch, clock, hostnames: hostsOf(platform) })
    this.#playlists = new SharedFetch({ keepMs: playlistKeptMs, mostBytes: mostCachedBytes, now: () => clock.now() })
    this.#segments = new SharedFetch({ keepMs: segmentKeptMs, mostBytes: mostCachedBytes, now: () => clock.now() })
  }

  /** The source's live playlist as the platform has it now. Throws StreamTrouble. */
  async livePlaylist(source: string): Promise<Fetched> {
    if (this.catalogue.stateOf(source) === 'offline') throw new StreamTrouble('offline', 'the catalogue says this camera is offline')
    const stream = await this.leases.use(source)
    try {
      return await this.#playlistOf(stream.url)
    } catch (error) {
      const trouble = this.#spoil(source, stream, error)
      // an address that has worked may simply have ended: one more try, with a new one
      const again = await this.leases.use(source).catch(() => undefined)
      if (again === undefined || again === stream) throw trouble
      return await this.#playlistOf(again.url).catch((reason: unknown) => {
        throw this.#spoil(source, again, reason)
      })
    }
  }

  /** A playlist or a piece of media that a playlist of this source named. Throws StreamTrouble. */
  async part(source: string, address: string, kind: 'playlist' | 'media', range: string | undefined): Promise<Fetched> {
    await this.leases.use(source)
    const fetch = kind === 'playlist' ? this.#playlistOf(address) : this.#segmentOf(address, range)
    return await fetch.catch((reason: unknown) => {
      throw mediaTrouble(reason)
    })
  }

  async close(): Promise<void> {
    this.catalogue.close()
    this.#playlists.clear()
    this.#segments.clear()
    await this.leases.close()
  }

  #playlistOf(address: string): Promise<Fetched> {
    return this.#playlists.get(address, () => this.#upstream.fetch(address, { most: mostPlaylistBytes }))
  }

  #segmentOf(address: string, range: string | undefined): Promise<Fetched> {
    return this.#segments.get(`${range ?? ''} ${address}`, () => this.#upstream.fetch(address, { most: mostSegmentBytes, range }))
  }

  #spoil(source: string, stream: OpenStream, error: unknown): StreamTrouble {
    const trouble = mediaTrouble(error)
    this.leases.spoiled(source, stream, trouble)
    // what the catalogue has not noticed yet is asked for at once
    if (trouble.state === 'no-stream') void this.catalogue.poll()
    return trouble
  }
}

function mediaTrouble(error: unknown): StreamTrouble {
  if (!(error instanceof UpstreamError)) return new StreamTrouble('platform-down', 'the stream could not be fetched', { cause: error })
  if (error.status === 0 || error.status >= 500) return new StreamTrouble('platform-down', error.message, { cause: error })
  return new StreamTrouble(error.status === 403 ? 'no-permission' : 'no-stream', error.message, { cause: error })
}

/** Where streams may come from, on whatever port: the platform itself, its devices, and the media servers that config names. */
function hostsOf(platform: VideoPlatform): readonly string[] {
  const addresses = platform.provider === 'onvif' ? platform.devices : platform.provider === 'addresses' ? [] : [platform.url]
  return [...addresses.map((address) => new URL(address).hostname), ...platform.mediaHosts]
}
