import { createGunzip } from 'node:zlib'

export interface Inflated {
  /** what came out before the end, the limit or the damage */
  readonly bytes: Buffer
  readonly outcome: 'whole' | 'too-large' | 'broken'
}

/**
 * Inflates gzip as far as `limit` bytes and not one block further, so that a bomb stays small.
 * @param reserve called with the size of each piece before it is kept; what it throws stops the work and rejects
 */
export function inflate(compressed: Buffer, limit: number, reserve: (bytes: number) => void): Promise<Inflated> {
  const { promise, resolve, reject } = settling<Inflated>()
  const pieces: Buffer[] = []
  let size = 0
  const gunzip = createGunzip({ chunkSize: 65_536 })
  const stop = (outcome: Inflated['outcome']): void => {
    gunzip.destroy()
    resolve({ bytes: Buffer.concat(pieces), outcome })
  }
  gunzip.on('data', (piece: Buffer) => {
    try {
      reserve(piece.length)
    } catch (error) {
      gunzip.destroy()
      reject(error instanceof Error ? error : new Error(String(error)))
      return
    }
    pieces.push(piece)
    size += piece.length
    if (size > limit) stop('too-large')
  })
  gunzip.on('end', () => stop('whole'))
  gunzip.on('error', () => stop('broken'))
  gunzip.end(compressed)
  return promise
}

/** Promise.withResolvers, which Node 20 lacks. */
function settling<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: Error) => void } {
  let resolve: (value: T) => void = () => undefined
  let reject: (error: Error) => void = () => undefined
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
