import type { Page } from 'playwright-core'
import { startWhole } from '../support/whole.ts'

/** What one screen costs a browser: until everything is painted, and for each frame the server pushes. */
export interface FirstWall {
  readonly screen: string
  /** navigation to the first animation frame in which every panel has drawn, ms; median of the runs */
  readonly firstWallMs: number
  /** animation frames with a commit, per push frame received: 1 or less means one frame of work per push frame */
  readonly commitsPerPushFrame: number
  /** longest main-thread task while updates arrive, ms */
  readonly longestTaskMs: number
}

const runs = 5
const updates = 40

/** Measures a warm server and the built client in a real browser, at 1920×1080. */
export async function firstWall(): Promise<readonly FirstWall[]> {
  const whole = await startWhole()
  try {
    await whole.post('native', Array.from({ length: 400 }, (_, n) => order(n)))
    const measured: FirstWall[] = []
    for (const screen of ['perceive', 'overview', 'dispatch']) {
      const page = await whole.wallPage(`/${screen}`, { width: 1920, height: 1080 })
      const times: number[] = []
      for (let run = 0; run < runs; run += 1) times.push(await timeToWall(page))
      const work = await workPerFrame(page, async (n) => {
        await whole.post('native', [order(1_000 + n)])
      })
      measured.push({ screen, firstWallMs: median(times), ...work })
      await page.context().close()
    }
    return measured
  } finally {
    await whole.stop()
  }
}

const order = (n: number): object => ({
  kind: 'work-order',
  id: `WALL-${String(n)}`,
  at: Date.now() - 60_000 + n,
  stage: 'received',
  channel: 'hotline-12345',
  type: '道路破损',
  title: '道路破损 解放路',
  subdistrict: '620802001',
  place: [106.68 + (n % 20) / 1_000, 35.54 + (n % 7) / 1_000],
  dueAt: Date.now() + 86_400_000,
})

/** The client marks `yiping:wall` on the performance timeline when every panel of the screen has drawn for the first time. */
async function timeToWall(page: Page): Promise<number> {
  await page.reload()
  const handle = await page.waitForFunction(() => performance.getEntriesByName('yiping:wall')[0]?.startTime)
  return (await handle.jsonValue()) ?? Number.NaN
}

async function workPerFrame(page: Page, update: (n: number) => Promise<void>): Promise<Omit<FirstWall, 'screen' | 'firstWallMs'>> {
  await page.evaluate(() => {
    const counted = { longest: 0 }
    Object.assign(window, { counted })
    performance.clearMarks('yiping:frame')
    performance.clearMarks('yiping:commit')
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) counted.longest = Math.max(counted.longest, entry.duration)
    }).observe({ type: 'longtask' })
  })
  for (let n = 0; n < updates; n += 1) await update(n)
  return await page.evaluate(() => {
    const { counted } = window as unknown as { counted: { longest: number } }
    const frames = performance.getEntriesByName('yiping:frame').length
    const commits = performance.getEntriesByName('yiping:commit').length
    return { commitsPerPushFrame: commits / Math.max(1, frames), longestTaskMs: counted.longest }
  })
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
