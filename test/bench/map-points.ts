import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'
import { busyPer, mainThreadTasks, taskCategories } from './main-thread.ts'
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

const points = 10_000
const movedPerSecond = 1_000
const updatesPerSecond = 10
const moved = movedPerSecond / updatesPerSecond
const updateEveryMs = 1_000 / updatesPerSecond
const bodyOf = 2_000
/** the marks' cross-fade, the first pictures, compiled code */
const settleMs = 4_000

/** @param seconds how long points move */
export async function mapPoints(seconds: number): Promise<MapPoints> {
  const whole = await startWhole()
  try {
    for (let from = 0; from < points; from += bodyOf) await whole.post('native', fixes(from, bodyOf, 0))
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
  await move(whole, 3)
  const frames = page.evaluate((forMs) => window.benchLongestFrame(forMs), seconds * 1_000)
  await browser.startTracing(page, { categories: taskCategories })
  await move(whole, seconds)
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

let round = 0

/** Each update moves the next hundred of them: each is heard of every ten seconds, as vehicles are. */
async function move(whole: Whole, seconds: number): Promise<void> {
  const until = performance.now() + seconds * 1_000
  for (let next = performance.now(); next < until; next += updateEveryMs) {
    const from = (round * moved) % points
    await whole.post('native', fixes(from, moved, 1 + Math.floor((round * moved) / points)))
    round += 1
    await new Promise((done) => setTimeout(done, Math.max(0, next + updateEveryMs - performance.now())))
  }
}

/** Spread over the district, each driving to and fro by some hundred metres from fix to fix. */
function fixes(from: number, count: number, turn: number): readonly object[] {
  const at = Date.now()
  return Array.from({ length: count }, (_, i) => {
    const n = from + i
    const [longitude, latitude] = [106.5 + ((n * 37) % 997) / 1_600, 35.33 + ((n * 53) % 991) / 2_900]
    const away = 0.002 * ((turn % 3) - 1)
    return { kind: 'vehicle', id: `V-${String(n)}`, at, place: [longitude + away, latitude + away / 2], heading: (n * 7) % 360, type: 'bus' }
  })
}
