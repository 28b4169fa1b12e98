import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Entry, Fact } from '../../contract/fact.ts'
import { dayMs, hourMs, minuteMs, secondMs } from '../../contract/time.ts'
import type { FeedHealth } from '../../contract/topic.ts'
import { feedFactsFor, labelOf } from '../../server/core/feed-registration.ts'
import type { Registry } from '../../server/core/registry.ts'
import { World } from '../../server/core/world.ts'
import { entriesOf, feedFact, feedHealth, input, sensorReading, start, tick, workOrder } from '../support/facts.ts'
import { feed, registryWith, videoPlatform } from '../support/registry.ts'

const registry = registryWith()

function worldAfter(facts: readonly Fact[], known: Registry = registry): World {
  const world = new World(known)
  for (const entry of entriesOf(facts)) world.apply(entry)
  return world
}

const name = (district: string): string => `feeds@${district}`
// the topic holds feeds
const read = (world: World, district = '620802') => world.read([name(district)])[name(district)] as readonly FeedHealth[]
const only = (world: World, id: string, district = '620802') => read(world, district).find((each) => each.id === id)
const ids = (world: World, district = '620802') => read(world, district).map(({ id }) => id)
const twin = (world: World, known: Registry = registry): World => World.restore(known, JSON.parse(JSON.stringify(world.dump())))

/** A tick at each full minute, from `from` for `minutes`. */
const ticks = (from: number, minutes: number): readonly Fact[] => Array.from({ length: minutes + 1 }, (_, index) => tick(from + index * minuteMs))

/** Facts in the order of their instants; those of one instant stay as they are. */
const inOrder = (...facts: readonly (readonly Fact[])[]): readonly Fact[] => facts.flat().sort((one, other) => one.at - other.at)

const hotlineLabel = {
  name: 'hotline 平台',
  shortName: 'hotline',
  nameEn: 'hotline platform',
  demo: true,
  cadenceSeconds: 60,
  contact: '值班室',
}

describe('given a feed', () => {
  test('when it reports inputs of formulas, then they are facts of it like any other', () => {
    const world = worldAfter([tick(start)])
    for (const entry of entriesOf([input({ at: start - hourMs })], { from: 2, feed: 'indicators', at: start })) world.apply(entry)
    expect(only(world, 'indicators')).toMatchObject({ lastFactAt: start, lastObservedAt: start - hourMs, factsToday: 1 })
  })

  test('when nothing has come, then it waits since the log began', () => {
    expect(only(worldAfter([tick(start), tick(start + 30 * secondMs)]), 'hotline')).toEqual({
      id: 'hotline',
      label: hotlineLabel,
      state: 'waiting',
      since: start,
      reason: undefined,
      detail: undefined,
      lastFactAt: undefined,
      lastObservedAt: undefined,
      factsToday: 0,
      rejectedToday: 0,
      perMinute: 0,
      completeness: undefined,
      upThisMonth: undefined,
      mainOf: [],
    })
  })

  test('when facts come, then they are counted, and the latest observation is kept', () => {
    const world = new World(registry)
    world.apply({ seq: 1, at: start, feed: 'hotline', fact: workOrder({ at: start - 5 }) })
    world.apply({ seq: 2, at: start + 1, feed: 'hotline', fact: workOrder({ at: start - 9 }) })
    expect(only(world, 'hotline')).toMatchObject({ factsToday: 2, lastFactAt: start + 1, lastObservedAt: start - 5 })
  })

  test('when feeds tell facts of one kind, then those with a tenth of them at least are named its main ones, told once a minute', () => {
    const known = registryWith({ feeds: [feed({ id: 'board', dialect: 'native' })] })
    const world = new World(known)
    const tell = (...entries: readonly Entry[]): void => {
      for (const entry of entries) world.apply({ ...entry, seq: world.seq + 1 })
    }
    tell(...entriesOf([tick(start), workOrder({ id: 'B' })], { feed: 'board' }))
    for (let n = 0; n < 10; n++) tell(...entriesOf([workOrder({ id: `H${String(n)}` })], { feed: 'hotline' }))
    expect(only(world, 'board')).toMatchObject({ mainOf: [] })
    tell(...entriesOf([tick(start + minuteMs)], { feed: 'system', at: start + minuteMs }))
    expect(only(world, 'hotline')).toMatchObject({ mainOf: ['work-order'] })
    expect(only(world, 'board')).toMatchObject({ mainOf: [] })
    expect(read(twin(world, known))).toEqual(read(world))
    tell(...entriesOf([workOrder({ id: 'C' }), workOrder({ id: 'D' }), sensorReading()], { feed: 'board', at: start + minuteMs }))
    tell(...entriesOf([tick(start + 2 * minuteMs)], { feed: 'system', at: start + 2 * minuteMs }))
    expect(only(world, 'board')).toMatchObject({ mainOf: ['work-order', 'sensor-reading'] })
  })

  test('when its health is reported, then state, reason, detail and rejections are those, and since moves only with the state', () => {
    const world = worldAfter([
      feedHealth({ state: 'up' }),
      feedHealth({ at: start + 1, state: 'degraded', reason: 'rejecting', detail: 'no such field', rejectedToday: 2 }),
    ])
    expect(only(world, 'hotline')).toMatchObject({ state: 'degraded', since: start + 1, reason: 'rejecting', detail: 'no such field' })
    world.apply({ seq: 3, at: start + 2, feed: 'system', fact: feedHealth({ at: start + 2, state: 'degraded', rejectedToday: 5 }) })
    expect(only(world, 'hotline')).toMatchObject({ state: 'degraded', since: start + 1, reason: undefined, detail: undefined, rejectedToday: 5 })
  })

  test('when the business day changes, then the counts of the day start again', () => {
    const world = worldAfter([workOrder(), feedHealth({ rejectedToday: 2 }), tick(start + dayMs)])
    expect(only(world, 'hotline')).toMatchObject({ factsToday: 0, rejectedToday: 0, lastFactAt: start })
  })
})

describe('given feeds that the log tells of', () => {
  const river = feedFact({ feed: 'river', label: { sector: 'emergency', carries: ['sensor-reading'] } })

  test('when one is registered, then it is there under its label, waiting since then', () => {
    expect(only(worldAfter([tick(start - hourMs), river]), 'river')).toMatchObject({
      label: { ...hotlineLabel, name: 'river 平台', shortName: 'river', nameEn: 'river platform', sector: 'emergency', carries: ['sensor-reading'] },
      state: 'waiting',
      since: start,
    })
  })

  test('when one is registered that no configuration knows, then its facts are folded', () => {
    const world = worldAfter([river])
    world.apply({ seq: 2, at: start, feed: 'river', fact: sensorReading() })
    expect(world.read(['sensors@620802'])['sensors@620802']).toHaveLength(1)
    expect(only(world, 'river')).toMatchObject({ factsToday: 1 })
  })

  test('when the log tells of the district, then configured feeds it does not tell of are there only once they are heard', () => {
    expect(ids(worldAfter([tick(start)]))).toEqual(['hotline', 'indicators', 'video'])
    expect(ids(worldAfter([river, feedFact({ feed: 'video' })]))).toEqual(['river', 'video'])
    expect(ids(worldAfter([workOrder(), river]))).toEqual(['hotline', 'river'])
    expect(ids(worldAfter([river, workOrder()]))).toEqual(['hotline', 'river'])
    expect(ids(worldAfter([river]), 'la')).toEqual(['la311'])
  })

  test('when several are registered one after the other, then what was counted of each stays', () => {
    const world = worldAfter([workOrder(), feedHealth({ state: 'up' }), feedFact({ feed: 'indicators' }), feedFact({ feed: 'hotline' })])
    expect(only(world, 'hotline')).toMatchObject({ state: 'up', factsToday: 1 })
  })

  test('when one changes its label, then it goes on under the new one', () => {
    const world = worldAfter([river, feedHealth({ feed: 'river' }), feedFact({ feed: 'river', at: start + 1, label: { name: '泾河水情' } })])
    expect(only(world, 'river')).toMatchObject({ state: 'up', since: start, label: { name: '泾河水情' } })
  })

  test('when one is taken away, then it is gone, and facts that still come are counted and otherwise ignored', () => {
    const world = worldAfter([river, feedFact({ feed: 'river', at: start + 1, label: undefined })])
    world.apply({ seq: 3, at: start + 2, feed: 'river', fact: sensorReading() })
    world.apply({ seq: 4, at: start + 2, feed: 'system', fact: feedHealth({ feed: 'river' }) })
    expect([world.seq, ids(world), world.read(['sensors@620802'])]).toEqual([4, [], { 'sensors@620802': [] }])
    world.apply({ seq: 5, at: start + 3, feed: 'system', fact: { ...river, at: start + 3 } })
    expect(only(world, 'river')).toMatchObject({ state: 'waiting', since: start + 3 })
  })

  test('when one moves to another district, then it leaves the first and begins anew in the second', () => {
    const world = worldAfter([feedFact(), workOrder(), feedFact({ at: start + 1, district: 'la' })])
    expect([ids(world), ids(world, 'la')]).toEqual([[], ['hotline']])
    expect(only(world, 'hotline', 'la')).toMatchObject({ state: 'waiting', since: start + 1, factsToday: 0 })
    world.apply({ seq: 4, at: start + 2, feed: 'system', fact: feedFact({ at: start + 2 }) })
    expect([only(world, 'hotline')?.since, ids(world, 'la')]).toEqual([start + 2, []])
  })

  test('when one is of a district that is nowhere, then it is nobody’s', () => {
    const world = worldAfter([feedFact({ district: 'nowhere' }), workOrder()])
    expect(world.read(['work-orders@620802'])).toEqual({ 'work-orders@620802': [] })
  })

  test('when another feed claims to register one, then nobody believes it', () => {
    const world = new World(registry)
    world.apply({ seq: 1, at: start, feed: 'hotline', fact: river })
    expect(world.registered.size).toBe(0)
  })

  test('when the world is restored under another configuration, then it knows what the log told', () => {
    const facts = [feedFact(), feedFact({ feed: 'video', district: 'la' }), feedFact({ feed: 'indicators', label: undefined }), river]
    const world = worldAfter(facts)
    const restored = twin(world, registryWith({ feeds: [feed({ id: 'hotline', name: '改名', district: 'la' }), feed({ id: 'new' })] }))
    for (const district of ['620802', 'la']) expect(ids(restored, district)).toEqual(ids(world, district))
    expect(only(restored, 'hotline')).toEqual(only(world, 'hotline'))
    expect([...restored.registered]).toEqual([...world.registered])
    restored.apply({ seq: 5, at: start + 9, feed: 'system', fact: feedFact({ feed: 'video', at: start + 9 }) })
    expect(only(restored, 'video')).toMatchObject({ since: start + 9 })
  })

  test('when the world of an older log is restored, then the feeds of the configuration are there', () => {
    const world = worldAfter([workOrder(), feedHealth()])
    const restored = twin(world, registryWith({ feeds: [feed({ id: 'new' })] }))
    expect(ids(restored)).toEqual(['hotline', 'indicators', 'new', 'video'])
    expect(only(restored, 'new')).toMatchObject({ state: 'waiting', since: start })
  })
})

describe('given a configuration', () => {
  const registered = (facts: readonly Fact[]) => worldAfter(facts).registered

  test('when the log says nothing, then every feed and video platform is told of', () => {
    const { feeds, videoPlatforms } = registryWith()
    const facts = feedFactsFor({ feeds, videoPlatforms }, new Map(), start)
    expect(facts.map(({ feed: id, district }) => `${id}@${district}`)).toEqual(['hotline@620802', 'indicators@620802', 'la311@la', 'video@620802'])
    expect(facts[0]).toEqual({ kind: 'feed', feed: 'hotline', at: start, district: '620802', label: hotlineLabel })
    expect(feedFactsFor(registry, registered(facts), start + 1)).toEqual([])
  })

  test('when a feed changed, moved or was taken away, then exactly that is told', () => {
    const known = registered(feedFactsFor(registry, new Map(), start))
    const feeds = new Map(registry.feeds)
    feeds.delete('la311')
    feeds.set('hotline', feed({ id: 'hotline', cadenceSeconds: 90, sector: 'emergency', carries: ['incident'] }))
    feeds.set('indicators', feed({ id: 'indicators', cadenceSeconds: 3_600, district: 'la', source: 'https://10.20.0.1/' }))
    const { videoPlatforms } = registry
    const told = feedFactsFor({ feeds, videoPlatforms }, known, start + 1)
    expect(told.map(({ label, ...rest }) => ({ ...rest, sector: label?.sector, cadenceSeconds: label?.cadenceSeconds }))).toEqual([
      { kind: 'feed', feed: 'hotline', at: start + 1, district: '620802', sector: 'emergency', cadenceSeconds: 90 },
      { kind: 'feed', feed: 'indicators', at: start + 1, district: 'la', sector: undefined, cadenceSeconds: 3_600 },
      { kind: 'feed', feed: 'la311', at: start + 1, district: 'la', sector: undefined, cadenceSeconds: undefined },
    ])
    const now = new Map([...known, ...told.map((fact) => [fact.feed, fact] as const)])
    expect(feedFactsFor({ feeds, videoPlatforms }, now, start + 2)).toEqual([])
  })

  test('when a video platform is labelled, then it is a feed of cameras, due as often as its catalogue', () => {
    expect(labelOf(videoPlatform({ id: 'video', catalogueSeconds: 15 }))).toMatchObject({ cadenceSeconds: 15, carries: ['video-source'] })
  })
})

describe('given minutes in which facts come', () => {
  test('when five are over, then the rate is theirs, and older ones count no more', () => {
    const facts = [0, 0, 0, 1, 1, 2].map((minute) => workOrder({ at: start + minute * minuteMs + secondMs }))
    const at = (minutes: number) =>
      only(
        worldAfter(
          inOrder(
            ticks(start, minutes),
            facts.filter((each) => each.at < start + minutes * minuteMs),
          ),
        ),
        'hotline',
      )
    expect([0, 1, 3, 5, 6, 8].map((minutes) => at(minutes)?.perMinute)).toEqual([0, 0.6, 1.2, 1.2, 0.6, 0])
  })

  test('when the server did not run in between, then the minutes it missed are empty ones', () => {
    const facts = [workOrder({ at: start + secondMs }), workOrder({ at: start + 2 * secondMs }), tick(start + 4 * minuteMs)]
    expect(only(worldAfter([tick(start), ...facts]), 'hotline')?.perMinute).toBe(0.4)
    expect(only(worldAfter([tick(start), ...facts, tick(start + 10 * minuteMs)]), 'hotline')?.perMinute).toBe(0)
  })
})

describe('given the intervals of a day', () => {
  const completeness = (...facts: readonly (readonly Fact[])[]) => only(worldAfter(inOrder(...facts)), 'hotline')?.completeness
  const factsAt = (...seconds: readonly number[]): readonly Fact[] => seconds.map((second) => workOrder({ at: start + second * secondMs }))

  test('when none is over, then nothing is said; then the share in which something was recorded', () => {
    expect(completeness(ticks(start, 0), factsAt(1))).toBeUndefined()
    expect(completeness(ticks(start, 3), factsAt(1, 2, 59, 130))).toBe(0.6666)
    expect(completeness(ticks(start, 2), factsAt(0, 60))).toBe(1)
    expect(completeness(ticks(start, 2))).toBe(0)
  })

  test('when nothing was recorded but the feed was up throughout, then that interval counts too', () => {
    const up = [feedHealth({ state: 'up', at: start })]
    const late = [...up, feedHealth({ state: 'degraded', at: start + 150 * secondMs })]
    expect(completeness(ticks(start, 4), up)).toBe(1)
    // the third was not up to its end, the fourth not at all
    expect(completeness(ticks(start, 4), late)).toBe(0.5)
    // up since a little after the first began
    expect(completeness(ticks(start, 4), [feedHealth({ state: 'up', at: start + 1 })])).toBe(0.75)
    expect(completeness(ticks(start, 4), late, factsAt(170))).toBe(0.75)
  })

  test('when the cadence is shorter than a minute, then intervals are minutes; when longer, as long as it', () => {
    const known = registryWith({ feeds: [feed({ id: 'hotline', cadenceSeconds: 1 }), feed({ id: 'indicators', cadenceSeconds: 900 })] })
    const world = worldAfter(inOrder(ticks(start, 30), factsAt(1, 61, 62)), known)
    expect(read(world).map(({ id, completeness: share }) => [id, share])).toEqual([
      ['hotline', 0.0666],
      ['indicators', 0],
      ['video', 0],
    ])
  })

  test('when a day is longer than the cadence divides, then the new day begins its own intervals', () => {
    const midnight = Date.parse('2026-11-24T00:00:00+08:00')
    const known = registryWith({ feeds: [feed({ id: 'hotline', cadenceSeconds: 70 })] })
    const facts = inOrder(ticks(midnight - 5 * minuteMs, 7), [workOrder({ at: midnight + 1 })])
    expect(only(worldAfter(facts, known), 'hotline')?.completeness).toBe(1)
  })

  test('when a feed is registered in the middle of an interval, then the next one is the first to count', () => {
    const facts = inOrder(ticks(start, 3), [feedFact({ at: start + 30 * secondMs })], factsAt(70))
    expect(only(worldAfter(facts, registryWith({ feeds: [] })), 'hotline')?.completeness).toBeDefined()
    const river = [feedFact({ feed: 'river', at: start + 30 * secondMs })]
    const world = worldAfter(inOrder(ticks(start, 3), river))
    expect(only(world, 'river')?.completeness).toBe(0)
    expect(only(worldAfter(inOrder(ticks(start, 1), river)), 'river')?.completeness).toBeUndefined()
  })

  test('when its cadence changes, then intervals of the new length count from then on', () => {
    const changed = [feedHealth({ at: start }), feedFact({ at: start + 2 * minuteMs, label: { cadenceSeconds: 120 } })]
    expect(completeness(ticks(start, 3), changed)).toBeUndefined()
    expect(completeness(ticks(start, 4), changed)).toBe(1)
    expect(completeness(ticks(start, 4), [feedFact({ at: start + 2 * minuteMs, label: { cadenceSeconds: 120 } })])).toBe(0)
  })

  test('when the server did not run, then the intervals it missed count neither way', () => {
    const facts = inOrder(ticks(start, 2), factsAt(10), ticks(start + hourMs, 2), [workOrder({ at: start + hourMs + 1 })])
    expect(completeness(facts)).toBe(0.5)
    const up = inOrder(ticks(start, 2), [feedHealth({ at: start })], ticks(start + hourMs + 1, 2))
    expect(completeness(up)).toBe(1)
  })
})

describe('given a month', () => {
  const share = (...facts: readonly (readonly Fact[])[]) => only(worldAfter(inOrder(...facts)), 'hotline')?.upThisMonth
  const health = (state: FeedHealth['state'], minutes: number) => feedHealth({ state, at: start + minutes * minuteMs })

  test('when the feed was never up, then nothing is said', () => {
    expect(share(ticks(start, 10), [health('degraded', 1)])).toBeUndefined()
    expect(share(ticks(start, 1), [health('up', 1)])).toBeUndefined()
  })

  test('when it was up and not, then the share since it was first up; degraded is not up', () => {
    expect(share(ticks(start, 10), [health('up', 2)])).toBe(1)
    expect(share(ticks(start, 10), [health('up', 2), health('degraded', 4), health('down', 5), health('up', 6)])).toBe(0.75)
  })

  test('when a little was missed, then it is not told as all', () => {
    expect(share(ticks(start, 1_400), [health('up', 0), feedHealth({ state: 'down', at: start + 1_400 * minuteMs - 1 })])).toBe(0.9999)
  })

  test('when the server did not run, then that time counts neither way', () => {
    expect(share(ticks(start, 4), [health('up', 0), health('down', 2)], ticks(start + dayMs, 4))).toBe(0.25)
    expect(share(ticks(start, 4), [health('up', 0), health('down', 3), health('up', 4)], ticks(start + dayMs, 4))).toBe(0.875)
  })

  test('when a month begins, then it counts anew, for a feed that was up before', () => {
    const first = Date.parse('2026-12-01T00:00:00+08:00')
    const days = (state: FeedHealth['state']) =>
      inOrder(ticks(first - 5 * minuteMs, 9), [
        feedHealth({ state: 'up', at: first - 5 * minuteMs }),
        feedHealth({ state, at: first - 2 * minuteMs }),
        feedHealth({ state: 'up', at: first + minuteMs }),
      ])
    expect([share(days('down')), share(days('up'))]).toEqual([0.75, 1])
  })
})

describe('given any life of feeds', () => {
  const entry: fc.Arbitrary<Omit<Entry, 'seq' | 'at'>> = fc.oneof(
    { weight: 4, arbitrary: fc.constant({ feed: 'system', fact: tick(start) }) },
    fc.constant({ feed: 'hotline', fact: workOrder() }),
    fc.constantFrom('up', 'degraded', 'down').map((state) => ({ feed: 'system', fact: feedHealth({ state }) })),
    fc.constantFrom('620802', 'la').map((district) => ({ feed: 'system', fact: feedFact({ district }) })),
    fc.constantFrom(60, 300).map((cadenceSeconds) => ({ feed: 'system', fact: feedFact({ label: { cadenceSeconds } }) })),
    fc.constant({ feed: 'system', fact: feedFact({ label: undefined }) }),
  )
  const step = fc.tuple(entry, fc.constantFrom(0, 1, 20 * secondMs, minuteMs, 2 * minuteMs, 7 * minuteMs, 9 * hourMs))

  test('when the world is restored on the way, then it goes on as if nothing had happened', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), fc.nat(20), (steps, cut) => {
        let at = start
        const entries = steps.map(([{ feed: from, fact }, ms], index): Entry => {
          at += ms
          return { seq: index + 1, at, feed: from, fact: { ...fact, at } }
        })
        const before = new World(registry)
        for (const each of entries.slice(0, cut)) before.apply(each)
        const restored = twin(before)
        for (const each of entries.slice(cut)) restored.apply(each)
        const whole = new World(registry)
        for (const each of entries) whole.apply(each)
        for (const district of ['620802', 'la']) expect(read(restored, district)).toEqual(read(whole, district))
        for (const { completeness, upThisMonth } of read(whole)) {
          for (const each of [completeness, upThisMonth]) if (each !== undefined) expect(each >= 0 && each <= 1).toBe(true)
        }
      }),
      { numRuns: 100 },
    )
  })
})
