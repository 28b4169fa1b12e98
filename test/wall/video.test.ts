import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startVideoPlatform } from '../../mock-streams/video/platform.ts'
import type { RunningVideoPlatform } from '../../mock-streams/video/platform.ts'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

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
      // cameras that have been seen stay, so that there is a last picture to look for
      await edit(join(directory, 'screens/perceive.yaml'), (text) => text.replaceAll('dwellSeconds: 20', 'dwellSeconds: 600'))
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
