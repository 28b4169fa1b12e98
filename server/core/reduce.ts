import type { CurvePoint } from '../../contract/drill.ts'
import type { Instant } from '../../contract/time.ts'

/** A value that was true at an instant. */
export interface Sample {
  readonly at: Instant
  readonly value: number
}

/** A stretch of time, both ends included, to be drawn with so many points at most. */
export interface CurveRange {
  readonly from: Instant
  readonly to: Instant
  /** ≥ 1; normally the chart's width in CSS px */
  readonly points: number
}

/** First instants of the buckets of a range, ascending: each ends where the next begins, the last one with the range. */
export function bucketStarts({ from, to, points }: CurveRange): readonly Instant[] {
  return Array.from({ length: points }, (_, index) => from + Math.ceil((index * (to - from)) / points))
}

/**
 * Reduces samples to at most `points` buckets, keeping every minimum and maximum.
 * @param samples ascending by `at`, may be empty; of two for one instant the later one is the last. Those outside the range are left out
 * @returns buckets ascending, each (to − from)/points ms wide; empty ones are omitted
 * Units: values in the unit they come in; instants epoch ms. Errors: none (total). Source: Open MCT, request strategy "minmax".
 */
export function reduce(samples: Iterable<Sample>, range: CurveRange): readonly CurvePoint[] {
  const starts = bucketStarts(range)
  const reduced: CurvePoint[] = []
  let next = 0
  for (const { at, value } of samples) {
    if (at < range.from) continue
    if (at > range.to) break
    const reached = next
    while (next < starts.length && (starts[next] ?? Infinity) <= at) next += 1
    const open = next === reached ? reduced.pop() : undefined
    reduced.push({ at, min: Math.min(open?.min ?? value, value), max: Math.max(open?.max ?? value, value), last: value })
  }
  return reduced
}
