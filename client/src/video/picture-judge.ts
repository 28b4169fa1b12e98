/**
 * Whether decoded pictures show anything: some cameras go on sending one picture for ever, or none but black, and to the network both are in
 * perfect health. Pure: judges samples of brightness, taken about once a second.
 */

/** live: something changes · frozen: frames arrive, and the picture is the same · black: nothing can be seen on it */
export type Verdict = 'live' | 'frozen' | 'black'

/** Brightness of single points of one picture, 0 (black) to 255; the same points each time. */
export type Sample = Uint8Array

/** What has been seen of one camera. It outlives players: a camera shown for twenty seconds at a time is judged all the same. */
export interface PictureMemory {
  /** the last different pictures, latest last */
  readonly seen: readonly Sample[]
  /** watched without a picture that differs from all of them, ms */
  readonly sameMs: number
  /** watched without a picture that is not black, ms */
  readonly darkMs: number
  /** of the last sample, ms of a clock that only grows */
  readonly at: number
  readonly verdict: Verdict
}

export const nothingSeen: PictureMemory = { seen: [], sameMs: 0, darkMs: 0, at: 0, verdict: 'live' }

/**
 * Points may differ by this much and be the same picture: coding the same scene again moves a point by one or two levels of 255. The noise of
 * a sensor at night is of that size too, but at each of two thousand points by itself: that all of them stay within two levels of an
 * earlier picture does not happen in a hundred years.
 */
const sameWithinLevels = 2
/**
 * A picture is new only if it differs from each of so many before it: an encoder pulses, so that a standing scene returns to the same few
 * pictures within each group of pictures, one to four seconds long.
 */
const mostSeen = 10
/** as long as nothing may be new: longer than any group of pictures, so that even a scene without noise is coded afresh within */
export const frozenAfterMs = 30_000

/** Darker on average, with less contrast (standard deviation), there is nothing to see; a night street with one lamp has more of either. */
const blackBelow = { mean: 20, deviation: 5 }
export const blackAfterMs = 10_000

/** Between two samples farther apart than this nobody was watching. */
const longestGapMs = 2_000

/** The memory with one more sample. @param now ms of a clock that only grows */
export function judgePicture(memory: PictureMemory, sample: Sample, now: number): PictureMemory {
  const watchedMs = memory.seen.length === 0 ? 0 : Math.min(longestGapMs, now - memory.at)
  const isNew = !memory.seen.some((earlier) => isSame(earlier, sample))
  const sameMs = isNew ? 0 : memory.sameMs + watchedMs
  const darkMs = isDark(sample) ? memory.darkMs + watchedMs : 0
  return { seen: isNew ? [...memory.seen, sample].slice(-mostSeen) : memory.seen, sameMs, darkMs, at: now, verdict: verdictOf(sameMs, darkMs) }
}

function verdictOf(sameMs: number, darkMs: number): Verdict {
  if (darkMs >= blackAfterMs) return 'black'
  return sameMs >= frozenAfterMs ? 'frozen' : 'live'
}

function isSame(a: Sample, b: Sample): boolean {
  return a.length === b.length && a.every((level, point) => Math.abs(level - (b[point] ?? 0)) <= sameWithinLevels)
}

function isDark(sample: Sample): boolean {
  const mean = sample.reduce((sum, level) => sum + level, 0) / sample.length
  const variance = sample.reduce((sum, level) => sum + (level - mean) ** 2, 0) / sample.length
  return mean < blackBelow.mean && Math.sqrt(variance) < blackBelow.deviation
}
