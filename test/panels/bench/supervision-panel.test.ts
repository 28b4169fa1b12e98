// @vitest-environment jsdom
import type { VueWrapper } from '@vue/test-utils'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { SupervisionOrder } from '../../../contract/supervision.ts'
import type { Incident } from '../../../contract/incident.ts'
import IncidentFocus from '../../../client/src/panels/incident-focus/IncidentFocus.vue'
import Supervision from '../../../client/src/panels/supervision/Supervision.vue'
import { provideDesk } from '../../../client/src/supervision/use-desk.ts'
import { district, unit } from '../../support/registry.ts'
import { supervisionRule } from '../../support/supervision-rule.ts'
import { mountPage } from './mount-page.ts'
import { closed, day, now, orderOf } from './orders.ts'
import { answerWith } from './stub-server.ts'

let page: VueWrapper
afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
})

const home = district({ id: '620802' })
const units = [unit({ id: 'housing', shortName: '住建局', nameEn: 'Housing Bureau' })]

async function show(orders: readonly SupervisionOrder[], given: { readonly locale?: 'en'; readonly heightPx?: number } = {}): Promise<void> {
  const props = { district: home, options: { pageSeconds: 20 }, placement: { widthPx: 800, heightPx: given.heightPx ?? 4_000 } }
  const mounted = await mountPage(Supervision, props, '/dispatch', {
    configuration: { units, supervision: { ...supervisionRule, attachments: { mostBytes: 1, perStep: 1, endings: {} } } },
    pushed: { now, topics: { 'supervisions@620802': orders } },
    ...(given.locale && { locale: given.locale }),
  })
  page = mounted.page
}
const red = { colour: 'red', reason: 'overdue', since: now - day } as const
const some = [
  orderOf('1', { card: { colour: 'yellow', reason: 'silent', since: now }, dueAt: now + day / 2 }),
  orderOf('2', { card: red, clock: 'overdue', dueAt: now - 2 * day, escalation: { to: supervisionRule.ladder[0]?.id ?? '', since: now } }),
  orderOf('3', { acknowledgedBy: ['housing'], stage: 'acknowledged' }),
  orderOf('4', closed),
]
const lines = (): readonly string[] => page.findAll('.order').map((line) => line.text())

describe('orders on the wall', () => {
  it('are counted by card, and stand by gravity with unit, reason and when they are due', async () => {
    await show(some)
    expect(page.get('.panel-title').text()).toContain('督办在办 3')
    expect(page.get('.counts').text()).toBe('红红牌 1黄黄牌 1')
    expect(lines()).toHaveLength(3)
    for (const words of ['事项 2', '住建局 · 超期 · 已升级', '超 2天']) expect(lines()[0]).toContain(words)
    for (const words of ['事项 1', '久无反馈 · 待签收', '剩 12时']) expect(lines()[1]).toContain(words)
    for (const words of ['事项 3', '住建局 · 已签收', '11月30日 · 剩 6天']) expect(lines()[2]).toContain(words)
  })
  it('turn by pages, with the red ones on each', async () => {
    const many = [...Array(9).keys()].map((no) => orderOf(`n${String(no)}`))
    await show([...many, ...some], { heightPx: 160 })
    const perPage = lines().length
    expect(perPage).toBeLessThan(12)
    expect(lines()[0]).toContain('事项 2')
    expect(page.get('.panel-title').text()).toMatch(/1 \/ \d|第/)
  })
  it('that are none are said to be none, as of when', async () => {
    await show([orderOf('4', closed)])
    expect(page.text()).toContain('无在办督办单 · 截至 14:32')
    expect(page.find('.counts').exists()).toBe(false)
  })
  it('are told in English', async () => {
    await show(some, { locale: 'en' })
    for (const words of ['Orders', '3 open', '1 red', 'Housing Bureau', 'long silent']) expect(page.text()).toContain(words)
  })
})

describe('from what is seen to an order', () => {
  const incident: Incident = {
    ...{ id: 'E7', title: '溢流', type: '', priority: 'urgent', level: undefined, stage: 'confirmed', unit: undefined, subdistrict: undefined },
    ...{ place: undefined, origin: undefined, reportedAt: now, closedAt: undefined, result: undefined, mergedInto: undefined },
    ...{ contradictedAt: undefined, dueAt: undefined, clock: 'none', steps: [], lines: [], plan: undefined, feed: 'demo' },
  }
  async function focus(role: 'wall' | 'desk'): Promise<void> {
    answerWith({ 'GET /api/session': { role } })
    const Page = defineComponent({
      setup() {
        provideDesk()
        return () => h(IncidentFocus, { district: home, options: {}, placement: { widthPx: 800, heightPx: 2_000 } })
      },
    })
    const mounted = await mountPage(Page, {}, '/dispatch', { pushed: { now, topics: { 'incidents@620802': [incident] } } })
    page = mounted.page
    await flushPromises()
  }
  it('there is a way at the desk', async () => {
    await focus('desk')
    expect(page.get('a.issue').text()).toBe('交办')
    expect(page.get('a.issue').attributes('href')).toBe('/desk/orders?origin=incident:E7&district=620802')
  })
  it('and none on a wall', async () => {
    await focus('wall')
    expect(page.text()).toContain('溢流')
    expect(page.find('a.issue').exists()).toBe(false)
  })
})
