import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Place } from '../../contract/fact-field.ts'
import { leastPerCell } from '../../client/src/map/grid-cells.ts'
import { distanceKm } from '../../client/src/map/geodesy.ts'
import { fitView, viewAround } from '../../client/src/map/mercator.ts'
import type { View } from '../../client/src/map/mercator.ts'
import { heatCellKm, heatSpots } from '../../client/src/panels/map/heat.ts'
import { dotsOf, layOut, orderCells } from '../../client/src/panels/map/layout.ts'
import type { MapModel } from '../../client/src/panels/map/model.ts'

/** Small-cell protection, at any zoom: whatever a wall draws of orders must not lead to a household. */

const am = 1.862
const near = 35.5
const box = { width: 2_380, height: 1_360 }
const padding = { top: 20, right: 20, bottom: 100, left: 100 }
const need = (view: View | undefined): View => {
  if (view === undefined) throw new Error('there is room')
  return view
}
const home = need(fitView([106.431, 35.272, 107.193, 35.746], box, padding))

const empty: MapModel = {
  incidents: [],
  incidentCounts: { urgent: 0, important: 0, normal: 0, notice: 0 },
  incidentsUnlocated: 0,
  areas: [],
  ordersOpen: 0,
  orderPlaces: [],
  ordersUnlocated: 0,
  cameras: [],
  camerasOnline: 0,
  camerasTotal: 0,
  sensors: [],
  sensorsTotal: 0,
  warnings: [],
  recent: { orders: [], incidents: [] },
  focus: undefined,
}

/** As many as make the map gather them in cells: some close together, some all alone. */
const household: fc.Arbitrary<Place> = fc.tuple(
  fc.double({ min: 106.45, max: 107.15, noNaN: true }),
  fc.double({ min: 35.3, max: 35.7, noNaN: true }),
)
const crowd: fc.Arbitrary<Place> = fc.tuple(fc.double({ min: 106.66, max: 106.72, noNaN: true }), fc.double({ min: 35.52, max: 35.56, noNaN: true }))
const orders = fc
  .tuple(fc.array(household, { minLength: 1, maxLength: 40 }), fc.array(crowd, { minLength: 300, maxLength: 400 }))
  .map((both) => both.flat())
/** from a street to the whole district, anywhere */
const views = fc.oneof(
  fc.constant(home),
  fc.tuple(household, fc.double({ min: 0.2, max: 80, noNaN: true })).map(([middle, km]) => need(viewAround(middle, km, box, padding))),
)

/** Everything drawn that follows from where orders are. */
function drawn(orderPlaces: readonly Place[], view: View) {
  const model: MapModel = { ...empty, orderPlaces, ordersOpen: orderPlaces.length, recent: { orders: orderPlaces, incidents: [] } }
  const cells = orderCells(model, view, { am, near })
  return { cells, dots: dotsOf(model, cells, view, am).cells, heat: heatSpots(model.recent, near) }
}

/** Which cell of a grid a place is in: as the map lays it, still and square at the district's latitude. */
function cellOf([longitude, latitude]: Place, km: number): string {
  const tall = km / 111.32
  return `${String(Math.floor(longitude / (tall / Math.cos((near * Math.PI) / 180))))}:${String(Math.floor(latitude / tall))}`
}
const countIn = (places: readonly Place[], km: number): ReadonlyMap<string, number> =>
  places.reduce((counts, place) => counts.set(cellOf(place, km), (counts.get(cellOf(place, km)) ?? 0) + 1), new Map<string, number>())

describe('no household is a dot', () => {
  it('at any zoom: each dot and each spot of heat stands for a cell of a kilometre or more with at least five orders', () => {
    fc.assert(
      fc.property(orders, views, (places, view) => {
        const { cells, dots, heat } = drawn(places, view)
        expect(cells.cellKm).toBeGreaterThanOrEqual(1)
        expect(heatCellKm).toBeGreaterThanOrEqual(1)
        const counts = countIn(places, cells.cellKm)
        for (const { place } of dots) expect(counts.get(cellOf(place, cells.cellKm)) ?? 0).toBeGreaterThanOrEqual(leastPerCell)
        const heated = countIn(places, heatCellKm)
        for (const { place } of heat) expect(heated.get(cellOf(place, heatCellKm)) ?? 0).toBeGreaterThanOrEqual(leastPerCell)
      }),
      { numRuns: 60 },
    )
  })

  it('nor can its place be read from a dot: wherever an order lies within its cell, the same is drawn', () => {
    fc.assert(
      fc.property(orders, views, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (places, view, share) => {
        const { cellKm } = drawn(places, view).cells
        const tall = cellKm / 111.32
        const wide = tall / Math.cos((near * Math.PI) / 180)
        const moved = places.map(([longitude, latitude]): Place => [
          (Math.floor(longitude / wide) + share) * wide,
          (Math.floor(latitude / tall) + share) * tall,
        ])
        expect(drawn(moved, view).dots).toEqual(drawn(places, view).dots)
      }),
      { numRuns: 60 },
    )
  })

  it('nor can two pictures be subtracted: the grid lies still, wherever the map is turned', () => {
    fc.assert(
      fc.property(orders, household, household, (places, here, there) => {
        const cellsAt = (middle: Place) => drawn(places, need(viewAround(middle, 5, box, padding))).cells
        expect(cellsAt(here).cells).toEqual(cellsAt(there).cells)
      }),
      { numRuns: 30 },
    )
  })

  it('four neighbours who call are not drawn, the fifth draws their cell', () => {
    const crowded = Array.from({ length: 300 }, (): Place => [106.68, 35.54])
    const lonely = (count: number): readonly Place[] => [...crowded, ...Array.from({ length: count }, (): Place => [106.9, 35.4])]
    const dotsNear = (count: number) => {
      const { dots, heat } = drawn(lonely(count), home)
      return [...dots, ...heat].filter(({ place }) => distanceKm(place, [106.9, 35.4]) < 5).length
    }
    expect([dotsNear(4), dotsNear(5)]).toEqual([0, 2])
  })

  it('nor is a town’s count told below five', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4 }), views, (open, view) => {
        const marks = layOut({
          model: { ...empty, areas: [{ code: 'a', place: [106.7, 35.5], open }] },
          ground: undefined,
          view,
          am,
          frame: { x: 0, y: 0, ...box },
          nameOf: (code) => code,
          write: String,
          flagOf: () => '',
          taken: [],
        })
        expect(marks.clusters).toEqual([])
        expect(marks.towns.every(({ name }) => name === undefined || name.text === 'a')).toBe(true)
      }),
    )
  })
})

describe('the heat of incidents', () => {
  it('counts each, for they are public, and weighs a cell by the fullest', () => {
    const spots = heatSpots({ orders: Array.from({ length: 5 }, (): Place => [106.9, 35.4]), incidents: [[106.68, 35.54]] }, near)
    expect(spots.map(({ weight }) => weight)).toEqual([1, 0.2])
  })
})
