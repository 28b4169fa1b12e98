import { calmMs, forgivenAfterMs, strainsToFall, strainWindowMs } from './policy.ts'
import type { Strain } from './policy.ts'

/** main: as the camera sees · sub: small, for small tiles and weak machines; what the address of a stream is asked with */
export type Quality = 'main' | 'sub'

/** Which of its two streams a player takes. Pure; times in ms of a clock that only grows. */
export interface Ladder {
  /** what the tile is large enough for */
  readonly wanted: Quality
  readonly quality: Quality
  /** what lately spoke against the main stream */
  readonly strains: readonly { readonly what: Strain; readonly at: number }[]
  /** in a row */
  readonly falls: number
  /** since when all goes well */
  readonly calmFrom: number
}

export const firstLadder = (wanted: Quality, now: number): Ladder => ({ wanted, quality: wanted, strains: [], falls: 0, calmFrom: now })

/** The tile has become larger or smaller. */
export function want(ladder: Ladder, wanted: Quality, now: number): Ladder {
  if (wanted === ladder.wanted) return ladder
  const isFree = wanted === 'sub' || ladder.falls === 0
  return { ...ladder, wanted, quality: isFree ? wanted : ladder.quality, strains: [], calmFrom: isFree ? now : ladder.calmFrom }
}

/** Something spoke against the main stream: enough of it makes it fall, and on the sub stream any of it puts off the return. */
export function strained(ladder: Ladder, what: Strain, now: number): Ladder {
  if (ladder.quality === 'sub') return { ...ladder, calmFrom: now }
  const strains = [...ladder.strains, { what, at: now }].filter(({ at }) => at > now - strainWindowMs)
  if (strains.filter((strain) => strain.what === what).length < strainsToFall[what]) return { ...ladder, strains, calmFrom: now }
  return { ...ladder, quality: 'sub', strains: [], falls: ladder.falls + 1, calmFrom: now }
}

/** To be asked while the picture moves: back up after a calm while, and forgiven after a long one. */
export function climbed(ladder: Ladder, now: number): Ladder {
  const calm = now - ladder.calmFrom
  if (ladder.quality === 'main') return ladder.falls > 0 && calm >= forgivenAfterMs ? { ...ladder, falls: 0 } : ladder
  if (ladder.wanted === 'sub' || calm < calmMs(ladder.falls)) return ladder
  return { ...ladder, quality: 'main', strains: [], calmFrom: now }
}
