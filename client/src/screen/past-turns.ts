import { secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { WallPast } from '../../../contract/wall-past.ts'

/** A scene that is played quicker than this would flicker: nobody reads a screen in less time. */
const shortestTurnMs = 8 * secondMs

/**
 * The clock by which the scenes of the past take their turns: at a pace that can be looked at, and the same on all walls that are played together.
 * @param at the instant that is shown
 */
export function turnClock({ from, speed }: Pick<WallPast, 'from' | 'speed'>, at: Instant): Instant {
  if (speed <= 1) return at
  const spanMs = shortestTurnMs * speed
  return from + Math.floor((at - from) / spanMs) * spanMs
}
