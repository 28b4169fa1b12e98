import type { Instant } from '../../../contract/time.ts'

/** null is infinity, which JSON does not have. */
interface CoverageDump {
  readonly startsAt: Instant | null
  readonly isHeard: boolean
  readonly upFrom: Instant | null
  readonly over: number
  readonly covered: number
}

const finite = (at: Instant): Instant | null => (at === Infinity ? null : at)

/**
 * A day's intervals of one length, counted from its first instant, and those of them in which a feed gave a sign of life: something of it was
 * recorded, or it was up from the interval's beginning to its end. Instants never go back.
 */
export class IntervalCoverage {
  readonly lengthMs: number
  /** of the interval that is watched now, or comes next */
  #startsAt: Instant = Infinity
  #isHeard = false
  /** since when it has been up without a break; Infinity while it is not */
  #upFrom: Instant = Infinity
  #over = 0
  #covered = 0

  constructor(lengthMs: number) {
    this.lengthMs = lengthMs
  }

  /** Of the day's intervals that are over, the share with a sign of life; undefined before the first is over. */
  get share(): number | undefined {
    return this.#over === 0 ? undefined : this.#covered / this.#over
  }

  /** A day begins, or the feed: what was counted is forgotten, and the first interval that begins at `from` or later is the first to count. */
  begin(dayStartsAt: Instant, from: Instant): void {
    this.#over = 0
    this.#covered = 0
    this.#next(dayStartsAt, from)
  }

  /** Nobody watched until `at`: intervals that this touches do not count. */
  resume(dayStartsAt: Instant, at: Instant): void {
    if (this.#upFrom !== Infinity) this.#upFrom = at
    this.#next(dayStartsAt, at)
  }

  heard(at: Instant): void {
    if (at < this.#startsAt) return
    this.reach(at)
    this.#isHeard = true
  }

  turn(isUp: boolean, at: Instant): void {
    this.reach(at)
    this.#upFrom = isUp ? at : Infinity
  }

  /** Counts the intervals that are over by `at`. */
  reach(at: Instant): void {
    if (at < this.#startsAt + this.lengthMs) return
    const over = Math.floor((at - this.#startsAt) / this.lengthMs)
    const isUp = this.#upFrom !== Infinity
    // what it is now it has been since before the first of these intervals was over
    const isFirstCovered = this.#isHeard || this.#upFrom <= this.#startsAt
    this.#over += over
    this.#covered += (isFirstCovered ? 1 : 0) + (isUp ? over - 1 : 0)
    this.#startsAt += over * this.lengthMs
    this.#isHeard = false
  }

  dump(): CoverageDump {
    return {
      startsAt: finite(this.#startsAt),
      isHeard: this.#isHeard,
      upFrom: finite(this.#upFrom),
      over: this.#over,
      covered: this.#covered,
    }
  }

  restore({ startsAt, isHeard, upFrom, over, covered }: CoverageDump): void {
    this.#startsAt = startsAt ?? Infinity
    this.#isHeard = isHeard
    this.#upFrom = upFrom ?? Infinity
    this.#over = over
    this.#covered = covered
  }

  #next(dayStartsAt: Instant, from: Instant): void {
    this.#startsAt = dayStartsAt + Math.ceil((from - dayStartsAt) / this.lengthMs) * this.lengthMs
    this.#isHeard = false
  }
}
