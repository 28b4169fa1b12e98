import { encodeFrame, uint16 } from './frame.ts'
import type { Header } from './frame.ts'

/** 平台通用应答, its results */
export const results = { done: 0, failed: 1, wrong: 2, unsupported: 3 } as const
export type AnswerResult = (typeof results)[keyof typeof results]

/** What the platform calls itself registered with; terminals give it back at every log-in, and it protects nothing. */
const authenticationCode = 'yiping'

/** Terminals answer our commands with these; an answer to an answer would never end. */
const answersOfTerminals: ReadonlySet<number> = new Set([0x0001, 0x0104, 0x0107, 0x0201, 0x0302, 0x0500, 0x0608, 0x0700, 0x0802, 0x0805, 0x0a00])

/** Answers of one connection: serials of our own, in the edition the terminal speaks. */
export class Answers {
  #serial = 0

  /** The answer that a terminal waits for; undefined when it waits for none. Whatever is not answered it sends again. */
  to(header: Header, result: AnswerResult): Buffer | undefined {
    if (answersOfTerminals.has(header.id)) return undefined
    if (header.id === 0x0100) return result === results.done ? this.#registered(header) : undefined
    return this.#frame(header, 0x8001, Buffer.concat([uint16(header.serial), uint16(header.id), Buffer.from([result])]))
  }

  /** 终端注册应答 */
  #registered(header: Header): Buffer {
    return this.#frame(header, 0x8100, Buffer.concat([uint16(header.serial), Buffer.from([0]), Buffer.from(authenticationCode)]))
  }

  #frame({ edition, protocol, phone }: Header, id: number, body: Buffer): Buffer {
    const serial = this.#serial
    this.#serial = (this.#serial + 1) & 0xffff
    return encodeFrame({ header: { id, edition, ...(protocol === undefined ? {} : { protocol }), encryption: 0, phone, serial }, body })
  }
}
