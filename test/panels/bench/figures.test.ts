// @vitest-environment jsdom
import { flushPromises } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EntryCheck, EntrySheet } from '../../../contract/entry.ts'
import { entryProblemCodes } from '../../../contract/entry.ts'
import type { EntryState } from '../../../contract/decision.ts'
import FiguresPage from '../../../client/src/desk/FiguresPage.vue'
import { en } from '../../../client/src/i18n/en.ts'
import { zh } from '../../../client/src/i18n/zh.ts'
import { indicator, input, sector, unit } from '../../support/registry.ts'
import { mountPage } from './mount-page.ts'
import { answerWith } from './stub-server.ts'
import type { AskedOfStub } from './stub-server.ts'

const now = Date.parse('2026-11-24T14:32:00+08:00')
const at = Date.parse('2026-10-31T23:59:59+08:00')
const september = Date.parse('2026-09-30T23:59:59+08:00')

const sheet: EntrySheet = {
  district: '620802',
  month: '2026-10',
  at,
  rows: [
    { indicator: 'usability', latest: { value: 92, at, feed: 'indicators' }, state: 'given' },
    { input: 'sampled', latest: { value: 100, at: september, feed: 'manual' }, state: 'due' },
    { input: 'sites', of: 'housing', latest: undefined, state: 'due' },
    { input: 'sites', of: 'dongguan', latest: { value: 4, at, feed: 'manual' }, state: 'done' },
  ],
}
const check: EntryCheck = {
  month: '2026-10',
  sheet: '填报',
  figures: [
    { input: 'sampled', row: 7, value: 12_000, remark: '抽查两次', latest: { value: 100, at: september, feed: 'manual' } },
    { input: 'sites', of: 'housing', row: 9, value: 4, remark: undefined, latest: undefined },
  ],
  problems: [{ code: 'not-a-number', row: 5, column: 'E', found: '约90', expected: '分' }],
  skipped: 5,
}
const waiting: EntryState = {
  id: 'E1',
  state: 'proposed',
  proposedAt: now - 3_600_000,
  proposedBy: '填报员甲',
  decidedAt: undefined,
  decidedBy: undefined,
  note: '十月抽查',
  figures: [{ indicator: undefined, input: 'sampled', of: undefined, at, value: 120 }],
}
const decided: EntryState = {
  ...waiting,
  id: 'E0',
  state: 'rejected',
  decidedAt: now - 60_000,
  decidedBy: '审核员乙',
  figures: [{ ...waiting.figures[0]!, value: 1 }],
}

const configuration = {
  indicators: [indicator({ id: 'usability', name: '申报易用性', unitOfMeasure: '分' })],
  inputs: [
    input({ id: 'sampled', name: '抽样查询', unitOfMeasure: '次' }),
    input({ id: 'sites', name: '政府网站', unitOfMeasure: '个', by: 'unit' }),
  ],
  units: [unit({ id: 'housing', name: '区住建局' }), unit({ id: 'dongguan', name: '东关街道办事处' })],
  // a sector that has the id of a unit: whose figure it is says the input
  sectors: [sector({ id: 'housing', name: '住建调度' })],
  themes: [],
}

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

async function open(
  answers: Readonly<Record<string, unknown>> = {},
  entries: readonly EntryState[] = [],
  name: string | undefined = '审核员乙',
): Promise<void> {
  asked = answerWith({ 'GET /api/session': { role: 'desk', ...(name === '' ? {} : { name }) }, 'GET /api/entries/sheet': sheet, ...answers })
  const given = { configuration, pushed: { now, topics: { 'entries@620802': entries } } }
  page = (await mountPage(FiguresPage, {}, '/desk/figures', given)).page
}
function button(words: string) {
  const found = page.findAll<HTMLButtonElement>('button').find((one) => one.text() === words)
  if (found === undefined) throw new Error(`no button says ${words}: ${page.text()}`)
  return found
}
async function press(words: string): Promise<void> {
  await button(words).trigger('click')
  await flushPromises()
}
async function confirm(words: string): Promise<void> {
  await press(words)
  await press(zh.bench.yes)
}
const cells = (table: number): readonly string[][] =>
  page
    .findAll('table')
    [table]!.findAll('tbody tr')
    .map((line) => line.findAll('td, th').map((cell) => cell.text()))
async function choose(file: File): Promise<void> {
  const field = page.get<HTMLInputElement>('input[type=file]')
  Object.defineProperty(field.element, 'files', { value: [file], configurable: true })
  await field.trigger('change')
  await flushPromises()
}
/** The stub takes JSON only: what is sent as a file is noted by its kind. */
function takeFiles(answer: unknown): { readonly body: unknown; readonly type: string }[] {
  const taken: { readonly body: unknown; readonly type: string }[] = []
  const others = globalThis.fetch
  vi.stubGlobal('fetch', (path: string, init: { readonly body?: unknown; readonly headers?: Record<string, string> } = {}) => {
    if (!(init.body instanceof Blob)) return others(path, init as RequestInit)
    taken.push({ body: init.body, type: init.headers?.['content-type'] ?? '' })
    return Promise.resolve(new Response(JSON.stringify(answer)))
  })
  return taken
}
const posted = () => asked.filter(({ method }) => method === 'POST')

describe('the entry desk', () => {
  it('says what the month lacks, with what was said last, what is done and what a feed gives, and hands out the template', async () => {
    await open()
    expect(page.text()).toContain('待填 2')
    expect(page.text()).toContain('已填 1')
    expect(page.text()).toContain('平台报送 1')
    expect(cells(0)).toEqual([
      ['抽样查询', '', '次', '100（2026年9月）'],
      ['政府网站', '区住建局', '个', '从未填过'],
    ])
    expect(page.get('a[download]').attributes('href')).toBe('/api/entries/template?district=620802&month=2026-10')
    expect(
      page
        .findAll('.panel-head option')
        .map((one) => one.text())
        .slice(0, 2),
    ).toEqual(['2026年10月', '2026年9月'])
  })

  it('offers in the form what no feed reports', async () => {
    await open()
    expect(page.findAll('form option').map((one) => one.text())).toEqual(['选择一项', '抽样查询', '政府网站 · 区住建局', '政府网站 · 东关街道办事处'])
  })

  it('counts as waiting what somebody has proposed for the month', async () => {
    await open({}, [waiting])
    expect(page.text()).toContain('待填 1')
    expect(page.text()).toContain('待审核 1')
  })

  it('shows of a returned sheet what is wrong where, with its cure, and the rest old beside new; then proposes that', async () => {
    await open({ 'POST /api/entries': { id: 'E2', at: now, by: '审核员乙' } })
    const taken = takeFiles(check)
    await choose(new File(['PK'], '十月.xlsx'))
    expect(taken).toEqual([{ body: expect.any(File) as File, type: 'application/octet-stream' }])
    expect(page.text()).toContain('十月.xlsx，2026年10月')
    expect(cells(1)).toEqual([['第 5 行 E 列', '“约90”不是数；请只填数字，按计量单位“分”，没有数的留空']])
    expect(cells(2)).toEqual([
      ['抽样查询', '', '100', '12,000', '次', '与现在的数相差十倍以上，请核对单位；抽查两次', '去掉'],
      ['政府网站', '区住建局', '—', '4', '个', '', '去掉'],
    ])
    await press('去掉')
    await page.get('.propose input').setValue('十月底')
    await confirm('提交审核')
    expect(posted()).toEqual([
      {
        method: 'POST',
        path: '/api/entries',
        body: { district: '620802', month: '2026-10', figures: [{ input: 'sites', of: 'housing', value: 4 }], note: '十月底' },
      },
    ])
    expect(page.text()).toContain('已提交，等另一人审核')
  })

  it('takes single figures as they were typed, checked by the server', async () => {
    const told: EntryCheck = { ...check, figures: [{ ...check.figures[1]!, row: 1, value: 5 }], problems: [], sheet: '', skipped: 0 }
    await open({ 'POST /api/entries/check': told })
    await page.get('form select').setValue('/sites/housing')
    await page.get('form input').setValue('５')
    await page.get('form').trigger('submit')
    await flushPromises()
    expect(posted()).toEqual([
      {
        method: 'POST',
        path: '/api/entries/check',
        body: { district: '620802', month: '2026-10', figures: [{ input: 'sites', of: 'housing', text: '５' }] },
      },
    ])
    expect(cells(1)).toEqual([['政府网站', '区住建局', '—', '5', '个', '', '去掉']])
  })

  it('has a second person decide, with who proposed what beside what stands now', async () => {
    await open({ 'POST /api/entries/E1/approve': { by: '审核员乙' } }, [waiting, decided])
    expect(page.text()).toContain('填报员甲 于 13:32 填报，2026年10月')
    expect(page.text()).toContain('审核员乙 于 14:31 退回')
    expect(cells(1)).toEqual([['抽样查询', '', '100', '120', '次', '']])
    await confirm('同意')
    expect(posted()).toEqual([{ method: 'POST', path: '/api/entries/E1/approve', body: {} }])
  })

  it('tells the one who proposed why they cannot approve, and lets them take it back', async () => {
    await open({ 'POST /api/entries/E1/withdraw': { by: '填报员甲' } }, [waiting], '填报员甲')
    await press('同意')
    expect(button('同意').attributes('aria-disabled')).toBe('true')
    expect(page.text()).toContain('自己填的要由另一人审核')
    expect(page.text()).not.toContain('退回')
    await confirm('撤回')
    expect(posted().map(({ path }) => path)).toEqual(['/api/entries/E1/withdraw'])
  })

  it('tells a session without a name what it lacks, and what the server refused in its own words', async () => {
    await open({}, [waiting], '')
    expect(page.text()).toContain('此会话没有署名；请用带姓名的登录链接打开本页')
    page.unmount()
    const refusal = { status: 409, body: { detail: 'figures.0 (sampled): the feed 指标平台 reports it; leave it out' } }
    await open({ 'POST /api/entries/E1/approve': refusal }, [waiting])
    await confirm('同意')
    expect(page.get('[role=alert]').text()).toContain('the feed 指标平台 reports it; leave it out')
  })

  it('says so when a district takes no figures by hand', async () => {
    await open({
      'GET /api/entries/sheet': { status: 404, body: { detail: 'district: no feed manual of it runs; put config/feeds/manual.yaml back' } },
    })
    expect(page.get('[role=alert]').text()).toContain('put config/feeds/manual.yaml back')
  })

  it('has words for each problem in both languages, with what was found and expected where they say it', async () => {
    await open()
    for (const words of [zh, en]) expect(Object.keys(words.entries.problems).sort()).toEqual([...entryProblemCodes].sort())
  })
})
