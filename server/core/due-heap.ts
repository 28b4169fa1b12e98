import type { Instant } from '../../contract/time.ts'

interface Due<T> {
  readonly at: Instant
  readonly subject: T
}

/** Subjects by the instant at which they want to be looked at again: a binary heap, so that a tick costs only what falls due. */
export class DueHeap<T> {
  readonly #heap: Due<T>[] = []

  /** A subject may be in the heap several times; whoever takes it looks whether it still means that instant. */
  add(at: Instant, subject: T): void {
    const heap = this.#heap
    const due = { at, subject }
    let index = heap.push(due) - 1
    while (index > 0) {
      const above = (index - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || parent.at <= at) break
      heap[index] = parent
      index = above
    }
    heap[index] = due
  }

  /** Takes out the subject that is due first, if it is due by `now`. */
  take(now: Instant): T | undefined {
    const first = this.#heap[0]
    if (first === undefined || first.at > now) return undefined
    const last = this.#heap.pop()
    if (last !== undefined && last !== first) this.#sink(last)
    return first.subject
  }

  #sink(due: Due<T>): void {
    const heap = this.#heap
    let index = 0
    for (;;) {
      const left = heap[2 * index + 1]
      const right = heap[2 * index + 2]
      if (left === undefined) break
      const isRight = right !== undefined && right.at < left.at
      const child = isRight ? right : left
      if (child.at >= due.at) break
      heap[index] = child
      index = 2 * index + (isRight ? 2 : 1)
    }
    heap[index] = due
  }
}
