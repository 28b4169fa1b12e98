import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Fact } from '../../contract/fact.ts'
import type { Incident } from '../../contract/incident.ts'
import { minuteMs } from '../../contract/time.ts'
import { disbelief } from '../../server/links/signature.ts'
import { problemIn } from '../http/house.ts'
import { incident, incidentAct } from '../support/facts.ts'
import { link, linkSecret } from '../support/links.ts'
import { supervision, uuid } from '../support/supervision-facts.ts'
import { LinkHouse } from './link-house.ts'

let house: LinkHouse
beforeEach(async () => {
  house = await LinkHouse.open(link(), link({ id: 'traffic', name: '智慧交管', secret: 'traffic', units: [], incidents: { levels: [], types: [] } }))
})
afterEach(() => house.close())

const opened = incidentAct({ what: 'opened', origin: { kind: 'hand' }, title: '甘沟路 追尾', type: '交通/事故' })
const about = { kind: 'incident', id: 'E1' } as const
const linkFacts = (facts: readonly Fact[]) => facts.flatMap((fact) => (fact.kind === 'link' ? [fact] : []))
const isDelivered = (facts: readonly Fact[]): boolean => linkFacts(facts).some(({ what }) => what === 'delivered')
const shown = () => house.world.find('incidents@620802', 'E1') as Incident
const order = () => house.world.supervisions('620802')?.find('S1', 'desk')

describe('given an incident that the desk pushes', () => {
  test('then it goes there signed, is recorded as delivered, and the same command pushes it once', async () => {
    house.take(opened)
    const asked = { command: uuid(7), about }
    for (const each of [asked, asked]) expect((await house.desk('/api/links/traffic/push', each)).status).toBe(200)
    await house.until(isDelivered)
    expect(house.told).toHaveLength(1)
    const { headers, body } = house.told[0] ?? { headers: {}, body: '' }
    expect(JSON.parse(body)).toMatchObject({ type: 'incident.opened', incident: { id: 'E1', title: '甘沟路 追尾' } })
    const signed = {
      id: String(headers['webhook-id']),
      timestamp: String(headers['webhook-timestamp']),
      signature: String(headers['webhook-signature']),
    }
    expect(disbelief(`${linkSecret}-2`, { ...signed, body: Buffer.from(body) }, house.clock.now())).toBeUndefined()
    expect(house.thread('traffic/incident/E1')).toMatchObject({ pushedBy: '张三', messages: [{ deliveredAt: expect.any(Number) as number }] })
  })

  test('then a second push, a closed one, one without a name and an unknown system are refused in words', async () => {
    house.take(opened)
    const push = (path: string, id: string, command: number, name?: string | null) =>
      house.desk(`/api/links/${path}/push`, { command: uuid(command), about: { kind: 'incident', id } }, name)
    expect(problemIn(await push('traffic', 'E1', 1, null)).detail).toMatch(/signed with a person/)
    expect((await push('traffic', 'E1', 2)).status).toBe(200)
    expect(problemIn(await push('traffic', 'E1', 3)).detail).toMatch(/goes to 智慧交管 already/)
    expect(problemIn(await push('traffic', 'E9', 4)).detail).toMatch(/no incident of this district that is open/)
    expect(problemIn(await push('nobody', 'E1', 5)).detail).toMatch(/not in config\/links; these are: dispatch, traffic/)
  })

  test('when the other side fails, then its words are kept, and it is given up only with a reason', async () => {
    house.status = 503
    house.take(opened)
    await house.desk('/api/links/traffic/push', { command: uuid(1), about })
    await house.until((facts) => linkFacts(facts).some(({ what }) => what === 'failing'))
    expect(house.world.find('links@620802', 'traffic')).toMatchObject({ waiting: 1, trouble: { reason: 'HTTP 503 · it has a fault of its own' } })
    const message = house.thread('traffic/incident/E1')?.messages[0]?.id ?? ''
    expect((await house.desk('/api/links/traffic/give-up', { command: uuid(2), message, reason: '' })).status).toBe(400)
    expect((await house.desk('/api/links/traffic/give-up', { command: uuid(3), message, reason: '已电话告知 13800138000' })).status).toBe(200)
    expect(house.thread('traffic/incident/E1')?.messages[0]?.givenUp).toMatchObject({
      by: '张三',
      reason: expect.not.stringContaining('13800138000') as string,
    })
    const again = await house.desk('/api/links/traffic/give-up', { command: uuid(4), message, reason: '再来' })
    expect(problemIn(again).detail).toMatch(/does not wait any more/)
  })
})

describe('given what a system answers about an incident', () => {
  const fire = () => incident({ type: '消防/火情', title: '杂草起火', at: house.clock.now() })

  test('then it stands in the course under its name, masked, once', async () => {
    house.take(fire())
    const word = { answer: 'arrived', about, by: '王某', note: '8 人到场，联系 13800138000' }
    expect(JSON.parse((await house.say(word)).text)).toEqual({ recorded: true, isLate: false })
    expect(JSON.parse((await house.say(word, { at: house.clock.now() + 1_000 })).text)).toEqual({ recorded: false, isLate: false })
    expect(shown().lines).toMatchObject([{ by: '应急调度 王**', act: { what: 'answered', link: 'dispatch', answer: 'arrived' } }])
    expect(JSON.stringify(house.facts)).not.toContain('13800138000')
    expect(shown().stage).toBe('in-progress')
  })

  test('then what comes after closing is kept as late, and changes nothing', async () => {
    house.take(fire())
    house.take(incidentAct({ what: 'closed', result: '扑灭' }, { at: house.clock.now() }))
    expect(JSON.parse((await house.say({ answer: 'done', about })).text)).toEqual({ recorded: true, isLate: true })
    expect(shown()).toMatchObject({ stage: 'closed', result: '扑灭' })
    expect(house.thread('dispatch/incident/E1')?.answers).toMatchObject([{ answer: 'done', isLate: true }])
  })

  test('then one that it was never told of is refused, though there is one', async () => {
    house.take(opened)
    const refused = problemIn(await house.say({ answer: 'done', about }))
    expect([refused.status, refused.detail]).toEqual([404, expect.stringMatching(/no incident that dispatch was told of/)])
    expect(problemIn(await house.say({ answer: 'done', about: { kind: 'incident', id: 'E404' } }, { id: 'm2' })).status).toBe(404)
  })

  test.each([
    ['a wrong secret', { secret: 'another-secret-that-is-long-enough' }, 401],
    ['the secret of another system', { secret: `${linkSecret}-2` }, 401],
    ['an old timestamp', { at: Date.UTC(2026, 10, 23, 6, 30) - 6 * minuteMs }, 401],
    ['an unknown system', { link: 'nobody' }, 404],
  ])('then %s is refused, and nothing is recorded', async (_name, given, status) => {
    house.take(fire())
    const before = house.facts.length
    expect(problemIn(await house.say({ answer: 'arrived', about }, given)).status).toBe(status)
    expect(house.facts).toHaveLength(before)
  })

  test.each([
    ['no JSON', '{', 400],
    ['an answer that there is not', { answer: 'exploded', about }, 400],
    ['what turns the direction of writing', { answer: 'feedback', about, note: 'a\u202Eb' }, 400],
    ['a field that nobody knows', { answer: 'arrived', about, actor: 'admin' }, 400],
    ['what we sent ourselves, sent back', { id: 'x', type: 'incident.opened', incident: { id: 'E1' } }, 400],
    ['too much', { answer: 'feedback', about, note: 'x'.repeat(20_000) }, 413],
  ])('then %s is refused in words', async (_name, word, status) => {
    house.take(fire())
    expect(problemIn(await house.say(word)).status).toBe(status)
  })

  test('then an unsigned request is refused, and more than 120 words a minute are told to wait', async () => {
    house.take(fire())
    expect(problemIn(await house.house.ask('POST', '/api/links/dispatch', { body: '{}' })).detail).toMatch(/webhook-id: missing/)
    for (let no = 0; no < 120; no += 1) expect((await house.say({ answer: 'acknowledged', about }, { id: `m${String(no)}` })).status).toBe(200)
    const one = await house.say({ answer: 'acknowledged', about }, { id: 'one-too-many' })
    expect([one.status, one.headers['retry-after']]).toEqual([429, '1'])
  })
})

describe('given what a system answers about an order of a unit that works there', () => {
  const orderAbout = { kind: 'order', id: 'S1' } as const
  beforeEach(() => {
    house.take(supervision('issued', { leadUnit: 'water', supportingUnits: ['housing'] }))
  })
  const say = async (answer: string, id: string, more = {}) => await house.say({ answer, about: orderAbout, by: '救援一队', ...more }, { id })

  test('then it is acknowledged, reported and submitted as by a person of that unit, under the system’s name', async () => {
    for (const answer of ['acknowledged', 'on-the-way', 'arrived', 'done']) expect((await say(answer, answer)).status).toBe(200)
    expect(order()?.steps.slice(1)).toMatchObject([
      { step: 'acknowledged', by: '应急调度 救援一队', unit: 'water' },
      { step: 'feedback', note: '已出发' },
      { step: 'feedback', note: '已到场' },
      { step: 'submitted', note: '处置完毕' },
    ])
    expect(order()?.stage).toBe('submitted')
  })

  test('then the same message again, a second acknowledgement and a second completion move nothing back', async () => {
    expect(JSON.parse((await say('acknowledged', 'a')).text)).toEqual({ recorded: true, isLate: false })
    expect(JSON.parse((await say('acknowledged', 'a')).text)).toEqual({ recorded: false, isLate: false })
    expect(JSON.parse((await say('acknowledged', 'b')).text)).toEqual({ recorded: false, isLate: false })
    await say('done', 'c')
    expect(JSON.parse((await say('done', 'd')).text)).toEqual({ recorded: true, isLate: false })
    expect(order()?.stage).toBe('submitted')
  })

  test('then it cannot speak for a unit of somebody else', async () => {
    expect(problemIn(await say('done', 'a', { unit: 'housing' }))).toMatchObject({
      status: 403,
      detail: expect.stringMatching(/speaks for water/) as string,
    })
    const other = await house.say({ answer: 'done', about: orderAbout }, { id: 'b', link: 'traffic', secret: `${linkSecret}-2` })
    expect(problemIn(other)).toMatchObject({ status: 403, detail: expect.stringMatching(/traffic speaks for no unit/) as string })
    expect(order()?.steps).toHaveLength(1)
  })

  test('then what comes after closing is kept as late', async () => {
    house.take(supervision('accepted', { at: house.clock.now() }))
    expect(JSON.parse((await say('done', 'a')).text)).toEqual({ recorded: true, isLate: true })
    expect(order()).toMatchObject({ stage: 'closed', steps: [{}, {}, { isLate: true }] })
    expect(house.thread('dispatch/order/S1')?.answers).toMatchObject([{ answer: 'done', isLate: true }])
  })

  test('then an unknown order is refused', async () => {
    expect(problemIn(await house.say({ answer: 'done', about: { kind: 'order', id: 'S404' } })).status).toBe(404)
  })
})
