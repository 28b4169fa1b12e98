import type { Entry, WorkOrderFact } from '../../../contract/fact.ts'
import type { WorkOrder } from '../../../contract/topic.ts'
import { DueHeap } from '../due-heap.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { createChannels } from './channels.ts'
import { createHourlyIntake } from './hourly-intake.ts'
import type { LiveOrder } from './live-order.ts'
import type { CountedOrders } from './order-counts.ts'
import { blankRecord, takeIn } from './order-record.ts'
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
  readonly present: readonly (readonly [id: string, row: OrderRow])[]
  /** an id, its row, the next id …: of a log's orders most are here, and a list of pairs takes several times as long to read */
  readonly archived: readonly string[]
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
  'isSettledBeforeReceipt',
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

/** In the place of the row of an order that was not archived yet. */
const neverArchived: OrderRow = ''

/**
 * Orders that wait to be told while nobody looks. When there are so many, the half that waits longest is told: most of a log's orders have ended
 * by then and are told once only, and are still young when they are given up, which spares the collector carrying them about.
 */
const untoldKept = 10_000

/**
 * 工单: every order of the district ever, by id. Published are those still open and the most recently settled. Older ones are archived as
 * rows, with all that is known of them.
 *
 * Facts are only taken in at once. What follows from them does not depend on when it is told: so an order is told, and counted, when somebody
 * looks (`flush`), and a log of millions of facts is folded in a fraction of the time.
 */
export class WorkOrders implements Fold {
  readonly kinds = ['work-order'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #counts: CountedOrders
  readonly #views: readonly OrderView[]
  /** orders held in full: few beside all there ever were, so that a fact finds the one it is of in the processor's caches */
  readonly #live = new Map<string, LiveOrder>()
  /** every order ever, as it was archived last; that holds only while it is not held in full, and is nothing for one never archived */
  readonly #rows = new Map<string, OrderRow>()
  readonly #untold: LiveOrder[] = []
  readonly #wakes = new DueHeap<LiveOrder>()
  readonly #published: Published<'work-orders'>
  readonly #settled: RecentlySettled
  #publishedSettled: ReadonlySet<string> = new Set()
  readonly #bearings: { -readonly [Key in keyof Bearings]: Bearings[Key] }
  #table = new TextTable()
  readonly #shared = (text: string): string => this.#table.at(this.#table.numberOf(text))
  #minute = 0

  /** @param counts is told before all other views, which sum up what it counts */
  constructor(context: FoldContext, counts: CountedOrders) {
    const { registry, time } = context
    this.#context = context
    this.#counts = counts
    this.#views = [counts, ...viewCreators.map((create) => create(context))]
    this.#bearings = {
      calendar: registry.calendar,
      zone: time.zone,
      now: time.now,
      trustedNow: time.trustedNow,
      clockOf: (channel) => registry.channels.get(channel)?.clock,
    }
    this.#published = new Published('work-orders', (id) => this.#build(id))
    this.#settled = new RecentlySettled((live) => {
      this.#archive(live)
    })
    this.topics = [this.#published, ...this.#views.flatMap(({ topic }) => topic ?? [])]
    counts.onRead(() => {
      this.flush()
    })
  }

  advance(): void {
    const { minute } = this.#context.time
    if (minute === this.#minute) return
    this.#minute = minute
    for (const view of this.#views) view.advance()
  }

  apply({ fact, feed }: Entry): void {
    if (fact.kind !== 'work-order') return
    const live = this.#live.get(fact.id) ?? this.#recall(fact.id) ?? this.#begin(fact)
    takeIn(live.record, fact, feed, this.#shared)
    if (live.isUntold) return
    live.isUntold = true
    if (this.#untold.push(live) >= untoldKept) this.#tellUntold(untoldKept / 2)
  }

  flush(): void {
    const { now, trustedNow } = this.#context.time
    if (this.#untold.length === 0 && now === this.#bearings.now && trustedNow === this.#bearings.trustedNow) return
    this.#tellUntold(this.#untold.length)
    // only now: one that waits to be told may belong to the archive, and have no row there yet
    if (this.#settled.isShort) this.#reviveLatest()
    this.#touchSettled()
    this.#counts.tellListeners()
  }

  /** Every order as it stands now, in no order. Archived ones are read one by one: some microseconds each. */
  *all(): Iterable<FoldedOrder> {
    this.flush()
    for (const [id, row] of this.#rows) {
      const { order } = this.#live.get(id) ?? this.#liveOf(id, row)
      if (order !== undefined) yield order
    }
  }

  dump(): WorkOrdersDump {
    this.flush()
    const present: (readonly [id: string, row: OrderRow])[] = []
    const archived: string[] = []
    for (const [id, row] of this.#rows) {
      const live = this.#live.get(id)
      if (live === undefined) archived.push(id, row)
      else present.push([id, rowOf(live.record, this.#table)])
    }
    return { texts: this.#table.texts, present, archived, views: this.#views.map((view) => view.dump()) }
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { texts, present, archived, views } = dump as WorkOrdersDump
    this.#bearings.now = this.#context.time.now
    this.#bearings.trustedNow = this.#context.time.trustedNow
    this.#table = new TextTable(texts)
    this.#views.forEach((view, index) => {
      view.restore(views[index])
    })
    for (let index = 0; index < archived.length; index += 2) this.#rows.set(archived[index] ?? '', archived[index + 1] ?? '')
    const settled: LiveOrder[] = []
    for (const [id, row] of present) {
      const live = this.#liveOf(id, row)
      this.#rows.set(id, neverArchived)
      this.#live.set(id, live)
      this.#schedule(live)
      this.#published.touch(id)
      if (live.order?.settledAt !== undefined) settled.push(live)
    }
    this.#settled.restore(settled, archived.length / 2)
    this.#touchSettled()
  }

  /** Tells those that wait longest, so many of them, and all that changed by time alone. */
  #tellUntold(count: number): void {
    const { now, trustedNow } = this.#context.time
    const { now: lastNow, trustedNow: lastTrusted } = this.#bearings
    this.#bearings.now = now
    this.#bearings.trustedNow = trustedNow
    for (const live of this.#untold.splice(0, count)) this.#tell(live)
    if (trustedNow !== lastTrusted && (trustedNow < now || lastTrusted < lastNow)) this.#retellRunning()
    for (let live = this.#wakes.take(now); live !== undefined; live = this.#wakes.take(now)) {
      // an order whose due time was moved, or which was settled, is in the heap for nothing
      if (live.wakeAt !== undefined && live.wakeAt <= now) this.#retell(live)
    }
  }

  #begin({ id, at }: WorkOrderFact): LiveOrder {
    const live = { record: blankRecord(id, at), order: undefined, running: undefined, wakeAt: undefined, isUntold: false, isArchived: false }
    this.#rows.set(id, neverArchived)
    this.#live.set(id, live)
    return live
  }

  /** An archived order as it was told last; undefined for one not seen before. */
  #recall(id: string): LiveOrder | undefined {
    const row = this.#rows.get(id)
    if (row === undefined) return undefined
    const live = this.#liveOf(id, row)
    live.isArchived = true
    this.#live.set(id, live)
    return live
  }

  #liveOf(id: string, row: OrderRow): LiveOrder {
    const record = recordOf(id, row, this.#table)
    return { record, ...tell(record, this.#bearings), wakeAt: undefined, isUntold: false, isArchived: false }
  }

  #tell(live: LiveOrder): void {
    live.isUntold = false
    const before = live.order
    const { order, running } = tell(live.record, this.#bearings)
    if (before === undefined || !isSameOrder(before, order)) this.#replace(live, order, running)
    // one that changed its place among the settled was archived again there, if it belongs there
    if (live.isArchived && before?.settledAt === order.settledAt) this.#archive(live)
  }

  #replace(live: LiveOrder, after: FoldedOrder, running: RunningClock | undefined): void {
    const before = live.order
    if (before?.settledAt !== undefined && before.settledAt !== after.settledAt) this.#settled.remove(live)
    live.order = after
    live.running = running
    this.#schedule(live)
    if (before?.settledAt !== after.settledAt) this.#place(live, after)
    // where one is settled by the time it is first told, #touchSettled knows whether it is published
    if (before !== undefined || after.settledAt === undefined) this.#published.touch(after.id)
    for (const view of this.#views) view.changed(before, after)
  }

  /** Among the open orders, or where it belongs among the settled. */
  #place(live: LiveOrder, { id, settledAt }: FoldedOrder): void {
    if (live.isArchived) this.#live.set(id, live)
    live.isArchived = false
    if (settledAt !== undefined) this.#settled.add(live)
  }

  #schedule(live: LiveOrder): void {
    const wakeAt = nextChangeOf(live.running, this.#bearings.now)
    if (wakeAt !== undefined && wakeAt !== live.wakeAt) this.#wakes.add(wakeAt, live)
    live.wakeAt = wakeAt
  }

  #retell(live: LiveOrder): void {
    if (live.order !== undefined) this.#replace(live, tellTime(live.order, live.running, this.#bearings), live.running)
  }

  /** Which time can be trusted has changed: what fell due since becomes unsure, or what was unsure is set right. */
  #retellRunning(): void {
    for (const live of this.#live.values()) if (live.running !== undefined) this.#retell(live)
  }

  #archive(live: LiveOrder): void {
    const { record, isUntold } = live
    live.isArchived = true
    // given up when it is told: facts of it may come until then
    if (isUntold) return
    this.#rows.set(record.id, rowOf(record, this.#table))
    this.#live.delete(record.id)
  }

  /** So many were reopened that archived orders belong among the published again: rare, and the only time that all are looked through. */
  #reviveLatest(): void {
    const archived = [...this.#rows].flatMap(([id, row]) => (this.#live.has(id) ? [] : [this.#liveOf(id, row)]))
    const settledAts = archived.map(({ order }) => order?.settledAt ?? 0)
    const earliest = settledAts.sort((one, other) => one - other).at(-settledKept) ?? 0
    const revived = archived.filter(({ order }) => (order?.settledAt ?? 0) >= earliest)
    for (const live of revived) this.#live.set(live.record.id, live)
    this.#settled.takeBack(revived)
  }

  /** Settled orders that came among the published, or are no longer. */
  #touchSettled(): void {
    const [before, after] = [this.#publishedSettled, this.#settled.published]
    this.#publishedSettled = after
    for (const id of before) if (!after.has(id)) this.#published.touch(id)
    for (const id of after) if (!before.has(id)) this.#published.touch(id)
  }

  #build(id: string): WorkOrder | undefined {
    const live = this.#live.get(id)
    if (live?.order === undefined) return undefined
    return live.order.settledAt === undefined || this.#settled.isPublished(live) ? shownOf(live.order) : undefined
  }
}
