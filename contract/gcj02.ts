import type { Place } from './fact-field.ts'

/** 火星坐标: the shift of Chinese maps, for whoever must bring their pictures and their points together. */

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

export function isInChina([longitude, latitude]: Place): boolean {
  return longitude >= china.west && longitude <= china.east && latitude >= china.south && latitude <= china.north
}

/** Turns WGS-84 into 火星坐标, inside China. Source: the published reference implementation of the shift. */
export function wgs84ToGcj02(place: Place): Place {
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
