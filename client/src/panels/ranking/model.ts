import type { RankedUnit, RankingState, Standing } from '../../../../contract/decision.ts'

/** 排名: which month is shown, and the first and the last of it. Never coloured. Pure. */

/** The latest published month; before one is, the latest that has ended, and only before that the running one. */
export function shownMonth(states: Iterable<RankingState>, ranking: string): RankingState | undefined {
  const own = [...states].filter((state) => state.ranking === ranking).sort((a, b) => (a.month < b.month ? 1 : -1))
  return own.find(({ state }) => state === 'published') ?? own.find(({ state }) => state === 'ended') ?? own[0]
}

/** A month later than the one shown that has ended and waits to be published. */
export function waitingMonth(states: Iterable<RankingState>, shown: Pick<RankingState, 'ranking' | 'month'>): RankingState | undefined {
  return [...states].find(({ ranking, month, state }) => ranking === shown.ranking && month > shown.month && state === 'ended')
}

/** Ranks of which not everyone is shown, with how many share each: which of them stand there is a matter of their names. */
export function cutTies(
  { rows }: Pick<RankingState, 'rows'>,
  shown: readonly RankedUnit[],
): readonly { readonly rank: number; readonly units: number }[] {
  const share = (units: readonly RankedUnit[], rank: number): number => units.filter((one) => one.rank === rank).length
  const ranks = new Set(shown.flatMap(({ rank }) => rank ?? []))
  return [...ranks].map((rank) => ({ rank, units: share(rows, rank) })).filter(({ rank, units }) => units > share(shown, rank))
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
