import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketStarts, reduce } from '../../server/core/reduce.ts'
import type { CurveRange, Sample } from '../../server/core/reduce.ts'

const ranges: fc.Arbitrary<CurveRange> = fc
  .record({ from: fc.integer({ min: -1_000, max: 1_000 }), length: fc.integer({ min: 0, max: 3_000 }), points: fc.integer({ min: 1, max: 60 }) })
  .map(({ from, length, points }) => ({ from, to: from + length, points }))

const samples: fc.Arbitrary<readonly Sample[]> = fc
  .array(fc.record({ at: fc.integer({ min: -1_500, max: 4_500 }), value: fc.double({ noNaN: true, min: -1e9, max: 1e9 }) }), { maxLength: 200 })
  .map((found) => [...found].sort((one, other) => one.at - other.at))

const within = (all: readonly Sample[], { from, to }: CurveRange): readonly Sample[] => all.filter(({ at }) => at >= from && at <= to)

describe('reduce', () => {
  test('gives each bucket its extremes and its last value, and leaves empty ones out', () => {
    const told = [
      { at: 99, value: 7 },
      { at: 100, value: 3 },
      { at: 104, value: -1 },
      { at: 109, value: 2 },
      { at: 120, value: 5 },
      { at: 129, value: 5 },
      { at: 130, value: 4 },
      { at: 131, value: 9 },
    ]
    expect(reduce(told, { from: 100, to: 130, points: 3 })).toEqual([
      { at: 109, min: -1, max: 3, last: 2 },
      { at: 130, min: 4, max: 5, last: 4 },
    ])
  })

  test('takes the later of two for one instant as the last', () => {
    const told = [
      { at: 5, value: 1 },
      { at: 5, value: 2 },
    ]
    expect(reduce(told, { from: 0, to: 10, points: 1 })).toEqual([{ at: 5, min: 1, max: 2, last: 2 }])
  })

  test('is empty without samples, and a single instant is a range', () => {
    expect(reduce([], { from: 0, to: 10, points: 5 })).toEqual([])
    expect(reduce([{ at: 7, value: 1 }], { from: 7, to: 7, points: 5 })).toEqual([{ at: 7, min: 1, max: 1, last: 1 }])
  })

  test('keeps every minimum and maximum, buckets ascending, each as wide as (to − from)/points', () => {
    fc.assert(
      fc.property(samples, ranges, (told, range) => {
        const reduced = reduce(told, range)
        const starts = bucketStarts(range)
        // independent of the walk: each sample by itself finds the last bucket that has begun
        const bucketOf = (at: number): number => starts.findLastIndex((start) => start <= at)
        const expected = starts.flatMap((_, bucket) => {
          const inside = within(told, range).filter(({ at }) => bucketOf(at) === bucket)
          const last = inside.at(-1)
          const values = inside.map(({ value }) => value)
          return last === undefined ? [] : [{ at: last.at, min: Math.min(...values), max: Math.max(...values), last: last.value }]
        })
        expect(reduced).toEqual(expected)
        starts.forEach((start, index) => {
          expect(Math.abs(start - (range.from + (index * (range.to - range.from)) / range.points))).toBeLessThan(1)
        })
      }),
    )
  })
})
