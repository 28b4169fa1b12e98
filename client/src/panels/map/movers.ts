import type { Place } from '../../../../contract/fact.ts'
import type { SensorState, Vehicle } from '../../../../contract/topic.ts'
import type { Instant } from '../../../../contract/time.ts'
import { minuteMs } from '../../../../contract/time.ts'

/** What of sensors and vehicles a map shows. Pure. */

export interface SensorMark {
  /** `sensor/quantity` */
  readonly id: string
  readonly place: Place
  readonly quantity: string
  readonly value: number
  readonly standing: SensorState['standing']
}

export interface VehicleMark {
  readonly id: string
  readonly place: Place
  /** degrees clockwise from north; undefined is drawn as a dot */
  readonly heading: number | undefined
}

/** A vehicle that was silent for longer is somewhere else by now: it is counted, not drawn. */
export const lostAfterMs = 10 * minuteMs

/** Sensors with a place, worst first: what is over its limit gets its flag before others. */
export function sensorMarks(sensors: Iterable<SensorState>): { readonly sensors: readonly SensorMark[]; readonly sensorsTotal: number } {
  const order: readonly SensorState['standing'][] = ['urgent', 'over', 'normal']
  const all = [...sensors]
  const located = all.flatMap(({ id, place, quantity, value, standing }) => (place === undefined ? [] : [{ id, place, quantity, value, standing }]))
  return {
    sensors: located.sort((a, b) => order.indexOf(a.standing) - order.indexOf(b.standing) || (a.id < b.id ? -1 : 1)),
    sensorsTotal: all.length,
  }
}

/** Vehicles heard of within ten minutes, and how many there are at all. */
export function vehicleMarks(vehicles: Iterable<Vehicle>, now: Instant): { readonly marks: readonly VehicleMark[]; readonly total: number } {
  const all = [...vehicles]
  const heard = all.filter(({ observedAt }) => now - observedAt <= lostAfterMs)
  return { marks: heard.map(({ id, place, heading }) => ({ id, place, heading })), total: all.length }
}
