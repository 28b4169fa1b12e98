import { fileURLToPath } from 'node:url'
import { movePoints, placePoints } from './moving-points.ts'
import { framesPerSecond } from './reels.ts'
import { benchCameras, startVideoWall } from './video-wall.ts'

/** Sixteen pictures beside ten thousand points on the map, in software: what the decoders make of it while the points stand, and while they move. */
export interface VideoDecoding {
  readonly tiles: number
  readonly still: Decoded
  readonly moving: Decoded
}

export interface Decoded {
  /** frames dropped or broken, of those decoded */
  readonly lostShare: number
  /** frames decoded, of those that the cameras sent meanwhile */
  readonly keptUp: number
  readonly playing: number
  readonly restarted: number
}

interface Watched {
  readonly tiles: number
  readonly playing: number
  readonly restarted: number
  readonly frames: number
  readonly lost: number
  readonly seconds: number
}

/** What watch-decoding.js leaves on the window. */
declare global {
  interface Window {
    benchDecoding: (forMs: number) => Promise<Watched>
  }
}

const tiles = 16
const settleMs = 8_000
/** a few seconds hold too few frames for one in a hundred */
const leastSeconds = 20

/** @param seconds how long each of the two is watched */
export async function videoDecoding(seconds: number): Promise<VideoDecoding> {
  const watchFor = Math.max(seconds, leastSeconds)
  const wall = await startVideoWall(benchCameras(tiles), '4x4')
  const { whole } = wall
  try {
    await placePoints(whole)
    const page = await whole.wallPage('/desk', { width: 1920, height: 1080 })
    // a file of its own: a function written here would reach the page with what our loader adds to it
    await page.addInitScript({ path: fileURLToPath(new URL('./watch-decoding.js', import.meta.url)) })
    await page.goto(new URL('/perceive', whole.url).href)
    await page.locator('.map[data-mode="webgl"]').waitFor({ timeout: 60_000 })
    await page
      .locator('.tile[data-state="playing"]')
      .nth(tiles - 1)
      .waitFor({ timeout: 120_000 })
    await page.waitForTimeout(settleMs)
    const watch = (): Promise<Watched> => page.evaluate((forMs) => window.benchDecoding(forMs), watchFor * 1_000)
    const still = decodedOf(await watch())
    const watching = watch()
    await movePoints(whole, watchFor)
    return { tiles, still, moving: decodedOf(await watching) }
  } finally {
    await wall.stop()
  }
}

const decodedOf = ({ tiles: watched, playing, restarted, frames, lost, seconds }: Watched): Decoded => ({
  lostShare: lost / frames,
  keptUp: frames / (watched * framesPerSecond * seconds),
  playing,
  restarted,
})
