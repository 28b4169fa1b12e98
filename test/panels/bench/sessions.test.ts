// @vitest-environment jsdom
import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import type { SessionList } from '../../../contract/session.ts'
import SessionsPage from '../../../client/src/desk/SessionsPage.vue'
import { mountPage } from './mount-page.ts'
import { answerWith } from './stub-server.ts'

afterEach(() => {
  document.body.replaceChildren()
  vi.unstubAllGlobals()
})

const at = Date.parse('2026-11-23T14:21:08+08:00')
const none = { name: undefined, unit: undefined, address: undefined, wall: undefined, createdAt: at, seenAt: at }
const list: SessionList = {
  own: 'a1',
  sessions: [
    { ...none, id: 'a1', role: 'admin', name: '王某', address: '10.0.0.2' },
    { ...none, id: 'w1', role: 'wall', wall: '大厅主屏' },
  ],
}
const open = async (role: 'admin' | 'desk', locale: 'zh' | 'en' = 'zh') => {
  const asked = answerWith({ 'GET /api/session': { role }, 'GET /api/sessions': list, 'POST /api/sessions/w1/end': { session: 'w1' } })
  const { page } = await mountPage(SessionsPage, {}, '/desk/sessions', { locale })
  return { page, ended: () => asked.filter(({ path }) => path.endsWith('/end')).map(({ path }) => path) }
}
const press = async (key: string, on: Element = document.body): Promise<void> => {
  on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  await flushPromises()
}

it('ends a session by keys alone, after asking once more', async () => {
  const { page, ended } = await open('admin')
  expect(
    page.findAll('tbody tr').map((row) =>
      row
        .findAll('td')
        .slice(0, 2)
        .map((cell) => cell.text()),
    ),
  ).toEqual([
    ['管理员', '王某'],
    ['大屏', '大厅主屏'],
  ])
  await press('ArrowDown')
  await press('e')
  expect(page.text()).toContain('终止 大厅主屏（大屏）的会话')
  expect(ended()).toEqual([])
  // Enter on what has the focus
  ;(document.activeElement as HTMLElement).click()
  await flushPromises()
  expect(ended()).toEqual(['/api/sessions/w1/end'])
  page.unmount()
})

it('says that one is one’s own, in either language', async () => {
  const { page } = await open('admin', 'en')
  await press('e')
  expect(page.text()).toContain('This session is your own')
  page.unmount()
})

it('lets nobody else end one', async () => {
  const { page, ended } = await open('desk')
  await press('e')
  expect([ended(), page.text().includes('此会话身份不是管理员')]).toEqual([[], true])
  page.unmount()
})
