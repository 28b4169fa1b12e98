import type { Place } from '../../contract/fact.ts'

/** Semi-major axis (m) and squared eccentricity of the Krasovsky ellipsoid, on which GCJ-02 was defined. */
const axis = 6_378_245
const eccentricity = 0.006_693_421_622_965_943

/** Outside this box GCJ-02 is not applied: such points are WGS-84 already. Source: the published reference implementation. */
const china = { west: 72.004, east: 137.8347, south: 0.8293, north: 55.8271 }

const wave = (value: number, periods: readonly (readonly [amplitude: number, period: number])[]): number =>
  periods.reduce((sum, [amplitude, period]) => sum + (amplitude * Math.sin((value / period) * Math.PI) * 2) / 3, 0)

function northOffset(x: number, y: number): number {
  const polynomial = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x))
  const short = [
    [20, 1 / 6],
    [20, 1 / 2],
  ] as const
  const long = [
    [20, 1],
    [40, 3],
    [160, 12],
    [320, 30],
  ] as const
  return polynomial + wave(x, short) + wave(y, long)
}

function eastOffset(x: number, y: number): number {
  const polynomial = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x))
  return (
    polynomial +
    wave(x, [
      [20, 1 / 6],
      [20, 1 / 2],
      [20, 1],
      [40, 3],
      [150, 12],
      [300, 30],
    ])
  )
}

function isInChina([longitude, latitude]: Place): boolean {
  return longitude >= china.west && longitude <= china.east && latitude >= china.south && latitude <= china.north
}

function wgs84ToGcj02(place: Place): Place {
  const [longitude, latitude] = place
  const north = northOffset(longitude - 105, latitude - 35)
  const east = eastOffset(longitude - 105, latitude - 35)
  const radians = (latitude / 180) * Math.PI
  const magic = 1 - eccentricity * Math.sin(radians) ** 2
  const root = Math.sqrt(magic)
  return [
    longitude + (east * 180) / ((axis / root) * Math.cos(radians) * Math.PI),
    latitude + (north * 180) / (((axis * (1 - eccentricity)) / (magic * root)) * Math.PI),
  ]
}

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
