import { expect, test } from 'vitest'
import { dayMs, minuteMs } from '../../contract/time.ts'
import { topicKinds, topicName } from '../../contract/topic.ts'
import { Viewings } from '../../server/core/viewings.ts'
import { World } from '../../server/core/world.ts'
import { entriesOf, start, viewing } from '../support/facts.ts'
import { registryWith } from '../support/registry.ts'

const registry = registryWith()
const minute = (count: number): number => start + count * minuteMs

/** Three viewings of two cameras, one of which goes on. */
const told = [
  viewing({ id: 'V1', role: 'desk', name: '值班员甲', reason: '核查', address: '10.0.0.7' }),
  viewing({ id: 'V2', source: 'C2', at: minute(1) }),
  viewing({ id: 'V1', phase: 'ended', at: minute(5), role: 'desk' }),
  viewing({ id: 'V3', at: minute(10), role: 'guest' }),
  viewing({ id: 'V3', phase: 'ended', at: minute(11), role: 'guest' }),
]

function folded(facts: readonly Parameters<Viewings['take']>[0][]): Viewings {
  const viewings = new Viewings()
  for (const fact of facts) viewings.take(fact)
  return viewings
}

const idsOf = (viewings: Viewings, query: Partial<Parameters<Viewings['list']>[0]> = {}): readonly string[] =>
  viewings.list({ limit: 100, ...query }).map(({ id }) => id)

test('a viewing has the beginning and the end that were recorded of it', () => {
  expect(folded(told).list({ limit: 1, to: minute(0) })).toEqual([
    {
      id: 'V1',
      source: 'C1',
      role: 'desk',
      name: '值班员甲',
      reason: '核查',
      address: '10.0.0.7',
      beganAt: minute(0),
      endedAt: minute(5),
    },
  ])
})

test('they are listed the latest first, by camera, by when they went on, and no more than are asked for', () => {
  const viewings = folded(told)
  expect(idsOf(viewings)).toEqual(['V3', 'V2', 'V1'])
  expect(idsOf(viewings, { source: 'C1' })).toEqual(['V3', 'V1'])
  expect(idsOf(viewings, { from: minute(6), to: minute(9) })).toEqual(['V2'])
  expect(idsOf(viewings, { from: minute(5), to: minute(10) })).toEqual(['V3', 'V2', 'V1'])
  expect(idsOf(viewings, { limit: 2 })).toEqual(['V3', 'V2'])
  expect(viewings.open.map(({ id }) => id)).toEqual(['V2'])
})

test('an end without a beginning, a second beginning and a second end change nothing', () => {
  const viewings = folded([
    ...told,
    viewing({ id: 'V9', phase: 'ended' }),
    viewing({ id: 'V1', at: minute(20) }),
    viewing({ id: 'V1', phase: 'ended', at: minute(30) }),
  ])
  expect(viewings.list({ limit: 100 })).toEqual(folded(told).list({ limit: 100 }))
})

test('they are kept for ninety days, and no more than twenty thousand of them; it is known from when on all are there', () => {
  const viewings = folded([...told, viewing({ id: 'V4', at: minute(5) + 90 * dayMs })])
  expect([idsOf(viewings), viewings.heldFrom]).toEqual([['V4', 'V3'], minute(1) + 1])
  for (let index = 0; index < 20_000; index += 1) viewings.take(viewing({ id: `M${String(index)}`, at: minute(20) + 90 * dayMs + index }))
  expect(idsOf(viewings, { limit: 30_000 })).toHaveLength(20_000)
  expect(viewings.heldFrom).toBe(minute(5) + 90 * dayMs + 1)
})

test('no topic tells of them: a wall may not know who looks at what', () => {
  const world = new World(registry)
  for (const entry of entriesOf(told, { feed: 'system' })) world.apply(entry)
  expect(world.viewings.list({ limit: 100 })).toHaveLength(3)
  const topics = topicKinds.map((kind) => topicName(kind, '620802'))
  expect(JSON.stringify([...world.drain()].concat(Object.entries(world.read(topics)) as never))).not.toContain('V1')
})

test('a feed cannot make any up', () => {
  const world = new World(registry)
  for (const entry of entriesOf(told, { feed: 'hotline' })) world.apply(entry)
  expect(world.viewings.list({ limit: 100 })).toEqual([])
})

test('a world that is restored has them as they were, and goes on', () => {
  const world = new World(registry)
  for (const entry of entriesOf(told, { feed: 'system' })) world.apply(entry)
  const restored = World.restore(registry, JSON.parse(JSON.stringify(world.dump())))
  const last = { ...entriesOf([viewing({ id: 'V2', phase: 'ended', at: minute(30) })], { feed: 'system' })[0]!, seq: told.length + 1 }
  for (const one of [world, restored]) one.apply(last)
  expect(restored.viewings.list({ limit: 100 })).toEqual(world.viewings.list({ limit: 100 }))
  expect(restored.viewings.open).toEqual([])
})
