import type { LiveOrder } from './live-order.ts'

/** Settled orders that screens still see. */
export const settledPublished = 300
/** Settled orders that are held in full: more than are published, so that one that is reopened leaves no hole. */
export const settledKept = 2 * settledPublished

const settledAtOf = ({ order }: LiveOrder): number => order?.settledAt ?? 0

function isBefore(one: LiveOrder, other: LiveOrder): boolean {
  const difference = settledAtOf(one) - settledAtOf(other)
  return difference === 0 ? one.record.id < other.record.id : difference < 0
}

/**
 * The most recently settled orders, oldest first: always exactly the latest of all that were added, however they came in, so that what
 * is published does not depend on the order of arrival.
 */
export class RecentlySettled {
  readonly #archive: (live: LiveOrder) => void
  /** ascending */
  readonly #orders: LiveOrder[] = []
  /** not in their place yet: when a log is folded nearly every order passes through here, and to sort many at once costs a fraction */
  readonly #added: LiveOrder[] = []
  #total = 0

  /** @param archive is given each order that falls out of what is kept */
  constructor(archive: (live: LiveOrder) => void) {
    this.#archive = archive
  }

  /** Takes in an order that is settled now. */
  add(live: LiveOrder): void {
    const first = this.#orders[0]
    // what is older than all that is kept is archived at once, unless everything ever settled is kept: of a long log nearly every order
    const isKept = this.#orders.length + this.#added.length === this.#total || (first !== undefined && isBefore(first, live))
    this.#total += 1
    if (!isKept) this.#archive(live)
    else if (this.#added.push(live) >= settledKept) this.#sort()
  }

  /** Takes out an order, before its instant of settling changes. */
  remove(live: LiveOrder): void {
    this.#total -= 1
    const added = this.#added.indexOf(live)
    if (added !== -1) {
      this.#added.splice(added, 1)
      return
    }
    const index = this.#indexOf(live)
    if (this.#orders[index] === live) this.#orders.splice(index, 1)
  }

  isPublished(live: LiveOrder): boolean {
    this.#sort()
    const index = this.#indexOf(live)
    return this.#orders[index] === live && index >= this.#orders.length - settledPublished
  }

  /** Ids of those that are published. */
  get published(): ReadonlySet<string> {
    this.#sort()
    return new Set(this.#orders.slice(-settledPublished).map(({ record }) => record.id))
  }

  /** True when so many were reopened that archived orders belong among the published again. */
  get isShort(): boolean {
    this.#sort()
    return this.#orders.length < Math.min(settledPublished, this.#total)
  }

  /** Takes back archived orders: at least the latest of them, so many that nothing is missing. */
  takeBack(orders: readonly LiveOrder[]): void {
    this.#orders.push(...orders)
    this.#orders.sort((one, other) => (isBefore(one, other) ? -1 : 1))
    for (const oldest of this.#orders.splice(0, Math.max(0, this.#orders.length - settledKept))) this.#archive(oldest)
  }

  /** Starts from what was kept before, and how many others are archived. */
  restore(kept: readonly LiveOrder[], archived: number): void {
    this.#total = kept.length + archived
    this.takeBack(kept)
  }

  /** Brings those that were added to their places. */
  #sort(): void {
    if (this.#added.length > 0) this.takeBack(this.#added.splice(0))
  }

  /** Where the order is, or belongs. */
  #indexOf(live: LiveOrder): number {
    let low = 0
    let high = this.#orders.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.#orders[middle]
      if (other !== undefined && isBefore(other, live)) low = middle + 1
      else high = middle
    }
    return low
  }
}
