import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'
import { median } from './median.ts'

/** What one screen costs a browser: until everything is painted, and for each frame the server pushes. Seen from outside: the client counts nothing. */
export interface FirstWall {
  readonly screen: string
  /** navigation to the first animation frame in which every panel has drawn, ms; median of the runs */
  readonly firstWallMs: number
  /** animation frames in which anything on the page changed, per push frame received: the clock's own second is among them */
  readonly workPerPushFrame: number
  /** longest main-thread task while updates arrive, ms; 0: none above 50 ms */
  readonly longestTaskMs: number
}

const runs = 5
const updates = 40
const updateEveryMs = 100

/** What watch-page.js leaves on the window for us to read. */
interface Watched {
  wallAt: number | undefined
  framesWithWork: number
  longestTaskMs: number
}
declare global {
  interface Window {
    benchWatched: Watched
  }
}

/** Measures a warm server and the built client in a real browser, at 1920×1080. */
export async function firstWall(): Promise<readonly FirstWall[]> {
  const whole = await startWhole()
  try {
    await whole.post(
      'native',
      Array.from({ length: 400 }, (_, n) => order(String(n), n)),
    )
    const measured: FirstWall[] = []
    for (const screen of ['perceive', 'overview', 'dispatch']) measured.push(await measure(whole, screen))
    return measured
  } finally {
    await whole.stop()
  }
}

async function measure(whole: Whole, screen: string): Promise<FirstWall> {
  const page = await whole.wallPage(`/${screen}`, { width: 1920, height: 1080 })
  try {
    // a file of its own: a function written here would reach the page with what our loader adds to it
    await page.addInitScript({ path: fileURLToPath(new URL('./watch-page.js', import.meta.url)) })
    let pushFrames = 0
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (payload.toString().startsWith('42["frame"')) pushFrames += 1
      }),
    )
    const times: number[] = []
    for (let run = 0; run < runs; run += 1) times.push(await timeToWall(page))
    await page.evaluate(() => Object.assign(window.benchWatched, { framesWithWork: 0, longestTaskMs: 0 }))
    pushFrames = 0
    for (let n = 0; n < updates; n += 1) await update(whole, `${screen}-${String(n)}`)
    const { framesWithWork, longestTaskMs } = await page.evaluate(() => window.benchWatched)
    return { screen, firstWallMs: median(times), workPerPushFrame: framesWithWork / pushFrames, longestTaskMs }
  } finally {
    await page.context().close()
  }
}

const order = (id: string, n: number): object => ({
  kind: 'work-order',
  id: `WALL-${id}`,
  at: Date.now() - 60_000 + n,
  stage: 'received',
  channel: 'hotline-12345',
  type: '道路破损',
  title: '道路破损 解放路',
  subdistrict: '620802001',
  place: [106.68 + (n % 20) / 1_000, 35.54 + (n % 7) / 1_000],
  dueAt: Date.now() + 86_400_000,
})

async function timeToWall(page: Page): Promise<number> {
  await page.reload()
  await page.waitForFunction(() => window.benchWatched.wallAt !== undefined)
  return (await page.evaluate(() => window.benchWatched.wallAt)) ?? Number.NaN
}

async function update(whole: Whole, id: string): Promise<void> {
  const next = new Promise((done) => setTimeout(done, updateEveryMs))
  await whole.post('native', [order(id, 0)])
  await next
}
