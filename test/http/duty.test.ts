import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { strFromU8, unzipSync } from 'fflate'
import type { DutyAnswer, DutyShift, Resource, RosterAnswer, SheetAnswer } from '../../contract/duty.ts'
import type { Fact } from '../../contract/fact.ts'
import { hourMs } from '../../contract/time.ts'
import { World } from '../../server/core/world.ts'
import { createCommands } from '../../server/http/command.ts'
import { dutyRoomRoutes } from '../../server/http/duty-room.ts'
import { dutyRules } from '../support/duty.ts'
import { start, tick, vehicle } from '../support/facts.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { registryWith } from '../support/registry.ts'
import { uuid } from '../support/supervision-facts.ts'
import { House } from './house.ts'
import type { Answer } from './house.ts'

const registry = registryWith({ duty: dutyRules() })

let clock: ManualClock
let world: World
let house: House
let facts: Fact[]
let commands = 0

function take(fact: Fact, feed = 'system'): void {
  facts.push(fact)
  world.apply({ seq: facts.length, at: clock.now(), feed, fact })
}

beforeEach(async () => {
  clock = new ManualClock()
  world = new World(registry)
  facts = []
  const record = (recorded: readonly Fact[]): Promise<void> => {
    for (const fact of recorded) take(fact)
    return Promise.resolve()
  }
  house = await new House({ routes: dutyRoomRoutes({ clock, registry, world, commands: createCommands(record), record }) }).open()
  take(tick(clock.now()))
})
afterEach(() => house.close())

const cookie = (session: string) => ({ cookie: `yiping_session=${session}`, origin: house.origin })
const desk = (name = '李四') => cookie(house.signIn('desk', name))
const command = () => uuid(610_000 + (commands += 1))
const post = (path: string, body: object, headers: Readonly<Record<string, string>> = desk()): Promise<Answer> =>
  house.ask('POST', path, {
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ command: command(), district: '620802', ...body }),
  })
const roster = (text: string | Buffer, headers: Readonly<Record<string, string>> = desk()): Promise<Answer> =>
  house.ask('POST', `/api/duty/roster?district=620802&command=${command()}&file=a.csv`, {
    headers: { ...headers, 'content-type': 'application/octet-stream' },
    body: text,
  })
const get = (path: string, headers: Readonly<Record<string, string>> = desk()): Promise<Answer> => house.ask('GET', path, { headers })
function answered(answer: Answer): unknown {
  expect(answer.status, answer.text).toBe(200)
  return JSON.parse(answer.text) as unknown
}
// our own server answers with what the contract says
const rosterIn = (answer: Answer) => answered(answer) as RosterAnswer
const dutyIn = (answer: Answer) => answered(answer) as DutyAnswer
const sheetIn = (answer: Answer) => answered(answer) as SheetAnswer
const refusal = (answer: Answer) => [answer.status, (JSON.parse(answer.text) as { detail: string }).detail]
const shifts = () => world.read(['duty@620802'])['duty@620802'] as readonly DutyShift[]
const current = () => shifts().find(({ from, to }) => from <= clock.now() && clock.now() < to) as DutyShift
const dayOfNow = () => current().day
const resource = (id: string) => world.find('resources@620802', id) as Resource | undefined
const header = '编号,日期,班次,岗位,姓名,单位,电话\n'
const row = (given: { readonly post?: string; readonly name?: string; readonly day?: string; readonly phone?: string } = {}) =>
  `1,${given.day ?? dayOfNow()},${current().name},${given.post ?? '值班长'},${given.name ?? '王某'},,${given.phone ?? '13912345678'}\n`

describe('POST /api/duty/roster', () => {
  it('takes a CSV, and tells telephones to desks only', async () => {
    expect(rosterIn(await roster(header + row() + row({ post: '带班领导', name: '李某', phone: '' })))).toEqual({
      days: [dayOfNow()],
      placements: 2,
      mistakes: [],
    })
    expect(current().people.map(({ post: at, name }) => [at, name])).toEqual([
      ['lead', '李某'],
      ['chief', '王某'],
    ])
    const told = dutyIn(await get('/api/duty?district=620802'))
    expect(JSON.stringify(told)).toContain('13912345678')
    expect(JSON.stringify(shifts())).not.toContain('13912345678')
    expect((await get('/api/duty?district=620802', cookie(house.signIn('wall')))).status).toBe(403)
  })

  it('tells every mistake with its place, and records nothing', async () => {
    const bad = `${header}1,2026-02-30,早班,门卫,"张三、李四",,电话\n${row()}${row()}`
    const { mistakes } = rosterIn(await roster(bad))
    expect(mistakes.map(({ row: at, column }) => [at, column])).toEqual([
      [2, '日期'],
      [2, '班次'],
      [2, '岗位'],
      [2, '姓名'],
      [2, '电话'],
      [4, '姓名'],
    ])
    expect(mistakes[1]?.problem).toBe('found "早班", expected one of 白班、中班、夜班 (config/duty.yaml)')
    expect(mistakes[5]?.problem).toContain('stands in row 3 already')
    expect(facts.some(({ kind }) => kind === 'duty')).toBe(false)
  })

  it.each([
    ['an empty file', '', undefined, 'the file is empty'],
    ['no header', 'a,b\n1,2\n', undefined, 'no header found in the first 10 rows: expected 日期、班次、岗位、姓名'],
    ['a missing column', '日期,姓名\n2026-11-24,王某\n', 1, 'no column is called so'],
    ['a broken workbook', 'PK\u0003\u0004nothing', undefined, 'not readable as an .xlsx workbook'],
  ])('tells %s', async (_, text, at, problem) => {
    const [mistake] = rosterIn(await roster(text)).mistakes
    expect(mistake?.row).toBe(at)
    expect(mistake?.problem).toContain(problem)
  })
})

describe('POST /api/duty/swaps', () => {
  const swap = (given: object = {}) =>
    post('/api/duty/swaps', {
      day: dayOfNow(),
      shift: current().shift,
      post: 'chief',
      from: '王某',
      to: { name: '孙某', phone: '8212345' },
      reason: '病假',
      ...given,
    })

  it('records who took whose place; the second of two is told', async () => {
    answered(await roster(header + row()))
    answered(await swap())
    expect(current().people).toMatchObject([{ name: '孙某', insteadOf: '王某' }])
    expect(refusal(await swap())).toEqual([409, 'from: 孙某 has taken the place of 王某 meanwhile; look at the roster again'])
    expect(refusal(await swap({ from: '孙某' }))).toEqual([409, 'to: 孙某 is on this shift already, as chief; name somebody else'])
  })

  it('wants a name under it', async () => {
    expect((await post('/api/duty/swaps', { day: dayOfNow() }, cookie(house.signIn('wall')))).status).toBe(403)
  })
})

describe('POST /api/resources', () => {
  const opened = (id: string): Fact => ({
    ...{ kind: 'incident-act', district: '620802', id, at: clock.now(), by: '李四', address: '', command: command() },
    act: { what: 'opened', origin: { kind: 'hand' }, title: `${id} 积水` },
  })
  const move = (id: string, to: object, given: object = {}) => post('/api/resources', { step: 'moved', id, to, ...given })

  it('sends a vehicle that nobody registered, to one incident at a time', async () => {
    take(vehicle({ id: 'v-1', name: '抢险一号', at: clock.now() }), 'hotline')
    take(opened('E1'))
    take(opened('E2'))
    answered(await move('v-1', { status: 'assigned', incident: 'E1' }))
    expect(resource('v-1')).toMatchObject({ name: '抢险一号', type: 'vehicle', standing: { status: 'assigned', incident: 'E1' } })
    const [status, detail] = refusal(await move('v-1', { status: 'assigned', incident: 'E2' }))
    expect([status, detail]).toEqual([409, expect.stringContaining('抢险一号 is out for E1 since')])
    answered(await move('v-1', { status: 'on-scene', incident: 'E1' }))
    take({ ...(opened('E1') as Extract<Fact, { readonly kind: 'incident-act' }>), command: command(), act: { what: 'closed', result: '已抽排' } })
    expect(resource('v-1')?.standing).toEqual({ status: 'returning' })
  })

  it('refuses what is out of service, what was moved meanwhile, and an incident that is not there', async () => {
    take(opened('E1'))
    answered(await post('/api/resources', { step: 'registered', id: 'T1', type: 'team', name: '应急队' }))
    expect(refusal(await move('T1', { status: 'assigned', incident: 'E9' }))[0]).toBe(404)
    expect(refusal(await move('T1', { status: 'returning' }, { seen: 1 }))).toEqual([409, expect.stringContaining('look again')])
    answered(await move('T1', { status: 'out-of-service', reason: '检修' }))
    expect(refusal(await move('T1', { status: 'assigned', incident: 'E1' }))).toEqual([409, expect.stringContaining('is out of service since')])
    expect(refusal(await move('T9', { status: 'available' }))[0]).toBe(404)
  })

  it('does nothing again for the same command, and keeps what is out from being removed', async () => {
    take(opened('E1'))
    const body = { command: command(), step: 'registered', type: 'officer', name: '赵某' }
    const first = answered(await post('/api/resources', body))
    expect(answered(await post('/api/resources', body))).toEqual(first)
    const [one] = world.resources('620802')?.all() ?? []
    answered(await move(one?.id ?? '', { status: 'assigned', incident: 'E1' }))
    expect(refusal(await post('/api/resources', { step: 'removed', id: one?.id }))).toEqual([409, '赵某 is out for E1: release it first'])
  })
})

describe('hand-over', () => {
  const sign = (given: object, headers = desk('王某')) => post('/api/handovers', given, headers)

  it('writes itself, is frozen by who gives and signed by another who takes', async () => {
    answered(await roster(header + row()))
    const shift = current()
    clock.advance(shift.to - clock.now() - hourMs / 2)
    take(tick(clock.now()))
    const draft = sheetIn(await get('/api/handovers/sheet?district=620802'))
    expect(draft.shift?.id).toBe(shift.id)
    expect(draft.sheet.sections.find(({ section }) => section === 'on-duty')?.lines).toEqual(['值班长 王某'])

    const of = { day: shift.day, shift: shift.shift }
    const giver = desk('王某')
    answered(await sign({ ...of, step: 'given', note: '领导交办：汛情日报' }, giver))
    const givenAt = clock.now()
    expect(refusal(await sign({ ...of, step: 'taken', givenAt }, giver))[0]).toBe(409)
    expect(refusal(await sign({ ...of, step: 'taken', givenAt: givenAt - 1 }, desk('孙某')))).toEqual([409, expect.stringContaining('gave it anew')])
    answered(await sign({ ...of, step: 'taken', givenAt }, desk('孙某')))
    expect(refusal(await sign({ ...of, step: 'given', note: '' }))).toEqual([409, expect.stringContaining('was taken over by 孙某')])

    const path = `/api/handovers/${shift.id}?district=620802`
    expect(sheetIn(await get(path))).toMatchObject({ note: '领导交办：汛情日报', handover: { givenBy: '王某', taken: { by: '孙某' } } })
    const paper = await fetch(`${house.origin}${path}&as=docx`, { headers: desk() })
    expect(paper.status).toBe(200)
    const xml = strFromU8(unzipSync(new Uint8Array(await paper.arrayBuffer()))['word/document.xml'] ?? new Uint8Array())
    expect(xml).toContain('接班人：孙某')
    expect(xml).toContain('领导交办：汛情日报')
  })

  it('is not given hours too early, nor of a shift that nobody knows', async () => {
    const shift = current()
    if (shift.to - start > 2 * hourMs)
      expect(refusal(await sign({ day: shift.day, shift: shift.shift, step: 'given', note: '' }))).toEqual([
        409,
        expect.stringContaining('hand over within the two hours'),
      ])
    expect(refusal(await sign({ day: '2020-01-01', shift: 'day', step: 'given', note: '' }))[0]).toBe(404)
  })
})
