import { minuteMs, secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { Move } from '../../contract/video.ts'
import type { ProviderSetting } from './make-provider.ts'
import { createMediaHosts } from './media-hosts.ts'
import { createTurns } from './in-turn.ts'
import { profileToken, readChannels, streamUriOf } from './onvif-catalogue.ts'
import type { OnvifChannel } from './onvif-catalogue.ts'
import { OnvifDevice } from './onvif-device.ts'
import { searchDevices } from './onvif-discovery.ts'
import type { DeviceSearch } from './onvif-discovery.ts'
import { child, textOf } from './onvif-soap.ts'
import { ProviderError } from './provider.ts'
import type { Catalogue, CatalogueItem, OpenStream, Quality, RefusedItem, Still, VideoProvider } from './provider.ts'
import { readStill } from './still.ts'

/** How the world is asked; tests ask another. */
export interface OnvifMeans {
  readonly search: DeviceSearch
  /** when a device, given by its address, has taken too long */
  readonly deadline: (address: string) => AbortSignal
  /** when the search has heard enough */
  readonly searchEnd: () => AbortSignal
}

const usualMeans: OnvifMeans = {
  search: searchDevices(),
  deadline: () => AbortSignal.timeout(5 * secondMs),
  searchEnd: () => AbortSignal.timeout(2 * secondMs),
}

/** a device that has been read is only asked for its time until then: names and streams hardly change */
const readAgainMs = 10 * minuteMs
/** devices lock a user after some wrong passwords, and each refused reading is one */
const refusedRestMs = 10 * minuteMs
/** no new device is asked after that, so that those that were read are told in time */
const readingMs = 12 * secondMs
const askedAtOnce = 24
const mostDevices = 500

interface Known {
  readonly address: string
  readonly device: OnvifDevice
  channels: readonly OnvifChannel[]
  /** of the last whole reading */
  readAt: Instant | undefined
  /** of the last reading that failed; none while it answers */
  failure: { readonly error: ProviderError; readonly at: Instant } | undefined
}

/** ONVIF devices, without a platform between: cameras and recorders by the addresses of their device services, or found on the network. */
export function createOnvif(setting: ProviderSetting<'onvif'>, means: Partial<OnvifMeans> = {}): VideoProvider {
  const devices = new OnvifDevices(setting, { ...usualMeans, ...means })
  const inTurn = createTurns()
  return {
    list: (signal) => devices.list(signal),
    open: (source, quality, signal) => devices.with(source, (device, channel) => openStream(device, channel, quality, signal)),
    snapshot: (source, signal) => devices.with(source, (device, channel) => takeSnapshot(device, channel, signal)),
    ptz: (source, move, speed, signal) =>
      inTurn(source, () => devices.with(source, (device, channel) => turn(device, channel, { move, speed }, signal))),
  }
}

class OnvifDevices {
  readonly #setting: ProviderSetting<'onvif'>
  readonly #means: OnvifMeans
  readonly #known = new Map<string, Known>()

  constructor(setting: ProviderSetting<'onvif'>, means: OnvifMeans) {
    this.#setting = setting
    this.#means = means
    for (const address of setting.platform.devices) this.#add(address)
  }

  async list(signal: AbortSignal): Promise<Catalogue> {
    const { platform, now } = this.#setting
    const beganAt = now()
    if (platform.discover) await this.#means.search((address) => this.#add(address), AbortSignal.any([signal, this.#means.searchEnd()]))
    // those that failed last time come last: they may take all the time that there is
    const queue = [...this.#known.values()].sort((a, b) => Number(a.failure !== undefined) - Number(b.failure !== undefined))
    if (queue.length === 0) throw noDevice(platform.discover)
    const left = queue.values()
    const work = async (): Promise<void> => {
      for (const known of left) if (now() - beganAt < readingMs && !signal.aborted) await this.#read(known, signal)
    }
    await Promise.all(Array.from({ length: askedAtOnce }, work))
    return this.#catalogue()
  }

  /** Asks the device that has a camera. That it does not answer is the matter of this camera, and not of a platform. */
  async with<T>(source: string, ask: (device: OnvifDevice, channel: OnvifChannel) => Promise<T>): Promise<T> {
    const { device, channel } = this.#find(source)
    try {
      return await ask(device, channel)
    } catch (error) {
      if (error instanceof ProviderError && error.fault === 'unreachable') throw new ProviderError('no-stream', error.message, { cause: error })
      throw error
    }
  }

  #find(source: string): { readonly device: OnvifDevice; readonly channel: OnvifChannel } {
    for (const { device, channels } of this.#known.values()) {
      const channel = channels.find(({ item }) => item.id === source)
      if (channel !== undefined) return { device, channel }
    }
    throw new ProviderError('unknown-camera', 'no device that was read has this camera')
  }

  #add(given: string): void {
    const { platform, secretOf, fetch, now } = this.#setting
    const address = new URL(given)
    address.username = ''
    address.password = ''
    if (this.#known.has(address.href) || this.#known.size >= mostDevices) return
    const [user, password] = [secretOf(platform.userEnv), secretOf(platform.passwordEnv)]
    const isMediaHost = createMediaHosts([], platform.mediaHosts)
    const device = new OnvifDevice({ address, user, password, fetch, now, isMediaHost })
    this.#known.set(address.href, { address: address.href, device, channels: [], readAt: undefined, failure: undefined })
  }

  /** Never throws: what is wrong with one device is told beside the cameras of all others. */
  async #read(known: Known, signal: AbortSignal): Promise<void> {
    const { now } = this.#setting
    if (known.failure?.error.fault === 'refused' && now() - known.failure.at < refusedRestMs) return
    const within = AbortSignal.any([signal, this.#means.deadline(known.address)])
    try {
      const isFresh = known.failure === undefined && known.readAt !== undefined && now() - known.readAt < readAgainMs
      if (isFresh) await known.device.readClock(within)
      else {
        known.channels = await this.#readWhole(known, within)
        known.readAt = now()
      }
      known.failure = undefined
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      known.failure = { error, at: now() }
    }
  }

  async #readWhole({ address, device }: Known, signal: AbortSignal): Promise<readonly OnvifChannel[]> {
    await device.connect(signal)
    if (!device.offers('media')) throw new ProviderError('forbidden', 'the device has no Media service (ver10), so it shows no pictures')
    const profiles = await device.call('media', 'GetProfiles', '', signal)
    const information = await device.call('device', 'GetDeviceInformation', '', signal)
    const scopes = await device.call('device', 'GetScopes', '', signal)
    const channels = readChannels({ information, scopes, profiles }, { host: new URL(address).hostname, everywhere: this.#setting.platform.id })
    if (channels.length === 0) throw new ProviderError('forbidden', 'the device has no stream of its Media service, so it shows no pictures')
    return channels
  }

  /** Cameras of a device that does not answer are offline, and the device is told of. */
  #catalogue(): Catalogue {
    const all = [...this.#known.values()]
    const [first] = all.flatMap(({ failure }) => failure?.error ?? [])
    if (first !== undefined && all.every(({ failure }) => failure !== undefined)) {
      const count = String(all.length)
      throw new ProviderError(first.fault, all.length === 1 ? first.message : `none of ${count} devices could be read; the first: ${first.message}`)
    }
    const items = new Map<string, CatalogueItem>()
    const refused: RefusedItem[] = []
    for (const { address, channels, failure, readAt } of all) {
      const refuse = (detail: string): number => refused.push({ detail, raw: JSON.stringify({ device: address }) })
      if (failure !== undefined) refuse(failure.error.message)
      else if (readAt === undefined) refuse('not asked yet: too many devices do not answer; it is asked first next time')
      for (const { item } of channels) {
        if (items.has(item.id)) refuse('another device has the same serial number: the cameras of this one cannot be told from its own')
        else items.set(item.id, failure === undefined ? item : { ...item, isOnline: false })
      }
    }
    return { items: [...items.values()], refused }
  }
}

const noDevice = (isSearched: boolean): ProviderError =>
  isSearched
    ? new ProviderError('unreachable', 'no device answers on the networks of this machine: name devices in devices')
    : new ProviderError('unconfigured', 'no device: name some in devices, or set discover')

/** The address lasts: that devices say it is good for a minute is a habit, after which it goes on working. */
async function openStream(device: OnvifDevice, channel: OnvifChannel, quality: Quality, signal: AbortSignal): Promise<OpenStream> {
  const profile = quality === 'main' ? channel.main : channel.sub
  const answer = await device.call('media', 'GetStreamUri', streamUriOf(profile), signal)
  const address = device.reachable(textOf(child(answer, 'GetStreamUriResponse', 'MediaUri'), 'Uri') ?? '')
  if (!/^rtsps?:$/.test(address.protocol)) throw new ProviderError('unreachable', 'the device gives a stream that is not RTSP')
  return { url: device.withPassword(address), kind: 'rtsp', expiresAt: undefined }
}

async function takeSnapshot(device: OnvifDevice, channel: OnvifChannel, signal: AbortSignal): Promise<Still> {
  const answer = await device.call('media', 'GetSnapshotUri', profileToken(channel.main), signal)
  const address = device.reachable(textOf(child(answer, 'GetSnapshotUriResponse', 'MediaUri'), 'Uri') ?? '')
  if (!/^https?:$/.test(address.protocol)) throw new ProviderError('unreachable', 'the device gives a still that is not at a web address')
  address.username = ''
  address.password = ''
  return await readStill(await device.fetch(address, signal))
}

/** Pan to the right, tilt up, zoom in: as the generic velocity spaces have them. */
const ways: Readonly<Record<Exclude<Move, 'stop'>, readonly [pan: number, tilt: number, zoom: number]>> = {
  left: [-1, 0, 0],
  right: [1, 0, 0],
  up: [0, 1, 0],
  down: [0, -1, 0],
  in: [0, 0, 1],
  out: [0, 0, -1],
}

async function turn(
  device: OnvifDevice,
  { ptz }: OnvifChannel,
  { move, speed }: { readonly move: Move; readonly speed: number },
  signal: AbortSignal,
): Promise<void> {
  if (ptz === undefined) throw new ProviderError('forbidden', 'this camera cannot be turned')
  if (move === 'stop') {
    await device.call('ptz', 'Stop', `${profileToken(ptz)}<PanTilt>true</PanTilt><Zoom>true</Zoom>`, signal)
    return
  }
  const [pan, tilt, zoom] = ways[move].map((way) => String(way * speed))
  const velocity = zoom === '0' ? `<tt:PanTilt x="${pan ?? '0'}" y="${tilt ?? '0'}"/>` : `<tt:Zoom x="${zoom ?? '0'}"/>`
  await device.call('ptz', 'ContinuousMove', `${profileToken(ptz)}<Velocity>${velocity}</Velocity>`, signal)
}
