import { WebSocket } from 'ws'

/**
 * The audience, in a process of its own: opens sockets, speaks as much of Engine.IO and Socket.IO as a screen must, counts the updates that
 * arrive at every socket and takes the time of those at a few. It reads bytes, not JSON: a slow audience would measure itself.
 */
export interface Audience {
  readonly kind: 'gateway' | 'bare'
  readonly port: number
  readonly sockets: number
}
export type AudienceReport = { readonly ready: true } | { readonly delivered: number; readonly latenciesMs: readonly number[] }

/** Of so many sockets one is timed. */
const timedEvery = 10
const marker = Buffer.from('"overdue":')
const micros = 1_000

let delivered = 0
let latenciesMs: number[] = []
let ready = 0

const say = (report: AudienceReport): void => {
  process.send?.(report)
}

function count(message: Buffer, isTimed: boolean): void {
  const now = isTimed ? Number(process.hrtime.bigint() / 1_000n) : 0
  for (let at = message.indexOf(marker); at !== -1; at = message.indexOf(marker, at + marker.length)) {
    delivered += 1
    if (isTimed) latenciesMs.push((now - Number.parseInt(message.toString('latin1', at + marker.length, at + marker.length + 20))) / micros)
  }
}

function watch(audience: Audience, index: number): void {
  const isTimed = index % timedEvery === 0
  const base = `ws://127.0.0.1:${String(audience.port)}`
  const socket = new WebSocket(audience.kind === 'gateway' ? `${base}/live/?EIO=4&transport=websocket` : base, { perMessageDeflate: false })
  const arrived = (): void => {
    ready += 1
    if (ready === audience.sockets) say({ ready: true })
  }
  if (audience.kind === 'bare') {
    socket.on('open', arrived)
    socket.on('message', (message: Buffer) => {
      count(message, isTimed)
    })
    return
  }
  socket.on('message', (message: Buffer) => {
    const head = message.toString('latin1', 0, 2)
    if (head === '42') count(message, isTimed)
    else if (head === '2') socket.send('3')
    else if (head.startsWith('0')) socket.send('40')
    else if (head === '40') socket.send('420["hello",{"protocol":1,"topics":["subdistricts@620802"]}]')
    else if (head === '43') arrived()
  })
}

process.on('message', (command: Audience | { readonly report: true } | { readonly close: true }) => {
  if ('close' in command) process.exit(0)
  else if ('report' in command) {
    say({ delivered, latenciesMs })
    delivered = 0
    latenciesMs = []
  } else for (let index = 0; index < command.sockets; index++) watch(command, index)
})
