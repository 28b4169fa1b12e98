import type { OrderCount } from '../../../contract/indicator.ts'
import { firstDayOfMonth } from '../calendar.ts'
import type { FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { idsIn } from '../registry.ts'
import { TallyBook } from './order-tally.ts'
import type { TallyBookDump } from './order-tally.ts'
import type { OrderView } from './order-view.ts'

/** 承办单位: every unit that has an order. */
export function createUnits({ time, orders, registry, district }: FoldContext): OrderView {
  const topic: Published<'units'> = new Published('units', (id) => {
    const tally = book.tallies.get(id)
    if (tally === undefined || tally.orders === 0) return undefined
    const fromDay = firstDayOfMonth(time.month)
    // as indicators and rankings count: what is due on a later day counts on that day, settled or not
    const ofMonth = (count: OrderCount) => orders.sum({ channels: [], count, unit: id, fromDay, toDay: time.day })
    return { id, open: tally.open, overdue: tally.overdue, dueThisMonth: ofMonth('due'), onTimeThisMonth: ofMonth('on-time') }
  })
  const book = new TallyBook(time, ({ unit }) => unit, topic, idsIn(registry.units, district.id))
  orders.subscribe((_, unit) => {
    if (unit !== undefined) topic.touch(unit)
  })
  return {
    topic,
    changed(before, after) {
      book.changed(before, after)
    },
    advance() {
      book.advance()
    },
    dump: () => book.dump(),
    restore(dump) {
      // our own dump
      book.restore(dump as TallyBookDump)
    },
  }
}
