import type { LiveOrder } from './live-order.ts'

/** Settled orders that screens still see. */
export const settledPublished = 300
/** Settled orders that keep their titles: more than are published, so that one that is reopened leaves no hole. */
export const settledKept = 2 * settledPublished

const settledAtOf = ({ order }: LiveOrder): number => order.settledAt ?? 0

function isBefore(one: LiveOrder, other: LiveOrder): boolean {
  const difference = settledAtOf(one) - settledAtOf(other)
  return difference === 0 ? one.order.id < other.order.id : difference < 0
}

/**
 * The most recently settled orders, oldest first: always exactly the latest of all that were added, however they came in, so that what
 * is published does not depend on the order of arrival.
 */
export class RecentlySettled {
  readonly #touch: (id: string) => void
  readonly #archive: (record: LiveOrder) => void
  readonly #records: LiveOrder[] = []
  #total = 0

  /**
   * @param touch is told the id of every order whose being published may have changed
   * @param archive is given each record that falls out of what is kept
   */
  constructor(touch: (id: string) => void, archive: (record: LiveOrder) => void) {
    this.#touch = touch
    this.#archive = archive
  }

  /** Takes in an order that is settled now. */
  add(record: LiveOrder): void {
    const index = this.#indexOf(record)
    // what is older than all that is kept is archived at once, unless everything ever settled is kept
    const isKept = index > 0 || this.#records.length === this.#total
    this.#total += 1
    if (!isKept) {
      this.#archive(record)
      return
    }
    this.#records.splice(index, 0, record)
    const oldest = this.#records.length > settledKept ? this.#records.shift() : undefined
    if (oldest !== undefined) this.#archive(oldest)
    this.#touchAround(record)
  }

  /** Takes out an order, before its instant of settling changes. */
  remove(record: LiveOrder): void {
    this.#total -= 1
    const index = this.#indexOf(record)
    if (this.#records[index] !== record) return
    this.#records.splice(index, 1)
    this.#touchAround(record)
  }

  isPublished(record: LiveOrder): boolean {
    const index = this.#indexOf(record)
    return this.#records[index] === record && index >= this.#records.length - settledPublished
  }

  /** True when so many were reopened that archived orders belong among the published again. */
  get isShort(): boolean {
    return this.#records.length < Math.min(settledPublished, this.#total)
  }

  /** Takes back archived orders: at least the latest of them, so many that nothing is missing. */
  takeBack(records: readonly LiveOrder[]): void {
    this.#records.push(...records)
    this.#records.sort((one, other) => (isBefore(one, other) ? -1 : 1))
    for (const { order } of this.#records) this.#touch(order.id)
    for (const oldest of this.#records.splice(0, Math.max(0, this.#records.length - settledKept))) this.#archive(oldest)
  }

  /** Starts from what was kept before, and how many others are archived. */
  restore(kept: readonly LiveOrder[], archived: number): void {
    this.#total = kept.length + archived
    this.takeBack(kept)
  }

  #touchAround(record: LiveOrder): void {
    this.#touch(record.order.id)
    const firstPublished = this.#records.length - settledPublished
    for (const index of [firstPublished - 1, firstPublished]) {
      const neighbour = this.#records[index]
      if (neighbour !== undefined) this.#touch(neighbour.order.id)
    }
  }

  /** Where the record is, or belongs. */
  #indexOf(record: LiveOrder): number {
    let low = 0
    let high = this.#records.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.#records[middle]
      if (other !== undefined && isBefore(other, record)) low = middle + 1
      else high = middle
    }
    return low
  }
}
