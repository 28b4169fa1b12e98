import type { Socket } from 'node:net'
import type { Message, StreamDecoder, StreamItem } from '../../codec.ts'
import type { TransportContext } from '../../transport.ts'
import { NotTakenError } from '../../transport.ts'
import type { TcpOptions } from '../tcp.ts'
import { Slots } from './slots.ts'

/** Deliveries of one device that may be under way: more of it stays in its socket until some are durable. */
const mostUnderWay = 4
/** Answers that a device has not read: one that never reads is let go. */
const mostUnread = 64 * 1024
const retryMs = 5_000
/** what a device has not read of its answers so long after it hung up, it will not read */
const lingerMs = 10_000

export interface DeviceConnectionOptions {
  readonly socket: Socket
  /** without a port */
  readonly origin: string
  readonly decoder: StreamDecoder
  readonly context: TransportContext<TcpOptions>
  /** shared by all devices of the feed */
  readonly slots: Slots
  /** what `deliverMessages` throws other than NotTakenError */
  readonly onFault: (error: unknown) => void
}

/** One device: reads its frames, hands on what they say, and answers when that is durable. */
export class DeviceConnection {
  readonly #options: DeviceConnectionOptions
  readonly #own = new Slots(mostUnderWay)
  readonly #underWay = new Set<Promise<void>>()
  #stopIdle: () => void = () => undefined
  readonly #pauses = new Set<() => void>()
  #isStopped = false
  #answered: Promise<void> = Promise.resolve()

  constructor(options: DeviceConnectionOptions) {
    this.#options = options
  }

  /** Serves the device until it hangs up, stays silent or is stopped, and until what is under way is answered. Never rejects. */
  async run(): Promise<void> {
    this.#watchIdle()
    await this.#read()
    this.#stopIdle()
    // what we broke off ourselves the device sends again: it is no half frame of its making
    if (!this.#isStopped) await this.#take(this.#decoded((decoder) => decoder.end()))
    this.#stopIdle()
    await Promise.all(this.#underWay)
    await this.#hangUp()
  }

  /** Reads nothing more; what is under way is still answered. */
  stop(): void {
    this.#isStopped = true
    for (const end of this.#pauses) end()
    void Promise.all(this.#underWay).then(() => this.#options.socket.destroy())
  }

  async #hangUp(): Promise<void> {
    const { socket, context } = this.#options
    if (socket.closed) return
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    const cancel = context.clock.after(lingerMs, () => socket.destroy())
    socket.destroySoon()
    await closed
    cancel()
  }

  async #read(): Promise<void> {
    const { socket } = this.#options
    try {
      // a socket that is not asked for more reads no more: the device then waits, and nothing piles up here
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
        if (this.#isStopped) return
        // sockets without an encoding give Buffers
        await this.#take(this.#decoded((decoder) => decoder.push(chunk as Buffer)))
      }
    } catch {
      // reset by the device, or closed by us: either way it is over, and its frames so far are taken
    }
  }

  /** A decoder never throws; one that does is our fault, and is not to be taken for a lost connection. */
  #decoded(decode: (decoder: StreamDecoder) => readonly StreamItem[]): readonly StreamItem[] {
    try {
      return decode(this.#options.decoder)
    } catch (error) {
      this.#break(error)
      return []
    }
  }

  async #take(items: readonly StreamItem[]): Promise<void> {
    if (items.length === 0) return
    this.#watchIdle()
    await this.#own.take()
    await this.#options.slots.take()
    const delivery = this.#deliver(items)
      .catch((error: unknown) => this.#break(error))
      .finally(() => {
        this.#options.slots.give()
        this.#own.give()
        this.#underWay.delete(delivery)
      })
    this.#underWay.add(delivery)
  }

  #break(error: unknown): void {
    this.#isStopped = true
    this.#options.socket.destroy()
    this.#options.onFault(error)
  }

  /** Answers go out in the order of the frames, each after its frame is durable. */
  async #deliver(items: readonly StreamItem[]): Promise<void> {
    this.#answered = Promise.all([this.#hand(items), this.#answered]).then(([isTaken]) => this.#answer(items, isTaken))
    await this.#answered
  }

  /** @returns whether everything is durable, or refused and kept */
  async #hand(items: readonly StreamItem[]): Promise<boolean> {
    const { context, origin } = this.#options
    const messages = items.flatMap(({ message }): readonly Message[] => (message === undefined ? [] : [message]))
    // packets whose message is not whole yet
    if (messages.length === 0) context.alive()
    for (;;) {
      try {
        if (messages.length > 0) await context.deliverMessages(messages, origin)
        return true
      } catch (error) {
        if (!(error instanceof NotTakenError)) throw error
        // a device that is answered sends again by itself; for one that is not, we hold what it sent, and read nothing more of it
        if (this.#isStopped || items.every(({ message, answer }) => message === undefined || answer !== undefined)) return false
        await this.#pause()
      }
    }
  }

  async #pause(): Promise<void> {
    let end: () => void = () => undefined
    await new Promise<void>((resolve) => {
      const cancel = this.#options.context.clock.after(retryMs, resolve)
      end = () => {
        cancel()
        resolve()
      }
      this.#pauses.add(end)
    })
    this.#pauses.delete(end)
  }

  async #answer(items: readonly StreamItem[], isTaken: boolean): Promise<void> {
    const { socket, context, origin } = this.#options
    const answers = items.flatMap(({ answer }) => answer?.(isTaken) ?? [])
    if (answers.length === 0 || !socket.writable) return
    socket.write(Buffer.concat(answers))
    if (socket.writableLength <= mostUnread) return
    socket.destroy()
    const detail = `device ${origin}: has not read ${String(mostUnread)} bytes of answers, so its connection is closed; mend its reading, or let it ask for no answers`
    await context.deliverMessages([{ refusal: { stage: 'receive', code: 'too-slow', detail }, text: '' }], origin).catch(notTaken)
  }

  #watchIdle(): void {
    const { context, socket } = this.#options
    this.#stopIdle()
    this.#stopIdle = context.clock.after(context.options.idleSeconds * 1_000, () => {
      // what waits for us is not the device's silence
      if (this.#underWay.size > 0) this.#watchIdle()
      else socket.destroy()
    })
  }
}

/** A refusal that we cannot keep now is let go: it is our own, and the next of its kind is told again. */
export function notTaken(error: unknown): undefined {
  if (!(error instanceof NotTakenError)) throw error
  return undefined
}
