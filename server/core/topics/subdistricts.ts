import { minuteMs } from '../../../contract/time.ts'
import type { SubdistrictSummary } from '../../../contract/topic.ts'
import { hoursIntoDay } from '../calendar.ts'
import type { DistrictTime } from '../district-time.ts'
import type { FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { IntakeHistory, mean, receivedBy } from './intake-history.ts'
import type { IntakeDump } from './intake-history.ts'
import { TallyBook } from './order-tally.ts'
import type { TallyBookDump } from './order-tally.ts'
import type { FoldedOrder } from './order-telling.ts'
import type { OrderView } from './order-view.ts'
import { SubdistrictIntake } from './subdistrict-intake.ts'
import type { SubdistrictIntakeDump } from './subdistrict-intake.ts'

interface SubdistrictsDump {
  readonly book: TallyBookDump
  readonly district: IntakeDump
  readonly intakes: readonly (readonly [id: string, intake: SubdistrictIntakeDump])[]
}

/** 乡镇街道: every subdistrict that has an order. What is usual by now is told by the minute, from days on which the district was seen at all. */
class Subdistricts implements OrderView {
  readonly topic: Published<'subdistricts'>
  readonly #time: DistrictTime
  readonly #book: TallyBook
  readonly #district: IntakeHistory
  readonly #intakes = new Map<string, SubdistrictIntake>()
  #minute = 0
  #day = 0

  constructor({ time, district }: FoldContext) {
    this.#time = time
    this.topic = new Published('subdistricts', (id) => this.#build(id))
    const reserved = district.subdistricts.map(({ code }) => code)
    this.#book = new TallyBook(time, ({ subdistrict }) => subdistrict, this.topic, reserved)
    this.#district = new IntakeHistory(time.zone)
  }

  changed(before: FoldedOrder | undefined, after: FoldedOrder): void {
    this.#book.changed(before, after)
    if (before?.openedAt === after.openedAt && before.subdistrict === after.subdistrict && before.type === after.type) return
    if (before !== undefined) this.#count(before, -1)
    this.#count(after, 1)
  }

  advance(): void {
    this.#book.advance()
    if (this.#time.minute === this.#minute) return
    this.#minute = this.#time.minute
    if (this.#time.day !== this.#day) this.#forget()
    this.topic.touchAll()
  }

  dump(): SubdistrictsDump {
    const intakes = [...this.#intakes].map(([id, intake]) => [id, intake.dump()] as const)
    return { book: this.#book.dump(), district: this.#district.dump(), intakes }
  }

  restore(dump: unknown): void {
    // our own dump
    const { book, district, intakes } = dump as SubdistrictsDump
    this.#book.restore(book)
    this.#district.restore(district)
    for (const [id, intake] of intakes) this.#intakeOf(id).restore(intake)
  }

  #build(id: string): SubdistrictSummary | undefined {
    const tally = this.#book.tallies.get(id)
    if (tally === undefined || tally.orders === 0) return undefined
    const intake = this.#intakeOf(id)
    const { day, minute, zone } = this.#time
    const days = this.#district.comparableDays(day)
    const hours = hoursIntoDay(minute * minuteMs, zone)
    return {
      id,
      open: tally.open,
      overdue: tally.overdue,
      receivedToday: receivedBy(intake.history.hoursOf(day), 24),
      usualByNow: days.length === 0 ? undefined : mean(days.map((past) => receivedBy(intake.history.hoursOf(past), hours))),
      ...intake.topType(),
    }
  }

  #count(order: FoldedOrder, sign: 1 | -1): void {
    this.#district.count(order.openedAt, sign)
    const { subdistrict } = order
    if (subdistrict === undefined || !this.#book.tallies.has(subdistrict)) return
    this.#intakeOf(subdistrict).count(order, sign)
    this.topic.touch(subdistrict)
  }

  #forget(): void {
    this.#day = this.#time.day
    this.#district.forget(this.#day)
    for (const intake of this.#intakes.values()) intake.forget()
  }

  #intakeOf(id: string): SubdistrictIntake {
    const known = this.#intakes.get(id)
    if (known !== undefined) return known
    const intake = new SubdistrictIntake(this.#time)
    this.#intakes.set(id, intake)
    return intake
  }
}

export const createSubdistricts = (context: FoldContext): OrderView => new Subdistricts(context)
