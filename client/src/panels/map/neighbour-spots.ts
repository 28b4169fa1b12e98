import type { Place } from '../../../../contract/fact-field.ts'
import type { Shape } from '../../../../contract/boundary.ts'
import { toScreen } from '../../map/mercator.ts'
import type { BoxSize, Point, View } from '../../map/mercator.ts'
import { boxAround } from '../../map/place-labels.ts'
import type { Box } from '../../map/place-labels.ts'

const columns = 28
const rows = 18
const most = 8

/** True inside the rings, by counting crossings. */
export function isInside([x, y]: Point, rings: readonly (readonly Point[])[]): boolean {
  let inside = false
  for (const ring of rings) {
    let [px, py] = ring.at(-1) ?? [0, 0]
    for (const [qx, qy] of ring) {
      if (qy > y !== py > y && x < ((px - qx) * (y - qy)) / (py - qy) + qx) inside = !inside
      ;[px, py] = [qx, qy]
    }
  }
  return inside
}

const corners = ({ x, y, width, height }: Box): readonly Point[] => [
  [x, y],
  [x + width, y],
  [x, y + height],
  [x + width, y + height],
]

/** Square of the distance to the nearest vertex, px². */
function clearance([x, y]: Point, rings: readonly (readonly Point[])[]): number {
  let nearest = Infinity
  for (const ring of rings) for (const [px, py] of ring) nearest = Math.min(nearest, (px - x) ** 2 + (py - y) ** 2)
  return nearest
}

interface Answered {
  readonly view: View
  readonly frame: Box
  readonly size: BoxSize
  readonly spots: readonly Box[]
}

/** Neighbours lie still, and looking over one takes longer than placing all the rest: what was answered last holds until the view is another. */
const answered = new WeakMap<Shape, Answered>()

/** Where a neighbour's name may stand in what the frame shows of it: the roomiest spots first, at most eight. */
export function neighbourSpots(shape: Shape, view: View, frame: Box, size: BoxSize): readonly Box[] {
  const last = answered.get(shape)
  if (last?.view === view && last.frame === frame && last.size.width === size.width && last.size.height === size.height) return last.spots
  const spots = findSpots(shape, view, frame, size)
  answered.set(shape, { view, frame, size, spots })
  return spots
}

function findSpots(shape: Shape, view: View, frame: Box, size: BoxSize): readonly Box[] {
  const project = (place: Place): Point => toScreen(place, view)
  const rings = shape.rings.map((ring) => ring.map(project))
  const margin = size.height
  const spots: { box: Box; room: number }[] = []
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at: Point = [
        frame.x + margin + size.width / 2 + ((frame.width - size.width - 2 * margin) * column) / (columns - 1),
        frame.y + margin + ((frame.height - 2 * margin) * row) / (rows - 1),
      ]
      const box = boxAround(at, size)
      const room = clearance(at, rings)
      if (corners(box).every((corner) => isInside(corner, rings)) && room > (size.width / 2) ** 2) spots.push({ box, room })
    }
  }
  return spots
    .sort((a, b) => b.room - a.room)
    .slice(0, most)
    .map(({ box }) => box)
}
