import { describe, expect, it } from 'vitest'
import { supervisionFactSchema } from '../../contract/supervision-fact.ts'
import { hourMs } from '../../contract/time.ts'
import { World } from '../../server/core/world.ts'
import type { OrderAsked } from '../../server/http/incident-orders.ts'
import { planOrder } from '../../server/http/plan-orders.ts'
import { start } from '../support/facts.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { registryWith, unit } from '../support/registry.ts'
import { supervision } from '../support/supervision-facts.ts'

const registry = registryWith({ units: [unit({ id: 'housing', shortName: '住建局' })] })

function rooms() {
  const world = new World(registry)
  return { clock: new ManualClock(start), registry, world }
}
const asked = (draft: Partial<OrderAsked['draft']> = {}): OrderAsked => ({
  district: '620802',
  draft: { lead: 'housing', text: '甘沟路 污水井溢流：抢修', dueAt: start + hourMs, ...draft },
  from: { incident: '事〔2026〕0012', plan: 'drainage', step: 1 },
  by: '张三',
  address: '10.0.0.7',
  at: start,
  command: 'c1',
})

describe('an order that a step of a plan asks for', () => {
  it('is issued at once, urgent, with the next number, and says which incident it comes from', () => {
    const house = rooms()
    house.world.apply({ seq: 1, at: start, feed: 'system', fact: supervision('issued', { number: { year: 2026, no: 12, text: '督〔2026〕12号' } }) })
    const fact = planOrder(house, asked())
    expect(fact).toMatchObject({
      step: 'issued',
      number: { year: 2026, no: 13 },
      title: '甘沟路 污水井溢流：抢修',
      level: 'urgent',
      leadUnit: 'housing',
      dueAt: start + hourMs,
      origin: { kind: 'incident', id: '事〔2026〕0012' },
      by: '张三',
      address: '10.0.0.7',
    })
    expect(supervisionFactSchema.parse(fact)).toEqual(fact)
  })

  it('is due at the end of the next working day where the plan gives no time', () => {
    const draft = { lead: 'housing', text: '抢修' }
    expect(planOrder(rooms(), { ...asked(), draft }).dueAt).toBe(registry.calendar.dueAfter(start, 1, 'Asia/Shanghai').at)
  })

  it.each([
    [{ lead: 'nobody' }, 'lead: "nobody"'],
    [{ dueAt: start }, 'is past'],
  ])('is refused for %j, with the reason', (draft, reason) => {
    expect(() => planOrder(rooms(), asked(draft))).toThrow(reason)
  })

  it('is refused where neither plan nor desk names a unit', () => {
    expect(() => planOrder(rooms(), { ...asked(), draft: { text: '抢修' } })).toThrow('lead: missing; the plan names no unit for this step')
  })
})
