import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Refusal } from '../../../../contract/rejection.ts'
import { fail, ok } from '../../../../contract/result.ts'
import type { Result } from '../../../../contract/result.ts'
import type { BodyRefusal, DecodeLimits, Message, RawMessage, StreamDecoder, StreamItem } from '../../codec.ts'

/** What begins at the start of some bytes. `length` is how many of them are done with, at least 1. */
export type Cut =
  | { readonly kind: 'wait' }
  | { readonly kind: 'frame'; readonly length: number }
  | { readonly kind: 'broken'; readonly length: number; readonly refusal: Refusal }

/** How a protocol marks its frames in a stream. Pure: the same bytes are always cut the same way. */
export interface Framing {
  /** no frame is longer */
  readonly longestFrame: number
  /** offset of the first place at or after `from` where a frame may begin, be it only its first byte at the very end; the length when there is none */
  start(bytes: Buffer, from: number): number
  /** Judges the frame that begins at 0. */
  cut(bytes: Buffer): Cut
  /** bytes between frames that are nothing lost */
  isFiller(byte: number): boolean
  /** what to do about bytes that belong to no frame */
  readonly noiseCure: string
}

export type Piece = { readonly frame: Buffer; readonly place: string } | { readonly refusal: Refusal; readonly bytes: Buffer; readonly place: string }

/** of what belongs to no frame, so much is kept for reading */
const noiseKept = 1_024
/** noise without an end is told once in so many bytes */
const noiseTold = 64 * 1024
/** A damaged piece shorter than this is a mark and nothing else: noise, told together with what stands around it. */
const shortestPiece = 4
/** Places inside an unfinished frame that are tried as beginnings: enough for honest damage, too few to be made a burden. */
const mostRescues = 16

const broken = (detail: string): Refusal => ({ stage: 'decode', code: 'bad-syntax', detail })

/**
 * Cuts a stream into frames, whatever pieces it comes in. What is no frame is refused, and the next good frame is found again: after noise,
 * after a damaged frame, and inside one whose damaged length claims the frames behind it. Holds at most one longest frame.
 */
export class Framer {
  readonly #framing: Framing
  #pending: Buffer = Buffer.alloc(0)
  #noise: Buffer[] = []
  #noiseBytes = 0
  #count = 0

  constructor(framing: Framing) {
    this.#framing = framing
  }

  push(bytes: Buffer): readonly Piece[] {
    const all = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes])
    const pieces: Piece[] = []
    let at = 0
    while (at < all.length) {
      const start = this.#framing.start(all, at)
      this.#skip(all.subarray(at, start), pieces)
      at = start
      const rest = all.subarray(at)
      const cut = rest.length === 0 ? ({ kind: 'wait' } as const) : this.#judge(rest)
      if (cut.kind === 'wait') break
      const done = rest.subarray(0, cut.length)
      at += cut.length
      if (cut.kind === 'broken' && cut.length < shortestPiece) {
        this.#skip(done, pieces)
        continue
      }
      this.#endNoise(pieces)
      pieces.push(cut.kind === 'frame' ? { frame: done, place: this.#place() } : { refusal: cut.refusal, bytes: done, place: this.#place() })
    }
    // a copy: a few bytes must not keep the whole piece they came in
    this.#pending = Buffer.from(all.subarray(at))
    return pieces
  }

  /** The stream ended: what is left is refused. */
  end(): readonly Piece[] {
    const pieces: Piece[] = []
    const rest = this.#pending
    this.#pending = Buffer.alloc(0)
    this.#endNoise(pieces)
    if (this.#fillerBefore(rest) === rest.length) return pieces
    const detail = `${String(rest.length)} bytes: the connection ended in the middle of a frame; the device should send it again, whole`
    pieces.push({ refusal: broken(detail), bytes: rest, place: this.#place() })
    return pieces
  }

  #judge(rest: Buffer): Cut {
    const cut = this.#framing.cut(rest)
    if (cut.kind !== 'wait') return cut
    const rescued = this.#rescue(rest)
    if (rescued !== undefined) {
      const detail = `${String(rescued)} bytes: a whole frame begins before this one has ended; it was cut short or its length is damaged`
      return { kind: 'broken', length: rescued, refusal: broken(detail) }
    }
    if (rest.length < this.#framing.longestFrame) return cut
    const longest = String(this.#framing.longestFrame)
    const detail = `${String(rest.length)} bytes without an end: no frame is longer than ${longest}; check that the device speaks this protocol`
    return { kind: 'broken', length: this.#framing.start(rest, 1), refusal: { stage: 'decode', code: 'too-large', detail } }
  }

  /** Offset of a whole good frame inside one that is not finished. */
  #rescue(rest: Buffer): number | undefined {
    let from = this.#framing.start(rest, 1)
    for (let tries = 0; tries < mostRescues && from < rest.length; tries += 1) {
      if (this.#framing.cut(rest.subarray(from)).kind === 'frame') return from
      from = this.#framing.start(rest, from + 1)
    }
    return undefined
  }

  #skip(bytes: Buffer, pieces: Piece[]): void {
    const noise = this.#noiseBytes > 0 ? bytes : bytes.subarray(this.#fillerBefore(bytes))
    if (noise.length === 0) return
    if (this.#noiseBytes < noiseKept) this.#noise.push(Buffer.from(noise.subarray(0, noiseKept - this.#noiseBytes)))
    this.#noiseBytes += noise.length
    if (this.#noiseBytes >= noiseTold) this.#endNoise(pieces)
  }

  #endNoise(pieces: Piece[]): void {
    if (this.#noiseBytes === 0) return
    const kept = Buffer.concat(this.#noise)
    const filler = this.#noiseBytes > kept.length ? 0 : this.#fillerBefore(Buffer.from(kept).reverse())
    const detail = `${String(this.#noiseBytes - filler)} bytes that belong to no frame; ${this.#framing.noiseCure}`
    pieces.push({ refusal: broken(detail), bytes: kept.subarray(0, kept.length - filler), place: this.#place() })
    this.#noise = []
    this.#noiseBytes = 0
  }

  #fillerBefore(bytes: Buffer): number {
    const first = bytes.findIndex((byte) => !this.#framing.isFiller(byte))
    return first === -1 ? bytes.length : first
  }

  #place(): string {
    this.#count += 1
    return `frame ${String(this.#count)}`
  }
}

export interface Reading {
  readonly framing: Framing
  /** bytes as they are kept for reading */
  readonly textOf: (bytes: Buffer) => string
  /** what a whole, undamaged frame says */
  readonly read: (frame: Buffer, place: string) => readonly StreamItem[]
  /** the stream ended: what was waiting for more frames */
  readonly rest: () => readonly StreamItem[]
}

/** A stream decoder from a way of cutting and a way of reading. */
export function streamDecoder({ framing, textOf, read, rest }: Reading): StreamDecoder {
  const framer = new Framer(framing)
  const itemsOf = (piece: Piece): readonly StreamItem[] =>
    'frame' in piece ? read(piece.frame, piece.place) : [{ message: { refusal: piece.refusal, text: textOf(piece.bytes), place: piece.place } }]
  return {
    push: (bytes) => framer.push(bytes).flatMap(itemsOf),
    end: () => [...framer.end().flatMap(itemsOf), ...rest()],
  }
}

/** Of a body, so many bytes are cut before others have their turn. */
const sliceBytes = 16 * 1024

/** A body that was received whole, such as a recording of a stream, through the stream's own decoder. Nobody is answered. */
export async function decodeWhole(
  decoder: StreamDecoder,
  raw: RawMessage,
  limits: DecodeLimits,
  textOf: (bytes: Buffer) => string,
): Promise<Result<readonly Message[], BodyRefusal>> {
  const messages: Message[] = []
  const take = (items: readonly StreamItem[]): void => {
    for (const { message } of items) if (message !== undefined) messages.push(message)
  }
  for (let at = 0; at < raw.body.length && messages.length <= limits.mostMessages; at += sliceBytes) {
    if (at > 0) await nextTurn()
    take(decoder.push(raw.body.subarray(at, at + sliceBytes)))
  }
  take(decoder.end())
  if (messages.length <= limits.mostMessages) return ok(messages)
  const detail = `body: more than ${String(limits.mostMessages)} messages; send it in several parts`
  return fail({ refusal: { stage: 'decode', code: 'too-large', detail }, text: textOf(raw.body.subarray(0, noiseTold)) })
}
