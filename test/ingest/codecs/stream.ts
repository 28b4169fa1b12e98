import fc from 'fast-check'
import type { Message, StreamDecoder, StreamItem } from '../../../server/ingest/codec.ts'

export const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')
export const origin = { origin: 'test', contentType: undefined }
export const limits = { mostMessages: 10_000, mostBytes: 1_000_000 }

/** All items of a whole stream, in pieces of the given sizes, over and over. */
export function itemsOf(decoder: StreamDecoder, bytes: Buffer, sizes: readonly number[] = [bytes.length || 1]): readonly StreamItem[] {
  const items: StreamItem[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    items.push(...decoder.push(bytes.subarray(at, at + size)))
    at += size
  }
  return [...items, ...decoder.end()]
}

export const messagesOf = (items: readonly StreamItem[]): readonly Message[] =>
  items.flatMap(({ message }) => (message === undefined ? [] : [message]))
export const valuesOf = (items: readonly StreamItem[]): readonly unknown[] =>
  messagesOf(items).flatMap((message) => ('value' in message ? [message.value] : []))
export const refusalsOf = (items: readonly StreamItem[]): readonly string[] =>
  messagesOf(items).flatMap((message) => ('refusal' in message ? [message.refusal.detail] : []))
/** What the device is answered when everything, or nothing, is taken; in hexadecimal. */
export const answersOf = (items: readonly StreamItem[], isTaken = true): readonly string[] =>
  items.flatMap(({ answer }) => answer?.(isTaken)?.toString('hex').toUpperCase() ?? [])

export const anyBytes = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes))
export const pieceSizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 })

/** Noise, frames and damaged frames in a row; `marks` are bytes the protocol means something by, so that they come often. */
export const streamOf = (frame: fc.Arbitrary<Buffer>, marks: readonly number[]): fc.Arbitrary<Buffer> =>
  fc
    .array(
      fc.oneof(
        frame,
        anyBytes,
        fc.array(fc.constantFrom(...marks, 0x30, 0x31), { maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
        fc.tuple(frame, fc.nat(), fc.nat(255)).map(([bytes, at, value]) => {
          const damaged = Buffer.from(bytes)
          damaged[at % damaged.length] = value
          return damaged
        }),
        fc.tuple(frame, fc.nat()).map(([bytes, at]) => bytes.subarray(0, at % bytes.length)),
      ),
      { maxLength: 6 },
    )
    .map((parts) => Buffer.concat(parts))
