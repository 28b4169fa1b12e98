import { once } from 'node:events'
import { WebSocket } from 'ws'
import { bootstrapToken, startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'
import { median } from './median.ts'

export interface Latency {
  readonly p50Ms: number
  readonly p99Ms: number
}

const samples = 300
const everyMs = 25

/** From the start of a POST to the intake until the frame with its fact is at a socket: through the real server, with the log in between. */
export async function latency(): Promise<Latency> {
  const whole = await startWhole({ environment: { BUILD: 'bench' } })
  try {
    const screen = await openScreen(whole)
    const waited: number[] = []
    for (let n = 0; n < samples; n += 1) {
      const next = new Promise((done) => setTimeout(done, everyMs))
      waited.push(await timeOne(whole, screen, `LATENCY-${String(n)}`))
      await next
    }
    screen.close()
    const sorted = waited.sort((one, other) => one - other)
    return { p50Ms: median(sorted), p99Ms: sorted[Math.floor(samples * 0.99)] ?? Number.NaN }
  } finally {
    await whole.stop()
  }
}

/** As much of Engine.IO and Socket.IO as a screen must speak. */
async function openScreen(whole: Whole): Promise<WebSocket> {
  const address = `${whole.url.replace('http', 'ws')}/live/?EIO=4&transport=websocket`
  const socket = new WebSocket(address, { headers: { authorization: `Bearer ${bootstrapToken}` } })
  socket.on('message', (message: Buffer) => {
    const text = message.toString('utf8')
    if (text === '2') socket.send('3')
    else if (text.startsWith('0')) socket.send('40')
    else if (text.startsWith('40')) socket.send('420["hello",{"protocol":1,"topics":["work-orders@620802"]}]')
  })
  await untilText(socket, '430')
  return socket
}

async function timeOne(whole: Whole, screen: WebSocket, id: string): Promise<number> {
  const arrived = untilText(screen, `"${id}"`)
  const began = performance.now()
  const posted = whole.post('native', [{ kind: 'work-order', id, at: Date.now(), stage: 'received', title: '路灯不亮' }])
  await arrived
  const ms = performance.now() - began
  await posted
  return ms
}

async function untilText(socket: WebSocket, wanted: string): Promise<void> {
  for (;;) {
    // as: what `ws` gives with the event
    const [message] = (await once(socket, 'message')) as [Buffer]
    if (message.includes(wanted)) return
  }
}
