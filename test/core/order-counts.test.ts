import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { District } from '../../contract/configuration.ts'
import { ratings, workOrderStages } from '../../contract/fact.ts'
import type { Fact, WorkOrderFact } from '../../contract/fact.ts'
import { orderCounts } from '../../contract/indicator.ts'
import type { OrderCount } from '../../contract/indicator.ts'
import type { TopicKind } from '../../contract/topic.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import { dayNumber } from '../../server/core/calendar.ts'
import { DistrictWorld } from '../../server/core/district-world.ts'
import { FeedDirectory } from '../../server/core/feed-directory.ts'
import type { OrderQuery } from '../../server/core/order-counts.ts'
import { countedAt } from '../../server/core/topics/order-counts.ts'
import { entriesOf, start, tick, workOrder } from '../support/facts.ts'
import { channel, registryWith } from '../support/registry.ts'

const registry = registryWith({
  channels: [channel({ id: 'leader-board', clock: { starts: 'received', classes: {}, nodes: [] } })],
})
const district = registry.districts.get('620802') as District // the builder always has it

const worldOf = () => new DistrictWorld({ registry, district, feeds: new FeedDirectory(registry) })

function told(facts: readonly Fact[], now = start): DistrictWorld {
  const world = worldOf()
  for (const entry of entriesOf([...facts, tick(now)], { at: now })) world.apply(entry)
  return world
}

const today = dayNumber(start, district.zone)
const ever = { channels: [], fromDay: today - 400, toDay: today + 400 }

/** How many of one kind, by days from today; days without any are left out. */
function byDay(world: DistrictWorld, count: OrderCount, given: Partial<OrderQuery> = {}): Record<number, number> {
  const offsets = Array.from({ length: 61 }, (_, index) => index - 30)
  const counted = offsets.map(
    (offset) => [offset, world.orders.sum({ channels: [], count, ...given, fromDay: today + offset, toDay: today + offset })] as const,
  )
  return Object.fromEntries(counted.filter(([, sum]) => sum !== 0))
}

const order = (id: string, given: Partial<WorkOrderFact> = {}) => workOrder({ id, channel: 'leader-board', unit: 'housing', ...given })

describe('the counts of orders', () => {
  it('are by the day on which each happened, of each channel and unit', () => {
    const world = told([
      order('A', { at: start - 3 * dayMs, dueAt: start - dayMs }),
      order('A', { at: start - 2 * dayMs, stage: 'returned' }),
      order('A', { at: start - 2 * dayMs, stage: undefined, extension: { state: 'granted' } }),
      order('A', { at: start - 2 * hourMs, stage: 'closed' }),
      order('A', { at: start - hourMs, stage: undefined, rating: 'basically-satisfied' }),
      order('B', { channel: 'hotline-12345', unit: undefined, dueAt: start + 2 * dayMs }),
    ])
    expect(Object.fromEntries(orderCounts.map((count) => [count, byDay(world, count)]))).toEqual({
      received: { '-3': 1, 0: 1 },
      settled: { 0: 1 },
      due: { '-1': 1 },
      'on-time': {},
      rated: { 0: 1 },
      satisfied: {},
      'basically-satisfied': { 0: 1 },
      returned: { '-2': 1 },
      extended: { '-2': 1 },
    })
    const received = (given: Partial<OrderQuery>) => world.orders.sum({ ...ever, count: 'received', ...given })
    expect([
      received({ channels: ['leader-board'] }),
      received({ channels: ['leader-board', 'hotline-12345'] }),
      received({ unit: 'housing' }),
    ]).toEqual([1, 2, 1])
    expect([
      received({ channels: ['hotline-12345'], unit: 'housing' }),
      received({ channels: ['unheard-of'] }),
      received({ unit: 'unheard-of' }),
    ]).toEqual([0, 0, 0])
    expect([world.orders.unitsOf([]), world.orders.unitsOf(['hotline-12345'])]).toEqual([['housing'], []])
  })

  it('are of ratings that are answers: unreached and declined are in no rate', () => {
    const world = told(ratings.map((rating) => order(rating, { rating })))
    expect((['rated', 'satisfied', 'basically-satisfied'] as const).map((count) => world.orders.sum({ ...ever, count }))).toEqual([3, 1, 1])
  })

  it('count an open order as due, and late, from the millisecond after its due time, and one settled early from then on', () => {
    const facts = [order('late', { at: start - dayMs, dueAt: start }), order('early', { dueAt: start + 5 * dayMs, stage: 'resolved' })]
    expect([byDay(told(facts), 'due'), byDay(told(facts), 'on-time')]).toEqual([{ 5: 1 }, { 5: 1 }])
    expect([byDay(told(facts, start + 1), 'due'), byDay(told(facts, start + 1), 'on-time')]).toEqual([{ 0: 1, 5: 1 }, { 5: 1 }])
  })

  it('leave a voided order out of every rate, however it stood before', () => {
    const early = [order('early', { dueAt: start + 5 * dayMs }), order('early', { at: start + 1, stage: 'cancelled' })]
    const late = [order('late', { at: start - 3 * dayMs, dueAt: start - dayMs }), order('late', { stage: 'cancelled' })]
    const closed = [
      order('closed', { at: start - 3 * dayMs, dueAt: start - dayMs }),
      order('closed', { at: start - 2 * dayMs, stage: 'closed' }),
      order('closed', { at: start - hourMs, stage: undefined, rating: 'satisfied' }),
      order('closed', { at: start, stage: 'cancelled' }),
    ]
    const rates = (facts: readonly Fact[], now = start + 2) =>
      (['due', 'on-time', 'rated', 'satisfied'] as const).map((count) => told(facts, now).orders.sum({ ...ever, count }))
    expect([early, late, closed].map((facts) => rates(facts))).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ])
    expect([byDay(told(late), 'received'), byDay(told(late), 'settled')]).toEqual([{ '-3': 1 }, { 0: 1 }])
    // until then each counted
    expect(rates(late.slice(0, 1))).toEqual([1, 0, 0, 0])
    expect(rates(closed.slice(0, 3))).toEqual([1, 1, 1, 1])
  })

  it('count a voided order again once it is taken up again, and leave one that was referred out to its clock', () => {
    const facts = [order('A', { at: start - 3 * dayMs, dueAt: start - dayMs }), order('A', { at: start - 2 * dayMs, stage: 'cancelled' })]
    const world = told(facts)
    expect(byDay(world, 'due')).toEqual({})
    for (const entry of entriesOf([order('A', { stage: 'returned' })], { from: facts.length + 2 })) world.apply(entry)
    expect([byDay(world, 'due'), byDay(world, 'on-time')]).toEqual([{ '-1': 1 }, {}])
    const referred = [order('B', { at: start - 3 * dayMs, dueAt: start - dayMs }), order('B', { at: start - 2 * dayMs, stage: 'referred' })]
    expect([byDay(told(referred), 'due'), byDay(told(referred), 'on-time')]).toEqual([{ '-1': 1 }, { '-1': 1 }])
  })

  it('are decided by the first closing where handling again has no limit', () => {
    const facts = [
      order('A', { at: start - 9 * dayMs, dueAt: start - 5 * dayMs }),
      order('A', { at: start - 6 * dayMs, stage: 'closed' }),
      order('A', { at: start - 4 * dayMs, stage: 'returned' }),
    ]
    const again = [...facts, order('A', { at: start - dayMs, stage: 'closed' })]
    for (const world of [told(facts), told(again)]) expect([byDay(world, 'due'), byDay(world, 'on-time')]).toEqual([{ '-5': 1 }, { '-5': 1 }])
    expect([byDay(told(facts), 'settled'), byDay(told(again), 'settled')]).toEqual([{}, { '-1': 1 }])
  })

  it('follow corrections: another unit, another day', () => {
    const world = told([order('A'), order('A', { at: start - 2 * dayMs }), order('A', { at: start + 1, stage: 'dispatched', unit: 'dongguan' })])
    expect(byDay(world, 'received', { unit: 'dongguan' })).toEqual({ '-2': 1 })
    expect(byDay(world, 'received', { unit: 'housing' })).toEqual({})
    expect(world.orders.unitsOf(['leader-board'])).toEqual(['dongguan'])
  })

  it('tell listeners which channel and unit changed, when they may read, each once', () => {
    const world = worldOf()
    const heard: unknown[] = []
    world.orders.subscribe((channelId, unit) => heard.push([channelId, unit, world.orders.sum({ ...ever, count: 'received' })]))
    for (const entry of entriesOf([order('A'), order('B'), order('C', { unit: undefined })])) world.apply(entry)
    world.flush()
    expect(heard).toEqual([
      ['leader-board', 'housing', 3],
      ['leader-board', undefined, 3],
    ])
  })

  it('forget the year before last at New Year, and remember what was due in the year that begins', () => {
    const newYear = Date.parse('2027-01-01T00:00:00+08:00')
    const facts = [order('old', { at: start - 365 * dayMs }), order('early', { dueAt: newYear + 3 * dayMs, stage: 'resolved' })]
    const counts = (world: DistrictWorld) =>
      (['received', 'due', 'on-time'] as const).map((count) => world.orders.sum({ channels: [], count, fromDay: 0, toDay: 99_999 }))
    expect(counts(told(facts))).toEqual([2, 1, 1])
    const world = told(facts)
    world.apply({ seq: 9, at: newYear, feed: 'system', fact: tick(newYear) })
    expect(counts(world)).toEqual([1, 1, 1])
    // two years on, only what is due far ahead is left
    const far = told([...facts, order('far', { dueAt: newYear + 800 * dayMs, stage: 'resolved' })])
    far.apply({ seq: 9, at: newYear + 800 * dayMs, feed: 'system', fact: tick(newYear + 800 * dayMs) })
    expect(counts(far)).toEqual([0, 1, 1])
  })

  it('keep a feed that names ever new channels and units from filling memory, and every order in the sum', () => {
    const many = Array.from({ length: 6_000 }, (_, index) =>
      order(`W${String(index)}`, { channel: `C${String(index % 300)}`, unit: `U${String(index)}` }),
    )
    const world = told(many)
    expect(world.orders.sum({ ...ever, count: 'received' })).toBe(6_000)
    expect(world.orders.unitsOf([])).toHaveLength(4_000)
  })

  it('hold a place for channels and units that are configured, however many others came before, and after a restart', () => {
    const junk = Array.from({ length: 5_000 }, (_, index) =>
      order(`W${String(index)}`, { channel: `C${String(index % 300)}`, unit: `U${String(index)}`, subdistrict: `S${String(index)}` }),
    )
    const real = order('real', { at: start - dayMs, dueAt: start - hourMs, subdistrict: '620802001' })
    const world = told([...junk, real])
    const restored = worldOf()
    restored.restore(JSON.parse(JSON.stringify(world.dump())))
    for (const each of [world, restored]) {
      const counted = (count: OrderCount) => each.orders.sum({ ...ever, channels: ['leader-board'], unit: 'housing', count })
      expect([counted('received'), counted('due'), counted('on-time')]).toEqual([1, 1, 0])
      expect(each.orders.unitsOf(['leader-board'])).toEqual(['housing'])
      each.flush()
      const shown = (of: TopicKind, id: string) => each.topics.find(({ kind }) => kind === of)?.find(id)
      expect(shown('units', 'housing')).toMatchObject({ open: 1, overdue: 1 })
      expect(shown('subdistricts', '620802001')).toMatchObject({ open: 1, overdue: 1 })
      expect(shown('work-order-totals', 'unit')).toMatchObject({ counts: { housing: 1 } })
    }
  })

  const fact: fc.Arbitrary<WorkOrderFact> = fc
    .record(
      {
        id: fc.constantFrom('W1', 'W2', 'W3', 'W4'),
        at: fc.integer({ min: -100, max: 0 }).map((steps) => start + steps * 9 * hourMs),
        stage: fc.constantFrom(...workOrderStages),
        channel: fc.constantFrom('hotline-12345', 'leader-board'),
        unit: fc.constantFrom('housing', 'dongguan'),
        dueAt: fc.integer({ min: -20, max: 5 }).map((offset) => start + offset * dayMs),
        extension: fc.record({ state: fc.constantFrom('asked', 'granted'), until: fc.constant(start + dayMs) }),
        rating: fc.constantFrom(...ratings),
      },
      { requiredKeys: ['id', 'at'] },
    )
    .map((stated) => ({ kind: 'work-order', ...stated }))
  const everything = (world: DistrictWorld) =>
    orderCounts.flatMap((count) => ['housing', 'dongguan', undefined].map((unit) => [count, unit, byDay(world, count, { unit })]))

  it('are the same whatever came late, twice or was looked at in between, and after a restart', () => {
    const facts = fc.array(fact, { minLength: 1, maxLength: 12 })
    const arrivals = facts.chain((given) => fc.tuple(fc.constant(given), fc.shuffledSubarray([...given, ...given], { minLength: 2 * given.length })))
    fc.assert(
      fc.property(arrivals, fc.nat(24), ([given, shuffled], cut) => {
        const expected = everything(told(given))
        const entries = entriesOf([...shuffled, tick(start)], { at: start })
        const before = worldOf()
        for (const entry of entries.slice(0, cut)) before.apply(entry)
        everything(before)
        const restored = worldOf()
        restored.restore(JSON.parse(JSON.stringify(before.dump())))
        for (const entry of entries.slice(cut)) restored.apply(entry)
        expect(everything(restored)).toEqual(expected)
        // the list behind a count has as many orders as were counted
        for (const count of orderCounts) {
          const listed = [...restored.allOrders()].filter((each) => countedAt(each, count) !== undefined)
          expect(listed).toHaveLength(restored.orders.sum({ ...ever, count }))
        }
      }),
      { numRuns: 60 },
    )
  }, 30_000)
})
