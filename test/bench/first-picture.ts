import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import type { Whole } from '../support/whole.ts'
import { startChild } from './child.ts'
import { percentile } from './percentile.ts'
import { benchCameras, startVideoWall } from './video-wall.ts'
import type { BenchCamera } from './video-wall.ts'
import type { Watch } from './video-proxy-load.ts'

/** From a touch on a camera on the map, whose stream runs since others watch it, to its picture in a tile. */
export interface FirstPicture {
  readonly clicks: number
  readonly seenP50Ms: number
  readonly seenP95Ms: number
  /** the same until the first frame was decoded */
  readonly decodedP50Ms: number
  readonly decodedP95Ms: number
}

interface Waited {
  readonly decodedMs: number
  readonly seenMs: number
}

/** What watch-first-picture.js leaves on the window. */
declare global {
  interface Window {
    benchFirstPicture: (source: string) => Promise<Waited | undefined>
  }
}

const clicks = 36
/** the first ones compile code */
const warmUp = 2
const pauseMs = 700
/** what is known of where the map puts things: two incidents, west and east of each other */
const marks = [
  [106.52, 35.36],
  [107.02, 35.6],
] as const

export async function firstPicture(): Promise<FirstPicture> {
  const cameras = benchCameras(12)
  const wall = await startVideoWall(cameras, '2x2')
  const { whole } = wall
  const others = startChild('./video-proxy-load.ts')
  try {
    others.send(await watchOf(whole, cameras))
    await whole.post('native', marks.map(incident))
    const page = await whole.wallPage('/desk', { width: 1920, height: 1080 })
    // a file of its own: a function written here would reach the page with what our loader adds to it
    await page.addInitScript({ path: fileURLToPath(new URL('./watch-first-picture.js', import.meta.url)) })
    await page.goto(new URL('/perceive', whole.url).href)
    await page.locator('.map[data-mode="webgl"]').waitFor({ timeout: 60_000 })
    await page.locator('.tile[data-state="playing"]').nth(3).waitFor({ timeout: 60_000 })
    const waited: Waited[] = []
    for (let n = 0; waited.length < clicks + warmUp; n += 1) waited.push(...(await clickNext(page, cameras, n)))
    return summary(waited.slice(warmUp))
  } finally {
    others.kill()
    await wall.stop()
  }
}

const incident = (place: readonly [number, number], n: number): object => ({
  kind: 'incident',
  id: `MARK-${String(n)}`,
  at: Date.now() - 60_000,
  stage: 'confirmed',
  priority: 'urgent',
  title: '路面塌陷',
  type: '市政',
  place,
})

/** Viewers elsewhere, in a process of their own, who have each camera running in both qualities. */
async function watchOf(whole: Whole, cameras: readonly BenchCamera[]): Promise<Watch> {
  const answer = await fetch(await whole.signInLink('wall'), { redirect: 'manual' })
  const session = /yiping_session=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1]
  if (session === undefined) throw new Error('the sign-in link gave no session')
  const paths = cameras.flatMap(({ id }) => ['main', 'sub'].map((quality) => `/api/video/${id}/live.m3u8?quality=${quality}`))
  return { port: Number(new URL(whole.url).port), seconds: 3_600, viewers: paths.map((path) => ({ path, session })) }
}

/** Touches the next camera that stands in no tile; answers nothing when it came to stand in one just before. */
async function clickNext(page: Page, cameras: readonly BenchCamera[], n: number): Promise<readonly Waited[]> {
  await page.waitForTimeout(pauseMs)
  const shown = await page.locator('.tile').evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('data-source')))
  // five further on: far from where the last one's name stands
  const order = cameras.map((_, index) => cameras[(n * 5 + index) % cameras.length])
  const next = order.find((camera) => camera !== undefined && !shown.includes(camera.id))
  if (next === undefined) throw new Error('every camera is shown: there is none to touch')
  const { x, y } = await pixelOf(page, next)
  const waiting = page.evaluate((source) => window.benchFirstPicture(source), next.id)
  await page.mouse.click(x, y)
  const waited = await waiting
  return waited === undefined ? [] : [waited]
}

/** Where a place is drawn, from where the two marks are. */
async function pixelOf(page: Page, { place }: BenchCamera): Promise<{ readonly x: number; readonly y: number }> {
  const middles = await page.locator('.map path.incident').evaluateAll((paths) =>
    paths.map((path) => {
      const { x, y, width, height } = path.getBoundingClientRect()
      return { x: x + width / 2, y: y + height / 2 }
    }),
  )
  const [west, east] = middles.sort((a, b) => a.x - b.x)
  if (west === undefined || east === undefined) throw new Error('the map does not show the two marks')
  const along = (of: (place: readonly [number, number]) => number): number => (of(place) - of(marks[0])) / (of(marks[1]) - of(marks[0]))
  return {
    x: west.x + (east.x - west.x) * along(([longitude]) => longitude),
    y: west.y + (east.y - west.y) * along(([, latitude]) => Math.asinh(Math.tan((latitude * Math.PI) / 180))),
  }
}

function summary(waited: readonly Waited[]): FirstPicture {
  const sorted = (of: (each: Waited) => number): readonly number[] => waited.map(of).sort((a, b) => a - b)
  const [seen, decoded] = [sorted(({ seenMs }) => seenMs), sorted(({ decodedMs }) => decodedMs)]
  return {
    clicks: waited.length,
    seenP50Ms: percentile(seen, 0.5),
    seenP95Ms: percentile(seen, 0.95),
    decodedP50Ms: percentile(decoded, 0.5),
    decodedP95Ms: percentile(decoded, 0.95),
  }
}
