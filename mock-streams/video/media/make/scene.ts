import type { Haze, Painter, Stage, View } from './painter.ts'

/** Seconds after which every movement of every scene is back where it began. */
export const loopSeconds = 30

/** One place under one camera. Both functions depend on their arguments alone, so that a loop closes without a jump. */
export interface Scene {
  readonly view: View
  readonly haze: Haze
  /** what never moves, painted once */
  backdrop(painter: Painter): void
  /** what stands or moves before the backdrop at `seconds` into the loop */
  cast(stage: Stage, painter: Painter, seconds: number): void
}

/** Repeatable numbers in [0, 1): a scene is drawn the same each time it is made. */
export function sequence(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A wave in [-1, 1] that fits `times` into the loop. */
export const wave = (seconds: number, times: number, phase = 0): number => Math.sin((seconds / loopSeconds) * times * 2 * Math.PI + phase)

/** How far around, 0 to 1, when going round `times` a loop from `start`. */
export function around(seconds: number, times: number, start: number): number {
  const turns = (seconds / loopSeconds) * times + start
  return turns - Math.floor(turns)
}

/**
 * Where the `index`-th of `count` alike walkers in a row stands, 0 to 1 of their way: in one loop each takes the place of the next.
 * `ahead` shifts the row, so that rows beside each other do not march in step.
 */
export function procession(seconds: number, index: number, count: number, ahead = 0): number {
  const share = (index + seconds / loopSeconds + ahead) / count
  return share - Math.floor(share)
}
