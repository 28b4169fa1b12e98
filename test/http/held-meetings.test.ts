import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { strFromU8, unzipSync } from 'fflate'
import type { AgendaDraft, MeetingAnswer, MeetingState } from '../../contract/meeting.ts'
import { minuteMs } from '../../contract/time.ts'
import { StorageFullError } from '../../server/core/storage-full.ts'
import { problemIn } from './house.ts'
import type { Answer } from './house.ts'
import { SupervisionHouse } from './supervision-house.ts'

let house: SupervisionHouse
let cutOffAt: number

beforeEach(async () => {
  house = await new SupervisionHouse().open()
  house.take({ kind: 'tick', at: house.clock.now() })
  cutOffAt = house.clock.now()
  house.clock.advance(minuteMs)
})

afterEach(() => house.close())

const items = [
  { kind: 'topic', title: '概况', minutes: 2 },
  { kind: 'indicator', ref: 'satisfaction', title: '满意率', minutes: 4 },
  { kind: 'read-back', title: '复述决定', minutes: 2 },
]
const openBody = (given: object = {}) => ({ command: house.command(), district: '620802', name: '11月调度会', cutOffAt, items, ...given })
const open = async (given: object = {}, headers?: Readonly<Record<string, string>>) =>
  told(await house.post('/api/meetings/open', openBody(given), headers))
const step = (id: string, body: object, headers?: Readonly<Record<string, string>>) =>
  house.post(`/api/meetings/${id}/steps`, { command: house.command(), ...body }, headers)
const decide = (id: string, body: object = {}, headers?: Readonly<Record<string, string>>) =>
  house.post(
    `/api/meetings/${id}/decisions`,
    {
      command: house.command(),
      item: 'i2',
      text: '公积金补推数据；每周对账',
      leadUnit: 'housing',
      supportingUnits: ['dongguan'],
      workingDays: 5,
      ...body,
    },
    headers,
  )
function told(answer: Answer): MeetingAnswer {
  if (answer.status !== 200) throw new Error(`${String(answer.status)}: ${answer.text}`)
  return JSON.parse(answer.text) as MeetingAnswer
}
const state = async (id: string): Promise<MeetingState> => JSON.parse((await house.get(`/api/meetings/${id}`)).text) as MeetingState
const refused = (answer: Answer) => {
  const { status, detail } = problemIn(answer)
  return [status, detail]
}

describe('opening a meeting', () => {
  it('records who, from where and with which command, and counts it', async () => {
    const answer = await open()
    const at = house.clock.now()
    expect(answer).toEqual({ id: expect.any(String) as string, command: answer.command, at, by: '值班员甲', steps: 1 })
    expect(house.facts.at(-1)).toEqual({
      ...{
        kind: 'meeting-step',
        step: 'opened',
        district: '620802',
        id: answer.id,
        at,
        by: '值班员甲',
        address: '127.0.0.1',
        command: answer.command,
      },
      ...{ name: '11月调度会', no: 1, cutOffAt, items: items.map((item, index) => ({ id: `i${String(index + 1)}`, ...item })) },
    })
    expect(await state(answer.id)).toMatchObject({ state: 'running', item: 'i1', cutOffAt })
  })

  it('is done once, however often it is sent', async () => {
    const body = openBody()
    const answers = await Promise.all([house.post('/api/meetings/open', body), house.post('/api/meetings/open', body)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(answers[0].text).toBe(answers[1].text)
    expect(house.facts.filter(({ kind }) => kind === 'meeting-step')).toHaveLength(1)
  })

  it.each<[string, () => object, number, RegExp]>([
    ['an unknown district', () => ({ district: 'nowhere' }), 404, /^district: "nowhere" is not configured; these are: 620802/],
    ['a cut-off that is yet to come', () => ({ cutOffAt: house.clock.now() + 1 }), 400, /^cutOffAt: .* is yet to come; figures are cut off now/],
    ['a cut-off beyond all time', () => ({ cutOffAt: 8.64e15 + 1 }), 400, /^cutOffAt: expected an instant in milliseconds since 1970/],
    ['a cut-off at the end of all time', () => ({ cutOffAt: 8.64e15 }), 400, /^cutOffAt: .* is yet to come/],
    [
      'a cut-off before the log',
      () => ({ cutOffAt: cutOffAt - 1 }),
      400,
      /^cutOffAt: .* is before the log begins; it begins at .*; choose a later cut-off/,
    ],
    [
      'an unknown indicator',
      () => ({ items: [{ kind: 'indicator', ref: 'none', title: 'x', minutes: 1 }] }),
      400,
      /^items.0.ref: there is no indicator "none"/,
    ],
    ['an unknown order', () => ({ items: [{ kind: 'order', ref: 'none', title: 'x', minutes: 1 }] }), 400, /^items.0.ref: there is no order "none"/],
    ['an item of nothing', () => ({ items: [{ kind: 'channel', title: 'x', minutes: 1 }] }), 400, /^items.0.ref: missing; name what the channel is/],
    ['no items', () => ({ items: [] }), 400, /^items: expected at least one item/],
    ['no time for an item', () => ({ items: [{ kind: 'topic', title: 'x', minutes: 0 }] }), 400, /^items.0.minutes: expected whole minutes/],
  ])('refuses %s, and records nothing', async (_, given, status, detail) => {
    expect(refused(await house.post('/api/meetings/open', openBody(given())))).toEqual([status, expect.stringMatching(detail)])
    expect(house.facts).toHaveLength(1)
  })

  it('refuses a second one beside it, and says who holds the first', async () => {
    await open()
    expect(refused(await house.post('/api/meetings/open', openBody(), house.desk('值班员乙')))).toEqual([
      409,
      expect.stringMatching(/^11月调度会 is being held since .*, opened by 值班员甲; go on with it, or close it first/),
    ])
  })

  it('is for the desk, with a name', async () => {
    expect((await house.post('/api/meetings/open', openBody(), house.wall())).status).toBe(403)
    expect((await house.post('/api/meetings/open', openBody(), house.unit())).status).toBe(403)
    expect(
      refused(
        await house.post('/api/meetings/open', openBody(), { cookie: `yiping_session=${house.house.signIn('desk')}`, origin: house.house.origin }),
      )[0],
    ).toBe(403)
  })
})

describe('going on', () => {
  it('moves for every presenter, and tells one who had not seen the last step who took it', async () => {
    const { id } = await open()
    expect(told(await step(id, { seen: 1, step: 'item', item: 'i2' }, house.desk('值班员乙'))).steps).toBe(2)
    expect(refused(await step(id, { seen: 1, step: 'item', item: 'i3' }))).toEqual([
      409,
      expect.stringMatching(/^11月调度会: meanwhile 值班员乙 took step 2; the meeting looks at "满意率" since .*\. Look at it again and decide anew/),
    ])
    expect(await state(id)).toMatchObject({ item: 'i2', presenter: '值班员乙', steps: 2 })
  })

  it('goes on after the server was killed, from the same step, and a command that was under way is not done twice', async () => {
    const { id } = await open()
    const moved = { command: house.command(), seen: 1, step: 'item', item: 'i2' }
    const decided = { command: house.command() }
    const before = [told(await house.post(`/api/meetings/${id}/steps`, moved)), told(await decide(id, decided))]
    const stood = await state(id)
    house.restart()
    expect(await state(id)).toEqual(stood)
    expect(told(await decide(id, decided))).toEqual(before[1])
    expect(told(await house.post(`/api/meetings/${id}/steps`, moved))).toEqual({ ...before[0], steps: 3 })
    expect(house.recorded).toHaveLength(1)
    expect(told(await step(id, { seen: 3, step: 'names', isHidden: true })).steps).toBe(4)
  })

  it('refuses an item that is not on the agenda, a step that was never taken, and a command that did something else', async () => {
    const { id, command } = await open()
    expect(refused(await step(id, { seen: 1, step: 'item', item: 'i9' }))).toEqual([
      400,
      expect.stringMatching(/^item: "i9" is not on the agenda; it has i1 \(概况\)/),
    ])
    expect(refused(await step(id, { seen: 5, step: 'closed' }))).toEqual([400, expect.stringMatching(/^seen: 5, and 11月调度会 has only 1 steps/)])
    expect(refused(await step(id, { seen: 1, step: 'closed', command }))).toEqual([
      409,
      expect.stringMatching(/was used by 值班员甲 for opened of 11月调度会/),
    ])
    expect(refused(await step('none', { seen: 1, step: 'closed' }))[0]).toBe(404)
  })

  it('closes together with the fact that one was held, and then refuses whatever comes', async () => {
    const { id } = await open()
    told(await step(id, { seen: 1, step: 'closed' }))
    expect(house.whole).toEqual([['meeting-step', 'meeting']])
    expect(house.facts.at(-1)).toEqual({ kind: 'meeting', district: '620802', at: house.clock.now(), name: '11月调度会', by: '值班员甲' })
    const over = /^11月调度会 was closed by 值班员甲 at .*; what is decided afterwards is issued as an order by hand/
    expect(refused(await step(id, { seen: 2, step: 'item', item: 'i2' }))).toEqual([409, expect.stringMatching(over)])
    expect(refused(await decide(id))).toEqual([409, expect.stringMatching(over)])
    expect((await open()).steps).toBe(1)
  })
})

describe('a decision', () => {
  it('with a due time is recorded with its order in one transaction', async () => {
    const { id } = await open()
    const answer = told(await decide(id))
    expect(house.whole).toEqual([['meeting-step', 'supervision']])
    const [order] = house.recorded
    expect(order).toMatchObject({
      ...{
        step: 'issued',
        title: '公积金补推数据',
        text: '公积金补推数据；每周对账',
        leadUnit: 'housing',
        supportingUnits: ['dongguan'],
        workingDays: 5,
      },
      ...{ origin: { kind: 'meeting', id }, note: '11月调度会（第1次）决定1', level: 'normal', command: answer.command },
    })
    expect(answer.order).toEqual({ id: order?.id, number: '督〔2026〕1号', dueAt: Date.UTC(2026, 10, 30, 16) - 1, isProvisional: false })
    expect((await state(id)).decisions).toMatchObject([{ no: 1, item: 'i2', order: { id: order?.id, stage: 'issued' } }])
  })

  it('without one is noted, and becomes no order', async () => {
    const { id } = await open()
    expect(told(await decide(id, { workingDays: undefined })).order).toBeUndefined()
    expect(house.recorded).toEqual([])
    expect((await state(id)).decisions).toMatchObject([{ no: 1, text: '公积金补推数据；每周对账' }])
  })

  it('leaves nothing behind where it cannot be recorded, and is recorded once when it is sent again', async () => {
    const { id } = await open()
    const again = { command: house.command() }
    house.commit = () => Promise.reject(new StorageFullError('disk full'))
    expect((await decide(id, again)).status).toBe(507)
    expect([house.recorded, (await state(id)).decisions]).toEqual([[], []])
    house.commit = () => Promise.resolve()
    const answers = [told(await decide(id, again)), told(await decide(id, again))]
    expect(answers[0]).toEqual(answers[1])
    expect(house.recorded).toHaveLength(1)
  })

  it('of two devices at once both stand, each with an order of its own number', async () => {
    const { id } = await open()
    const answers = await Promise.all([decide(id), decide(id, {}, house.desk('值班员乙')), house.post('/api/supervisions', house.issueBody())])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(house.recorded.map((fact) => (fact.step === 'issued' ? fact.number.no : undefined))).toEqual([1, 2, 3])
    expect((await state(id)).decisions.map(({ no, by }) => [no, by])).toEqual([
      [1, '值班员甲'],
      [2, '值班员乙'],
    ])
  })

  it.each<[string, object, number, RegExp]>([
    ['an unknown unit', { leadUnit: 'none' }, 400, /^leadUnit: "none" is no unit of district 620802/],
    ['an item that is not on the agenda', { item: 'i9' }, 400, /^item: "i9" is not on the agenda/],
    ['no words', { text: '  ' }, 400, /^text: expected what was decided/],
    ['too many working days', { workingDays: 251 }, 400, /^workingDays: expected working days, 1 to 250/],
    ['text that hides something', { text: '补推\u202e数据' }, 400, /^text: expected a text without control characters/],
  ])('is refused with %s', async (_, given, status, detail) => {
    const { id } = await open()
    expect(refused(await decide(id, given))).toEqual([status, expect.stringMatching(detail)])
    expect(house.recorded).toEqual([])
  })

  it('is the desk’s: neither a wall’s nor a unit’s', async () => {
    const { id } = await open()
    expect((await decide(id, {}, house.wall())).status).toBe(403)
    expect((await decide(id, {}, house.unit())).status).toBe(403)
    // an order’s command is not one of the meeting’s
    const { command } = await house.issue()
    expect(refused(await decide(id, { command }))).toEqual([409, expect.stringMatching(/has issued an order already/)])
  })
})

describe('the next meeting', () => {
  const draft = async (query = '') => JSON.parse((await house.get(`/api/meetings/agenda?district=620802${query}`)).text) as AgendaDraft

  it('opens with the decisions of the last, also where that has closed in this very second', async () => {
    const { id } = await open()
    told(await decide(id))
    house.clock.advance(2_300)
    told(await step(id, { seen: 2, step: 'closed' }))
    house.clock.advance(300)
    expect(await draft()).toEqual({
      cutOffAt: Math.floor(house.clock.now() / 1_000) * 1_000 - 1,
      items: [
        { kind: 'decisions', ref: id, title: '上次决定', minutes: 2 },
        { kind: 'read-back', title: '复述决定', minutes: 2 },
      ],
    })
    expect((await draft(`&at=${String(cutOffAt)}`)).items).toEqual([{ kind: 'read-back', title: '复述决定', minutes: 2 }])
  })

  it('has an agenda for the desk alone, of a district there is, and not of what is to come', async () => {
    expect((await house.get('/api/meetings/agenda?district=620802', house.wall())).status).toBe(403)
    expect(refused(await house.get('/api/meetings/agenda?district=none'))[0]).toBe(400)
    expect(refused(await house.get(`/api/meetings/agenda?district=620802&at=${String(cutOffAt - 1)}`))).toEqual([
      400,
      expect.stringMatching(/before the log begins/),
    ])
    expect(refused(await house.get(`/api/meetings/agenda?district=620802&at=${String(house.clock.now() + 1)}`))).toEqual([
      400,
      expect.stringMatching(/yet to come/),
    ])
  })
})

describe('the minutes', () => {
  const paper = async (id: string): Promise<string> => {
    const answer = await fetch(`${house.house.origin}/api/meetings/${id}/minutes`, { headers: house.desk() })
    expect([answer.status, answer.headers.get('content-disposition')]).toEqual([
      200,
      expect.stringContaining(encodeURIComponent('11月调度会纪要.docx')),
    ])
    const parts = unzipSync(new Uint8Array(await answer.arrayBuffer()))
    return strFromU8(parts['word/document.xml'] ?? new Uint8Array())
      .replaceAll(/<\/w:p>/g, '\n')
      .replaceAll(/<[^>]+>/g, '')
  }

  it('are there when people stand up: what was looked at and for how long, what was decided, and its orders', async () => {
    const { id } = await open()
    house.clock.advance(2 * minuteMs)
    told(await step(id, { seen: 1, step: 'item', item: 'i2' }))
    told(await decide(id))
    told(await decide(id, { text: '下月再议', workingDays: undefined, supportingUnits: [] }))
    house.clock.advance(minuteMs)
    told(await step(id, { seen: 4, step: 'closed' }, house.desk('值班员乙')))
    const words = await paper(id)
    for (const part of [
      '11月调度会纪要',
      '会议操作：值班员甲、值班员乙',
      '满意率',
      '公积金补推数据；每周对账',
      '督〔2026〕1号',
      '2026年11月30日前完成',
      '下月再议',
    ])
      expect(words).toContain(part)
    expect(words).toMatch(/概况\n2\n2\n2?/)
  })

  it('say that nothing was decided, and that it goes on', async () => {
    const { id } = await open()
    const words = await paper(id)
    expect(words).toContain('本次会议未作出决定。')
    expect(words).toContain('尚未散会')
    expect((await house.get(`/api/meetings/${id}/minutes`, house.wall())).status).toBe(403)
  })
})
