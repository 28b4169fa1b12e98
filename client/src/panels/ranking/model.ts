import type { UnitDefinition } from '../../../../contract/configuration.ts'
import type { UnitSummary } from '../../../../contract/topic.ts'

/** 排名: the peers of one group by the share of this month's due orders that were on time. Never coloured. Pure. */
export interface Ranked {
  readonly place: number
  readonly unit: UnitDefinition
  /** 0-1 */
  readonly onTime: number
  readonly due: number
}

export interface Ranking {
  readonly ranked: readonly Ranked[]
  /** had fewer orders due than the least sample: a rate of a few orders is no rank */
  readonly tooFew: readonly UnitDefinition[]
}

/** Units with the same share, to a tenth of a percent as it is written, share a place; the next place counts all before it. */
export function rank(
  units: readonly UnitDefinition[],
  summaries: ReadonlyMap<string, UnitSummary>,
  group: { readonly district: string; readonly group: UnitDefinition['group']; readonly minimumSample: number },
): Ranking {
  const peers = units.filter((unit) => unit.district === group.district && unit.group === group.group)
  const enough: { unit: UnitDefinition; onTime: number; due: number }[] = []
  const tooFew: UnitDefinition[] = []
  for (const unit of peers) {
    const { dueThisMonth: due = 0, onTimeThisMonth = 0 } = summaries.get(unit.id) ?? {}
    if (due === 0 || due < group.minimumSample) tooFew.push(unit)
    else enough.push({ unit, due, onTime: onTimeThisMonth / due })
  }
  const tenths = (share: number): number => Math.round(share * 1_000)
  enough.sort((a, b) => tenths(b.onTime) - tenths(a.onTime) || b.due - a.due)
  const placeOf = (share: number): number => 1 + enough.filter((other) => tenths(other.onTime) > tenths(share)).length
  return { ranked: enough.map((entry) => ({ ...entry, place: placeOf(entry.onTime) })), tooFew }
}

/** The first and the last `rows`, without showing anyone twice. */
export function ends(ranked: readonly Ranked[], rows: number): { readonly top: readonly Ranked[]; readonly bottom: readonly Ranked[] } {
  const top = ranked.slice(0, rows)
  return { top, bottom: ranked.slice(Math.max(rows, ranked.length - rows)) }
}
