import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import type { SubdistrictSummary } from '../../contract/topic.ts'
import { systemClock } from '../../server/system-clock.ts'
import { createGateway } from '../../server/push/gateway.ts'
import { FakeSource } from '../support/fake-source.ts'

/**
 * One server under measurement, in a process of its own so that its CPU time is its own. Commands and answers over the IPC channel.
 * `gateway` is ours; `bare` broadcasts one pre-serialised frame per update with ws and nothing else, the cheapest that can be.
 */
export type Command = { readonly run: { readonly updates: number; readonly perSecond: number } } | { readonly close: true }
export type Report = { readonly port: number } | { readonly cpuMicros: number; readonly updates: number; readonly elapsedMs: number }

const topic = 'subdistricts@620802'

/** About 200 bytes of JSON on the wire; `overdue` carries when it was made, in microseconds that every process on this machine shares. */
function update(number: number): SubdistrictSummary {
  return {
    id: `town-${String(number % 1_000).padStart(4, '0')}`,
    open: number,
    overdue: Number(process.hrtime.bigint() / 1_000n),
    receivedToday: 31,
    usualByNow: 27.25,
    topType: 'the heating of a residential quarter is not warm enough: 供暖',
    topTypeCount: 12,
  }
}

function startGateway(): { port: () => number; send: (number: number) => void } {
  const httpServer = createServer().listen(0, '127.0.0.1')
  const source = new FakeSource()
  const gateway = createGateway({
    httpServer,
    source,
    clock: systemClock,
    build: 'bench',
    epoch: 'bench',
    authorise: () => true,
    isTopic: () => true,
  })
  return {
    port: () => (httpServer.address() as AddressInfo).port,
    send(number) {
      source.put(topic, update(number))
      gateway.changed()
    },
  }
}

function startBare(): { port: () => number; send: (number: number) => void } {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  return {
    port: () => (server.address() as AddressInfo).port,
    send(number) {
      const frame = Buffer.from(JSON.stringify(update(number)))
      for (const client of server.clients) client.send(frame, { binary: false })
    },
  }
}

const say = (report: Report): void => {
  process.send?.(report)
}

const server = process.argv[2] === 'gateway' ? startGateway() : startBare()
setTimeout(() => {
  say({ port: server.port() })
}, 100)

process.on('message', (command: Command) => {
  if ('close' in command) process.exit(0)
  run(command.run)
})

/** Sends `updates` in even time; what the event loop was too late for is sent at once, so that both servers do the same work. */
function run({ updates, perSecond }: { readonly updates: number; readonly perSecond: number }): void {
  const startedAt = performance.now()
  const cpu = process.cpuUsage()
  let sent = 0
  const timer = setInterval(() => {
    const due = Math.min(updates, Math.floor(((performance.now() - startedAt) * perSecond) / 1_000))
    // One update per turn where the rate allows it, as upstreams deliver them.
    for (; sent < due; sent++) server.send(sent)
    if (sent < updates) return
    clearInterval(timer)
    // Until the last bytes have left: their cost belongs to the run.
    setTimeout(() => {
      const { user, system } = process.cpuUsage(cpu)
      say({ cpuMicros: user + system, updates: sent, elapsedMs: performance.now() - startedAt })
    }, 500)
  }, 1)
}
