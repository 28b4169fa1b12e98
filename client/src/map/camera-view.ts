import type { Place } from '../../../contract/fact-field.ts'
import { angleBetween, bearing, distanceKm } from './geodesy.ts'

/** Which cameras look towards a place. Pure. */

/** farther cameras have nothing to show of a place */
export const reachKm = 5
/** to either side of where the camera looks */
const halfAngle = 60
/** a camera as near as this stands at the place: the direction between the two says nothing */
const sameSpotKm = 0.03

export interface Looking {
  readonly place: Place | undefined
  /** viewing direction, degrees clockwise from north; one that is not known looks nowhere */
  readonly heading: number | undefined
}

/**
 * Those of `cameras` that face `place`: not farther than 5 km, and turned towards it by their heading, 60° to either side.
 * @returns nearest first
 */
export function camerasFacing<Camera extends Looking>(place: Place, cameras: readonly Camera[]): readonly Camera[] {
  return cameras
    .flatMap((camera) => {
      const { place: from, heading } = camera
      if (from === undefined || heading === undefined) return []
      const km = distanceKm(from, place)
      const isTurned = km <= sameSpotKm || angleBetween(heading, bearing(from, place)) <= halfAngle
      return km <= reachKm && isTurned ? [{ camera, km }] : []
    })
    .sort((a, b) => a.km - b.km)
    .map(({ camera }) => camera)
}
