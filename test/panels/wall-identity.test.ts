// @vitest-environment jsdom
import { flushPromises } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { defineComponent, h } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { WallIdentity } from '../../contract/wall.ts'
import { useWallSelf } from '../../client/src/screen/wall-identity.ts'
import type { WallSelf } from '../../client/src/screen/wall-identity.ts'
import { mountPage } from './bench/mount-page.ts'
import { answerWith } from './bench/stub-server.ts'

const minute = 60_000
const waiting: WallIdentity = { state: 'waiting', code: 'K7M2PX', expiresAt: 1 }

describe('a browser that is no wall yet', () => {
  let page: VueWrapper
  let self: WallSelf
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 })
    localStorage.clear()
  })
  afterEach(() => {
    page.unmount()
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })
  const open = async (answers: Record<string, unknown>) => {
    const asked = answerWith(answers)
    const Wall = defineComponent({
      setup() {
        self = useWallSelf()
        return () => h('p')
      },
    })
    page = (await mountPage(Wall)).page
    return { asked, answers }
  }

  it('shows its code for its first ten minutes, also across a reload, and then only when key p is pressed', async () => {
    await open({ 'GET /api/walls/me': waiting })
    expect(self.isCodeShown.value).toBe(true)
    await vi.advanceTimersByTimeAsync(6 * minute)
    page.unmount()
    await open({ 'GET /api/walls/me': waiting })
    expect(self.isCodeShown.value).toBe(true)
    await vi.advanceTimersByTimeAsync(4 * minute)
    expect(self.isCodeShown.value).toBe(false)
    page.unmount()
    const { asked } = await open({ 'GET /api/walls/me': waiting })
    expect(self.isCodeShown.value).toBe(false)
    await vi.advanceTimersByTimeAsync(minute)
    // nobody types a code that nobody sees: it is not asked for either
    expect(asked).toHaveLength(1)
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'p' }))
    await flushPromises()
    expect(self.isCodeShown.value).toBe(true)
  })

  it('notices within seconds that it was enrolled, and asks no more', async () => {
    const { asked, answers } = await open({ 'GET /api/walls/me': waiting })
    answers['GET /api/walls/me'] = { state: 'enrolled', wall: 'w', district: '620802', name: '甲' } satisfies WallIdentity
    await vi.advanceTimersByTimeAsync(3_000)
    expect([self.identity.value?.state, self.isCodeShown.value, asked.length]).toEqual(['enrolled', false, 2])
    await vi.advanceTimersByTimeAsync(10 * minute)
    expect(asked).toHaveLength(2)
  })

  it('that was revoked says so for as long as it is', async () => {
    localStorage.setItem('yiping.code-until', '0')
    await open({ 'GET /api/walls/me': { ...waiting, state: 'revoked', by: '张三', at: 1 } })
    expect(self.isCodeShown.value).toBe(true)
  })

  it('shows nothing on a desk, and asks again while the server is away', async () => {
    const { asked, answers } = await open({})
    expect(self.identity.value).toBeUndefined()
    answers['GET /api/walls/me'] = { state: 'none' }
    await vi.advanceTimersByTimeAsync(10_000)
    expect([asked.length, self.identity.value, self.isCodeShown.value]).toEqual([2, { state: 'none' }, false])
  })
})
