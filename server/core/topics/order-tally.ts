import type { DistrictTime } from '../district-time.ts'
import type { FoldedOrder } from './order-telling.ts'

/** What one group of orders (of a channel, a unit, a subdistrict) counts up to now. What is counted by the day is in order-counts.ts. */
export class OrderTally {
  orders = 0
  open = 0
  /** open, past the reminder or in the last day, not overdue */
  dueSoon = 0
  lastDay = 0
  overdue = 0
  /** open, with a node not reached in time */
  lateNodes = 0

  /** Adds (`sign` 1) or takes away (-1) what an order counts for. */
  count({ settledAt, clock, lateNode }: FoldedOrder, sign: 1 | -1): void {
    this.orders += sign
    if (settledAt !== undefined) return
    this.open += sign
    if (clock === 'last-day') this.lastDay += sign
    if (clock === 'reminder' || clock === 'last-day') this.dueSoon += sign
    if (clock === 'overdue') this.overdue += sign
    if (lateNode !== undefined) this.lateNodes += sign
  }

  dump() {
    const { orders, open, dueSoon, lastDay, overdue, lateNodes } = this
    return [orders, open, dueSoon, lastDay, overdue, lateNodes] as const
  }

  restore([orders, open, dueSoon, lastDay, overdue, lateNodes]: TallyDump): void {
    Object.assign(this, { orders, open, dueSoon, lastDay, overdue, lateNodes })
  }
}

type TallyDump = ReturnType<OrderTally['dump']>
export type TallyBookDump = readonly (readonly [key: string, tally: TallyDump])[]

/**
 * Groups that are told apart beside those that are configured. A feed that names ever new ones, such as a number in the place of a name, must not
 * fill memory and screens.
 */
export const groupsKept = 1_000

const isTalliedAlike = (one: FoldedOrder, other: FoldedOrder): boolean =>
  one.settledAt === other.settledAt && one.clock === other.clock && one.lateNode === other.lateNode

interface TouchedTopic {
  touch(key: string): void
  touchAll(): void
}

/** Tallies by group. Those that are reserved have a place in any case; of others the first `groupsKept` that came are kept for good. */
export class TallyBook {
  readonly tallies = new Map<string, OrderTally>()
  readonly #time: DistrictTime
  readonly #keyOf: (order: FoldedOrder) => string | undefined
  readonly #topic: TouchedTopic
  readonly #most: number
  #day = 0

  /**
   * @param topic is told of the groups that may have changed
   * @param reserved are there from the beginning
   */
  constructor(time: DistrictTime, keyOf: (order: FoldedOrder) => string | undefined, topic: TouchedTopic, reserved: readonly string[]) {
    this.#time = time
    this.#keyOf = keyOf
    this.#topic = topic
    this.#most = groupsKept + reserved.length
    for (const key of reserved) this.open(key)
  }

  /** Makes sure that a group exists, and answers it; undefined when there are too many already. */
  open(key: string): OrderTally | undefined {
    const known = this.tallies.get(key)
    if (known !== undefined || this.tallies.size >= this.#most) return known
    const tally = new OrderTally()
    this.tallies.set(key, tally)
    this.#topic.touch(key)
    return tally
  }

  changed(before: FoldedOrder | undefined, after: FoldedOrder): void {
    const [was, is] = [before === undefined ? undefined : this.#keyOf(before), this.#keyOf(after)]
    if (before !== undefined && was === is && isTalliedAlike(before, after)) return
    if (before !== undefined) this.#count(was, before, -1)
    this.#count(is, after, 1)
  }

  /** Touches all groups on a new business day. */
  advance(): void {
    if (this.#time.day === this.#day) return
    this.#day = this.#time.day
    this.#topic.touchAll()
  }

  dump(): TallyBookDump {
    return [...this.tallies].map(([key, tally]) => [key, tally.dump()] as const)
  }

  restore(dump: TallyBookDump): void {
    for (const [key, tally] of dump) this.open(key)?.restore(tally)
  }

  #count(key: string | undefined, order: FoldedOrder, sign: 1 | -1): void {
    const tally = key === undefined ? undefined : this.open(key)
    if (key === undefined || tally === undefined) return
    tally.count(order, sign)
    this.#topic.touch(key)
  }
}
