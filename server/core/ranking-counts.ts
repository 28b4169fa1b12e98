import type { RankingDefinition, UnitDefinition } from '../../contract/configuration.ts'
import type { OrderCount } from '../../contract/indicator.ts'
import { dayMs } from '../../contract/time.ts'
import type { DistrictTime } from './district-time.ts'
import type { OrderCounts } from './order-counts.ts'
import type { UnitCount } from './ranking.ts'

/** `YYYY-MM` of a month number (server/core/calendar.ts). */
export const monthText = (month: number): string => `${String(Math.floor(month / 12))}-${String((month % 12) + 1).padStart(2, '0')}`

/** The month number of `YYYY-MM`. */
export const monthOf = (text: string): number => Number(text.slice(0, 4)) * 12 + Number(text.slice(5)) - 1

/** Day number of the first day of a month. */
const firstDayOf = (month: number): number => Date.UTC(Math.floor(month / 12), month % 12) / dayMs

const none: UnitCount = { sample: 0, good: 0 }

/**
 * What one ranking counts of its peers, by month. Kept, and counted again only for a unit whose orders may have changed: a fact costs the sums
 * of one unit, not of forty.
 */
export class RankingCounts {
  readonly #definition: RankingDefinition
  readonly #units: ReadonlySet<string>
  readonly #orders: Pick<OrderCounts, 'sum'>
  readonly #time: DistrictTime
  readonly #months = new Map<number, Map<string, UnitCount>>()

  constructor(
    definition: RankingDefinition,
    peers: readonly UnitDefinition[],
    given: { readonly orders: Pick<OrderCounts, 'sum'>; readonly time: DistrictTime },
  ) {
    this.#definition = definition
    this.#units = new Set(peers.map(({ id }) => id))
    this.#orders = given.orders
    this.#time = given.time
  }

  /** Whether what changed may change what is counted here; it is then counted again when it is asked for. */
  forget(channel: string, unit: string | undefined): boolean {
    const { channels } = this.#definition
    if (unit === undefined || !this.#units.has(unit) || (channels.length > 0 && !channels.includes(channel))) return false
    for (const counts of this.#months.values()) counts.delete(unit)
    return true
  }

  /** Another day: the running month reaches further, and months long over are no longer asked for. */
  forgetAll(): void {
    this.#months.clear()
  }

  of(month: number, unit: string): UnitCount {
    if (!this.#units.has(unit)) return none
    const counts = this.#months.get(month) ?? new Map<string, UnitCount>()
    this.#months.set(month, counts)
    const known = counts.get(unit) ?? this.#count(month, unit)
    counts.set(unit, known)
    return known
  }

  #count(month: number, unit: string): UnitCount {
    const { channels, measure, basicallyCounts } = this.#definition
    // an order that is settled already and due on a later day of this month is counted on that day
    const toDay = Math.min(firstDayOf(month + 1) - 1, this.#time.day)
    const sum = (count: OrderCount): number => this.#orders.sum({ channels, count, unit, fromDay: firstDayOf(month), toDay })
    if (measure === 'on-time') return { sample: sum('due'), good: sum('on-time') }
    return { sample: sum('rated'), good: sum('satisfied') + (basicallyCounts ? sum('basically-satisfied') : 0) }
  }
}
