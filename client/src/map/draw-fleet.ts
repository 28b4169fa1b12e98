import type { FleetSpots } from './fleet.ts'

/** More arrows than this would cover one another and the ground: each vehicle is a small square instead. */
const mostArrows = 400

export interface FleetLook {
  /** pixels per minute of arc */
  readonly am: number
  readonly fill: string
  readonly ground: string
}

/**
 * Draws vehicles: arrowheads along their headings, hollow where they have been silent for a while, a square where the heading is not known.
 * @param context of a canvas with one unit to a CSS pixel, empty
 */
export function drawFleet(context: CanvasRenderingContext2D, spots: FleetSpots, look: FleetLook): void {
  context.fillStyle = look.fill
  if (spots.count > mostArrows) drawSquares(context, spots, look.am)
  else drawArrows(context, spots, look)
}

/** On whole pixels and of one colour, thousands of rectangles cost next to nothing. */
function drawSquares(context: CanvasRenderingContext2D, { count, xy }: FleetSpots, am: number): void {
  const edge = Math.max(2, Math.round(4 * am))
  for (let i = 0; i < count; i++) context.fillRect(Math.round((xy[2 * i] ?? 0) - edge / 2), Math.round((xy[2 * i + 1] ?? 0) - edge / 2), edge, edge)
}

function drawArrows(context: CanvasRenderingContext2D, spots: FleetSpots, { am, fill, ground }: FleetLook): void {
  const path = (stale: number): void => {
    context.beginPath()
    for (let i = 0; i < spots.count; i++) if (spots.stale[i] === stale) arrow(context, spots, i, am)
  }
  path(0)
  context.strokeStyle = ground
  context.lineWidth = am
  context.fill()
  context.stroke()
  path(1)
  context.strokeStyle = fill
  context.lineWidth = 1.6 * am
  context.stroke()
}

const arrowhead = [
  [0, 8],
  [5, -6],
  [0, -2.6],
  [-5, -6],
] as const
const square = [
  [-2.6, -2.6],
  [2.6, -2.6],
  [2.6, 2.6],
  [-2.6, 2.6],
] as const

function arrow(context: CanvasRenderingContext2D, { xy, heading }: FleetSpots, i: number, am: number): void {
  const degrees = heading[i] ?? NaN
  const shape = Number.isNaN(degrees) ? square : arrowhead
  const angle = Number.isNaN(degrees) ? 0 : (degrees * Math.PI) / 180
  const [sin, cos] = [Math.sin(angle) * am, Math.cos(angle) * am]
  const [x, y] = [xy[2 * i] ?? 0, xy[2 * i + 1] ?? 0]
  shape.forEach(([right, up], corner) => {
    const [px, py] = [x + right * cos + up * sin, y + right * sin - up * cos]
    if (corner === 0) context.moveTo(px, py)
    else context.lineTo(px, py)
  })
  context.closePath()
}
