import type { Place } from '../../../../contract/fact-field.ts'
import type { Incident } from '../../../../contract/incident.ts'
import { dayMs } from '../../../../contract/time.ts'
import type { Instant } from '../../../../contract/time.ts'
import type { SensorState, Vehicle, WorkOrder } from '../../../../contract/topic.ts'
import type { VideoSource } from '../../../../contract/video-source.ts'
import { camerasFacing } from '../../map/camera-view.ts'
import { distanceKm } from '../../map/geodesy.ts'
import { ordersAround } from '../../panels/orders-by-subdistrict/nearby.ts'

/** 周边: what may help, or tell more, around a place. Pure. */

/** Somebody who is on duty now. */
export interface DutyOfficer {
  /** 带班领导, 值班长 … in the roster's words */
  readonly role: string
  /** id of a unit; undefined for the centre itself */
  readonly unit: string | undefined
  readonly name: string
  /** 内线 */
  readonly line: string
}

export interface Surroundings {
  readonly cameras: Iterable<VideoSource>
  readonly vehicles: Iterable<Vehicle>
  readonly sensors: Iterable<SensorState>
  readonly incidents: Iterable<Incident>
  readonly orders: Iterable<WorkOrder>
  /** as a roster names them, where there is one */
  readonly duty?: readonly DutyOfficer[]
}

export interface Near<T> {
  readonly thing: T
  readonly km: number
}

export interface Nearby {
  /** those that face it, nearest first, and then the others */
  readonly cameras: readonly (Near<VideoSource> & { readonly faces: boolean })[]
  readonly vehicles: readonly Near<Vehicle>[]
  readonly sensors: readonly Near<SensorState>[]
  /** others within the last 90 days as far as they are still told, nearest first */
  readonly incidents: readonly Near<Incident>[]
  /** the last received first */
  readonly orders: readonly WorkOrder[]
  readonly duty: readonly DutyOfficer[]
}

/** farther away something has nothing to do with the place, or is there too late */
const cameraKm = 1
const vehicleKm = 5
const sensorKm = 3
const incidentKm = 1
const backMs = 90 * dayMs
const mostOfEach = 8
/** a vehicle that was not heard of for so long may be anywhere */
const vehicleSilentMs = 600_000

/** @param id of the incident whose place it is; it is not near itself */
export function nearby(place: Place, things: Surroundings, { id, now }: { readonly id: string | undefined; readonly now: Instant }): Nearby {
  return {
    cameras: camerasNear(place, [...things.cameras]),
    vehicles: nearest(
      place,
      [...things.vehicles].filter(({ observedAt }) => now - observedAt <= vehicleSilentMs),
      vehicleKm,
    ),
    sensors: nearest(place, things.sensors, sensorKm),
    incidents: nearest(
      place,
      [...things.incidents].filter((one) => one.id !== id && now - one.reportedAt <= backMs),
      incidentKm,
    ),
    orders: ordersAround(things.orders, { kind: 'incident', id: id ?? '', place }).slice(0, mostOfEach),
    duty: things.duty ?? [],
  }
}

function camerasNear(place: Place, cameras: readonly VideoSource[]): Nearby['cameras'] {
  const facing = camerasFacing(place, cameras)
  const told = facing.map((thing) => ({ thing, km: thing.place === undefined ? 0 : distanceKm(thing.place, place), faces: true }))
  const others = nearest(
    place,
    cameras.filter((camera) => !facing.includes(camera)),
    cameraKm,
  ).map((near) => ({ ...near, faces: false }))
  return [...told, ...others].slice(0, mostOfEach)
}

function nearest<T extends { readonly id: string; readonly place: Place | undefined }>(
  place: Place,
  things: Iterable<T>,
  withinKm: number,
): readonly Near<T>[] {
  return [...things]
    .flatMap((thing) => (thing.place === undefined ? [] : [{ thing, km: distanceKm(thing.place, place) }]))
    .filter(({ km }) => km <= withinKm)
    .sort((one, other) => one.km - other.km || (one.thing.id < other.thing.id ? -1 : 1))
    .slice(0, mostOfEach)
}
