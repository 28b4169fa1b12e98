/** Days as day numbers, `end` not included. */
export interface DaySpan {
  readonly first: number
  readonly end: number
}

/** Counts of one kind by day, within a span. What lies after it is kept for later spans, what lies before is given up. */
export class DayRow {
  #span: DaySpan
  #counts: Int32Array
  /** few: due times far ahead */
  readonly #later = new Map<number, number>()

  constructor(span: DaySpan) {
    this.#span = span
    this.#counts = new Int32Array(span.end - span.first)
  }

  add(day: number, count: number): void {
    const { first, end } = this.#span
    if (day < first) return
    const index = day - first
    if (day < end) this.#counts[index] = (this.#counts[index] ?? 0) + count
    else this.#later.set(day, (this.#later.get(day) ?? 0) + count)
  }

  /** Sum of the span's days from `fromDay` to `toDay`, both included. */
  sum(fromDay: number, toDay: number): number {
    const { first } = this.#span
    const counts = this.#counts
    const end = Math.min(toDay - first + 1, counts.length)
    let sum = 0
    for (let index = Math.max(fromDay - first, 0); index < end; index += 1) sum += counts[index] ?? 0
    return sum
  }

  /** Moves on to a later span. */
  moveTo(span: DaySpan): void {
    const known = this.dump()
    this.#span = span
    this.#counts = new Int32Array(span.end - span.first)
    this.#later.clear()
    this.restore(known)
  }

  /** The first day counted, and the counts from there on, days without one left empty; then what lies later. */
  dump(): DayRowDump {
    const begins = this.#counts.findIndex((count) => count !== 0)
    const ends = this.#counts.findLastIndex((count) => count !== 0)
    const counts = begins === -1 ? '' : Array.from(this.#counts.subarray(begins, ends + 1), (count) => count || '').join(',')
    return [this.#span.first + Math.max(begins, 0), counts, [...this.#later].filter(([, count]) => count !== 0)]
  }

  restore([first, counts, later]: DayRowDump): void {
    if (counts !== '') for (const [index, count] of counts.split(',').entries()) if (count !== '') this.add(first + index, Number(count))
    for (const [day, count] of later) this.add(day, count)
  }
}

export type DayRowDump = readonly [first: number, counts: string, later: readonly (readonly [day: number, count: number])[]]
