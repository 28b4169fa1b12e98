import type { VideoSourceFact } from '../../contract/video-fact.ts'
import type { Platform } from './platform.ts'
import { StreamTrouble } from './trouble.ts'

/** A camera, and the platform that has it. */
export interface Owned {
  readonly platform: Platform
  readonly fact: VideoSourceFact
}

/**
 * Finds who has a source. While a platform has not told its catalogue, nobody can say that a source does not exist.
 * @throws StreamTrouble
 */
export function ownerOf(platforms: readonly Platform[], source: string): Owned {
  for (const platform of platforms) {
    const fact = platform.factOf(source)
    if (fact !== undefined) return { platform, fact }
  }
  if (platforms.some(({ catalogue }) => catalogue.state === 'waiting')) throw new StreamTrouble('connecting', 'the catalogue has not come yet')
  if (platforms.some(({ catalogue }) => catalogue.state === 'down')) throw new StreamTrouble('platform-down', 'the catalogue cannot be asked')
  throw new StreamTrouble('offline', 'no platform knows this camera')
}
