import type { Place } from '../../../../contract/fact-field.ts'
import type { SensorState } from '../../../../contract/topic.ts'
import { hourMs } from '../../../../contract/time.ts'

/** What of sensors a map shows. Pure. */

export interface SensorMark {
  /** `sensor/quantity` */
  readonly id: string
  readonly place: Place
  readonly quantity: string
  readonly value: number
  readonly standing: SensorState['standing']
  /** good values of before, oldest first */
  readonly trend: SensorState['trend']
}

/** What counts as the trend of now. */
const trendMs = hourMs

/** Sensors with a place, those over their limit first and of these the worst: they get their flags before others. */
export function sensorMarks(sensors: Iterable<SensorState>): { readonly marks: readonly SensorMark[]; readonly total: number } {
  const marks: Readonly<Record<SensorState['standing'], SensorMark[]>> = { urgent: [], over: [], normal: [] }
  let total = 0
  for (const { id, place, quantity, value, standing, trend } of sensors) {
    total++
    if (place !== undefined) marks[standing].push({ id, place, quantity, value, standing, trend })
  }
  const byId = (a: SensorMark, b: SensorMark): number => (a.id < b.id ? -1 : 1)
  // dots at rest look all the same: no order among thousands of them
  return { marks: [...marks.urgent.sort(byId), ...marks.over.sort(byId), ...marks.normal], total }
}

/**
 * Where the value has gone within the last hour.
 * @param least change that counts, in the quantity's unit: less is noise
 * @returns undefined with nothing to compare with
 */
export function trendOf({ trend, value }: Pick<SensorMark, 'trend' | 'value'>, least: number): 'rising' | 'falling' | 'steady' | undefined {
  const last = trend.at(-1)
  const first = trend.find(({ at }) => last !== undefined && at >= last.at - trendMs)
  if (last === undefined || first === undefined || first === last) return undefined
  const change = value - first.value
  if (Math.abs(change) < least) return 'steady'
  return change > 0 ? 'rising' : 'falling'
}
