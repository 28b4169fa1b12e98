import type { IndicatorDefinition } from '../../contract/indicator.ts'
import type { Instant } from '../../contract/time.ts'
import type { Assessment } from '../../contract/topic.ts'
import { dayNumber } from './calendar.ts'
import { firstDayOf, lastDayOf } from './period.ts'
import type { Period } from './period.ts'
import type { WorkCalendar } from './working-days.ts'

/**
 * How far behind the pace is still `watch`: a tenth of the way that should have been covered by now. The plan names no tolerance; a tenth is
 * about five weeks of a year, which a unit can make up between two monthly dispatch meetings.
 */
export const behindTolerance = 0.1

export interface PaceAssessment {
  readonly expected: number | undefined
  readonly gap: number | undefined
  readonly assessment: Assessment
}

/** Days of a year or a month: all, those passed with this one, and those to come. */
export interface Elapsed {
  readonly all: number
  readonly passed: number
  readonly left: number
}

type CountWorked = Pick<WorkCalendar, 'isWorkingDay'>

/** A business day as paces see it. Made once for many indicators: counting working days walks through the year. */
export class PaceDay {
  readonly day: number
  readonly #calendar: CountWorked | undefined
  readonly #spans = new Map<Period, readonly [number, number]>()
  readonly #counted = { calendar: new Map<Period, Elapsed>(), working: new Map<Period, Elapsed>() }

  /** @param calendar without one nothing spread over working days has a pace */
  constructor(day: number, calendar?: CountWorked) {
    this.day = day
    this.#calendar = calendar
  }

  elapsed(period: Period, days: IndicatorDefinition['paceDays']): Elapsed {
    let counted = this.#counted[days].get(period)
    if (counted === undefined) {
      counted = this.#count(period, days)
      this.#counted[days].set(period, counted)
    }
    return counted
  }

  /** first and last day of the period */
  span(period: Period): readonly [first: number, last: number] {
    let span = this.#spans.get(period)
    if (span === undefined) {
      span = [firstDayOf(this.day, period), lastDayOf(this.day, period)]
      this.#spans.set(period, span)
    }
    return span
  }

  #count(period: Period, days: IndicatorDefinition['paceDays']): Elapsed {
    const [first, last] = this.span(period)
    if (days === 'calendar') return { all: last - first + 1, passed: this.day - first + 1, left: last - this.day }
    const passed = this.#worked(first, this.day)
    const left = this.#worked(this.day + 1, last)
    return { all: passed + left, passed, left }
  }

  #worked(from: number, to: number): number {
    let count = 0
    for (let day = from; day <= to; day += 1) if (this.#calendar?.isWorkingDay(day) === true) count += 1
    return count
  }
}

/** The figure to be reached; undefined where the plan prints none: such an indicator is never judged. */
export const targetOf = ({ target }: IndicatorDefinition): number | undefined =>
  target.shape === 'none' || target.shape === 'rank' ? undefined : target.value

/** A zero target counts what must not happen, whatever direction was configured. */
export const isLowerBetter = (definition: IndicatorDefinition): boolean => definition.better === 'lower' || definition.target.shape === 'zero'

/** What a pace is spread over: a total starts anew with its period, a stock or rate climbs from the start of the year to its end. */
export const spanOf = ({ pace, period }: IndicatorDefinition): Period => (pace === 'cumulative' ? period : 'year')

/**
 * Where a climb starts: a total from nothing, anything else from its baseline. There is none without one, also where there is a formula: what
 * it would have given on the first of January is nobody's promise.
 */
const startOf = (definition: IndicatorDefinition): number | undefined => (definition.pace === 'cumulative' ? 0 : definition.baseline)

/**
 * 均衡进度: where a steady pace would have the indicator at the end of a business day, over calendar or working days (`paceDays`).
 * @returns in the indicator's unit; undefined without a target figure, without a pace, for a ramp whose baseline is not known, and in a span
 *   without a working day
 */
export function expectedOn(definition: IndicatorDefinition, on: PaceDay): number | undefined {
  const target = targetOf(definition)
  if (target === undefined || definition.pace === 'none') return undefined
  if (definition.pace === 'constant') return target
  const start = startOf(definition)
  const { all, passed } = on.elapsed(spanOf(definition), definition.paceDays)
  return start === undefined || all === 0 ? undefined : start + (target - start) * (passed / all)
}

/** As `expectedOn`, for the business day of an instant. */
export function expectedValue(definition: IndicatorDefinition, now: Instant, zone: string, calendar?: CountWorked): number | undefined {
  return expectedOn(definition, new PaceDay(dayNumber(now, zone), calendar))
}

/** A value that missed its pace: by how much decides, and how firmly the target was set. */
function assessMiss(definition: IndicatorDefinition, missedBy: number, expected: number): Assessment {
  if (definition.target.shape === 'strive') return 'watch'
  const tolerated = behindTolerance * Math.abs(expected - (startOf(definition) ?? 0))
  return definition.pace === 'constant' || missedBy > tolerated ? 'off-target' : 'watch'
}

/**
 * Judges a value against its target and pace.
 * `gap` is value minus pace (minus the target where there is no pace), positive when good. A target that is missed is `off-target`; a pace
 * that is missed is `watch` until it is missed by more than `behindTolerance`; what was only striven for (力争) is never `off-target`; an
 * indicator without a target figure is never judged.
 */
export function assess(definition: IndicatorDefinition, value: number, on: PaceDay): PaceAssessment {
  const target = targetOf(definition)
  if (target === undefined) return { expected: undefined, gap: undefined, assessment: 'none' }
  const expected = expectedOn(definition, on)
  const towardsGood = isLowerBetter(definition) ? -1 : 1
  // `|| 0` keeps a value that is exactly met from reading as minus zero
  const gap = (value - (expected ?? target)) * towardsGood || 0
  if (gap >= 0) return { expected, gap, assessment: 'on-target' }
  return { expected, gap, assessment: expected === undefined ? 'none' : assessMiss(definition, -gap, expected) }
}
