import type { ViewingFact } from '../../contract/video-fact.ts'
import { dayMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { Viewing } from '../../contract/video.ts'

/** Which viewings are asked for: those that went on at some time between `from` and `to`, both included. */
export interface ViewingQuery {
  readonly source?: string | undefined
  readonly from?: Instant | undefined
  readonly to?: Instant | undefined
  readonly limit: number
}

/** What is older is on the log, and is found by asking for the past. */
const keptMs = 90 * dayMs
const mostKept = 20_000

interface ViewingsDump {
  readonly heldFrom: Instant
  readonly viewings: readonly Viewing[]
}

/** 调阅记录: who watched which camera. No topic: a wall may not know who looks at what. */
export class Viewings {
  /** in the order in which they began */
  readonly #viewings = new Map<string, Viewing>()
  #heldFrom: Instant = 0

  /** Of viewings that began before this instant some may be forgotten. */
  get heldFrom(): Instant {
    return this.#heldFrom
  }

  /** Those that go on. */
  get open(): readonly Viewing[] {
    return [...this.#viewings.values()].filter(({ endedAt }) => endedAt === undefined)
  }

  take(fact: ViewingFact): void {
    const known = this.#viewings.get(fact.id)
    if (fact.phase === 'ended') {
      if (known?.endedAt === undefined && known !== undefined) this.#viewings.set(fact.id, { ...known, endedAt: fact.at })
    } else if (known === undefined) {
      this.#viewings.set(fact.id, viewingOf(fact))
      this.#forgetOld(fact.at)
    }
  }

  /** Latest first. */
  list({ source, from = 0, to = Infinity, limit }: ViewingQuery): readonly Viewing[] {
    return [...this.#viewings.values()]
      .filter((viewing) => (source === undefined || viewing.source === source) && viewing.beganAt <= to && (viewing.endedAt ?? Infinity) >= from)
      .sort((one, other) => other.beganAt - one.beganAt || (one.id < other.id ? -1 : 1))
      .slice(0, limit)
  }

  dump(): ViewingsDump {
    return { heldFrom: this.#heldFrom, viewings: [...this.#viewings.values()] }
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { heldFrom, viewings } = dump as ViewingsDump
    this.#heldFrom = heldFrom
    for (const viewing of viewings) this.#viewings.set(viewing.id, viewing)
  }

  #forgetOld(now: Instant): void {
    for (const [id, { beganAt }] of this.#viewings) {
      if (this.#viewings.size <= mostKept && beganAt > now - keptMs) return
      this.#viewings.delete(id)
      this.#heldFrom = Math.max(this.#heldFrom, beganAt + 1)
    }
  }
}

function viewingOf({ id, source, role, name, reason, address, at }: ViewingFact): Viewing {
  return { id, source, role, name, reason, address, beganAt: at, endedAt: undefined }
}
