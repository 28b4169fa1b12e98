import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'
import { busyPer, mainThreadTasks, taskCategories } from './main-thread.ts'
import { movedPerSecond, movePoints, placePoints, points, updateEveryMs } from './moving-points.ts'
import { percentile } from './percentile.ts'

/** What ten thousand live points on the map cost the page's main thread, in the real product with software rendering. */
export interface MapPoints {
  readonly points: number
  readonly movedPerSecond: number
  /** main-thread time in each stretch between two updates, whatever it was spent on, ms */
  readonly p50Ms: number
  readonly p95Ms: number
  /** longest task of the main thread, ms */
  readonly longestTaskMs: number
  /** longest time between two animation frames, ms */
  readonly longestFrameMs: number
  /** share of the main thread that was busy */
  readonly busyShare: number
}

/** What watch-frames.js leaves on the window. */
declare global {
  interface Window {
    benchLongestFrame: (forMs: number) => Promise<number>
  }
}

/** the marks' cross-fade, the first pictures, compiled code */
const settleMs = 4_000

/** @param seconds how long points move */
export async function mapPoints(seconds: number): Promise<MapPoints> {
  const whole = await startWhole()
  try {
    await placePoints(whole)
    const page = await whole.wallPage('/desk', { width: 1920, height: 1080 })
    // a file of its own: a function written here would reach the page with what our loader adds to it
    await page.addInitScript({ path: fileURLToPath(new URL('./watch-frames.js', import.meta.url)) })
    await page.goto(new URL('/perceive', whole.url).href)
    await page.locator('.map[data-mode="webgl"]').waitFor({ timeout: 60_000 })
    await page.getByRole('button', { name: '车辆' }).getByText(points.toLocaleString('en')).waitFor({ timeout: 60_000 })
    await page.waitForTimeout(settleMs)
    return await measure(whole, page, seconds)
  } finally {
    await whole.stop()
  }
}

async function measure(whole: Whole, page: Page, seconds: number): Promise<MapPoints> {
  const browser = page.context().browser()
  if (browser === null) throw new Error('the page has no browser of its own')
  await movePoints(whole, 3)
  const frames = page.evaluate((forMs) => window.benchLongestFrame(forMs), seconds * 1_000)
  await browser.startTracing(page, { categories: taskCategories })
  await movePoints(whole, seconds)
  const tasks = mainThreadTasks(await browser.stopTracing())
  const busy = [...busyPer(tasks, updateEveryMs)].sort((a, b) => a - b)
  const total = busy.reduce((sum, ms) => sum + ms, 0)
  return {
    points,
    movedPerSecond,
    p50Ms: percentile(busy, 0.5),
    p95Ms: percentile(busy, 0.95),
    longestTaskMs: Math.max(...tasks.map(({ ms }) => ms)),
    longestFrameMs: await frames,
    busyShare: total / (busy.length * updateEveryMs),
  }
}
