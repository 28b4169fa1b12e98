import { dayNumberOf, firstDayOfYear, startOfDayNumber } from '../calendar.ts'
import type { City } from '../city/scenario.ts'
import type { Platform } from '../platform.ts'
import { incidentsOfDay } from './incidents.ts'
import { heartbeatMessage, incidentMessage, orderMessage } from './messages.ts'
import { longestLifeDays } from './life.ts'
import { callsOfDay, endOfLives, messagesOfDay } from './orders.ts'

/** Of calls and incidents five weeks and a day: what is usual for a weekday, and rates of this month, need a past. Of the other channels the year. */
const backfillDays = 35

interface Said {
  readonly at: number
  message(): object
}

/** The 12345 platform of the simulated city: each event of each order and incident, the second it happens. */
export function hotlinePlatform(city: City): Platform {
  const days = new Map<number, readonly Said[]>()
  let firstDay = Number.NEGATIVE_INFINITY
  let firstDayOfCalls = Number.NEGATIVE_INFINITY

  /** Everything ever said of what began on a day, by time; kept while it can still be asked for. */
  const saidOf = (day: number): readonly Said[] => {
    const kept = days.get(day)
    if (kept !== undefined) return kept
    const isWhole = day >= firstDayOfCalls
    const orders = [...(isWhole ? callsOfDay(city, day) : []), ...messagesOfDay(city, day)].flatMap((order) =>
      order.events.map((event) => ({ at: event.at, message: () => orderMessage(order, event) })),
    )
    const incidents = (isWhole ? incidentsOfDay(city, day) : []).flatMap((incident) =>
      incident.events.map((event) => ({ at: event.at, message: () => incidentMessage(incident, event) })),
    )
    const said = [...orders, ...incidents].filter(({ at }) => at < endOfLives(day)).sort((a, b) => a.at - b.at)
    days.set(day, said)
    return said
  }

  return {
    feed: 'hotline',
    messagesBetween(from, to) {
      const oldest = Math.max(firstDay, dayNumberOf(from) - longestLifeDays)
      for (const day of days.keys()) if (day < oldest) days.delete(day)
      const found: Said[] = []
      for (let day = oldest; startOfDayNumber(day) < to; day++) {
        const said = saidOf(day)
        if ((said.at(-1)?.at ?? 0) >= from) found.push(...said.filter(({ at }) => at >= from && at < to))
      }
      return found.sort((a, b) => a.at - b.at).map((said) => said.message())
    },
    backfillFrom(now) {
      const today = dayNumberOf(now)
      // what began before is left out whole: an order whose receipt was never told would seem to begin when it was closed
      firstDayOfCalls = today - backfillDays
      firstDay = Math.min(firstDayOfCalls, firstDayOfYear(today))
      return startOfDayNumber(firstDay)
    },
    heartbeat: heartbeatMessage,
    heartbeatMs: 30_000,
  }
}
