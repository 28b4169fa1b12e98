import type { SubdistrictSummary } from '../../../contract/topic.ts'
import { dayNumber } from '../calendar.ts'
import type { DistrictTime } from '../district-time.ts'
import { DatedCounts } from './dated-counts.ts'
import { IntakeHistory } from './intake-history.ts'
import type { IntakeDump } from './intake-history.ts'
import type { FoldedOrder } from './order-telling.ts'

export interface SubdistrictIntakeDump {
  readonly history: IntakeDump
  readonly types: readonly (readonly [type: string, counts: ReturnType<DatedCounts['dump']>])[]
}

/** What one subdistrict received, beyond its tally: by hour for what is usual, by type for what is most. */
export class SubdistrictIntake {
  readonly history: IntakeHistory
  readonly #time: DistrictTime
  readonly #types = new Map<string, DatedCounts>()

  constructor(time: DistrictTime) {
    this.#time = time
    this.history = new IntakeHistory(time.zone)
    this.history.forget(time.day)
  }

  count({ openedAt, type }: FoldedOrder, sign: 1 | -1): void {
    this.history.count(openedAt, sign)
    if (type === '' || openedAt < this.#time.dayStartsAt) return
    const counts = this.#types.get(type) ?? new DatedCounts()
    counts.add(dayNumber(openedAt, this.#time.zone), sign)
    this.#types.set(type, counts)
  }

  /** Gives up what lies before today; of types only those few of tomorrow's stay, from clocks ahead of ours. */
  forget(): void {
    this.history.forget(this.#time.day)
    for (const [type, counts] of this.#types) {
      counts.raiseFloor(this.#time.day)
      if (counts.isEmpty) this.#types.delete(type)
    }
  }

  /** The type most received today; of several the first by name. */
  topType(): Pick<SubdistrictSummary, 'topType' | 'topTypeCount'> {
    let topType: string | undefined
    let topTypeCount = 0
    for (const [type, counts] of this.#types) {
      const count = counts.of(this.#time.day)
      const isFirstByName = count === topTypeCount && topType !== undefined && type < topType
      if (count <= topTypeCount && !isFirstByName) continue
      topType = type
      topTypeCount = count
    }
    return { topType, topTypeCount }
  }

  dump(): SubdistrictIntakeDump {
    return { history: this.history.dump(), types: [...this.#types].map(([type, counts]) => [type, counts.dump()] as const) }
  }

  restore({ history, types }: SubdistrictIntakeDump): void {
    this.history.restore(history)
    for (const [type, dated] of types) {
      const counts = new DatedCounts()
      counts.restore(dated)
      this.#types.set(type, counts)
    }
  }
}
