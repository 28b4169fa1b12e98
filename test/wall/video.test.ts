import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startVideoPlatform } from '../../mock-streams/video/platform.ts'
import type { RunningVideoPlatform } from '../../mock-streams/video/platform.ts'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

const [square, hall] = ['62080200001310000004', '62080200001310000010']

let platform: RunningVideoPlatform
let whole: Whole
let page: Page

beforeAll(async () => {
  platform = await startVideoPlatform({ port: 0, key: 'demo-key', secret: 'demo-secret-for-tests', seed: 3, scenario: 'calm' })
  whole = await startWhole({
    configure: async (directory) => {
      await edit(join(directory, 'video/demo-isecure.yaml'), (text) =>
        text.replace(/^url: .*$/m, `url: ${platform.url}`).replace(/^catalogueSeconds: .*$/m, 'catalogueSeconds: 5'),
      )
      await edit(join(directory, 'video/demo-isecure.yaml'), (text) => `${text}sensitivity: { '${hall}': sensitive, '${square}': internal }\n`)
      await edit(join(directory, 'scenes.yaml'), (text) => text.replace('cameras: 河道', 'cameras: 大厅'))
      // cameras that have been seen stay, so that there is a last picture to look for
      await edit(join(directory, 'screens/perceive.yaml'), (text) =>
        text
          .replaceAll('dwellSeconds: 20', 'dwellSeconds: 600')
          .replace(
            /(saved: &sets\n)(?: {12}.*\n)+/,
            `$1            - { name: 大厅, nameEn: Hall, layout: 2x2, cameras: ['${hall}', '${square}', no-such] }\n`,
          ),
      )
    },
  })
  page = await whole.wallPage('/perceive', { width: 3840, height: 2160 })
})

afterAll(async () => {
  await whole.stop()
  await platform.close()
})

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(file, 'utf8')
  const after = change(before)
  if (after === before) throw new Error(`${file} is no longer as this test changes it`)
  await writeFile(file, after)
}

/** Resolves when this many tiles are in a state. */
const tilesIn = async (state: string, count: number): Promise<void> => {
  await page.waitForFunction(
    ({ selector, least }) => document.querySelectorAll(selector).length >= least,
    { selector: `.tile[data-state="${state}"]`, least: count },
    {
      timeout: 60_000,
    },
  )
}

test('six tiles play through our own origin, and their pictures move on', async () => {
  await tilesIn('playing', 6)
  const framesOf = (): Promise<number[]> =>
    page.evaluate(() => [...document.querySelectorAll('video')].map((video) => video.getVideoPlaybackQuality().totalVideoFrames))
  const before = await framesOf()
  await page.waitForFunction(
    (counts) =>
      [...document.querySelectorAll('video')].every((video, index) => video.getVideoPlaybackQuality().totalVideoFrames > (counts[index] ?? 0) + 20),
    before,
  )
  expect(await page.evaluate(() => performance.getEntriesByType('resource').filter(({ name }) => !name.startsWith(location.origin)).length)).toBe(0)
})

/** What playlists the page asks for while something is done, as `source?query`. */
async function askedDuring(act: () => Promise<void>): Promise<readonly URL[]> {
  const asked: URL[] = []
  const note = (request: { url(): string }): void => {
    const url = new URL(request.url())
    if (url.pathname.endsWith('/live.m3u8')) asked.push(url)
  }
  page.on('request', note)
  await act()
  page.off('request', note)
  return asked
}

test('sensitive cameras are not among them; only the large picture asks for the main stream', async () => {
  expect(await page.locator(`.tile[data-source="${hall}"]`).count()).toBe(0)
  const large = await page
    .locator('.tile')
    .evaluateAll((tiles) => tiles.filter(({ clientWidth }) => clientWidth > 700).map((tile) => tile.getAttribute('data-source')))
  const asked = await askedDuring(() => page.reload().then(() => tilesIn('playing', 6)))
  const main = new Set(asked.filter(({ searchParams }) => searchParams.get('quality') === 'main').map(({ pathname }) => pathname.split('/')[3]))
  expect([...main]).toEqual(large)
  expect(new Set(asked.map(({ pathname }) => pathname)).size).toBe(6)
})

test('one picture fills the screen by a touch or a key, alone, between header and strip, and goes back the same way', async () => {
  const before = await page.locator('.tile').first().boundingBox()
  await page.locator('.tile').nth(1).click()
  await page.waitForFunction(() => document.querySelectorAll('.tile').length === 1)
  const box = await page.locator('.tile').boundingBox()
  expect(box?.height).toBeGreaterThan(1_900)
  expect(Math.abs((box?.width ?? 0) / (box?.height ?? 1) - 16 / 9)).toBeLessThan(0.01)
  const [header, strip] = [await page.locator('header.header').boundingBox(), await page.locator('.strip').first().boundingBox()]
  expect(box?.y).toBeGreaterThanOrEqual((header?.y ?? 0) + (header?.height ?? 0) - 1)
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual((strip?.y ?? 0) + 1)
  // nothing lies over it
  const isOnTop = await page.evaluate(() => {
    const tile = document.querySelector('.tile')
    return [0.1, 0.5, 0.9].every((across) =>
      [0.1, 0.5, 0.9].every((down) => {
        const { left, top, width, height } = tile?.getBoundingClientRect() ?? new DOMRect()
        return tile?.contains(document.elementFromPoint(left + width * across, top + height * down))
      }),
    )
  })
  expect(isOnTop).toBe(true)
  await page.locator('.tile').click()
  await tilesIn('playing', 6)
  expect(await page.locator('.tile').first().boundingBox()).toEqual(before)
  await page.keyboard.press('f')
  await page.waitForFunction(() => document.querySelectorAll('.tile').length === 1)
  const first = await page.locator('.tile').getAttribute('data-source')
  await page.keyboard.press('ArrowRight')
  await page.waitForFunction((source) => document.querySelector('.tile')?.getAttribute('data-source') !== source, first)
  await page.keyboard.press('f')
  await tilesIn('playing', 6)
})

test('a saved set is chosen by key and remembered: a watermark over what is sensitive, words for what no catalogue knows', async () => {
  await page.keyboard.press('c')
  await page.locator(`.tile[data-source="${hall}"]`).waitFor()
  expect(await page.locator('.tile').count()).toBe(2)
  await page.reload()
  await page.getByText('不在目录').waitFor()
  expect(await page.locator('.missing').innerText()).toContain('no-such')
  const mark = page.locator('.watermark')
  expect(await mark.count()).toBe(1)
  await page.waitForFunction(() => /^大屏 \d{4}年\d+月\d+日 \d\d:\d\d$/.test(document.querySelector('.watermark')?.getAttribute('aria-label') ?? ''))
  const painted = await mark.evaluate((canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) return []
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] }
    return [...new Set(Array.from({ length: data.length / 4 }, (_, point) => data[point * 4 + 3] ?? 0))]
  })
  // strokes and their edges, none stronger than 12 %
  expect(Math.max(...painted)).toBeGreaterThanOrEqual(28)
  expect(Math.max(...painted)).toBeLessThanOrEqual(31)
})

test('guests see what is open to everybody, the header says so, and each stream is asked for as theirs', async () => {
  await page.keyboard.press('v')
  await page.locator('header.header').getByText('来宾模式').waitFor()
  await page.waitForFunction(() => document.querySelectorAll('.tile').length === 0)
  // from the set back to the rotation
  const asked = await askedDuring(() => page.keyboard.press('c').then(() => tilesIn('playing', 6)))
  expect(asked.every(({ searchParams }) => searchParams.get('guest') === '1')).toBe(true)
  expect(asked.some(({ pathname }) => [hall, square].some((id) => pathname.includes(id)))).toBe(false)
  await page.reload()
  await page.locator('header.header').getByText('来宾模式').waitFor()
  await page.keyboard.press('v')
  await page.locator('header.header').getByText('来宾模式').waitFor({ state: 'detached' })
  await tilesIn('playing', 6)
})

test('when the platform dies each tile says so in words over its last picture, and heals by itself', async () => {
  platform.setPlatform('down')
  await tilesIn('platform-down', 6)
  const tile = page.locator('.tile').first()
  expect(await tile.innerText()).toContain('平台故障')
  expect(await tile.locator('canvas').isVisible()).toBe(true)
  platform.setPlatform('up')
  await tilesIn('playing', 6)
  expect(whole.outside).toEqual([])
  expect(whole.pageErrors).toEqual([])
})
