import type { Instant } from '../../../contract/time.ts'
import { DueHeap } from '../due-heap.ts'
import type { FoldedOrder } from './order-telling.ts'

/** What an order waits for: its due time, while it is open and not beyond it. */
export const awaitedDue = ({ settledAt, dueAt, clock }: FoldedOrder): Instant | undefined =>
  settledAt === undefined && clock !== 'overdue' && clock !== 'unsure' ? dueAt : undefined

/** Due times that are waited for, some of them by many orders; and the first of them. */
export class EarliestDue {
  readonly #counts = new Map<Instant, number>()
  /** may hold due times that nobody waits for any more */
  #heap = new DueHeap<Instant>()

  add(dueAt: Instant, sign: 1 | -1): void {
    const count = (this.#counts.get(dueAt) ?? 0) + sign
    if (count === 0) this.#counts.delete(dueAt)
    else this.#counts.set(dueAt, count)
    if (count === 1 && sign === 1) this.#heap.add(dueAt, dueAt)
  }

  get first(): Instant | undefined {
    for (let dueAt = this.#heap.take(Infinity); dueAt !== undefined; dueAt = this.#heap.take(Infinity)) {
      if (!this.#counts.has(dueAt)) continue
      this.#heap.add(dueAt, dueAt)
      return dueAt
    }
    return undefined
  }

  dump(): readonly (readonly [dueAt: Instant, count: number])[] {
    return [...this.#counts]
  }

  restore(counts: readonly (readonly [dueAt: Instant, count: number])[]): void {
    this.#heap = new DueHeap()
    for (const [dueAt, count] of counts) {
      this.#counts.set(dueAt, count)
      this.#heap.add(dueAt, dueAt)
    }
  }
}
