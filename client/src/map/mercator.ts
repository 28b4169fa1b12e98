import type { Place } from '../../../contract/fact-field.ts'

/** Web Mercator on a box of pixels: north up, no tilt. The same arithmetic as the WebGL map's, so that marks above it sit where it draws. Pure. */

/** [west, south, east, north], degrees. */
export type Bounds = readonly [number, number, number, number]
/** [x, y] from the box's left top corner, px. */
export type Point = readonly [number, number]

export interface BoxSize {
  readonly width: number
  readonly height: number
}

export interface Padding {
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly left: number
}

/** Where the map looks. */
export interface View extends BoxSize {
  readonly center: Place
  /** width of the whole world at this scale, px */
  readonly worldPx: number
  /** along the middle parallel */
  readonly pixelsPerKm: number
}

/** 街道尺度: a view nearer than this shows streets rather than towns. */
export const streetPxPerKm = 110

const earthKm = 40_075.017
const maxLatitude = 85.051

const worldX = (longitude: number): number => (longitude + 180) / 360

function worldY(latitude: number): number {
  const radians = (Math.max(-maxLatitude, Math.min(maxLatitude, latitude)) * Math.PI) / 180
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + radians / 2)) / (2 * Math.PI)
}

/** A place on a world one wide and high, from its north-western corner. */
export const toWorld = ([longitude, latitude]: Place): Point => [worldX(longitude), worldY(latitude)]

export const fromWorld = ([x, y]: Point): Place => [x * 360 - 180, latitudeOf(y)]

const latitudeOf = (y: number): number => (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90

/**
 * The view that shows all of `bounds` as large as it can be inside the box's padding, centred there.
 * @returns undefined while the box has no room for it
 */
export function fitView([west, south, east, north]: Bounds, box: BoxSize, padding: Padding): View | undefined {
  const width = box.width - padding.left - padding.right
  const height = box.height - padding.top - padding.bottom
  if (width < 1 || height < 1) return undefined
  const worldPx = Math.min(width / (worldX(east) - worldX(west)), height / (worldY(south) - worldY(north)))
  const x = (worldX(west) + worldX(east)) / 2 + (padding.right - padding.left) / 2 / worldPx
  const y = (worldY(north) + worldY(south)) / 2 + (padding.bottom - padding.top) / 2 / worldPx
  return viewAt([x, y], worldPx, box)
}

/** @param middle on the world of `toWorld`, in the box's middle */
export function viewAt(middle: Point, worldPx: number, { width, height }: BoxSize): View {
  const center = fromWorld(middle)
  return { width, height, center, worldPx, pixelsPerKm: worldPx / (earthKm * Math.cos((center[1] * Math.PI) / 180)) }
}

/** The view of `kmAcross` kilometres of the padded box's shorter side, with a place in its middle. */
export function viewAround(place: Place, kmAcross: number, box: BoxSize, padding: Padding): View | undefined {
  const shorter = Math.min(box.width - padding.left - padding.right, box.height - padding.top - padding.bottom)
  if (shorter < 1) return undefined
  const worldPx = (shorter / kmAcross) * earthKm * Math.cos((place[1] * Math.PI) / 180)
  const [x, y] = toWorld(place)
  return viewAt([x + (padding.right - padding.left) / 2 / worldPx, y + (padding.bottom - padding.top) / 2 / worldPx], worldPx, box)
}

/** The place that lies at a point of the box. */
export function fromScreen([x, y]: Point, view: View): Place {
  const [centerX, centerY] = toWorld(view.center)
  return fromWorld([centerX + (x - view.width / 2) / view.worldPx, centerY + (y - view.height / 2) / view.worldPx])
}

/** Where a place lies on the box, px; outside of it when the view does not show it. */
export function toScreen([longitude, latitude]: Place, view: View): Point {
  const [centerX, centerY] = view.center
  return [
    (worldX(longitude) - worldX(centerX)) * view.worldPx + view.width / 2,
    (worldY(latitude) - worldY(centerY)) * view.worldPx + view.height / 2,
  ]
}
