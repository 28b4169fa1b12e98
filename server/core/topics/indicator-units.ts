import type { UnitFigure } from '../../../contract/drill.ts'
import type { IndicatorDefinition } from '../../../contract/indicator.ts'
import type { IndicatorState } from '../../../contract/topic.ts'
import { assess, isLowerBetter } from '../pace.ts'
import type { PaceDay } from '../pace.ts'
import type { Figure } from './indicator-figure.ts'

/** 指标 by unit, kept so far that one unit's change costs one unit's reckoning: the bare values, for the best and the worst. */
export class UnitValues {
  readonly #valueOf: (unit: string) => number | undefined
  readonly #units: () => Iterable<string>
  readonly #values = new Map<string, number>()
  readonly #stale = new Set<string>()
  #isAllStale = true
  #summary: IndicatorState['units']
  #isSummaryStale = true

  /** @param units those that may have a value @param valueOf a unit's value now */
  constructor(units: () => Iterable<string>, valueOf: (unit: string) => number | undefined) {
    this.#units = units
    this.#valueOf = valueOf
  }

  changed(unit: string): void {
    this.#stale.add(unit)
  }

  allChanged(): void {
    this.#isAllStale = true
  }

  /** Ties go by the units' ids, so that the best and the worst are never the same. */
  summary(isLower: boolean): IndicatorState['units'] {
    if (this.#isAllStale) {
      this.#values.clear()
      for (const unit of this.#units()) this.#stale.add(unit)
      this.#isSummaryStale = true
    }
    this.#isAllStale = false
    for (const unit of this.#stale) this.#refresh(unit, isLower)
    this.#stale.clear()
    if (this.#isSummaryStale) this.#summary = summaryOf(this.#values, isLower)
    this.#isSummaryStale = false
    return this.#summary
  }

  /** One that was and stays between the best and the worst changes nothing of the summary, which is the usual case. */
  #refresh(unit: string, isLower: boolean): void {
    const [before, value] = [this.#values.get(unit), this.#valueOf(unit)]
    if (value === undefined) this.#values.delete(unit)
    else this.#values.set(unit, value)
    this.#isSummaryStale ||= before === undefined || value === undefined || !this.#isBetween(unit, value, isLower ? -1 : 1)
  }

  #isBetween(unit: string, value: number, sign: 1 | -1): boolean {
    if (this.#summary === undefined || unit === this.#summary.best || unit === this.#summary.worst) return false
    const [best = -Infinity, worst = Infinity] = [this.#values.get(this.#summary.best), this.#values.get(this.#summary.worst)]
    return value * sign < best * sign && value * sign > worst * sign
  }
}

function summaryOf(values: ReadonlyMap<string, number>, isLower: boolean): IndicatorState['units'] {
  if (values.size < 2) return undefined
  let [best, worst, most, least] = ['', '', -Infinity, Infinity]
  for (const [unit, value] of values) {
    const good = isLower ? -value : value
    if (good > most || (good === most && unit < best)) [best, most] = [unit, good]
    if (good < least || (good === least && unit > worst)) [worst, least] = [unit, good]
  }
  return { count: values.size, best, worst }
}

/**
 * Units with rank, the ranked ones first; ties share a rank and the next one is skipped.
 * A unit's part of a yearly total is not judged: the target is the district's, and no unit was given a share of it.
 */
export function rankedUnits(figures: ReadonlyMap<string, Figure>, definition: IndicatorDefinition, on: PaceDay): readonly UnitFigure[] {
  const sign = isLowerBetter(definition) ? -1 : 1
  const goodness = ({ value }: Figure): number => (value === undefined ? -Infinity : value * sign)
  const sorted = [...figures].sort(([id, one], [otherId, other]) => goodness(other) - goodness(one) || (id < otherId ? -1 : 1))
  let rank = 0
  return sorted.map(([unit, figure], index) => {
    const before = sorted[index - 1]?.[1]
    if (before?.value !== figure.value) rank = index + 1
    const { value, missing, numerator, denominator, observedAt } = figure
    const isJudged = value !== undefined && definition.pace !== 'cumulative'
    const assessment = isJudged ? assess(definition, value, on).assessment : 'none'
    return { unit, value, missing, numerator, denominator, observedAt, rank: value === undefined ? undefined : rank, assessment }
  })
}
