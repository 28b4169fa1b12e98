import { dayText } from '../calendar.ts'
import type { FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { IntakeHistory, mean } from './intake-history.ts'
import type { IntakeDump } from './intake-history.ts'
import type { OrderView } from './order-view.ts'

/** 今日受理曲线: today's orders by the hour beside the mean of the same weekday of the weeks before. */
export function createHourlyIntake({ time }: FoldContext): OrderView {
  const history = new IntakeHistory(time.zone)
  const topic = new Published('hourly-intake', () => {
    if (time.now === 0) return undefined
    const received = history.hoursOf(time.day)
    const past = history.comparableDays(time.day).map((day) => history.hoursOf(day))
    const usual = past.length === 0 ? [] : received.map((_, hour) => mean(past.map((hours) => hours[hour] ?? 0)))
    return { id: 'today', day: dayText(time.day), received: [...received], usual, weeks: past.length }
  })
  let day = 0
  return {
    topic,
    changed(before, after) {
      if (before?.openedAt === after.openedAt) return
      if (before !== undefined) history.count(before.openedAt, -1)
      history.count(after.openedAt, 1)
      topic.touch('today')
    },
    advance() {
      if (time.day === day) return
      day = time.day
      history.forget(day)
      topic.touch('today')
    },
    dump: () => history.dump(),
    restore(dump) {
      // our own dump
      history.restore(dump as IntakeDump)
      topic.touch('today')
    },
  }
}
