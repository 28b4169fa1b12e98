// @vitest-environment jsdom
import { flushPromises, mount } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createI18n } from 'vue-i18n'
import { attachmentLimits } from '../../../contract/supervision.ts'
import type { SupervisionOrder, UnitContext } from '../../../contract/supervision.ts'
import { en } from '../../../client/src/i18n/en.ts'
import { zh } from '../../../client/src/i18n/zh.ts'
import UnitPage from '../../../client/src/unit/UnitPage.vue'
import { closed, day, now, orderOf, photo, stepOf } from './orders.ts'
import { answerWith } from './stub-server.ts'
import type { AskedOfStub } from './stub-server.ts'
import { takeUploads } from './stub-uploads.ts'

let page: VueWrapper

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
})
afterEach(() => {
  page.unmount()
  location.hash = ''
  sessionStorage.clear()
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const housing = { id: 'housing', name: '区住房和城乡建设局', nameEn: 'Housing Bureau' }
const context: UnitContext = {
  name: '李四',
  unit: housing,
  district: { id: '620802', name: '崆峒区', nameEn: 'Kongtong', zone: 'Asia/Shanghai' },
  units: [housing, { id: 'dongguan', name: '东关街道', nameEn: 'Dongguan' }],
  ladder: [{ id: 'head', name: '区长', nameEn: 'District Head' }],
  attachments: attachmentLimits({ megabytes: 20 }),
}
const served = (orders: readonly SupervisionOrder[]): Record<string, unknown> => ({
  'GET /api/unit/context': context,
  'GET /api/unit/orders': { orders, total: orders.length },
  ...Object.fromEntries(orders.map((order) => [`GET /api/unit/orders/${order.id}`, order])),
})
const answer = (given: object): object => ({
  id: '1',
  number: '督〔2026〕1号',
  command: 'c',
  at: now,
  by: '李四',
  isLate: false,
  dueAt: now,
  isProvisional: false,
  ...given,
})

async function open(hash = '', locale: 'zh' | 'en' = 'zh'): Promise<void> {
  location.hash = hash
  page = mount(UnitPage, { attachTo: document.body, global: { plugins: [createI18n({ legacy: false, locale, messages: { zh, en } })] } })
  await flushPromises()
}
async function press(words: string): Promise<void> {
  const found = page.findAll('button').find((one) => one.text() === words)
  if (found === undefined) throw new Error(`no button says ${words}: ${page.text()}`)
  await found.trigger('click')
  await flushPromises()
}
async function write(words: string): Promise<void> {
  await page.get('textarea[name=note]').setValue(words)
}
const posts = (asked: readonly AskedOfStub[]): readonly unknown[] =>
  asked.flatMap(({ method, body }) => (method === 'POST' ? [{ ...(body as object), command: 'c' }] : []))

describe('who the page is for', () => {
  it('tells a session of the desk to use the desk', async () => {
    answerWith({ 'GET /api/unit/context': { status: 403, body: { detail: 'desk' } }, 'GET /api/session': { role: 'desk' } })
    await open()
    expect(page.text()).toContain('请到值班台办理')
    expect(page.get('a').attributes('href')).toBe('/desk/orders')
  })
  it('tells whoever is not signed in what to open', async () => {
    answerWith({ 'GET /api/unit/context': { status: 401, body: {} } })
    await open()
    expect(page.text()).toContain('请用值班台发给您的登录链接重新打开')
  })
  it('tells a unit that is no longer configured so, in the server’s words', async () => {
    answerWith({ 'GET /api/unit/context': { status: 403, body: { detail: 'unit: no longer in config' } }, 'GET /api/session': { role: 'unit' } })
    await open()
    expect(page.text()).toContain('unit: no longer in config')
  })
})

describe('a unit’s own orders', () => {
  const some = [
    orderOf('1', { acknowledgedBy: ['housing'] }),
    orderOf('2', {
      leadUnit: 'dongguan',
      supportingUnits: ['housing'],
      dueAt: now - day,
      clock: 'overdue',
      card: { colour: 'red', reason: 'overdue', since: now },
    }),
    orderOf('3', closed),
  ]
  it('are listed with due time and card in words, the soonest first; settled ones below', async () => {
    answerWith(served(some))
    await open()
    expect(page.text()).toContain('崆峒区 · 区住房和城乡建设局 · 李四')
    expect(page.findAll('.unit-row').map((row) => row.attributes('data-order'))).toEqual(['2', '1', '3'])
    const late = page.get('[data-order="2"]').text()
    for (const word of ['配合', '2026年11月23日 14:32 到期', '已超期', '红牌', '请签收']) expect(late).toContain(word)
    expect(page.get('[data-order="1"]').text()).not.toContain('请签收')
    expect(page.text()).toContain('已了结 1 件')
  })
  it('are asked for again each 30 s while somebody looks, and not while nobody does', async () => {
    const asked = answerWith(served(some))
    await open()
    const lists = (): number => asked.filter(({ path }) => path === '/api/unit/orders').length
    await vi.advanceTimersByTimeAsync(30_000)
    expect(lists()).toBe(2)
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(lists()).toBe(2)
    hidden.mockReturnValue(false)
    document.dispatchEvent(new Event('visibilitychange'))
    await flushPromises()
    expect(lists()).toBe(3)
  })
})

describe('an order that is opened', () => {
  it('is acknowledged with two touches', async () => {
    const asked = answerWith({ ...served([orderOf('1')]), 'POST /api/unit/orders/1/steps': answer({ step: 'acknowledged' }) })
    await open('#1')
    await press('签收')
    await press('提交')
    expect(posts(asked)).toEqual([{ step: 'acknowledged', command: 'c' }])
    expect(page.get('[role=status]').text()).toContain('已记录：签收')
  })
  it('is answered with a photograph, whose way is shown; what the server refuses is said in words', async () => {
    const uploads = takeUploads()
    const asked = answerWith({ ...served([orderOf('1')]), 'POST /api/unit/orders/1/steps': answer({ step: 'feedback' }) })
    await open('#1')
    await press('反馈')
    await write('已完成排查')
    const input = page.get<HTMLInputElement>('input[type=file]')
    const choose = async (...files: File[]): Promise<void> => {
      Object.defineProperty(input.element, 'files', { configurable: true, value: files })
      await input.trigger('change')
    }
    await choose(new File(['x'], '整改前.jpg'), new File(['x'], 'setup.exe'), new File(['x'], '报告.pdf'))
    expect(page.text()).toContain('不收这种文件，未发送')
    expect(uploads.map(({ path }) => path)).toEqual([`/api/unit/orders/1/attachments?name=${encodeURIComponent('整改前.jpg')}`])
    uploads[0]?.progress(1, 4)
    await flushPromises()
    expect(page.text()).toContain('25%')
    expect(page.text()).toContain('附件还在发送')
    uploads[0]?.answer(200, photo)
    await flushPromises()
    uploads[1]?.answer(415, { detail: 'file: its content is no PDF' })
    await flushPromises()
    expect(page.text()).toContain('已送达')
    expect(page.text()).toContain('file: its content is no PDF')
    await press('提交')
    expect(posts(asked)).toEqual([{ step: 'feedback', note: '已完成排查', attachments: [{ id: photo.id, name: photo.name }], command: 'c' }])
  })
  it('keeps a file that did not arrive to be sent again', async () => {
    const uploads = takeUploads()
    answerWith(served([orderOf('1')]))
    await open('#1')
    await press('反馈')
    const input = page.get<HTMLInputElement>('input[type=file]')
    Object.defineProperty(input.element, 'files', { value: [new File(['x'], 'a.pdf')] })
    await input.trigger('change')
    uploads[0]?.breakOff()
    await flushPromises()
    await press('再试一次')
    uploads[1]?.answer(200, photo)
    await flushPromises()
    expect(page.findAll('.files li[data-state]').map((row) => row.attributes('data-state'))).toEqual(['arrived'])
  })
  it('asks for an extension with its end and reason', async () => {
    const asked = answerWith({ ...served([orderOf('1')]), 'POST /api/unit/orders/1/steps': answer({ step: 'extension-asked' }) })
    await open('#1')
    await press('申请延期')
    await page.get('select').setValue('at')
    await page.get('input[type=datetime-local]').setValue('2026-12-08T18:00')
    await write('管材未到')
    await press('提交')
    expect(posts(asked)).toEqual([{ step: 'extension-asked', note: '管材未到', due: { at: Date.parse('2026-12-08T18:00+08:00') }, command: 'c' }])
  })
  it('that was closed while somebody wrote: the answer is kept as late, and that is said', async () => {
    answerWith({ ...served([orderOf('1')]), 'POST /api/unit/orders/1/steps': answer({ step: 'submitted', isLate: true }) })
    await open('#1')
    await press('报结')
    await write('已办结')
    const shut = orderOf('1', { ...closed, steps: [stepOf('issued'), stepOf('submitted', { isLate: true, note: '已办结' })] })
    answerWith({ ...served([shut]), 'POST /api/unit/orders/1/steps': answer({ step: 'submitted', isLate: true }) })
    await press('提交')
    expect(page.text()).toContain('该单已了结。您的答复已于 2026年11月24日 14:32 留存，作为迟到答复，不改变结果。')
    expect(page.text()).toContain('销号，依据： 现场核查已整改')
    expect(page.get('.steps .late').text()).toContain('销号后收到，已留存')
    expect(page.findAll('.acts button').map((one) => one.text())).toEqual(['补充说明'])
  })
  it('whose answer is lost is sent again under the same number', async () => {
    const lost = answerWith(served([orderOf('1')]))
    await open('#1')
    await press('签收')
    await press('提交')
    expect(page.text()).toContain('没有收到回执')
    await vi.advanceTimersByTimeAsync(3_000)
    const sent = lost.filter(({ method }) => method === 'POST').map(({ body }) => JSON.stringify(body))
    expect(sent).toHaveLength(3)
    expect(new Set(sent).size).toBe(1)
  })
  it('is told in English too, and another unit’s is not there', async () => {
    answerWith({ ...served([orderOf('1', { escalation: { to: 'head', since: now } })]), 'GET /api/unit/orders/9': { status: 404, body: {} } })
    await open('#1', 'en')
    for (const words of ['to be acknowledged', 'escalated to District Head', 'Housing Bureau']) expect(page.text()).toContain(words)
    page.unmount()
    await open('#9')
    expect(page.text()).toContain('本单位没有这件督办单')
  })
})
