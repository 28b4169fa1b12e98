import type { Entry, VehicleFact } from '../../../contract/fact.ts'
import { dayMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { Vehicle } from '../../../contract/topic.ts'
import { DueHeap } from '../due-heap.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { rankOf, restate, unstated } from '../statements.ts'
import type { Statement } from '../statements.ts'

/** How long a vehicle without a word is shown, and remembered. */
const rememberedMs = dayMs

const statedKeys = ['name', 'type', 'unit'] as const
type StatedOfVehicle = Pick<Vehicle, (typeof statedKeys)[number]>
type Position = Pick<Vehicle, 'place' | 'speed' | 'heading' | 'alarm' | 'observedAt' | 'feed'>

interface VehicleRecord {
  vehicle: Vehicle
  readonly ranks: number[]
}

const positionOf = ({ place, speed, heading, alarm, at }: VehicleFact, feed: string): Position => ({
  place,
  speed,
  heading,
  alarm,
  observedAt: at,
  feed,
})

/** The later position holds. Of two at one instant the one with an alarm does, else the same one whichever came first. */
function prevails(position: Position, known: Position): boolean {
  if (position.observedAt !== known.observedAt) return position.observedAt > known.observedAt
  const textOf = ({ alarm, place, speed, heading, feed }: Position): string => JSON.stringify([alarm ?? '', place, speed, heading, feed])
  return textOf(position) > textOf(known)
}

/** A vehicle nobody has named goes by its id. */
const blankRecord = (id: string, position: Position): VehicleRecord => ({
  vehicle: { id, name: id, type: 'other', unit: undefined, ...position },
  ranks: statedKeys.map(() => unstated),
})

/** 车辆: the newest position of each vehicle by when it was observed, whatever the order of arrival. */
class Vehicles implements Fold {
  readonly kinds = ['vehicle'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #records = new Map<string, VehicleRecord>()
  /** each vehicle once: whoever spoke meanwhile is put back */
  readonly #wakes = new DueHeap<VehicleRecord>()
  readonly #published: Published<'vehicles'>

  constructor(context: FoldContext) {
    this.#context = context
    this.#published = new Published('vehicles', (id) => this.#records.get(id)?.vehicle)
    this.topics = [this.#published]
  }

  advance(): void {
    const { now } = this.#context.time
    for (let record = this.#wakes.take(now); record !== undefined; record = this.#wakes.take(now)) {
      const { id, observedAt } = record.vehicle
      if (observedAt + rememberedMs > now) this.#wakes.add(observedAt + rememberedMs, record)
      else {
        this.#records.delete(id)
        this.#published.touch(id)
      }
    }
  }

  apply({ fact, feed }: Entry): void {
    if (fact.kind !== 'vehicle' || this.#isOver(fact.at)) return
    const position = positionOf(fact, feed)
    const record = this.#records.get(fact.id) ?? this.#put(blankRecord(fact.id, position))
    const stated: Statement<StatedOfVehicle> = fact
    const restated = restate<StatedOfVehicle>(statedKeys, record.vehicle, record.ranks, { fact: stated, rank: rankOf(fact.at, 0) })
    const isNewer = prevails(position, record.vehicle)
    if (restated === undefined && !isNewer) return
    record.vehicle = { ...record.vehicle, ...restated, ...(isNewer ? position : {}) }
    this.#published.touch(fact.id)
  }

  dump(): unknown {
    return [...this.#records.values()].map((record) => ({ ...record, ranks: [...record.ranks] }))
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    for (const record of dump as VehicleRecord[]) this.#put(record)
  }

  /** What was observed too long ago says nothing of where a vehicle is. */
  #isOver(observedAt: Instant): boolean {
    return observedAt + rememberedMs <= this.#context.time.now
  }

  #put(record: VehicleRecord): VehicleRecord {
    const { id, observedAt } = record.vehicle
    this.#records.set(id, record)
    this.#wakes.add(observedAt + rememberedMs, record)
    this.#published.touch(id)
    return record
  }
}

export const createVehicles = (context: FoldContext): Fold => new Vehicles(context)
