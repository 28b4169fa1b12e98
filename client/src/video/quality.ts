import { calmMs, forgivenAfterMs, strainsToFall, strainWindowMs } from './policy.ts'
import type { Strain } from './policy.ts'

/**
 * main: as the camera sees · sub: small, for small tiles and weak machines · anew: the sub stream, coded anew on the server as what every
 * browser decodes
 */
export type Quality = 'main' | 'sub' | 'anew'

/** Which of a camera's streams a player takes. Pure; times in ms of a clock that only grows. */
export interface Ladder {
  /** what the tile is large enough for */
  readonly wanted: 'main' | 'sub'
  readonly quality: Quality
  /** what lately spoke against the main stream */
  readonly strains: readonly { readonly what: Strain; readonly at: number }[]
  /** in a row */
  readonly falls: number
  /** since when all goes well */
  readonly calmFrom: number
}

/** @param isDecodable false where it is known beforehand that this browser cannot decode the camera */
export const firstLadder = (wanted: Ladder['wanted'], now: number, isDecodable = true): Ladder => ({
  wanted,
  quality: isDecodable ? wanted : 'anew',
  strains: [],
  falls: 0,
  calmFrom: now,
})

/** The tile has become larger or smaller. */
export function want(ladder: Ladder, wanted: Ladder['wanted'], now: number): Ladder {
  if (wanted === ladder.wanted) return ladder
  if (ladder.quality === 'anew') return { ...ladder, wanted }
  const isFree = wanted === 'sub' || ladder.falls === 0
  return { ...ladder, wanted, quality: isFree ? wanted : ladder.quality, strains: [], calmFrom: isFree ? now : ladder.calmFrom }
}

/**
 * Something spoke against the stream: enough of it makes the main stream fall to the sub stream, where any of it puts off the return. A sub
 * stream that this browser cannot decode is asked for coded anew, and stays so: below that there is nothing.
 */
export function strained(ladder: Ladder, what: Strain, now: number): Ladder {
  if (ladder.quality === 'sub' && what === 'unsupported') return { ...ladder, quality: 'anew', calmFrom: now }
  if (ladder.quality !== 'main') return { ...ladder, calmFrom: now }
  const strains = [...ladder.strains, { what, at: now }].filter(({ at }) => at > now - strainWindowMs)
  if (strains.filter((strain) => strain.what === what).length < strainsToFall[what]) return { ...ladder, strains, calmFrom: now }
  return { ...ladder, quality: 'sub', strains: [], falls: ladder.falls + 1, calmFrom: now }
}

/** To be asked while the picture moves: back up after a calm while, and forgiven after a long one; never from what is coded anew. */
export function climbed(ladder: Ladder, now: number): Ladder {
  if (ladder.quality === 'anew') return ladder
  const calm = now - ladder.calmFrom
  if (ladder.quality === 'main') return ladder.falls > 0 && calm >= forgivenAfterMs ? { ...ladder, falls: 0 } : ladder
  if (ladder.wanted === 'sub' || calm < calmMs(ladder.falls)) return ladder
  return { ...ladder, quality: 'main', strains: [], calmFrom: now }
}
