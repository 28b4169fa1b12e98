import { minuteMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { ChannelSummary } from '../../../contract/topic.ts'
import { firstDayOfMonth } from '../calendar.ts'
import type { OrderCount } from '../../../contract/indicator.ts'
import type { FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { idsIn } from '../registry.ts'
import { awaitedDue, EarliestDue } from './earliest-due.ts'
import { TallyBook } from './order-tally.ts'
import type { TallyBookDump } from './order-tally.ts'
import type { FoldedOrder } from './order-telling.ts'
import type { OrderView } from './order-view.ts'

interface ChannelsDump {
  readonly book: TallyBookDump
  readonly dues: readonly (readonly [channel: string, dues: ReturnType<EarliestDue['dump']>])[]
}

/** 诉求渠道: the channels configured for the district, and any other that had an order. Counts stand as of the full minute. */
class Channels implements OrderView {
  readonly topic: Published<'channels'>
  readonly #context: FoldContext
  readonly #configured: readonly string[]
  readonly #book: TallyBook
  readonly #dues = new Map<string, EarliestDue>()
  #minute = 0

  constructor(context: FoldContext) {
    const { registry, district, time, orders } = context
    this.#context = context
    this.topic = new Published('channels', (id) => this.#build(id))
    this.#configured = idsIn(registry.channels, district.id)
    this.#book = new TallyBook(time, ({ channel }) => (channel === '' ? undefined : channel), this.topic, this.#configured)
    orders.subscribe((channel) => {
      this.topic.touch(channel)
    })
  }

  changed(before: FoldedOrder | undefined, after: FoldedOrder): void {
    this.#book.changed(before, after)
    const [was, is] = [before === undefined ? undefined : awaitedDue(before), awaitedDue(after)]
    if (was === is && before?.channel === after.channel) return
    if (before !== undefined) this.#await(before.channel, was, -1)
    this.#await(after.channel, is, 1)
    this.topic.touch(after.channel)
  }

  advance(): void {
    this.#book.advance()
    const { minute } = this.#context.time
    if (minute === this.#minute) return
    this.#minute = minute
    this.topic.touchAll()
  }

  dump(): ChannelsDump {
    return { book: this.#book.dump(), dues: [...this.#dues].map(([channel, dues]) => [channel, dues.dump()] as const) }
  }

  restore(dump: unknown): void {
    // our own dump
    const { book, dues } = dump as ChannelsDump
    this.#book.restore(book)
    for (const [channel, counts] of dues) this.#duesOf(channel)?.restore(counts)
  }

  #build(id: string): ChannelSummary | undefined {
    const tally = this.#book.tallies.get(id)
    if (tally === undefined || (tally.orders === 0 && !this.#configured.includes(id))) return undefined
    const { day, month, minute } = this.#context.time
    const sum = (count: OrderCount, fromDay: number, toDay: number) => this.#context.orders.sum({ channels: [id], count, fromDay, toDay })
    // as indicators and rankings count: what is due on a later day counts on that day, settled or not
    const ofMonth = (count: OrderCount) => sum(count, firstDayOfMonth(month), day)
    return {
      id,
      open: tally.open,
      dueSoon: tally.dueSoon,
      overdue: tally.overdue,
      lastDay: tally.lastDay,
      lateNodes: tally.lateNodes,
      dueThisMonth: ofMonth('due'),
      onTimeThisMonth: ofMonth('on-time'),
      ratedThisMonth: ofMonth('rated'),
      satisfiedThisMonth: ofMonth('satisfied'),
      basicallySatisfiedThisMonth: ofMonth('basically-satisfied'),
      receivedToday: sum('received', day, day),
      settledToday: sum('settled', day, day),
      nextDueAt: this.#dues.get(id)?.first,
      asOf: minute * minuteMs,
    }
  }

  #await(channel: string, dueAt: Instant | undefined, sign: 1 | -1): void {
    if (dueAt !== undefined) this.#duesOf(channel)?.add(dueAt, sign)
  }

  #duesOf(channel: string): EarliestDue | undefined {
    const known = this.#dues.get(channel)
    if (known !== undefined || !this.#book.tallies.has(channel)) return known
    const dues = new EarliestDue()
    this.#dues.set(channel, dues)
    return dues
  }
}

export const createChannels = (context: FoldContext): OrderView => new Channels(context)
