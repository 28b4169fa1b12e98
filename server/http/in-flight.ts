/** No room for more bytes of this feed just now: the sender should try again in a moment. */
export class BusyError extends Error {
  override readonly name = 'BusyError'
}

/** Bytes that requests hold in memory, from the first received to the answer. */
export interface InFlight {
  readonly bytes: number
  /** A request of `feed` begins; what it reserves is freed by `release`. */
  hold(feed: string): Hold
}

export interface Hold {
  /** @throws BusyError when the feed, or the server, holds too much already */
  readonly reserve: (bytes: number) => void
  release(): void
}

/** One feed may hold `perFeed` bytes, all together `total`: one noisy feed cannot starve the others. */
export function createInFlight({ perFeed, total }: { readonly perFeed: number; readonly total: number }): InFlight {
  const held = new Map<string, number>()
  let sum = 0
  const add = (feed: string, bytes: number): void => {
    held.set(feed, (held.get(feed) ?? 0) + bytes)
    sum += bytes
  }
  return {
    get bytes() {
      return sum
    },
    hold(feed) {
      let own = 0
      return {
        reserve(bytes) {
          if ((held.get(feed) ?? 0) + bytes > perFeed || sum + bytes > total) throw new BusyError('no room')
          own += bytes
          add(feed, bytes)
        },
        release() {
          add(feed, -own)
          own = 0
        },
      }
    },
  }
}
