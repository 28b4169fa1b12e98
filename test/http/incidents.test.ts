import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Fact } from '../../contract/fact.ts'
import { factSchema } from '../../contract/fact.ts'
import type { IncidentAnswer } from '../../contract/incident-command.ts'
import type { Incident } from '../../contract/incident.ts'
import { dayMs, minuteMs } from '../../contract/time.ts'
import type { Entity } from '../../contract/topic.ts'
import { wgs84ToGcj02 } from '../../contract/gcj02.ts'
import { screenConfiguration } from '../../server/configuration/screen-configuration.ts'
import { StorageFullError } from '../../server/core/storage-full.ts'
import { World } from '../../server/core/world.ts'
import { createCommands } from '../../server/http/command.ts'
import type { OrderAsked } from '../../server/http/incident-orders.ts'
import { incidentRoutes } from '../../server/http/incidents.ts'
import type { IncidentBook } from '../../server/http/incidents.ts'
import { incident, sensorReading, start, tick, warning } from '../support/facts.ts'
import { district, plan, registryWith, unit } from '../support/registry.ts'
import { adminToken, House, problemIn } from './house.ts'
import type { Answer } from './house.ts'

const registry = registryWith({
  districts: [district({ id: '620802' })],
  units: [unit({ id: 'housing', shortName: '住建局' })],
  plans: [
    plan({
      id: 'drainage',
      name: '市政排水处置预案',
      steps: [
        { text: '核实', dueMinutes: 10, order: false },
        { text: '抢修', unit: '住建局', dueMinutes: 60, order: true },
      ],
    }),
    plan({ id: 'fire', name: '火情处置预案' }),
    plan({ id: 'la-fire', district: 'la' }),
  ],
})

let house: House
let world: World
let recorded: Fact[]

/** Folds what is recorded, as the server does. */
function record(facts: readonly Fact[], feed = 'system'): Promise<void> {
  recorded.push(...facts)
  for (const fact of facts) world.apply({ seq: world.seq + 1, at: Math.max(world.at, house.clock.now()), feed, fact })
  return Promise.resolve()
}
const book: IncidentBook = {
  all: (id) => (world.read([`incidents@${id}`])[`incidents@${id}`] ?? []) as readonly Incident[],
  find: (topic, id) => world.find(topic, id),
  nextId: (id, at) => world.nextIncidentId(id, at),
}

beforeEach(async () => {
  world = new World(registry)
  recorded = []
  house = await new House({ incidents: book, record, configuration: screenConfiguration(registry, 'test') }).open()
})
afterEach(() => house.close())

async function post(path: string, body: unknown, as: string | undefined = '张三'): Promise<Answer> {
  const cookie = `yiping_session=${house.signIn('desk', as)}`
  return house.ask('POST', path, { headers: { cookie, origin: house.origin, 'content-type': 'application/json' }, body: JSON.stringify(body) })
}
const refused = async (answer: Promise<Answer>): Promise<readonly [number, string]> => {
  const { status, detail } = problemIn(await answer)
  return [status, detail]
}
const answered = async (answer: Promise<Answer>): Promise<IncidentAnswer> => {
  const { status, text } = await answer
  expect([status, text]).toEqual([200, expect.anything()])
  return JSON.parse(text) as IncidentAnswer
}

let commands = 0
const fresh = (): string => `c${String((commands += 1))}`
const opening = (given: object = {}) => ({ command: fresh(), district: '620802', origin: { kind: 'hand' }, title: '甘沟路 污水井溢流', ...given })
const open = (given: object = {}, as?: string) => post('/api/incidents', opening(given), as)
const stepAt = (id: string, act: object, given: object = {}, as?: string): Promise<Answer> =>
  post(`/api/incidents/${encodeURIComponent(id)}/steps`, { command: fresh(), district: '620802', seen: linesOf(id), act, ...given }, as)
const linesOf = (id: string): number => book.all('620802').find((one) => one.id === id)?.lines.length ?? 0
const shown = (id: string): Incident | undefined => book.all('620802').find((one) => one.id === id)

const first = '事〔2026〕0001'

describe('opening an incident', () => {
  it('gives it a running number, signs it with name and address, and keeps its place in WGS-84', async () => {
    const place = [106.64, 35.54] as const
    const asked = opening({ level: 'considerable', place: wgs84ToGcj02([...place]), datum: 'gcj02', subdistrict: '620802001', note: '路面 30 厘米' })
    expect(await answered(post('/api/incidents', asked))).toEqual({ id: first, at: start, by: '张三' })
    expect(recorded).toEqual([
      {
        kind: 'incident-act',
        district: '620802',
        id: first,
        at: start,
        by: '张三',
        address: '127.0.0.1',
        command: asked.command,
        act: {
          what: 'opened',
          origin: { kind: 'hand' },
          title: '甘沟路 污水井溢流',
          level: 'considerable',
          note: '路面 30 厘米',
          place: [...place],
          subdistrict: '620802001',
        },
      },
    ])
    expect(factSchema.safeParse(recorded[0]).success).toBe(true)
    expect((await answered(open())).id).toBe('事〔2026〕0002')
  })

  it('hides phones, house numbers and names before anything is kept', async () => {
    await answered(open({ title: '解放路12号 漏水', note: '张先生 13812345678' }))
    expect(JSON.stringify(recorded)).not.toMatch(/12号|13812345678|张先生/)
    expect(shown(first)?.title).toBe('解放路*号 漏水')
  })

  it('is done once however often the command comes, also both at once', async () => {
    const asked = opening()
    const [one, other] = await Promise.all([post('/api/incidents', asked), post('/api/incidents', asked)])
    house.clock.advance(5 * minuteMs)
    const late = await post('/api/incidents', asked)
    expect([one.text, other.text, late.text]).toEqual([one.text, one.text, one.text])
    expect(recorded).toHaveLength(1)
  })

  it('is made of an alarm however long that is named, and is told again what it was made of', async () => {
    const id = `river-high/${'长'.repeat(287)}`
    // as: of an alarm only that it is there is asked
    const find = vi
      .spyOn(book, 'find')
      .mockImplementation((topic, asked) => (topic === 'alarms@620802' && asked === id ? ({ id } as Entity) : undefined))
    onTestFinished(() => {
      find.mockRestore()
    })
    expect(await answered(open({ origin: { kind: 'alarm', id } }))).toMatchObject({ id: first })
    expect(shown(first)?.origin).toEqual({ kind: 'alarm', id })
    expect(factSchema.safeParse(recorded[0]).success).toBe(true)
    expect(await refused(open({ origin: { kind: 'alarm', id } }))).toEqual([409, expect.stringContaining(`this alarm is ${first} already`)])
    const [status, words] = await refused(open({ origin: { kind: 'alarm', id: 'x'.repeat(301) } }))
    expect([status, words]).toEqual([400, expect.stringMatching(/^origin\.id: expected the id of what it is made of, 1 to 300/)])
  })

  it('is of what is there, and of each only once while it is open', async () => {
    await record([warning({ title: '暴雨' }), sensorReading({ value: 200 })], 'hotline')
    const ofWarning = { origin: { kind: 'warning', id: 'A1' } }
    await answered(open(ofWarning))
    expect(await refused(open(ofWarning, '李四'))).toEqual([
      409,
      `origin: this warning is ${first} already, opened by 张三 at 14:30:00; go on with that one`,
    ])
    await answered(stepAt(first, { what: 'closed', result: '雨停' }))
    await answered(open(ofWarning))
    await answered(open({ origin: { kind: 'sensor', id: 'S1/pm25' } }))
    expect(await refused(open({ origin: { kind: 'sensor', id: 'S9/pm25' } }))).toEqual([
      404,
      'origin.id: "S9/pm25" is no sensor that the district shows now; check it, or open the incident by hand',
    ])
    expect(await refused(open({ origin: { kind: 'alarm', id: 'pm-high/S1/pm25' } }))).toEqual([
      404,
      'origin.id: "pm-high/S1/pm25" is no alarm that the district shows now; check it, or open the incident by hand',
    ])
    expect(await refused(open({ origin: { kind: 'camera' } }))).toEqual([
      400,
      'origin.id: missing; name the camera, or open the incident by hand: {"kind": "hand"}',
    ])
  })

  it.each<[string, object, number, RegExp]>([
    [
      'a place far away',
      { place: [10, 50] },
      400,
      /^place: 10, 50 lies outside 崆峒区 \(106\.3 to 107\.4 east, 35\.2 to 35\.9 north\); check the figures/,
    ],
    ['swapped coordinates', { place: [35.54, 106.64] }, 400, /^place\.1: expected \[longitude, latitude\] in degrees, longitude first; send/],
    ['another district’s town', { subdistrict: '620802999' }, 400, /^subdistrict: "620802999" is none of 崆峒区 such as 620802001.*; give its code$/],
    ['no title', { title: '  ' }, 400, /^title: expected a title of 1 to 60 characters, in one line; send/],
    ['a title in two lines', { title: '甘沟路\n溢流' }, 400, /^title: expected a title of 1 to 60 characters, in one line; send/],
    ['an unknown level', { level: 'huge' }, 400, /^level: expected one of ordinary, considerable, major, extraordinary; send/],
    ['an unknown origin', { origin: { kind: 'dream' } }, 400, /^origin\.kind: expected one of hand, caller, work-order/],
    ['an unknown district', { district: 'paris' }, 404, /^district: "paris" is not configured; these are: 620802, la$/],
    ['a recording', { district: 'la' }, 400, /^district: 洛杉矶 replays a recording, in which nothing can be done any more/],
  ])('refuses %s', async (_name, given, status, words) => {
    expect(await refused(open(given))).toEqual([status, expect.stringMatching(words)])
    expect(recorded).toEqual([])
  })

  it('is for a desk with a name, from our own page', async () => {
    const body = JSON.stringify(opening())
    const as = (cookie: string, origin = house.origin) =>
      house.ask('POST', '/api/incidents', { headers: { cookie: `yiping_session=${cookie}`, origin }, body })
    expect(problemIn(await as(house.signIn('wall', '张三'))).status).toBe(403)
    expect(problemIn(await as(house.signIn('desk'))).detail).toContain('the session has none')
    expect(problemIn(await as(house.signIn('desk', '张三'), 'http://evil.example')).status).toBe(403)
    expect(problemIn(await house.ask('POST', '/api/incidents', { headers: { authorization: `Bearer ${adminToken}` }, body })).status).toBe(403)
    expect(recorded).toEqual([])
  })

  it('says so when nothing can be recorded, and takes the same command later', async () => {
    const full = await new House({
      incidents: book,
      configuration: screenConfiguration(registry, 'test'),
      record: () => Promise.reject(new StorageFullError('the log is full')),
    }).open()
    const asked = opening()
    const cookie = `yiping_session=${full.signIn('desk', '张三')}`
    const answer = await full.ask('POST', '/api/incidents', { headers: { cookie, origin: full.origin }, body: JSON.stringify(asked) })
    expect(problemIn(answer).status).toBe(507)
    await full.close()
    expect((await answered(post('/api/incidents', asked))).id).toBe(first)
  })
})

describe('doing something about an incident', () => {
  beforeEach(async () => {
    await answered(open())
  })

  it('goes from opening to a result, each line with its name', async () => {
    await answered(stepAt(first, { what: 'classified', level: 'major', type: '市政设施/排水' }))
    await answered(stepAt(first, { what: 'confirmed' }, {}, '李四'))
    await answered(stepAt(first, { what: 'plan-started', plan: 'drainage' }))
    await answered(stepAt(first, { what: 'step-done', plan: 'drainage', step: 0, note: '属实' }, {}, '李四'))
    await answered(stepAt(first, { what: 'noted', note: '2 人到场' }))
    await answered(stepAt(first, { what: 'closed', result: '已修复' }))
    expect(shown(first)).toMatchObject({
      stage: 'closed',
      level: 'major',
      result: '已修复',
      plan: {
        steps: [
          { state: 'done', by: '李四' },
          { unit: 'housing', dueAt: start + 60 * minuteMs },
        ],
      },
    })
    expect(shown(first)?.lines.map(({ by, act: { what } }) => [by, what])).toEqual([
      ['张三', 'opened'],
      ['张三', 'classified'],
      ['李四', 'confirmed'],
      ['张三', 'plan-started'],
      ['李四', 'step-done'],
      ['张三', 'noted'],
      ['张三', 'closed'],
    ])
    for (const fact of recorded) expect(factSchema.safeParse(fact).success).toBe(true)
  })

  it('tells who did what when, if that was not seen', async () => {
    const seen = { seen: linesOf(first) }
    await answered(stepAt(first, { what: 'closed', result: '误报' }, {}, '李四'))
    expect(await refused(stepAt(first, { what: 'classified', level: 'major' }, seen))).toEqual([
      409,
      'incident: meanwhile 李四 closed it at 14:30:00; look at it as it stands now, then decide again',
    ])
    await answered(stepAt(first, { what: 'noted', note: '仍有异味' }, seen))
  })

  it('of two who close it at once one is told of the other', async () => {
    const seen = { seen: linesOf(first) }
    const [one, other] = await Promise.all([
      stepAt(first, { what: 'closed', result: '已修复' }, seen, '张三'),
      stepAt(first, { what: 'closed', result: '误报' }, seen, '李四'),
    ])
    expect([one.status, other.status].sort()).toEqual([200, 409])
    expect(shown(first)?.lines).toHaveLength(2)
  })

  it('lets two work through one plan: each step bears on itself alone', async () => {
    await answered(stepAt(first, { what: 'plan-started', plan: 'drainage' }))
    const seen = { seen: linesOf(first) }
    await answered(stepAt(first, { what: 'step-done', plan: 'drainage', step: 0 }, seen, '李四'))
    await answered(stepAt(first, { what: 'classified', level: 'major' }, {}, '李四'))
    await answered(stepAt(first, { what: 'step-skipped', plan: 'drainage', step: 1, reason: '已退水' }, seen))
    expect(await refused(stepAt(first, { what: 'step-done', plan: 'drainage', step: 0 }, seen))).toEqual([
      409,
      'incident: meanwhile 李四 ticked a step at 14:30:00; look at it as it stands now, then decide again',
    ])
  })

  it('answers a repeated command as before, and refuses it for another incident', async () => {
    const asked = { command: fresh(), district: '620802', seen: 1, act: { what: 'closed', result: '已修复' } }
    const once = await post(`/api/incidents/${encodeURIComponent(first)}/steps`, asked)
    house.clock.advance(minuteMs)
    expect((await post(`/api/incidents/${encodeURIComponent(first)}/steps`, asked)).text).toBe(once.text)
    const second = (await answered(open())).id
    const used = [409, `command: 张三 has used it for closed of ${first} before; make a new one for each decision`]
    expect(await refused(post(`/api/incidents/${encodeURIComponent(second)}/steps`, asked))).toEqual(used)
    // nor is another act done by it, or somebody else's
    const here = `/api/incidents/${encodeURIComponent(first)}/steps`
    expect(await refused(post(here, { ...asked, act: { what: 'noted', note: '现场有积水' } }))).toEqual(used)
    expect(await refused(post(here, asked, '李四'))).toEqual(used)
    expect(await refused(post('/api/incidents', opening({ command: asked.command })))).toEqual(used)
    expect(recorded.filter(({ kind }) => kind === 'incident-act')).toHaveLength(3)
  })

  it('reopens within a day, with a reason, and not later', async () => {
    expect(await refused(stepAt(first, { what: 'reopened', reason: '又溢流' }))).toEqual([409, 'incident: it is open: there is nothing to reopen'])
    await answered(stepAt(first, { what: 'closed', result: '已修复' }))
    expect(await refused(stepAt(first, { what: 'confirmed' }))).toEqual([
      409,
      'incident: 张三 closed it at 14:30:00; reopen it first, with a reason, within a day of its closing',
    ])
    await answered(stepAt(first, { what: 'reopened', reason: '又溢流' }))
    await answered(stepAt(first, { what: 'closed', result: '再次修复' }))
    house.clock.advance(dayMs)
    await record([tick(house.clock.now())])
    expect(await refused(stepAt(first, { what: 'reopened', reason: '又溢流' }))).toEqual([
      404,
      expect.stringMatching(/^incident: .* is none of 崆峒区 that is open or was closed within the last day; /),
    ])
  })

  it('merges into one that goes on, and splits off again', async () => {
    const second = (await answered(open({ title: '甘沟路 井盖缺失' }))).id
    expect(await refused(stepAt(first, { what: 'merged', into: first }))).toEqual([400, expect.stringContaining('cannot be merged into itself')])
    expect(await refused(stepAt(first, { what: 'merged', into: '事〔2026〕0099' }))).toEqual([
      404,
      expect.stringContaining('no incident of this district'),
    ])
    expect(await refused(stepAt(first, { what: 'split' }))).toEqual([409, expect.stringContaining('it was not merged')])
    await answered(stepAt(first, { what: 'merged', into: second }))
    expect(await refused(stepAt(second, { what: 'merged', into: first }))).toEqual([
      409,
      `incident: ${first} was merged into ${second}; merge into that one`,
    ])
    expect(await refused(stepAt(first, { what: 'closed', result: '已修复' }))).toEqual([
      409,
      `incident: it was merged into ${second}; go on there, or split it off first`,
    ])
    await answered(stepAt(first, { what: 'split' }))
    expect(shown(first)).toMatchObject({ mergedInto: undefined, closedAt: undefined })
    expect(shown(second)?.lines.map(({ act: { what } }) => what)).toEqual(['opened', 'took-in', 'let-go'])
  })

  it('adds the result to what an upstream has closed', async () => {
    await record([incident({ title: '积水' }), incident({ stage: 'closed' })], 'hotline')
    await answered(stepAt('E1', { what: 'closed', result: '水退' }))
    expect(shown('E1')).toMatchObject({ stage: 'closed', result: '水退' })
    expect(await refused(stepAt('E1', { what: 'closed', result: '又退' }))).toEqual([409, expect.stringMatching(/^incident: 张三 closed it at/)])
  })

  it.each<[string, object, number, RegExp]>([
    ['a closing without a result', { what: 'closed', result: ' ' }, 400, /^act\.result: expected a result of 1 to 500 characters/],
    ['a classification that says nothing', { what: 'classified' }, 400, /^act: says nothing; give a title, a type/],
    ['a step left out without a reason', { what: 'step-skipped', plan: 'drainage', step: 0 }, 400, /^act\.reason: expected the reason/],
    ['a step without a plan', { what: 'step-done', plan: 'drainage', step: 0 }, 409, /^incident: no plan was started; start one first$/],
    [
      'a plan that is not there',
      { what: 'plan-started', plan: 'drainag' },
      404,
      /^act\.plan: "drainag" is not in config\/plans of this district such as drainage; /,
    ],
    ['a plan of another district', { what: 'plan-started', plan: 'la-fire' }, 404, /^act\.plan: "la-fire" is not in config\/plans of this district/],
    ['an unknown act', { what: 'sung' }, 400, /^act\.what: /],
  ])('refuses %s', async (_name, act, status, words) => {
    expect(await refused(stepAt(first, act))).toEqual([status, expect.stringMatching(words)])
    expect(recorded).toHaveLength(1)
  })

  it('keeps to the steps of the plan that is under way', async () => {
    await answered(stepAt(first, { what: 'plan-started', plan: 'drainage' }))
    expect(await refused(stepAt(first, { what: 'plan-started', plan: 'drainage' }))).toEqual([
      409,
      expect.stringContaining('is under way since 张三 started it'),
    ])
    expect(await refused(stepAt(first, { what: 'step-done', plan: 'fire', step: 0 }))).toEqual([
      409,
      'incident: 市政排水处置预案 is its plan now; look at it again',
    ])
    expect(await refused(stepAt(first, { what: 'step-done', plan: 'drainage', step: 2 }))).toEqual([
      404,
      'act.step: 市政排水处置预案 has 2 steps, counted from 0',
    ])
    await answered(stepAt(first, { what: 'step-done', plan: 'drainage', step: 0 }))
    expect(await refused(stepAt(first, { what: 'step-skipped', plan: 'drainage', step: 0, reason: '不需要' }))).toEqual([
      409,
      'incident: the step "核实" was done by 张三 already; take it back first',
    ])
    await answered(stepAt(first, { what: 'step-undone', plan: 'drainage', step: 0 }))
  })
})

describe('a step that asks for an order', () => {
  const asking = { what: 'order-wanted', plan: 'drainage', step: 1 }

  it('is recorded with its draft, as the plan has it or as it was said', async () => {
    await answered(open())
    await answered(stepAt(first, { what: 'plan-started', plan: 'drainage' }))
    await answered(stepAt(first, asking))
    expect(shown(first)?.plan?.steps[1]?.orderWanted).toEqual({
      lead: 'housing',
      text: '甘沟路 污水井溢流：抢修',
      dueAt: start + 60 * minuteMs,
      by: '张三',
      at: start,
    })
    expect(await refused(stepAt(first, asking))).toEqual([409, expect.stringContaining('张三 asked for an order for the step "抢修" already')])
    await answered(stepAt(first, { ...asking, step: 0, lead: 'dongguan', text: '围挡', dueAt: start + 5 }))
    expect(shown(first)?.plan?.steps[0]?.orderWanted).toMatchObject({ lead: 'dongguan', text: '围挡', dueAt: start + 5 })
  })

  it('refuses a unit that is not there and a time that has passed', async () => {
    await answered(open())
    await answered(stepAt(first, { what: 'plan-started', plan: 'drainage' }))
    expect(await refused(stepAt(first, { ...asking, lead: 'BOS' }))).toEqual([
      400,
      'act.lead: "BOS" is no unit of this district in config/units.yaml',
    ])
    expect(await refused(stepAt(first, { ...asking, dueAt: start }))).toEqual([400, 'act.dueAt: lies in the past; give a later one, or leave it out'])
  })

  it('brings the order about in the same write, where orders are issued', async () => {
    const askedFor: OrderAsked[] = []
    const writes: (readonly Fact[])[] = []
    const recordTogether = async (facts: readonly Fact[]): Promise<void> => {
      writes.push(facts)
      await record(facts)
    }
    const orderFacts = (asked: OrderAsked): readonly Fact[] => {
      askedFor.push(asked)
      return [tick(asked.at)]
    }
    await answered(open())
    await answered(stepAt(first, { what: 'plan-started', plan: 'drainage' }))
    const { clock } = house
    const rooms = { clock, commands: createCommands(record), configuration: screenConfiguration(registry, 'test'), incidents: book }
    const routes = incidentRoutes({ ...rooms, record: recordTogether, orderFacts }).map((route) => ({ ...route, path: `/with-orders${route.path}` }))
    const other = await new House({ incidents: book, record, configuration: screenConfiguration(registry, 'test'), routes }).open()
    const body = JSON.stringify({ command: 'o1', district: '620802', seen: linesOf(first), act: asking })
    const headers = { cookie: `yiping_session=${other.signIn('desk', '张三')}`, origin: other.origin }
    expect((await other.ask('POST', `/with-orders/api/incidents/${encodeURIComponent(first)}/steps`, { headers, body })).status).toBe(200)
    await other.close()
    expect(askedFor).toEqual([
      {
        district: '620802',
        draft: { lead: 'housing', text: '甘沟路 污水井溢流：抢修', dueAt: start + 60 * minuteMs },
        from: { incident: first, plan: 'drainage', step: 1 },
        by: '张三',
        address: '127.0.0.1',
        at: start,
        command: 'o1',
      },
    ])
    expect(writes.map((facts) => facts.map(({ kind }) => kind))).toEqual([['incident-act', 'tick']])
  })
})
