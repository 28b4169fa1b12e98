import { setTimeout as sleep } from 'node:timers/promises'
import type { OwnWall } from './own-wall.ts'
import { playerTroubles } from './player-troubles.ts'
import { takeSample } from './sample.ts'
import type { Sample } from './sample.ts'
import type { WallBrowser } from './wall-browser.ts'

/** One minute of the soak: every scene in turn, each looked at at the same second, so that rounds can be compared. */

/** the keys of the wall */
const scenes = [
  { screen: 'perceive', key: '1' },
  { screen: 'overview', key: '2' },
  { screen: 'dispatch', key: '3' },
  { screen: 'perceive', key: '1' },
] as const
const sceneMs = 15_000
const sampleAtMs = 13_500
export const roundMs = scenes.length * sceneMs

export interface SceneSample extends Sample {
  readonly screen: string
  readonly at: number
}

/** What is done in each scene, besides looking. */
export type Deeds = readonly ((round: number, pause: (ms: number) => Promise<void>) => Promise<void>)[]

/** Nothing but the change of scenes. */
export const watchOnly: Deeds = []

/** Chooses incidents, breaks the video in one way after another, changes the language and back, cuts the network. */
export function troubled(browser: WallBrowser, wall: OwnWall): Deeds {
  const troubles = playerTroubles(browser, wall.platformUrl)
  const select = (n: number): Promise<boolean> => browser.click('.event', n)
  return [
    async (round, pause) => {
      const trouble = troubles[round % troubles.length]
      await pause(2_000)
      await select(round * 2)
      await trouble?.begin()
      try {
        await pause(8_000)
      } finally {
        await trouble?.end()
      }
    },
    async (_round, pause) => {
      await browser.press('l')
      await pause(5_000)
      await browser.press('l')
    },
    () => Promise.resolve(),
    async (round, pause) => {
      await pause(500)
      wall.cut()
      await pause(1_000)
      wall.restore()
      await pause(3_000)
      await select(round * 2 + 1)
    },
  ]
}

/**
 * Plays one round from now on.
 * @param told is called with each sample as it is taken
 * @returns all of them; undefined when `signal` ended the round
 */
export async function playRound(
  browser: WallBrowser,
  round: number,
  { deeds, told, signal }: { readonly deeds: Deeds; readonly told: (sample: SceneSample) => void; readonly signal: AbortSignal },
): Promise<readonly SceneSample[] | undefined> {
  const began = Date.now()
  const samples: SceneSample[] = []
  const pause = async (ms: number): Promise<void> => await sleep(Math.max(0, ms), undefined, { signal })
  try {
    for (const [index, { screen, key }] of scenes.entries()) {
      await pause(began + index * sceneMs - Date.now())
      await browser.press(key)
      await deeds[index]?.(round, pause)
      await pause(began + index * sceneMs + sampleAtMs - Date.now())
      const sample = { ...(await takeSample(browser)), screen, at: Date.now() }
      samples.push(sample)
      told(sample)
    }
    await pause(began + roundMs - Date.now())
    return samples
  } catch (error) {
    // whatever stumbles when the end has been asked for is part of the end
    if (signal.aborted) return undefined
    throw error
  }
}
