import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly path: string
  readonly authorization: string | undefined
  readonly messages: readonly unknown[]
}

/** How the stub answers one request: a status with a body, or `drop`, which breaks the connection; `lost` takes the messages and then breaks it. */
export type Answer = { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> } | 'drop' | 'lost'

export interface IntakeStub {
  readonly url: string
  /** every request that was read, whatever was answered */
  readonly received: readonly Received[]
  /** messages taken for good: answered with 202, or lost on the way back */
  readonly taken: readonly unknown[]
  close(): Promise<void>
}

/** An intake that answers by a script, one answer a request, then takes everything; it counts as duplicate what it has taken before. */
export async function startIntakeStub(script: readonly Answer[] = []): Promise<IntakeStub> {
  const received: Received[] = []
  const taken: unknown[] = []
  const known = new Set<string>()
  const left = [...script]
  const take = (messages: readonly unknown[]): { accepted: number; duplicates: number; rejected: never[]; seq: number } => {
    const fresh = messages.filter((message) => !known.has(JSON.stringify(message)))
    for (const message of fresh) known.add(JSON.stringify(message))
    taken.push(...fresh)
    return { accepted: fresh.length, duplicates: messages.length - fresh.length, rejected: [], seq: taken.length }
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const messages = JSON.parse(Buffer.concat(chunks).toString()) as readonly unknown[]
      received.push({ path: request.url ?? '', authorization: request.headers.authorization, messages })
      const answer = left.shift() ?? { status: 202 }
      if (answer === 'lost') take(messages)
      if (typeof answer === 'string') {
        request.socket.destroy()
        return
      }
      const body = answer.body ?? (answer.status === 202 ? take(messages) : { title: 'no' })
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // a TCP server that listens has an address of this kind
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${String(port)}`,
    received,
    taken,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          resolve()
        })
      }),
  }
}
