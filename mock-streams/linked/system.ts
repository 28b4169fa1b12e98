import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { listen, untilAborted } from '../listening.ts'
import { parseObject, readBody } from '../video/exchange.ts'
import { courseOf, isDown } from './course.ts'
import { headersFor, isGenuine } from './webhook.ts'

/**
 * Stand-ins of 应急调度 and 智慧交管 as linked systems: they take webhooks, believe what is signed, remember what they have, and answer as crews do.
 * Each is down now and then. One port for both.
 */
export const linkedSystems = [
  { id: 'emergency-dispatch', secretName: 'demo-emergency-dispatch' },
  { id: 'traffic-police', secretName: 'demo-traffic-police-link' },
] as const

export interface LinkedOptions {
  /** where the operations centre listens */
  readonly server: string
  readonly seed: number
  readonly port: number
  /** by system */
  readonly secrets: ReadonlyMap<string, string>
  readonly now: () => number
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  readonly say: (text: string) => void
}

/** Runs until the signal is aborted. @throws when the port is taken */
export async function runLinked(options: LinkedOptions): Promise<void> {
  const systems = new Map([...options.secrets].map(([id, secret]) => [`/${id}`, new LinkedSystem(id, secret, options)]))
  const server = createServer((request, response) => {
    const system = systems.get(request.url ?? '')
    if (system === undefined || request.method !== 'POST') response.writeHead(404).end()
    else system.take(request, response).catch(() => response.destroy())
  })
  await listen(server, options.port, 'linked systems')
  await untilAborted(options.signal)
  server.closeAllConnections()
  server.close()
}

class LinkedSystem {
  readonly #id: string
  readonly #secret: string
  readonly #options: LinkedOptions
  readonly #taken = new Set<string>()
  /** subjects that are over there: nobody goes on */
  readonly #closed = new Set<string>()
  readonly #underway = new Set<string>()

  constructor(id: string, secret: string, options: LinkedOptions) {
    this.#id = id
    this.#secret = secret
    this.#options = options
  }

  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { now } = this.#options
    const body = await readBody(request)
    if (isDown(this.#id, now())) return void response.writeHead(503, { 'retry-after': '20' }).end('under maintenance')
    const id = headerOf(request, 'webhook-id')
    const headers = { id, timestamp: headerOf(request, 'webhook-timestamp'), signature: headerOf(request, 'webhook-signature') }
    if (!isGenuine(this.#secret, headers, body, now())) return void response.writeHead(401).end('signature')
    const subject = subjectOf(parseObject(body))
    if (subject === undefined) return void response.writeHead(422).end('neither an incident nor an order')
    response.writeHead(200).end()
    // a message that comes again is one that we have
    if (this.#taken.has(id)) return
    this.#taken.add(id)
    this.#follow(id, subject)
  }

  #follow(message: string, { kind, id, type }: Subject): void {
    const key = `${kind}/${id}`
    if (type.endsWith('.closed') || type.endsWith('.cancelled')) this.#closed.add(key)
    else this.#closed.delete(key)
    if (this.#underway.has(key) || this.#closed.has(key)) return
    this.#underway.add(key)
    void this.#work(message, { kind, id }, key).finally(() => this.#underway.delete(key))
  }

  async #work(message: string, about: { readonly kind: string; readonly id: string }, key: string): Promise<void> {
    const { seed, wait, signal, now } = this.#options
    const began = now()
    for (const { afterMs, answer, by, note } of courseOf(seed, this.#id, key)) {
      await wait(Math.max(0, began + afterMs - now()), signal)
      if (signal.aborted || this.#closed.has(key)) return
      await this.#tell(`${message}.${answer}`, { answer, about, by, ...(note !== '' && { note }) })
    }
  }

  /** Until it is taken, or refused for good. */
  async #tell(id: string, word: object): Promise<void> {
    const { server, wait, signal, now, say } = this.#options
    const body = JSON.stringify(word)
    for (let pause = 2_000; !signal.aborted; pause = Math.min(pause * 2, 60_000)) {
      const status = await fetch(`${server}/api/links/${this.#id}`, {
        method: 'POST',
        headers: headersFor(this.#secret, id, body, now()),
        body,
        signal,
      }).then(
        (answer) => answer.status,
        () => 0,
      )
      if (status >= 200 && status < 300) return
      if (status >= 400 && status < 500 && status !== 429) {
        say(`${this.#id}: its answer was refused with ${String(status)}`)
        return
      }
      await wait(pause, signal)
    }
  }
}

interface Subject {
  readonly kind: 'incident' | 'order'
  readonly id: string
  readonly type: string
}

function subjectOf(message: Readonly<Record<string, unknown>> | undefined): Subject | undefined {
  for (const kind of ['incident', 'order'] as const) {
    const subject = message?.[kind]
    if (typeof subject !== 'object' || subject === null || !('id' in subject) || typeof subject.id !== 'string') continue
    return { kind, id: subject.id, type: String(message?.['type']) }
  }
  return undefined
}

function headerOf({ headers }: IncomingMessage, name: string): string {
  const value = headers[name]
  return typeof value === 'string' ? value : ''
}
