import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SupervisionList, SupervisionOrder, UnitContext } from '../../contract/supervision.ts'
import { dayMs } from '../../contract/time.ts'
import { problemIn } from './house.ts'
import type { Answer } from './house.ts'
import { answered, SupervisionHouse } from './supervision-house.ts'

let house: SupervisionHouse

beforeEach(async () => {
  house = await new SupervisionHouse().open()
})

afterEach(() => house.close())

const told = (answer: Answer) => {
  const { status, detail } = problemIn(answer)
  return [status, detail]
}

describe('what a unit sees', () => {
  it('is its name, its district, whom its orders name, and which files it may send', async () => {
    await house.issue({ leadUnit: 'housing', supportingUnits: ['dongguan'] })
    const context = JSON.parse((await house.get('/api/unit/context', house.unit())).text) as UnitContext
    expect(context).toMatchObject({
      name: '李四',
      unit: { id: 'housing', name: '住建局' },
      district: { id: '620802', name: '崆峒区', zone: 'Asia/Shanghai' },
      attachments: { mostBytes: 20_000_000, perStep: 10 },
    })
    expect(context.units.map(({ id }) => id)).toEqual(['dongguan', 'housing'])
    expect(Object.keys(context).sort()).toEqual(['attachments', 'district', 'ladder', 'name', 'unit', 'units'])
  })

  it('is its own orders, as lead or supporting, newest first, and no others', async () => {
    const mine = await house.issue({ leadUnit: 'housing', supportingUnits: [] })
    house.clock.advance(1_000)
    const helped = await house.issue({ leadUnit: 'water', supportingUnits: ['housing'] })
    house.clock.advance(1_000)
    const foreign = await house.issue({ leadUnit: 'water', supportingUnits: ['dongguan'] })
    const { orders, total } = JSON.parse((await house.get('/api/unit/orders', house.unit())).text) as SupervisionList
    expect([orders.map(({ number }) => number), total]).toEqual([[helped.number, mine.number], 2])
    const words = `id: this unit has no order "${foreign.id}"; GET /api/unit/orders lists its own`
    expect(told(await house.get(`/api/unit/orders/${foreign.id}`, house.unit()))).toEqual([404, words])
    expect(told(await house.say(foreign.id, { step: 'acknowledged' }))).toEqual([404, words])
    expect(told(await house.get('/api/unit/orders/none', house.unit()))).toEqual([404, words.replace(foreign.id, 'none')])
    expect((await house.get(`/api/unit/orders/${helped.id}`, house.unit())).status).toBe(200)
    expect(house.recorded).toHaveLength(3)
  })

  it('ends when the unit is no longer configured', async () => {
    expect(told(await house.get('/api/unit/orders', house.unit('gone')))).toEqual([
      403,
      expect.stringContaining('"gone" is no longer in config/units.yaml'),
    ])
  })
})

describe('what a unit says', () => {
  it('is recorded with its name, its unit and where from, and moves its order', async () => {
    const { id } = await house.issue()
    for (const body of [
      { step: 'acknowledged' },
      { step: 'feedback', note: '已排查' },
      { step: 'extension-asked', note: '管材未到', due: { workingDays: 8 } },
      { step: 'submitted', note: '已办结' },
    ]) {
      house.clock.advance(60_000)
      expect(answered(await house.say(id, body))).toMatchObject({ step: body.step, by: '李四', isLate: false })
    }
    expect(house.recorded.slice(1)).toEqual([
      expect.objectContaining({ step: 'acknowledged', by: '李四', unit: 'housing', address: '127.0.0.1' }),
      expect.objectContaining({ step: 'feedback', note: '已排查' }),
      expect.objectContaining({ step: 'extension-asked', due: { dueAt: Date.UTC(2026, 11, 3, 16) - 1, isProvisional: false, workingDays: 8 } }),
      expect.objectContaining({ step: 'submitted' }),
    ])
    expect(house.recorded.slice(1).every((fact) => !('onBehalf' in fact))).toBe(true)
    expect((await house.order(id)).stage).toBe('submitted')
  })

  it('is taken once, however often it is sent', async () => {
    const { id } = await house.issue()
    const body = { command: house.command(), step: 'submitted', note: '已办结' }
    const [first, second] = await Promise.all([house.say(id, body), house.say(id, body)])
    house.clock.advance(dayMs)
    house.restart()
    expect([second.text, (await house.say(id, body)).text]).toEqual([first.text, first.text])
    expect(house.recorded).toHaveLength(2)
  })

  it('after closing is kept, and the answer says that it came late', async () => {
    const { id } = await house.issue()
    await house.step(id, { seen: 1, step: 'accepted', note: '现场核查' })
    expect(answered(await house.say(id, { step: 'submitted', note: '已办结' })).isLate).toBe(true)
    expect(answered(await house.say(id, { step: 'acknowledged' }, house.unit('dongguan', '王五'))).isLate).toBe(true)
    expect(await house.order(id)).toMatchObject({ stage: 'closed', steps: [{}, {}, { isLate: true, by: '李四' }, { isLate: true, by: '王五' }] })
  })

  it.each<[what: string, body: object, of: string, answer: readonly [status: number, words: RegExp]]>([
    ['a supporting unit submits', { step: 'submitted', note: '已办结' }, 'dongguan', [403, /only the lead unit can do this/]],
    [
      'a supporting unit asks for an extension',
      { step: 'extension-asked', note: '忙', due: { workingDays: 9 } },
      'dongguan',
      [403, /only the lead unit/],
    ],
    ['it is acknowledged twice', { step: 'acknowledged' }, 'housing', [409, /has acknowledged it already/]],
    ['an extension is no later', { step: 'extension-asked', note: '忙', due: { workingDays: 1 } }, 'housing', [400, /not after 2026-11-30/]],
    ['nothing is said', { step: 'feedback' }, 'housing', [400, /^note: expected some words/]],
    ['it takes a step of the desk', { step: 'accepted', note: '销号' }, 'housing', [400, /expected one of acknowledged, feedback/]],
  ])('is refused where %s', async (_what, body, of, [status, words]) => {
    const { id } = await house.issue()
    await house.say(id, { step: 'acknowledged' })
    expect(told(await house.say(id, body, house.unit(of)))).toEqual([status, expect.stringMatching(words)])
    expect(house.recorded).toHaveLength(2)
  })

  it('is refused while it waits for an answer, but for what is new', async () => {
    const { id } = await house.issue()
    await house.say(id, { step: 'extension-asked', note: '管材未到', due: { workingDays: 8 } })
    const again = { step: 'extension-asked', note: '管材未到', due: { workingDays: 9 } }
    expect(told(await house.say(id, again))).toEqual([409, expect.stringContaining('李四 has asked for an extension already')])
    await house.say(id, { step: 'submitted', note: '已办结' })
    expect(told(await house.say(id, { step: 'submitted', note: '已办结' }))).toEqual([409, expect.stringContaining('waits for review already')])
    expect((await house.say(id, { step: 'feedback', note: '补充照片' })).status).toBe(200)
  })
})

describe('a role that may not', () => {
  const steps = (id: string) => ({
    issue: () => house.issueBody(),
    accept: { command: house.command(), seen: 1, step: 'accepted', note: '销号' },
    acknowledge: { command: house.command(), step: 'acknowledged' },
    paths: { issue: '/api/supervisions', desk: `/api/supervisions/${id}/steps`, unit: `/api/unit/orders/${id}/steps` },
  })

  it('commands nothing: a wall neither as desk nor as unit, a unit not as desk, a desk not as unit', async () => {
    const { id } = await house.issue()
    const { issue, accept, acknowledge, paths } = steps(id)
    const [wall, unit, desk] = [house.wall(), house.unit(), house.desk()]
    for (const [path, body, headers] of [
      [paths.issue, issue(), wall],
      [paths.desk, accept, wall],
      [paths.unit, acknowledge, wall],
      [paths.issue, issue(), unit],
      [paths.desk, accept, unit],
      [paths.unit, acknowledge, desk],
    ] as const)
      expect(told(await house.post(path, body, headers))).toEqual([403, expect.stringMatching(/^this needs the role (?:desk|unit); the session has/)])
    expect(house.recorded).toHaveLength(1)
  })

  it('as a unit sees nothing of the district: no state, no configuration, no list, no file of the desk’s', async () => {
    const { id } = await house.issue()
    const paths = [
      '/api/state?topics=supervisions@620802',
      '/api/configuration',
      '/api/supervisions?district=620802',
      `/api/supervisions/${id}`,
      `/api/supervisions/${id}/attachments/${'a'.repeat(64)}`,
      '/api/map/kongtong.geojson',
      '/api/rejections',
    ]
    for (const path of paths) expect([path, problemIn(await house.get(path, house.unit())).status]).toEqual([path, 403])
    const session = await house.get('/api/session', house.unit())
    expect(JSON.parse(session.text)).toEqual({ role: 'unit', name: '李四', unit: 'housing' })
    const out = house.unit()
    expect((await house.post('/api/sign-out', {}, out)).status).toBe(204)
    expect((await house.get('/api/unit/orders', out)).status).toBe(401)
  })

  it('from a foreign page is nobody, whatever cookie comes along', async () => {
    const { id } = await house.issue()
    const foreign = { ...house.unit(), origin: 'http://evil.example' }
    expect(told(await house.say(id, { step: 'acknowledged' }, foreign))).toEqual([403, expect.stringContaining('header Origin')])
  })
})

describe('what a unit is told of an order', () => {
  it('holds no address of anybody', async () => {
    const { id } = await house.issue()
    const { text } = await house.get(`/api/unit/orders/${id}`, house.unit())
    expect((JSON.parse(text) as SupervisionOrder).steps).toHaveLength(1)
    expect(text).not.toContain('127.0.0.1')
  })
})
