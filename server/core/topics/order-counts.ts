import { orderCounts } from '../../../contract/indicator.ts'
import type { OrderCount } from '../../../contract/indicator.ts'
import { dayMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import { dayNumber } from '../calendar.ts'
import type { DistrictTime } from '../district-time.ts'
import type { OrderCounts, OrderQuery } from '../order-counts.ts'
import { DayRow } from './day-row.ts'
import type { DayRowDump, DaySpan } from './day-row.ts'
import { isValidRating } from './order-rating.ts'
import type { FoldedOrder } from './order-telling.ts'
import type { OrderView } from './order-view.ts'

/**
 * Channels, and pairs of channel and unit, that are told apart beside those that are configured: a feed that names ever new ones must not fill
 * memory. Orders of further channels count for one that has no name of its own, those of further units for their channel alone.
 */
const channelsKept = 100
const pairsKept = 4_000
const others = '*'

type Listener = (channel: string, unit: string | undefined) => void
const indexOf = Object.fromEntries(orderCounts.map((count, index) => [count, index])) as Readonly<Record<OrderCount, number>> // one of each

/** What the orders of one channel, or of one unit in it, count up to. */
class Group {
  orders = 0
  readonly rows: (DayRow | undefined)[] = orderCounts.map(() => undefined)

  /** @param index of the count in `orderCounts` */
  rowAt(index: number, span: DaySpan): DayRow {
    return (this.rows[index] ??= new DayRow(span))
  }
}

interface Channel {
  readonly all: Group
  /** by unit, '' for orders without one */
  readonly units: Map<string, Group>
}

type GroupDump = readonly [unit: string, orders: number, rows: readonly (readonly [index: number, row: DayRowDump])[]]
type CountsDump = readonly (readonly [channel: string, all: GroupDump, units: readonly GroupDump[]])[]

const countedKeys = [
  'channel',
  'unit',
  'openedAt',
  'settledAt',
  'isSettledBeforeReceipt',
  'judgedDueAt',
  'judgedSettledAt',
  'rating',
  'ratedAt',
  'returnedAt',
  'extendedAt',
] as const satisfies readonly (keyof FoldedOrder)[]

/** 作废: of no rate, neither among those in time nor among those due: nobody had anything to do, and voiding what is late must not mend the rate. */
const isVoid = ({ stage }: FoldedOrder): boolean => stage === 'cancelled'
/** Due: settled, for good or for the first time where that decides, or overdue by now. */
const isDue = (order: FoldedOrder): boolean => !isVoid(order) && (order.judgedSettledAt !== undefined || order.clock === 'overdue')
/** One settled before it was received was not settled in time, whatever that means: nobody can say when it was. */
const isInTime = (order: FoldedOrder): boolean => {
  const { judgedSettledAt, judgedDueAt, isSettledBeforeReceipt } = order
  return !isVoid(order) && !isSettledBeforeReceipt && judgedSettledAt !== undefined && judgedDueAt !== undefined && judgedSettledAt <= judgedDueAt
}
const ratedAtOf = (order: FoldedOrder): Instant | undefined => (isVoid(order) ? undefined : order.ratedAt)

const instants: Readonly<Record<OrderCount, (order: FoldedOrder) => Instant | undefined>> = {
  received: ({ openedAt }) => openedAt,
  settled: ({ settledAt }) => settledAt,
  due: (order) => (isDue(order) ? order.judgedDueAt : undefined),
  'on-time': (order) => (isInTime(order) ? order.judgedDueAt : undefined),
  rated: (order) => (isValidRating(order.rating) ? ratedAtOf(order) : undefined),
  satisfied: (order) => (order.rating === 'satisfied' ? ratedAtOf(order) : undefined),
  'basically-satisfied': (order) => (order.rating === 'basically-satisfied' ? ratedAtOf(order) : undefined),
  returned: ({ returnedAt }) => returnedAt,
  extended: ({ extendedAt }) => extendedAt,
}

/** In the order of `orderCounts`, as groups have their rows. */
const instantsInOrder = orderCounts.map((count) => instants[count])

/** The instant on whose day an order counts for something; undefined where it does not count. */
export const countedAt = (order: FoldedOrder, count: OrderCount): Instant | undefined => instants[count](order)

function isCountedAlike(one: FoldedOrder, other: FoldedOrder): boolean {
  for (const key of countedKeys) if (one[key] !== other[key]) return false
  // one that is voided is settled by that, or was: either way it is due no more
  return isDue(one) === isDue(other)
}

/** Ids of the district's configured channels and units. */
interface Configured {
  readonly channels: ReadonlySet<string>
  readonly units: ReadonlySet<string>
}

/** Counts of orders by channel, unit and business day, for this calendar year and the one before (OrderCounts); later days wait until they come. */
export class CountedOrders implements OrderCounts, OrderView {
  readonly #time: DistrictTime
  readonly #configured: Configured
  readonly #channels = new Map<string, Channel>()
  readonly #listeners: Listener[] = []
  #span: DaySpan = { first: 0, end: 0 }
  #day = -1
  #year = 0
  /** of those that are not configured */
  #channelsHeld = 0
  #pairsHeld = 0
  /** what listeners are to hear of, each pair once */
  readonly #changed = new Map<string, Set<string | undefined>>()
  #beforeReading: () => void = () => undefined

  /** @param configured has places of its own, whatever else feeds name */
  constructor(time: DistrictTime, configured: Configured) {
    this.#time = time
    this.#configured = configured
  }

  /** @param bring makes the counts true before they are read */
  onRead(bring: () => void): void {
    this.#beforeReading = bring
  }

  sum({ channels, count, unit, fromDay, toDay }: OrderQuery): number {
    this.#beforeReading()
    const index = indexOf[count]
    let sum = 0
    for (const channel of channels.length === 0 ? this.#channels.keys() : channels) {
      const known = this.#channels.get(channel)
      const group = unit === undefined ? known?.all : known?.units.get(unit)
      sum += group?.rows[index]?.sum(fromDay, toDay) ?? 0
    }
    return sum
  }

  unitsOf(channels: readonly string[]): readonly string[] {
    this.#beforeReading()
    const units = new Set<string>()
    for (const channel of channels.length === 0 ? this.#channels.keys() : channels) {
      for (const [unit, { orders }] of this.#channels.get(channel)?.units ?? []) if (orders > 0 && unit !== '') units.add(unit)
    }
    return [...units].sort()
  }

  subscribe(listener: Listener): void {
    this.#listeners.push(listener)
  }

  changed(before: FoldedOrder | undefined, after: FoldedOrder): void {
    if (before !== undefined && isCountedAlike(before, after)) return
    if (before !== undefined) this.#count(before, -1)
    this.#count(after, 1)
    if (before !== undefined && (before.channel !== after.channel || before.unit !== after.unit)) this.#note(before)
    this.#note(after)
  }

  /** Tells listeners of all that changed since they were told last; by then all of it is counted, so they may read. */
  tellListeners(): void {
    const changed = [...this.#changed]
    this.#changed.clear()
    for (const [channel, units] of changed) for (const unit of units) for (const listener of this.#listeners) listener(channel, unit)
  }

  advance(): void {
    if (this.#time.day === this.#day) return
    this.#day = this.#time.day
    const year = new Date(this.#day * dayMs).getUTCFullYear()
    if (year === this.#year) return
    this.#year = year
    this.#span = { first: Date.UTC(year - 1, 0, 1) / dayMs, end: Date.UTC(year + 2, 0, 1) / dayMs }
    for (const { all, units } of this.#channels.values()) {
      for (const { rows } of [all, ...units.values()]) for (const row of rows) row?.moveTo(this.#span)
    }
  }

  dump(): CountsDump {
    return [...this.#channels].map(([channel, { all, units }]) => [channel, dumpOf('', all), [...units].map(([unit, group]) => dumpOf(unit, group))])
  }

  restore(dump: unknown): void {
    this.advance()
    // our own dump
    for (const [channel, all, units] of dump as CountsDump) {
      this.#restoreGroup(this.#channelOf(channel).all, all)
      for (const unit of units) {
        const group = this.#unitOf(this.#channelOf(channel), unit[0])
        if (group !== undefined) this.#restoreGroup(group, unit)
      }
    }
  }

  #count(order: FoldedOrder, sign: 1 | -1): void {
    const channel = this.#channelOf(order.channel)
    const unit = this.#unitOf(channel, order.unit ?? '')
    channel.all.orders += sign
    if (unit !== undefined) unit.orders += sign
    for (let index = 0; index < instantsInOrder.length; index += 1) {
      const at = instantsInOrder[index]?.(order)
      if (at === undefined) continue
      const day = dayNumber(at, this.#time.zone)
      channel.all.rowAt(index, this.#span).add(day, sign)
      unit?.rowAt(index, this.#span).add(day, sign)
    }
  }

  #channelOf(name: string): Channel {
    const known = this.#channels.get(name)
    if (known !== undefined) return known
    if (name !== others && !this.#configured.channels.has(name)) {
      if (this.#channelsHeld >= channelsKept) return this.#channelOf(others)
      this.#channelsHeld += 1
    }
    const channel: Channel = { all: new Group(), units: new Map() }
    this.#channels.set(name, channel)
    return channel
  }

  #unitOf(channel: Channel, name: string): Group | undefined {
    const known = channel.units.get(name)
    if (known !== undefined) return known
    // '' are the orders without a unit
    if (name !== '' && !this.#configured.units.has(name)) {
      if (this.#pairsHeld >= pairsKept) return undefined
      this.#pairsHeld += 1
    }
    const group = new Group()
    channel.units.set(name, group)
    return group
  }

  #restoreGroup(group: Group, [, orders, rows]: GroupDump): void {
    group.orders = orders
    for (const [index, dumped] of rows) {
      const row = new DayRow(this.#span)
      row.restore(dumped)
      group.rows[index] = row
    }
  }

  #note({ channel, unit }: FoldedOrder): void {
    const units = this.#changed.get(channel)
    if (units === undefined) this.#changed.set(channel, new Set([unit]))
    else units.add(unit)
  }
}

function dumpOf(unit: string, { orders, rows }: Group): GroupDump {
  const kept = rows.flatMap((row, index) => {
    const dumped = row?.dump()
    return dumped === undefined || (dumped[1] === '' && dumped[2].length === 0) ? [] : [[index, dumped] as const]
  })
  return [unit, orders, kept]
}
