import type { RankedUnit, RankingState, Standing } from '../../../../contract/topic.ts'

/** 排名: which month is shown, and the first and the last of it. Never coloured. Pure. */

/** The latest published month; before one is, the running one. */
export function shownMonth(states: Iterable<RankingState>, ranking: string): RankingState | undefined {
  const own = [...states].filter((state) => state.ranking === ranking).sort((a, b) => (a.month < b.month ? 1 : -1))
  return own.find(({ state }) => state === 'published') ?? own.find(({ state }) => state === 'running') ?? own[0]
}

/** The first and the last `rows` of those that are ranked, without showing anyone twice. */
export function ends(
  { rows: all }: Pick<RankingState, 'rows'>,
  rows: number,
): { readonly top: readonly RankedUnit[]; readonly bottom: readonly RankedUnit[] } {
  const ranked = all.filter(({ standing }) => standing === 'ranked')
  return { top: ranked.slice(0, rows), bottom: ranked.slice(Math.max(rows, ranked.length - rows)) }
}

/** How many stand apart, and why. */
export function apart({ rows }: Pick<RankingState, 'rows'>): Readonly<Record<Exclude<Standing, 'ranked'>, number>> {
  const count = (wanted: Standing): number => rows.filter(({ standing }) => standing === wanted).length
  return { 'small-sample': count('small-sample'), 'no-requests': count('no-requests'), exempt: count('exempt') }
}

/** 1-12 of `YYYY-MM`. */
export const monthOf = ({ month }: Pick<RankingState, 'month'>): number => Number(month.slice(5, 7))
