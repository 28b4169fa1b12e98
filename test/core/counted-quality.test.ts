import { describe, expect, test } from 'vitest'
import type { Entry, Fact } from '../../contract/fact.ts'
import type { FeedHealth, IndicatorState } from '../../contract/topic.ts'
import type { Instant } from '../../contract/time.ts'
import { minuteMs } from '../../contract/time.ts'
import { readIndicators } from '../../client/src/panels/indicators.ts'
import { World } from '../../server/core/world.ts'
import { entriesOf, feedFact, feedHealth, start, tick, workOrder } from '../support/facts.ts'
import { feed, indicator, input, registryWith } from '../support/registry.ts'

/** How good a figure is that is counted from orders: as good as the feeds that told them, at any instant. */

const registry = registryWith({
  feeds: [feed({ id: 'board', dialect: 'native' })],
  inputs: ['hotline-12345', 'leader-board'].flatMap((channel) => [
    input({ id: `${channel.slice(0, 6)}_due`, by: 'unit', orders: { channels: [channel], count: 'due' } }),
    input({ id: `${channel.slice(0, 6)}_on_time`, by: 'unit', orders: { channels: [channel], count: 'on-time' } }),
  ]),
  indicators: ['hotlin', 'leader'].map((name) => indicator({ id: name, formula: `${name}_on_time / ${name}_due * 100`, period: 'month' })),
})

/** an order of the channel, settled in time */
const settled = (id: string, channel: string): readonly Fact[] => [
  workOrder({ id, channel, dueAt: start + 60 * minuteMs }),
  workOrder({ id, stage: 'closed' }),
]

function logged(...told: readonly (readonly [feed: string, ...facts: readonly Fact[]])[]): readonly Entry[] {
  return told
    .flatMap(([from, ...facts]) => facts.map((fact) => ({ from, fact })))
    .map(({ from, fact }, index) => ({
      seq: index + 1,
      at: fact.kind === 'work-order' ? start : fact.at,
      feed: from,
      fact,
    }))
}

function worldOf(entries: readonly Entry[]): World {
  const world = new World(registry)
  for (const entry of entries) world.apply(entry)
  return world
}

/** Of each indicator, as a screen makes it of the two topics. */
function qualitiesOf(world: World, now: Instant = world.at): Readonly<Record<string, unknown>> {
  const topics = world.read(['indicators@620802', 'feeds@620802'])
  // a topic holds entities of its kind
  const states = new Map((topics['indicators@620802'] as readonly IndicatorState[]).map((state) => [state.id, state]))
  const feeds = new Map((topics['feeds@620802'] as readonly FeedHealth[]).map((health) => [health.id, health]))
  const known = [...registry.indicators.values()].filter(({ id }) => states.has(id))
  return Object.fromEntries(readIndicators(known, states, feeds, now).map(({ definition, quality }) => [definition.id, quality]))
}

const up = (id: string, at: Instant): Fact => feedHealth({ feed: id, at })
const down = (id: string, at: Instant): Fact => feedHealth({ feed: id, at, state: 'down', reason: 'silent' })
const fresh = { state: 'fresh' }

const registered = ['system', feedFact({ feed: 'hotline' }), feedFact({ feed: 'board' }), up('hotline', start), up('board', start)] as const
const orders = [
  ['hotline', ...settled('A', 'hotline-12345')],
  ['board', ...settled('B', 'leader-board')],
] as const

describe('given indicators counted from the orders of two feeds', () => {
  test('when both are up, then both are fresh, and each names its own feed', () => {
    const world = worldOf(logged(registered, ...orders))
    expect(qualitiesOf(world)).toEqual({ hotlin: fresh, leader: fresh })
    expect(world.read(['indicators@620802'])['indicators@620802']).toMatchObject([
      { id: 'hotlin', value: 100, feed: 'hotline', countedFrom: ['hotline'] },
      { id: 'leader', value: 100, feed: 'board', countedFrom: ['board'] },
    ])
  })

  test('when one goes down, then what is counted from it is down since then, and the other stays fresh', () => {
    const at = start + 6 * minuteMs
    const world = worldOf(logged(registered, ...orders, ['system', down('hotline', at), tick(at + minuteMs)]))
    expect(qualitiesOf(world)).toEqual({ hotlin: { state: 'down', since: at }, leader: fresh })
  })

  test('when it is only late, then the figure is stale since its last order', () => {
    const late = feedHealth({ feed: 'hotline', at: start + 2 * minuteMs, state: 'degraded', reason: 'late' })
    const world = worldOf(logged(registered, ...orders, ['system', late]))
    expect(qualitiesOf(world)).toEqual({ hotlin: { state: 'stale', since: start, everyMs: minuteMs }, leader: fresh })
  })

  test('when it comes back, then the figure is fresh again; and at any instant of the past it is what it was then', () => {
    const [lost, back] = [start + 6 * minuteMs, start + 20 * minuteMs]
    const entries = logged(registered, ...orders, ['system', down('hotline', lost), tick(lost + minuteMs), up('hotline', back), tick(back + 1)])
    const told = [start, lost, lost + minuteMs, back, back + 1].map((at) => qualitiesOf(worldOf(entries.filter((entry) => entry.at <= at)))['hotlin'])
    const isDown = { state: 'down', since: lost }
    expect(told).toEqual([fresh, isDown, isDown, fresh, fresh])
  })

  test('when the world is dumped and restored meanwhile, then it is the same', () => {
    const at = start + 6 * minuteMs
    const world = worldOf(logged(registered, ...orders, ['system', down('hotline', at)]))
    const restored = World.restore(registry, JSON.parse(JSON.stringify(world.dump())))
    expect(qualitiesOf(restored)).toEqual(qualitiesOf(world))
    expect(qualitiesOf(restored)['hotlin']).toEqual({ state: 'down', since: at })
  })

  test('when both tell orders of one channel, then it is as bad as the worse of them', () => {
    const at = start + 6 * minuteMs
    const both = [...orders, ['board', ...settled('C', 'hotline-12345')]] as const
    const world = worldOf(logged(registered, ...both, ['system', down('board', at)]))
    expect(qualitiesOf(world)).toEqual({ hotlin: { state: 'down', since: at }, leader: { state: 'down', since: at } })
    expect(world.read(['indicators@620802'])['indicators@620802']?.[0]).toMatchObject({ feed: '', countedFrom: ['board', 'hotline'] })
  })

  test('when one told a single order of many, then it takes nothing from the figure; when it tells a tenth of them, then it does', () => {
    const at = start + 6 * minuteMs
    const many = Array.from({ length: 20 }, (_, index) => settled(`M${String(index)}`, 'hotline-12345')).flat()
    const told = (count: number) => Array.from({ length: count }, (_, index) => settled(`B${String(index)}`, 'hotline-12345')).flat()
    const world = (count: number) =>
      worldOf(logged(registered, ['hotline', ...many], ['board', ...told(count)], ['system', tick(start + minuteMs), down('board', at)]))
    expect(qualitiesOf(world(1))['hotlin']).toEqual(fresh)
    expect(qualitiesOf(world(3))['hotlin']).toEqual({ state: 'down', since: at })
    const restored = World.restore(registry, JSON.parse(JSON.stringify(world(1).dump())))
    expect(qualitiesOf(restored)).toEqual(qualitiesOf(world(1)))
  })

  test('when messages of its feed are refused, then the figure is fresh: what came is counted', () => {
    const refused = feedHealth({ feed: 'hotline', at: start + 2 * minuteMs, state: 'degraded', reason: 'rejecting' })
    expect(qualitiesOf(worldOf(logged(registered, ...orders, ['system', refused])))).toEqual({ hotlin: fresh, leader: fresh })
  })

  test('when a feed is taken away, then the figure is not connected, unless another tells its orders too', () => {
    const gone: Fact = feedFact({ feed: 'hotline', at: start + minuteMs, label: undefined })
    expect(qualitiesOf(worldOf(logged(registered, ...orders, ['system', gone])))).toEqual({ hotlin: { state: 'not-connected' }, leader: fresh })
    const both = [...orders, ['board', ...settled('C', 'hotline-12345')]] as const
    expect(qualitiesOf(worldOf(logged(registered, ...both, ['system', gone])))).toEqual({ hotlin: fresh, leader: fresh })
  })

  test('when an order is told on without its channel, or of a channel that nothing is counted for, then nothing changes', () => {
    const others = entriesOf([workOrder({ id: 'A', stage: 'accepted' }), workOrder({ id: 'X', channel: 'negative-review' })], { feed: 'board' })
    const world = worldOf(logged(registered, ...orders, ['board', ...others.map(({ fact }) => fact)]))
    expect(world.read(['indicators@620802'])['indicators@620802']?.[0]).toMatchObject({ id: 'hotlin', countedFrom: ['hotline'] })
  })
})
