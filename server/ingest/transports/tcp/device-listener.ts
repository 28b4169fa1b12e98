import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import type { StreamDecoder } from '../../codec.ts'
import type { TransportContext } from '../../transport.ts'
import type { TcpOptions } from '../tcp.ts'
import { plainAddress } from './address-ranges.ts'
import { DeviceConnection, notTaken } from './device-connection.ts'
import { Slots } from './slots.ts'

/** Deliveries of the whole feed that may be under way; the runner takes 1,000. */
const mostUnderWay = 500
/** Turned-away addresses that are told of; after these, a scan of the network says nothing new. */
const mostTold = 100

export interface DeviceListenerOptions {
  readonly context: TransportContext<TcpOptions>
  readonly openStream: () => StreamDecoder
  readonly allowed: (address: string) => boolean
}

const troubles: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another program or another feed; stop it, or give another port',
  EACCES: 'may not be used by this program; give a port above 1023',
  EADDRNOTAVAIL: 'is no address of this machine; listen on 0.0.0.0 or [::] for all of them',
}

/** Accepts devices and serves each, until the feed is stopped. */
export class DeviceListener {
  readonly #options: DeviceListenerOptions
  readonly #slots = new Slots(mostUnderWay)
  readonly #connections = new Map<DeviceConnection, Promise<void>>()
  readonly #countByAddress = new Map<string, number>()
  readonly #told = new Set<string>()
  readonly #refusals = new Set<Promise<void>>()
  #fail: (error: unknown) => void = () => undefined

  constructor(options: DeviceListenerOptions) {
    this.#options = options
  }

  /**
   * Listens until the signal is aborted, then closes every connection and resolves.
   * @throws in words when the port cannot be had; and what deliveries throw
   */
  async run(address: { readonly host: string; readonly port: number }): Promise<void> {
    const { signal } = this.#options.context
    // a device may close its half and still read what it is answered
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket))
    try {
      await new Promise<void>((resolve, reject) => {
        this.#fail = reject
        server.once('error', (error: NodeJS.ErrnoException) => reject(inWords(error, address)))
        signal.addEventListener('abort', () => resolve(), { once: true })
        server.listen({ ...address, exclusive: true }, () => this.#options.context.listening())
      })
    } finally {
      await this.#close(server)
    }
  }

  #accept(socket: Socket): void {
    const origin = plainAddress(socket.remoteAddress ?? '')
    // without a listener a reset would be thrown; who reads the socket learns of it by itself
    socket.on('error', () => undefined)
    const reason = this.#whyNot(origin)
    if (reason !== undefined) {
      socket.destroy()
      this.#tell(origin, reason)
      return
    }
    const { context, openStream } = this.#options
    socket.setKeepAlive(true, 60_000)
    socket.setNoDelay(true)
    const connection = new DeviceConnection({
      socket,
      origin,
      decoder: openStream(),
      context,
      slots: this.#slots,
      onFault: (error) => this.#fail(error),
    })
    this.#count(origin, 1)
    const ended = connection.run().finally(() => {
      this.#count(origin, -1)
      this.#connections.delete(connection)
    })
    this.#connections.set(connection, ended)
  }

  #whyNot(origin: string): string | undefined {
    const { maxConnections, maxConnectionsPerAddress } = this.#options.context.options
    if (!this.#options.allowed(origin)) return 'is not in allowFrom; add it there if it is a device of this feed'
    if (this.#connections.size >= maxConnections)
      return `finds ${String(maxConnections)} connections, which is maxConnections; raise it, or find out who holds them`
    if ((this.#countByAddress.get(origin) ?? 0) >= maxConnectionsPerAddress)
      return `has ${String(maxConnectionsPerAddress)} connections, which is maxConnectionsPerAddress; raise it if many devices share this address`
    return undefined
  }

  #count(origin: string, change: 1 | -1): void {
    const count = (this.#countByAddress.get(origin) ?? 0) + change
    if (count === 0) this.#countByAddress.delete(origin)
    else this.#countByAddress.set(origin, count)
  }

  /** Each address and reason once: whoever is turned away tries again every second. */
  #tell(origin: string, reason: string): void {
    const detail = `device ${origin}: ${reason}`
    if (this.#told.has(detail) || this.#told.size >= mostTold) return
    this.#told.add(detail)
    const message = { refusal: { stage: 'receive', code: 'unknown-value', detail }, text: '' } as const
    const telling = this.#options.context
      .deliverMessages([message], origin)
      .catch(notTaken)
      .then(() => undefined)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => this.#refusals.delete(telling))
    this.#refusals.add(telling)
  }

  async #close(server: Server): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve())
    })
    for (const connection of this.#connections.keys()) connection.stop()
    await Promise.all([...this.#connections.values(), ...this.#refusals, closed])
  }
}

function inWords(error: NodeJS.ErrnoException, { host, port }: { readonly host: string; readonly port: number }): Error {
  const trouble = troubles[error.code ?? ''] ?? `cannot be listened on (${error.code ?? error.message})`
  return new Error(`port ${String(port)} of ${host} ${trouble}`)
}
