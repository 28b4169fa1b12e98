// @vitest-environment jsdom
import { flushPromises } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Entity, TopicName } from '../../../contract/topic.ts'
import { dayMs } from '../../../contract/time.ts'
import DetailHost from '../../../client/src/detail/DetailHost.vue'
import DetailOverlay from '../../../client/src/detail/DetailOverlay.vue'
import IndicatorPage from '../../../client/src/detail/IndicatorPage.vue'
import { useOpenDetail } from '../../../client/src/detail/open-detail.ts'
import type { Place } from '../../../client/src/detail/trail.ts'
import { untouchedMs } from '../../../client/src/detail/use-idle.ts'
import { longPressMs } from '../../../client/src/detail/use-long-press.ts'
import { provideDesk } from '../../../client/src/supervision/use-desk.ts'
import { channel, district, indicator, input, ranking, sector, unit } from '../../support/registry.ts'
import { mountPage } from '../bench/mount-page.ts'
import { answerWith } from '../bench/stub-server.ts'
import { at, detailOf, now, orderOf, platform, stateOf } from './given.ts'

const kongtong = district({ id: '620802' })
const hotlineRate = indicator({
  id: 'hotline_rate',
  no: 39,
  clause: '39',
  name: '12345热线按时办结率',
  shortName: '热线按时',
  nameEn: 'Hotline closed on time',
  target: { shape: 'floor', value: 95, wording: '按时办结率不低于95%' },
  pace: 'constant',
  formula: 'on_time / due * 100',
  formulaWords: '按时办结 ÷ 到期',
  formulaWordsEn: 'closed on time ÷ due',
  leadUnits: ['政务服务中心'],
  responsible: ['subdistricts', 'departments'],
})
const configuration = {
  indicators: [hotlineRate, indicator({ id: 'plain', no: 12, name: '无目标的指标' })],
  units: [
    unit({ id: 'dongguan', name: '东关街道办事处', shortName: '东关', nameEn: 'Dongguan', group: 'subdistrict' }),
    unit({ id: 'liuhu', shortName: '柳湖', group: 'subdistrict' }),
  ],
  channels: [channel({ id: 'hotline', name: '12345热线', shortName: '12345' })],
  inputs: [
    input({ id: 'on_time', name: '按时办结数', orders: { channels: ['hotline'], count: 'on-time' } }),
    input({ id: 'due', name: '到期数', orders: { channels: ['hotline'], count: 'due' } }),
    input({ id: 'records', name: '归集数据', unitOfMeasure: '条', by: 'sector', published: true }),
  ],
  sectors: [sector({ id: 'medical', name: '医疗就诊', shortName: '医疗' })],
  themes: [],
  rankings: [ranking({ id: 'towns' })],
}
const state = stateOf({ id: 'hotline_rate', value: 88.8, expected: 95, gap: -6.2, assessment: 'off-target', numerator: 888, denominator: 1_000 })
const topics: Readonly<Record<TopicName, readonly Entity[]>> = {
  'indicators@620802': [state],
  'feeds@620802': [platform],
  'channels@620802': [
    {
      id: 'hotline',
      open: 143,
      dueSoon: 17,
      overdue: 4,
      lastDay: 6,
      lateNodes: 2,
      dueThisMonth: 1_240,
      onTimeThisMonth: 1_230,
      ratedThisMonth: 0,
      satisfiedThisMonth: 0,
      basicallySatisfiedThisMonth: 0,
      receivedToday: 3,
      settledToday: 2,
      nextDueAt: undefined,
      asOf: now,
    },
  ],
  'rankings@620802': [
    {
      id: 'towns/2024-10',
      ranking: 'towns',
      month: '2024-10',
      state: 'published',
      publishedAt: now,
      publishedBy: '甲',
      rows: [{ unit: 'dongguan', standing: 'ranked', rank: 3, value: 97.5, sample: 40, interval: undefined, risen: undefined, reason: undefined }],
      corrections: [],
      asOf: now,
    },
  ],
  'inputs@620802': [
    {
      id: 'records/medical',
      input: 'records',
      of: 'medical',
      value: 120_000,
      start: 100_000,
      observedAt: at('11-20T06:00'),
      receivedAt: at('11-20T06:05'),
      corrected: undefined,
      feed: 'platform',
    },
  ],
}
const detail = detailOf({
  indicator: 'hotline_rate',
  corrections: [{ at: at('07-18T12:00'), from: 36.5, to: 38.2, receivedAt: at('11-18T09:00') }],
  versions: [
    { version: 1, from: '', recordedAt: at('01-01T08:00'), note: '' },
    { version: 2, from: '2024-12-01', recordedAt: at('11-01T08:00'), note: '改分母' },
  ],
  units: [
    {
      unit: 'dongguan',
      value: 91.5,
      missing: undefined,
      numerator: 183,
      denominator: 200,
      observedAt: at('11-20T14:20'),
      rank: 1,
      assessment: 'watch',
    },
    {
      unit: 'liuhu',
      value: undefined,
      missing: { why: 'zero-denominator', input: 'due' },
      numerator: undefined,
      denominator: undefined,
      observedAt: undefined,
      rank: undefined,
      assessment: 'none',
    },
  ],
  inputs: [
    {
      input: 'on_time',
      value: 888,
      start: undefined,
      observedAt: at('11-20T14:25'),
      oldestAt: at('11-20T14:25'),
      receivedAt: at('11-20T14:26'),
      feed: 'platform',
      members: 20,
    },
    {
      input: 'due',
      value: undefined,
      start: undefined,
      observedAt: undefined,
      oldestAt: undefined,
      receivedAt: undefined,
      feed: undefined,
      members: 0,
    },
    {
      input: 'records',
      value: 4_610,
      start: undefined,
      observedAt: at('11-20T08:00'),
      oldestAt: at('10-12T08:00'),
      receivedAt: at('11-20T08:02'),
      feed: 'platform',
      members: 9,
    },
  ],
})
const orders = {
  count: 'due',
  total: 2,
  orders: [
    orderOf({ id: 'in-time', title: '路灯不亮', stage: 'closed', settledAt: now - dayMs, dueAt: now - dayMs / 2, clock: 'settled' }),
    orderOf({ id: 'late', title: '供暖不热', clock: 'overdue', dueAt: now - 2 * dayMs }),
  ],
}

let page: VueWrapper
let closed = 0

beforeEach(() => {
  vi.useFakeTimers({ now })
  closed = 0
})
afterEach(() => {
  page.unmount()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function open(place: Place, isProvenanceFirst = false): Promise<void> {
  const props = { district: kongtong, start: [place], isProvenanceFirst, onClose: () => (closed += 1) }
  page = (await mountPage(DetailOverlay, props, '/overview', { configuration, pushed: { now, topics } })).page
  await flushPromises()
}
const rate: Place = { kind: 'indicator', indicator: 'hotline_rate', unit: undefined }
const answers = { 'GET /api/indicators/hotline_rate': detail, 'GET /api/orders': orders }
function button(words: string) {
  const found = page.findAll<HTMLButtonElement>('button').find((one) => one.text().includes(words))
  if (found === undefined) throw new Error(`no button says ${words}: ${page.text()}`)
  return found
}
async function press(words: string): Promise<void> {
  await button(words).trigger('click')
  await flushPromises()
}

describe('a count of the first line opened', () => {
  it('lists what it counts with who leads and how far off it is, and each opens its indicator', async () => {
    answerWith(answers)
    await open({ kind: 'numbers', count: 'off-target' })
    expect(page.text()).toContain('未达')
    expect(page.text()).toContain('1 项，共 2 项')
    expect(button('热线按时').text()).toBe('39热线按时 政务服务中心 · 低于目标 6.2 点，目标 95.0未达14:2588.8%')
    await press('热线按时')
    expect(page.text()).toContain('指标 39 · 服务效能 · 条款 39')
  })

  it('says so where nothing is counted', async () => {
    await open({ kind: 'numbers', count: 'watch' })
    expect(page.text()).toContain('此刻没有。')
  })
})

describe('an indicator opened', () => {
  it('says what it is, what the plan wants in its own words, how it stands, as of when, from whom and whose it is', async () => {
    answerWith(answers)
    await open(rate)
    for (const words of [
      '指标 39 · 服务效能 · 条款 39',
      '12345热线按时办结率',
      '目标：不低于 95% · 方案原文“按时办结率不低于95%”',
      '未达',
      '88.8%',
      '低于目标 6.2 点，目标 95.0',
      '分子/分母 888 / 1000',
      '截至 14:25 · 指标平台（找 大数据中心 甲）',
      '牵头 政务服务中心 · 责任 各乡镇街道、区直有关部门',
    ])
      expect(page.text()).toContain(words)
  })

  it('lists its units with what they are made of, and goes from one to its orders and back', async () => {
    const asked = answerWith(answers)
    await open(rate)
    const rows = page.findAll('[data-row]').map((row) => row.text())
    expect(rows).toEqual(['1东关183 / 200 · 截至 14:2091.5落后进度', '—柳湖未报—'])
    await press('东关')
    expect(asked.at(-1)?.path).toContain('unit=dongguan')
    expect(page.text()).toContain('本单位91.5%')
    await press('来历')
    expect(page.find('.provenance').text()).toContain('输入数（全区）')
    await press('工单')
    expect(page.findAll('article').map((row) => row.find('.f-text').text())).toEqual(['路灯不亮', '供暖不热'])
    expect(page.text()).toContain('到期 2 件 · 未按时 2 件在前 · 截至 14:32')
    await press('返回')
    expect(page.findAll('[data-row]')).toHaveLength(2)
  })

  it('tells its provenance: formula, version, inputs with their times and source, corrections, history', async () => {
    answerWith(answers)
    await open(rate, true)
    const text = page.find('.provenance').text()
    for (const words of [
      '按时办结 ÷ 到期',
      'on_time / due * 100',
      '口径 v1截至',
      '口径沿革口径 v1 · 1月1日 08:00 记入',
      '按时办结数888 件',
      '20 家合计 · 截至 14:25 · 收到 14:26',
      '由工单计数：12345 · 按时办结 · 指标平台（找 大数据中心 甲）',
      '到期数— 件从未报送',
      '9 家合计 · 截至 08:00 · 最早 10月12日 08:00 · 应每 1天 · 收到 08:02',
      '7月18日：原 36.5 → 38.2，11月18日 更正',
      '口径 v2 自 12月1日 · 改分母',
    ])
      expect(text).toContain(words)
  })

  it('begins its units with the worst, and puts those without a rank last', async () => {
    const [first, unranked] = detail.units
    const second = { ...first!, unit: 'liuhu', value: 80, rank: 2 }
    answerWith({ ...answers, 'GET /api/indicators/hotline_rate': { ...detail, units: [first, second, { ...unranked!, unit: 'nobody' }] } })
    await open(rate)
    expect(page.findAll('[data-row] .no').map((cell) => cell.text())).toEqual(['2', '1', '—'])
  })

  it('heads an order without a title with its type, and one without either with its number', async () => {
    const untitled = [orderOf({ id: 'A-1', title: '' }), orderOf({ id: 'A-2', title: '', type: '' })]
    answerWith({ ...answers, 'GET /api/orders': { count: 'open', total: 2, orders: untitled } })
    await open({ kind: 'unit', unit: 'dongguan' })
    expect(page.findAll('.order .f-text').map((cell) => cell.text())).toEqual(['民生', 'A-2'])
  })

  it('says since when a rate of the month is counted, and does not call it on pace before a working day is over', async () => {
    const monthly = { ...hotlineRate, period: 'month' } as const
    const onFirst = {
      now: at('12-01T09:00'),
      topics: { ...topics, 'indicators@620802': [{ ...state, value: 100, assessment: 'on-target' }] },
    } as const
    const props = { district: kongtong, start: [rate], isProvenanceFirst: false }
    answerWith(answers)
    page = (await mountPage(DetailOverlay, props, '/overview', { configuration: { ...configuration, indicators: [monthly] }, pushed: onFirst })).page
    await flushPromises()
    expect(page.text()).toContain('现值 · 12月1日起')
    expect(page.find('.about').text()).toContain('月初')
    expect(page.find('.about').text()).not.toContain('按进度')
  })

  it('keeps its frame while it waits, says why it failed, and tries again', async () => {
    answerWith({ 'GET /api/indicators/hotline_rate': { status: 503, body: {} } })
    await open(rate)
    expect(page.text()).toContain('年内曲线')
    expect(page.find('[role=alert]').text()).toContain('读取失败：HTTP 503')
    // nobody knows how many
    expect(page.find('[role=tab]').text()).toBe('单位 —')
    answerWith(answers)
    await press('再试')
    expect(page.find('[role=alert]').exists()).toBe(false)
    expect(page.findAll('[data-row]')).toHaveLength(2)
  })

  it('gives a figure without a target no light, and says that nobody has reported it', async () => {
    answerWith({ 'GET /api/indicators/plain': detailOf({ indicator: 'plain' }) })
    await open({ kind: 'indicator', indicator: 'plain', unit: undefined })
    expect(page.text()).toContain('无目标数')
    expect(page.text()).toContain('方案未定目标数，只看趋势')
    expect(page.text()).toContain('尚无值报送')
    expect(page.find('.c-red, .c-yellow').exists()).toBe(false)
  })
})

describe('a channel, a unit and a member of an input', () => {
  it('shows a channel’s clocks, its month with numerator and denominator, and its open orders by unit', async () => {
    const asked = answerWith({ 'GET /api/orders': { count: 'open', total: 1, orders: [orderOf({ id: '1', title: '占道', clock: 'last-day' })] } })
    await open({ kind: 'channel', channel: 'hotline' })
    for (const words of ['在办143', '超期4', '最后一日6', '节点迟2', '99.2%1230/1240', '在办，按单位', '占道'])
      expect(page.text().replaceAll(' ', '')).toContain(words)
    await press('本月未按时')
    expect(asked.at(-1)?.path).toBe('/api/orders?district=620802&count=due&channel=hotline&from=2024-11-01&late=1&limit=200')
  })

  it('says of an order that was settled before it was received that the times contradict each other, and not how late it was', async () => {
    const settled = { stage: 'closed', clock: 'settled', settledAt: now - 4 * dayMs, isSettledBeforeReceipt: true } as const
    answerWith({ 'GET /api/orders': { count: 'due', total: 1, orders: [orderOf({ id: '1', title: '占道', ...settled })] } })
    await open({ kind: 'channel', channel: 'hotline' })
    for (const words of ['办结时间有误', '办结早于收件，不计按时']) expect(page.text()).toContain(words)
    expect(page.text()).not.toMatch(/占道(按时|迟)/)
  })

  it('shows the indicators of a unit as the whole district’s, and its orders', async () => {
    const asked = answerWith({ 'GET /api/orders': { count: 'open', total: 0, orders: [] } })
    await open({ kind: 'unit', unit: 'dongguan' })
    expect(page.text()).toContain('东关街道办事处')
    expect(page.findAll('[data-row]').map((row) => row.text())).toEqual(['39热线按时 责任未达14:2588.8%'])
    expect(page.text()).toContain('没有这样的工单 · 截至 14:32')
    expect(asked.at(-1)?.path).toBe('/api/orders?district=620802&count=open&unit=dongguan&limit=200')
  })

  it('shows a unit opened from a ranking with the month and the rate that the ranking has', async () => {
    answerWith({ 'GET /api/orders': { count: 'open', total: 0, orders: [] } })
    await open({ kind: 'unit', unit: 'dongguan', ranking: 'towns/2024-10' })
    expect(page.text()).toContain('10月 按时办结率 · 已公布')
    expect(page.text().replaceAll(' ', '')).toContain('97.5%40件·第3名')
    expect(page.text()).not.toContain('11月 按时办结')
    page.unmount()
    await open({ kind: 'unit', unit: 'dongguan' })
    expect(page.text()).toContain('11月 按时办结')
  })

  it('shows a sector’s value with its growth, times and source', async () => {
    answerWith({})
    await open({ kind: 'input', input: 'records', of: 'medical' })
    for (const words of ['医疗就诊', '120,000条', '+20,000 条，20.0%', '100,000 条', '06:00', '06:05', '指标平台（找 大数据中心 甲）'])
      expect(page.text()).toContain(words)
  })
})

describe('the overlay', () => {
  it('closes by Esc, by its mark, by a touch beside it, and by itself when nobody touches it', async () => {
    answerWith(answers)
    await open(rate)
    await page.find('[role=dialog]').trigger('keydown', { key: 'Escape' })
    await press('关闭')
    window.dispatchEvent(new Event('pointerdown'))
    document.body.dispatchEvent(new Event('pointerdown', { bubbles: true }))
    expect(closed).toBe(3)
    await page.find('[role=dialog]').trigger('pointerdown')
    expect(closed).toBe(3)
    vi.advanceTimersByTime(untouchedMs - 1)
    expect(closed).toBe(3)
    vi.advanceTimersByTime(1)
    expect(closed).toBe(4)
  })

  it('goes back one level by Esc, and closes at the first only', async () => {
    answerWith(answers)
    await open(rate)
    await page.findAll('[data-row]')[0]!.trigger('click')
    await flushPromises()
    const dialog = page.find('[role=dialog]')
    expect(page.findAll('.level')).toHaveLength(1)
    await dialog.trigger('keydown', { key: 'Escape' })
    expect(page.findAll('.level')).toHaveLength(0)
    expect(closed).toBe(0)
    await dialog.trigger('keydown', { key: 'Escape' })
    expect(closed).toBe(1)
  })

  it('keeps the focus within, and moves it from row to row', async () => {
    answerWith(answers)
    await open(rate)
    const dialog = page.find('[role=dialog]')
    expect(document.activeElement?.textContent).toContain('关闭')
    await dialog.trigger('keydown', { key: 'ArrowDown' })
    expect(document.activeElement?.textContent).toContain('东关')
    await dialog.trigger('keydown', { key: 'ArrowDown' })
    await dialog.trigger('keydown', { key: 'ArrowDown' })
    expect(document.activeElement?.textContent).toContain('柳湖')
    await dialog.trigger('keydown', { key: 'Tab' })
    expect(document.activeElement?.textContent).toContain('关闭')
  })
})

describe('the host above a screen', () => {
  const Cell = defineComponent({
    setup() {
      const openDetail = useOpenDetail()
      return () => h('button', { class: 'cell', onClick: () => openDetail({ kind: 'indicator', indicator: 'hotline_rate' }) }, '88.8')
    },
  })
  const Screen = defineComponent({ setup: () => () => h(DetailHost, { district: kongtong }, { default: () => h(Cell) }) })
  const dialog = () => page.find('[role=dialog]')

  it('opens by a tap, closes when another screen is shown, and gives the focus back', async () => {
    answerWith(answers)
    const mounted = await mountPage(Screen, {}, '/overview', { configuration, pushed: { now, topics } })
    page = mounted.page
    page.find<HTMLElement>('.cell').element.focus()
    await page.find('.cell').trigger('click')
    expect(dialog().exists()).toBe(true)
    await mounted.router.push('/perceive')
    await flushPromises()
    expect(dialog().exists()).toBe(false)
    expect(document.activeElement?.className).toBe('cell')
  })

  it('hears a finger that rests, once, and none that moves on', async () => {
    answerWith(answers)
    page = (await mountPage(Screen, {}, '/overview', { configuration, pushed: { now, topics } })).page
    const cell = page.find('.cell')
    const down = { isPrimary: true, button: 0, clientX: 5, clientY: 5 }
    await cell.trigger('pointerdown', down)
    await cell.trigger('pointermove', { clientX: 50, clientY: 5 })
    vi.advanceTimersByTime(longPressMs)
    await flushPromises()
    expect(dialog().exists()).toBe(false)
    await cell.trigger('pointerdown', down)
    vi.advanceTimersByTime(longPressMs)
    await flushPromises()
    expect(page.findComponent(DetailOverlay).props('isProvenanceFirst')).toBe(true)
    page.findComponent(DetailOverlay).vm.$emit('close')
    await flushPromises()
    // the browser's own click on release is no second tap
    await cell.trigger('click')
    expect(dialog().exists()).toBe(false)
  })
})

describe('the page of the desk', () => {
  it('shows the same with whether it is demonstration data', async () => {
    answerWith({ ...answers, 'GET /api/session': { role: 'desk', name: '值班员甲' } })
    page = (await mountPage(IndicatorPage, { id: 'hotline_rate' }, '/desk/indicators/hotline_rate', { configuration, pushed: { now, topics } })).page
    await flushPromises()
    expect(page.text()).toContain('演示数据')
    expect(page.text()).toContain('12345热线按时办结率')
    expect(page.findAll('[data-row]')).toHaveLength(2)
  })

  it.each([
    ['desk', ['/desk/orders?origin=indicator:hotline_rate&district=620802', '/desk/orders?origin=work-order:late&district=620802']],
    ['wall', []],
  ] as const)('makes an order of the indicator, and of each open work order behind it: %s', async (role, ways) => {
    answerWith({ ...answers, 'GET /api/session': { role, name: '值班员甲' } })
    const Page = defineComponent({
      setup() {
        provideDesk()
        return () => h(IndicatorPage, { id: 'hotline_rate' })
      },
    })
    page = (await mountPage(Page, {}, '/desk/indicators/hotline_rate', { configuration, pushed: { now, topics } })).page
    await flushPromises()
    await press('工单')
    expect(page.text()).toContain('供暖不热')
    expect(page.findAll('a.issue').map((way) => way.attributes('href'))).toEqual(ways)
  })
})
