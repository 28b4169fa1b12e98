import { describe, expect, it } from 'vitest'
import type { Fact, WorkOrderFact } from '../../contract/fact.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import type { OrderType } from '../../contract/topic.ts'
import { World } from '../../server/core/world.ts'
import { entriesOf, start, tick, workOrder } from '../support/facts.ts'
import { registryWith } from '../support/registry.ts'

const registry = registryWith()
const name = 'order-types@620802'
// the topic holds types
const read = (world: World) => world.read([name])[name] as readonly OrderType[]

function told(facts: readonly Fact[], now = start): World {
  const world = new World(registry)
  for (const entry of entriesOf([...facts, tick(now)], { at: now })) world.apply(entry)
  return world
}

let number = 0
const orders = (type: string, count: number, at: number): readonly WorkOrderFact[] =>
  Array.from({ length: count }, () => workOrder({ id: `T${String((number += 1))}`, type, at }))
/** Weeks ago, at ten in the morning. */
const past = (weeks: number): number => start - weeks * 7 * dayMs - 4.5 * hourMs

describe('types of requests', () => {
  it('are compared with the mean of the same weekday by this time of day', () => {
    const facts = [
      ...orders('供暖', 9, past(1)),
      ...orders('供暖', 3, past(2)),
      ...orders('供暖', 50, past(1) + 10 * hourMs),
      ...orders('供暖', 7, start - hourMs),
    ]
    expect(read(told(facts))).toEqual([{ id: '供暖', receivedToday: 7, usualByNow: 6, isRising: false }])
  })

  it('rise when there are more than three, and more than chance makes of the usual', () => {
    // usual 4: beyond 4 + 2·√4
    const rising = (count: number) => read(told([...orders('停水', 4, past(1)), ...orders('停水', count, start - hourMs)]))[0]?.isRising
    expect([rising(8), rising(9)]).toEqual([false, true])
    // usual 0, since the district was seen on that day
    const fresh = (count: number) =>
      read(told([...orders('其他', 1, past(1)), ...orders('井盖', count, start - hourMs)])).find(({ id }) => id === '井盖')
    expect([fresh(3), fresh(4)]).toEqual([
      { id: '井盖', receivedToday: 3, usualByNow: 0, isRising: false },
      { id: '井盖', receivedToday: 4, usualByNow: 0, isRising: true },
    ])
    // never seen such a weekday: nothing is usual, nothing rises
    expect(read(told(orders('井盖', 40, start - hourMs)))).toEqual([{ id: '井盖', receivedToday: 40, usualByNow: undefined, isRising: false }])
  })

  it('are shown when received today, and the ten most usual on any day', () => {
    const usual = Array.from({ length: 12 }, (_, index) => orders(`甲${String(index).padStart(2, '0')}`, 20 - index, past(1))).flat()
    const facts = [...usual, ...orders('今天', 1, start - hourMs), ...orders('', 5, start - hourMs)]
    expect(read(told(facts)).map(({ id }) => id)).toEqual(
      [...Array.from({ length: 10 }, (_, index) => `甲${String(index).padStart(2, '0')}`), '今天'].sort(),
    )
  })

  it('come and go in patches as the day turns and corrections arrive', () => {
    const world = told([...orders('供暖', 2, start - hourMs), workOrder({ type: '停水' })])
    expect(
      world
        .drain()
        .get(name)
        ?.upsert?.map(({ id }) => id),
    ).toEqual(['供暖', '停水'])
    world.apply({ seq: world.seq + 1, at: start, feed: 'hotline', fact: workOrder({ stage: 'dispatched', at: start + 1, type: '停电' }) })
    expect(world.drain().get(name)).toEqual({ upsert: [expect.objectContaining({ id: '停电', receivedToday: 1 })], remove: ['停水'] })
    world.apply({ seq: world.seq + 1, at: start + 70 * dayMs, feed: 'system', fact: tick(start + 70 * dayMs) })
    expect(world.drain().get(name)).toEqual({ remove: ['供暖', '停电'] })
  })

  it('beyond two hundred are not told apart', () => {
    expect(read(told(Array.from({ length: 250 }, (_, index) => orders(`类${String(index)}`, 1, start)).flat()))).toHaveLength(200)
  })
})
