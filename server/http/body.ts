import type { IncomingMessage } from 'node:http'
import type { Clock } from '../core/clock.ts'
import { secondMs } from '../../contract/time.ts'

/** How reading a body ended. `cut`: it is larger than the limit, `bytes` is its beginning. `gone`: the sender broke off. */
export interface ReadBody {
  readonly outcome: 'whole' | 'cut' | 'gone'
  readonly bytes: Buffer
}

export interface ReadLimits {
  readonly limit: number
  /** of a body that is too large this much is read, and no more is kept */
  readonly keptWhenCut: number
  /** called with each piece's size before it is kept; what it throws ends the reading and rejects */
  readonly reserve: (bytes: number) => void
}

/** Length a request announces; undefined when it comes in chunks. */
export function announcedLength(request: IncomingMessage): number | undefined {
  const header = request.headers['content-length']
  return header === undefined ? undefined : Number(header)
}

/** Reads a request's body into memory, as far as it may be read. Rejects only with what `reserve` throws. */
export function readBody(request: IncomingMessage, { limit, keptWhenCut, reserve }: ReadLimits): Promise<ReadBody> {
  // a body announced as too large is only read for what is kept of it
  const enough = (announcedLength(request) ?? 0) > limit ? keptWhenCut : limit + 1
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    let size = 0
    const settle = (act: () => void): void => {
      request.off('data', take).off('end', end).off('close', gone).off('error', gone)
      act()
    }
    const take = (piece: Buffer): void => {
      try {
        reserve(piece.length)
      } catch (error) {
        settle(() => reject(error instanceof Error ? error : new Error(String(error))))
        return
      }
      pieces.push(piece)
      size += piece.length
      if (size >= enough) settle(() => resolve({ outcome: 'cut', bytes: Buffer.concat(pieces).subarray(0, keptWhenCut) }))
    }
    const end = (): void => settle(() => resolve({ outcome: 'whole', bytes: pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces) }))
    const gone = (): void => settle(() => resolve({ outcome: 'gone', bytes: Buffer.alloc(0) }))
    request.on('data', take).on('end', end).on('close', gone).on('error', gone)
  })
}

/** How long a sender may go on sending what we no longer read: cut at once, it would never see our answer. */
const lingerMs = 3 * secondMs

/** After an answer that did not wait for the whole request: lets the sender finish for a moment, then cuts it off. */
export function dismiss(request: IncomingMessage, clock: Clock): void {
  if (request.complete) return
  const { socket } = request
  const cancel = clock.after(lingerMs, () => socket.destroy())
  const done = (): void => {
    cancel()
    socket.off('close', done)
  }
  request.once('end', done)
  socket.once('close', done)
  request.resume()
}
