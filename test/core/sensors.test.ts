import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readingQualities } from '../../contract/fact.ts'
import type { Fact, SensorReadingFact } from '../../contract/fact.ts'
import { hourMs, minuteMs, secondMs } from '../../contract/time.ts'
import type { SensorState } from '../../contract/topic.ts'
import type { Registry } from '../../server/core/registry.ts'
import { World } from '../../server/core/world.ts'
import { entriesOf, feedFact, sensorReading, start } from '../support/facts.ts'
import { feed, quantity, registryWith, sensor } from '../support/registry.ts'

const registry = registryWith()
const name = 'sensors@620802'

function after(facts: readonly Fact[], known: Registry = registry, at?: number): World {
  const world = new World(known)
  for (const entry of entriesOf(facts, at === undefined ? {} : { at })) world.apply(entry)
  return world
}
// the topic holds sensors
const read = (world: World) => world.read([name])[name] as readonly SensorState[]
const only = (...facts: Fact[]) => read(after(facts))[0]
const twin = (world: World): World => World.restore(registry, JSON.parse(JSON.stringify(world.dump())))

/** A reading so many minutes after the start. */
const at = (minutes: number, value: number, given: Partial<SensorReadingFact> = {}) =>
  sensorReading({ at: start + minutes * minuteMs, value, ...given })

describe('given a sensor', () => {
  test('when it measures for the first time, then that is what is known of it', () => {
    expect(only(sensorReading({ value: 35, place: [106.6, 35.5] }))).toEqual({
      id: 'S1/pm25',
      sensor: 'S1',
      quantity: 'pm25',
      name: 'S1',
      sector: undefined,
      subdistrict: undefined,
      place: [106.6, 35.5],
      value: 35,
      quality: 'good',
      observedAt: start,
      receivedAt: start,
      corrected: undefined,
      trend: [{ at: start, value: 35 }],
      limits: { high: 75, highHigh: 150 },
      standing: 'normal',
      standingSince: start,
      feed: 'indicators',
    })
  })

  test('when it measures several quantities, then each is an entity, and all go by the name stated last', () => {
    const states = read(after([sensorReading({ name: '旧名' }), at(1, 3, { quantity: 'water-level', name: '泾河站' })]))
    expect(states.map(({ id, name: called, value }) => [id, called, value])).toEqual([
      ['S1/pm25', '泾河站', 35],
      ['S1/water-level', '泾河站', 3],
    ])
  })

  test('when an older reading comes later, then the value stays, and the trend takes it in', () => {
    expect(only(at(10, 40), at(0, 30, { name: '站' }))).toMatchObject({
      value: 40,
      observedAt: start + 10 * minuteMs,
      corrected: undefined,
      name: '站',
      trend: [
        { at: start, value: 30 },
        { at: start + 10 * minuteMs, value: 40 },
      ],
    })
  })

  test('when another value comes for the same instant, then it corrects the first and says so, until the next', () => {
    const facts = [at(0, 30), at(0, 31, { key: 'later' })]
    const world = new World(registry)
    for (const [index, fact] of facts.entries()) world.apply({ seq: index + 1, at: start + index, feed: 'indicators', fact })
    expect(read(world)[0]).toMatchObject({
      value: 31,
      receivedAt: start + 1,
      corrected: { from: 30, at: start + 1 },
      trend: [{ at: start, value: 31 }],
    })
    world.apply({ seq: 3, at: start + minuteMs, feed: 'indicators', fact: at(1, 32) })
    expect(read(world)[0]?.corrected).toBeUndefined()
  })

  test('when only its quality is restated, then that is no correction of the value', () => {
    expect(only(at(0, 30), at(0, 30, { quality: 'suspect' }))).toMatchObject({ value: 30, quality: 'suspect', corrected: undefined, trend: [] })
  })

  test('when a reading is repeated, then nothing changes', () => {
    const facts = [at(0, 30), at(10, 200), at(20, 40), at(20, 41), at(30, 42)]
    const world = after(facts)
    world.drain()
    for (const [index, fact] of [facts[0], facts[1], facts[3], facts[4]].entries())
      if (fact !== undefined) world.apply({ seq: 6 + index, at: start + hourMs, feed: 'indicators', fact })
    expect(world.drain().get(name)).toBeUndefined()
  })

  test('when its quantity is no longer configured, then it is not shown', () => {
    expect(only(sensorReading({ quantity: 'abolished' }))).toBeUndefined()
  })
})

describe('given a sensor that the configuration knows', () => {
  const given = { id: 'S1', name: '泾河 平凉站', sector: 'emergency', subdistrict: '620802100', limits: { pm25: { high: 20 } } }
  const known = registryWith({ sensors: [sensor({ ...given, place: [106.5, 35.5] })] })

  test('when it measures, then it goes by what is configured, whatever its messages say', () => {
    const [state] = read(after([sensorReading({ name: '别名', subdistrict: '620802001', place: [0.1, 0.1] })], known))
    expect(state).toMatchObject({
      name: '泾河 平凉站',
      sector: 'emergency',
      subdistrict: '620802100',
      place: [106.5, 35.5],
      limits: { high: 20 },
      standing: 'over',
    })
  })

  test('when it measures a quantity it has no limits for, then those of the quantity hold', () => {
    expect(read(after([sensorReading({ quantity: 'pressure' })], known))[0]?.limits).toEqual({ lowLow: 0.1, low: 0.2, high: 0.6 })
  })

  test('when a sensor of the same number is in another district, then it is another', () => {
    const elsewhere = registryWith({ sensors: [sensor({ ...given, district: 'la' })] })
    expect(read(after([sensorReading()], elsewhere))[0]).toMatchObject({ name: 'S1', limits: { high: 75, highHigh: 150 } })
  })
})

describe('given the sector of a feed', () => {
  test('when no sensor says otherwise, then it is that of its feed, as the log tells it or else the configuration', () => {
    const sectorAfter = (...facts: Fact[]) => read(after(facts, registryWith({ feeds: [feed({ id: 'indicators', sector: 'ecology' })] })))[0]?.sector
    const registered = feedFact({ feed: 'indicators', label: { sector: 'emergency' } })
    expect([sectorAfter(sensorReading()), sectorAfter(sensorReading(), registered), sectorAfter(registered, sensorReading())]).toEqual([
      'ecology',
      'emergency',
      'emergency',
    ])
  })

  test('when its feed changes its sector, then screens are told', () => {
    const world = after([sensorReading()])
    world.drain()
    world.apply({ seq: 2, at: start, feed: 'system', fact: feedFact({ feed: 'indicators', label: { sector: 'emergency' } }) })
    expect(world.drain().get(name)).toEqual({ upsert: [expect.objectContaining({ id: 'S1/pm25', sector: 'emergency' })] })
  })
})

describe('given limits', () => {
  test.each([
    [0.05, 'urgent'],
    [0.1, 'over'],
    [0.15, 'over'],
    [0.2, 'normal'],
    [0.6, 'normal'],
    [0.61, 'over'],
    [9, 'over'],
  ] as const)('when the pressure is %f MPa, then it stands %s', (value, standing) => {
    expect(only(sensorReading({ quantity: 'pressure', value }))?.standing).toBe(standing)
  })

  test('when a value is beyond the outer limit, then it is urgent', () => {
    expect([75, 76, 150, 151].map((value) => only(sensorReading({ value }))?.standing)).toEqual(['normal', 'over', 'over', 'urgent'])
  })

  test('when there are none, then nothing is judged', () => {
    const known = registryWith({ quantities: [quantity({ id: 'bare' })] })
    expect(read(after([sensorReading({ quantity: 'bare', value: 1e5 })], known))[0]?.standing).toBe('normal')
  })

  test.each(readingQualities.filter((quality) => quality !== 'good'))('when a value is marked %s, then it is not judged', (quality) => {
    expect(only(sensorReading({ value: 200, quality }))).toMatchObject({ standing: 'normal', quality, trend: [] })
  })
})

describe('given readings in a row', () => {
  const since = (...facts: Fact[]) => {
    const state = only(...facts)
    return [state?.standing, ((state?.standingSince ?? 0) - start) / minuteMs]
  }

  test('when they stand the same, then they do since the first of them', () => {
    expect(since(at(0, 10), at(10, 80), at(20, 90), at(30, 100))).toEqual(['over', 10])
    expect(since(at(0, 10), at(10, 80), at(20, 90), at(30, 200))).toEqual(['urgent', 30])
  })

  test('when one between them comes late, then they stand so since that one, or since after it', () => {
    expect(since(at(0, 10), at(20, 90), at(10, 80))).toEqual(['over', 10])
    expect(since(at(0, 80), at(10, 80), at(20, 80), at(30, 80), at(15, 10))).toEqual(['over', 20])
    expect(since(at(0, 80), at(30, 80), at(15, 10))).toEqual(['over', 30])
    expect(since(at(20, 10), at(30, 80), at(10, 80))).toEqual(['over', 30])
  })

  test('when the newest is corrected, then it stands as if the first value had never been said', () => {
    expect(since(at(0, 80), at(10, 80), at(20, 10), at(20, 90))).toEqual(['over', 0])
    expect(since(at(0, 80), at(10, 80), at(20, 90), at(20, 10))).toEqual(['normal', 20])
  })

  test('when an earlier one is corrected, then they stand so since after it', () => {
    expect(since(at(0, 80), at(10, 80), at(20, 80), at(10, 10))).toEqual(['over', 20])
    expect(since(at(0, 10), at(10, 80), at(20, 10), at(10, 10))).toEqual(['normal', 10])
    expect(since(at(10, 80), at(20, 10), at(10, 10))).toEqual(['normal', 10])
  })
})

describe('given many readings', () => {
  const trendOf = (facts: readonly Fact[]) =>
    (read(after(facts, registry, start + 24 * hourMs))[0]?.trend ?? []).map((point) => [(point.at - start) / minuteMs, point.value])

  test('when they come each minute, then the trend holds 24, at least five minutes apart, the newest last', () => {
    const facts = Array.from({ length: 300 }, (_, minute) => at(minute, minute))
    const expected = Array.from({ length: 24 }, (_, index) => [299 - 5 * (23 - index), 299 - 5 * (23 - index)])
    expect(trendOf(facts)).toEqual(expected)
    expect(trendOf([...facts].reverse())).toEqual(expected)
  })

  test('when two lie close on both sides of five minutes, then the newer is told', () => {
    expect(trendOf([at(0, 1), at(4, 2), at(6, 3)])).toEqual([[6, 3]])
    expect(trendOf([at(0, 1), at(4, 2), at(9, 3)])).toEqual([
      [4, 2],
      [9, 3],
    ])
  })

  test('when a value of the trend is corrected, or found not to be good, then the trend follows', () => {
    const facts = [at(0, 1), at(10, 2), at(20, 3)]
    expect(trendOf([...facts, at(10, 9)])).toEqual([
      [0, 1],
      [10, 9],
      [20, 3],
    ])
    expect(trendOf([...facts, at(10, 2, { quality: 'fault' }), at(1, 5, { quality: 'fault' })])).toEqual([
      [0, 1],
      [20, 3],
    ])
  })
})

describe('given the readings of some sensors', () => {
  const reading: fc.Arbitrary<SensorReadingFact> = fc
    .record(
      {
        sensor: fc.constantFrom('S1', 'S2'),
        quantity: fc.constantFrom('pm25', 'pressure'),
        value: fc.constantFrom(10, 80, 160),
        quality: fc.constantFrom(...readingQualities),
        name: fc.constantFrom('甲', '乙'),
        subdistrict: fc.constantFrom('620802001', '620802100'),
      },
      { requiredKeys: ['sensor', 'quantity', 'value'] },
    )
    .map((stated) => ({ kind: 'sensor-reading', at: start, ...stated }))
  const readings = fc.array(reading, { minLength: 1, maxLength: 14 })
  const arrivals = readings.chain((facts) => {
    // an instant of its own for each: of two values for one instant the one recorded later holds
    const placed = facts.map((fact, index) => ({ ...fact, at: start - index * 5 * minuteMs - ((index * 7) % 5) * secondMs }))
    return fc.tuple(fc.constant(placed), fc.shuffledSubarray([...placed, ...placed], { minLength: 2 * placed.length, maxLength: 2 * placed.length }))
  })

  test('when they arrive in any order, each twice, then all stands the same', () => {
    fc.assert(
      fc.property(arrivals, ([facts, shuffled]) => {
        expect(read(after(shuffled, registry, start))).toEqual(read(after(facts, registry, start)))
      }),
      { numRuns: 150 },
    )
  })

  test('when the world is restored on the way, then it goes on as if nothing had happened', () => {
    fc.assert(
      fc.property(arrivals, fc.nat(14), ([, facts], cut) => {
        const entries = entriesOf(facts, { at: start })
        const before = new World(registry)
        for (const entry of entries.slice(0, cut)) before.apply(entry)
        const restored = twin(before)
        for (const entry of entries.slice(cut)) restored.apply(entry)
        expect(read(restored)).toEqual(read(after(facts, registry, start)))
      }),
      { numRuns: 100 },
    )
  })
})
