import type { Place } from '../../../contract/fact-field.ts'

/** Distances and directions within one district: a plane is good enough. Pure. */

const kmPerDegree = 111.32

/** [kilometres to the east, kilometres to the north] from one place to the other. */
function offsetKm([fromLongitude, fromLatitude]: Place, [toLongitude, toLatitude]: Place): readonly [number, number] {
  const stretch = Math.cos((((fromLatitude + toLatitude) / 2) * Math.PI) / 180)
  return [(toLongitude - fromLongitude) * stretch * kmPerDegree, (toLatitude - fromLatitude) * kmPerDegree]
}

export function distanceKm(from: Place, to: Place): number {
  return Math.hypot(...offsetKm(from, to))
}

/** Direction in which `to` is seen from `from`, degrees clockwise from north, [0, 360). */
export function bearing(from: Place, to: Place): number {
  const [east, north] = offsetKm(from, to)
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360
}

/** The angle between two directions, degrees, [0, 180]. */
export function angleBetween(one: number, other: number): number {
  const turned = Math.abs(one - other) % 360
  return Math.min(turned, 360 - turned)
}
