import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { startWhole } from './whole.ts'
import type { Whole } from './whole.ts'

export interface VideoWallOptions {
  /** files of config/video in place of the demonstration's own */
  readonly platforms: Readonly<Record<string, string>>
  /** the set that the wall shows, 16 at most */
  readonly cameras: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

export interface VideoWall {
  readonly whole: Whole
  readonly page: Page
  /** every request of the page and every playlist that it was given, as texts */
  readonly seen: readonly string[]
  /** until these cameras play, and each has shown twenty pictures more than it had then */
  untilTheyPlay(cameras: readonly string[]): Promise<void>
}

/** A wall in a real browser that shows cameras of other platforms than the demonstration's. */
export async function startVideoWall({ platforms, cameras, environment = {} }: VideoWallOptions): Promise<VideoWall> {
  const whole = await startWhole({ environment, configure: (directory) => configure(directory, platforms, cameras) })
  const page = await whole.wallPage('/overview', { width: 3840, height: 2160 })
  const seen: string[] = []
  page.on('response', (response) => {
    seen.push(response.url())
    if (!response.url().includes('.m3u8')) return
    // one that is asked for as the page closes has no text
    response.text().then(
      (text) => seen.push(text),
      () => undefined,
    )
  })
  await page.goto(new URL('/perceive', whole.url).href)
  // keys reach the panel from its first picture on
  await page.locator('.tile').first().waitFor()
  await page.keyboard.press('c')
  await page.locator(`.tile[data-source="${cameras[0] ?? ''}"]`).waitFor()
  return { whole, page, seen, untilTheyPlay: (wanted) => untilTheyPlay(page, wanted) }
}

async function configure(directory: string, platforms: VideoWallOptions['platforms'], cameras: readonly string[]): Promise<void> {
  await rm(join(directory, 'video/demo-isecure.yaml'))
  for (const [name, text] of Object.entries(platforms)) await writeFile(join(directory, 'video', name), text)
  const screen = join(directory, 'screens/perceive.yaml')
  const before = await readFile(screen, 'utf8')
  // by the name that a scene of config/scenes.yaml leads to
  const set = `{ name: 河道, nameEn: River, layout: '4x4', dwellSeconds: 600, cameras: ${JSON.stringify(cameras)} }`
  // ids may hold a $
  const after = before.replace(/(saved: &sets\n)(?: {12}.*\n)+/, (_whole, key: string) => `${key}            - ${set}\n`)
  if (after === before) throw new Error(`${screen} is no longer as this changes it`)
  await writeFile(screen, after)
}

async function untilTheyPlay(page: Page, cameras: readonly string[]): Promise<void> {
  const wanted = cameras.map((camera) => `.tile[data-source="${camera}"]`)
  const isPlaying = (selectors: readonly string[]): boolean =>
    selectors.every((selector) => document.querySelector(`${selector}[data-state="playing"]`) !== null)
  await page.waitForFunction(isPlaying, wanted, { timeout: 60_000 }).catch(tell(page))
  const before = await page.evaluate(framesOf, wanted)
  const haveMoved = ([selectors, counts]: readonly [readonly string[], readonly number[]]): boolean =>
    selectors.every((selector, index) => {
      const video = document.querySelector<HTMLVideoElement>(`${selector} video`)
      return (video?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > (counts[index] ?? 0) + 20
    })
  await page.waitForFunction(haveMoved, [wanted, before] as const, { timeout: 60_000 }).catch(tell(page, before))
}

const framesOf = (selectors: readonly string[]): readonly number[] =>
  selectors.map((selector) => document.querySelector<HTMLVideoElement>(`${selector} video`)?.getVideoPlaybackQuality().totalVideoFrames ?? 0)

/** What the tiles show instead. */
function tell(page: Page, before: readonly number[] = []): (error: unknown) => Promise<never> {
  return async (cause) => {
    const found = await page.locator('.tile').evaluateAll((tiles) =>
      tiles.map((tile) => {
        const frames = tile.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames
        return `${tile.getAttribute('data-source') ?? ''} ${tile.getAttribute('data-state') ?? ''} ${String(frames)} ${tile.textContent}`
      }),
    )
    throw new Error(`they do not play as they should, from ${before.join(' ')}; found: ${found.join(' | ')}`, { cause })
  }
}
