import type { RankingDefinition, UnitDefinition } from '../../contract/configuration.ts'
import type { RankingFact } from '../../contract/fact.ts'
import type { RankedUnit, RankingState } from '../../contract/decision.ts'

/**
 * 排名: units among their peers, by what their orders came to. Pure. It ranks units and never people, and results only: how often somebody
 * signs in here, how long, or how fast a button is pressed is neither counted nor known to it. Central rules against 指尖上的形式主义 forbid
 * rankings by the use of a system, and a unit that is ranked by clicks delivers clicks.
 */

/** What the orders of a unit came to in a month: how many were to be judged, and how many of these were good. */
export interface UnitCount {
  readonly sample: number
  /** at most `sample` */
  readonly good: number
}

export interface RankingQuestion {
  readonly definition: RankingDefinition
  readonly peers: readonly UnitDefinition[]
  /** YYYY-MM */
  readonly month: string
  readonly countOf: (unit: string) => UnitCount
  /** the month before as it was published; undefined while it is not */
  readonly before: readonly RankedUnit[] | undefined
}

type Correction = RankingState['corrections'][number]

/** Units of the ranking's group and district. */
export function peersOf(units: Iterable<UnitDefinition>, { district, group }: RankingDefinition): readonly UnitDefinition[] {
  return [...units].filter((unit) => unit.district === district && unit.group === group)
}

/**
 * Every peer, the ranked ones by rank, then the others; by name within each. A rank is one more than the number of peers that did better, so
 * ties share one and the next is skipped. Whoever is the same to a tenth of a percent is a tie: nobody is put behind for what is not shown.
 */
export function rankUnits({ definition, peers, month, countOf, before }: RankingQuestion): readonly RankedUnit[] {
  const judged = [...peers].sort(byName).map((unit) => judge(definition, unit, month, countOf(unit.id)))
  const tenths = judged.flatMap(({ standing, value }) => (standing === 'ranked' && value !== undefined ? [tenthsOf(value)] : []))
  const placed = judged.map((row): RankedUnit => {
    if (row.standing !== 'ranked' || row.value === undefined) return row
    const own = tenthsOf(row.value)
    const rank = 1 + tenths.filter((other) => other > own).length
    const last = before?.find(({ unit }) => unit === row.unit)?.rank
    return { ...row, rank, risen: last === undefined ? undefined : last - rank }
  })
  // sorting is stable: names stay in order
  return placed.sort((one, other) => placeOf(one) - placeOf(other))
}

const placeOf = ({ rank }: RankedUnit): number => rank ?? Number.MAX_SAFE_INTEGER
const tenthsOf = (percent: number): number => Math.round(percent * 10)

const names = new Intl.Collator('zh')
const byName = (one: UnitDefinition, other: UnitDefinition): number => names.compare(one.name, other.name) || (one.id < other.id ? -1 : 1)

function judge(definition: RankingDefinition, unit: UnitDefinition, month: string, { sample, good }: UnitCount): RankedUnit {
  const value = sample === 0 ? undefined : (good / sample) * 100
  const exemption = exemptionOf(definition, unit, month)
  return {
    unit: unit.id,
    standing: exemption !== undefined ? 'exempt' : sample === 0 ? 'no-requests' : sample < definition.minimumSample ? 'small-sample' : 'ranked',
    rank: undefined,
    value,
    sample,
    interval: value === undefined ? undefined : wilsonInterval(value, sample),
    risen: undefined,
    reason: exemption?.reason,
  }
}

/** One day of the month exempted exempts the month: its orders were handled under what the reason says. */
function exemptionOf(
  { exemptions }: RankingDefinition,
  { id, name, shortName }: UnitDefinition,
  month: string,
): { readonly reason: string } | undefined {
  return exemptions.find(
    ({ unit, from, until }) =>
      [id, name, shortName].includes(unit) && from.slice(0, 7) <= month && (until === undefined || until.slice(0, 7) >= month),
  )
}

/** of the normal distribution, both sides together 5 % */
const z = 1.959963984540054

/**
 * 95 % interval of a rate of which `sample` cases are known: where the unit's true rate lies, and so what a difference in rank is worth.
 * @param percent 0-100
 * @param sample  ≥ 1
 * @returns percent, within 0-100, around `percent`. Source: E. B. Wilson, JASA 22 (1927) 209-212
 */
export function wilsonInterval(percent: number, sample: number): readonly [low: number, high: number] {
  const share = percent / 100
  const square = z * z
  const widened = 1 + square / sample
  const middle = (share + square / (2 * sample)) / widened
  const half = (z / widened) * Math.sqrt((share * (1 - share)) / sample + square / (4 * sample * sample))
  // at the ends the bound is the end itself, but for rounding
  return [percent === 0 ? 0 : (middle - half) * 100, percent === 100 ? 100 : (middle + half) * 100]
}

/** A row as it is recorded when it is published; what follows from the rest is left out. */
export function publishedRow({ unit, standing, rank, value, sample, risen, reason }: RankedUnit): RankingFact['rows'][number] {
  return {
    unit,
    standing,
    ...(rank !== undefined && { rank }),
    ...(value !== undefined && { value }),
    sample,
    ...(risen !== undefined && { risen }),
    ...(reason !== undefined && { reason }),
  }
}

/** The row that was published, with what follows from it. */
export function rowAsPublished({ unit, standing, rank, value, sample, risen, reason }: RankingFact['rows'][number]): RankedUnit {
  const interval = value === undefined || sample === 0 ? undefined : wilsonInterval(value, sample)
  return { unit, standing, rank, value, sample, interval, risen, reason }
}

/** What `now` says otherwise than what was published, in the order of that, then units that have joined since. */
export function correctionsOf(published: readonly RankedUnit[], now: readonly RankedUnit[]): readonly Correction[] {
  const before = new Map(published.map((row) => [row.unit, row]))
  const after = new Map(now.map((row) => [row.unit, row]))
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((unit) => {
    const [from, to] = [figuresOf(before.get(unit)), figuresOf(after.get(unit))]
    return from.rank === to.rank && from.value === to.value && from.sample === to.sample ? [] : [{ unit, from, to }]
  })
}

const figuresOf = (row: RankedUnit | undefined): Correction['from'] => ({ rank: row?.rank, value: row?.value, sample: row?.sample ?? 0 })
