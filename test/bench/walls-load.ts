import { Agent, request } from 'node:http'
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import type { ClientToServer, Frame, HelloAnswer, ServerToClient } from '../../contract/protocol.ts'
import { protocolVersion } from '../../contract/protocol.ts'
import type { WallReport, WallState } from '../../contract/wall.ts'

/**
 * The walls, in a process of their own: each follows the topic `walls` as a screen does, waits for two frames of a display once a command to it
 * has arrived, as long as a browser takes to show it at least, and reports that it is painted.
 */
export interface Walls {
  readonly url: string
  readonly walls: readonly { readonly wall: string; readonly cookie: string }[]
}
export type WallsCommand = Walls | { readonly report: boolean }
/** When the last of them had painted a command: microseconds of a clock that all processes of this machine share. */
export type WallsAnswer = { readonly ready: true } | { readonly number: number; readonly lastPaintedAt: number }

const topic = 'walls@620802'
const twoFramesMs = 2 * (1_000 / 60)
const agent = new Agent({ keepAlive: true })
const micros = (): number => Number(process.hrtime.bigint() / 1_000n)

const sockets: Socket<ServerToClient, ClientToServer>[] = []
const paintedBy = new Map<number, number>()
let isReporting = true
let ready = 0
let count = 0

const say = (answer: WallsAnswer): void => {
  process.send?.(answer)
}

/** As large as the overview of a wall tells itself. */
const panels = Array.from({ length: 8 }, (_, index): WallReport['picture']['panels'][number] => ({
  panel: `panel-${String(index)}`,
  title: '服务效能 十二项',
  state: 'fresh',
  figures: ['97.3%', '1,204件', '36.5'],
  left: index / 10,
  top: 0.1,
  width: 0.1,
  height: 0.4,
}))

function report({ url, cookie }: { readonly url: string; readonly cookie: string }, painted: number): void {
  const told: WallReport = {
    painted,
    screen: 'overview',
    district: '620802',
    isLocal: false,
    framesPerSecond: 60,
    heapMegabytes: 120,
    link: 'live',
    width: 3_840,
    height: 2_160,
    build: 'bench',
    faults: [],
    picture: { panels },
  }
  const body = JSON.stringify(told)
  const headers = { cookie, origin: url, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const sent = request(`${url}/api/walls/report`, { method: 'POST', agent, headers }, (response) => {
    response.resume()
    if (response.statusCode !== 204) throw new Error(`a wall's report was answered with ${String(response.statusCode)}`)
  })
  sent.end(body)
}

function paint(wall: { readonly url: string; readonly cookie: string }, number: number): void {
  setTimeout(() => {
    const painted = (paintedBy.get(number) ?? 0) + 1
    paintedBy.set(number, painted)
    if (painted === count) say({ number, lastPaintedAt: micros() })
    report(wall, number)
  }, twoFramesMs)
}

function follow(url: string, { wall, cookie }: Walls['walls'][number]): void {
  const socket: Socket<ServerToClient, ClientToServer> = io(url, {
    path: '/live',
    transports: ['websocket'],
    forceNew: true,
    extraHeaders: { cookie, origin: url },
  })
  let last = 0
  const take = (state: WallState | undefined): void => {
    if (state === undefined || state.command <= last) return
    last = state.command
    if (isReporting) paint({ url, cookie }, last)
  }
  socket.on('frame', ({ patches }: Frame) => {
    // as: the topic `walls` holds nothing but WallState
    take((patches[topic]?.upsert as readonly WallState[] | undefined)?.find(({ id }) => id === wall))
  })
  socket.on('connect', () => {
    socket.emit('hello', { protocol: protocolVersion, topics: [topic] }, (answer: HelloAnswer) => {
      if (answer.type !== 'snapshot') throw new Error(`a wall was answered with ${answer.type}`)
      ready += 1
      if (ready === count) say({ ready: true })
    })
  })
  sockets.push(socket)
}

process.on('message', (command: WallsCommand) => {
  if ('report' in command) {
    isReporting = command.report
    say({ ready: true })
    return
  }
  count = command.walls.length
  for (const wall of command.walls) follow(command.url, wall)
})
