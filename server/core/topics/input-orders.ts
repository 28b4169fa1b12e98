import type { InputDefinition } from '../../../contract/indicator.ts'
import type { DistrictTime } from '../district-time.ts'
import type { OrderCounts } from '../order-counts.ts'
import { minuteMs } from '../../../contract/time.ts'
import { endOfDay, firstDayOf } from '../period.ts'
import type { Period } from '../period.ts'
import type { Point } from './dated-points.ts'
import type { InputReading, InputSource } from './input-source.ts'
import type { OrderTellers } from './order-tellers.ts'

/** Business days a count reaches back for a trend. */
const daysBack = 31

/** Counted from work orders since the start of the period. It is true now, to the minute; no order is a count too, once there has been any. */
export class OrderSource implements InputSource {
  readonly isByUnit = true
  readonly isFixed = false
  readonly everyMs = Infinity
  readonly channels: readonly string[]
  readonly #query: NonNullable<InputDefinition['orders']>
  readonly #counts: OrderCounts
  readonly #tellers: Pick<OrderTellers, 'of'>
  readonly #time: DistrictTime
  readonly #past = new Map<string, Point | null>()
  #isHeard: boolean | undefined
  /** since before the first day that is looked back at: the usual case, which spares asking day by day */
  #isLongHeard: boolean | undefined

  constructor(
    query: NonNullable<InputDefinition['orders']>,
    given: { readonly orders: OrderCounts; readonly tellers: Pick<OrderTellers, 'of'>; readonly time: DistrictTime },
  ) {
    this.#query = query
    this.channels = query.channels
    this.#counts = given.orders
    this.#tellers = given.tellers
    this.#time = given.time
  }

  /** An order of one of its channels has been received this year or in the one before. */
  get isHeard(): boolean {
    this.#isHeard ??= this.#isHeardBy(this.#time.day)
    return this.#isHeard
  }

  /** Counts may have changed, or the business day. */
  changed(): void {
    this.#isHeard = undefined
    this.#isLongHeard = undefined
    if (this.#past.size > 0) this.#past.clear()
  }

  present(period: Period, of?: string): InputReading | undefined {
    if (!this.isHeard) return undefined
    const { day, minute } = this.#time
    const value = this.#sum(firstDayOf(day, period), day, of)
    const at = minute * minuteMs
    const [feed = '', ...others] = this.#tellers.of(this.channels)
    return { value, observedAt: at, oldestAt: at, receivedAt: at, feed: others.length > 0 ? '' : feed, corrected: undefined, members: 0 }
  }

  /** Nothing is counted yet when a year starts. */
  presentStart(): number {
    return 0
  }

  atEndOf(day: number, period: Period): Point | undefined {
    const name = `${String(day)} ${period}`
    let known = this.#past.get(name)
    if (known === undefined) {
      known = this.#isHeardBy(day) ? { at: endOfDay(day, this.#time.zone), value: this.#sum(firstDayOf(day, period), day) } : null
      this.#past.set(name, known)
    }
    return known ?? undefined
  }

  startOf(): number {
    return 0
  }

  days(): readonly number[] {
    if (!this.isHeard) return []
    return Array.from({ length: daysBack }, (_, index) => this.#time.day - daysBack + 1 + index)
  }

  members(): Iterable<string> {
    return this.#counts.unitsOf(this.#query.channels)
  }

  #sum(fromDay: number, toDay: number, unit?: string): number {
    const { channels, count } = this.#query
    return this.#counts.sum({ channels, count, unit, fromDay, toDay })
  }

  #isHeardBy(day: number): boolean {
    this.#isLongHeard ??= this.#hasReceived(this.#time.day - daysBack)
    return this.#isLongHeard || this.#hasReceived(day)
  }

  #hasReceived(until: number): boolean {
    const fromDay = firstDayOf(firstDayOf(this.#time.day, 'year') - 1, 'year')
    return this.#counts.sum({ channels: this.#query.channels, count: 'received', fromDay, toDay: until }) > 0
  }
}
