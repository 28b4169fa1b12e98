import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

/** An answer longer than may be read; the rest of it was not. */
export class TooLongError extends Error {
  override readonly name = 'TooLongError'
}

/**
 * Reads a body, unpacked, as far as `most` bytes and hardly one block further, so that a bomb stays small.
 * @throws TooLongError; an error of zlib for damage; an error of the connection when it ends early
 */
export async function readBounded(body: Readable, encoding: string | undefined, most: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const piece of source) {
      length += piece.length
      if (length > most) throw new Error('too long')
      pieces.push(piece)
    }
  }
  const unpack = unpackers[encoding?.trim().toLowerCase() ?? 'identity']
  try {
    if (unpack === undefined) await pipeline(body, collect)
    else await pipeline(body, unpack(), collect)
  } catch (error) {
    // the body that is broken off may say so before the reason is told
    throw length > most ? new TooLongError(`more than ${String(most)} bytes`) : error
  }
  return Buffer.concat(pieces, length)
}

const unpackers: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}
