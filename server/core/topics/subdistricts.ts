import { minuteMs } from '../../../contract/time.ts'
import type { SubdistrictSummary, WorkOrder } from '../../../contract/topic.ts'
import { dayNumber, hoursIntoDay } from '../calendar.ts'
import type { FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { DatedCounts } from './dated-counts.ts'
import { IntakeHistory, mean, receivedBy } from './intake-history.ts'
import type { IntakeDump } from './intake-history.ts'
import { TallyBook } from './order-tally.ts'
import type { TallyBookDump } from './order-tally.ts'
import type { OrderView } from './order-view.ts'

/** What one subdistrict received, beyond its tally: by hour for what is usual, by type for what is most. */
interface Received {
  readonly history: IntakeHistory
  readonly types: Map<string, DatedCounts>
}

interface SubdistrictsDump {
  readonly book: TallyBookDump
  readonly district: IntakeDump
  readonly received: readonly {
    readonly id: string
    readonly history: IntakeDump
    readonly types: readonly (readonly [type: string, counts: ReturnType<DatedCounts['dump']>])[]
  }[]
}

function topTypeOf({ types }: Received, day: number): Pick<SubdistrictSummary, 'topType' | 'topTypeCount'> {
  let topType: string | undefined
  let topTypeCount = 0
  for (const [type, counts] of types) {
    const count = counts.of(day)
    const isMore = count > topTypeCount || (count === topTypeCount && topType !== undefined && type < topType)
    if (!isMore) continue
    topType = type
    topTypeCount = count
  }
  return { topType, topTypeCount }
}

/** 乡镇街道: every subdistrict that has an order. What is usual by now is told by the minute, against days the district as a whole was seen. */
export function createSubdistricts({ time }: FoldContext): OrderView {
  const received = new Map<string, Received>()
  const district = new IntakeHistory(time.zone)
  const topic: Published<'subdistricts'> = new Published('subdistricts', (id) => {
    const tally = book.tallies.get(id)
    const own = received.get(id)
    if (tally === undefined || tally.orders === 0 || own === undefined) return undefined
    const days = district.comparableDays(time.day)
    const hours = hoursIntoDay(time.minute * minuteMs, time.zone)
    return {
      id,
      open: tally.open,
      overdue: tally.overdue,
      receivedToday: tally.received.of(time.day),
      usualByNow: days.length === 0 ? undefined : mean(days.map((day) => receivedBy(own.history.hoursOf(day), hours))),
      ...topTypeOf(own, time.day),
    }
  })
  const book = new TallyBook(time, ({ subdistrict }) => subdistrict, topic)

  function receivedIn(id: string): Received {
    const known = received.get(id)
    if (known !== undefined) return known
    const own = { history: new IntakeHistory(time.zone), types: new Map<string, DatedCounts>() }
    own.history.forget(time.day)
    received.set(id, own)
    return own
  }

  function count({ subdistrict, openedAt, type }: WorkOrder, sign: 1 | -1): void {
    if (subdistrict === undefined || !book.tallies.has(subdistrict)) return
    const { history, types } = receivedIn(subdistrict)
    history.count(openedAt, sign)
    if (type === '' || openedAt < time.dayStartsAt) return
    const counts = types.get(type) ?? new DatedCounts()
    counts.add(dayNumber(openedAt, time.zone), sign)
    types.set(type, counts)
  }

  /** Types of past days are dropped whole; those few of tomorrow's, from clocks ahead of ours, stay. */
  function forget(): void {
    district.forget(time.day)
    for (const { history, types } of received.values()) {
      history.forget(time.day)
      for (const [type, counts] of types) {
        counts.raiseFloor(time.day)
        if (counts.isEmpty) types.delete(type)
      }
    }
  }

  let minute = 0
  let day = 0
  return {
    topic,
    changed(before, after) {
      book.changed(before, after)
      if (before?.openedAt === after.openedAt && before.subdistrict === after.subdistrict && before.type === after.type) return
      if (before !== undefined) {
        count(before, -1)
        district.count(before.openedAt, -1)
      }
      count(after, 1)
      district.count(after.openedAt, 1)
    },
    advance() {
      book.advance()
      if (time.minute === minute) return
      minute = time.minute
      if (time.day !== day) forget()
      day = time.day
      topic.touchAll()
    },
    dump: (): SubdistrictsDump => ({
      book: book.dump(),
      district: district.dump(),
      received: [...received].map(([id, { history, types }]) => ({
        id,
        history: history.dump(),
        types: [...types].map(([type, counts]) => [type, counts.dump()] as const),
      })),
    }),
    restore(dump) {
      // our own dump
      const known = dump as SubdistrictsDump
      book.restore(known.book)
      district.restore(known.district)
      for (const { id, history, types } of known.received) {
        const own = receivedIn(id)
        own.history.restore(history)
        for (const [type, dated] of types) {
          const counts = new DatedCounts()
          counts.restore(dated)
          own.types.set(type, counts)
        }
      }
    },
  }
}
