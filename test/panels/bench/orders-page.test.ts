// @vitest-environment jsdom
import { flushPromises } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SupervisionOrder } from '../../../contract/supervision.ts'
import { attachmentLimits } from '../../../contract/supervision.ts'
import type { Incident } from '../../../contract/incident.ts'
import OrdersPage from '../../../client/src/desk/OrdersPage.vue'
import { indicator, unit } from '../../support/registry.ts'
import { supervisionRule } from '../../support/supervision-rule.ts'
import { orderOf as workOrderOf, stateOf } from '../detail/given.ts'
import { mountPage } from './mount-page.ts'
import type { MountedPage } from './mount-page.ts'
import { closed, day, now, orderOf, photo, stepOf } from './orders.ts'
import { answerWith } from './stub-server.ts'
import type { AskedOfStub } from './stub-server.ts'

let page: VueWrapper
let router: MountedPage['router']

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  Element.prototype.scrollIntoView = () => undefined
})
afterEach(() => {
  page.unmount()
  sessionStorage.clear()
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const usual = { 'GET /api/session': { role: 'desk', name: '值班员乙' } }
const incident: Incident = {
  id: 'E7',
  title: '甘沟路污水井溢流',
  type: '市政',
  priority: 'urgent',
  stage: 'confirmed',
  unit: '住建局',
  subdistrict: undefined,
  place: undefined,
  reportedAt: now - 600_000,
  closedAt: undefined,
  dueAt: undefined,
  steps: [],
  feed: 'demo',
} as unknown as Incident

interface Opening {
  readonly path?: string
  readonly locale?: 'en'
  readonly incidents?: readonly Incident[]
}
async function open(orders: readonly SupervisionOrder[], { path = '/desk/orders', locale, incidents = [] }: Opening = {}): Promise<void> {
  const mounted = await mountPage(OrdersPage, {}, path, {
    configuration: {
      indicators: [
        indicator({ id: 'online_rate', name: '网上可办率', leadUnits: ['住建局'], target: { shape: 'floor', value: 95, wording: '不低于95%' } }),
      ],
      units: [unit({ id: 'housing', shortName: '住建局' }), unit({ id: 'dongguan', shortName: '东关街道' })],
      supervision: { ...supervisionRule, attachments: attachmentLimits({ megabytes: 20 }) },
    },
    pushed: {
      now,
      topics: {
        'supervisions@620802': orders,
        'incidents@620802': incidents,
        'indicators@620802': [stateOf({ id: 'online_rate', value: 88.8, gap: -6.2, assessment: 'off-target' })],
        'work-orders@620802': [
          workOrderOf({ id: 'W1', title: '供暖不热', unit: 'housing', openedAt: now - 3 * day, dueAt: now - day, clock: 'overdue' }),
        ],
      },
    },
    ...(locale && { locale }),
  })
  page = mounted.page
  router = mounted.router
  await flushPromises()
}
const rows = (): readonly string[] => page.findAll('[role=row]').map((row) => row.attributes('data-order') ?? '')
const posts = (asked: readonly AskedOfStub[]): readonly AskedOfStub[] => asked.filter(({ method }) => method === 'POST')
/** of a request without the command, which is another each time */
function bodyOf(asked: AskedOfStub | undefined): unknown {
  const { command, ...rest } = asked?.body as Readonly<Record<string, unknown>>
  expect(command).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  return rest
}
async function press(words: string): Promise<void> {
  const found = page.findAll('button').find((one) => one.text().startsWith(words))
  if (found === undefined) throw new Error(`no button says ${words}: ${page.text()}`)
  await found.trigger('click')
  await flushPromises()
}
async function key(name: string, on = '[role=grid]'): Promise<void> {
  await page.get(on).trigger('keydown', { key: name })
  await flushPromises()
}
const answer = (given: object = {}): object => ({
  id: 'S9',
  number: '督〔2026〕9号',
  command: 'c',
  step: 'issued',
  at: now,
  by: '值班员乙',
  isLate: false,
  dueAt: now + day,
  isProvisional: false,
  ...given,
})

describe('the list', () => {
  const some = [
    orderOf('1', { title: '城东积水' }),
    orderOf('2', { dueAt: now - day, clock: 'overdue', card: { colour: 'red', reason: 'overdue', since: now - day } }),
    orderOf('3', closed),
  ]
  it('has each open order with its card in colour and words, the soonest due first', async () => {
    answerWith(usual)
    await open(some)
    expect(rows()).toEqual(['2', '1'])
    const late = page.get('[data-order="2"]')
    for (const word of ['红', '红牌', '超期', '住建局', '督〔2026〕2号', '超 1天', '待签收', '一般']) expect(late.text()).toContain(word)
    expect(late.get('.card-mark').classes()).toContain('red')
    expect(page.get('[data-order="1"]').text()).toContain('未挂牌')
    expect(page.text()).toContain('2 件 · 在办 2')
  })
  it('is narrowed by choice and search; settled ones of long ago are read', async () => {
    const asked = answerWith({ ...usual, 'GET /api/supervisions': { orders: [orderOf('old', closed)], total: 1 } })
    await open(some)
    await page.get('select[name=card]').setValue('red')
    expect(rows()).toEqual(['2'])
    await page.get('select[name=card]').setValue(undefined)
    await page.get('input[type=search]').setValue('积水')
    expect(rows()).toEqual(['1'])
    await page.get('input[type=search]').setValue('')
    await page.get('select[name=state]').setValue(true)
    await flushPromises()
    expect([...rows()].sort()).toEqual(['3', 'old'])
    expect(asked.some(({ path }) => path === '/api/supervisions?district=620802&state=settled&limit=1000')).toBe(true)
  })
  it('is walked by keys, and what is open stands in the address', async () => {
    answerWith({ ...usual, 'GET /api/supervisions/1': some[0] })
    await open(some)
    await key('ArrowDown')
    await key('ArrowDown')
    await key('Enter')
    expect(router.currentRoute.value.query['order']).toBe('1')
    expect(page.get('.order-card h2').text()).toBe('城东积水')
    await key('Escape', '.order-card')
    expect(page.find('.order-card').exists()).toBe(false)
    expect(document.activeElement?.getAttribute('role')).toBe('grid')
  })
  it('says the same in English', async () => {
    answerWith(usual)
    await open(some, { locale: 'en' })
    for (const word of ['red card', 'overdue', 'to be acknowledged', '1 d overdue']) expect(page.text()).toContain(word)
  })
})

describe('a new order', () => {
  it('from an incident is filled in, and issued by one key; then it is open', async () => {
    const asked = answerWith({ ...usual, 'POST /api/supervisions': answer(), 'GET /api/supervisions/S9': orderOf('S9') })
    await open([], { path: '/desk/orders?origin=incident:E7', incidents: [incident] })
    expect(page.get<HTMLInputElement>('input[name=title]').element.value).toBe('甘沟路污水井溢流')
    expect(page.get<HTMLSelectElement>('select[name=lead]').element.value).toBe('housing')
    expect(page.get<HTMLSelectElement>('form.issue select[name=level]').element.value).toBe('urgent')
    await page.get('form.issue').trigger('keydown', { key: 'Enter', ctrlKey: true })
    await flushPromises()
    expect(posts(asked)).toHaveLength(1)
    expect(bodyOf(posts(asked)[0])).toMatchObject({
      district: '620802',
      title: '甘沟路污水井溢流',
      level: 'urgent',
      leadUnit: 'housing',
      due: { workingDays: 1 },
      origin: { kind: 'incident', id: 'E7' },
    })
    expect(page.text()).toContain('已交办 督〔2026〕9号，11月25日 14:32 到期')
    expect(router.currentRoute.value.query['order']).toBe('S9')
  })
  it('from a red indicator says how it stands and what the plan wants', async () => {
    answerWith(usual)
    await open([], { path: '/desk/orders?origin=indicator:online_rate' })
    expect(page.get<HTMLInputElement>('input[name=title]').element.value).toBe('网上可办率未达目标')
    expect(page.get<HTMLTextAreaElement>('textarea[name=text]').element.value).toMatch(/^网上可办率现为 88.8%。规划要求：不低于95%。/)
    expect(page.get<HTMLSelectElement>('select[name=lead]').element.value).toBe('housing')
  })
  it('from an overdue work order says which', async () => {
    answerWith(usual)
    await open([], { path: '/desk/orders?origin=work-order:W1' })
    expect(page.get<HTMLInputElement>('input[name=title]').element.value).toBe('供暖不热')
    expect(page.get<HTMLTextAreaElement>('textarea[name=text]').element.value).toContain(
      '工单 W1“供暖不热”，11月21日 14:32 受理。应于 11月23日 14:32 办结',
    )
    expect(page.get<HTMLSelectElement>('form.issue select[name=level]').element.value).toBe('important')
  })
  it('from what is not there says so, and is written by hand', async () => {
    answerWith(usual)
    await open([], { path: '/desk/orders?origin=incident:E9' })
    expect(page.text()).toContain('没有找到来源的内容')
  })
  it('by hand wants a title, a text, a unit and a due time before it is asked', async () => {
    const asked = answerWith({ ...usual, 'POST /api/supervisions': answer() })
    await open([])
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'n' }))
    await flushPromises()
    const why = (): string => page.get('form.issue .reason').text()
    expect(why()).toBe('请写事项')
    await page.get('input[name=title]').setValue('清淤')
    expect(why()).toBe('请写要求')
    await page.get('textarea[name=text]').setValue('三日内完成')
    expect(why()).toBe('请选牵头单位')
    await page.get('select[name=lead]').setValue('housing')
    await page.get('input.days').setValue('0')
    expect(why()).toContain('请给出时限')
    await page.get('form.issue').trigger('keydown', { key: 'Enter', ctrlKey: true })
    expect(posts(asked)).toEqual([])
    await page.get('input.days').setValue('3')
    expect(page.find('form.issue .reason').exists()).toBe(false)
  })
  it('whose answer is lost is sent again under the same number, also after the page was loaded anew', async () => {
    const lost = answerWith(usual)
    await open([], { path: '/desk/orders?origin=incident:E7', incidents: [incident] })
    await page.get('form.issue').trigger('keydown', { key: 'Enter', ctrlKey: true })
    await flushPromises()
    expect(page.text()).toContain('没有收到回执，正按同一编号自动重发')
    expect(page.get('form.issue fieldset').attributes('disabled')).toBeDefined()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(posts(lost)).toHaveLength(2)
    page.unmount()

    const answered = answerWith({ ...usual, 'POST /api/supervisions': answer(), 'GET /api/supervisions/S9': orderOf('S9') })
    await open([])
    const sent = [...posts(lost), ...posts(answered)].map(({ body }) => JSON.stringify(body))
    expect(sent).toHaveLength(3)
    expect(new Set(sent).size).toBe(1)
    expect(page.text()).toContain('已交办 督〔2026〕9号')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(posts(answered)).toHaveLength(1)
  })
  it('is not given by a session without a name', async () => {
    answerWith({ 'GET /api/session': { role: 'desk' } })
    await open([], { path: '/desk/orders?new=1' })
    expect(page.get('form.issue .reason').text()).toContain('登录链接没有写姓名')
  })
})

describe('an order that is opened', () => {
  const one = orderOf('1', {
    stage: 'submitted',
    acknowledgedBy: ['housing', 'dongguan'],
    extension: { askedAt: now, by: '李四', unit: 'housing', dueAt: now + 9 * day, note: '管材未到' },
    steps: [
      stepOf('issued', { by: '值班员甲' }),
      stepOf('acknowledged', { unit: 'housing', onBehalf: true, by: '值班员甲', address: '10.0.0.7' }),
      stepOf('submitted', { unit: 'housing', note: '已办结', attachments: [photo] }),
    ],
  })
  const opened = { path: '/desk/orders?order=1' }

  it('tells every step with who, for whom, when, its words and files', async () => {
    answerWith({ ...usual, 'GET /api/supervisions/1': one })
    await open([one], opened)
    const steps = page.findAll('.steps > li').map((step) => step.text())
    expect(steps).toHaveLength(3)
    for (const word of ['13:32', '报结', '李四', '（住建局）', '已办结', '整改前.jpg', '2.4 MB']) expect(steps[0]).toContain(word)
    expect(steps[1]).toContain('（代住建局登记）')
    expect(steps[1]).toContain('10.0.0.7')
    expect(page.get('.files a').attributes('href')).toBe(`/api/supervisions/1/attachments/${photo.id}`)
    expect(page.text()).toContain('住建局 李四 14:32 申请延期至')
  })
  it('is closed with its basis, by a figure and one key', async () => {
    const asked = answerWith({ ...usual, 'GET /api/supervisions/1': one, 'POST /api/supervisions/1/steps': answer({ id: '1', step: 'accepted' }) })
    await open([one], opened)
    window.dispatchEvent(new KeyboardEvent('keydown', { key: '3' }))
    await flushPromises()
    expect(page.get('form h3').text()).toBe('销号')
    expect(page.get('form .reason').text()).toBe('请写明理由或情况')
    await page.get('textarea[name=note]').setValue('现场核查')
    await page.get('.order-card form').trigger('keydown', { key: 'Enter', ctrlKey: true })
    await flushPromises()
    expect(posts(asked)[0]?.path).toBe('/api/supervisions/1/steps')
    expect(bodyOf(posts(asked)[0])).toEqual({ step: 'accepted', seen: 3, note: '现场核查' })
    expect(page.text()).toContain('已记录：销号 · 14:32 · 值班员乙')
    expect(page.find('.order-card form').exists()).toBe(false)
  })
  it('that somebody else moved meanwhile says who did what, and asks to look again', async () => {
    const moved = { ...one, steps: [...one.steps, stepOf('sent-back', { at: now, by: '张三', note: '仍有积水' })], stage: 'sent-back' as const }
    let current: SupervisionOrder = one
    const answers = {
      ...usual,
      get 'GET /api/supervisions/1'() {
        return current
      },
      'POST /api/supervisions/1/steps': { status: 409, body: { detail: 'meanwhile 张三 recorded sent-back' } },
    }
    const asked = answerWith(answers)
    await open([one], opened)
    await press('催办')
    current = moved
    await page.get('.order-card form').trigger('keydown', { key: 'Enter', ctrlKey: true })
    await flushPromises()
    expect(bodyOf(posts(asked)[0])).toEqual({ step: 'reminded', seen: 3 })
    expect(page.text()).toContain('没有记录：办理期间情况有变')
    expect(page.get('.missed').text()).toContain('张三 14:32 已退办，请重看')
    expect(page.get('form .reason').text()).toContain('请先重看')
    await press('已重看')
    await page.get('.order-card form').trigger('keydown', { key: 'Enter', ctrlKey: true })
    await flushPromises()
    expect(bodyOf(posts(asked)[1])).toEqual({ step: 'reminded', seen: 4 })
  })
  it('that is closed offers nothing more, and an unknown one says so', async () => {
    answerWith({ ...usual, 'GET /api/supervisions/1': orderOf('1', closed), 'GET /api/supervisions/2': { status: 404, body: { detail: 'no' } } })
    await open([orderOf('1', closed)], opened)
    expect(page.find('.acts').exists()).toBe(false)
    expect(page.text()).toContain('值班员甲 13:32 销号，依据： 现场核查已整改')
    page.unmount()
    await open([], { path: '/desk/orders?order=2' })
    expect(page.text()).toContain('没有督办单 2')
  })
})
