import type { FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { TallyBook } from './order-tally.ts'
import type { TallyBookDump } from './order-tally.ts'
import type { OrderView } from './order-view.ts'

/** 承办单位: every unit that has an order. */
export function createUnits({ time }: FoldContext): OrderView {
  const topic: Published<'units'> = new Published('units', (id) => {
    const tally = book.tallies.get(id)
    if (tally === undefined || tally.orders === 0) return undefined
    return { id, open: tally.open, overdue: tally.overdue, dueThisMonth: tally.due.of(time.month), onTimeThisMonth: tally.onTime.of(time.month) }
  })
  const book = new TallyBook(time, ({ unit }) => unit, topic)
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
