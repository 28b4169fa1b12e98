import type { Fact } from '../../contract/fact.ts'
import type { Alongside } from './event-log.ts'
import type { Recorded } from './recorder.ts'

/** One caller's facts on their way into the log. */
export interface Request {
  readonly feed: string
  readonly facts: readonly Fact[]
  /** goes into the transaction of the last facts */
  readonly alongside: Alongside | undefined
  /** its facts are not parted from each other either */
  readonly isWhole: boolean
  /** how many of them have been given to a transaction */
  taken: number
  accepted: number
  duplicates: number
  readonly resolve: (recorded: Recorded) => void
  readonly reject: (reason: Error) => void
}

/** What of a request goes into one transaction. */
export interface Slice {
  readonly request: Request
  readonly facts: readonly Fact[]
  readonly isLast: boolean
}

/** Rows that a slice writes. A caller with nothing to write counts too: otherwise any number of them would fit. */
function sizeOf({ request: { alongside }, facts, isLast }: Slice): number {
  const besides = isLast && alongside !== undefined ? alongside.ledger.length + alongside.settled.length : 0
  return Math.max(1, facts.length + besides)
}

/** A feed gives at most about this many rows before the next feed has its turn. */
const factsPerTurn = 1_000

/** Requests in order within their feed; feeds in turn, so that one that floods us delays the others by one turn at most. */
export class IntakeQueue {
  readonly #feeds = new Map<string, Request[]>()

  get isEmpty(): boolean {
    return this.#feeds.size === 0
  }

  add(request: Request): void {
    const waiting = this.#feeds.get(request.feed)
    if (waiting === undefined) this.#feeds.set(request.feed, [request])
    else waiting.push(request)
  }

  /**
   * Takes what belongs into the next transaction: about `limit` facts. What goes alongside of a request with no more facts than that is not
   * parted from them, so such a request is taken whole, as is one that asks for it, though it may go beyond the limit.
   */
  take(limit: number): readonly Slice[] {
    const slices: Slice[] = []
    let room = limit
    while (room > 0) {
      const turn = this.#takeTurn(Math.min(room, factsPerTurn), limit)
      if (turn.length === 0) break
      for (const slice of turn) room -= sizeOf(slice)
      slices.push(...turn)
    }
    return slices
  }

  /** Forgets what is left of these requests. */
  drop(requests: ReadonlySet<Request>): void {
    for (const [feed, waiting] of this.#feeds) {
      const left = waiting.filter((request) => !requests.has(request))
      if (left.length === 0) this.#feeds.delete(feed)
      else this.#feeds.set(feed, left)
    }
  }

  /** Takes everything out. */
  drain(): readonly Request[] {
    const all = [...this.#feeds.values()].flat()
    this.#feeds.clear()
    return all
  }

  #takeTurn(limit: number, mostWhole: number): readonly Slice[] {
    const [next] = this.#feeds
    if (next === undefined) return []
    const [feed, waiting] = next
    const slices: Slice[] = []
    let room = limit
    let done = 0
    for (const request of waiting) {
      if (room <= 0) break
      const isWhole = (request.alongside !== undefined || request.isWhole) && request.facts.length <= mostWhole
      const facts = isWhole ? request.facts : request.facts.slice(request.taken, request.taken + room)
      request.taken += facts.length
      const isLast = request.taken === request.facts.length
      const slice = { request, facts, isLast }
      slices.push(slice)
      room -= sizeOf(slice)
      if (isLast) done += 1
    }
    // back to the end of the line
    this.#feeds.delete(feed)
    if (done < waiting.length) this.#feeds.set(feed, waiting.slice(done))
    return slices
  }
}
