// @vitest-environment jsdom
import { flushPromises } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LastMeeting, RankedUnit, RankingState } from '../../../contract/decision.ts'
import MeetingBar from '../../../client/src/desk/MeetingBar.vue'
import RankingsPage from '../../../client/src/desk/RankingsPage.vue'
import { district, ranking, unit } from '../../support/registry.ts'
import { mountPage } from './mount-page.ts'
import { answerWith } from './stub-server.ts'

const now = Date.parse('2026-11-24T14:32:00+08:00')

const row = (id: string, given: Partial<RankedUnit> = {}): RankedUnit => ({
  unit: id,
  standing: 'ranked',
  rank: 1,
  value: 96.4,
  sample: 28,
  interval: [82.3, 99.4],
  risen: 2,
  reason: undefined,
  ...given,
})
const unranked = { rank: undefined, value: undefined, sample: 0, interval: undefined, risen: undefined } as const
const rows = [
  row('dongguan'),
  row('liuhu', { rank: 2, value: 71, sample: 1_200, interval: [68.4, 73.5], risen: -1 }),
  row('anguo', { ...unranked, standing: 'small-sample', value: 100, sample: 4, interval: [51, 100] }),
  row('baishui', { ...unranked, standing: 'exempt', reason: '抗洪抢险' }),
  row('huasuo', { ...unranked, standing: 'no-requests' }),
]
const month = (text: string, given: Partial<RankingState> = {}): RankingState => ({
  id: `towns/${text}`,
  ranking: 'towns',
  month: text,
  state: 'ended',
  publishedAt: undefined,
  publishedBy: undefined,
  rows,
  corrections: [],
  asOf: now,
  ...given,
})
const september = month('2026-09', {
  state: 'published',
  publishedAt: Date.parse('2026-10-08T09:05:00+08:00'),
  publishedBy: '管理员乙',
  corrections: [
    { unit: 'dongguan', from: { rank: 1, value: 96.4, sample: 28 }, to: { rank: undefined, value: 88.9, sample: 9 } },
    { unit: 'liuhu', from: { rank: undefined, value: undefined, sample: 0 }, to: { rank: 1, value: 90, sample: 20 } },
  ],
})
const states = [september, month('2026-10'), month('2026-11', { state: 'running' })]

let page: VueWrapper

beforeEach(() => {
  vi.useFakeTimers({ now })
})
afterEach(() => {
  page.unmount()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const units = ['东关', '柳湖', '安国', '白水', '花所'].map((shortName, index) =>
  unit({ id: ['dongguan', 'liuhu', 'anguo', 'baishui', 'huasuo'][index] ?? '', shortName, group: 'subdistrict' }),
)
const configuration = { rankings: [ranking({ id: 'towns', name: '乡镇街道按时办结' })], units }
const person = { 'GET /api/session': { role: 'desk', name: '值班员甲' } }

async function open(told: readonly RankingState[] = states): Promise<void> {
  const given = { configuration, pushed: { now, topics: { 'rankings@620802': told } } }
  page = (await mountPage(RankingsPage, {}, '/desk/rankings', given)).page
}
function button(words: string) {
  const found = page.findAll<HTMLButtonElement>('button').find((one) => one.text().includes(words))
  if (found === undefined) throw new Error(`no button says ${words}: ${page.text()}`)
  return found
}
async function press(words: string): Promise<void> {
  await button(words).trigger('click')
  await flushPromises()
}
const cells = (table = 0): readonly string[][] =>
  page
    .findAll('table')
    [table]!.findAll('tbody tr')
    .map((line) => line.findAll('td').map((cell) => cell.text()))

describe('the page of rankings', () => {
  it('shows the month that waits, with rank, rate, sample, change and why somebody is not ranked', async () => {
    answerWith(person)
    await open()
    expect(page.text()).toContain('乡镇街道按时办结')
    expect(page.text()).toContain('已结束，尚未公布，截至 14:32')
    expect(cells()).toEqual([
      ['1', '东关', '96.4', '28', '', '▲2', ''],
      ['2', '柳湖', '71.0', '1200', '', '▼1', ''],
      ['—', '安国', '100', '4', '', '', '样本不足'],
      ['—', '白水', '—', '0', '', '', '免排：抗洪抢险'],
      ['—', '花所', '—', '0', '', '', '无工单'],
    ])
    // a scale from 50 to 100
    expect(page.text()).toContain('95% 区间 50–100')
    expect(page.find('.reach').attributes('style')).toMatch(/left: 64\.\d+%; width: 34\.\d+%/)
  })

  it('publishes in two steps, in the name of whoever is signed in', async () => {
    const asked = answerWith({ ...person, 'POST /api/rankings/towns/publish': { by: '值班员甲' } })
    await open()
    await press('公布 2026年10月')
    expect(page.text()).toContain('以 值班员甲 的名义公布 2026年10月 的名次')
    expect(page.text()).toContain('公布后不可更改')
    expect(asked.filter(({ method }) => method === 'POST')).toEqual([])
    await press('取消')
    await press('公布 2026年10月')
    await press('确定')
    expect(asked.filter(({ method }) => method === 'POST')).toEqual([
      { method: 'POST', path: '/api/rankings/towns/publish', body: { district: '620802', month: '2026-10' } },
    ])
  })

  it('says why the server refused', async () => {
    answerWith({ ...person, 'POST /api/rankings/towns/publish': { status: 409, body: { detail: 'month: 2026-10 was published by 管理员乙' } } })
    await open()
    await press('公布 2026年10月')
    await press('确定')
    expect(page.find('[role=alert]').text()).toContain('2026-10 was published by 管理员乙')
  })

  it('says before it is tried why it cannot be: no name, or a month that runs', async () => {
    const asked = answerWith({ 'GET /api/session': { role: 'desk' } })
    await open()
    expect(button('公布 2026年10月').attributes('aria-disabled')).toBe('true')
    expect(page.text()).toContain('请用带姓名的登录链接打开本页')
    await press('公布 2026年10月')
    await press('2026年11月')
    expect(page.text()).toContain('进行中，截至 14:32')
    expect(page.text()).toContain('本月尚未结束')
    expect(asked.filter(({ method }) => method === 'POST')).toEqual([])
  })

  it('shows a published month with who published it, and what was corrected since, without a hand to publish again', async () => {
    answerWith(person)
    await open()
    await press('2026年9月')
    expect(page.text()).toContain('管理员乙 于 10月8日 09:05 公布')
    expect(cells(1)).toEqual([
      ['东关', '第 1 名 · 96.4% · 28 件', '88.9% · 9 件，不排'],
      ['柳湖', '无工单', '第 1 名 · 90.0% · 20 件'],
    ])
    expect(page.findAll('button').map((one) => one.text())).not.toContain('公布 2026年9月')
  })
})

describe('the bar of the meeting', () => {
  const last: LastMeeting = { id: 'last', name: '10月调度会', at: Date.parse('2026-10-26T15:00:00+08:00'), assessments: {} }
  async function openBar(meetings: readonly LastMeeting[]): Promise<void> {
    const pushed = { now, topics: { 'meeting@620802': meetings } }
    page = (await mountPage(MeetingBar, { district: district({ id: '620802' }) }, '/desk', { pushed })).page
  }

  it('tells the last one, and notes this one in two steps under the name that is typed', async () => {
    const asked = answerWith({ ...person, 'POST /api/meetings': { name: '11月调度会', at: now, by: '值班员甲' } })
    await openBar([last])
    expect(page.text()).toContain('上次：10月调度会，10月26日 15:00')
    expect(button('记下本次会议').attributes('aria-disabled')).toBe('true')
    await page.find('input').setValue(' 11月调度会 ')
    await press('记下本次会议')
    expect(page.text()).toContain('记为“11月调度会”')
    await press('确定')
    expect(asked.filter(({ method }) => method === 'POST')).toEqual([
      { method: 'POST', path: '/api/meetings', body: { district: '620802', name: '11月调度会' } },
    ])
    expect(page.text()).toContain('已记下：11月调度会')
    expect(page.find('input').element.value).toBe('')
  })

  it('says that there was none, and keeps what is typed when the server does not take it', async () => {
    answerWith({ ...person, 'POST /api/meetings': { status: 507, body: { detail: 'the disk is full' } } })
    await openBar([])
    expect(page.text()).toContain('还没有记过会议')
    await page.find('input').setValue('11月调度会')
    await press('记下本次会议')
    await press('确定')
    expect(page.find('[role=alert]').text()).toContain('the disk is full')
    expect(page.find('input').element.value).toBe('11月调度会')
  })

  it('is not for a session without a name', async () => {
    answerWith({ 'GET /api/session': { role: 'admin' } })
    await openBar([last])
    await page.find('input').setValue('11月调度会')
    expect(button('记下本次会议').attributes('aria-disabled')).toBe('true')
    expect(page.text()).toContain('此会话没有署名')
  })
})
