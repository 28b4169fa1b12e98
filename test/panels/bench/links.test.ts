// @vitest-environment jsdom
import { flushPromises } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { giveUpRequestSchema, pushRequestSchema } from '../../../contract/link.ts'
import type { LinkState, LinkThread } from '../../../contract/link.ts'
import { minuteMs } from '../../../contract/time.ts'
import LinkedCard from '../../../client/src/desk/links/LinkedCard.vue'
import LinksPage from '../../../client/src/desk/LinksPage.vue'
import { linesOf, threadsWith, untoldOf } from '../../../client/src/desk/links/model.ts'
import { district } from '../../support/registry.ts'
import { mountPage } from './mount-page.ts'
import { answerWith } from './stub-server.ts'

const now = Date.parse('2026-11-24T12:10:00+08:00')
const at = (minutes: number): number => now - minutes * minuteMs

const link = (given: Partial<LinkState> = {}): LinkState => ({
  id: 'dispatch',
  name: '应急调度',
  nameEn: 'Emergency dispatch',
  demo: true,
  since: at(9_000),
  deliveredAt: at(7),
  heardAt: at(5),
  waiting: 0,
  oldestWaitingAt: undefined,
  trouble: undefined,
  givenUp: 0,
  ...given,
})
const message = (given: Partial<LinkThread['messages'][number]> = {}): LinkThread['messages'][number] => ({
  id: 'm1',
  event: 'incident.opened',
  at: at(8),
  deliveredAt: at(7),
  trouble: undefined,
  givenUp: undefined,
  ...given,
})
const thread = (given: Partial<LinkThread> = {}): LinkThread => ({
  id: 'dispatch/incident/E1',
  link: 'dispatch',
  about: { kind: 'incident', id: 'E1' },
  title: '杂草起火',
  pushedBy: undefined,
  messages: [message()],
  answers: [{ at: at(5), answer: 'arrived', by: '应急调度 救援一队', note: '8 人', isLate: false }],
  ...given,
})
const down = link({ waiting: 1, oldestWaitingAt: at(3), trouble: { since: at(3), reason: 'HTTP 503 · it has a fault of its own' } })
const stuck = thread({
  id: 'dispatch/incident/E2',
  about: { kind: 'incident', id: 'E2' },
  title: '山体落石',
  messages: [message({ id: 'm2', deliveredAt: undefined })],
  answers: [],
})

let page: VueWrapper | undefined
afterEach(() => {
  page?.unmount()
  vi.unstubAllGlobals()
})
const topics = (links: readonly LinkState[], threads: readonly LinkThread[]) => ({
  now,
  topics: { 'links@620802': links, 'link-threads@620802': threads },
})
const press = async (key: string): Promise<void> => {
  window.dispatchEvent(new KeyboardEvent('keydown', { key }))
  await flushPromises()
}

describe('threads in words', () => {
  it('have the latest first, and what waits before all others', () => {
    expect(linesOf(thread()).map(({ kind, at: when }) => [kind, when])).toEqual([
      ['answer', at(5)],
      ['message', at(7)],
    ])
    expect(threadsWith([thread(), stuck], 'dispatch').map(({ id }) => id)).toEqual([stuck.id, thread().id])
    expect(untoldOf([link(), link({ id: 'traffic' })], [thread()]).map(({ id }) => id)).toEqual(['traffic'])
  })
})

describe('the desk of linked systems', () => {
  const show = async (links: readonly LinkState[], threads: readonly LinkThread[]) => {
    const asked = answerWith({
      'GET /api/session': { role: 'desk', name: '张三' },
      'GET /api/links': [{ id: 'dispatch', attempts: 4, nextAt: now + minuteMs }],
      'POST /api/links/dispatch/retry': {},
      'POST /api/links/dispatch/give-up': {},
    })
    page = (await mountPage(LinksPage, {}, '/desk/links', { pushed: topics(links, threads) })).page
    await flushPromises()
    return asked
  }

  it('tells that a system is down, since when, why, what waits and when it is tried again', async () => {
    await show([down], [stuck, thread()])
    const text = page?.text() ?? ''
    for (const words of [
      '不通',
      '应急调度 自 12:07 起不通：HTTP 503',
      '12:11 · 已试 4 次',
      '待送 应急调度，12:02 起',
      '已送达 应急调度 12:03',
      '应急调度：已到场',
    ])
      expect(text).toContain(words)
  })

  it('sends now with R, and gives one up with G, a reason and Enter', async () => {
    const asked = await show([down], [stuck])
    await press('r')
    await press('g')
    await page?.get('.give-up input').setValue('已电话告知')
    await page?.get('.give-up').trigger('submit')
    await flushPromises()
    const posts = asked.filter(({ body }) => body !== undefined)
    expect(posts.map(({ path }) => path)).toEqual(['/api/links/dispatch/retry', '/api/links/dispatch/give-up'])
    expect(giveUpRequestSchema.parse(posts[1]?.body)).toMatchObject({ message: 'm2', reason: '已电话告知' })
  })

  it('does nothing where nothing waits', async () => {
    const asked = await show([link()], [thread()])
    await press('r')
    await press('g')
    expect(page?.find('.give-up').exists()).toBe(false)
    expect(asked.filter(({ body }) => body !== undefined)).toEqual([])
  })

  it('says that no system is linked, and where to add one', async () => {
    await show([], [])
    expect(page?.text()).toContain('没有配置联动系统；在 config/links 中添加')
  })
})

describe('an incident', () => {
  it('shows where it was sent and what was answered, and is pushed to the others', async () => {
    const asked = answerWith({ 'POST /api/links/traffic/push': {} })
    const props = { district: district({ id: '620802' }), about: { kind: 'incident', id: 'E1' }, isOver: false, block: undefined }
    const links = [link(), link({ id: 'traffic', name: '智慧交管' })]
    page = (await mountPage(LinkedCard, props, '/desk/incidents', { pushed: topics(links, [thread()]) })).page
    expect(page.text()).toContain('已送达 应急调度 12:03')
    expect(page.text()).not.toContain('推送应急调度')
    await page.get('button').trigger('click')
    await flushPromises()
    expect(pushRequestSchema.parse(asked[0]?.body).about).toEqual({ kind: 'incident', id: 'E1' })
  })
})
