import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Place } from '../../contract/fact-field.ts'
import { cellWidthKm, gridCells } from '../../client/src/map/grid-cells.ts'
import { sortFeatures } from '../../contract/boundary.ts'
import { fitView, toScreen } from '../../client/src/map/mercator.ts'
import type { Bounds, View } from '../../client/src/map/mercator.ts'
import { besideDot, boxAround, overlap, placeLabels } from '../../client/src/map/place-labels.ts'
import type { Wish } from '../../client/src/map/place-labels.ts'
import { scaleBar } from '../../client/src/map/scale-bar.ts'
import { isInside, neighbourSpots } from '../../client/src/panels/map/neighbour-spots.ts'

const frame = { x: 0, y: 0, width: 1_000, height: 600 }
const size = { width: 100, height: 40 }
const town = (id: string, x: number, y: number): Wish => ({ id, candidates: () => besideDot([x, y], size, 10) })

function viewOf(...[bounds, box, padding]: Parameters<typeof fitView>): View {
  const view = fitView(bounds, box, padding)
  if (view === undefined) throw new Error('there is room')
  return view
}

describe('placeLabels', () => {
  it('puts a name above its dot where there is room', () => {
    expect(placeLabels([town('a', 500, 300)], frame).get('a')).toEqual({ x: 450, y: 250, ...size })
  })

  it('moves a town below, right and left of its dot rather than lose it', () => {
    const pebble = (x: number, y: number) => boxAround([x, y], { width: 4, height: 4 })
    const pebbles = [pebble(500, 265), pebble(500, 335), pebble(600, 300)]
    const spot = (count: number) => placeLabels([town('a', 500, 300)], frame, pebbles.slice(0, count)).get('a')
    expect([1, 2, 3].map(spot)).toEqual([
      { x: 450, y: 310, ...size },
      { x: 510, y: 280, ...size },
      { x: 390, y: 280, ...size },
    ])
  })

  it('lets what comes first stand, and hides what finds no room', () => {
    const one = (id: string): Wish => ({ id, candidates: () => [boxAround([500, 300], size)] })
    expect([...placeLabels([one('selected'), one('cluster')], frame).keys()]).toEqual(['selected'])
  })

  it('keeps a compulsory mark even over an obstacle', () => {
    const box = boxAround([500, 300], size)
    const wish: Wish = { id: 'incident', compulsory: true, candidates: () => [box] }
    expect(placeLabels([wish], frame, [box]).get('incident')).toEqual(box)
  })

  it('tells a later wish where an earlier one went', () => {
    const cluster: Wish = { id: 'cluster', candidates: (placed) => [...placed.values()].map((box) => ({ ...box, y: box.y - 50 })) }
    expect(placeLabels([town('a', 500, 300), cluster], frame).get('cluster')).toEqual({ x: 450, y: 200, ...size })
  })

  it('never lets two names overlap nor leave the frame, wherever towns lie', () => {
    const spots = fc.array(fc.tuple(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 0, max: 600 })), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(spots, (towns) => {
        const wishes = towns.map(([x, y], i) => town(String(i), x, y))
        const boxes = [...placeLabels(wishes, frame).values()]
        boxes.forEach((box, i) => {
          expect(boxes.slice(i + 1).some((other) => overlap(box, other))).toBe(false)
          expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= 1_000 && box.y + box.height <= 600).toBe(true)
        })
      }),
      { numRuns: 60 },
    )
  })
})

describe('gridCells', () => {
  const five = (longitude: number, latitude: number): Place[] => Array.from({ length: 5 }, (_, i) => [longitude + i * 1e-5, latitude])

  it('shows a cell with five and never one with four', () => {
    const { cells, remaining } = gridCells([...five(-118.3, 34.07), ...five(-118.4, 34.2).slice(1)], 1, { near: 34 })
    expect(cells.map(({ count }) => count)).toEqual([5])
    expect(remaining).toBe(4)
  })

  it('marks the middle of the cell, not where anyone lives', () => {
    const [first] = gridCells(five(-118.3, 34.07), 1, { near: 34 }).cells
    const [second] = gridCells(five(-118.30001, 34.0702), 1, { near: 34 }).cells
    expect(first?.place).toEqual(second?.place)
    expect(first?.place).not.toEqual([-118.3, 34.07])
  })

  it('loses nobody: shown and remaining add up', () => {
    const place = fc.tuple(fc.double({ min: -118.5, max: -118.3, noNaN: true }), fc.double({ min: 34, max: 34.1, noNaN: true }))
    fc.assert(
      fc.property(fc.array(place, { maxLength: 300 }), (places) => {
        const { cells, remaining } = gridCells(places, 2, { near: 34 })
        expect(cells.reduce((sum, { count }) => sum + count, remaining)).toBe(places.length)
        expect(cells.every(({ count }) => count >= 5)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('refuses cells finer than a kilometre', () => {
    expect(() => gridCells([], 0.5, { near: 34 })).toThrow('0.5 km is finer than 1 km')
  })

  it('widens cells in half kilometres where the map is small', () => {
    expect([cellWidthKm(100, 26), cellWidthKm(24, 26), cellWidthKm(10, 26)]).toEqual([1, 1.5, 3])
  })
})

describe('fitView', () => {
  const bounds: Bounds = [106.4, 35.2, 107.2, 35.8]

  it('shows the whole of the bounds inside the padding', () => {
    const view = viewOf(bounds, { width: 2_380, height: 1_360 }, { top: 20, right: 40, bottom: 100, left: 120 })
    const [left, top] = toScreen([106.4, 35.8], view)
    const [right, bottom] = toScreen([107.2, 35.2], view)
    expect(left).toBeGreaterThanOrEqual(120 - 1e-6)
    expect(right).toBeLessThanOrEqual(2_340 + 1e-6)
    expect(top).toBeCloseTo(20, 6)
    expect(bottom).toBeCloseTo(1_260, 6)
    expect((left + right) / 2).toBeCloseTo(1_230, 6)
  })

  it('knows how many pixels a kilometre is', () => {
    const view = viewOf(bounds, { width: 2_380, height: 1_360 }, { top: 0, right: 0, bottom: 0, left: 0 })
    const [, north] = toScreen([106.8, 35.55], view)
    const [, south] = toScreen([106.8, 35.45], view)
    expect((south - north) / view.pixelsPerKm).toBeCloseTo(11.13, 1)
  })

  it('has no view without room', () => {
    expect(fitView(bounds, { width: 100, height: 100 }, { top: 60, right: 0, bottom: 60, left: 0 })).toBeUndefined()
  })
})

describe('scaleBar', () => {
  it('takes a round length that fits', () => {
    expect(scaleBar(33, 354)).toEqual({ km: 10, px: 330 })
    expect(scaleBar(33, 329)).toEqual({ km: 5, px: 165 })
    expect(scaleBar(800, 354)).toEqual({ km: 0.2, px: 160 })
  })
})

describe('neighbour names', () => {
  const ring: readonly Place[] = [
    [106.4, 35.2],
    [107.2, 35.2],
    [107.2, 35.8],
    [106.4, 35.8],
  ]
  const square = { name: '泾川县', rings: [ring] }
  const view = viewOf([106.4, 35.2, 107.2, 35.8], { width: 1_000, height: 1_000 }, { top: 100, right: 100, bottom: 100, left: 100 })

  it('stand wholly inside the neighbour, the roomiest spot first', () => {
    const spots = neighbourSpots(square, view, { x: 0, y: 0, width: 1_000, height: 1_000 }, size)
    expect(spots).toHaveLength(8)
    expect(Math.abs((spots[0]?.x ?? 0) + 50 - 500)).toBeLessThan(60)
  })

  it('are nowhere when the frame shows nothing of it', () => {
    expect(neighbourSpots(square, view, { x: 0, y: 0, width: 1_000, height: 60 }, size)).toEqual([])
  })

  it('tell inside from outside, holes too', () => {
    const outer = [
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 10],
    ] as const
    const hole = [
      [4, 4],
      [6, 4],
      [6, 6],
      [4, 6],
    ] as const
    expect([isInside([2, 2], [outer, hole]), isInside([5, 5], [outer, hole]), isInside([12, 5], [outer, hole])]).toEqual([true, false, false])
  })
})

describe('sortFeatures', () => {
  const polygon = { type: 'Polygon' as const, coordinates: [] }
  const features = [
    { properties: { adcode: 1, name: '本区' }, geometry: polygon },
    { properties: { adcode: 2, name: '邻县' }, geometry: polygon },
    { properties: { subdistrict: 'a', name: '甲镇' }, geometry: polygon },
  ]

  it('tells the district from its parts and its neighbours', () => {
    const { outline, parts, neighbours } = sortFeatures(features, { property: 'adcode', value: 1 })
    expect([outline, parts, neighbours].map((shapes) => shapes.map(({ name }) => name))).toEqual([['本区'], ['甲镇'], ['邻县']])
  })

  it('takes all but parts for the district when nothing is named', () => {
    const { outline, neighbours } = sortFeatures(features, undefined)
    expect([outline.length, neighbours.length]).toEqual([2, 0])
  })
})
