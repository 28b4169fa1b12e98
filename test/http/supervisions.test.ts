import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SupervisionList } from '../../contract/supervision.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import { StorageFullError } from '../../server/core/storage-full.ts'
import { adminToken, problemIn } from './house.ts'
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

describe('issuing an order', () => {
  it('records who, when, from where and with which command, counts it, and answers with its number and due time', async () => {
    const body = house.issueBody({ contact: { name: '李四', phone: '0933-8215000' }, note: '会后交办', origin: { kind: 'meeting', id: 'M11' } })
    const answer = answered(await house.post('/api/supervisions', body))
    const { command } = body as { command: string }
    const at = house.clock.now()
    const dueAt = Date.UTC(2026, 10, 30, 16) - 1
    expect(answer).toEqual({
      id: expect.any(String) as string,
      number: '督〔2026〕1号',
      command,
      step: 'issued',
      at,
      by: '值班员甲',
      isLate: false,
      dueAt,
      isProvisional: false,
    })
    expect(house.recorded).toEqual([
      {
        kind: 'supervision',
        district: '620802',
        id: answer.id,
        at,
        by: '值班员甲',
        command,
        address: '127.0.0.1',
        step: 'issued',
        number: { year: 2026, no: 1, text: '督〔2026〕1号' },
        title: '城东积水点整治',
        text: '完成排水口清淤',
        level: 'normal',
        leadUnit: 'housing',
        supportingUnits: ['dongguan'],
        contact: { name: '李四', phone: '0933-8215000' },
        dueAt,
        isProvisional: false,
        workingDays: 5,
        origin: { kind: 'meeting', id: 'M11' },
        note: '会后交办',
      },
    ])
    expect((await house.issue()).number).toBe('督〔2026〕2号')
  })

  it('tells the number to call to desks and its own units, and to no wall, in no list, no snapshot and no past', async () => {
    const { id } = await house.issue({ contact: { name: '李四', phone: '0933-8215000' } })
    const told = { contact: { name: '李四', phone: '0933-8215000' } }
    expect(await house.order(id)).toMatchObject(told)
    expect(JSON.parse((await house.get(`/api/unit/orders/${id}`, house.unit())).text)).toMatchObject(told)
    const byWall = [`/api/supervisions/${id}`, '/api/supervisions?district=620802'].map(async (path) => (await house.get(path, house.wall())).text)
    const pushed = JSON.stringify([...house.world.drain().values()])
    house.restart()
    const past = JSON.stringify(house.world.read(['supervisions@620802']))
    for (const text of [...(await Promise.all(byWall)), pushed, past]) {
      expect(text).toContain('李四')
      expect(text).not.toContain('8215000')
    }
  })

  it('counts anew with the year of the district, and goes on counting after a restart', async () => {
    await house.issue()
    house.restart()
    expect((await house.issue()).number).toBe('督〔2026〕2号')
    // 2027 has begun in Shanghai, and not in UTC
    house.clock.advance(Date.UTC(2026, 11, 31, 17) - house.clock.now())
    expect((await house.issue()).number).toBe('督〔2027〕1号')
  })

  it('from an indicator keeps how that stood', async () => {
    house.take({ kind: 'reading', indicator: 'satisfaction', at: house.clock.now(), value: 83.2 }, 'indicators')
    const { id } = await house.issue({ origin: { kind: 'indicator', id: 'satisfaction' } })
    expect((await house.order(id)).effect).toEqual({ indicator: 'satisfaction', value: 83.2, at: house.clock.now() })
  })

  it('counts beyond the calendar as provisional, and takes an instant as it is', async () => {
    expect(await house.issue({ due: { workingDays: 60 } })).toMatchObject({ isProvisional: true })
    const at = house.clock.now() + 2 * hourMs
    expect(await house.issue({ due: { at } })).toMatchObject({ dueAt: at, isProvisional: false })
  })

  it.each<[string, object, number, string | RegExp]>([
    [
      'a due time that is past',
      { due: { at: Date.UTC(2026, 10, 23, 6, 30) } },
      400,
      /^due\.at: 2026-11-23T06:30:00\.000Z is past; give an instant to come/,
    ],
    ['a due time that is none', { due: { at: 8e15 } }, 400, /^due\.at: after the year 2099/],
    ['a due time beyond all time', { due: { at: 9e15 } }, 400, /^due(\.at)?: expected \{"workingDays": 1 to 250\} or/],
    ['too many working days', { due: { workingDays: 251 } }, 400, /^due\.workingDays: expected \{"workingDays": 1 to 250\}/],
    [
      'an unknown unit',
      { leadUnit: 'housing-bureau' },
      400,
      'leadUnit: "housing-bureau" is no unit of district 620802 in config/units.yaml; these are: dongguan (dongguan), housing (housing), water (water)',
    ],
    ['a unit of another district', { supportingUnits: ['BOS'] }, 400, /^supportingUnits: "BOS" is no unit of district 620802/],
    ['another district', { district: 'x' }, 404, 'district: "x" is not configured; these are: 620802, la'],
    ['an origin without its id', { origin: { kind: 'incident' } }, 400, 'origin.id: missing; name the incident that it comes from'],
    ['an indicator that is none', { origin: { kind: 'indicator', id: 'x' } }, 400, 'origin.id: "x" is no indicator in config/indicators'],
    ['an origin of nothing', { origin: { kind: 'hand', id: 'x' } }, 400, /^origin\.id: an order by hand comes from nothing/],
    ['no title', { title: ' ' }, 400, /^title: expected a title of 1 to 100 characters; send \{"command"/],
    ['a text that turns its direction', { text: '整\u202e治' }, 400, /^text: expected a text without control characters/],
    ['a level that is none', { level: 'high' }, 400, /^level: expected one of normal, important, urgent/],
    ['a command that is none', { command: '1' }, 400, /^command: expected a UUID/],
    ['a field too many', { by: '别人' }, 400, /by/],
    ['a file that nobody sent', { attachments: [{ id: 'a'.repeat(64), name: 'a.pdf' }] }, 400, /^attachments\.0: no such file was sent/],
  ])('is refused for %s', async (_what, given, status, words) => {
    expect(told(await house.post('/api/supervisions', house.issueBody(given)))).toEqual([
      status,
      typeof words === 'string' ? words : expect.stringMatching(words),
    ])
    expect(house.recorded).toEqual([])
  })

  it('is refused without a person’s name, and says so when nothing can be recorded; the same click works afterwards', async () => {
    const token = { authorization: `Bearer ${adminToken}` }
    expect(told(await house.post('/api/supervisions', house.issueBody(), token))).toEqual([403, expect.stringContaining('made with a name')])
    const body = house.issueBody()
    house.commit = () => Promise.reject(new StorageFullError('the disk is full'))
    expect(problemIn(await house.post('/api/supervisions', body)).status).toBe(507)
    house.commit = () => Promise.resolve()
    expect((await house.post('/api/supervisions', body)).status).toBe(200)
    expect(house.recorded).toHaveLength(1)
  })

  it('takes what a page in the browser types over several lines', async () => {
    const { id } = await house.issue({ text: '一、清淤\r\n二、复查' })
    expect((await house.order(id)).text).toBe('一、清淤\r\n二、复查')
  })
})

describe('a click that is sent again', () => {
  it('is answered as the first time and records nothing, at once, later and after a restart', async () => {
    const body = house.issueBody()
    const desk = house.desk()
    const [one, two] = await Promise.all([house.post('/api/supervisions', body, desk), house.post('/api/supervisions', body, desk)])
    expect(two.text).toBe(one.text)
    house.clock.advance(dayMs)
    house.restart()
    expect((await house.post('/api/supervisions', body)).text).toBe(one.text)
    expect(house.recorded).toHaveLength(1)

    const { id } = answered(one)
    const reminded = { command: house.command(), seen: 1, step: 'reminded' }
    const first = await house.step(id, reminded)
    expect(answered(first).step).toBe('reminded')
    // somebody else acted meanwhile: it was done before that, and is no conflict
    expect((await house.step(id, { seen: 2, step: 'reminded' }, house.desk('值班员乙'))).status).toBe(200)
    house.restart()
    expect((await house.step(id, reminded)).text).toBe(first.text)
    expect(house.recorded).toHaveLength(3)
  })

  it('for something else, or by somebody else, is refused with what it was used for', async () => {
    const body = house.issueBody() as { command: string }
    const { id, command } = answered(await house.post('/api/supervisions', body))
    const words = `command: ${command} was used by 值班员甲 for issued of 督〔2026〕1号 at 2026-11-23T06:30:00.000Z; make a new one at each click`
    expect(told(await house.post('/api/supervisions', body, house.desk('值班员乙')))).toEqual([409, words])
    expect(told(await house.step(id, { command, seen: 1, step: 'reminded' }))).toEqual([409, words])
  })
})

describe('a step of the desk', () => {
  it('is refused where somebody acted meanwhile, and tells who did what when', async () => {
    const { id } = await house.issue()
    house.clock.advance(60_000)
    await house.say(id, { step: 'submitted', note: '已办结' })
    house.clock.advance(60_000)
    const [one, two] = await Promise.all([
      house.step(id, { seen: 2, step: 'sent-back', note: '仍有积水' }, house.desk('值班员乙')),
      house.step(id, { seen: 2, step: 'accepted', note: '同意销号' }),
    ])
    expect(one.status).toBe(200)
    expect(told(two)).toEqual([
      409,
      '督〔2026〕1号: meanwhile 值班员乙 recorded sent-back at 2026-11-23T06:32:00.000Z. Look at it again and decide anew',
    ])
    expect(told(await house.step(id, { seen: 1, step: 'accepted', note: '同意销号' }))).toEqual([
      409,
      expect.stringContaining('meanwhile 李四 (housing) recorded submitted at 2026-11-23T06:31:00.000Z; 值班员乙 recorded sent-back'),
    ])
    expect(told(await house.step(id, { seen: 9, step: 'accepted', note: '同意销号' }))).toEqual([400, expect.stringContaining('has only 3 steps')])
    expect(house.recorded.map(({ step }) => step)).toEqual(['issued', 'submitted', 'sent-back'])
  })

  it('takes an order through its whole life', async () => {
    const { id } = await house.issue()
    const steps: object[] = [
      { step: 'acknowledged' },
      { step: 'feedback', note: '电话反馈：已排查', unit: 'dongguan' },
      { step: 'reminded', note: '请抓紧' },
      { step: 'amended', note: '升级', level: 'important', supportingUnits: ['water', 'housing'] },
      { step: 'submitted', note: '电话报结' },
      { step: 'sent-back', note: '资料不全', due: { workingDays: 8 } },
      { step: 'accepted', note: '现场核查' },
    ]
    for (const [index, step] of steps.entries()) answered(await house.step(id, { seen: index + 1, ...step }))
    expect(await house.order(id)).toMatchObject({
      stage: 'closed',
      level: 'important',
      supportingUnits: ['water'],
      basis: '现场核查',
      dueAt: Date.UTC(2026, 11, 3, 16) - 1,
      steps: [
        { step: 'issued', address: '127.0.0.1' },
        { step: 'acknowledged', unit: 'housing', onBehalf: true },
        { step: 'feedback', unit: 'dongguan', onBehalf: true },
        {},
        { step: 'amended', level: 'important' },
        {},
        {},
        {},
      ],
    })
    expect(told(await house.step(id, { seen: 8, step: 'reminded' }))).toEqual([
      409,
      '督〔2026〕1号 was closed by 值班员甲 at 2026-11-23T06:30:00.007Z; issue a new order for what is left to do',
    ])
  })

  it('grants what was asked for, or another time, or refuses it', async () => {
    const { id, dueAt } = await house.issue()
    const ask = (workingDays: number) => house.say(id, { step: 'extension-asked', due: { workingDays }, note: '管材未到' })
    expect(told(await house.step(id, { seen: 1, step: 'extension-granted' }))).toEqual([409, expect.stringContaining('no extension waits')])
    await ask(10)
    expect(answered(await house.step(id, { seen: 2, step: 'extension-granted' }))).toMatchObject({ dueAt: Date.UTC(2026, 11, 7, 16) - 1 })
    await ask(12)
    expect(told(await house.step(id, { seen: 4, step: 'extension-granted', due: { at: dueAt } }))).toEqual([
      400,
      expect.stringContaining('not after 2026-12-07'),
    ])
    expect(answered(await house.step(id, { seen: 4, step: 'extension-granted', due: { workingDays: 11 } })).dueAt).toBe(Date.UTC(2026, 11, 8, 16) - 1)
    await ask(20)
    expect(answered(await house.step(id, { seen: 6, step: 'extension-refused', note: '不再延期' })).dueAt).toBe(Date.UTC(2026, 11, 8, 16) - 1)
  })

  it.each<[string, object, number, RegExp]>([
    ['nothing to amend', { step: 'amended', note: '升级' }, 400, /nothing to amend/],
    ['an unknown unit', { step: 'amended', note: '改派', leadUnit: 'x' }, 400, /^leadUnit: "x" is no unit of district 620802/],
    ['a unit that it does not name', { step: 'acknowledged', unit: 'water' }, 400, /has nothing to do with .*; its units are: housing, dongguan$/],
    ['nothing to send back', { step: 'sent-back', note: '重做' }, 409, /is issued, and nothing of it waits for review/],
    ['no basis of its closing', { step: 'accepted' }, 400, /^note: expected some words/],
    ['no reason', { step: 'cancelled', note: ' ' }, 400, /^note: expected some words/],
    ['a step of units alone', { step: 'extension-asked', note: '管材未到', due: { workingDays: 3 } }, 400, /expected a step that the desk takes/],
    ['no count of what was seen', { step: 'reminded', seen: undefined }, 400, /^seen: expected how many steps/],
  ])('is refused for %s', async (_what, body, status, words) => {
    const { id } = await house.issue()
    expect(told(await house.step(id, { seen: 1, ...body }))).toEqual([status, expect.stringMatching(words)])
    expect(house.recorded).toHaveLength(1)
  })

  it('of an order that there is not is refused', async () => {
    expect(told(await house.step('x', { seen: 1, step: 'reminded' }))).toEqual([404, 'id: there is no order "x"; GET /api/supervisions lists them'])
  })
})

describe('a machine whose clock is set back', () => {
  it('still records step after step', async () => {
    const { id } = await house.issue()
    house.clock.advance(hourMs)
    await house.say(id, { step: 'feedback', note: '已排查' })
    house.clock.advance(-2 * hourMs)
    answered(await house.step(id, { seen: 2, step: 'cancelled', note: '重复' }))
    answered(await house.say(id, { step: 'feedback', note: '又及' }))
    expect((await house.order(id)).steps.map(({ step, isLate }) => [step, isLate])).toEqual([
      ['issued', false],
      ['feedback', false],
      ['cancelled', false],
      ['feedback', true],
    ])
  })
})

describe('the list of orders', () => {
  const list = async (query: string) => {
    const { orders, total } = JSON.parse((await house.get(`/api/supervisions?district=620802${query}`, house.wall())).text) as SupervisionList
    return [orders.map(({ number }) => number), total]
  }

  it('tells the open ones newest first, and by state, unit and limit', async () => {
    const ids: string[] = []
    for (const leadUnit of ['housing', 'water', 'water']) {
      house.clock.advance(1_000)
      ids.push((await house.issue({ leadUnit, supportingUnits: [] })).id)
    }
    await house.step(ids[1] ?? '', { seen: 1, step: 'cancelled', note: '重复' })
    expect(await list('')).toEqual([['督〔2026〕3号', '督〔2026〕1号'], 2])
    expect(await list('&state=settled')).toEqual([['督〔2026〕2号'], 1])
    expect(await list('&state=all&unit=water&limit=1')).toEqual([['督〔2026〕3号'], 2])
    house.clock.advance(400 * dayMs)
    house.take({ kind: 'tick', at: house.clock.now() })
    expect(await list('&state=settled')).toEqual([['督〔2026〕2号'], 1])
    expect(told(await house.get('/api/supervisions?district=620802&state=late'))).toEqual([400, 'state: found "late"; write open, settled or all'])
  })

  it('and an order on a wall do not tell from which machine somebody spoke', async () => {
    const { id } = await house.issue()
    const read = async (headers: Readonly<Record<string, string>>) => (await house.get(`/api/supervisions/${id}`, headers)).text
    expect(await read(house.wall())).not.toContain('127.0.0.1')
    expect(await read(house.desk())).toContain('127.0.0.1')
  })
})
