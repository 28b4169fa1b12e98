import type { Entry, WorkOrderFact } from '../../../contract/fact.ts'
import type { WorkOrder } from '../../../contract/topic.ts'
import { DueHeap } from '../due-heap.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { createChannels } from './channels.ts'
import { createHourlyIntake } from './hourly-intake.ts'
import type { LiveOrder } from './live-order.ts'
import { blankRecord, takeIn } from './order-record.ts'
import type { OrderRecord } from './order-record.ts'
import { recordOf, rowOf, TextTable } from './order-row.ts'
import type { OrderRow } from './order-row.ts'
import { nextChangeOf, shownOf, tell, tellTime } from './order-telling.ts'
import type { Bearings, FoldedOrder, RunningClock } from './order-telling.ts'
import { createOrderTypes } from './order-types.ts'
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

/** Both come from the same builder, so they have the same fields; `openedAt` and the like are numbers, places and lists the same object while unchanged. */
function isSameOrder(one: FoldedOrder, other: FoldedOrder): boolean {
  for (const key of orderKeys) if (one[key] !== other[key]) return false
  return true
}

const orderKeys = [
  'stage',
  'settledAt',
  'clock',
  'openedAt',
  'startedAt',
  'dueAt',
  'dueBasis',
  'isProvisional',
  'isExtensionAsked',
  'lateNode',
  'rating',
  'channel',
  'class',
  'title',
  'type',
  'unit',
  'subdistrict',
  'place',
  'feed',
  'judgedDueAt',
  'judgedSettledAt',
  'ratedAt',
  'returnedAt',
  'extendedAt',
] as const satisfies readonly (keyof FoldedOrder)[]

const viewCreators = [createWorkOrderTotals, createChannels, createSubdistricts, createUnits, createHourlyIntake, createOrderTypes]

/**
 * 工单: every order of the district ever, by id. Published are those still open and the most recently settled. Older ones are archived as
 * rows, with all that later facts and the counts need; only the title is given up: one that is reopened after that long comes back without.
 */
class WorkOrders implements Fold {
  readonly kinds = ['work-order'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #views: readonly OrderView[]
  readonly #live = new Map<string, LiveOrder>()
  readonly #archived = new Map<string, OrderRow>()
  readonly #wakes = new DueHeap<LiveOrder>()
  readonly #published: Published<'work-orders'>
  readonly #settled: RecentlySettled
  readonly #bearings: { -readonly [Key in keyof Bearings]: Bearings[Key] }
  #table = new TextTable()
  readonly #shared = (text: string): string => this.#table.at(this.#table.numberOf(text))

  /** @param counts is told before all other views, which sum up what it counts */
  constructor(context: FoldContext, counts: OrderView) {
    const { registry, time } = context
    this.#context = context
    this.#views = [counts, ...viewCreators.map((create) => create(context))]
    this.#bearings = {
      calendar: registry.calendar,
      zone: time.zone,
      now: time.now,
      isTrusted: time.isTrusted,
      clockOf: (channel) => registry.channels.get(channel)?.clock,
    }
    this.#published = new Published('work-orders', (id) => this.#build(id))
    this.#settled = new RecentlySettled(
      (id) => {
        this.#published.touch(id)
      },
      (live) => {
        this.#archive(live.record)
      },
    )
    this.topics = [this.#published, ...this.#views.flatMap(({ topic }) => topic ?? [])]
  }

  advance(): void {
    const { now, isTrusted } = this.#context.time
    this.#bearings.now = now
    for (const view of this.#views) view.advance()
    if (isTrusted !== this.#bearings.isTrusted) this.#trust(isTrusted)
    for (let live = this.#wakes.take(now); live !== undefined; live = this.#wakes.take(now)) {
      // an order whose due time was moved, or which was settled, is in the heap for nothing
      if (live.wakeAt !== undefined && live.wakeAt <= now) this.#retell(live)
    }
  }

  apply({ fact, feed }: Entry): void {
    if (fact.kind !== 'work-order') return
    const live = this.#live.get(fact.id)
    const row = live === undefined ? this.#archived.get(fact.id) : undefined
    if (live !== undefined) this.#takeIn(live, fact, feed)
    else if (row === undefined) this.#begin(fact, feed)
    else this.#takeUp(this.#recall(fact.id, row), fact, feed)
    if (this.#settled.isShort) this.#reviveLatest()
  }

  dump(): WorkOrdersDump {
    const present = [...this.#live.values()].map(({ record }) => [record.id, record.stated.title, rowOf(record, this.#table)] as const)
    return { texts: this.#table.texts, present, archived: [...this.#archived], views: this.#views.map((view) => view.dump()) }
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { texts, present, archived, views } = dump as WorkOrdersDump
    this.#bearings.now = this.#context.time.now
    this.#bearings.isTrusted = this.#context.time.isTrusted
    this.#table = new TextTable(texts)
    this.#views.forEach((view, index) => {
      view.restore(views[index])
    })
    for (const [id, row] of archived) this.#archived.set(id, row)
    for (const [id, title, row] of present) {
      const live = this.#liveOf(recordOf(id, title, row, this.#table))
      this.#live.set(id, live)
      this.#schedule(live)
      this.#published.touch(id)
    }
    const settled = [...this.#live.values()].filter(({ order }) => order.settledAt !== undefined)
    this.#settled.restore(settled, this.#archived.size)
  }

  #begin(fact: WorkOrderFact, feed: string): void {
    const record = blankRecord(fact.id, fact.at)
    takeIn(record, fact, this.#shared(feed), this.#shared)
    const live = this.#liveOf(record)
    this.#live.set(record.id, live)
    if (live.order.settledAt !== undefined) this.#settled.add(live)
    this.#follow(live, undefined)
  }

  #takeIn(live: LiveOrder, fact: WorkOrderFact, feed: string): void {
    takeIn(live.record, fact, this.#shared(feed), this.#shared)
    const { order, running } = tell(live.record, this.#bearings)
    if (!isSameOrder(live.order, order)) this.#replace(live, order, running)
  }

  /** An archived order is told of again; what was stated may have moved on even where nothing follows from it. */
  #takeUp(live: LiveOrder, fact: WorkOrderFact, feed: string): void {
    this.#takeIn(live, fact, feed)
    if (this.#archived.has(fact.id)) this.#archive(live.record)
  }

  #replace(live: LiveOrder, after: FoldedOrder, running: RunningClock | undefined): void {
    const before = live.order
    live.running = running
    if (before.settledAt === after.settledAt) {
      live.order = after
    } else {
      if (before.settledAt !== undefined) this.#settled.remove(live)
      live.order = after
      this.#live.set(after.id, live)
      this.#archived.delete(after.id)
      if (after.settledAt !== undefined) this.#settled.add(live)
    }
    this.#follow(live, before)
  }

  #follow(live: LiveOrder, before: FoldedOrder | undefined): void {
    this.#schedule(live)
    this.#published.touch(live.order.id)
    for (const view of this.#views) view.changed(before, live.order)
  }

  #schedule(live: LiveOrder): void {
    const wakeAt = nextChangeOf(live.running, this.#bearings.now)
    if (wakeAt !== undefined && wakeAt !== live.wakeAt) this.#wakes.add(wakeAt, live)
    live.wakeAt = wakeAt
  }

  #retell(live: LiveOrder): void {
    this.#replace(live, tellTime(live.order, live.running, this.#bearings), live.running)
  }

  /** Whether the time can be trusted has changed: what is overdue becomes unsure, or what was unsure is set right. */
  #trust(isTrusted: boolean): void {
    this.#bearings.isTrusted = isTrusted
    for (const live of this.#live.values()) if (live.running !== undefined) this.#retell(live)
  }

  #archive(record: OrderRecord): void {
    this.#archived.set(record.id, rowOf(record, this.#table))
    this.#live.delete(record.id)
  }

  #recall(id: string, row: OrderRow): LiveOrder {
    return this.#liveOf(recordOf(id, '', row, this.#table))
  }

  #liveOf(record: OrderRecord): LiveOrder {
    return { record, ...tell(record, this.#bearings), wakeAt: undefined }
  }

  /** So many were reopened that archived orders belong among the published again: rare, and the only time that all are looked through. */
  #reviveLatest(): void {
    const settledAts = new Map([...this.#archived].map(([id, row]) => [id, this.#recall(id, row).order.settledAt ?? 0]))
    const earliest = [...settledAts.values()].sort((one, other) => one - other).at(-settledKept) ?? 0
    const ids = [...settledAts].filter(([, settledAt]) => settledAt >= earliest).map(([id]) => id)
    const revived = ids.flatMap((id) => {
      const row = this.#archived.get(id)
      return row === undefined ? [] : [this.#recall(id, row)]
    })
    for (const live of revived) {
      this.#archived.delete(live.record.id)
      this.#live.set(live.record.id, live)
    }
    this.#settled.takeBack(revived)
  }

  #build(id: string): WorkOrder | undefined {
    const live = this.#live.get(id)
    if (live === undefined) return undefined
    return live.order.settledAt === undefined || this.#settled.isPublished(live) ? shownOf(live.order) : undefined
  }
}

export const createWorkOrders = (context: FoldContext, counts: OrderView): Fold => new WorkOrders(context, counts)
