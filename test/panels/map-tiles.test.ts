import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Place } from '../../contract/fact-field.ts'
import type { TileLook } from '../../contract/tiles.ts'
import { fitView, toScreen, viewAround } from '../../client/src/map/mercator.ts'
import type { Bounds, View } from '../../client/src/map/mercator.ts'
import { boundsOf, tilesFor } from '../../client/src/map/tiles.ts'
import type { PlacedTile } from '../../client/src/map/tiles.ts'
import { gcj02ToWgs84 } from '../../server/core/coordinates.ts'

const bounds: Bounds = [106.431, 35.272, 107.193, 35.746]
const box = { width: 1_175, height: 660 }
const padding = { top: 9, right: 9, bottom: 60, left: 40 }
const need = (view: View | undefined): View => {
  if (view === undefined) throw new Error('there is room')
  return view
}
const home = need(fitView(bounds, box, padding))
const tiles = (of: Partial<TileLook> = {}): TileLook => ({ minZoom: 0, maxZoom: 18, opacity: 0.5, approval: 'GS(2024)0000', datum: 'wgs84', ...of })
const place = fc.tuple(fc.double({ min: 106.431, max: 107.193, noNaN: true }), fc.double({ min: 35.272, max: 35.746, noNaN: true }))
const views = fc.tuple(place, fc.double({ min: 0.3, max: 60, noNaN: true })).map(([middle, km]) => need(viewAround(middle, km, box, padding)))

/** Left top corner of a tile on the earth, by the rule that all web maps share. */
function cornerOf({ url }: PlacedTile): Place {
  const [, z = 0, x = 0, y = 0] = (/(\d+)\/(\d+)\/(\d+)$/.exec(url) ?? []).map(Number)
  return [(x / 2 ** z) * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** z))) * 180) / Math.PI]
}

describe('tiles of a view', () => {
  it('stand where the earth has them, and are neither blurred nor wasted', () => {
    fc.assert(
      fc.property(views, (view) => {
        for (const tile of tilesFor(view, tiles())) {
          const [x, y] = toScreen(cornerOf(tile), view)
          expect([tile.x, tile.y]).toEqual([expect.closeTo(x, 1), expect.closeTo(y, 1)])
          expect(tile.edge).toBeGreaterThan(256 / 1.42)
          expect(tile.edge).toBeLessThan(256 * 1.42)
        }
      }),
    )
  })

  it('cover all of it', () => {
    fc.assert(
      fc.property(views, (view) => {
        const placed = tilesFor(view, tiles())
        for (const [x, y] of [
          [0, 0],
          [view.width - 0.01, view.height - 0.01],
          [view.width / 2, 0],
        ] as const)
          expect(placed.some((tile) => x >= tile.x && x < tile.x + tile.edge && y >= tile.y && y < tile.y + tile.edge)).toBe(true)
      }),
    )
  })

  it('are of the zooms there are, and none where that would be thousands', () => {
    const zooms = (of: Partial<TileLook>) => new Set(tilesFor(home, tiles(of)).map(({ url }) => url.split('/')[4]))
    expect([...zooms({ maxZoom: 9 })]).toEqual(['9'])
    expect(zooms({ minZoom: 17 }).size).toBe(0)
  })

  it('of 火星坐标 are shifted to where our points are', () => {
    const view = need(viewAround([106.7, 35.54], 6, box, padding))
    for (const tile of tilesFor(view, tiles({ datum: 'gcj02' }))) {
      // the tile's corner is a place of that grid: on our earth it is elsewhere, by some hundred metres
      const [x, y] = toScreen(gcj02ToWgs84(cornerOf(tile)), view)
      expect(Math.hypot(tile.x - x, tile.y - y)).toBeLessThan(3)
      expect(Math.hypot(tile.x - toScreen(cornerOf(tile), view)[0])).toBeGreaterThan(20)
    }
  })
})

it('a view shows what lies between its corners', () => {
  const [west, south, east, north] = boundsOf(home)
  expect(toScreen([west, north], home)).toEqual([expect.closeTo(0, 6), expect.closeTo(0, 6)])
  expect(toScreen([east, south], home)).toEqual([expect.closeTo(box.width, 6), expect.closeTo(box.height, 6)])
})
