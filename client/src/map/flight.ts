import { toWorld, viewAt } from './mercator.ts'
import type { Point, View } from './mercator.ts'

/** The way from one view to another. Pure. */

/** Long enough to be followed by the eye, short enough not to be waited for; ms. */
export const flightMs = 240

/** Gently away, gently down. */
const ease = (share: number): number => share * share * (3 - 2 * share)

/**
 * The view on the way. The scale changes evenly to the eye, and what both views have at the same spot of the screen stays there.
 * @param share [0, 1] of the time
 */
export function between(from: View, to: View, share: number): View {
  const eased = ease(share)
  const worldPx = from.worldPx ** (1 - eased) * to.worldPx ** eased
  const [ratio, whole] = [from.worldPx / worldPx, from.worldPx / to.worldPx]
  // how far the middle has come: in proportion to the length of a pixel on the ground
  const come = Math.abs(1 - whole) < 1e-6 ? eased : (1 - ratio) / (1 - whole)
  const [start, end] = [toWorld(from.center), toWorld(to.center)]
  const middle: Point = [start[0] + (end[0] - start[0]) * come, start[1] + (end[1] - start[1]) * come]
  return viewAt(middle, worldPx, to)
}

/** CSS `transform`, about the left top corner, that brings what was laid out for one view to where another has it. */
export function transformBetween(laidOut: View, seen: View): string {
  if (laidOut === seen) return 'none'
  const scale = seen.worldPx / laidOut.worldPx
  const [a, b] = [toWorld(laidOut.center), toWorld(seen.center)]
  const offset = (from: number, to: number, extent: number, seenExtent: number): number =>
    (from - to) * seen.worldPx + seenExtent / 2 - (extent / 2) * scale
  const x = offset(a[0], b[0], laidOut.width, seen.width)
  const y = offset(a[1], b[1], laidOut.height, seen.height)
  return `translate(${x.toFixed(2)}px, ${y.toFixed(2)}px) scale(${scale.toFixed(5)})`
}
