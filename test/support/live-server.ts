import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo, Socket as TcpSocket } from 'node:net'
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import type { ClientToServer, Frame, Hello, HelloAnswer, ServerToClient } from '../../contract/protocol.ts'
import { protocolVersion } from '../../contract/protocol.ts'
import type { TopicName } from '../../contract/topic.ts'
import { parseTopicName } from '../../contract/topic.ts'
import type { Clock } from '../../server/core/clock.ts'
import type { Gateway } from '../../server/push/gateway.ts'
import { createGateway } from '../../server/push/gateway.ts'
import { FakeSource } from './fake-source.ts'
import { ManualClock } from './manual-clock.ts'

export interface LiveServer<C extends Clock = ManualClock> {
  readonly port: number
  readonly clock: C
  readonly source: FakeSource
  readonly gateway: Gateway
  /** the server's ends of the TCP connections, in order of arrival */
  readonly connections: readonly TcpSocket[]
  close(): Promise<void>
}

interface LiveServerOptions<C extends Clock> {
  readonly clock?: C
  readonly source?: FakeSource
  readonly epoch?: string
  readonly build?: string
  readonly port?: number
  readonly mostSockets?: number
  readonly authorise?: (request: IncomingMessage) => boolean
}

/** A gateway on a real http server on loopback, over a source that the test sets by hand. */
export async function startLiveServer<C extends Clock = ManualClock>(options: LiveServerOptions<C> = {}): Promise<LiveServer<C>> {
  const httpServer = createServer()
  const source = options.source ?? new FakeSource()
  const connections: TcpSocket[] = []
  httpServer.on('connection', (socket) => connections.push(socket))
  // Without a clock of its own the type parameter is its default.
  const clock = options.clock ?? (new ManualClock() as Clock as C)
  const gateway = createGateway({
    httpServer,
    source,
    clock,
    build: options.build ?? 'build-1',
    epoch: options.epoch ?? 'epoch-1',
    authorise: options.authorise ?? (() => true),
    isTopic: (name) => parseTopicName(name) !== undefined,
    ...(options.mostSockets !== undefined && { mostSockets: options.mostSockets }),
  })
  httpServer.listen(options.port ?? 0, '127.0.0.1')
  await once(httpServer, 'listening')
  // A listening TCP server has an AddressInfo, not a pipe's name.
  const { port } = httpServer.address() as AddressInfo
  return {
    port,
    clock,
    source,
    gateway,
    connections,
    async close() {
      await gateway.close()
      httpServer.close()
      httpServer.closeAllConnections()
    },
  }
}

/** A bare client of the protocol: no picture, no reconnection; frames are taken one by one. */
export interface BareClient {
  readonly socket: Socket<ServerToClient, ClientToServer>
  hello(topics: readonly TopicName[], since?: Hello['since']): Promise<HelloAnswer>
  /** says anything at all, answered or not */
  say(payload: unknown): Promise<HelloAnswer>
  nextFrame(): Promise<Frame>
  /** frames that arrived and were not taken */
  readonly frames: readonly Frame[]
  closed(): Promise<void>
  close(): void
}

export async function connectBare(port: number): Promise<BareClient> {
  const socket: Socket<ServerToClient, ClientToServer> = io(`http://127.0.0.1:${String(port)}`, {
    path: '/live',
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  })
  const frames: Frame[] = []
  const takers: ((frame: Frame) => void)[] = []
  socket.on('frame', (frame) => {
    const taker = takers.shift()
    if (taker === undefined) frames.push(frame)
    else taker(frame)
  })
  const gone = new Promise<void>((resolve) => {
    socket.on('disconnect', () => {
      resolve()
    })
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  // The test says what the types forbid.
  const say = (payload: unknown): Promise<HelloAnswer> => socket.emitWithAck('hello', payload as Hello)
  return {
    socket,
    say,
    hello: (topics, since) => say({ protocol: protocolVersion, topics, ...(since && { since }) }),
    nextFrame: () => {
      const frame = frames.shift()
      return frame === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(frame)
    },
    frames,
    closed: () => gone,
    close() {
      socket.disconnect()
    },
  }
}

/** Waits, a turn of the event loop at a time, until the network has brought about what is asked; the test's own timeout bounds it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}
