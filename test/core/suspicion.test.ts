import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { geoJsonSchema, sortFeatures } from '../../contract/boundary.ts'
import type { Place } from '../../contract/fact-field.ts'
import { explainShape } from '../../server/core/foreign-words.ts'
import { createPlaceJudge, suspicionsOf } from '../../server/core/suspicion.ts'
import type { Placed } from '../../server/core/suspicion.ts'
import { createTerritory } from '../../server/core/territory.ts'
import { placeSchema } from '../../contract/fact-field.ts'

const square = (west: number, south: number, edge: number): readonly Place[] => [
  [west, south],
  [west + edge, south],
  [west + edge, south + edge],
  [west, south + edge],
  [west, south],
]
const shape = (name: string, ...rings: readonly (readonly Place[])[]) => ({ name, rings })

describe('a territory', () => {
  const { contains, kmTo } = createTerritory([square(10, 40, 1), square(10.4, 40.4, 0.2)])

  it('holds what its boundary goes around, and not what lies in a hole', () => {
    expect([contains([10.1, 40.1]), contains([10.5, 40.5]), contains([11.1, 40.1]), contains([10.1, 39.9])]).toEqual([true, false, false, false])
  })

  it('knows how far its boundary is', () => {
    expect(kmTo([10.5, 39.9])).toBeCloseTo(11.13, 1)
    expect(kmTo([9.9, 40.5])).toBeCloseTo(8.46, 1)
    expect(kmTo([10, 40.3])).toBeCloseTo(0, 6)
  })

  it('holds the same however its edges are found', () => {
    // the plain rule, without strips
    const rings = [square(0, 0, 7), square(2, 3, 1.5), square(10, -3, 2)]
    const odd = ([x, y]: Place): boolean =>
      rings.filter((ring) => {
        const [low, high] = [ring[0]!, ring[2]!]
        return x > low[0] && x < high[0] && y > low[1] && y < high[1]
      }).length %
        2 ===
      1
    const fast = createTerritory(rings)
    // never on a boundary, which belongs to neither side
    const number = fc.integer({ min: -500, max: 1_400 }).map((n) => n / 100 + 0.003)
    fc.assert(
      fc.property(fc.tuple(number, number), (place) => {
        expect(fast.contains(place)).toBe(odd(place))
      }),
    )
  })

  it('holds nothing and is nowhere without a boundary', () => {
    const none = createTerritory([])
    expect([none.contains([0, 0]), none.kmTo([0, 0])]).toEqual([false, Infinity])
  })
})

describe('a place', () => {
  const boundary = { outline: [shape('ours', square(80, 40, 1))], parts: [], neighbours: [shape('邻县', square(81, 40, 1))] }
  const judge = createPlaceJudge(boundary)

  it('in the district is not doubted, nor one so near that the boundary may be at fault', () => {
    expect(judge([80.5, 40.5])).toBeUndefined()
    expect(judge([81.004, 40.5])).toBeUndefined()
    expect(judge([80.5, 39.996])).toBeUndefined()
  })

  it('in a neighbour’s territory is told with its name and how far', () => {
    expect(judge([81.5, 40.5])).toMatchObject({ doubt: 'neighbour', neighbour: '邻县' })
    expect(judge([81.5, 40.5])?.km).toBeCloseTo(42.3, 0)
  })

  it('that would be right with its numbers changed over is told as such', () => {
    expect(judge([40.5, 80.5])).toEqual({ doubt: 'swapped', km: undefined, neighbour: undefined })
  })

  it('near zero is none, with or without noise', () => {
    expect([judge([0, 0])?.doubt, judge([0.01, -0.02])?.doubt]).toEqual(['zero', 'zero'])
  })

  it('anywhere else is outside', () => {
    expect(judge([80.5, 39])).toMatchObject({ doubt: 'outside', neighbour: undefined })
    expect(judge([80.5, 39])?.km).toBeCloseTo(111.3, 0)
  })

  it('in 崆峒区 and beside it is told by the shipped boundary', () => {
    const file = new URL('../../config/map/kongtong.geojson', import.meta.url)
    const shipped = sortFeatures(geoJsonSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).features, { property: 'adcode', value: 620802 })
    const of = createPlaceJudge(shipped)
    expect(of([106.682, 35.542])).toBeUndefined()
    expect(of([107.36, 35.33])?.neighbour).toBe('泾川县')
    expect(of([103.83, 36.06])?.doubt).toBe('outside')
  })
})

describe('what is in doubt', () => {
  const judge = createPlaceJudge({ outline: [shape('ours', square(80, 40, 1))], parts: [], neighbours: [] })
  const thing = (what: Placed['what'], id: string, place: Place | undefined): Placed => ({ what, id, name: id, feed: 'f', place })

  it('is counted by what it is and why, with the farthest as examples; what has no place is not judged', () => {
    const things = [
      ...Array.from({ length: 7 }, (_, i) => thing('camera', `c${String(i)}`, [90 + i, 40])),
      thing('camera', 'right', [80.5, 40.5]),
      thing('order', 'swapped', [40.5, 80.5]),
      thing('sensor', 'unknown', undefined),
    ]
    const { checked, counts, examples } = suspicionsOf(things, judge)
    expect(checked).toBe(9)
    expect(counts).toEqual([
      { what: 'camera', doubt: 'outside', count: 7 },
      { what: 'order', doubt: 'swapped', count: 1 },
    ])
    expect(examples.map(({ id }) => id)).toEqual(['c6', 'c5', 'c4', 'c3', 'c2', 'swapped'])
  })
})

it('a refusal of a place whose latitude is a longitude says that the two seem to be swapped', () => {
  const explain = (place: unknown): string => {
    const parsed = placeSchema.safeParse(place)
    return parsed.success ? '' : explainShape(place, parsed.error.issues)
  }
  expect(explain([35.5, 106.7])).toContain('the two seem to be swapped')
  expect(explain([106.7, 106.7])).not.toContain('swapped')
  expect(explain([35.5, 200])).not.toContain('swapped')
})
