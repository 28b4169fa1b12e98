import type { Instant } from '../../../contract/time.ts'

export interface Point {
  readonly at: Instant
  readonly value: number
}

export interface DatedPoint extends Point {
  /** business day of `at` */
  readonly day: number
}

/**
 * Values of days and instants, oldest first, as plain numbers in one list: a district has some ten thousand of them, which as objects would
 * keep the collector of garbage busy.
 */
export class DatedPoints {
  readonly #numbers: number[] = []

  get size(): number {
    return this.#numbers.length / 3
  }

  day(index: number): number {
    return this.#numbers[index * 3] ?? 0
  }

  at(index: number): Instant {
    return this.#numbers[index * 3 + 1] ?? 0
  }

  value(index: number): number {
    return this.#numbers[index * 3 + 2] ?? 0
  }

  point(index: number): Point | undefined {
    return index < 0 || index >= this.size ? undefined : { at: this.at(index), value: this.value(index) }
  }

  /** Of the last one that is of this day or an earlier one; -1 where there is none. */
  lastUntil(day: number): number {
    let index = this.size - 1
    while (index >= 0 && this.day(index) > day) index -= 1
    return index
  }

  put(index: number, removed: 0 | 1, { day, at, value }: DatedPoint): void {
    this.#numbers.splice(index * 3, removed * 3, day, at, value)
  }

  /** Takes away the oldest ones. */
  forget(count: number): void {
    this.#numbers.splice(0, count * 3)
  }

  /** each once, ascending */
  days(): readonly number[] {
    const days: number[] = []
    for (let index = 0; index < this.size; index += 1) if (this.day(index) !== days.at(-1)) days.push(this.day(index))
    return days
  }

  dump(): readonly number[] {
    return [...this.#numbers]
  }

  restore(numbers: readonly number[]): void {
    this.#numbers.push(...numbers)
  }
}
