import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AlarmAnswer, AlarmWeek } from '../../contract/alarm.ts'
import type { Fact } from '../../contract/fact.ts'
import { hourMs, minuteMs } from '../../contract/time.ts'
import { World } from '../../server/core/world.ts'
import { alarmRoutes } from '../../server/http/alarms.ts'
import { createCommands } from '../../server/http/command.ts'
import { alarmRule, alarmRules } from '../support/alarm-rules.ts'
import { sensorReading, start, tick } from '../support/facts.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { registryWith } from '../support/registry.ts'
import { uuid } from '../support/supervision-facts.ts'
import { House } from './house.ts'
import type { Answer } from './house.ts'

const registry = registryWith({ alarms: alarmRules([alarmRule({ when: { source: 'sensor', quantity: 'pm25', limit: 'high' } })]) })
const id = 'pm-high/S1/pm25'

let clock: ManualClock
let world: World
let house: House
let facts: Fact[]
let commands = 0

function take(fact: Fact, feed = 'system'): void {
  facts.push(fact)
  world.apply({ seq: facts.length, at: clock.now(), feed, fact })
}
const measured = (value: number): void => {
  take(sensorReading({ at: clock.now(), value }), 'indicators')
}

beforeEach(async () => {
  clock = new ManualClock()
  world = new World(registry)
  facts = []
  const record = (recorded: readonly Fact[]): Promise<void> => {
    for (const fact of recorded) take(fact)
    return Promise.resolve()
  }
  house = await new House({ routes: alarmRoutes({ clock, registry, world, commands: createCommands(record) }) }).open()
  measured(90)
})
afterEach(() => house.close())

const cookie = (session: string) => ({ cookie: `yiping_session=${session}`, origin: house.origin })
const desk = (name = '李四') => cookie(house.signIn('desk', name))
const command = () => uuid(600_000 + (commands += 1))
const step = (body: object, headers: Readonly<Record<string, string>> = desk()): Promise<Answer> =>
  house.ask('POST', '/api/alarms/steps', {
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ command: command(), district: '620802', id, ...body }),
  })
const answered = (answer: Answer) => {
  expect(answer.status, answer.text).toBe(200)
  return JSON.parse(answer.text) as AlarmAnswer
}
const detail = ({ text }: Answer) => (JSON.parse(text) as { detail: string }).detail
const state = () => world.find('alarms@620802', id)
const acknowledging = { step: 'acknowledged', raisedAt: start }

describe('POST /api/alarms/steps', () => {
  it('acknowledges by the name of whoever is signed in, and the fact says when and from where', async () => {
    expect(answered(await step(acknowledging))).toMatchObject({ id, step: 'acknowledged', by: '李四', at: start })
    expect(state()).toMatchObject({ state: 'acknowledged', acknowledged: { by: '李四', at: start } })
    expect(facts.at(-1)).toMatchObject({ kind: 'alarm', district: '620802', address: expect.any(String) as string })
  })

  it('is answered the same when it is sent again, and recorded once', async () => {
    const body = { ...acknowledging, command: command() }
    const first = answered(await step(body))
    clock.advance(minuteMs)
    expect(answered(await step(body))).toEqual(first)
    expect(facts.filter(({ kind }) => kind === 'alarm')).toHaveLength(1)
    const other = await step({ ...body, step: 'shelved', until: start + hourMs, reason: '清洗', raisedAt: undefined })
    expect([other.status, detail(other)]).toEqual([409, expect.stringContaining('was used by 李四 for acknowledged')])
  })

  it('tells the second of two who acknowledge at once who was first', async () => {
    const [one, other] = await Promise.all([step(acknowledging, desk('李四')), step(acknowledging, desk('王五'))])
    expect([one.status, other.status].sort()).toEqual([200, 409])
    expect(detail(one.status === 409 ? one : other)).toMatch(/was acknowledged by (李四|王五) at /)
  })

  it('tells that it was raised again since it was looked at', async () => {
    clock.advance(minuteMs)
    measured(10)
    clock.advance(minuteMs)
    measured(95)
    const answer = await step(acknowledging)
    expect([answer.status, detail(answer)]).toEqual([
      409,
      `${id} was raised again at ${new Date(start + 2 * minuteMs).toISOString()}; look at it again`,
    ])
  })

  it('shelves with an end and a reason, and takes it back', async () => {
    answered(await step({ step: 'shelved', until: start + 2 * hourMs, reason: '探头清洗' }))
    expect(state()).toMatchObject({ state: 'shelved', shelved: { until: start + 2 * hourMs, reason: '探头清洗' } })
    const again = await step({ step: 'shelved', until: start + hourMs, reason: '又一次' })
    expect([again.status, detail(again)]).toEqual([409, expect.stringContaining('is already shelved until')])
    expect(detail(await step(acknowledging))).toBe(`${id} is shelved: there is nothing to acknowledge`)
    answered(await step({ step: 'unshelved' }))
    expect(state()).toMatchObject({ state: 'unacknowledged' })
    expect((await step({ step: 'unshelved' })).status).toBe(409)
  })

  it('takes out of service for longer, and returns it', async () => {
    answered(await step({ step: 'out-of-service', until: start + 72 * hourMs, reason: '返厂检修' }))
    expect(state()).toMatchObject({ state: 'out-of-service' })
    answered(await step({ step: 'returned' }))
    expect((await step({ step: 'returned' })).status).toBe(409)
  })

  it.each<[string, object, number, string]>([
    ['a shelving without a reason', { step: 'shelved', until: start + hourMs }, 400, 'reason: expected a reason of 2 to 200 characters'],
    ['a shelving without an end', { step: 'shelved', reason: '清洗' }, 400, 'until: expected an instant'],
    ['a shelving for too long', { step: 'shelved', until: start + 9 * hourMs, reason: '清洗' }, 400, 'more than 8 hours from now'],
    ['an end beyond all time', { step: 'shelved', until: 8.64e15 + 1, reason: '清洗' }, 400, 'until: expected an instant in milliseconds since 1970'],
    ['an instant beyond all time', { step: 'acknowledged', raisedAt: 9e15 }, 400, 'raisedAt: expected an instant'],
    ['an end at the end of all time', { step: 'shelved', until: 8.64e15, reason: '清洗' }, 400, 'more than 8 hours from now'],
    ['an end that is past', { step: 'shelved', until: start, reason: '清洗' }, 400, 'is past; give an instant to come'],
    ['a step that is none', { step: 'deleted' }, 400, 'expected one of acknowledged, shelved'],
    ['an alarm that is not there', { ...acknowledging, id: 'pm-high/S9/pm25' }, 409, 'neither stands nor waits for anybody'],
    ['a district that is none', { ...acknowledging, district: 'x' }, 404, 'is not configured; these are: 620802, la'],
  ])('refuses %s', async (_, body, status, words) => {
    const answer = await step(body)
    expect([answer.status, detail(answer)]).toEqual([status, expect.stringContaining(words)])
    expect(facts.filter(({ kind }) => kind === 'alarm')).toEqual([])
  })

  it.each(['wall', 'unit'] as const)('can be commanded by no %s', async (role) => {
    const answer = await step(acknowledging, cookie(house.signIn(role, '李四', role === 'unit' ? 'housing' : undefined)))
    expect(answer.status).toBe(403)
    expect(state()).toMatchObject({ state: 'unacknowledged' })
  })

  it('is signed: a session without a name acknowledges nothing', async () => {
    expect((await step(acknowledging, cookie(house.signIn('desk')))).status).toBe(403)
  })
})

describe('GET /api/alarms/weekly', () => {
  const weekly = (query: string, session = house.signIn('wall')) => house.ask('GET', `/api/alarms/weekly${query}`, { headers: cookie(session) })

  it('tells the week of a district, on a wall too', async () => {
    clock.advance(2 * hourMs)
    take(tick(clock.now()))
    const answer = await weekly('?district=620802')
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.text) as AlarmWeek).toMatchObject({ announced: 1, perHour: 0.5, standing: 0, worst: [{ id, announced: 1, share: 1 }] })
  })

  it('refuses a district that is none', async () => {
    expect((await weekly('?district=x')).status).toBe(400)
  })
})
