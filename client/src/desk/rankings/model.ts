import type { RankedUnit, RankingState } from '../../../../contract/decision.ts'

/** 排名 as the desk shows it. Pure. */

/** Who looks at the page: undefined while it is not known. */
export interface Signer {
  readonly role: 'wall' | 'desk' | 'admin'
  readonly name: string | undefined
}

/** Months of one ranking, the newest first. */
export function monthsOf(states: Iterable<RankingState>, ranking: string): readonly RankingState[] {
  return [...states].filter((state) => state.ranking === ranking).sort((one, other) => (one.month < other.month ? 1 : -1))
}

/** The month to look at first: the latest that waits to be published, else the running one. */
export const firstOf = (months: readonly RankingState[]): RankingState | undefined => months.find(({ state }) => state === 'ended') ?? months[0]

/** Why this month cannot be published by whoever looks; undefined when it can. */
export function blockOf({ state }: RankingState, signer: Signer | undefined): 'running' | 'published' | 'unknown' | 'role' | 'name' | undefined {
  if (state !== 'ended') return state
  return blockOfSigner(signer)
}

/** Why whoever looks cannot sign anything; undefined when they can. */
export function blockOfSigner(signer: Signer | undefined): 'unknown' | 'role' | 'name' | undefined {
  if (signer === undefined) return 'unknown'
  if (signer.role === 'wall') return 'role'
  return signer.name === undefined ? 'name' : undefined
}

const coarse = 10

/** The left end of a scale on which all intervals lie, in steps of 10 percent points. The right end is 100. */
export function scaleFrom(rows: readonly RankedUnit[]): number {
  const lows = rows.flatMap(({ interval }) => (interval === undefined ? [] : [interval[0]]))
  return lows.length === 0 ? 0 : Math.min(100 - coarse, Math.floor(Math.min(...lows) / coarse) * coarse)
}

/** Where something lies on the scale from `from` to 100, in percent of its width. */
export const placeOn = (percent: number, from: number): number => ((percent - from) / (100 - from)) * 100

/** ▲2, ▼1, unchanged as a dash, nothing where the month before says nothing. Never coloured. */
export function changeWords({ risen }: Pick<RankedUnit, 'risen'>): string {
  if (risen === undefined) return ''
  if (risen === 0) return '–'
  return `${risen > 0 ? '▲' : '▼'}${String(Math.abs(risen))}`
}
