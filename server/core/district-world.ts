import type { Entry, Fact } from '../../contract/fact.ts'
import type { Instant } from '../../contract/time.ts'
import { DistrictTime } from './district-time.ts'
import type { CreateFold, Fold, FoldContext } from './fold.ts'
import type { PublishedTopic } from './published.ts'
import { createFeeds } from './topics/feeds.ts'
import { createIncidents } from './topics/incidents.ts'
import { createIndicators } from './topics/indicators.ts'
import { createRankings } from './topics/rankings.ts'
import { createSensors } from './topics/sensors.ts'
import { createVehicles } from './topics/vehicles.ts'
import { createVideoSources } from './topics/video-sources.ts'
import { createWarnings } from './topics/warnings.ts'
import { createWorkOrders } from './topics/work-orders.ts'

/** Every family of topics, by the name its state has in a dump. */
const creators: Readonly<Record<string, CreateFold>> = {
  'work-orders': createWorkOrders,
  incidents: createIncidents,
  indicators: createIndicators,
  rankings: createRankings,
  'video-sources': createVideoSources,
  sensors: createSensors,
  vehicles: createVehicles,
  warnings: createWarnings,
  feeds: createFeeds,
}

interface DistrictDump {
  readonly now: Instant
  readonly recorded: Instant
  readonly folds: Readonly<Record<string, unknown>>
}

/** One district's share of the world: its time and its folds. */
export class DistrictWorld {
  readonly topics: readonly PublishedTopic[]
  readonly #time: DistrictTime
  readonly #isRecorded: boolean
  readonly #folds: ReadonlyMap<string, Fold>
  readonly #byKind = new Map<Fact['kind'], Fold[]>()

  constructor(context: Omit<FoldContext, 'time'>) {
    this.#time = new DistrictTime(context.district.zone)
    this.#isRecorded = context.district.time === 'recorded'
    this.#folds = new Map(Object.entries(creators).map(([name, create]) => [name, create({ ...context, time: this.#time })]))
    this.topics = [...this.#folds.values()].flatMap((fold) => fold.topics)
    for (const fold of this.#folds.values()) {
      for (const kind of fold.kinds) this.#byKind.set(kind, [...(this.#byKind.get(kind) ?? []), fold])
    }
  }

  apply(entry: Entry): void {
    this.#time.reach(this.#nowAt(entry), entry.at)
    for (const fold of this.#folds.values()) fold.advance()
    for (const fold of this.#byKind.get(entry.fact.kind) ?? []) fold.apply(entry)
  }

  dump(): DistrictDump {
    const { now, recorded } = this.#time
    return { now, recorded, folds: Object.fromEntries([...this.#folds].map(([name, fold]) => [name, fold.dump()])) }
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { now, recorded, folds } = dump as DistrictDump
    this.#time.reach(now, recorded)
    for (const [name, fold] of this.#folds) {
      fold.restore(folds[name])
      fold.advance()
    }
  }

  /** In a recording our own clock says nothing: only what the feeds observed moves its time on. */
  #nowAt({ fact, at }: Entry): Instant {
    if (!this.#isRecorded) return at
    return fact.kind === 'tick' || fact.kind === 'feed-health' || fact.kind === 'feed' ? this.#time.now : fact.at
  }
}
