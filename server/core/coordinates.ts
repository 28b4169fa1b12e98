import type { Place } from '../../contract/fact-field.ts'
import { isInChina, wgs84ToGcj02 } from '../../contract/gcj02.ts'

/**
 * Turns 火星坐标 (GCJ-02), in which Chinese map and hotline platforms speak, into WGS-84.
 * @returns degrees, within 1e-7 (a centimetre) of the point that was shifted; a point outside China comes back as it was
 * Source: the reference implementation of the shift, inverted by iteration since it has no closed inverse.
 */
export const gcj02ToWgs84 = (shifted: Place): Place => (isInChina(shifted) ? invert(wgs84ToGcj02, shifted) : shifted)

/** Baidu shifts GCJ-02 once more. Source: the published conversion between the two. */
function gcj02ToBd09([longitude, latitude]: Place): Place {
  const period = (Math.PI * 3_000) / 180
  const radius = Math.hypot(longitude, latitude) + 0.000_02 * Math.sin(latitude * period)
  const angle = Math.atan2(latitude, longitude) + 0.000_003 * Math.cos(longitude * period)
  return [radius * Math.cos(angle) + 0.006_5, radius * Math.sin(angle) + 0.006]
}

/**
 * Turns 百度坐标 (BD-09) into WGS-84.
 * @returns degrees, within 1e-7 of the point that was shifted; a point outside China comes back as it was
 */
export const bd09ToWgs84 = (shifted: Place): Place => (isInChina(shifted) ? gcj02ToWgs84(invert(gcj02ToBd09, shifted)) : shifted)

/** A tenth of a millimetre. */
const closeEnough = 1e-9

function invert(shift: (place: Place) => Place, shifted: Place): Place {
  let guess: Place = shifted
  // each round leaves a fiftieth of the error or less: three or four are enough, ten end it in any case
  for (let round = 0; round < 10; round++) {
    const [longitude, latitude] = shift(guess)
    const [east, north] = [shifted[0] - longitude, shifted[1] - latitude]
    guess = [guess[0] + east, guess[1] + north]
    if (Math.abs(east) < closeEnough && Math.abs(north) < closeEnough) break
  }
  return guess
}
