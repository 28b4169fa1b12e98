import type { IncomingMessage, Server as HttpServer } from 'node:http'
import { createServer } from 'node:http'
import { Server } from 'socket.io'
import type { ClientToServer, Frame, Patch, ServerToClient } from '../../contract/protocol.ts'
import { minuteMs, secondMs } from '../../contract/time.ts'
import type { Entity, TopicName } from '../../contract/topic.ts'
import type { Clock } from '../core/clock.ts'
import type { Turned } from './doorway.ts'
import { openDoorway } from './doorway.ts'
import { FlushSchedule } from './flush-schedule.ts'
import { Rooms } from './rooms.ts'
import type { OpenRoom } from './rooms.ts'
import type { House, LiveSocket } from './viewer.ts'
import { Viewer } from './viewer.ts'

/** Where the WebSocket is. */
const livePath = '/live'
/** More sockets than this on one server are refused with 503, unless told otherwise. */
const mostSocketsByDefault = 2_000
/** A hello with 64 topics of 128 characters fits; a client has nothing else to say. */
const longestMessageBytes = 16 * 1024
/** A connection whose peer has vanished is noticed within 25 s. */
const pingIntervalMs = 10 * secondMs
const pingTimeoutMs = 15 * secondMs
/** How often rooms are looked at: heartbeats are this much late at most. */
const houseworkMs = 250

/** Where the gateway gets what it pushes: in the server, the world. */
export interface Source {
  /** every entity of the topics as it stands now, also what was not drained yet */
  read(topics: readonly TopicName[]): Readonly<Record<TopicName, readonly Entity[]>>
  /** what changed since the last call, each entity once at its latest state */
  drain(): ReadonlyMap<TopicName, Patch>
  /** number of the log's last entry; not used on the wire, where each room numbers its own frames */
  readonly seq: number
}

export interface GatewayOptions {
  readonly httpServer: HttpServer
  readonly source: Source
  readonly build: string
  /** never used by an earlier run; at most 48 characters */
  readonly epoch: string
  readonly clock: Clock
  /** whether this request carries a valid session; asked again each minute, so that a session's end reaches its open sockets */
  authorise(request: IncomingMessage): boolean
  isTopic(name: string): boolean
  readonly mostSockets?: number
}

/** Frames count once per socket: sent, or dropped because the socket's earlier bytes were still on their way. */
interface GatewayStats {
  readonly sockets: number
  readonly rooms: number
  readonly framesSent: number
  readonly framesDropped: number
}

export interface Gateway {
  /** Something may be drained: flushes at once after a quiet spell, else when the window ends. */
  changed(): void
  /** Somebody was signed out: asks for each open socket again whether it may stay. */
  reauthorise(): void
  readonly stats: GatewayStats
  /** Disconnects everybody and ends every timer. */
  close(): Promise<void>
}

/** Serves the push protocol (contract/PROTOCOL.md) on `livePath` of an http server that the caller owns. */
export function createGateway(options: GatewayOptions): Gateway {
  return new SocketIoGateway(options)
}

class SocketIoGateway implements Gateway {
  readonly #options: GatewayOptions
  readonly #house: House
  readonly #io: Server<ClientToServer, ServerToClient>
  readonly #doorway: { close(): void }
  readonly #schedule: FlushSchedule
  readonly #stops: readonly (() => void)[]
  readonly #viewers = new Set<Viewer>()
  #framesSent = 0
  #framesDropped = 0

  constructor(options: GatewayOptions) {
    const { clock, source, build } = options
    this.#options = options
    this.#house = {
      clock,
      build,
      rooms: new Rooms(options.epoch),
      isTopic: (name) => options.isTopic(name),
      read: (topics) => source.read(topics),
    }
    this.#io = openSocketIo((socket) => {
      this.#welcome(socket)
    })
    this.#doorway = openDoorway({
      httpServer: options.httpServer,
      path: livePath,
      turnAway: (request) => turnAway(request, options, this.#io.engine.clientsCount),
      enter: (request, socket, head) => {
        this.#io.engine.handleUpgrade(request, socket, head)
      },
    })
    this.#schedule = new FlushSchedule({
      clock,
      flush: () => {
        this.#flush()
      },
    })
    this.#stops = [
      clock.every(houseworkMs, () => {
        this.#keepHouse()
      }),
      clock.every(minuteMs, () => {
        this.reauthorise()
      }),
    ]
  }

  get stats(): GatewayStats {
    return { sockets: this.#viewers.size, rooms: this.#house.rooms.size, framesSent: this.#framesSent, framesDropped: this.#framesDropped }
  }

  changed(): void {
    this.#schedule.request()
  }

  reauthorise(): void {
    for (const viewer of this.#viewers) {
      if (turnAway(viewer.request, this.#options, 0)?.status === '401 Unauthorized') viewer.dismiss()
    }
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop()
    this.#schedule.stop()
    this.#io.disconnectSockets(true)
    await this.#io.close()
    this.#doorway.close()
  }

  #welcome(socket: LiveSocket): void {
    const viewer = new Viewer(socket, this.#house)
    this.#viewers.add(viewer)
    socket.on('disconnect', () => this.#viewers.delete(viewer))
  }

  #flush(): void {
    const now = this.#options.clock.now()
    const changes = this.#options.source.drain()
    for (const open of this.#house.rooms) {
      const frame = open.room.nextFrame(changes, now)
      if (frame !== undefined && open.viewers.size > 0) this.#emit(open, frame)
    }
  }

  #emit({ room, viewers }: OpenRoom, frame: Frame): void {
    for (const viewer of viewers) {
      if (viewer.isWritable) this.#framesSent += 1
      else this.#framesDropped += 1
    }
    // The one emit of this room in this flush: of two volatile emits in one turn the second is lost, for healthy sockets too.
    this.#io.to(room.name).volatile.emit('frame', frame)
  }

  #keepHouse(): void {
    const now = this.#options.clock.now()
    const { rooms } = this.#house
    rooms.sweep(now)
    for (const { room, viewers } of rooms) if (viewers.size > 0 && room.isQuiet(now)) this.#schedule.request()
  }
}

function openSocketIo(onViewer: (socket: LiveSocket) => void): Server<ClientToServer, ServerToClient> {
  // Attached to a server that never listens: the doorway hands over upgrades, and nothing of Socket.IO hangs in the http routes.
  const io = new Server<ClientToServer, ServerToClient>(createServer(), {
    path: livePath,
    transports: ['websocket'],
    allowUpgrades: false,
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: longestMessageBytes,
    pingInterval: pingIntervalMs,
    pingTimeout: pingTimeoutMs,
    connectTimeout: pingIntervalMs,
  })
  io.on('connection', onViewer)
  return io
}

function turnAway(request: IncomingMessage, options: GatewayOptions, sockets: number): Turned | undefined {
  const { mostSockets = mostSocketsByDefault } = options
  let isAuthorised = false
  try {
    isAuthorised = options.authorise(request)
  } catch {
    // The session records failed: nobody new comes in, and those who are in go on watching.
    return { status: '500 Internal Server Error', reason: 'the session could not be checked: see the log of the server' }
  }
  if (!isAuthorised) return { status: '401 Unauthorized', reason: 'there is no valid session: sign in again' }
  if (sockets >= mostSockets)
    return { status: '503 Service Unavailable', reason: `all ${String(mostSockets)} places are taken: close a screen or add a server` }
  return undefined
}
