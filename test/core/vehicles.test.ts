import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { vehicleTypes } from '../../contract/fact.ts'
import type { Fact, VehicleFact } from '../../contract/fact.ts'
import type { Place } from '../../contract/fact-field.ts'
import { dayMs, hourMs, minuteMs } from '../../contract/time.ts'
import type { Vehicle } from '../../contract/topic.ts'
import { World } from '../../server/core/world.ts'
import { entriesOf, start, tick, vehicle } from '../support/facts.ts'
import { registryWith } from '../support/registry.ts'

const registry = registryWith()
const name = 'vehicles@620802'

function after(facts: readonly Fact[], at?: number): World {
  const world = new World(registry)
  for (const entry of entriesOf(facts, at === undefined ? {} : { at })) world.apply(entry)
  return world
}
// the topic holds vehicles
const read = (world: World) => world.read([name])[name] as readonly Vehicle[]
const only = (...facts: Fact[]) => read(after(facts))[0]
const [here, there]: readonly [Place, Place] = [
  [106.68, 35.54],
  [106.7, 35.55],
]

describe('given a vehicle', () => {
  test('when it says only where it is, then it goes by its id', () => {
    expect(only(vehicle())).toEqual({
      id: 'V1',
      name: 'V1',
      type: 'other',
      unit: undefined,
      place: here,
      speed: undefined,
      heading: undefined,
      alarm: undefined,
      observedAt: start,
      feed: 'hotline',
    })
  })

  test('when it moves, then its newest position holds, and what was stated of it once stays', () => {
    const first = vehicle({ name: '甘L·8***6', type: 'bus', unit: 'housing', speed: 40, heading: 90, alarm: '超速' })
    expect(only(first, vehicle({ at: start + 1, place: there, speed: 0 }))).toMatchObject({
      name: '甘L·8***6',
      type: 'bus',
      unit: 'housing',
      place: there,
      speed: 0,
      heading: undefined,
      alarm: undefined,
      observedAt: start + 1,
    })
  })

  test('when an older position comes late, then it adds only what was never stated', () => {
    expect(only(vehicle({ name: '新' }), vehicle({ at: start - 1, place: there, name: '旧', type: 'patrol', alarm: '超速' }))).toMatchObject({
      name: '新',
      type: 'patrol',
      place: here,
      alarm: undefined,
    })
  })

  test('when it says two things at one instant, then the alarm holds', () => {
    const alarmed = vehicle({ alarm: '紧急报警' })
    expect([only(alarmed, vehicle())?.alarm, only(vehicle(), alarmed)?.alarm]).toEqual(['紧急报警', '紧急报警'])
  })

  test('when nothing new is said, then screens are told nothing', () => {
    const world = after([vehicle()])
    world.drain()
    for (const [index, fact] of [vehicle(), vehicle({ at: start - 1 })].entries()) world.apply({ seq: 2 + index, at: start, feed: 'hotline', fact })
    expect(world.drain().get(name)).toBeUndefined()
  })

  test('when it is not heard for a day, then it leaves', () => {
    const world = after([vehicle(), vehicle({ at: start + hourMs }), tick(start + hourMs + dayMs - 1)])
    expect(read(world)).toHaveLength(1)
    world.drain()
    world.apply({ seq: 4, at: start + hourMs + dayMs, feed: 'system', fact: tick(start + hourMs + dayMs) })
    expect(world.drain().get(name)).toEqual({ remove: ['V1'] })
  })

  test('when what it says is more than a day old, then that says nothing', () => {
    const world = after([vehicle({ at: start - dayMs }), vehicle({ id: 'V2', at: start - dayMs + 1 })], start)
    expect(read(world).map(({ id }) => id)).toEqual(['V2'])
  })

  test('when it comes back after it has left, then it is there as it says', () => {
    const later = start + 2 * dayMs
    const world = after([vehicle({ name: '甲' }), tick(later), vehicle({ at: later })])
    expect(read(world)[0]).toMatchObject({ name: 'V1', observedAt: later })
  })
})

describe('given the facts of some vehicles', () => {
  const fact: fc.Arbitrary<VehicleFact> = fc
    .record(
      {
        id: fc.constantFrom('V1', 'V2'),
        at: fc.integer({ min: -30, max: 0 }).map((hours) => start + hours * hourMs),
        place: fc.constantFrom(here, there),
        speed: fc.constantFrom(0, 40),
        alarm: fc.constantFrom('超速', '紧急报警'),
        type: fc.constantFrom(...vehicleTypes),
        name: fc.constantFrom('甲', '乙'),
      },
      { requiredKeys: ['id', 'at', 'place'] },
    )
    .map((stated) => ({ kind: 'vehicle', ...stated }))

  test('when they arrive in any order, each twice, then they end the same', () => {
    const arrivals = fc
      .array(fact, { minLength: 1, maxLength: 10 })
      .chain((facts) =>
        fc.tuple(fc.constant(facts), fc.shuffledSubarray([...facts, ...facts], { minLength: 2 * facts.length, maxLength: 2 * facts.length })),
      )
    fc.assert(
      fc.property(arrivals, ([facts, shuffled]) => {
        expect(read(after(shuffled, start))).toEqual(read(after(facts, start)))
      }),
      { numRuns: 150 },
    )
  })

  test('when the world is restored on the way, then it goes on as if nothing had happened', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 8 }), fc.nat(16), (facts, cut) => {
        const entries = entriesOf(facts.flatMap((one) => [one, tick(one.at + 20 * hourMs + minuteMs)]))
        const before = new World(registry)
        for (const entry of entries.slice(0, cut)) before.apply(entry)
        const restored = World.restore(registry, JSON.parse(JSON.stringify(before.dump())))
        for (const entry of entries.slice(cut)) restored.apply(entry)
        const whole = new World(registry)
        for (const entry of entries) whole.apply(entry)
        expect(read(restored)).toEqual(read(whole))
      }),
      { numRuns: 100 },
    )
  })
})
