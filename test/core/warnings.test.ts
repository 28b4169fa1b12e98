import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { warningLevels } from '../../contract/fact.ts'
import type { Fact, WarningFact } from '../../contract/fact.ts'
import { dayMs, hourMs, minuteMs } from '../../contract/time.ts'
import type { Warning } from '../../contract/topic.ts'
import { World } from '../../server/core/world.ts'
import { entriesOf, start, tick, warning } from '../support/facts.ts'
import { registryWith } from '../support/registry.ts'

const registry = registryWith()
const name = 'warnings@620802'

function after(facts: readonly Fact[], at?: number): World {
  const world = new World(registry)
  for (const entry of entriesOf(facts, at === undefined ? {} : { at })) world.apply(entry)
  return world
}
// the topic holds warnings
const read = (world: World) => world.read([name])[name] as readonly Warning[]
const ends = (facts: readonly Fact[], at = start + hourMs) => read(after([...facts], at)).map(({ id, endedAt }) => [id, endedAt])

describe('given a warning', () => {
  test('when it is issued, then it is in force with what was stated', () => {
    const polygons: WarningFact['polygons'] = [
      [
        [106.6, 35.5],
        [106.7, 35.5],
        [106.7, 35.6],
      ],
    ]
    const fact = warning({
      level: 'orange',
      type: '道路结冰',
      title: '道路结冰橙色预警',
      issuer: '区气象局',
      note: '减速慢行',
      onsetAt: start + hourMs,
      expiresAt: start + dayMs,
      areas: ['620802'],
      polygons,
    })
    expect(read(after([fact]))).toEqual([
      {
        id: 'A1',
        level: 'orange',
        type: '道路结冰',
        title: '道路结冰橙色预警',
        issuer: '区气象局',
        note: '减速慢行',
        issuedAt: start,
        onsetAt: start + hourMs,
        expiresAt: start + dayMs,
        endedAt: undefined,
        areas: ['620802'],
        polygons,
        feed: 'hotline',
      },
    ])
  })

  test('when little is stated, then it is in force at once, without end, for no area in particular', () => {
    expect(read(after([warning()]))[0]).toEqual({
      id: 'A1',
      level: 'yellow',
      type: '',
      title: '',
      issuer: '',
      note: undefined,
      issuedAt: start,
      onsetAt: start,
      expiresAt: undefined,
      endedAt: undefined,
      areas: [],
      polygons: [],
      feed: 'hotline',
    })
  })

  test('when nobody has stated its level, then it is not shown, and no colour is invented', () => {
    const bare: WarningFact = { kind: 'warning', id: 'A1', at: start, action: 'issue' }
    expect(read(after([bare]))).toEqual([])
    expect(read(after([bare, warning({ at: start + 1, action: 'update', level: 'red' })]))[0]).toMatchObject({ level: 'red', issuedAt: start })
  })

  test('when it is renewed under its own id, then it takes the new words and keeps the others', () => {
    const facts = [warning({ title: '大风', level: 'blue' }), warning({ at: start + 1, action: 'update', level: 'red', references: ['A1'] })]
    expect(read(after(facts))[0]).toMatchObject({ title: '大风', level: 'red', issuedAt: start, endedAt: undefined })
    expect(read(after([...facts].reverse()))[0]).toMatchObject({ title: '大风', level: 'red', issuedAt: start, endedAt: undefined })
  })

  test('when it is renewed and issued at the same instant, then the renewal holds', () => {
    const facts = [warning({ action: 'update', level: 'blue' }), warning({ level: 'red' })]
    expect([read(after(facts))[0]?.level, read(after([...facts].reverse()))[0]?.level]).toEqual(['blue', 'blue'])
  })

  test('when it is cancelled under its own id, then it has ended, until it is issued again', () => {
    const lifted = [warning(), warning({ at: start + 1, action: 'cancel' })]
    expect(ends(lifted)).toEqual([['A1', start + 1]])
    expect(ends([...lifted, warning({ at: start + 2 })])).toEqual([['A1', undefined]])
  })

  test('when the same is told again, then screens are told nothing', () => {
    const facts = [warning({ areas: ['620802'] }), warning({ id: 'A2', at: start + 1, references: ['A1'] })]
    const world = after(facts)
    world.drain()
    for (const [index, fact] of facts.entries()) world.apply({ seq: 3 + index, at: start + 1, feed: 'hotline', fact })
    expect(world.drain().get(name)).toBeUndefined()
  })

  test('when two feeds tell of it, then it belongs to the same one whichever came first', () => {
    const of = (feeds: readonly string[]) => {
      const world = new World(registry)
      feeds.forEach((feed, index) => {
        world.apply({ seq: index + 1, at: start, feed, fact: warning() })
      })
      return read(world)[0]?.feed
    }
    expect([of(['hotline', 'indicators']), of(['indicators', 'hotline'])]).toEqual(['indicators', 'indicators'])
  })
})

describe('given a message that names others', () => {
  const update = warning({ id: 'A2', at: start + minuteMs, action: 'update', references: ['A1', 'A1'], level: 'red' })
  const cancel = warning({ id: 'C1', at: start + minuteMs, action: 'cancel', references: ['A1'] })

  test('when it replaces one, then that ends when it is issued, in whichever order they arrive', () => {
    const expected = [
      ['A1', start + minuteMs],
      ['A2', undefined],
    ]
    expect(ends([warning(), update])).toEqual(expected)
    expect(ends([update, warning()])).toEqual(expected)
  })

  test('when it lifts one, then that ends, and it is itself no warning', () => {
    expect(ends([warning(), cancel])).toEqual([['A1', start + minuteMs]])
    expect(ends([cancel, warning()])).toEqual([['A1', start + minuteMs]])
  })

  test('when it names one that never arrives, then nothing is shown of that', () => {
    expect(ends([update])).toEqual([['A2', undefined]])
  })

  test('when another names the same one, then the first to do so ended it', () => {
    expect(ends([warning(), cancel, { ...cancel, id: 'C2', at: start + 2 }])).toEqual([['A1', start + 2]])
  })

  test('when its clock is behind that of the one it names, then that ends as it is issued', () => {
    expect(ends([warning(), { ...cancel, at: start - hourMs }])).toEqual([['A1', start]])
  })

  test('when the one it names is told again later, then it stays ended', () => {
    expect(ends([warning(), cancel, warning({ at: start + 2 * minuteMs })])).toEqual([['A1', start + minuteMs]])
  })
})

describe('given the time', () => {
  const expiring = warning({ expiresAt: start + hourMs })

  test('when a warning expires, then it has ended, by ticks alone', () => {
    const world = after([expiring, tick(start + hourMs - 1)])
    expect(read(world)[0]?.endedAt).toBeUndefined()
    world.drain()
    world.apply({ seq: 3, at: start + hourMs, feed: 'system', fact: tick(start + hourMs) })
    expect(world.drain().get(name)).toEqual({ upsert: [expect.objectContaining({ id: 'A1', endedAt: start + hourMs })] })
  })

  test('when its end is moved out, then the old one wakes nobody', () => {
    const world = after([expiring, warning({ at: start + 1, action: 'update', expiresAt: start + dayMs })])
    world.drain()
    world.apply({ seq: 3, at: start + hourMs, feed: 'system', fact: tick(start + hourMs) })
    expect(world.drain().get(name)).toBeUndefined()
  })

  test('when it had expired before it was lifted, then it ended when it expired', () => {
    expect(ends([expiring, warning({ at: start + 2 * hourMs, action: 'cancel' })], start + 3 * hourMs)).toEqual([['A1', start + hourMs]])
  })

  test('when it has expired before it arrives, then it is shown as ended', () => {
    expect(ends([expiring], start + 2 * hourMs)).toEqual([['A1', start + hourMs]])
  })

  test('when a day has passed since its end, then it leaves', () => {
    const world = after([expiring, tick(start + hourMs + dayMs - 1)])
    expect(read(world)).toHaveLength(1)
    world.drain()
    world.apply({ seq: 3, at: start + hourMs + dayMs, feed: 'system', fact: tick(start + hourMs + dayMs) })
    expect(world.drain().get(name)).toEqual({ remove: ['A1'] })
  })

  test('when a message is repeated a month after the end, then nobody is warned again', () => {
    const lifted = [warning({ title: '大风' }), warning({ at: start + 1, action: 'cancel' })]
    expect(read(after([...lifted, tick(start + 31 * dayMs), ...lifted]))).toEqual([])
  })

  test('when it is issued again after a month, then it comes back with what is stated from then on', () => {
    const later = start + 31 * dayMs
    const facts = [warning({ title: '大风', note: '甲' }), warning({ at: start + 1, action: 'cancel' }), tick(later)]
    expect(read(after([...facts, warning({ at: later, title: '暴雪' })]))[0]).toMatchObject({ title: '暴雪', note: undefined, endedAt: undefined })
  })
})

describe('given the facts of some warnings', () => {
  const fact: fc.Arbitrary<WarningFact> = fc
    .record(
      {
        id: fc.constantFrom('A1', 'A2', 'A3'),
        at: fc.integer({ min: -12, max: 0 }).map((hours) => start + hours * 6 * hourMs),
        action: fc.constantFrom('issue', 'update', 'cancel'),
        references: fc.subarray(['A1', 'A2', 'A3', 'A4']),
        level: fc.constantFrom(...warningLevels),
        title: fc.constantFrom('大风', '暴雪'),
        expiresAt: fc.integer({ min: -10, max: 4 }).map((hours) => start + hours * 6 * hourMs),
        areas: fc.subarray(['620802', '620802001']),
      },
      { requiredKeys: ['id', 'at', 'action'] },
    )
    .map((stated) => ({ kind: 'warning', ...stated }))

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

  test('when time passes between them, then what remains is the same as if all had come at once', () => {
    fc.assert(
      fc.property(fc.array(fact, { minLength: 1, maxLength: 10 }), (facts) => {
        const end = tick(start + 12 * hourMs)
        const slowly = facts.flatMap((one, index) => [tick(start + index * hourMs), one])
        expect(read(after([...slowly, end]))).toEqual(read(after([...facts, end])))
      }),
      { numRuns: 100 },
    )
  })

  test('when the world is restored on the way, then it goes on as if nothing had happened', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 8 }), fc.nat(16), (facts, cut) => {
        const entries = entriesOf(facts.flatMap((one) => [one, tick(one.at + 20 * hourMs)]))
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
