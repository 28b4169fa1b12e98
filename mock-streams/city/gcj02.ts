/** The vendors of this city speak GCJ-02 (火星坐标). Source: the published reference implementation of the shift. */
const axis = 6_378_245
const eccentricity = 0.006_693_421_622_965_943

const sine = (value: number, period: number, amplitude: number): number => (amplitude * Math.sin((value / period) * Math.PI) * 2) / 3

const north = (x: number, y: number): number =>
  -100 +
  2 * x +
  3 * y +
  0.2 * y * y +
  0.1 * x * y +
  0.2 * Math.sqrt(Math.abs(x)) +
  sine(x, 1 / 6, 20) +
  sine(x, 1 / 2, 20) +
  sine(y, 1, 20) +
  sine(y, 3, 40) +
  sine(y, 12, 160) +
  sine(y, 30, 320)

const east = (x: number, y: number): number =>
  300 +
  x +
  2 * y +
  0.1 * x * x +
  0.1 * x * y +
  0.1 * Math.sqrt(Math.abs(x)) +
  sine(x, 1 / 6, 20) +
  sine(x, 1 / 2, 20) +
  sine(x, 1, 20) +
  sine(x, 3, 40) +
  sine(x, 12, 150) +
  sine(x, 30, 300)

/** Shifts a WGS-84 point in China; [longitude, latitude] in degrees, both ways. */
export function toGcj02([longitude, latitude]: readonly [number, number]): readonly [number, number] {
  const radians = (latitude / 180) * Math.PI
  const magic = 1 - eccentricity * Math.sin(radians) ** 2
  const root = Math.sqrt(magic)
  const x = longitude - 105
  const y = latitude - 35
  return [
    longitude + (east(x, y) * 180) / ((axis / root) * Math.cos(radians) * Math.PI),
    latitude + (north(x, y) * 180) / (((axis * (1 - eccentricity)) / (magic * root)) * Math.PI),
  ]
}
