import type { Instant } from '../../../contract/time.ts'

/** One point of a curve. */
export interface Sample {
  readonly at: Instant
  readonly value: number
}

/**
 * Points of a sparkline in a box, by time across and by value up. The scale never stretches noise: it spans at least `minSpan`, so a
 * constant series is flat and in the middle.
 * @returns [x, y] in px, one per sample; empty without samples
 */
export function sparkPoints(
  samples: readonly Sample[],
  box: { readonly width: number; readonly height: number; readonly inset: number },
  minSpan: number,
): readonly (readonly [number, number])[] {
  const [first, last] = [samples[0], samples.at(-1)]
  if (first === undefined || last === undefined) return []
  const values = samples.map(({ value }) => value)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const span = Math.max(high - low, minSpan)
  const base = (low + high - span) / 2
  const time = last.at - first.at
  const round = (value: number): number => Math.round(value * 10) / 10
  return samples.map(({ at, value }) => [
    round(box.inset + (time === 0 ? 1 : (at - first.at) / time) * (box.width - 2 * box.inset)),
    round(box.height - box.inset - ((value - base) / (span === 0 ? 1 : span)) * (box.height - 2 * box.inset)),
  ])
}
