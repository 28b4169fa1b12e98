// @vitest-environment jsdom
import { flushPromises } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ReportAnswer, ReportDocument, ReportState } from '../../../contract/report.ts'
import ReportsPage from '../../../client/src/desk/ReportsPage.vue'
import DueLine from '../../../client/src/desk/reports/DueLine.vue'
import { dueStanding, nextReminder } from '../../../client/src/desk/reports/model.ts'
import { district } from '../../support/registry.ts'
import { mountPage } from './mount-page.ts'
import { answerWith } from './stub-server.ts'
import type { AskedOfStub } from './stub-server.ts'

const zone = 'Asia/Shanghai'
const at = (text: string): number => Date.parse(`${text}+08:00`)
const now = at('2026-11-17T14:32:00')

const state = (given: Partial<ReportState> = {}): ReportState => ({
  id: '620802-2026-11',
  month: '2026-11',
  state: 'drafted',
  version: 3,
  cutOffAt: at('2026-11-17T09:00:00'),
  changedAt: at('2026-11-17T10:00:00'),
  changedBy: '值班员乙',
  dueAt: at('2026-11-20T23:59:59.999'),
  isDueProvisional: false,
  remindAt: [at('2026-11-13T09:00:00'), at('2026-11-18T09:00:00'), at('2026-11-20T09:00:00')],
  changes: [],
  ...given,
})

const document: ReportDocument = {
  district: '620802',
  month: '2026-11',
  districtName: '崆峒区',
  masthead: { name: '数字政府服务能力工作专报', compilers: ['区大数据中心'], reportedTo: '区委', sentTo: '各部门', issue: 11 },
  title: '关于2026年11月崆峒区数字政府服务能力提升情况的报告',
  cutOffAt: at('2026-11-17T09:00:00'),
  seq: 812,
  zone,
  notes: ['本稿含演示数据，不得作为正式文件印发。'],
  figures: [
    {
      id: 'indicators/a/value',
      label: '办理满意度 完成值',
      value: 93.1,
      shown: '93.1',
      unit: '%',
      source: '指标平台',
      isDemo: true,
      asOf: at('2026-11-16T08:00:00'),
      version: 2,
    },
  ],
  sections: [
    {
      id: 'overall',
      level: 1,
      heading: '一、总体情况',
      paragraphs: [[{ text: '满意度' }, { text: '93.1', figure: 'indicators/a/value' }, { text: '%。' }]],
      unmatched: [],
      table: 'indicators',
    },
    {
      id: 'next-steps',
      level: 1,
      heading: '七、存在问题与下步打算',
      paragraphs: [[{ text: '缺3人。' }]],
      unmatched: ['3'],
      edited: { by: '值班员乙', at: at('2026-11-17T10:00:00') },
    },
  ],
  tables: [{ id: 'indicators', title: '指标完成情况表', columns: [{ title: '指标', share: 1, align: 'left' }], rows: [[{ text: '办理满意度' }]] }],
  attachments: [],
  bulletin: { title: '通报', sections: [] },
}
const answer: ReportAnswer = { state: state(), document }
const person = { 'GET /api/session': { role: 'desk', name: '值班员甲' } }
const read = { 'GET /api/reports/620802-2026-11': answer }

let page: VueWrapper
beforeEach(() => void vi.useFakeTimers({ now }))
afterEach(() => {
  page.unmount()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function open(told: ReportState, answers: Readonly<Record<string, unknown>>, locale: 'zh' | 'en' = 'zh'): Promise<readonly AskedOfStub[]> {
  const asked = answerWith({ ...person, ...answers })
  page = (await mountPage(ReportsPage, {}, '/desk/reports', { locale, pushed: { now, topics: { 'reports@620802': [told] } } })).page
  await flushPromises()
  return asked
}
function button(words: string) {
  const found = page.findAll<HTMLButtonElement>('button').find((one) => one.text().includes(words))
  if (found === undefined) throw new Error(`no button says ${words}: ${page.text()}`)
  return found
}
async function press(...words: readonly string[]): Promise<void> {
  for (const one of words) await button(one).trigger('click')
  await flushPromises()
}
const posted = (asked: readonly AskedOfStub[]) => asked.filter(({ method }) => method === 'POST')

describe('the page of monthly reports', () => {
  it('tells each month with its state, its day, its reminder and who changed it last', async () => {
    await open(state(), read)
    const text = page.find('table').text()
    for (const words of ['2026年11月', '已起草', '11月20日 23:59', '临近应报日，下次提醒 11月18日 09:00', '第 3 版 · 值班员乙 · 10:00'])
      expect(text).toContain(words)
  })

  it('shows the sections with where each number comes from, and what has no data', async () => {
    await open(state(), read)
    expect(page.find('.figure').text()).toBe('93.1')
    expect(page.find('.figure').attributes('title')).toBe('办理满意度 完成值：93.1%，指标平台，11月16日 08:00 · 口径第 2 版 · 演示数据')
    for (const words of [
      '有 1 个数不在本期数据之内',
      '未对应数据：3',
      '值班员乙 于 10:00 修改',
      '本稿含演示数据',
      '数据截至 09:00 · 日志序号 812',
      '指标完成情况表',
    ])
      expect(page.text()).toContain(words)
    expect(page.findAll('a[download]').map((link) => link.attributes('href'))).toEqual(
      ['.docx', '/bulletin.docx', '.xlsx'].map((end) => `/api/reports/620802-2026-11${end}`),
    )
  })

  it('sends what was written as the version that was seen', async () => {
    const asked = await open(state(), { ...read, 'POST /api/reports/620802-2026-11/texts': { version: 4 } })
    await press('修改')
    await page.find('textarea').setValue('满意度93.1%，较好。')
    await press('保存')
    const [told, ...more] = posted(asked)
    expect([told?.path, more]).toEqual(['/api/reports/620802-2026-11/texts', []])
    expect(told?.body).toMatchObject({ seen: 3, texts: { overall: '满意度93.1%，较好。' } })
    // as: what the page sent
    expect((told?.body as { readonly command: string }).command).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(page.find('textarea').exists()).toBe(false)
  })

  it('keeps what was typed when somebody was faster, and says who', async () => {
    const refusal = { status: 409, body: { detail: 'seen: version 3, but it is at version 4: 值班员乙 edited it' } }
    await open(state(), { ...read, 'POST /api/reports/620802-2026-11/texts': refusal })
    await press('修改')
    await page.find('textarea').setValue('我写的')
    await press('保存')
    expect(page.find<HTMLTextAreaElement>('textarea').element.value).toBe('我写的')
    expect(page.find('[role=alert]').text()).toContain('值班员乙 edited it')
  })

  it('sends a command whose answer was lost under the same name', async () => {
    const asked = await open(state(), read)
    await press('印发', '确定')
    await press('印发', '确定')
    const commands = posted(asked).map(({ body }) => (body as { readonly command: string }).command)
    expect(commands).toHaveLength(2)
    expect(new Set(commands).size).toBe(1)
  })

  it('offers to draft what is due, and nothing else', async () => {
    const asked = await open(state({ state: 'due', version: 0, cutOffAt: undefined, changedAt: undefined, changedBy: undefined }), {
      'POST /api/reports': { version: 1 },
    })
    expect(page.findAll('a[download]')).toEqual([])
    await press('起草 2026年11月 专报')
    expect(posted(asked)[0]?.body).toMatchObject({ district: '620802', month: '2026-11', seen: 0 })
  })

  it('lets nothing be changed once it is issued', async () => {
    const issued = state({ state: 'issued' })
    const asked = await open(issued, { 'GET /api/reports/620802-2026-11': { ...answer, state: issued } })
    expect(button('重新起草').attributes('aria-disabled')).toBe('true')
    await press('修改')
    expect(page.find('textarea').exists()).toBe(false)
    expect(posted(asked)).toEqual([])
    expect(page.text()).toContain('已印发，不可更改')
  })

  it('speaks English too, but for the report itself', async () => {
    await open(state(), read, 'en')
    for (const words of ['Monthly report', 'drafted', 'Due soon', 'Without data: 3', '一、总体情况']) expect(page.text()).toContain(words)
  })
})

describe('the line on the desk', () => {
  it('tells the running month, and earlier ones that were begun and never issued', async () => {
    answerWith(person)
    const told = [
      state({ id: '620802-2026-09', month: '2026-09', state: 'issued', dueAt: at('2026-09-20T23:59:59.999') }),
      state({ id: '620802-2026-10', month: '2026-10', state: 'edited', dueAt: at('2026-10-20T23:59:59.999'), remindAt: [] }),
      state({ state: 'due' }),
    ]
    page = (await mountPage(DueLine, { district: district({ id: '620802' }) }, '/desk', { pushed: { now, topics: { 'reports@620802': told } } })).page
    expect(page.findAll('p').map((line) => [line.classes().includes('overdue'), line.text()])).toEqual([
      [false, '2026年11月：未起草，应报 11月20日 23:59，临近应报日，下次提醒 11月18日 09:00'],
      [true, '2026年10月：修改中，应报 10月20日 23:59，已过应报日'],
    ])
  })
})

describe('how a month stands to its day', () => {
  it.each([
    ['2026-11-12T10:00:00', 'ahead', '2026-11-13T09:00:00'],
    ['2026-11-13T09:00:00', 'reminded', '2026-11-18T09:00:00'],
    ['2026-11-20T08:00:00', 'today', '2026-11-20T09:00:00'],
    ['2026-11-20T23:59:59', 'today', undefined],
    ['2026-11-21T00:00:00', 'overdue', undefined],
  ] as const)('on %s: %s', async (text, standing, next) => {
    page = (await mountPage(ReportsPage)).page
    expect(dueStanding(state(), at(text), zone)).toBe(standing)
    expect(nextReminder(state(), at(text))).toBe(next === undefined ? undefined : at(next))
    expect(dueStanding(state({ state: 'issued' }), at(text), zone)).toBe('issued')
  })
})
