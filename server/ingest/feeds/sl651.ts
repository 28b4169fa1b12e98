import { z } from 'zod'
import type { Dialect } from '../dialect.ts'
import { readLocalTime } from './upstream-time.ts'

/** What the codec sl651 makes of one report. */
const message = z.looseObject({
  station: z.string().min(1).max(20),
  function: z.string().max(4),
  readings: z.array(z.looseObject({ element: z.string().max(8), observedAt: z.string().max(30), value: z.number() })).max(5_000),
})
type Report = z.infer<typeof message>

/**
 * Elements of SL 651-2014 whose unit is the quantity's own. 20 (current rain), 1F (day) and 26 (accumulated) are no rain of an hour;
 * F5-FC are levels above a base that only the station's maker knows.
 */
const quantities: Readonly<Record<string, string>> = {
  '39': 'water-level',
  '27': 'flow',
  '38': 'voltage',
  '02': 'temperature',
  '1A': 'rain-hour',
}

const fiveMinutes = 'F4'

function factsOf({ station, readings }: Report, zone: string): readonly unknown[] {
  const direct = readings.flatMap(({ element, observedAt, value }) => {
    const quantity = Object.hasOwn(quantities, element) ? quantities[element] : undefined
    return quantity === undefined ? [] : [{ quantity, observedAt, value }]
  })
  const hours = direct.some(({ quantity }) => quantity === 'rain-hour') ? [] : rainOfHour(readings)
  return [...direct, ...hours].map(({ quantity, observedAt, value }) => ({
    kind: 'sensor-reading',
    sensor: station,
    quantity,
    at: readLocalTime(observedAt, 'F0F0', zone, 'year-first'),
    value,
  }))
}

/** Twelve spans of five minutes are the hour they end; with one of them missing nobody knows the hour. */
function rainOfHour(readings: Report['readings']): readonly { quantity: string; observedAt: string; value: number }[] {
  const spans = readings.filter(({ element }) => element === fiveMinutes)
  const last = spans.at(-1)
  if (spans.length !== 12 || last === undefined) return []
  const tenths = spans.reduce((sum, { value }) => sum + Math.round(value * 10), 0)
  return [{ quantity: 'rain-hour', observedAt: last.observedAt, value: tenths / 10 }]
}

/** Readings of hydrological stations: the station's number is the sensor's. Heartbeats and pictures say nothing we show. */
export const sl651: Dialect = {
  name: 'sl651',
  carries: ['sensor-reading'],
  message,
  map(given, { feed }) {
    // `given` is what `message` made of it: the runner parses before it maps
    return factsOf(given as Report, feed.zone)
  },
}
