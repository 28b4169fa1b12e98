import type { Instant } from '../../../contract/time.ts'
import { minuteMs } from '../../../contract/time.ts'

/** px from the middle, each way. */
const reach = 4
const side = 2 * reach + 1

/**
 * Where the whole page stands to spare the panel from burning in: one pixel further each minute along a path that visits every place
 * of a 9 × 9 square and comes back by the same way.
 * @returns px, −4 to 4
 */
export function pixelShift(now: Instant): { readonly x: number; readonly y: number } {
  const places = side * side
  const tick = Math.floor(now / minuteMs) % (2 * places - 2)
  const step = tick < places ? tick : 2 * places - 2 - tick
  const row = Math.floor(step / side)
  const along = step % side
  const column = row % 2 === 0 ? along : side - 1 - along
  return { x: column - reach, y: row - reach }
}
