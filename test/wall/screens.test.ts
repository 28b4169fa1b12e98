import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

const sizes = [
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
  { width: 7680, height: 2160 },
]

const screens = [
  { path: '/perceive', shows: ['一屏感知', '事件', '视频'] },
  { path: '/overview', shows: ['一屏统揽', '服务效能', '政务服务', '诉求渠道'] },
  { path: '/dispatch', shows: ['一屏调度', '处置过程'] },
]

describe('the wall with simulated upstreams', () => {
  let whole: Whole
  beforeAll(async () => {
    whole = await startWhole()
    await whole.startMocks()
    await untilFed(whole)
  })
  afterAll(async () => {
    await whole.stop()
  })

  describe.each(sizes)('at $width×$height', (size) => {
    it.each(screens)('$path fills the wall, asks nobody outside, breaks no rule of the content security policy', async ({ path, shows }) => {
      const complaints: string[] = []
      const page = await whole.wallPage(path, size)
      // what a tile makes of a camera's troubles is told in the tile; the browser also writes each answer of the proxy to its console
      page.on('console', (message) => {
        if (message.type() === 'error' && !message.location().url.includes('/api/video/'))
          complaints.push(`${message.text()} ${message.location().url}`)
      })
      await page.reload()
      for (const text of [...shows, '演示数据']) await page.getByText(text).first().waitFor()
      expect(await extentOf(page)).toEqual({ screen: size, scrolls: false })
      expect(await page.evaluate(() => document.body.innerText)).not.toMatch(/此块暂不能显示|undefined|NaN|\[object/)
      expect(complaints).toEqual([])
      expect(whole.pageErrors).toEqual([])
      expect(whole.outside).toEqual([])
      await page.context().close()
    })
  })

  it('switches screens by key, without losing the stream', async () => {
    const page = await whole.wallPage('/perceive', { width: 1920, height: 1080 })
    await page.getByText('事件').first().waitFor()
    await page.keyboard.press('2')
    await page.getByText('服务效能').first().waitFor()
    expect(new URL(page.url()).pathname).toBe('/overview')
    await page.keyboard.press('3')
    await page.getByText('处置过程').first().waitFor()
    await page.keyboard.press('1')
    await page.getByText('事件').first().waitFor()
    await page.context().close()
  })

  it('speaks English when asked, in every word that is ours', async () => {
    const page = await whole.wallPage('/overview', { width: 3840, height: 2160 })
    await page.getByText('服务效能').first().waitFor()
    await page.keyboard.press('l')
    await page.getByText('服务效能').first().waitFor({ state: 'detached' })
    const text = await page.evaluate(() => document.body.innerText)
    expect(text.match(/[\u4e00-\u9fff]+/g) ?? []).toEqual([])
    await page.context().close()
  })

  it('dims and says since when while the server is away, keeps the picture, and comes back by itself', async () => {
    const page = await whole.wallPage('/overview', { width: 1920, height: 1080 })
    await page.getByText('服务效能').first().waitFor()
    await page.getByText('数据汇聚').first().waitFor()
    const before = await page.getByText('政务服务', { exact: true }).count()
    await whole.kill()
    await page.getByText('与服务器失去联系').first().waitFor({ timeout: 15_000 })
    expect(await page.getByText('政务服务', { exact: true }).count()).toBe(before)
    await whole.restart()
    await page.getByText('与服务器失去联系').first().waitFor({ state: 'detached', timeout: 30_000 })
    await page.context().close()
  })
})

/** Size of the screen's own element, and whether anything could scroll. The page moves by up to 4 px against burn-in, never in size. */
async function extentOf(page: Page): Promise<{ screen: { width: number; height: number }; scrolls: boolean }> {
  return await page.evaluate(() => {
    const { width, height } = document.querySelector('#app')?.firstElementChild?.getBoundingClientRect() ?? { width: 0, height: 0 }
    const { clientWidth, clientHeight } = document.documentElement
    const isHidden = [document.documentElement, document.body].some((element) => getComputedStyle(element).overflow === 'hidden')
    return { screen: { width, height }, scrolls: !isHidden || clientWidth !== innerWidth || clientHeight !== innerHeight }
  })
}

/** Until the simulated city's past has arrived: the hotline has told today's orders and every reported indicator has a value. */
async function untilFed(whole: Whole): Promise<void> {
  for (;;) {
    const { body } = await whole.get('/api/state?topics=indicators@620802,incidents@620802,video-sources@620802')
    const topics = (body as { topics: Record<string, unknown[]> }).topics
    if (Object.values(topics).every((entities) => entities.length > 0) && (topics['indicators@620802']?.length ?? 0) > 40) return
    await new Promise((done) => setTimeout(done, 200))
  }
}
