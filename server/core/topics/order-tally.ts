import type { WorkOrder } from '../../../contract/topic.ts'
import { dayNumber, monthNumber } from '../calendar.ts'
import type { DistrictTime } from '../district-time.ts'
import { DatedCounts } from './dated-counts.ts'

/** What one group of orders (of a channel, a unit, a subdistrict) counts up to. */
export class OrderTally {
  orders = 0
  open = 0
  /** open, past the reminder, not yet overdue */
  dueSoon = 0
  overdue = 0
  /** by month of the due time; settled early counts from settling on, open overdue counts as late at once */
  readonly due = new DatedCounts()
  readonly onTime = new DatedCounts()
  /** by business day */
  readonly received = new DatedCounts()
  readonly settled = new DatedCounts()

  /** Adds (`sign` 1) or takes away (-1) what an order counts for. */
  count(order: WorkOrder, sign: 1 | -1, time: DistrictTime): void {
    const { settledAt, dueAt, clock } = order
    this.orders += sign
    if (settledAt === undefined) this.open += sign
    if (clock === 'reminder' || clock === 'last-day') this.dueSoon += sign
    if (clock === 'overdue') this.overdue += sign
    this.#countDay(order, sign, time)
    const isDue = settledAt !== undefined || clock === 'overdue'
    if (isDue && dueAt !== undefined && dueAt >= time.monthStartsAt)
      this.#countDue(monthNumber(dueAt, time.zone), sign, (settledAt ?? Infinity) <= dueAt)
  }

  #countDay({ openedAt, settledAt }: WorkOrder, sign: 1 | -1, { dayStartsAt, zone }: DistrictTime): void {
    if (openedAt >= dayStartsAt) this.received.add(dayNumber(openedAt, zone), sign)
    if (settledAt !== undefined && settledAt >= dayStartsAt) this.settled.add(dayNumber(settledAt, zone), sign)
  }

  dump() {
    const { orders, open, dueSoon, overdue } = this
    const dated = [this.due, this.onTime, this.received, this.settled].map((counts) => counts.dump())
    return { orders, open, dueSoon, overdue, dated }
  }

  restore({ orders, open, dueSoon, overdue, dated }: TallyDump): void {
    Object.assign(this, { orders, open, dueSoon, overdue })
    for (const [index, counts] of [this.due, this.onTime, this.received, this.settled].entries()) counts.restore(dated[index] ?? [])
  }

  #countDue(month: number, sign: 1 | -1, isOnTime: boolean): void {
    this.due.add(month, sign)
    if (isOnTime) this.onTime.add(month, sign)
  }

  /** Gives up the days and months before today's. */
  forget({ day, month }: DistrictTime): void {
    this.received.raiseFloor(day)
    this.settled.raiseFloor(day)
    this.due.raiseFloor(month)
    this.onTime.raiseFloor(month)
  }
}

type TallyDump = ReturnType<OrderTally['dump']>
export type TallyBookDump = readonly (readonly [key: string, tally: TallyDump])[]

/** Groups that are told apart. A feed that names ever new ones, such as a number in the place of a name, must not fill memory and screens. */
export const groupsKept = 1_000

/** Tallies by group. The first `groupsKept` groups that came are kept for good. */
export class TallyBook {
  readonly tallies = new Map<string, OrderTally>()
  readonly #time: DistrictTime
  readonly #keyOf: (order: WorkOrder) => string | undefined
  readonly #topic: { touch(key: string): void; touchAll(): void }
  #day = 0

  /** @param topic is told of the groups that may have changed */
  constructor(time: DistrictTime, keyOf: (order: WorkOrder) => string | undefined, topic: { touch(key: string): void; touchAll(): void }) {
    this.#time = time
    this.#keyOf = keyOf
    this.#topic = topic
  }

  /** Makes sure that a group exists, and answers it; undefined when there are too many already. */
  open(key: string): OrderTally | undefined {
    const known = this.tallies.get(key)
    if (known !== undefined || this.tallies.size >= groupsKept) return known
    const tally = new OrderTally()
    tally.forget(this.#time)
    this.tallies.set(key, tally)
    this.#topic.touch(key)
    return tally
  }

  changed(before: WorkOrder | undefined, after: WorkOrder): void {
    if (before !== undefined) this.#count(before, -1)
    this.#count(after, 1)
  }

  /** On a new business day, forgets what lies before it and touches all groups. */
  advance(): void {
    if (this.#time.day === this.#day) return
    this.#day = this.#time.day
    for (const tally of this.tallies.values()) tally.forget(this.#time)
    this.#topic.touchAll()
  }

  dump(): TallyBookDump {
    return [...this.tallies].map(([key, tally]) => [key, tally.dump()] as const)
  }

  restore(dump: TallyBookDump): void {
    for (const [key, tally] of dump) this.open(key)?.restore(tally)
  }

  #count(order: WorkOrder, sign: 1 | -1): void {
    const key = this.#keyOf(order)
    const tally = key === undefined ? undefined : this.open(key)
    if (key === undefined || tally === undefined) return
    tally.count(order, sign, this.#time)
    this.#topic.touch(key)
  }
}
