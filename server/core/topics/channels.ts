import { minuteMs } from '../../../contract/time.ts'
import type { FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { TallyBook } from './order-tally.ts'
import type { TallyBookDump } from './order-tally.ts'
import type { OrderView } from './order-view.ts'

/** 诉求渠道: the channels configured for the district, and any other that had an order. Counts stand as of the full minute. */
export function createChannels({ registry, district, time }: FoldContext): OrderView {
  const topic: Published<'channels'> = new Published('channels', (id) => {
    const tally = book.tallies.get(id)
    if (tally === undefined || (tally.orders === 0 && !configured.includes(id))) return undefined
    return {
      id,
      open: tally.open,
      dueSoon: tally.dueSoon,
      overdue: tally.overdue,
      dueThisMonth: tally.due.of(time.month),
      onTimeThisMonth: tally.onTime.of(time.month),
      receivedToday: tally.received.of(time.day),
      settledToday: tally.settled.of(time.day),
      asOf: time.minute * minuteMs,
    }
  })
  const configured = [...registry.channels.values()].filter((channel) => channel.district === district.id).map(({ id }) => id)
  const book = new TallyBook(time, ({ channel }) => (channel === '' ? undefined : channel), topic)
  for (const id of configured) book.open(id)
  let minute = 0
  return {
    topic,
    changed(before, after) {
      book.changed(before, after)
    },
    advance() {
      book.advance()
      if (time.minute === minute) return
      minute = time.minute
      topic.touchAll()
    },
    dump: () => book.dump(),
    restore(dump) {
      // our own dump
      book.restore(dump as TallyBookDump)
    },
  }
}
