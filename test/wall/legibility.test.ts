import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { issueOrders } from '../support/issued-orders.ts'
import { findIllegible, watchCanvasText } from '../support/legibility.ts'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

const walls = [
  { name: 'a desk monitor', size: { width: 1920, height: 1080 }, query: '' },
  { name: 'half the hall', size: { width: 3840, height: 2160 }, query: '' },
  { name: 'the whole hall', size: { width: 7680, height: 2160 }, query: '' },
  { name: 'a television across a room', size: { width: 3840, height: 2160 }, query: '?wall=tv-55' },
  { name: 'a small window', size: { width: 1366, height: 768 }, query: '' },
]

describe('every text on a wall', () => {
  let whole: Whole
  beforeAll(async () => {
    whole = await startWhole()
    await whole.startMocks()
    await issueOrders(whole, [
      { title: '超期老旧小区供热改造投诉 4 件', leadUnit: 'housing', due: { at: Date.now() + 2_000 } },
      { title: '公积金办件数据回流', leadUnit: 'housing-fund', level: 'urgent', due: { workingDays: 1 } },
      { title: '税务办件数据回流', leadUnit: 'tax', level: 'important', due: { workingDays: 2 } },
      { title: '库表 214 条补挂', leadUnit: 'big-data-centre', due: { workingDays: 12 } },
    ])
  })
  afterAll(async () => {
    await whole.stop()
  })

  describe.each(walls)('$name', ({ size, query }) => {
    it.each(['/perceive', '/overview', '/dispatch'])('can be read from the farthest seat, whole and beside the others: %s', async (path) => {
      const page = await whole.wallPage('/desk', size)
      await watchCanvasText(page)
      await page.goto(new URL(path + query, whole.url).href)
      await page.locator('.panel .figure, .panel .event, .panel .order').first().waitFor()
      await page.evaluate(() => document.fonts.ready)
      // the first screen fades in; what is still fading cannot be measured
      await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'))
      expect(await findIllegible(page)).toEqual([])
      await page.context().close()
    })
  })

  it('is found when it is too small, cut, outside or covered', async () => {
    const page = await whole.wallPage('/desk', { width: 1920, height: 1080 })
    await watchCanvasText(page)
    await page.goto(new URL('/overview', whole.url).href)
    await page.locator('.panel .figure').first().waitFor()
    await page.evaluate(() => {
      const put = (text: string, style: Readonly<Record<string, string>>, parent: Element = document.body): HTMLElement => {
        const element = document.createElement('div')
        element.textContent = text
        Object.assign(element.style, { position: 'absolute', whiteSpace: 'nowrap', ...style })
        parent.append(element)
        return element
      }
      put('tiny', { fontSize: '8px', left: '10px', top: '500px' })
      put('gone', { fontSize: '40px', left: '1900px', top: '600px' })
      const box = put('', { overflow: 'hidden', width: '30px', height: '40px', left: '10px', top: '600px' })
      put('clipped', { fontSize: '40px' }, box)
      put('under', { fontSize: '40px', left: '10px', top: '700px' })
      put('over', { fontSize: '40px', left: '20px', top: '710px' })
      const context = document.createElement('canvas').getContext('2d')
      if (context !== null) context.font = '9px sans-serif'
      context?.fillText('on a canvas', 5, 5)
    })
    const faults = (await findIllegible(page)).map(({ text, fault }) => `${text}: ${fault}`)
    expect(faults).toEqual(expect.arrayContaining(['tiny: small', 'gone: outside', 'clipped: clipped', 'under: overlap', 'on a canvas: small']))
  })
})
