import { describe, expect, test } from 'vitest'
import type { Entry, Fact } from '../../contract/fact.ts'
import { dayMs, hourMs, minuteMs } from '../../contract/time.ts'
import { topicKinds, topicName } from '../../contract/topic.ts'
import type { TopicKind, Topics } from '../../contract/topic.ts'
import { World } from '../../server/core/world.ts'
import {
  entriesOf,
  feedFact,
  feedHealth,
  incident,
  reading,
  sensorReading,
  start,
  tick,
  vehicle,
  videoSource,
  warning,
  workOrder,
} from '../support/facts.ts'
import { registryWith } from '../support/registry.ts'

const registry = registryWith()

function worldAfter(entries: readonly Entry[], known = registry): World {
  const world = new World(known)
  for (const entry of entries) world.apply(entry)
  return world
}
const after = (...facts: Fact[]): World => worldAfter(entriesOf(facts))

function read<Kind extends TopicKind>(world: World, kind: Kind, district = '620802'): readonly Topics[Kind][] {
  const name = topicName(kind, district)
  // a topic holds entities of its kind
  return world.read([name])[name] as readonly Topics[Kind][]
}

const twin = (world: World): World => World.restore(registry, JSON.parse(JSON.stringify(world.dump())))

describe('given a world', () => {
  test('when it is new, then it stands at 0 and has only what is configured', () => {
    const world = new World(registry)
    expect({ seq: world.seq, at: world.at }).toEqual({ seq: 0, at: 0 })
    expect(world.read(['incidents@620802', 'server', 'nonsense', 'feeds@nowhere'])).toEqual({
      'incidents@620802': [],
      server: [],
      nonsense: [],
      'feeds@nowhere': [],
    })
    expect(read(world, 'feeds').map(({ id, state }) => [id, state])).toEqual([
      ['hotline', 'waiting'],
      ['indicators', 'waiting'],
      ['video', 'waiting'],
    ])
  })

  test('when an entry is missing or repeated, then it refuses to go on', () => {
    const world = after(reading())
    const [entry] = entriesOf([reading()], { from: 3 })
    expect(() => {
      if (entry !== undefined) world.apply(entry)
    }).toThrow('expected entry 2, got 3')
  })

  test('when an entry comes from a feed that is not configured, then it is counted and otherwise ignored', () => {
    const world = worldAfter([
      { seq: 1, at: start, feed: 'gone', fact: workOrder() },
      { seq: 2, at: start, feed: 'system', fact: feedHealth({ feed: 'gone' }) },
    ])
    expect(world.seq).toBe(2)
    expect(read(world, 'work-orders')).toEqual([])
    expect(read(world, 'work-orders', 'la')).toEqual([])
  })

  test('when a fact belongs to one district, then the other hears nothing of it', () => {
    const world = worldAfter(entriesOf([workOrder()], { feed: 'la311' }))
    expect(read(world, 'work-orders')).toEqual([])
    expect(read(world, 'work-orders', 'la')).toHaveLength(1)
  })

  test('when it is drained, then each entity comes once at its latest state, and the next time nothing does', () => {
    const world = after(workOrder({ at: start - 1 }), workOrder({ stage: 'dispatched' }))
    expect(world.drain().get('work-orders@620802')).toEqual({ upsert: [expect.objectContaining({ id: 'W1', stage: 'dispatched' })] })
    expect(world.drain().size).toBe(0)
  })

  test('when the server reports its state, then that is a topic of its own which no dump carries', () => {
    const world = new World(registry)
    world.drain()
    world.setServerState({ id: 'server', recording: 'stopped', since: start, reason: 'disk full' })
    expect([...world.drain()]).toEqual([['server', { upsert: [{ id: 'server', recording: 'stopped', since: start, reason: 'disk full' }] }]])
    expect(twin(world).read(['server'])).toEqual({ server: [] })
  })

  test('when a dump is of another version or other districts, then it is refused with the cure', () => {
    expect(() => World.restore(registry, { version: 0, seq: 0, at: 0, districts: {} })).toThrow('fold the log again')
    expect(() => World.restore(registry, { version: 12, seq: 0, at: 0, feeds: [], viewings: { heldFrom: 0, viewings: [] }, districts: {} })).toThrow(
      'knows no district 620802',
    )
  })

  test('when it is dumped and restored, then every topic goes on as before', () => {
    const facts: Fact[] = [
      workOrder({ dueAt: start + hourMs }),
      reading({ value: 88, numerator: 88, denominator: 100 }),
      incident({ title: '积水', dueAt: start + hourMs }),
      incident({ id: 'E2', stage: 'closed', at: start - dayMs + 1 }),
      videoSource({ name: '北门', heading: 10 }),
      sensorReading({ name: '泾河站' }),
      vehicle({ alarm: '超速' }),
      warning({ expiresAt: start + hourMs }),
      feedFact({ feed: 'river', label: { sector: 'emergency' } }),
      feedHealth({ state: 'degraded', reason: '迟到', rejectedToday: 3 }),
    ]
    const topics = topicKinds.filter((kind) => kind !== 'server').map((kind) => topicName(kind, '620802'))
    const world = after(...facts)
    const restored = twin(world)
    expect(restored.read(topics)).toEqual(world.read(topics))
    for (const one of [world, restored]) {
      for (const entry of entriesOf([tick(start + hourMs), incident({ at: start + hourMs, stage: 'closed' })], { from: facts.length + 1 }))
        one.apply(entry)
    }
    expect(restored.read(topics)).toEqual(world.read(topics))
    expect(JSON.parse(JSON.stringify(restored.dump()))).toEqual(JSON.parse(JSON.stringify(world.dump())))
  })
})

describe('given a district that replays a recording', () => {
  const then = Date.parse('2017-12-31T10:00:00-08:00')
  const replayed = (facts: readonly Fact[]): World =>
    worldAfter(
      facts.map((fact, index) => ({
        seq: index + 1,
        at: start + index,
        feed: fact.kind === 'tick' || fact.kind === 'feed-health' ? 'system' : 'la311',
        fact,
      })),
    )

  test('when facts of then arrive now, then its clocks and its day are those of the recording', () => {
    const world = replayed([
      workOrder({ id: 'SR1', at: then, dueAt: then + hourMs, channel: 'la-311' }),
      tick(start + 1),
      feedHealth({ feed: 'la311', at: start }),
      workOrder({ id: 'SR2', at: then + 50 * minuteMs, channel: 'la-311' }),
    ])
    expect(read(world, 'work-orders', 'la').map(({ id, clock }) => [id, clock])).toEqual([
      ['SR1', 'reminder'],
      ['SR2', 'none'],
    ])
    expect(read(world, 'hourly-intake', 'la')[0]).toMatchObject({ day: '2017-12-31' })
    expect(read(world, 'channels', 'la')[0]).toMatchObject({ receivedToday: 2, asOf: then + 50 * minuteMs })
    expect(read(world, 'feeds', 'la')[0]).toMatchObject({ lastFactAt: start + 3, lastObservedAt: then + 50 * minuteMs, factsToday: 2, state: 'up' })
  })

  test('when an earlier fact follows, then its time does not go back', () => {
    const world = replayed([workOrder({ id: 'SR1', at: then, dueAt: then - 1 }), workOrder({ id: 'SR2', at: then - dayMs })])
    expect(read(world, 'work-orders', 'la')[0]?.clock).toBe('overdue')
    expect(read(world, 'hourly-intake', 'la')[0]?.day).toBe('2017-12-31')
  })
})

describe('given readings', () => {
  const states = (...facts: Fact[]) => read(after(...facts), 'indicators')

  test('when the first comes, then it is the value, judged against target and pace', () => {
    expect(states(reading({ indicator: 'on_time_rate', value: 98, numerator: 49, denominator: 50 }))).toEqual([
      {
        id: 'on_time_rate',
        value: 98,
        numerator: 49,
        denominator: 50,
        missing: undefined,
        observedAt: start,
        ageing: { input: undefined, since: start, everyMs: dayMs },
        countedFrom: [],
        receivedAt: start,
        corrected: undefined,
        version: 1,
        trend: [{ at: start, value: 98 }],
        expected: 100,
        gap: -2,
        assessment: 'off-target',
        outlook: undefined,
        bunched: undefined,
        units: undefined,
        feed: 'indicators',
      },
    ])
  })

  test('when an older one comes later, then only the trend takes it in', () => {
    const [state] = states(reading({ value: 90 }), reading({ at: start - dayMs, value: 80 }))
    expect(state).toMatchObject({ value: 90, observedAt: start, corrected: undefined })
    expect(state?.trend.map(({ value }) => value)).toEqual([80, 90])
  })

  test('when another value comes for the same instant, then it corrects the first and says so', () => {
    const correction: Entry = { seq: 2, at: start + 9, feed: 'indicators', fact: reading({ value: 91 }) }
    const world = worldAfter([...entriesOf([reading({ value: 90 })]), correction])
    expect(read(world, 'indicators')[0]).toMatchObject({
      value: 91,
      receivedAt: start + 9,
      corrected: { from: 90, at: start + 9 },
      trend: [{ at: start, value: 91 }],
    })
    world.drain()
    world.apply({ ...correction, seq: 3, at: start + 20 })
    expect(world.drain().get('indicators@620802')).toBeUndefined()
  })

  test('when several come in a day, then the trend keeps the last of each day, thirty at most', () => {
    const many = Array.from({ length: 40 }, (_, day) => [
      reading({ at: start - day * dayMs, value: day }),
      reading({ at: start - day * dayMs - hourMs, value: -1 }),
    ]).flat()
    const trend = states(...many)[0]?.trend ?? []
    expect(trend.map(({ value }) => value)).toEqual(Array.from({ length: 30 }, (_, index) => 29 - index))
  })

  test('when the business day changes, then the pace is told anew', () => {
    const world = after(reading({ indicator: 'data_growth', value: 4e8 }))
    const expected = read(world, 'indicators')[0]?.expected ?? Infinity
    world.apply({ seq: 2, at: start + dayMs, feed: 'system', fact: tick(start + dayMs) })
    expect(read(world, 'indicators')[0]?.expected).toBeCloseTo(expected + 5e8 / 365, 3)
  })

  test('when an indicator is no longer configured, then it is not shown', () => {
    expect(states(reading({ indicator: 'abolished' }))).toEqual([])
  })
})

describe('given video sources', () => {
  const only = (...facts: Fact[]) => read(after(...facts), 'video-sources')[0]

  test('when a catalogue names one sparsely, then it goes by its id', () => {
    expect(only(videoSource())).toEqual({
      id: 'C1',
      name: 'C1',
      domain: 'social-governance',
      state: 'online',
      since: start,
      subdistrict: undefined,
      place: undefined,
      heading: undefined,
      code: undefined,
      unit: undefined,
      sensitivity: 'open',
      isKey: false,
      canMove: false,
      probe: undefined,
      feed: 'video',
    })
  })

  test('when its state changes, then it has that state since then; told again, it stays', () => {
    expect(
      only(videoSource(), videoSource({ at: start + 1, state: 'offline' }), videoSource({ at: start + 2, state: 'offline', name: '北门' })),
    ).toMatchObject({
      state: 'offline',
      since: start + 1,
      name: '北门',
    })
  })

  test('when an older catalogue arrives late, then it adds only what was never stated', () => {
    const late = videoSource({ at: start - 1, state: 'offline', name: '旧名', heading: 90 })
    expect(only(videoSource({ name: '北门' }), late)).toMatchObject({ state: 'online', name: '北门', heading: 90, since: start })
  })
})
