import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Place } from '../../contract/fact-field.ts'
import type { Vehicle } from '../../contract/topic.ts'
import { camerasFacing } from '../../client/src/map/camera-view.ts'
import { Fleet, lostAfterMs } from '../../client/src/map/fleet.ts'
import { between, transformBetween } from '../../client/src/map/flight.ts'
import { angleBetween, bearing, distanceKm } from '../../client/src/map/geodesy.ts'
import { fitView, toScreen, viewAround } from '../../client/src/map/mercator.ts'
import type { View } from '../../client/src/map/mercator.ts'

const box = { width: 2_380, height: 1_360 }
const padding = { top: 20, right: 20, bottom: 100, left: 100 }
const need = (view: View | undefined): View => {
  if (view === undefined) throw new Error('there is room')
  return view
}
const home = need(fitView([106.431, 35.272, 107.193, 35.746], box, padding))
const place = fc.tuple(fc.double({ min: 106.431, max: 107.193, noNaN: true }), fc.double({ min: 35.272, max: 35.746, noNaN: true }))

describe('distances and directions', () => {
  it('know how long a degree is at 35.5° north', () => {
    expect(distanceKm([106.7, 35.5], [106.7, 35.6])).toBeCloseTo(11.13, 1)
    expect(distanceKm([106.7, 35.5], [106.8, 35.5])).toBeCloseTo(9.06, 1)
  })

  it('go clockwise from north', () => {
    const from: Place = [106.7, 35.5]
    const around: readonly Place[] = [
      [106.7, 35.6],
      [106.8, 35.5],
      [106.7, 35.4],
      [106.6, 35.5],
    ]
    expect(around.map((to) => Math.round(bearing(from, to)))).toEqual([0, 90, 180, 270])
    expect([angleBetween(350, 10), angleBetween(90, 270), angleBetween(0, 360)]).toEqual([20, 180, 0])
  })
})

describe('cameras that face a place', () => {
  const at: Place = [106.7, 35.5]
  const east = { id: 'east', place: [106.71, 35.5] as Place }
  const ids = (cameras: readonly { id: string; place: Place | undefined; heading: number | undefined }[]) =>
    camerasFacing(at, cameras).map(({ id }) => id)

  it('are turned towards it, 60° to either side', () => {
    expect([209, 211, 270, 329, 331].map((heading) => ids([{ ...east, heading }]).length)).toEqual([0, 1, 1, 1, 0])
  })

  it('are not farther than five kilometres, nearest first; one without a place or a direction faces nothing', () => {
    const west = (id: string, longitude: number) => ({ id, place: [longitude, 35.5] as Place, heading: 90 })
    const lost = [
      { id: 'nowhere', place: undefined, heading: 90 },
      { id: 'blind', place: at, heading: undefined },
    ]
    expect(ids([west('far', 106.64), west('second', 106.66), west('first', 106.69), ...lost])).toEqual(['first', 'second'])
  })

  it('may stand at the place itself, wherever they look', () => {
    expect(
      ids([
        { id: 'here', place: [106.7001, 35.5], heading: 270 },
        { id: 'there', place: [106.701, 35.5], heading: 90 },
      ]),
    ).toEqual(['here'])
  })
})

describe('a flight', () => {
  it('begins where it was and ends where it goes, for any two views', () => {
    fc.assert(
      fc.property(place, fc.double({ min: 1, max: 60, noNaN: true }), (middle, km) => {
        const there = need(viewAround(middle, km, box, padding))
        for (const [share, view] of [
          [0, home],
          [1, there],
        ] as const) {
          const seen = between(home, there, share)
          expect(seen.worldPx).toBeCloseTo(view.worldPx, 0)
          expect(toScreen(view.center, seen)[0]).toBeCloseTo(box.width / 2, 3)
          expect(toScreen(view.center, seen)[1]).toBeCloseTo(box.height / 2, 3)
        }
      }),
    )
  })

  it('keeps the place it goes to on the screen all the way', () => {
    const there = need(viewAround([106.9, 35.4], 6, box, padding))
    for (let share = 0; share <= 1; share += 0.05) {
      const [x, y] = toScreen([106.9, 35.4], between(home, there, share))
      expect(x > 0 && x < box.width && y > 0 && y < box.height).toBe(true)
    }
  })

  it('brings marks laid out for its end to where the view on the way has their places', () => {
    fc.assert(
      fc.property(place, place, fc.double({ min: 0, max: 1, noNaN: true }), (middle, mark, share) => {
        const there = need(viewAround(middle, 20, box, padding))
        const seen = between(home, there, share)
        const [, x = '', y = '', scale = ''] = /translate\((.*)px, (.*)px\) scale\((.*)\)/.exec(transformBetween(there, seen)) ?? []
        const laid = toScreen(mark, there)
        const truth = toScreen(mark, seen)
        expect(laid[0] * Number(scale) + Number(x)).toBeCloseTo(truth[0], 0)
        expect(laid[1] * Number(scale) + Number(y)).toBeCloseTo(truth[1], 0)
      }),
    )
  })

  it('shows the padded box’s shorter side in as many kilometres', () => {
    const view = need(viewAround([106.7, 35.5], 6, box, padding))
    expect((box.height - padding.top - padding.bottom) / view.pixelsPerKm).toBeCloseTo(6, 1)
    expect(toScreen([106.7, 35.5], view)[0]).toBeCloseTo((padding.left + box.width - padding.right) / 2, 3)
  })
})

describe('vehicles', () => {
  const second = 1_000
  const now = 1_000_000
  const vehicle = (id: string, at: Place, observedAt = now, heading?: number): Vehicle => {
    const rest = { name: id, type: 'bus' as const, unit: undefined, speed: undefined, alarm: undefined, feed: 'f' }
    return { id, place: at, heading, observedAt, ...rest }
  }
  const known = (...vehicles: readonly Vehicle[]) => new Map(vehicles.map((one) => [one.id, one]))
  const spot = (fleet: Fleet, at: number, index = 0): readonly number[] => {
    const { xy } = fleet.spots(home, now, at)
    return [xy[2 * index] ?? NaN, xy[2 * index + 1] ?? NaN]
  }
  const a: Place = [106.7, 35.5]
  const b: Place = [106.703, 35.5]

  it('glide to their newest fix in the time that lay between the two', () => {
    const fleet = new Fleet()
    fleet.update(known(vehicle('v', a, now - 10 * second)), 0)
    expect(fleet.update(known(vehicle('v', b, now)), 10 * second).isSudden).toBe(false)
    const [from, to] = [toScreen(a, home), toScreen(b, home)]
    expect(spot(fleet, 10 * second)[0]).toBeCloseTo(from[0], 2)
    expect(spot(fleet, 15 * second)[0]).toBeCloseTo((from[0] + to[0]) / 2, 2)
    expect(spot(fleet, 20 * second)[0]).toBeCloseTo(to[0], 2)
    expect(spot(fleet, 60 * second)[0]).toBeCloseTo(to[0], 2)
  })

  it('turn where they are seen when the next fix comes early', () => {
    const fleet = new Fleet()
    fleet.update(known(vehicle('v', a, now - 20 * second)), 0)
    fleet.update(known(vehicle('v', b, now - 10 * second)), 10 * second)
    const before = spot(fleet, 14 * second)
    fleet.update(known(vehicle('v', a, now - 5 * second)), 14 * second)
    expect(spot(fleet, 14 * second)).toEqual(before)
  })

  it('never leave the way between two fixes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5_000, max: 60_000 }), (at) => {
        const fleet = new Fleet()
        fleet.update(known(vehicle('v', a, now - 10 * second)), 0)
        fleet.update(known(vehicle('v', b)), 0)
        const [from, to] = [toScreen(a, home)[0], toScreen(b, home)[0]]
        const [x = 0] = spot(fleet, at)
        expect(x >= from - 0.01 && x <= to + 0.01).toBe(true)
      }),
    )
  })

  it('are there at once when nobody could have driven so far', () => {
    const fleet = new Fleet()
    fleet.update(known(vehicle('v', a, now - 10 * second)), 0)
    expect(fleet.update(known(vehicle('v', [107, 35.5])), 1).isSudden).toBe(true)
    expect(spot(fleet, 1)[0]).toBeCloseTo(toScreen([107, 35.5], home)[0], 2)
  })

  it('tell when the next picture is due: once something has moved by a pixel, and not at all while all stand', () => {
    const fleet = new Fleet()
    fleet.update(known(vehicle('v', a, now - 10 * second), vehicle('w', a)), 0)
    expect(fleet.spots(home, now, 0).nextMs).toBe(Infinity)
    const { fastest } = fleet.update(known(vehicle('v', b), vehicle('w', a)), 0)
    const { nextMs } = fleet.spots(home, now, 0)
    expect(1 / (fastest * home.worldPx)).toBeCloseTo(nextMs, 6)
    const [x = 0] = spot(fleet, 0)
    expect((spot(fleet, nextMs)[0] ?? 0) - x).toBeCloseTo(1, 2)
    expect(fleet.spots(home, now, 10 * second).nextMs).toBe(Infinity)
  })

  it('are hollow after two minutes of silence, gone after ten, and gone when they are no longer known', () => {
    const fleet = new Fleet()
    const here = [vehicle('fresh', a), vehicle('stale', a, now - 121 * second), vehicle('lost', a, now - lostAfterMs - 1)]
    fleet.update(known(...here), 0)
    const { count, stale } = fleet.spots(home, now, 0)
    expect([count, stale[0], stale[1]]).toEqual([2, 0, 1])
    expect(fleet.update(known(here[1]!), 0).isSudden).toBe(true)
    expect([fleet.size, fleet.spots(home, now, 0).count]).toEqual([1, 1])
  })

  it('are not drawn outside the view', () => {
    const fleet = new Fleet()
    fleet.update(known(vehicle('v', [0, 0]), vehicle('w', a)), 0)
    expect(fleet.spots(home, now, 0).count).toBe(1)
  })

  it('come and go by the thousand, each with its own place', () => {
    const fleet = new Fleet()
    const many = (from: number) => known(...Array.from({ length: 1_000 }, (_, i) => vehicle(String(from + i), [106.5 + (from + i) / 10_000, 35.5])))
    fleet.update(many(0), 0)
    fleet.update(many(500), 0)
    // told in another order, nothing is confused
    fleet.update(new Map([...many(500)].reverse()), 0)
    const { count, xy } = fleet.spots(home, now, 0)
    const xs = Array.from({ length: count }, (_, i) => xy[2 * i] ?? 0).sort((one, other) => one - other)
    const wanted = Array.from({ length: 1_000 }, (_, i) => toScreen([106.5 + (500 + i) / 10_000, 35.5], home)[0])
    expect(count).toBe(1_000)
    xs.forEach((x, i) => expect(x).toBeCloseTo(wanted[i] ?? 0, 2))
  })
})
