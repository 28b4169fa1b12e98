import { wgs84ToGcj02 } from '../../../contract/gcj02.ts'
import type { TileLook } from '../../../contract/tiles.ts'
import { fromWorld, toWorld } from './mercator.ts'
import type { Bounds, View } from './mercator.ts'

/** Which tiles a view needs, and where on the box each stands. Pure. */

/** of a web map's pyramid, px */
const tilePx = 256
/** A view of half the earth with the tiles of a city would ask for a million of them: it goes without. */
const mostTiles = 600

export interface PlacedTile {
  readonly url: string
  /** left top corner and edge, px */
  readonly x: number
  readonly y: number
  readonly edge: number
}

/** The tiles that cover a view, each as large as the view makes it: between 0.7 and 1.4 of its own pixels where there are such. */
export function tilesFor(view: View, { minZoom, maxZoom, datum }: TileLook): readonly PlacedTile[] {
  const zoom = Math.max(minZoom, Math.min(maxZoom, Math.round(Math.log2(view.worldPx / tilePx))))
  const across = 2 ** zoom
  // over a view the shift changes by less than a pixel or two
  const [middleX, middleY] = toWorld(datum === 'gcj02' ? wgs84ToGcj02(view.center) : view.center)
  const edge = view.worldPx / across
  const range = (middle: number, extent: number): readonly [number, number] => {
    const at = (px: number): number => Math.max(0, Math.min(across - 1, Math.floor(middle * across + px / edge)))
    return [at(-extent / 2), at(extent / 2)]
  }
  const [left, right] = range(middleX, view.width)
  const [top, bottom] = range(middleY, view.height)
  if ((right - left + 1) * (bottom - top + 1) > mostTiles) return []
  const placed: PlacedTile[] = []
  for (let y = top; y <= bottom; y++)
    for (let x = left; x <= right; x++)
      placed.push({
        url: `/api/map/tiles/${String(zoom)}/${String(x)}/${String(y)}`,
        x: (x - middleX * across) * edge + view.width / 2,
        y: (y - middleY * across) * edge + view.height / 2,
        edge,
      })
  return placed
}

/** What of the earth a view shows. */
export function boundsOf({ center, worldPx, width, height }: View): Bounds {
  const [x, y] = toWorld(center)
  const [west, north] = fromWorld([x - width / 2 / worldPx, y - height / 2 / worldPx])
  const [east, south] = fromWorld([x + width / 2 / worldPx, y + height / 2 / worldPx])
  return [west, south, east, north]
}
