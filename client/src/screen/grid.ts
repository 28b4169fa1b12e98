import type { Density, Layout, Placement, Screen } from '../../../contract/configuration.ts'
import { densities } from '../../../contract/configuration.ts'
import type { Wall } from './wall-profile.ts'

/** Rows of the grid between header and strip. */
const gridRows = 24

/** A panel's place in whole pixels from the window's upper left corner. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/**
 * The layout of a screen for a wall: its shape first, then its density, else the nearest sparser, else the nearest denser one.
 * @returns undefined only for a screen without layouts
 */
export function chooseLayout(screen: Screen, wall: Pick<Wall, 'shape' | 'density'>): Layout | undefined {
  const ofShape = screen.layouts.filter(({ shape }) => shape === wall.shape)
  const candidates = ofShape.length > 0 ? ofShape : screen.layouts
  for (const density of byNearness(wall.density)) {
    const found = candidates.find((layout) => layout.densities.includes(density))
    if (found !== undefined) return found
  }
  return undefined
}

/** Sparser before denser at the same distance: type never shrinks, so what does not fit must go. */
function byNearness(wanted: Density): readonly Density[] {
  const rank = densities.indexOf(wanted)
  const distance = (density: Density): number => {
    const steps = densities.indexOf(density) - rank
    return steps >= 0 ? steps : -steps + 0.5
  }
  return [...densities].sort((a, b) => distance(a) - distance(b))
}

/** Whole-pixel edges of `span` units of a line of `count` units with a gutter between each two. */
function edges(line: { readonly start: number; readonly length: number; readonly gutter: number; readonly count: number }, at: number, span: number) {
  const unit = (line.length + line.gutter) / line.count
  return [Math.round(line.start + at * unit), Math.round(line.start + (at + span) * unit - line.gutter)] as const
}

/** Where a panel stands on a wall. A bleeding panel runs on to those edges of the page that it touches on the grid. */
export function place(placement: Pick<Placement, 'column' | 'row' | 'width' | 'height' | 'bleed'>, columns: number, wall: Wall): Box {
  const { header, strip, margin, gutter, rowGutter } = wall.measures
  const [above, below] = [header + wall.step * 3, wall.height - strip - wall.step]
  const across = { start: margin, length: wall.width - 2 * margin, gutter, count: columns }
  const down = { start: above, length: below - above, gutter: rowGutter, count: gridRows }
  let [left, right] = edges(across, placement.column, placement.width)
  let [top, bottom] = edges(down, placement.row, placement.height)
  if (placement.bleed) {
    if (placement.column === 0) left = 0
    if (placement.column + placement.width === columns) right = wall.width
    if (placement.row === 0) top = header
    if (placement.row + placement.height === gridRows) bottom = wall.height - strip
  }
  return { left, top, width: right - left, height: bottom - top }
}

/** A placed panel, and the height that all it has to show needs; undefined where it fills whatever it gets. */
export interface Placed {
  readonly placement: Pick<Placement, 'column' | 'row' | 'width' | 'height'>
  readonly box: Box
  readonly neededPx: number | undefined
}

/** The boxes once what a panel does not need has gone to the one right below it, as broad as itself. */
export function giveRoom(placed: readonly Placed[]): readonly Box[] {
  return placed.map(({ placement, box, neededPx }) => {
    const above = placed.find((other) => isBelow(placement, other.placement))
    const risen = above === undefined ? 0 : spareOf(above)
    const isTaken = placed.some((other) => isBelow(other.placement, placement))
    const height = isTaken ? box.height - spareOf({ placement, box, neededPx }) : box.height
    return { ...box, top: box.top - risen, height: height + risen }
  })
}

const spareOf = ({ box, neededPx }: Placed): number => (neededPx === undefined ? 0 : Math.max(0, box.height - neededPx))

const isBelow = (one: Placed['placement'], other: Placed['placement']): boolean =>
  one.column === other.column && one.width === other.width && one.row === other.row + other.height
