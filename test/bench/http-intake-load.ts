import { Agent, request } from 'node:http'
import { nativeMessages } from './native-messages.ts'

/**
 * The upstreams, in a process of their own: callers on connections that are kept, each sends its next batch when the last was answered.
 * All that they send is ready before the time is taken, so that the time is the server's.
 */
export interface Delivery {
  readonly url: string
  readonly token: string
  readonly callers: number
  readonly batches: number
  readonly batchSize: number
  /** number of the first message: no two deliveries may share one */
  readonly first: number
  readonly at: number
}
export interface Delivered {
  readonly elapsedMs: number
  readonly p50Ms: number
}

const agent = new Agent({ keepAlive: true })

function send(delivery: Delivery, body: Buffer): Promise<void> {
  const headers = { authorization: `Bearer ${delivery.token}`, 'content-type': 'application/json', 'content-length': body.length }
  return new Promise((resolve, reject) => {
    const sent = request(`${delivery.url}/api/intake/native`, { method: 'POST', agent, headers }, (response) => {
      let answer = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => (answer += text))
      response.on('end', () => {
        if (response.statusCode === 202 && answer.startsWith(`{"accepted":${String(delivery.batchSize)},`)) resolve()
        else reject(new Error(`the intake answered ${String(response.statusCode)}: ${answer.slice(0, 500)}`))
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

async function deliver(delivery: Delivery): Promise<Delivered> {
  const { batches, batchSize, callers, first, at } = delivery
  const bodies = Array.from({ length: batches }, (_, batch) =>
    Buffer.from(JSON.stringify(nativeMessages(first + batch * batchSize, batchSize, at))),
  ).values()
  const waitedMs: number[] = []
  const call = async (): Promise<void> => {
    for (const body of bodies) {
      const sentAt = performance.now()
      await send(delivery, body)
      waitedMs.push(performance.now() - sentAt)
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: callers }, call))
  const elapsedMs = performance.now() - began
  return { elapsedMs, p50Ms: waitedMs.sort((a, b) => a - b)[Math.floor(batches / 2)] ?? Number.NaN }
}

process.on('message', (delivery: Delivery) => {
  deliver(delivery).then(
    (delivered) => process.send?.(delivered),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
