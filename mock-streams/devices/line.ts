import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { between, dice } from '../chance.ts'
import { isAborted } from '../agenda.ts'
import type { Surroundings } from '../upstream.ts'

/** What stands whole at the front of what was received: an answer, or noise before one. */
export type Cut = { readonly answer: Buffer | undefined; readonly length: number } | undefined

export interface DeviceOptions {
  readonly name: string
  readonly port: number
  /** takes apart what the centre sends; undefined when nothing whole is there yet */
  readonly cut: (received: Buffer) => Cut
  /** Speaks over one connection for as long as it lasts. @throws when it is lost */
  readonly talk: (line: Line) => Promise<void>
}

export interface Line {
  /** Sends a frame and resolves with the answer. @throws when the line is lost, or nothing comes */
  ask(frame: Buffer): Promise<Buffer>
}

const answerWithinMs = 30_000
const firstPauseMs = 1_000
const longestPauseMs = 15_000

/** Connects a device to the centre, again and again, until the signal is aborted: later and later while nobody listens there. */
export async function runDevice(options: DeviceOptions, surroundings: Surroundings): Promise<void> {
  const { signal, wait, city } = surroundings
  const roll = dice(city.seed, 'pause', options.name)
  let failures = 0
  while (!isAborted(signal)) {
    const line = new DeviceLine(options, signal)
    try {
      await line.open()
      failures = 0
      await options.talk(line)
    } catch {
      // whatever broke it, the device dials again, and says again what was not answered
      failures += 1
    } finally {
      line.close()
    }
    // devices that lost the same centre do not all come back at once
    if (!isAborted(signal)) await wait(Math.min(longestPauseMs, firstPauseMs * 2 ** failures) * between(0.5, 1, roll), signal)
  }
}

class DeviceLine implements Line {
  readonly #options: DeviceOptions
  readonly #signal: AbortSignal
  readonly #socket: Socket
  readonly #close = (): void => this.close()
  #received: Buffer = Buffer.alloc(0)
  #waiting: { readonly resolve: (answer: Buffer) => void; readonly reject: (error: Error) => void } | undefined
  #lost: Error | undefined

  constructor(options: DeviceOptions, signal: AbortSignal) {
    this.#options = options
    this.#signal = signal
    this.#socket = connect(options.port, '127.0.0.1').setNoDelay(true)
    this.#socket.on('data', (bytes: Buffer) => this.#take(bytes))
    this.#socket.on('error', (error) => this.#lose(error))
    this.#socket.on('close', () => this.#lose(new Error('the centre hung up')))
    signal.addEventListener('abort', this.#close, { once: true })
  }

  async open(): Promise<void> {
    await once(this.#socket, 'connect', { signal: this.#signal })
  }

  async ask(frame: Buffer): Promise<Buffer> {
    if (this.#lost !== undefined) throw this.#lost
    let timer: NodeJS.Timeout | undefined
    const answer = new Promise<Buffer>((resolve, reject) => {
      this.#waiting = { resolve, reject }
      timer = setTimeout(() => reject(new Error('no answer')), answerWithinMs)
      this.#socket.write(frame)
    })
    return await answer.finally(() => clearTimeout(timer))
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#close)
    this.#socket.destroy()
  }

  #take(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes])
    for (let cut = this.#options.cut(this.#received); cut !== undefined; cut = this.#options.cut(this.#received)) {
      this.#received = this.#received.subarray(cut.length)
      if (cut.answer !== undefined) this.#waiting?.resolve(cut.answer)
    }
  }

  #lose(error: Error): void {
    this.#lost ??= error
    this.#waiting?.reject(error)
  }
}
