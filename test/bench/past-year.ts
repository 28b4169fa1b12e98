import type { Fact } from '../../contract/fact.ts'
import { dayMs, minuteMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { EventLog } from '../../server/store/event-log.ts'
import { districtLife } from '../support/district-life.ts'

/** A county's year of so many facts: its days minute by minute, 500 orders in each, and what is left is told by 300 sensors. */

export const yearBegins = Date.UTC(2025, 11, 31, 16)
export const yearDays = 365

const ticksPerDay = 1_440
const factsPerOrder = 5
const mostOrdersPerDay = 500
const sensors = 300
/** A commit for so many minutes, where a server makes one for each message: rows are as they would be, and the disk is asked less often. */
const minutesPerCommit = 5

/** Writes the year through the store's own writer. @param onDay called when a day is over, with the log's end */
export async function writeYear(log: EventLog, facts: number, onDay: (day: number) => Promise<unknown>): Promise<void> {
  const perDay = facts / yearDays - ticksPerDay
  const ordersPerDay = Math.min(mostOrdersPerDay, Math.max(1, Math.floor((perDay * 0.9) / factsPerOrder)))
  const readings = Math.max(0, (perDay - ordersPerDay * factsPerOrder) / ticksPerDay)
  const life = districtLife({ from: yearBegins, days: yearDays, ordersPerDay, indicators: ['satisfaction', 'on_time_rate', 'data_growth'] })
  let told = { count: 0, owed: 0 }
  let waiting: { feed: string; facts: string[] }[] = []
  let day = 0
  for (const { at, feed, facts: next } of life) {
    if (at >= yearBegins + (day + 1) * dayMs) {
      day += 1
      await onDay(day)
    }
    waiting.push({ feed, facts: next.map((fact) => JSON.stringify(fact)) })
    // the tick ends a minute
    if (next[0]?.kind !== 'tick') continue
    const owed = told.owed + readings
    const count = Math.floor(owed)
    if (count > 0) waiting.push({ feed: 'sensors', facts: readingsAt(at, told.count, count) })
    told = { count: told.count + count, owed: owed - count }
    if ((at / minuteMs) % minutesPerCommit !== 0) continue
    log.append(waiting, at)
    waiting = []
  }
  await onDay(yearDays)
}

function readingsAt(at: Instant, first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const number = first + index
    const sensor = number % sensors
    const fact: Fact = {
      kind: 'sensor-reading',
      sensor: `WL-${String(sensor).padStart(4, '0')}`,
      quantity: 'water-level',
      at,
      value: 1_200 + sensor / 10 + (number % 997) / 1_000,
      // a station tells its name with its first reading
      ...(number < sensors && { name: `${String(sensor)}号水位计`, place: [106.6 + sensor / 3_000, 35.5] }),
    }
    return JSON.stringify(fact)
  })
}
