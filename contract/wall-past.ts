import { hourMs, minuteMs, secondMs } from './time.ts'
import type { Instant } from './time.ts'

/** 回放 on walls by a desk's order: where in the past a wall stands follows from the server's time alone, so that all walls stand at the same instant. */

/** seconds of the past to one of ours */
export const playbackSpeeds = [1, 10, 60, 600] as const
export type PlaybackSpeed = (typeof playbackSpeeds)[number]

/** A stretch of the past as it was ordered. */
export interface WallPast {
  /** what is shown first */
  readonly from: Instant
  /** where it rests; undefined plays on until the present is reached */
  readonly until: Instant | undefined
  /** 0: it rests at `from` */
  readonly speed: PlaybackSpeed | 0
  /** when it was ordered, by the server's clock */
  readonly since: Instant
}

export interface PastPosition {
  readonly at: Instant
  /** 0 at rest */
  readonly speed: PlaybackSpeed | 0
}

/** Nobody looks at one stretch for longer without touching it. */
export const longestPlayMs = 4 * hourMs
/** So near to the present what happened may not be recorded yet. */
export const recordedAfterMs = secondMs

/**
 * The instant of the past that is shown at `now`; undefined once the present has come back: when it was reached, `holdMinutes` after it came
 * to rest (0: never), or when it has played for `longestPlayMs`.
 */
export function pastPosition({ from, until, speed, since }: WallPast, now: Instant, holdMinutes: number): PastPosition | undefined {
  const sinceMs = Math.max(0, now - since)
  const playedMs = speed === 0 ? 0 : until === undefined ? Infinity : (until - from) / speed
  if (sinceMs >= playedMs) {
    const isOver = holdMinutes > 0 && sinceMs - playedMs >= holdMinutes * minuteMs
    return isOver ? undefined : { at: until !== undefined && speed !== 0 ? until : from, speed: 0 }
  }
  const at = from + sinceMs * speed
  return at >= now - recordedAfterMs || sinceMs >= longestPlayMs ? undefined : { at, speed }
}
