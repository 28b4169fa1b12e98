import type { Fact } from '../../contract/fact.ts'
import type { Recorded } from './recorder.ts'

/** One caller's facts on their way into the log. */
export interface Request {
  readonly feed: string
  readonly facts: readonly Fact[]
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

/** A feed gives at most this many facts before the next feed has its turn. */
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

  /** Takes what belongs into the next transaction: at most `limit` facts. */
  take(limit: number): readonly Slice[] {
    const slices: Slice[] = []
    let room = limit
    while (room > 0) {
      const turn = this.#takeTurn(Math.min(room, factsPerTurn))
      if (turn.length === 0) break
      for (const slice of turn) room -= slice.facts.length
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

  #takeTurn(limit: number): readonly Slice[] {
    const [next] = this.#feeds
    if (next === undefined) return []
    const [feed, waiting] = next
    const slices: Slice[] = []
    let room = limit
    let done = 0
    for (const request of waiting) {
      if (room === 0) break
      const facts = request.facts.slice(request.taken, request.taken + room)
      request.taken += facts.length
      room -= facts.length
      const isLast = request.taken === request.facts.length
      slices.push({ request, facts, isLast })
      if (isLast) done += 1
    }
    // back to the end of the line
    this.#feeds.delete(feed)
    if (done < waiting.length) this.#feeds.set(feed, waiting.slice(done))
    return slices
  }
}
