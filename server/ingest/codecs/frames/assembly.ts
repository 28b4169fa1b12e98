import type { Refusal } from '../../../../contract/rejection.ts'

/** One of the packets that a long message was split into. */
export interface Packet {
  /** the same for all packets of one message */
  readonly key: string
  readonly total: number
  /** from 1 */
  readonly index: number
  /** what is kept of it: its whole frame */
  readonly bytes: Buffer
}

/** Packets of one message that will not become whole. */
export interface Unfinished {
  readonly refusal: Refusal
  readonly bytes: Buffer
}

interface Message {
  readonly total: number
  readonly parts: Map<number, Buffer>
  bytes: number
}

const mostMessages = 4
/** over all messages of one connection that are under way */
const mostBytes = 256 * 1024

/** Puts packets of split messages together again. Holds at most 256 KiB; what would be more gives up the oldest message. */
export class Assembly {
  readonly #messages = new Map<string, Message>()
  #bytes = 0

  /**
   * Adds a packet.
   * @returns `whole`: the packets in order once the last of them is there. They stay, and come again with every packet that is sent again,
   * until `forget`: what could not be recorded needs only its last packet once more. `dropped`: messages that had to be given up for room.
   */
  put(packet: Packet): { readonly whole: readonly Buffer[] | undefined; readonly dropped: readonly Unfinished[] } {
    const { key, total, index, bytes } = packet
    const known = this.#messages.get(key)
    // another total: the device has begun a new message under the old name
    const dropped = known !== undefined && known.total !== total ? this.#drop(key) : []
    const message = this.#messages.get(key) ?? { total, parts: new Map<number, Buffer>(), bytes: 0 }
    const growth = bytes.length - (message.parts.get(index)?.length ?? 0)
    message.parts.set(index, Buffer.from(bytes))
    message.bytes += growth
    this.#bytes += growth
    this.#messages.set(key, message)
    const room = this.#makeRoom()
    const isWhole = message.parts.size === total
    return { whole: isWhole ? inOrder(message) : undefined, dropped: [...dropped, ...room] }
  }

  /** The message is safe: its packets are not needed any more. */
  forget(key: string): void {
    this.#bytes -= this.#messages.get(key)?.bytes ?? 0
    this.#messages.delete(key)
  }

  /** The stream ended: what never became whole. */
  drain(): readonly Unfinished[] {
    return [...this.#messages.keys()].flatMap((key) => this.#drop(key))
  }

  #makeRoom(): readonly Unfinished[] {
    const dropped: Unfinished[] = []
    for (const key of this.#messages.keys()) {
      if (this.#messages.size <= mostMessages && this.#bytes <= mostBytes) break
      dropped.push(...this.#drop(key))
    }
    return dropped
  }

  #drop(key: string): readonly Unfinished[] {
    const message = this.#messages.get(key)
    this.forget(key)
    if (message === undefined || message.parts.size === message.total) return []
    const missing = Array.from({ length: Math.min(message.total, 10_000) }, (_, i) => i + 1).filter((index) => !message.parts.has(index))
    const named = missing.slice(0, 5).map(String).join(', ') + (missing.length > 5 ? ', …' : '')
    const detail = `packets ${named} of ${String(message.total)} never came; the device should send the whole message again`
    return [{ refusal: { stage: 'decode', code: 'bad-syntax', detail }, bytes: Buffer.concat(inOrder(message)) }]
  }
}

const inOrder = ({ parts }: Message): readonly Buffer[] => [...parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes)
