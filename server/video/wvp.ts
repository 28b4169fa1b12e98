import { z } from 'zod'
import type { Move } from '../../contract/video.ts'
import type { ProviderSetting } from './make-provider.ts'
import { ProviderError } from './provider.ts'
import type { Catalogue, CatalogueItem, OpenStream, Quality, RefusedItem, Still, VideoProvider } from './provider.ts'
import { asPublished } from './published.ts'
import { readStill } from './still.ts'
import { readChannels, readDevice } from './wvp-catalogue.ts'
import type { WvpDevice } from './wvp-catalogue.ts'
import { WvpSession } from './wvp-session.ts'

const pageSize = 200
const mostPages = 500
/** devices whose channels are asked for at the same time */
const atOnce = 4
const stopWithinMs = 5_000

const pageSchema = z.object({ total: z.coerce.number().min(0), list: z.array(z.unknown()) })

/** Ports that a media server does not have are null, or missing. The other addresses, for web sockets and WebRTC, are of no use to a server. */
const address = (protocol: RegExp): z.ZodType<string | undefined> =>
  z
    .union([z.null(), z.literal(''), z.url({ protocol })])
    .optional()
    .transform((given) => given ?? undefined)
    .transform((given) => (given === '' ? undefined : given))
const web = address(/^https?$/)
const rtsp = address(/^rtsps?$/)
const streamSchema = z.object({ hls: web, https_hls: web, flv: web, https_flv: web, rtsp, rtsps: rtsp })

/** WVP-GB28181-pro 2.7 with ZLMediaKit: GB/T 28181 devices over its own interface. */
export const createWvp = (setting: ProviderSetting<'wvp'>): VideoProvider => new Wvp(setting)

/** What a channel is asked for by. */
interface Channel {
  readonly device: string
  readonly channel: string
}

/**
 * A stream runs while somebody fetches it: the media server closes one that nobody has fetched for a while, and its address is dead then,
 * without notice. So addresses have no end that could be told, nothing keeps them alive but watching, and a dead one is opened anew.
 */
class Wvp implements VideoProvider {
  readonly #setting: ProviderSetting<'wvp'>
  readonly #session: WvpSession
  /** by camera, since the catalogue was last read: the device it hangs on */
  #devices: ReadonlyMap<string, string> = new Map()
  /** by camera: what is open of it for us. A channel has one stream, whatever it is opened as */
  readonly #open = new Map<string, Set<Quality>>()

  constructor(setting: ProviderSetting<'wvp'>) {
    this.#setting = setting
    this.#session = new WvpSession(setting)
  }

  async list(signal: AbortSignal): Promise<Catalogue> {
    const devices = (await this.#pages('/api/device/query/devices', signal)).flatMap((entry) => readDevice(entry) ?? [])
    const found = new Found()
    for (let from = 0; from < devices.length; from += atOnce) {
      const some = devices.slice(from, from + atOnce)
      const catalogues = await Promise.all(some.map((device) => this.#channelsOf(device, signal)))
      for (const [index, catalogue] of catalogues.entries()) found.add(some[index]?.id ?? '', catalogue)
    }
    this.#devices = found.devices
    return { items: [...found.items.values()], refused: found.refused }
  }

  async open(source: string, quality: Quality, signal: AbortSignal): Promise<OpenStream> {
    const where = await this.#channelOf(source, signal)
    const data = await this.#start(where, signal)
    const chosen = choose(asPublished(streamSchema, data), new URL(this.#setting.platform.url).protocol)
    if (chosen === undefined) throw new ProviderError('no-stream', 'the media server offers neither HLS nor HTTP-FLV nor RTSP: switch on one of them')
    const open = this.#open.get(source) ?? new Set()
    this.#open.set(source, open.add(quality))
    return { ...chosen, expiresAt: undefined, handle: quality }
  }

  /** Stops a channel when none of its streams is watched from here any more. */
  async close(source: string, stream: OpenStream): Promise<void> {
    const open = this.#open.get(source)
    for (const quality of [...(open ?? [])]) if (quality === stream.handle) open?.delete(quality)
    if (open !== undefined && open.size > 0) return
    this.#open.delete(source)
    const device = this.#devices.get(source)
    if (device === undefined) return
    await this.#session.ask({ path: pathOf('/api/play/stop', { device, channel: source }) }, AbortSignal.timeout(stopWithinMs))
  }

  async snapshot(source: string, signal: AbortSignal): Promise<Still> {
    const where = await this.#channelOf(source, signal)
    const query = { deviceId: where.device, channelId: where.channel }
    const file = asPublished(z.string(), await this.#session.ask({ path: '/api/play/snap', query }, signal))
    const mark = markOf(file, where)
    // without its mark the platform hands out whatever it has kept, from whenever that was
    const answer =
      mark === undefined ? undefined : await this.#session.file({ path: pathOf('/api/device/query/snap', where), query: { mark } }, signal)
    if (answer === undefined || answer.status === 204) throw new ProviderError('no-stream', 'the platform has taken no picture')
    return await readStill(answer)
  }

  async ptz(source: string, move: Move, speed: number, signal: AbortSignal): Promise<void> {
    const where = await this.#channelOf(source, signal)
    const turn = Math.round(speed * 255)
    // what is left out the platform fills with 16, which it then refuses
    const query = { command: commands[move], horizonSpeed: turn, verticalSpeed: turn, zoomSpeed: Math.max(1, Math.round(speed * 15)) }
    await this.#session.ask({ path: pathOf('/api/front-end/ptz', where), query }, signal)
  }

  /** An answer takes as long as the camera needs to begin: 1 to 15 s. One that is waited for no longer goes on, and is there at the next try. */
  async #start(where: Channel, signal: AbortSignal): Promise<unknown> {
    try {
      return await this.#session.ask({ path: pathOf('/api/play/start', where) }, signal)
    } catch (error) {
      if (!signal.aborted) throw error
      throw new ProviderError('no-stream', 'the camera has not begun to send yet', { cause: error })
    }
  }

  async #channelOf(source: string, signal: AbortSignal): Promise<Channel> {
    if (this.#devices.size === 0) await this.list(signal)
    const device = this.#devices.get(source)
    if (device === undefined) throw new ProviderError('unknown-camera', 'the platform does not know this camera')
    return { device, channel: source }
  }

  async #channelsOf(device: WvpDevice, signal: AbortSignal): Promise<Catalogue> {
    const entries = await this.#pages(`/api/device/query/devices/${encodeURIComponent(device.id)}/channels`, signal)
    return readChannels(device, entries, this.#setting.platform.datum)
  }

  async #pages(path: string, signal: AbortSignal): Promise<readonly unknown[]> {
    const entries: unknown[] = []
    for (let page = 1; page <= mostPages; page++) {
      const { total, list } = asPublished(pageSchema, await this.#session.ask({ path, query: { page, count: pageSize } }, signal))
      entries.push(...list)
      if (entries.length >= total || list.length === 0) break
    }
    return entries
  }
}

/** The cameras of all devices. One that hangs on two devices counts once: where it is online, else where it came first. */
class Found {
  readonly items = new Map<string, CatalogueItem>()
  readonly devices = new Map<string, string>()
  readonly refused: RefusedItem[] = []

  add(device: string, { items, refused }: Catalogue): void {
    this.refused.push(...refused)
    for (const item of items) {
      const known = this.items.get(item.id)
      if (known !== undefined && (known.isOnline || !item.isOnline)) continue
      this.items.set(item.id, item)
      this.devices.set(item.id, device)
    }
  }
}

const pathOf = (path: string, { device, channel }: Channel): string => `${path}/${encodeURIComponent(device)}/${encodeURIComponent(channel)}`

const commands: Readonly<Record<Move, string>> = { left: 'left', right: 'right', up: 'up', down: 'down', in: 'zoomin', out: 'zoomout', stop: 'stop' }

/** What needs least of the gateway first; encrypted where the platform itself is, since both then have certificates. */
function choose(given: z.infer<typeof streamSchema>, protocol: string): Pick<OpenStream, 'url' | 'kind'> | undefined {
  const either = (plain: string | undefined, encrypted: string | undefined): string | undefined =>
    protocol === 'https:' ? (encrypted ?? plain) : (plain ?? encrypted)
  const offered = [
    { kind: 'hls', url: either(given.hls, given.https_hls) },
    { kind: 'flv', url: either(given.flv, given.https_flv) },
    { kind: 'rtsp', url: either(given.rtsp, given.rtsps) },
  ] as const
  for (const { kind, url } of offered) if (url !== undefined) return { kind, url }
  return undefined
}

/** The platform answers with the name of a file on its own disk, <device>_<channel>_<mark>.jpg, and hands the file out by its mark. */
function markOf(file: string, { device, channel }: Channel): string | undefined {
  const name = file.split(/[\\/]/).at(-1) ?? ''
  const start = `${device}_${channel}_`
  return name.startsWith(start) ? /^([\w-]+)\.jpe?g$/i.exec(name.slice(start.length))?.[1] : undefined
}
