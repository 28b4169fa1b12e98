import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { Aedes } from 'aedes'
import { percentile } from './percentile.ts'
import { sensorMessage } from './sensor-messages.ts'

/**
 * Upstreams in a process of their own that send in even time, whether or not they are answered: as sensors do. Time is taken from the moment
 * something is sent until the server says that it has it, which it does once it is durable.
 */
export interface Posting {
  readonly post: { readonly url: string; readonly tokens: Readonly<Record<string, string>> } & Pace
}
export interface Publishing {
  readonly publish: Pace
}
export interface Pace {
  /** messages, of all feeds together */
  readonly perSecond: number
  readonly batchSize: number
  readonly seconds: number
  /** number of the first message: no two runs may share one */
  readonly first: number
  readonly at: number
}
export interface LoadReport {
  readonly sent: number
  /** messages that the server said it had */
  readonly acknowledged: number
  /** messages that the server asked to send again later */
  readonly refused: number
  readonly elapsedMs: number
  readonly p50Ms: number
  readonly p99Ms: number
}
export interface BrokerReport {
  readonly port: number
}

class Measured {
  acknowledged = 0
  refused = 0
  sent = 0
  /** a ring, so that a long run holds no more than a short one; percentiles are of the last so many */
  readonly waitedMs = new Float64Array(200_000)
  readonly #began = performance.now()
  #count = 0

  took(sentAt: number, messages: number): void {
    this.acknowledged += messages
    this.waitedMs[this.#count % this.waitedMs.length] = performance.now() - sentAt
    this.#count += 1
  }

  report(): LoadReport {
    const sorted = this.waitedMs.slice(0, Math.min(this.#count, this.waitedMs.length)).sort()
    const { sent, acknowledged, refused } = this
    return {
      sent,
      acknowledged,
      refused,
      elapsedMs: performance.now() - this.#began,
      p50Ms: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
    }
  }
}

const tickMs = 5
const longestWaitMs = 10_000

/** Calls `send` with a number for each batch that is due, then waits until nothing is owed any more. */
async function inEvenTime({ perSecond, batchSize, seconds }: Pace, measured: Measured, send: (number: number) => void): Promise<void> {
  const began = performance.now()
  const whole = Math.floor((perSecond * seconds) / batchSize)
  let batches = 0
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(whole, Math.floor(((performance.now() - began) * perSecond) / batchSize / 1_000))
      for (; batches < due; batches += 1) {
        measured.sent += batchSize
        send(batches * batchSize)
      }
      if (batches < whole) return
      clearInterval(timer)
      resolve()
    }, tickMs)
  })
  const deadline = performance.now() + longestWaitMs
  while (measured.acknowledged + measured.refused < measured.sent && performance.now() < deadline)
    await new Promise((done) => setTimeout(done, tickMs))
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

async function post({ url, tokens, ...pace }: Posting['post']): Promise<LoadReport> {
  const measured = new Measured()
  const feeds = Object.entries(tokens)
  await inEvenTime(pace, measured, (number) => {
    const [feed = '', token = ''] = feeds[(number / pace.batchSize) % feeds.length] ?? []
    const messages = Array.from({ length: pace.batchSize }, (_, index) => sensorMessage(pace.first + number + index, pace.at))
    const body = pace.batchSize === 1 ? (messages[0] ?? '') : `[${messages.join(',')}]`
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const sentAt = performance.now()
    const sending = request(`${url}/api/intake/${feed}`, { method: 'POST', agent, headers }, (response) => {
      response.resume()
      response.on('end', () => {
        if (response.statusCode === 202) measured.took(sentAt, pace.batchSize)
        else if (response.statusCode === 429) measured.refused += pace.batchSize
        else throw new Error(`the intake answered ${String(response.statusCode)}`)
      })
    })
    // what was cut off was never answered: it is missing from the share that was
    sending.on('error', () => undefined)
    sending.end(body)
  })
  return measured.report()
}

const broker = await Aedes.createBroker()
/** When what is under way was published: one subscriber acknowledges in the order in which it is sent to. */
const publishedAt: number[] = []
let current: Measured | undefined
broker.on('ack', () => {
  const at = publishedAt.shift()
  if (at !== undefined) current?.took(at, 1)
})

async function listen(): Promise<BrokerReport> {
  const server = createServer((socket) => broker.handle(socket.setNoDelay(true)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // as: a server that listens on TCP
  return { port: (server.address() as AddressInfo).port }
}

async function publish(pace: Pace): Promise<LoadReport> {
  const measured = new Measured()
  current = measured
  await inEvenTime(pace, measured, (number) => {
    const payload = sensorMessage(pace.first + number, pace.at)
    publishedAt.push(performance.now())
    broker.publish({ cmd: 'publish', topic: `sensors/${String(number % 500)}/level`, payload, qos: 1, retain: false, dup: false }, () => undefined)
  })
  return measured.report()
}

type Command = Posting | Publishing | { readonly listen: true }

const obey = (command: Command): Promise<LoadReport | BrokerReport> => {
  if ('post' in command) return post(command.post)
  return 'publish' in command ? publish(command.publish) : listen()
}

process.on('message', (command: Command) => {
  obey(command).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))
