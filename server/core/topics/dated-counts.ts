/**
 * Counts by day or month number. Only those from a floor on are of interest, and the floor only rises: what lies below is neither kept nor
 * counted, so the whole stays as small as the span that is looked at.
 */
export class DatedCounts {
  readonly #counts = new Map<number, number>()
  #floor = 0

  add(date: number, count: number): void {
    if (date >= this.#floor) this.#counts.set(date, this.of(date) + count)
  }

  of(date: number): number {
    return this.#counts.get(date) ?? 0
  }

  get isEmpty(): boolean {
    return this.#counts.size === 0
  }

  dump(): readonly (readonly [date: number, count: number])[] {
    return [...this.#counts]
  }

  restore(counts: readonly (readonly [date: number, count: number])[]): void {
    for (const [date, count] of counts) this.#counts.set(date, count)
  }

  raiseFloor(floor: number): void {
    if (floor === this.#floor) return
    this.#floor = floor
    for (const date of this.#counts.keys()) if (date < floor) this.#counts.delete(date)
  }
}
