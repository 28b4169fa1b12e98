// @vitest-environment jsdom
import { flushPromises } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Incident } from '../../../contract/incident.ts'
import type { Entity, TopicName } from '../../../contract/topic.ts'
import { minuteMs } from '../../../contract/time.ts'
import IncidentsPage from '../../../client/src/desk/IncidentsPage.vue'
import DecisionNote from '../../../client/src/desk/incidents/DecisionNote.vue'
import { en } from '../../../client/src/i18n/en.ts'
import { zh } from '../../../client/src/i18n/zh.ts'
import { start } from '../../support/facts.ts'
import { plan, quantity, unit } from '../../support/registry.ts'
import { shownIncident } from '../../support/shown-incident.ts'
import { alarmRules } from '../../support/alarm-rules.ts'
import { mountPage } from './mount-page.ts'
import { answerWith } from './stub-server.ts'
import type { AskedOfStub } from './stub-server.ts'

const now = start + 20 * minuteMs
const words = zh.incidentDesk
const configuration = {
  plans: [plan({ id: 'drainage', name: '市政排水处置预案', types: ['排水'] }), plan({ id: 'fire', name: '火情处置预案', types: ['火情'] })],
  units: [unit({ id: 'housing', shortName: '住建局' })],
  quantities: [quantity({ id: 'pm25', name: 'PM2.5', shortName: 'PM2.5' })],
  alarms: alarmRules([]),
}
const steps = [
  {
    text: '核实',
    unit: undefined,
    dueAt: start + 10 * minuteMs,
    clock: 'overdue' as const,
    state: 'open' as const,
    by: undefined,
    at: undefined,
    note: undefined,
    asksOrder: false,
    orderWanted: undefined,
  },
  {
    text: '抢修',
    unit: 'housing',
    dueAt: start + 60 * minuteMs,
    clock: 'running' as const,
    state: 'open' as const,
    by: undefined,
    at: undefined,
    note: undefined,
    asksOrder: true,
    orderWanted: undefined,
  },
]
const incident = shownIncident({
  id: '事〔2026〕0012',
  title: '甘沟路 污水井溢流',
  type: '市政设施/排水',
  level: 'considerable',
  priority: 'important',
  stage: 'in-progress',
  place: [106.64, 35.54],
  origin: { kind: 'caller' },
  feed: '',
  lines: [
    { command: 'c1', at: start, by: '张三', act: { what: 'opened', origin: { kind: 'caller' }, title: '甘沟路 污水井溢流', note: '来电三次' } },
    { command: 'c2', at: start + minuteMs, by: '李四', act: { what: 'plan-started', plan: 'drainage', name: '市政排水处置预案' } },
  ],
  plan: { id: 'drainage', name: '市政排水处置预案', startedAt: start, startedBy: '李四', steps },
})
const sensor = {
  id: 'S1/pm25',
  sensor: 'S1',
  name: '东关站',
  quantity: 'pm25',
  place: [106.69, 35.54],
  subdistrict: '620802001',
  standing: 'urgent',
  standingSince: start,
  observedAt: start,
  value: 180,
  limits: {},
  trend: [],
  quality: 'good',
  feed: 'air',
}
const steppedAt = `POST /api/incidents/${encodeURIComponent(incident.id)}/steps`

let page: VueWrapper
let asked: readonly AskedOfStub[]

beforeEach(() => {
  vi.useFakeTimers({ now })
})
afterEach(() => {
  page.unmount()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

interface Given {
  readonly answers?: Readonly<Record<string, unknown>>
  readonly incidents?: readonly Incident[]
  readonly sensors?: readonly object[]
  readonly name?: string
  readonly locale?: 'zh' | 'en'
}
async function open({ answers = {}, incidents = [incident], sensors = [], name = '张三', locale = 'zh' }: Given = {}): Promise<void> {
  asked = answerWith({ 'GET /api/session': { role: 'desk', ...(name === '' ? {} : { name }) }, ...answers })
  // as: of each entity what the page looks at
  const topics = { 'incidents@620802': incidents, 'sensors@620802': sensors } as Readonly<Record<TopicName, readonly Entity[]>>
  page = (await mountPage(IncidentsPage, {}, '/desk/incidents', { configuration, locale, pushed: { now, topics } })).page
}
function button(text: string) {
  const found = page.findAll<HTMLButtonElement>('button').find((one) => one.text() === text)
  if (found === undefined) throw new Error(`no button says ${text}: ${page.text()}`)
  return found
}
async function press(text: string): Promise<void> {
  await button(text).trigger('click')
  await flushPromises()
}
async function type(selector: string, text: string): Promise<void> {
  await page.get<HTMLInputElement>(selector).setValue(text)
}
const posts = () => asked.filter(({ method }) => method === 'POST')
const command = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) as string

describe('the desk of incidents', () => {
  it('shows the most pressing with its level, its plan, its course with names, and what is near', async () => {
    await open()
    const text = page.text()
    for (const part of [
      '较大 · 重要 · 处置中',
      incident.id,
      '来电 · 张三 立',
      '市政排水处置预案',
      '0/2',
      '超 10分',
      '剩 40分',
      '李四',
      '来电三次',
      words.near.title,
    ])
      expect(text).toContain(part)
  })

  it('opens one by the keyboard alone: n, its name, its town, Ctrl+Enter', async () => {
    await open({ incidents: [], answers: { 'POST /api/incidents': { id: '事〔2026〕0013', at: now, by: '张三' } } })
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', cancelable: true }))
    await flushPromises()
    expect(document.activeElement).toBe(page.get('input[name=title]').element)
    await type('input[name=title]', '东关 积水')
    await type('input[role=combobox]', '东关')
    expect(page.findAll('[role=option]').map((one) => one.text())).toEqual(['东关街道'])
    await page.get('input[role=combobox]').trigger('keydown', { key: 'Enter' })
    await page.get('form').trigger('keydown', { key: 'Enter', ctrlKey: true })
    await flushPromises()
    expect(posts()).toEqual([
      {
        method: 'POST',
        path: '/api/incidents',
        body: {
          command,
          district: '620802',
          origin: { kind: 'hand' },
          title: '东关 积水',
          place: [106.69, 35.54],
          datum: 'wgs84',
          subdistrict: '620802001',
        },
      },
    ])
    expect(page.find('input[name=title]').exists()).toBe(false)
  })

  it('opens one of a sensor over its limit in two presses, with what is known of it', async () => {
    await open({ sensors: [sensor], answers: { 'POST /api/incidents': { id: '事〔2026〕0013', at: now, by: '张三' } } })
    await press(words.list.make)
    expect(page.get<HTMLInputElement>('input[name=title]').element.value).toBe('东关站 PM2.5')
    await page.get('form').trigger('keydown', { key: 'Enter', ctrlKey: true })
    await flushPromises()
    expect(posts()[0]?.body).toMatchObject({
      origin: { kind: 'sensor', id: 'S1/pm25' },
      title: '东关站 PM2.5',
      place: [106.69, 35.54],
      subdistrict: '620802001',
    })
  })

  it('takes coordinates in the datum they were read in, and says what is wrong with others', async () => {
    await open({ incidents: [], answers: { 'POST /api/incidents': { id: 'x', at: now, by: '张三' } } })
    await press(words.list.new)
    await type('input[name=title]', '甘沟路')
    await type('input[role=combobox]', '35.54, 106.64')
    expect(page.get('[role=alert]').text()).toBe(words.form.problems.swapped)
    await type('input[role=combobox]', '106.64, 35.54')
    await type(`select[aria-label="${words.form.datum}"]`, 'gcj02')
    await page.get('form').trigger('keydown', { key: 'Enter', ctrlKey: true })
    await flushPromises()
    expect(posts()[0]?.body).toMatchObject({ place: [106.64, 35.54], datum: 'gcj02' })
  })

  it('sends the same command again when no answer came, and keeps what was typed', async () => {
    await open({ incidents: [] })
    await press(words.list.new)
    await type('input[name=title]', '甘沟路')
    await page.get('form').trigger('keydown', { key: 'Enter', ctrlKey: true })
    await flushPromises()
    expect(page.get('[role=alert]').text()).toContain(zh.bench.failures.away)
    expect(page.get<HTMLInputElement>('input[name=title]').element.value).toBe('甘沟路')
    await press(words.form.send)
    const commandOf = (body: unknown) => (body as { readonly command: string }).command
    expect(posts()).toHaveLength(2)
    expect(commandOf(posts()[0]?.body)).toBe(commandOf(posts()[1]?.body))
    await type('input[name=note]', '又来电')
    await press(words.form.send)
    expect(commandOf(posts()[2]?.body)).not.toBe(commandOf(posts()[0]?.body))
  })

  it('ticks a step, leaves one out with a reason, and asks for an order', async () => {
    await open({ answers: { [steppedAt]: { id: incident.id, at: now, by: '张三' } } })
    await press(words.plan.tick)
    expect(posts()[0]).toEqual({
      method: 'POST',
      path: steppedAt.slice(5),
      body: { command, district: '620802', seen: 2, act: { what: 'step-done', plan: 'drainage', step: 0 } },
    })
    await press(words.plan.order)
    expect(posts()[1]?.body).toMatchObject({ act: { what: 'order-wanted', plan: 'drainage', step: 1 } })
    await press(words.plan.skip)
    await press(words.do.save)
    expect(posts()).toHaveLength(2)
    await type(`input[aria-label="${words.plan.skip}"]`, '水已退')
    await press(words.do.save)
    expect(posts()[2]?.body).toMatchObject({ act: { what: 'step-skipped', plan: 'drainage', step: 0, reason: '水已退' } })
  })

  it('closes only with a result', async () => {
    await open({ answers: { [steppedAt]: { id: incident.id, at: now, by: '张三' } } })
    await press(words.do.close)
    await press(words.do.save)
    expect(posts()).toEqual([])
    await type(`input[aria-label="${words.do.close}"]`, '已修复')
    await page.get('form').trigger('submit')
    await flushPromises()
    expect(posts()[0]?.body).toMatchObject({ act: { what: 'closed', result: '已修复' } })
  })

  it('classifies what was changed alone', async () => {
    await open({ answers: { [steppedAt]: { id: incident.id, at: now, by: '张三' } } })
    await press(words.do.classify)
    await type('select[name=level]', 'major')
    await press(words.do.save)
    expect(posts()[0]?.body).toMatchObject({ act: { what: 'classified', level: 'major', datum: 'wgs84' } })
    expect(Object.keys((posts()[0]?.body as { act: object }).act).sort()).toEqual(['datum', 'level', 'what'])
  })

  it('merges into another that is open, and opens another out of it', async () => {
    const other = shownIncident({ id: 'E2', title: '井盖缺失' })
    await open({
      incidents: [incident, other, shownIncident({ id: 'E3', closedAt: start, stage: 'closed' })],
      answers: { [steppedAt]: { id: incident.id, at: now, by: '张三' } },
    })
    await press(words.do.merge)
    expect(page.findAll(`select[aria-label="${words.do.into}"] option`).map((one) => one.text())).toEqual([words.do.into, 'E2 井盖缺失'])
    await type(`select[aria-label="${words.do.into}"]`, 'E2')
    await page
      .findAll('button')
      .filter((one) => one.text() === words.do.merge)
      .at(-1)
      ?.trigger('click')
    await flushPromises()
    expect(posts()[0]?.body).toMatchObject({ act: { what: 'merged', into: 'E2' } })
    await press(words.do.splitOff)
    expect(page.text()).toContain(`${words.origins.incident} ${incident.id}`)
  })

  it('says who did what when, where somebody was faster', async () => {
    const meanwhile: Incident = {
      ...incident,
      lines: [...incident.lines, { command: 'c3', at: now, by: '李四', act: { what: 'closed', result: '误报' } }],
    }
    const failure = { kind: 'conflict', detail: 'incident: meanwhile 李四 closed it at 14:50:00; look at it' } as const
    const told = async (seen: number) => {
      page = (await mountPage(DecisionNote, { failure, incident: meanwhile, seen, zone: 'Asia/Shanghai' }, '/desk/incidents', { configuration })).page
      const text = page.get('[role=alert]').text()
      page.unmount()
      return text
    }
    expect(await told(2)).toBe('其间已有人处置：李四 14:50:00 结案 误报。请看过再定。')
    // what is in the way is not new: the server's own words must do
    expect(await told(3)).toContain(failure.detail)
    await open({ answers: { [steppedAt]: { status: 409, body: { detail: failure.detail } } } })
    await press(words.plan.tick)
    expect(page.get('[role=alert]').text()).toContain(failure.detail)
  })

  it('shows a closed one with its result, asks for one that is missing, and reopens within the day', async () => {
    const closed = shownIncident({ id: 'E5', title: '起火', stage: 'closed', closedAt: now - minuteMs, result: undefined })
    await open({ incidents: [closed], answers: { 'POST /api/incidents/E5/steps': { id: 'E5', at: now, by: '张三' } } })
    await page
      .findAll('button')
      .find((one) => one.text().includes('起火'))
      ?.trigger('click')
    expect(page.text()).toContain(words.list.owesResult)
    expect(page.findAll('button').map((one) => one.text())).not.toContain(words.do.close)
    await press(words.do.reopen)
    await type(`input[aria-label="${words.do.reopen}"]`, '复燃')
    await press(words.do.save)
    expect(posts()[0]?.body).toMatchObject({ act: { what: 'reopened', reason: '复燃' } })
  })

  it('offers nothing to a session without a name, and says why', async () => {
    await open({ name: '', sensors: [sensor] })
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'n' }))
    await press(words.plan.tick)
    await press(words.list.make)
    expect([posts(), page.find('input[name=title]').exists()]).toEqual([[], false])
    expect(page.text()).toContain(zh.rankings.blocks.name)
  })

  it('speaks English where the page does', async () => {
    await open({ locale: 'en' })
    for (const part of ['Considerable · Important', en.incidentDesk.plan.tick, en.incidentDesk.near.title]) expect(page.text()).toContain(part)
  })
})
