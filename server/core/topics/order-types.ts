import { minuteMs } from '../../../contract/time.ts'
import type { OrderType } from '../../../contract/topic.ts'
import { hoursIntoDay } from '../calendar.ts'
import type { DistrictTime } from '../district-time.ts'
import type { FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import type { PublishedTopic } from '../published.ts'
import { IntakeHistory, mean, receivedBy } from './intake-history.ts'
import type { IntakeDump } from './intake-history.ts'
import type { FoldedOrder } from './order-telling.ts'
import type { OrderView } from './order-view.ts'

/** Types that are told apart, of those received within the weeks that are looked back on. */
const typesKept = 200
/** Types shown on a day without any of them. */
const usualTypesShown = 10

interface TypesDump {
  readonly district: IntakeDump
  readonly types: readonly (readonly [type: string, intake: IntakeDump])[]
}

const risingFrom = 3

/** Beyond what chance makes of the usual: a count that is usually n strays by about √n. */
const isRising = (received: number, usual: number | undefined): boolean =>
  usual !== undefined && received > risingFrom && received > usual + 2 * Math.sqrt(usual)

/** 诉求类型: those received today, and the most usual. What is usual by now is told by the minute, from days on which the district was seen at all. */
class OrderTypes implements OrderView {
  readonly topic: PublishedTopic
  readonly #time: DistrictTime
  readonly #published: Published<'order-types'>
  readonly #district: IntakeHistory
  readonly #types = new Map<string, IntakeHistory>()
  #shown: ReadonlySet<string> = new Set()
  /** whether which are shown may have changed */
  #isStale = false
  #day = 0
  #minute = 0

  constructor({ time }: FoldContext) {
    this.#time = time
    this.#district = new IntakeHistory(time.zone)
    this.#published = new Published('order-types', (id) => this.#build(id))
    this.topic = refreshing(this.#published, () => {
      this.#refresh()
    })
  }

  changed(before: FoldedOrder | undefined, after: FoldedOrder): void {
    if (before?.openedAt === after.openedAt && before.type === after.type) return
    if (before !== undefined) this.#count(before, -1)
    this.#count(after, 1)
    this.#isStale = true
  }

  advance(): void {
    const { minute, day } = this.#time
    if (minute === this.#minute) return
    this.#minute = minute
    this.#published.touchAll()
    if (day === this.#day) return
    this.#day = day
    this.#isStale = true
    this.#district.forget(day)
    for (const [type, intake] of this.#types) {
      intake.forget(day)
      if (intake.total === 0) this.#types.delete(type)
    }
  }

  dump(): TypesDump {
    return { district: this.#district.dump(), types: [...this.#types].map(([type, intake]) => [type, intake.dump()] as const) }
  }

  restore(dump: unknown): void {
    // our own dump
    const { district, types } = dump as TypesDump
    this.#district.restore(district)
    for (const [type, intake] of types) this.#intakeOf(type)?.restore(intake)
    this.#isStale = true
  }

  #count({ openedAt, type }: FoldedOrder, sign: 1 | -1): void {
    this.#district.count(openedAt, sign)
    if (type === '') return
    const intake = this.#intakeOf(type)
    intake?.count(openedAt, sign)
    if (intake?.total === 0) this.#types.delete(type)
  }

  #intakeOf(type: string): IntakeHistory | undefined {
    const known = this.#types.get(type)
    if (known !== undefined || this.#types.size >= typesKept) return known
    const intake = new IntakeHistory(this.#time.zone)
    intake.forget(this.#time.day)
    this.#types.set(type, intake)
    return intake
  }

  #receivedToday(intake: IntakeHistory): number {
    return receivedBy(intake.hoursOf(this.#time.day), 24)
  }

  #refresh(): void {
    if (!this.#isStale) return
    this.#isStale = false
    const byTotal = [...this.#types].sort(([name, one], [otherName, other]) => other.total - one.total || (name < otherName ? -1 : 1))
    const usual = byTotal.slice(0, usualTypesShown)
    const today = byTotal.filter(([, intake]) => this.#receivedToday(intake) > 0)
    const shown = new Set([...usual, ...today].map(([type]) => type))
    for (const type of new Set([...this.#shown, ...shown])) this.#published.touch(type)
    this.#shown = shown
  }

  #build(id: string): OrderType | undefined {
    const intake = this.#types.get(id)
    if (intake === undefined || !this.#shown.has(id)) return undefined
    const { day, minute, zone } = this.#time
    const hours = hoursIntoDay(minute * minuteMs, zone)
    const days = this.#district.comparableDays(day)
    const usualByNow = days.length === 0 ? undefined : mean(days.map((past) => receivedBy(intake.hoursOf(past), hours)))
    const receivedToday = this.#receivedToday(intake)
    return { id, receivedToday, usualByNow, isRising: isRising(receivedToday, usualByNow) }
  }
}

/** A topic that is got ready before anybody looks at it. */
function refreshing(topic: PublishedTopic, refresh: () => void): PublishedTopic {
  const first = <T>(look: () => T): T => {
    refresh()
    return look()
  }
  return {
    kind: topic.kind,
    read: () => first(() => topic.read()),
    find: (id) => first(() => topic.find(id)),
    drain: () => first(() => topic.drain()),
  }
}

export const createOrderTypes = (context: FoldContext): OrderView => new OrderTypes(context)
