import type { Entry, WarningFact } from '../../../contract/fact.ts'
import { DueHeap } from '../due-heap.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { blankRecord, forget, nextChange, supersede, take, warningOf } from './warning-record.ts'
import type { WarningRecord } from './warning-record.ts'

/**
 * 预警: those in force, and for a day those that ended: lifted by a cancel, superseded by a later message that names them, or expired. After
 * a month only that a warning is over is remembered, so that a message repeated late does not raise it again.
 */
class Warnings implements Fold {
  readonly kinds = ['warning'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #records = new Map<string, WarningRecord>()
  readonly #wakes = new DueHeap<WarningRecord>()
  readonly #published: Published<'warnings'>

  constructor(context: FoldContext) {
    this.#context = context
    this.#published = new Published('warnings', (id) => {
      const record = this.#records.get(id)
      return record === undefined ? undefined : warningOf(record, context.time.now)
    })
    this.topics = [this.#published]
  }

  advance(): void {
    const { now } = this.#context.time
    for (let record = this.#wakes.take(now); record !== undefined; record = this.#wakes.take(now)) {
      if (record.wakeAt !== undefined && record.wakeAt <= now) this.#put(record)
    }
  }

  apply({ fact, feed }: Entry): void {
    if (fact.kind !== 'warning') return
    for (const record of this.#supersededBy(fact)) this.#put(record)
    const own = this.#recordOf(fact.id)
    take(own, fact, feed)
    this.#put(own)
  }

  dump(): unknown {
    return [...this.#records.values()].map((record) => ({ ...record, ranks: [...record.ranks] }))
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    for (const record of dump as WarningRecord[]) this.#put({ ...record, wakeAt: undefined })
  }

  /** A message that names itself says nothing new by that. */
  #supersededBy({ id: own, at, references }: WarningFact): readonly WarningRecord[] {
    const named = new Set(references)
    named.delete(own)
    return [...named].map((id) => {
      const record = this.#recordOf(id)
      supersede(record, at)
      return record
    })
  }

  #recordOf(id: string): WarningRecord {
    return this.#records.get(id) ?? blankRecord(id)
  }

  #put(record: WarningRecord): void {
    const { now } = this.#context.time
    this.#records.set(record.id, record)
    forget(record, now)
    const wakeAt = nextChange(record, now)
    if (wakeAt !== undefined && wakeAt !== record.wakeAt) this.#wakes.add(wakeAt, record)
    record.wakeAt = wakeAt
    this.#published.touch(record.id)
  }
}

export const createWarnings = (context: FoldContext): Fold => new Warnings(context)
