import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { OrderList } from '../../contract/drill.ts'
import type { WorkOrderFact } from '../../contract/fact.ts'
import { ratings, workOrderStages } from '../../contract/fact.ts'
import { orderCounts } from '../../contract/indicator.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import { topicName } from '../../contract/topic.ts'
import { dayNumber, dayText } from '../../server/core/calendar.ts'
import { World } from '../../server/core/world.ts'
import { ordersRoute } from '../../server/http/orders.ts'
import { entriesOf, start, tick, workOrder } from '../support/facts.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { registryWith } from '../support/registry.ts'
import { House, problemIn } from './house.ts'
import type { Answer } from './house.ts'

const registry = registryWith()
const zone = 'Asia/Shanghai'
const clock = new ManualClock()
const channel = 'hotline-12345'

interface Looking {
  readonly world: World
  readonly look: (query: string) => Promise<Answer>
  readonly list: (query: string) => Promise<OrderList>
}

/** The world after facts, its clock at `start`, and the way to ask it. */
async function after(facts: readonly WorkOrderFact[]): Promise<Looking> {
  const world = new World(registry)
  for (const entry of entriesOf([...facts, tick(start)])) world.apply({ ...entry, at: start })
  const house = await new House({ routes: [ordersRoute({ registry, world, clock })] }).open()
  onTestFinished(() => house.close())
  const cookie = `yiping_session=${house.signIn('wall')}`
  const look = (query: string): Promise<Answer> => house.ask('GET', `/api/orders?${query}`, { headers: { cookie } })
  const list = async (query: string): Promise<OrderList> => JSON.parse((await look(`district=620802&${query}`)).text) as OrderList
  return { world, look, list }
}

const ids = ({ orders }: OrderList): readonly string[] => orders.map(({ id }) => id)
const day = (number: number): number => start + number * dayMs

const few = [
  workOrder({ id: 'W1', at: day(-9), channel, dueAt: day(-5), unit: 'housing' }),
  workOrder({ id: 'W1', at: day(-6), stage: 'resolved', rating: 'satisfied' }),
  workOrder({ id: 'W2', at: day(-8), channel, dueAt: day(-4), unit: 'dongguan' }),
  workOrder({ id: 'W2', at: day(-2), stage: 'resolved', rating: 'dissatisfied' }),
  workOrder({ id: 'W3', at: day(-7), channel: 'leader-board', dueAt: day(-3) }),
  workOrder({ id: 'W4', at: day(-1), channel, dueAt: day(5) }),
]

describe('GET /api/orders', () => {
  it('lists the orders behind a count, the latest first, each as its topic tells it', async () => {
    const { world, list } = await after(few)
    const received = await list('count=received')
    expect(ids(received)).toEqual(['W4', 'W3', 'W2', 'W1'])
    const shown: unknown = JSON.parse(JSON.stringify(world.find(topicName('work-orders', '620802'), 'W4')))
    expect(received.orders[0]).toEqual(shown)
    expect(await list('count=received&limit=2')).toMatchObject({ count: 'received', total: 4, orders: [{ id: 'W4' }, { id: 'W3' }] })
  })

  it('counts an open overdue order as due and late, and one that is not yet due as neither', async () => {
    const { list } = await after(few)
    expect(ids(await list('count=due'))).toEqual(['W3', 'W2', 'W1'])
    expect(ids(await list('count=due&late=1'))).toEqual(['W3', 'W2'])
    expect(ids(await list('count=on-time'))).toEqual(['W1'])
    expect(ids(await list('count=on-time&late=1'))).toEqual([])
    expect(ids(await list('count=open'))).toEqual(['W4', 'W3'])
    expect(ids(await list('count=overdue'))).toEqual(['W3'])
  })

  it('keeps to channels, a unit and days', async () => {
    const { list } = await after(few)
    expect(ids(await list(`count=due&channel=${channel}`))).toEqual(['W2', 'W1'])
    expect(ids(await list(`count=due&channel=${channel}&channel=leader-board`))).toEqual(['W3', 'W2', 'W1'])
    expect(ids(await list('count=received&unit=housing'))).toEqual(['W1'])
    expect(ids(await list(`count=received&from=${dayText(dayNumber(day(-8), zone))}&to=${dayText(dayNumber(day(-7), zone))}`))).toEqual(['W3', 'W2'])
    expect(ids(await list('count=settled&from=2026-12-01&to=2026-12-31'))).toEqual([])
    expect(ids(await list('count=rated'))).toEqual(['W2', 'W1'])
  })

  it.each([
    ['count=due', 'district: missing'],
    ['district=620802', 'count: missing; name one of received, settled, due,'],
    ['district=620802&count=dew', 'count: there is no count "dew"; name one of received, settled, due,'],
    [
      'district=620802&count=due&channel=hotline',
      'channel: "hotline" is not in config/channels.yaml of district 620802; expected an id from there such as hotline-12345',
    ],
    ['district=620802&count=due&channel=la-311', 'channel: "la-311" is not in config/channels.yaml of district 620802'],
    ['district=620802&count=due&from=2026-02-30', 'from: "2026-02-30" is no day; write 2026-11-23'],
    ['district=620802&count=due&to=yesterday', 'to: "yesterday" is no day'],
    ['district=620802&count=due&from=2026-11-02&to=2026-11-01', 'from: later than to'],
    ['district=620802&count=open&from=2026-11-02', 'from: orders open are those of now; leave out from and to'],
    ['district=620802&count=due&late=yes', 'late: found "yes"; write late=1'],
    ['district=620802&count=due&limit=1001', 'limit: found "1001"; write a whole number from 1 to 1000'],
  ])('refuses %s', async (query, words) => {
    const { look } = await after([])
    const told = problemIn(await look(query))
    expect([told.status, told.detail]).toEqual([400, expect.stringContaining(words)])
  })

  it('lists as many as the count says, whatever was told in whatever order', async () => {
    const fact = fc
      .record({
        id: fc.constantFrom('W1', 'W2', 'W3', 'W4', 'W5'),
        hours: fc.integer({ min: -24 * 60, max: 0 }),
        stage: fc.constantFrom(...workOrderStages),
        channel: fc.constantFrom(channel, 'leader-board'),
        unit: fc.constantFrom('housing', 'dongguan', undefined),
        dueIn: fc.option(fc.integer({ min: -24 * 30, max: 24 * 10 }), { nil: undefined }),
        rating: fc.option(fc.constantFrom(...ratings), { nil: undefined }),
      })
      .map(({ hours, dueIn, ...rest }) => workOrder({ ...rest, at: start + hours * hourMs, dueAt: dueIn && start + dueIn * hourMs }))
    await fc.assert(
      fc.asyncProperty(fc.array(fact, { maxLength: 40 }), async (facts) => {
        const { world, list } = await after(facts)
        const [fromDay, toDay] = [dayNumber(start, zone) - 45, dayNumber(start, zone) + 5]
        const days = `from=${dayText(fromDay)}&to=${dayText(toDay)}`
        for (const count of orderCounts) {
          const { total, orders } = await list(`count=${count}&channel=${channel}&unit=housing&${days}`)
          expect([count, total]).toEqual([count, world.orderCounts('620802')?.sum({ channels: [channel], count, unit: 'housing', fromDay, toDay })])
          expect(orders).toHaveLength(total)
        }
      }),
      { numRuns: 15 },
    )
  })
})
