const minutesKept = 5

/** Counts by the minute, of the last five that are over. */
export class MinuteRate {
  #current = 0
  /** oldest first */
  #counts: number[] = []

  add(): void {
    this.#current += 1
  }

  /** A new minute has begun, `passed` minutes after the one before. */
  turn(passed: number): void {
    const silent = Math.min(passed - 1, minutesKept)
    this.#counts = [...this.#counts, this.#current, ...Array.from({ length: silent }, () => 0)].slice(-minutesKept)
    this.#current = 0
  }

  /** Mean per minute over the last five full minutes. */
  get perMinute(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0) / minutesKept
  }

  dump(): readonly [current: number, counts: readonly number[]] {
    return [this.#current, this.#counts]
  }

  restore([current, counts]: ReturnType<MinuteRate['dump']>): void {
    this.#current = current
    this.#counts = [...counts]
  }
}
