import { describe, expect, it } from 'vitest'
import { bd09ToWgs84, gcj02ToWgs84 } from '../../server/core/coordinates.ts'
import { toGcj02 } from '../../mock-streams/city/gcj02.ts'

/** Metres between two points that are near each other. */
function metres([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): number {
  const east = (x2 - x1) * 111_320 * Math.cos((y1 / 180) * Math.PI)
  return Math.hypot(east, (y2 - y1) * 110_540)
}

describe('gcj02ToWgs84', () => {
  it('turns the published vector of Beijing back', () => {
    // wgs84togcj02(116.404, 39.915) of the coordtransform package, which tests with it
    const [longitude, latitude] = gcj02ToWgs84([116.41024449916938, 39.91640428150164])
    expect(longitude).toBeCloseTo(116.404, 7)
    expect(latitude).toBeCloseTo(39.915, 7)
  })

  it('is the inverse of the shift within a centimetre all over China', () => {
    for (let longitude = 74; longitude < 135; longitude += 3.7)
      for (let latitude = 4; latitude < 53; latitude += 3.1)
        expect(metres(gcj02ToWgs84([...toGcj02([longitude, latitude])]), [longitude, latitude])).toBeLessThan(0.01)
  })

  it('moves a point of Kongtong by about half a kilometre', () => {
    const shifted: [number, number] = [...toGcj02([106.69, 35.54])]
    const moved = metres(shifted, [106.69, 35.54])
    expect(moved).toBeGreaterThan(300)
    expect(moved).toBeLessThan(700)
  })

  it('leaves a point outside China as it is', () => {
    expect(gcj02ToWgs84([-118.267, 34.073])).toEqual([-118.267, 34.073])
  })
})

describe('bd09ToWgs84', () => {
  it('turns the published vector of Beijing back', () => {
    // gcj02tobd09(116.404, 39.915) of the coordtransform package, which tests with it
    const [longitude, latitude] = bd09ToWgs84([116.41036949371029, 39.92133699351021])
    const [expectedLongitude, expectedLatitude] = gcj02ToWgs84([116.404, 39.915])
    expect(longitude).toBeCloseTo(expectedLongitude, 7)
    expect(latitude).toBeCloseTo(expectedLatitude, 7)
  })

  it('leaves a point outside China as it is', () => {
    expect(bd09ToWgs84([-118.267, 34.073])).toEqual([-118.267, 34.073])
  })
})
