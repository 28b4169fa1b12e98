import type { Entry, WorkOrderFact } from '../../../contract/fact.ts'
import type { WorkOrder } from '../../../contract/topic.ts'
import { clockAt, nextClockChange } from '../deadline.ts'
import { DueHeap } from '../due-heap.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { createChannels } from './channels.ts'
import { createHourlyIntake } from './hourly-intake.ts'
import { blankRecord, evolveOrder, recordOf, rowOf, StringTable } from './order-record.ts'
import type { OrderRecord, OrderRow } from './order-record.ts'
import type { OrderView } from './order-view.ts'
import { RecentlySettled } from './recently-settled.ts'
import { createSubdistricts } from './subdistricts.ts'
import { createUnits } from './units.ts'
import { createWorkOrderTotals } from './work-order-totals.ts'

interface WorkOrdersDump {
  readonly strings: string[]
  readonly orders: readonly OrderRow[]
  readonly views: readonly unknown[]
}

function isSameOrder(one: WorkOrder, other: WorkOrder): boolean {
  return (
    one.stage === other.stage &&
    one.settledAt === other.settledAt &&
    one.clock === other.clock &&
    one.openedAt === other.openedAt &&
    one.dueAt === other.dueAt &&
    one.unit === other.unit &&
    one.type === other.type &&
    one.channel === other.channel &&
    one.subdistrict === other.subdistrict &&
    one.place === other.place &&
    one.title === other.title &&
    one.feed === other.feed
  )
}

/**
 * 工单: every order of the district ever, by id. Published are those still open and the most recently settled; of the older ones all is
 * kept that later facts and the counts need, and only the title is given up: one that is reopened after that long comes back without it.
 */
class WorkOrders implements Fold {
  readonly kinds = ['work-order'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #views: readonly OrderView[]
  readonly #records = new Map<string, OrderRecord>()
  readonly #wakes = new DueHeap<OrderRecord>()
  readonly #published: Published<'work-orders'>
  readonly #settled: RecentlySettled
  /** one object for each text that a million orders share */
  readonly #texts = new Map<string, string>()

  constructor(context: FoldContext) {
    this.#context = context
    this.#views = [createWorkOrderTotals, createChannels, createSubdistricts, createUnits, createHourlyIntake].map((create) => create(context))
    this.#published = new Published('work-orders', (id) => this.#build(id))
    this.#settled = new RecentlySettled(
      (id) => {
        this.#published.touch(id)
      },
      (record) => {
        if (record.order.title !== '') record.order = { ...record.order, title: '' }
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
    const known = this.#records.get(fact.id)
    const record = known ?? blankRecord(fact.id, this.#shared(feed), fact.at)
    const after = evolveOrder(record, this.#withSharedTexts(fact), this.#shared(feed), this.#context.time.now)
    if (known === undefined) {
      this.#records.set(fact.id, record)
      this.#enter(record, after)
    } else if (!isSameOrder(record.order, after)) {
      this.#replace(record, after)
    }
    if (this.#settled.isShort) this.#settled.refill(this.#records.values())
  }

  dump(): WorkOrdersDump {
    const table = new StringTable()
    const orders = [...this.#records.values()].map((record) => rowOf(record, table))
    return { strings: table.strings, orders, views: this.#views.map((view) => view.dump() ?? null) }
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { strings, orders, views } = dump as WorkOrdersDump
    const table = new StringTable(strings)
    this.#views.forEach((view, index) => {
      view.restore(views[index] ?? undefined)
      view.advance()
    })
    for (const row of orders) {
      const record = recordOf(row, table, this.#context.time.now)
      this.#records.set(record.order.id, record)
      this.#enter(record, record.order)
    }
  }

  #enter(record: OrderRecord, order: WorkOrder): void {
    record.order = order
    if (order.settledAt !== undefined) this.#settled.add(record)
    this.#follow(record, undefined)
  }

  #replace(record: OrderRecord, after: WorkOrder): void {
    const before = record.order
    const isMoved = before.settledAt !== after.settledAt
    if (isMoved && before.settledAt !== undefined) this.#settled.remove(record)
    record.order = after
    if (after.settledAt !== undefined) {
      if (isMoved) this.#settled.add(record)
      else if (!this.#settled.isKept(record)) record.order = { ...after, title: '' }
    }
    this.#follow(record, before)
  }

  #follow(record: OrderRecord, before: WorkOrder | undefined): void {
    const { order } = record
    const wakeAt = nextClockChange(order, this.#context.time.now)
    if (wakeAt !== undefined && wakeAt !== record.wakeAt) this.#wakes.add(wakeAt, record)
    record.wakeAt = wakeAt
    this.#published.touch(order.id)
    for (const view of this.#views) view.changed(before, order)
  }

  #build(id: string): WorkOrder | undefined {
    const record = this.#records.get(id)
    if (record === undefined) return undefined
    return record.order.settledAt === undefined || this.#settled.isPublished(record) ? record.order : undefined
  }

  #shared(text: string): string {
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    this.#texts.set(text, text)
    return text
  }

  #withSharedTexts(fact: WorkOrderFact): WorkOrderFact {
    const { channel, type, unit, subdistrict } = fact
    return {
      ...fact,
      channel: channel === undefined ? undefined : this.#shared(channel),
      type: type === undefined ? undefined : this.#shared(type),
      unit: unit === undefined ? undefined : this.#shared(unit),
      subdistrict: subdistrict === undefined ? undefined : this.#shared(subdistrict),
    }
  }
}

export const createWorkOrders = (context: FoldContext): Fold => new WorkOrders(context)
