import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

const size = { width: 1920, height: 1080 }
const began = Date.now()
const at = began - 600_000

const camera = (n: number, of: object = {}) => ({
  kind: 'video-source',
  id: `C-${String(n)}`,
  at,
  state: 'online',
  name: `路口 ${String(n)}`,
  domain: 'social-governance',
  place: [106.6 + (n % 25) / 100, 35.45 + Math.floor(n / 25) / 200],
  heading: (n * 45) % 360,
  ...of,
})
const incident = (id: string, priority: string, place: readonly [number, number]) => ({
  kind: 'incident',
  id,
  at,
  stage: 'confirmed',
  priority,
  title: `${id} 路面塌陷`,
  type: '市政',
  place,
})
const facts = [
  incident('甲', 'urgent', [106.69, 35.54]),
  incident('乙', 'normal', [106.9, 35.46]),
  camera(1, { name: '甘沟路口', place: [106.8, 35.5], heading: 90 }),
]

describe('the map of a wall', () => {
  let whole: Whole
  beforeAll(async () => {
    whole = await startWhole()
    expect((await whole.post('native', facts)).body).toMatchObject({ accepted: facts.length })
  })
  afterAll(async () => {
    await whole.stop()
  })
  const open = async (path = '/perceive'): Promise<Page> => {
    const page = await whole.wallPage(path, size)
    await inMode(page, 'webgl')
    await page.locator('.map .incident').nth(1).waitFor()
    return page
  }

  it('turns to what is touched in a list, and the list to what is touched on the map', async () => {
    const page = await open()
    const rows = page.locator('.event')
    expect(await rows.first().getAttribute('aria-current')).toBe('true')
    await rows.nth(1).click()
    expect(await rows.nth(1).getAttribute('aria-current')).toBe('true')
    const [brackets, other] = [await middleOf(page, '.map .brackets'), await middleOf(page, '.map .number >> nth=0')]
    // marks are drawn the most pressing last: the first is the other one
    expect(Math.hypot(brackets.x - other.x, brackets.y - other.y)).toBeLessThan(6)
    const urgent = await middleOf(page, '.map .incident.urgent')
    await page.mouse.click(urgent.x, urgent.y)
    await page.locator('.event[aria-current="true"]', { hasText: '甲' }).waitFor()
    await page.context().close()
  })

  it('finds by name, flies there, and comes back to the whole district', async () => {
    const page = await open()
    const scale = page.locator('.measure .bar + span')
    const whole0 = await scale.innerText()
    await page.keyboard.press('/')
    await page.keyboard.type('甘沟')
    await page.getByRole('option', { name: '甘沟路口' }).waitFor()
    await page.keyboard.press('Enter')
    await page.locator('.map .flag', { hasText: '甘沟路口' }).waitFor()
    await page.getByRole('button', { name: '全区' }).waitFor()
    expect(await page.locator('.map .wedge').count()).toBe(1)
    expect(await scale.innerText()).not.toBe(whole0)
    const flag = await middleOf(page, '.map .brackets')
    const box = await page.locator('.map').boundingBox()
    expect(Math.abs(flag.x - ((box?.x ?? 0) + (box?.width ?? 0) / 2))).toBeLessThan(40)
    await page.keyboard.press('0')
    await page.getByRole('button', { name: '全区' }).waitFor({ state: 'detached' })
    expect(await scale.innerText()).toBe(whole0)
    await page.context().close()
  })

  it('switches a layer by its entry in the legend, says so, and still knows after a reload', async () => {
    const page = await open()
    const entry = page.getByRole('button', { name: '事件' })
    await entry.click()
    await page.locator('.map .incident').first().waitFor({ state: 'detached' })
    expect([await entry.getAttribute('aria-pressed'), await entry.innerText()]).toEqual(['false', expect.stringContaining('关')])
    await page.reload()
    await inMode(page, 'webgl')
    expect(await entry.getAttribute('aria-pressed')).toBe('false')
    await entry.click()
    await page.locator('.map .incident').nth(1).waitFor()
    await page.context().close()
  })

  it('makes its scene again when the graphics context is lost, and draws without when that is lost too', async () => {
    const page = await open()
    const canvas = await page.waitForSelector('.map .base canvas')
    const before = await pictureSize(page)
    await loseContext(page)
    await page.waitForFunction((old) => document.querySelector('.map .base canvas:not([hidden])') !== old && !old.isConnected, canvas)
    await inMode(page, 'webgl')
    expect(await page.locator('.map .base svg').count()).toBe(0)
    // a canvas without a picture makes a far smaller file
    await expect.poll(() => pictureSize(page).then((bytes) => bytes / before), { timeout: 10_000 }).toBeGreaterThan(0.8)
    await loseContext(page)
    await inMode(page, 'drawn')
    await page.getByText('无图形加速').waitFor()
    expect(await page.locator('.map .base svg path').count()).toBeGreaterThan(4)
    expect(await page.locator('.map .incident').count()).toBe(2)
    expect(whole.pageErrors).toEqual([])
    await page.context().close()
  })

  it('is drawn where there is no WebGL at all, with every mark, and says so', async () => {
    const page = await whole.wallPage('/desk', size)
    await page.addInitScript(() => {
      // what a browser without a graphics card answers; a method is taken from its object here to be put back around
      // eslint-disable-next-line @typescript-eslint/unbound-method
      const original = HTMLCanvasElement.prototype.getContext
      const without = function (this: HTMLCanvasElement, kind: string, ...rest: readonly unknown[]): unknown {
        return kind.startsWith('webgl') ? null : Reflect.apply(original, this, [kind, ...rest])
      }
      Object.assign(HTMLCanvasElement.prototype, { getContext: without })
    })
    await page.goto(new URL('/perceive', whole.url).href)
    await inMode(page, 'drawn')
    await page.getByText('无图形加速').waitFor()
    await page.locator('.map .incident').nth(1).waitFor()
    await page.locator('.event').nth(1).click()
    await page.locator('.map .brackets').waitFor()
    expect(whole.pageErrors).toEqual([])
    await page.context().close()
  })

  it('takes five hundred cameras at once, counts one without a place, and tells of one that lies beyond the map', async () => {
    const page = await open()
    const many = Array.from({ length: 500 }, (_, n) => camera(n + 2))
    const odd = [camera(502, { place: [0, 0] }), camera(503, { place: [100.2, 38.9] })]
    // a latitude of 106 is none: such a message is refused, and kept to be mended
    const swapped = camera(504, { place: [35.5, 106.7] })
    expect((await whole.post('native', [...many, ...odd, swapped])).body).toMatchObject({ accepted: 502, rejected: [{ index: 502 }] })
    await page.getByRole('button', { name: '摄像机' }).getByText('503/503').waitFor()
    await page.getByText('图外 1 处').waitFor()
    await page.locator('.event').nth(1).click()
    await page.locator('.map .brackets').waitFor()
    expect(whole.pageErrors).toEqual([])
    await page.context().close()
  })
})

async function inMode(page: Page, mode: 'webgl' | 'drawn'): Promise<void> {
  await page.locator(`.map[data-mode="${mode}"]`).waitFor({ timeout: 60_000 })
}

async function middleOf(page: Page, selector: string): Promise<{ readonly x: number; readonly y: number }> {
  const box = await page.locator(selector).first().boundingBox()
  if (box === null) throw new Error(`${selector} has no box`)
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** Bytes of a picture of the ground: the more there is to see, the larger. */
async function pictureSize(page: Page): Promise<number> {
  return (await page.locator('.map .base').screenshot()).length
}

async function loseContext(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>('.map .base canvas'))
      canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext()
  })
}
