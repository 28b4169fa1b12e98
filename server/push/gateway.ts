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
export interface GatewayStats {
  readonly sockets: number
  readonly rooms: number
  readonly framesSent: number
  readonly framesDropped: number
}

export interface Gateway {
  /** Something may be drained: flushes at once after a quiet spell, else when the window ends. */
  changed(): void
  readonly stats: GatewayStats
  /** Disconnects everybody and ends every timer. */
  close(): Promise<void>
}

/** Serves the push protocol (contract/PROTOCOL.md) on `livePath` of an http server that the caller owns. */
export function createGateway(options: GatewayOptions): Gateway {
  const { clock, source } = options
  const house: House = {
    clock,
    build: options.build,
    rooms: new Rooms(options.epoch),
    isTopic: (name) => options.isTopic(name),
    read: (topics) => source.read(topics),
  }
  const viewers = new Set<Viewer>()
  const io = openSocketIo((socket) => {
    const viewer = new Viewer(socket, house)
    viewers.add(viewer)
    socket.on('disconnect', () => viewers.delete(viewer))
  })
  const doorway = openDoorway({
    httpServer: options.httpServer,
    path: livePath,
    turnAway: (request) => turnAway(request, options, io.engine.clientsCount),
    enter: (request, socket, head) => {
      io.engine.handleUpgrade(request, socket, head)
    },
  })
  const sent = { frames: 0, dropped: 0 }
  const schedule = new FlushSchedule({ clock, flush })
  const stops = [clock.every(houseworkMs, keepHouse), clock.every(minuteMs, reauthorise)]

  function flush(): void {
    const now = clock.now()
    const changes = source.drain()
    for (const open of house.rooms) {
      const frame = open.room.nextFrame(changes, now)
      if (frame !== undefined && open.viewers.size > 0) emit(open, frame)
    }
  }

  function emit({ room, viewers: inRoom }: OpenRoom, frame: Frame): void {
    for (const viewer of inRoom) {
      if (viewer.isWritable) sent.frames += 1
      else sent.dropped += 1
    }
    // The one emit of this room in this flush: of two volatile emits in one turn the second is lost, for healthy sockets too.
    io.to(room.name).volatile.emit('frame', frame)
  }

  function keepHouse(): void {
    const now = clock.now()
    house.rooms.sweep(now)
    for (const { room, viewers: inRoom } of house.rooms) {
      if (inRoom.size > 0 && room.isQuiet(now)) schedule.request()
    }
  }

  function reauthorise(): void {
    for (const viewer of viewers) {
      if (turnAway(viewer.request, options, 0)?.status === '401 Unauthorized') viewer.dismiss()
    }
  }

  return {
    changed() {
      schedule.request()
    },
    get stats() {
      return { sockets: viewers.size, rooms: house.rooms.size, framesSent: sent.frames, framesDropped: sent.dropped }
    },
    async close() {
      for (const stop of stops) stop()
      schedule.stop()
      io.disconnectSockets(true)
      await io.close()
      doorway.close()
    },
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
