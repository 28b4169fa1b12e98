import { once } from 'node:events'
import { WebSocket } from 'ws'
import { z } from 'zod'

const messageSchema = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  sessionId: z.string().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
})

export interface BrowserEvent {
  readonly method: string
  readonly params: unknown
  readonly sessionId: string | undefined
}

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

const patienceMs = 60_000

/**
 * The browser's own protocol, spoken as little as can be. A driver that listens to all of a page keeps in the page's process what it heard,
 * bodies of video among it: over hours the measure would measure itself.
 */
export class Debugger {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, Waiting>()
  readonly #listeners = new Set<(event: BrowserEvent) => void>()
  #next = 1

  static async connect(address: string): Promise<Debugger> {
    const socket = new WebSocket(address, { perMessageDeflate: false, maxPayload: 100_000_000 })
    await once(socket, 'open')
    return new Debugger(socket)
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (text: Buffer) => this.#read(text.toString('utf8')))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the browser has ended'))
    })
  }

  /** @throws when the browser refuses, ends, or does not answer within a minute */
  async send(method: string, params: object = {}, sessionId?: string): Promise<unknown> {
    const id = this.#next++
    const answered = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    const timer = setTimeout(() => {
      this.#waiting.get(id)?.reject(new Error(`${method}: the browser did not answer within a minute`))
    }, patienceMs)
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) }), (error) => {
      if (error) this.#waiting.get(id)?.reject(error)
    })
    try {
      return await answered
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(id)
    }
  }

  onEvent(listener: (event: BrowserEvent) => void): void {
    this.#listeners.add(listener)
  }

  close(): void {
    this.#socket.close()
  }

  #read(text: string): void {
    const { id, method, params, sessionId, result, error } = messageSchema.parse(JSON.parse(text))
    if (method !== undefined) {
      for (const listener of this.#listeners) listener({ method, params, sessionId })
      return
    }
    const waiting = id === undefined ? undefined : this.#waiting.get(id)
    if (error === undefined) waiting?.resolve(result)
    else waiting?.reject(new Error(error.message))
  }
}
