import type { Entry } from '../../../contract/fact.ts'
import type { WorkOrder } from '../../../contract/topic.ts'
import { clockAt, nextClockChange } from '../deadline.ts'
import { DueHeap } from '../due-heap.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { createChannels } from './channels.ts'
import { createHourlyIntake } from './hourly-intake.ts'
import { blankRecord, evolveOrder, statedKeys } from './order-record.ts'
import type { OrderRecord } from './order-record.ts'
import { recordOf, rowOf, settledAtOfRow, TextTable } from './order-row.ts'
import type { OrderRow } from './order-row.ts'
import type { OrderView } from './order-view.ts'
import { RecentlySettled, settledKept } from './recently-settled.ts'
import { createSubdistricts } from './subdistricts.ts'
import { createUnits } from './units.ts'
import { createWorkOrderTotals } from './work-order-totals.ts'

interface WorkOrdersDump {
  readonly texts: readonly string[]
  /** open orders and those settled recently */
  readonly present: readonly (readonly [id: string, title: string, row: OrderRow])[]
  readonly archived: readonly (readonly [id: string, row: OrderRow])[]
  readonly views: readonly unknown[]
}

const mutableKeys = ['stage', 'settledAt', 'clock', 'openedAt', ...statedKeys, 'feed'] as const

const isSameOrder = (one: WorkOrder, other: WorkOrder): boolean => mutableKeys.every((key) => one[key] === other[key])

/**
 * 工单: every order of the district ever, by id. Published are those still open and the most recently settled. Older ones are archived as
 * rows, with all that later facts and the counts need; only the title is given up: one that is reopened after that long comes back without.
 */
class WorkOrders implements Fold {
  readonly kinds = ['work-order'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #views: readonly OrderView[]
  readonly #records = new Map<string, OrderRecord>()
  readonly #archived = new Map<string, OrderRow>()
  readonly #wakes = new DueHeap<OrderRecord>()
  readonly #published: Published<'work-orders'>
  readonly #settled: RecentlySettled
  #table = new TextTable()
  readonly #shared = (text: string): string => this.#table.at(this.#table.numberOf(text))

  constructor(context: FoldContext) {
    this.#context = context
    this.#views = [createWorkOrderTotals, createChannels, createSubdistricts, createUnits, createHourlyIntake].map((create) => create(context))
    this.#published = new Published('work-orders', (id) => this.#build(id))
    this.#settled = new RecentlySettled(
      (id) => {
        this.#published.touch(id)
      },
      (record) => {
        this.#archive(record)
      },
    )
    this.topics = [this.#published, ...this.#views.map(({ topic }) => topic)]
  }

  advance(): void {
    const { now } = this.#context.time
    for (const view of this.#views) view.advance()
    for (let record = this.#wakes.take(now); record !== undefined; record = this.#wakes.take(now)) {
      // an order whose due time was moved, or which was settled, is in the heap for nothing
      if (record.wakeAt === undefined || record.wakeAt > now) continue
      this.#replace(record, { ...record.order, clock: clockAt(record.order, now) })
    }
  }

  apply({ fact, feed }: Entry): void {
    if (fact.kind !== 'work-order') return
    const present = this.#records.get(fact.id)
    const known = present ?? this.#recall(fact.id)
    const record = known ?? blankRecord(fact.id, this.#shared(feed), fact.at)
    const after = evolveOrder(record, fact, this.#shared(feed), { now: this.#context.time.now, shared: this.#shared })
    if (known === undefined) this.#enter(record, after)
    else if (!isSameOrder(record.order, after)) this.#replace(record, after)
    const isStillArchived = present === undefined && known !== undefined && this.#archived.has(fact.id)
    // what was stated with which rank may have moved on, though nothing else did
    if (isStillArchived) this.#archive(record)
    if (this.#settled.isShort) this.#reviveLatest()
  }

  dump(): WorkOrdersDump {
    const present = [...this.#records.values()].map((record) => [record.order.id, record.order.title, rowOf(record, this.#table)] as const)
    return { texts: this.#table.texts, present, archived: [...this.#archived], views: this.#views.map((view) => view.dump()) }
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { texts, present, archived, views } = dump as WorkOrdersDump
    const table = new TextTable(texts)
    this.#table = table
    this.#views.forEach((view, index) => {
      view.restore(views[index])
    })
    for (const [id, row] of archived) this.#archived.set(id, row)
    for (const [id, title, row] of present) {
      const record = recordOf(id, title, row, { table, now: this.#context.time.now })
      this.#records.set(id, record)
      this.#schedule(record)
      this.#published.touch(id)
    }
    const settled = [...this.#records.values()].filter(({ order }) => order.settledAt !== undefined)
    this.#settled.restore(settled, this.#archived.size)
  }

  #enter(record: OrderRecord, order: WorkOrder): void {
    this.#records.set(order.id, record)
    record.order = order
    if (order.settledAt !== undefined) this.#settled.add(record)
    this.#follow(record, undefined)
  }

  #replace(record: OrderRecord, after: WorkOrder): void {
    const before = record.order
    if (before.settledAt === after.settledAt) {
      record.order = after
    } else {
      if (before.settledAt !== undefined) this.#settled.remove(record)
      record.order = after
      this.#records.set(after.id, record)
      this.#archived.delete(after.id)
      if (after.settledAt !== undefined) this.#settled.add(record)
    }
    this.#follow(record, before)
  }

  #follow(record: OrderRecord, before: WorkOrder | undefined): void {
    this.#schedule(record)
    this.#published.touch(record.order.id)
    for (const view of this.#views) view.changed(before, record.order)
  }

  #schedule(record: OrderRecord): void {
    const wakeAt = nextClockChange(record.order, this.#context.time.now)
    if (wakeAt !== undefined && wakeAt !== record.wakeAt) this.#wakes.add(wakeAt, record)
    record.wakeAt = wakeAt
  }

  #archive(record: OrderRecord): void {
    const { id } = record.order
    this.#archived.set(id, rowOf(record, this.#table))
    this.#records.delete(id)
  }

  #recall(id: string): OrderRecord | undefined {
    const row = this.#archived.get(id)
    return row === undefined ? undefined : recordOf(id, '', row, { table: this.#table, now: this.#context.time.now })
  }

  /** So many were reopened that archived orders belong among the published again: rare, and the only time that all are looked through. */
  #reviveLatest(): void {
    const settledAts = new Map([...this.#archived].map(([id, row]) => [id, settledAtOfRow(row)]))
    const earliest = [...settledAts.values()].sort((one, other) => one - other).at(-settledKept) ?? 0
    const ids = [...settledAts].filter(([, settledAt]) => settledAt >= earliest).map(([id]) => id)
    const revived = ids.flatMap((id) => this.#recall(id) ?? [])
    for (const record of revived) {
      this.#archived.delete(record.order.id)
      this.#records.set(record.order.id, record)
    }
    this.#settled.takeBack(revived)
  }

  #build(id: string): WorkOrder | undefined {
    const record = this.#records.get(id)
    if (record === undefined) return undefined
    return record.order.settledAt === undefined || this.#settled.isPublished(record) ? record.order : undefined
  }
}

export const createWorkOrders = (context: FoldContext): Fold => new WorkOrders(context)
