import type { Point } from './trend.ts'

interface Sum {
  at: number
  value: number
  count: number
}

/** A run of any length in bounded memory: when there are too many points, each two neighbours become their mean, and so does what comes after. */
export class Condensed {
  readonly #most: number
  #points: Point[] = []
  /** of how many values each point is the mean */
  #per = 1
  #open: Sum = { at: 0, value: 0, count: 0 }

  /** @param most points kept; even */
  constructor(most = 720) {
    this.#most = most
  }

  get points(): readonly Point[] {
    return this.#points
  }

  add({ at, value }: Point): void {
    const { at: atBefore, value: valueBefore, count } = this.#open
    this.#open = { at: atBefore + at, value: valueBefore + value, count: count + 1 }
    if (this.#open.count < this.#per) return
    this.#points.push({ at: this.#open.at / this.#per, value: this.#open.value / this.#per })
    this.#open = { at: 0, value: 0, count: 0 }
    if (this.#points.length >= this.#most) this.#halve()
  }

  #halve(): void {
    const middle = (one: number, other: number): number => (one + other) / 2
    this.#points = this.#points.flatMap((point, index) => {
      const next = this.#points[index + 1]
      return index % 2 === 1 || next === undefined ? [] : [{ at: middle(point.at, next.at), value: middle(point.value, next.value) }]
    })
    this.#per *= 2
  }
}
