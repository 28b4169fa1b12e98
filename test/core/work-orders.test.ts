import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ratings, workOrderStages } from '../../contract/fact.ts'
import type { Entry, Fact, WorkOrderFact } from '../../contract/fact.ts'
import { dayMs, hourMs, minuteMs } from '../../contract/time.ts'
import { topicName } from '../../contract/topic.ts'
import type { TopicKind, Topics } from '../../contract/topic.ts'
import { World } from '../../server/core/world.ts'
import { entriesOf, start, tick, workOrder } from '../support/facts.ts'
import { channel, registryWith } from '../support/registry.ts'

const days = (workingDays: number) => ({ name: '一类', nameEn: 'Some', workingDays })
const registry = registryWith({
  channels: [
    channel({
      id: 'leader-board',
      clock: {
        starts: 'dispatched',
        classes: { normal: days(2), complex: days(4), urgent: { name: '紧急', nameEn: 'Urgent', byNotice: true } },
        usual: 'normal',
        interim: { workingDays: 4 },
        capWorkingDays: 6,
        nodes: [
          { stage: 'accepted', share: 0.25 },
          { stage: 'handled', share: 0.75 },
        ],
      },
    }),
    channel({ id: 'hotline-12345', clock: { starts: 'received', classes: {}, again: { workingDays: 1 }, nodes: [] } }),
  ],
})
const orderTopics = (['work-orders', 'work-order-totals', 'channels', 'subdistricts', 'units', 'hourly-intake', 'order-types'] as const).map((kind) =>
  topicName(kind, '620802'),
)

function worldAfter(entries: readonly Entry[]): World {
  const world = new World(registry)
  for (const entry of entries) world.apply(entry)
  return world
}

/** The world after these facts arrived in this order, all told by `now`. */
const told = (facts: readonly Fact[], now = start): World => worldAfter(entriesOf([tick(now), ...facts], { at: now }))

function read<Kind extends TopicKind>(world: World, kind: Kind, district = '620802'): readonly Topics[Kind][] {
  const name = topicName(kind, district)
  // a topic holds entities of its kind
  return world.read([name])[name] as readonly Topics[Kind][]
}

const only = (world: World) => read(world, 'work-orders')[0]
const totals = (world: World) => Object.fromEntries(read(world, 'work-order-totals').map(({ id, counts }) => [id, counts]))

describe('given an order whose facts arrive', () => {
  test('when only its receipt is known, then it is open with what was stated, and the rest is empty', () => {
    expect(only(told([workOrder({ type: '市政', place: [106.7, 35.5] })]))).toEqual({
      id: 'W1',
      channel: '',
      title: '',
      type: '市政',
      unit: undefined,
      subdistrict: undefined,
      place: [106.7, 35.5],
      stage: 'received',
      class: '',
      openedAt: start,
      startedAt: start,
      dueAt: undefined,
      dueBasis: 'none',
      isProvisional: false,
      isExtensionAsked: false,
      lateNode: undefined,
      rating: undefined,
      settledAt: undefined,
      isSettledBeforeReceipt: false,
      clock: 'none',
      feed: 'hotline',
    })
  })

  test('when it is resolved, then it is settled at that instant and keeps what was stated before', () => {
    const facts = [workOrder({ title: '路灯', at: start - hourMs }), workOrder({ stage: 'resolved', at: start - minuteMs })]
    expect(only(told(facts))).toMatchObject({ title: '路灯', stage: 'resolved', settledAt: start - minuteMs, clock: 'settled' })
  })

  test('when it is resolved and then closed, then it is settled since the first of the two', () => {
    const facts = [workOrder({ stage: 'closed', at: start - 1 }), workOrder({ stage: 'resolved', at: start - 5 })]
    expect(only(told(facts))).toMatchObject({ stage: 'closed', settledAt: start - 5 })
  })

  test('when it is returned after it was resolved, then it is open again until it is resolved anew', () => {
    const returned = [workOrder({ stage: 'resolved', at: start - 9 }), workOrder({ stage: 'returned', at: start - 5 })]
    expect(only(told(returned))).toMatchObject({ stage: 'returned', settledAt: undefined })
    expect(only(told([...returned, workOrder({ stage: 'resolved', at: start - 2 })]))).toMatchObject({ settledAt: start - 2 })
  })

  test('when it is returned and resolved at the same instant, then the later stage of the life-cycle holds', () => {
    expect(only(told([workOrder({ stage: 'resolved' }), workOrder({ stage: 'returned' })]))).toMatchObject({ stage: 'resolved', settledAt: start })
  })

  test('when an older fact states another unit later, then the newer statement stays', () => {
    const facts = [workOrder({ unit: 'housing', stage: 'dispatched' }), workOrder({ unit: 'dongguan', type: '市政', at: start - 1 })]
    expect(only(told(facts))).toMatchObject({ unit: 'housing', type: '市政', stage: 'dispatched', openedAt: start - 1 })
  })

  test('when two feeds tell of the same order at the same instant, then it belongs to the same one whichever came first', () => {
    const of = (feeds: string[]) => worldAfter(feeds.map((feed, index) => ({ seq: index + 1, at: start, feed, fact: workOrder() })))
    expect(only(of(['hotline', 'indicators']))?.feed).toBe('indicators')
    expect(only(of(['indicators', 'hotline']))?.feed).toBe('indicators')
  })
})

/** Properties take their time where machines are busy. */
const patiently = 30_000

describe('given the facts of some orders', () => {
  const fact: fc.Arbitrary<WorkOrderFact> = fc
    .record(
      {
        id: fc.constantFrom('W1', 'W2', 'W3'),
        at: fc.integer({ min: -12, max: 0 }).map((hours) => start + hours * 6 * hourMs),
        stage: fc.constantFrom(...workOrderStages),
        channel: fc.constantFrom('hotline-12345', 'leader-board', 'unlisted'),
        title: fc.constantFrom('路灯', '积水'),
        type: fc.constantFrom('市政', '环保', ''),
        unit: fc.constantFrom('housing', 'dongguan'),
        subdistrict: fc.constantFrom('620802001', '620802100'),
        place: fc.constantFrom<[number, number][]>([106.7, 35.5], [106.6, 35.4]),
        dueAt: fc.integer({ min: -5, max: 5 }).map((offset) => start + offset * dayMs),
        class: fc.constantFrom('normal', 'complex', 'urgent', 'unlisted'),
        extension: fc.record(
          { state: fc.constantFrom('asked', 'granted', 'refused'), until: fc.integer({ min: -3, max: 9 }).map((offset) => start + offset * dayMs) },
          { requiredKeys: ['state'] },
        ),
        rating: fc.constantFrom(...ratings),
      },
      { requiredKeys: ['id', 'at'] },
    )
    .map((stated) => ({ kind: 'work-order', ...stated }))

  const arrivals = fc
    .array(fact, { minLength: 1, maxLength: 12 })
    .chain((facts) =>
      fc.tuple(fc.constant(facts), fc.shuffledSubarray([...facts, ...facts], { minLength: 2 * facts.length, maxLength: 2 * facts.length })),
    )

  test(
    'when they arrive as they may, then no clock runs backwards',
    () => {
      fc.assert(
        fc.property(fc.array(fact, { minLength: 1, maxLength: 12 }), (facts) => {
          for (const { openedAt, startedAt, settledAt, dueAt, dueBasis, clock } of read(told(facts), 'work-orders')) {
            expect(startedAt).toBeGreaterThanOrEqual(openedAt)
            expect(settledAt ?? Infinity).toBeGreaterThanOrEqual(startedAt)
            if (dueBasis !== 'upstream') expect(dueAt ?? Infinity).toBeGreaterThan(startedAt)
            expect(clock === 'settled').toBe(settledAt !== undefined)
            expect(clock === 'none').toBe(settledAt === undefined && dueAt === undefined)
          }
        }),
        { numRuns: 300 },
      )
    },
    patiently,
  )

  test(
    'when they arrive in any order, each twice, then every topic ends the same',
    () => {
      fc.assert(
        fc.property(arrivals, ([facts, shuffled]) => {
          expect(told([...shuffled, tick(start)]).read(orderTopics)).toEqual(told([...facts, tick(start)]).read(orderTopics))
        }),
        { numRuns: 300 },
      )
    },
    patiently,
  )

  test(
    'when they are told as they happened, tick by tick, then every topic ends as if all had been told at the end',
    () => {
      fc.assert(
        fc.property(fc.array(fact, { minLength: 1, maxLength: 12 }), (facts) => {
          const inTime = facts.flatMap((one) => [tick(one.at), one]).sort((one, other) => one.at - other.at)
          expect(worldAfter(entriesOf([...inTime, tick(start)])).read(orderTopics)).toEqual(told([...facts, tick(start)]).read(orderTopics))
        }),
        { numRuns: 200 },
      )
    },
    patiently,
  )

  test(
    'when a world is dumped and restored anywhere on the way, then it goes on as if nothing had happened',
    () => {
      fc.assert(
        fc.property(fc.array(fact, { minLength: 1, maxLength: 16 }), fc.nat(16), (facts, cut) => {
          const entries = entriesOf(facts.flatMap((one) => [one, tick(one.at + 3 * minuteMs)]))
          const whole = worldAfter(entries)
          const before = worldAfter(entries.slice(0, cut))
          const restored = World.restore(registry, JSON.parse(JSON.stringify(before.dump())))
          expect(restored.read(orderTopics)).toEqual(before.read(orderTopics))
          for (const entry of entries.slice(cut)) restored.apply(entry)
          expect(restored.read(orderTopics)).toEqual(whole.read(orderTopics))
          expect({ seq: restored.seq, at: restored.at }).toEqual({ seq: whole.seq, at: whole.at })
        }),
        { numRuns: 200 },
      )
    },
    patiently,
  )

  test(
    'when patches are applied to a picture, then it stays equal to what is read, as if nobody had looked before',
    () => {
      fc.assert(
        fc.property(fc.array(fc.tuple(fact, fc.boolean()), { maxLength: 16 }), (steps) => {
          const world = new World(registry)
          const picture = new Map<string, Map<string, unknown>>(orderTopics.map((name) => [name, new Map()]))
          const entries = entriesOf(steps.flatMap(([one]) => [one, tick(one.at)]))
          for (const [index, entry] of entries.entries()) {
            world.apply(entry)
            if (steps[index >> 1]?.[1] !== true && index < entries.length - 1) continue
            for (const [name, patch] of world.drain()) {
              for (const entity of patch.upsert ?? []) picture.get(name)?.set(entity.id, entity)
              for (const id of patch.remove ?? []) picture.get(name)?.delete(id)
            }
          }
          if (entries.length === 0) return
          for (const name of orderTopics) {
            expect([...(picture.get(name)?.values() ?? [])]).toHaveLength(world.read([name])[name]?.length ?? -1)
            expect(new Set(picture.get(name)?.values())).toEqual(new Set(world.read([name])[name]))
          }
          // whoever looks in between changes nothing
          expect(world.read(orderTopics)).toEqual(worldAfter(entries).read(orderTopics))
        }),
        { numRuns: 150 },
      )
    },
    patiently,
  )
})

describe('given an order that is due', () => {
  const at = (local: string) => Date.parse(`${local}+08:00`)
  // a Monday of which no calendar says anything
  const opened = at('2026-11-16T00:00:00')

  test.each([
    ['before half of its working time', '2026-11-20T23:59:59', 'running'],
    ['at half of it, a weekend later', '2026-11-23T00:00:00', 'half'],
    ['before 80 %', '2026-11-25T23:59:59', 'half'],
    ['at 80 %', '2026-11-26T00:00:00', 'reminder'],
    ['as the last working day begins', '2026-11-27T00:00:00', 'last-day'],
    ['at the due time', '2026-11-27T23:59:59.999', 'last-day'],
    ['after it', '2026-11-28T00:00:00', 'overdue'],
  ])('when the district is %s, then its clock says so', (_, now, clock) => {
    const order = workOrder({ at: opened, dueAt: at('2026-11-27T23:59:59.999') })
    expect(only(told([order], at(now)))?.clock).toBe(clock)
    expect(only(worldAfter(entriesOf([order, tick(at(now))])))?.clock).toBe(clock)
  })

  test('when it is due on the day it began, then there is a reminder and no last day apart', () => {
    const order = workOrder({ at: at('2026-11-16T08:00:00'), dueAt: at('2026-11-16T18:00:00') })
    expect(only(told([order], at('2026-11-16T17:00:00')))?.clock).toBe('reminder')
  })

  test('when its due time is moved out, then the old one no longer counts', () => {
    const facts = [
      workOrder({ at: opened, dueAt: start - hourMs }),
      workOrder({ at: opened + 1, stage: 'accepted', dueAt: start + 30 * dayMs }),
      tick(start),
    ]
    expect(only(worldAfter(entriesOf(facts)))?.clock).toBe('running')
  })

  test('when it falls due between two ticks, then exactly that order is published anew', () => {
    const world = worldAfter(entriesOf([workOrder({ id: 'soon', dueAt: start + hourMs }), workOrder({ id: 'later', dueAt: start + 9 * dayMs })]))
    world.drain()
    world.apply({ seq: 3, at: start + hourMs + 1, feed: 'system', fact: tick(start + hourMs + 1) })
    expect(world.drain().get('work-orders@620802')).toEqual({ upsert: [expect.objectContaining({ id: 'soon', clock: 'overdue' })] })
  })
})

describe('given more settled orders than screens are shown', () => {
  const count = 1_000
  const settled = Array.from({ length: count }, (_, index) => [
    workOrder({ id: `W${String(index).padStart(4, '0')}`, at: start - dayMs, title: `第${String(index)}件` }),
    workOrder({ id: `W${String(index).padStart(4, '0')}`, at: start - count + index, stage: 'resolved' }),
  ]).flat()
  const shown = (world: World) => read(world, 'work-orders').map(({ id }) => id)
  const latest = Array.from({ length: 300 }, (_, index) => `W${String(count - 300 + index).padStart(4, '0')}`)

  test('when they came in order or backwards, then the latest 300 are published and all are counted', () => {
    expect(shown(told(settled))).toEqual(latest)
    expect(shown(told([...settled].reverse()))).toEqual(latest)
    expect(totals(told(settled))['stage']).toEqual({ resolved: count })
  })

  test('when one of them is returned, then it shows again, and so does the next of the settled', () => {
    const world = told([...settled, workOrder({ id: 'W0999', stage: 'returned' }), workOrder({ id: 'W0000', stage: 'returned' })])
    expect(shown(world)).toEqual(['W0000', 'W0699', ...latest])
    expect(read(world, 'work-orders')[0]?.title).toBe('第0件')
    expect(totals(world)['stage']).toEqual({ resolved: count - 2, returned: 2 })
  })

  test('when archived ones are told of again, then nothing changes but what is truly new', () => {
    const world = told(settled)
    world.drain()
    let seq = world.seq
    for (const fact of [...settled.slice(0, 100), workOrder({ id: 'W0003', at: start - dayMs - 1, title: '更早' })])
      world.apply({ seq: (seq += 1), at: start, feed: 'hotline', fact })
    expect(world.drain().get('work-orders@620802')).toBeUndefined()
    world.apply({
      seq: seq + 1,
      at: start,
      feed: 'hotline',
      fact: workOrder({ id: 'W0003', at: start - dayMs + 1, stage: 'accepted', unit: 'housing' }),
    })
    expect(totals(world)['unit']).toEqual({ '': count - 1, housing: 1 })
  })

  test('when so many are returned that the kept ones run out, then archived ones are taken back, latest first', () => {
    const returned = Array.from({ length: 500 }, (_, index) => workOrder({ id: `W${String(count - 1 - index).padStart(4, '0')}`, stage: 'returned' }))
    const world = told([...settled, ...returned])
    const stillSettled = read(world, 'work-orders').filter(({ settledAt }) => settledAt !== undefined)
    expect(stillSettled.map(({ id }) => id)).toEqual(Array.from({ length: 300 }, (_, index) => `W${String(200 + index).padStart(4, '0')}`))
    const restored = World.restore(registry, JSON.parse(JSON.stringify(world.dump())))
    expect(restored.read(orderTopics)).toEqual(world.read(orderTopics))
    expect(JSON.parse(JSON.stringify(restored.dump()))).toEqual(JSON.parse(JSON.stringify(world.dump())))
  })
})

describe('given more orders than wait to be told while nobody looks', () => {
  const count = 11_000
  const received = Array.from({ length: count }, (_, index) =>
    workOrder({ id: `W${String(index)}`, at: start - dayMs + index, dueAt: start - hourMs }),
  )
  // of the first some are told already, others still wait
  const later = received
    .slice(0, 7_000)
    .flatMap(({ id, at }, index) => [
      workOrder({ id, at: at + hourMs, stage: 'resolved' }),
      ...(index % 7 === 0 ? [workOrder({ id, at: at + 2 * hourMs, stage: 'returned' })] : []),
    ])
  const facts = [...received.slice(0, 9_000), ...later, ...received.slice(9_000), ...later.slice(0, 2_000)]

  test('when some of them are told of again, then it comes to the same as if somebody had looked all the while', () => {
    const watched = new World(registry)
    for (const entry of entriesOf([tick(start), ...facts])) {
      watched.apply(entry)
      if (entry.seq % 997 === 0) watched.drain()
    }
    expect(told(facts).read(orderTopics)).toEqual(watched.read(orderTopics))
  })
})

describe('given orders of several groups', () => {
  const monday = Date.parse('2026-11-23T00:00:00+08:00')
  const order = (id: string, stated: Partial<WorkOrderFact>) =>
    workOrder({ id, channel: 'hotline-12345', unit: 'housing', subdistrict: '620802001', type: '市政', ...stated })

  test('when they are counted, then every dimension adds up to all of them', () => {
    const world = told([
      order('A', { place: [106.7, 35.5] }),
      order('B', { stage: 'closed', unit: undefined, type: undefined }),
      order('C', { channel: 'leader-board', unit: '区外单位' }),
    ])
    expect(totals(world)).toEqual({
      stage: { received: 2, closed: 1 },
      unit: { housing: 1, '': 1, 区外单位: 1 },
      type: { 市政: 2, '': 1 },
      channel: { 'hotline-12345': 2, 'leader-board': 1 },
      place: { located: 1, unlocated: 2 },
    })
  })

  test('when an order moves to another unit, then the first no longer counts it, and leaves when it has none', () => {
    const world = told([order('A', { at: start - 2 }), order('A', { at: start - 1, stage: 'dispatched', unit: 'dongguan' })])
    expect(read(world, 'units')).toEqual([{ id: 'dongguan', open: 1, overdue: 0, dueThisMonth: 0, onTimeThisMonth: 0 }])
  })

  test('when rates are counted, then by due date: open overdue counts as late at once, what is due on a later day not before it, settled or not', () => {
    const world = told([
      order('late', { at: start - 5 * dayMs, dueAt: start - dayMs }),
      order('missed', { at: start - 5 * dayMs, dueAt: start - 2 * dayMs, stage: 'resolved' }),
      order('missed', { at: start - dayMs, stage: 'closed' }),
      order('kept', { at: start - dayMs, dueAt: start - hourMs, stage: 'resolved' }),
      order('early', { at: start - hourMs, dueAt: start + 3 * dayMs, stage: 'resolved' }),
      order('running', { at: start - hourMs, dueAt: start + 3 * dayMs }),
      order('soon', { at: start - 9 * hourMs, dueAt: start + hourMs }),
      order('last month', { at: start - 40 * dayMs, dueAt: start - 30 * dayMs }),
      order('next month', { at: start - hourMs, dueAt: start + 10 * dayMs, stage: 'resolved' }),
    ])
    expect(read(world, 'channels').find(({ id }) => id === 'hotline-12345')).toEqual({
      id: 'hotline-12345',
      open: 4,
      dueSoon: 1,
      overdue: 2,
      lastDay: 0,
      lateNodes: 0,
      dueThisMonth: 3,
      onTimeThisMonth: 2,
      ratedThisMonth: 0,
      satisfiedThisMonth: 0,
      basicallySatisfiedThisMonth: 0,
      receivedToday: 4,
      settledToday: 2,
      nextDueAt: start + hourMs,
      asOf: start,
    })
    expect(read(world, 'units')).toEqual([{ id: 'housing', open: 4, overdue: 2, dueThisMonth: 3, onTimeThisMonth: 2 }])
  })

  test('when nothing has come through a configured channel, then it is there with zeros', () => {
    expect(read(told([]), 'channels')).toEqual([
      expect.objectContaining({ id: 'hotline-12345', open: 0, receivedToday: 0, asOf: start }),
      expect.objectContaining({ id: 'leader-board', open: 0 }),
    ])
  })

  test('when it was settled early, then it counts from the day it is due, in the month of that day', () => {
    const rates = (now: number) =>
      read(worldAfter(entriesOf([order('A', { dueAt: start + 10 * dayMs, stage: 'resolved' }), tick(now)])), 'units').map(
        ({ dueThisMonth, onTimeThisMonth }) => [dueThisMonth, onTimeThisMonth],
      )
    expect(rates(start + 9 * dayMs)).toEqual([[0, 0]])
    expect(rates(start + 10 * dayMs - 9 * hourMs)).toEqual([[1, 1]])
  })

  test('when the day turns, then what is due on it counts, for the channel and for the unit', () => {
    const world = told([order('A', { dueAt: start + dayMs, stage: 'resolved' })])
    world.drain()
    world.apply({ seq: world.seq + 1, at: monday + dayMs, feed: 'system', fact: tick(monday + dayMs) })
    const patches = world.drain()
    const changed = [...(patches.get('channels@620802')?.upsert ?? []), ...(patches.get('units@620802')?.upsert ?? [])]
    expect(changed).toContainEqual(expect.objectContaining({ id: 'hotline-12345', dueThisMonth: 1, onTimeThisMonth: 1 }))
    expect(changed).toContainEqual(expect.objectContaining({ id: 'housing', dueThisMonth: 1, onTimeThisMonth: 1 }))
  })

  test('when midnight passes in the zone, then today starts from nothing', () => {
    const world = worldAfter(entriesOf([order('A', {}), tick(monday + dayMs)]))
    expect(read(world, 'hourly-intake')).toEqual([
      { id: 'today', day: '2026-11-24', received: Array.from({ length: 24 }, () => 0), usual: [], weeks: 0 },
    ])
    expect(read(world, 'subdistricts')).toEqual([
      { id: '620802001', open: 1, overdue: 0, receivedToday: 0, usualByNow: undefined, topType: undefined, topTypeCount: 0 },
    ])
    expect(read(world, 'channels')[0]).toMatchObject({ open: 1, receivedToday: 0, asOf: monday + dayMs })
  })

  test('when there are past weeks, then usual is the mean of the same weekday, up to this time of day', () => {
    const onPastMonday = (week: number, hour: number, id: string, subdistrict = '620802001') =>
      order(`${id}${String(week)}`, { at: monday - week * 7 * dayMs + hour * hourMs, subdistrict, stage: 'closed' })
    const facts = [
      ...[1, 2].flatMap((week) => [
        onPastMonday(week, 9, 'a'),
        onPastMonday(week, 9.5, 'b'),
        onPastMonday(week, 14, 'c'),
        onPastMonday(week, 20, 'd'),
      ]),
      onPastMonday(1, 10, 'e', '620802100'),
      onPastMonday(3, 9, 'f', '620802100'),
      // nine weeks ago is too long ago, and a Sunday is another day
      onPastMonday(9, 9, 'g'),
      order('sunday', { at: monday - hourMs }),
      order('now', { at: start - hourMs, type: '环保' }),
      order('now 2', { at: start - hourMs, type: '市政' }),
      order('now 3', { at: start - 2 * hourMs, type: '环保' }),
      order('now 4', { at: start - 2 * hourMs, type: '', channel: 'leader-board' }),
    ]
    const world = told(facts)
    // 14:30: 9 to 10 in full, half of the hour from 14
    expect(read(world, 'subdistricts')).toEqual([
      expect.objectContaining({ id: '620802001', receivedToday: 4, usualByNow: 1.67, topType: '环保', topTypeCount: 2 }),
      expect.objectContaining({ id: '620802100', receivedToday: 0, usualByNow: 0.67, topType: undefined, topTypeCount: 0 }),
    ])
    const [today] = read(world, 'hourly-intake')
    expect(today).toMatchObject({ day: '2026-11-23', weeks: 3 })
    expect(today?.received[12]).toBe(2)
    // of all channels together, as the board of channels has it
    const board = read(world, 'channels').reduce((sum, { receivedToday }) => sum + receivedToday, 0)
    expect(today?.received.reduce((sum, count) => sum + count, 0)).toBe(board)
    expect(board).toBe(4)
    expect(today?.received[13]).toBe(2)
    expect([today?.usual[9], today?.usual[10], today?.usual[14], today?.usual[20], today?.usual[3]]).toEqual([1.67, 0.33, 0.67, 0.67, 0])
  })

  test('when two types are received equally often, then the first by name is named, whichever came first', () => {
    const both = [order('A', { type: '乙' }), order('B', { type: '甲' })]
    const top = (facts: readonly Fact[]) => read(told(facts), 'subdistricts')[0]?.topType
    expect(top(both)).toBe(top([...both].reverse()))
  })

  test("when a type was received on past days only, then it is not today's, and another day does not remember it", () => {
    const world = worldAfter(entriesOf([order('A', { type: '甲' }), tick(monday + dayMs), order('B', { at: monday + dayMs + 1, type: '乙' })]))
    expect(read(world, 'subdistricts')[0]).toMatchObject({ topType: '乙', topTypeCount: 1, receivedToday: 1 })
  })

  test('when a feed names ever new units and types, then the first thousand are told apart and the sum stays true', () => {
    const facts = Array.from({ length: 1_100 }, (_, index) =>
      order(`W${String(index)}`, { unit: `单位${String(index)}`, type: String(index), subdistrict: `S${String(index)}` }),
    )
    const world = told(facts)
    expect(read(world, 'units')).toHaveLength(1_000)
    expect(read(world, 'subdistricts')).toHaveLength(1_000)
    const { unit = {} } = totals(world)
    expect(unit['*']).toBe(100)
    expect(Object.values(unit).reduce((sum, count) => sum + count, 0)).toBe(1_100)
    const restored = World.restore(registry, JSON.parse(JSON.stringify(world.dump())))
    expect(restored.read(orderTopics)).toEqual(world.read(orderTopics))
  })
})
