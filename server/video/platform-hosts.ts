import type { VideoPlatform } from '../../contract/configuration.ts'
import type { OpenStream } from './provider.ts'
import type { MediaHosts } from './upstream.ts'

/**
 * Where one platform's streams may come from: the platform itself and its devices on whatever port, as gateway and media server have different
 * ones; the media servers that config names; and, where the customer wrote the addresses down himself, just where they lead.
 */
export class PlatformHosts implements MediaHosts {
  readonly #platform: VideoPlatform
  readonly #guard: (allowed: readonly string[]) => MediaHosts
  readonly #named: MediaHosts
  /** by `name:port` */
  readonly #listed = new Map<string, MediaHosts>()

  constructor(platform: VideoPlatform, guard: (allowed: readonly string[]) => MediaHosts) {
    this.#platform = platform
    this.#guard = guard
    this.#named = guard([...ownHosts(platform), ...platform.mediaHosts])
  }

  async resolve(host: string, port: number): Promise<{ readonly address: string } | undefined> {
    const listed = this.#listed.get(`${host}:${String(port)}`)
    return listed === undefined ? await this.#named.resolve(host, port) : await listed.resolve(host, port)
  }

  /** A stream was opened: an address out of the customer's own list says itself that it may be asked. */
  opened({ url }: OpenStream): void {
    if (this.#platform.provider !== 'addresses') return
    const { hostname, port, protocol } = new URL(url)
    const at = port === '' ? (protocol === 'https:' ? '443' : '80') : port
    const key = `${hostname.replace(/^\[|\]$/g, '')}:${at}`
    if (!this.#listed.has(key)) this.#listed.set(key, this.#guard([`${hostname}:${at}`]))
  }
}

function ownHosts(platform: VideoPlatform): readonly string[] {
  const addresses = platform.provider === 'onvif' ? platform.devices : platform.provider === 'addresses' ? [] : [platform.url]
  return addresses.map((address) => new URL(address).hostname)
}
