import type { Limits, SensorDefinition } from '../../../contract/configuration.ts'
import type { Entry, SensorReadingFact } from '../../../contract/fact.ts'
import type { SensorState } from '../../../contract/topic.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { rankOf, restate, unstated } from '../statements.ts'
import type { Statement } from '../statements.ts'
import { beginSeries, runOf, takeReading } from './sensor-series.ts'
import type { SensorSeries } from './sensor-series.ts'
import { spaced } from './spaced-trend.ts'

const statedKeys = ['name', 'subdistrict', 'place'] as const
type StatedOfSensor = Partial<Pick<SensorState, (typeof statedKeys)[number]>>

interface SensorRecord {
  readonly id: string
  stated: StatedOfSensor
  readonly ranks: number[]
  readonly series: Map<string, SensorSeries>
}

type SensorDump = Pick<SensorRecord, 'id' | 'stated' | 'ranks'> & { readonly series: readonly Omit<SensorSeries, 'limits'>[] }

const noLimits: Limits = {}

const blankRecord = (id: string): SensorRecord => ({ id, stated: {}, ranks: statedKeys.map(() => unstated), series: new Map() })

const statesNothing = ({ name, subdistrict, place }: SensorReadingFact): boolean =>
  name === undefined && subdistrict === undefined && place === undefined

/**
 * 监测点: the newest reading of every sensor and quantity. What config/sensors says of a sensor holds; else what its latest message to say so
 * did. A quantity that was taken out of the configuration leaves the screens; its readings stay in the log.
 */
class Sensors implements Fold {
  readonly kinds = ['sensor-reading', 'feed'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #records = new Map<string, SensorRecord>()
  readonly #byId = new Map<string, readonly [SensorRecord, SensorSeries]>()
  readonly #published: Published<'sensors'>

  constructor(context: FoldContext) {
    this.#context = context
    this.#published = new Published('sensors', (id) => this.#build(id))
    this.topics = [this.#published]
  }

  advance(): void {
    // how old a reading is, is told where it is drawn
  }

  apply(entry: Entry): void {
    const { fact } = entry
    // a feed's label names the sector
    if (fact.kind === 'feed') this.#published.touchAll()
    if (fact.kind !== 'sensor-reading') return
    const record = this.#records.get(fact.sensor) ?? blankRecord(fact.sensor)
    this.#records.set(fact.sensor, record)
    this.#measure(record, fact, entry)
    if (!statesNothing(fact)) this.#state(record, fact)
  }

  dump(): readonly SensorDump[] {
    return [...this.#records.values()].map(({ id, stated, ranks, series }) => ({
      id,
      stated,
      ranks: [...ranks],
      series: [...series.values()].map((each) => ({ ...each, limits: undefined, trend: [...each.trend] })),
    }))
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    for (const { id, stated, ranks, series } of dump as readonly SensorDump[]) {
      const record: SensorRecord = { ...blankRecord(id), stated, ranks: [...ranks] }
      this.#records.set(id, record)
      for (const kept of series) this.#put(record, { ...kept, limits: this.#limitsOf(id, kept.quantity), trend: [...kept.trend] })
    }
  }

  #measure(record: SensorRecord, fact: SensorReadingFact, entry: Entry): void {
    const series = record.series.get(fact.quantity)
    if (series === undefined) {
      const limits = this.#limitsOf(fact.sensor, fact.quantity)
      this.#put(record, beginSeries(`${fact.sensor}/${fact.quantity}`, limits, fact, entry))
    } else if (takeReading(series, fact, entry)) this.#published.touch(series.id)
  }

  #state(record: SensorRecord, fact: SensorReadingFact): void {
    const stated: Statement<StatedOfSensor> = fact
    const restated = restate<StatedOfSensor>(statedKeys, record.stated, record.ranks, { fact: stated, rank: rankOf(fact.at, 0) })
    if (restated === undefined) return
    record.stated = { ...record.stated, ...restated }
    for (const { id } of record.series.values()) this.#published.touch(id)
  }

  #put(record: SensorRecord, series: SensorSeries): void {
    record.series.set(series.quantity, series)
    this.#byId.set(series.id, [record, series])
    this.#published.touch(series.id)
  }

  /** Another district may have a sensor of the same number. */
  #definitionOf(sensor: string): SensorDefinition | undefined {
    const definition = this.#context.registry.sensors.get(sensor)
    return definition?.district === this.#context.district.id ? definition : undefined
  }

  #limitsOf(sensor: string, quantity: string): Limits {
    return this.#definitionOf(sensor)?.limits[quantity] ?? this.#context.registry.quantities.get(quantity)?.limits ?? noLimits
  }

  #build(id: string): SensorState | undefined {
    const [record, series] = this.#byId.get(id) ?? []
    if (record === undefined || series === undefined || !this.#context.registry.quantities.has(series.quantity)) return undefined
    const { sensor, quantity, value, quality, observedAt, receivedAt, corrected, limits, feed } = series
    const { standing, since } = runOf(series)
    const reading = { value, quality, observedAt, receivedAt, corrected, trend: spaced(series.trend) }
    return { id, sensor, quantity, ...this.#siteOf(record, feed), ...reading, limits, standing, standingSince: since, feed }
  }

  #siteOf({ id, stated }: SensorRecord, feed: string): Pick<SensorState, 'name' | 'sector' | 'subdistrict' | 'place'> {
    const definition = this.#definitionOf(id)
    return {
      name: definition?.name ?? stated.name ?? id,
      sector: definition?.sector ?? this.#context.feeds.labelOf(feed)?.sector,
      subdistrict: definition?.subdistrict ?? stated.subdistrict,
      place: definition?.place ?? stated.place,
    }
  }
}

export const createSensors = (context: FoldContext): Fold => new Sensors(context)
