import type { IndicatorDefinition } from '../../../contract/indicator.ts'
import { instantOf, localTime } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import { formatNumber, formatPlain, formatValue, roundTo } from '../ui/format.ts'
import { isImplied } from '../ui/mark-bar.ts'
import type { IndicatorReading } from './indicators.ts'

/** How a target, a gap and an outlook are spoken: keys of sentences, and the figures in them. Pure. */

/** A gap in words: the key of its sentence and the figures in it, in the indicator's scale. */
export interface GapPhrase {
  /** below `matrix.` for cells, `exceptions.` for lists */
  readonly key: 'behind' | 'below' | 'above' | 'over'
  readonly amount: string
  /** measured against the pace of today rather than the target */
  readonly againstPace: boolean
  readonly reference: string
}

/** @returns undefined where there is no gap to speak of */
export function gapPhrase({ definition, state, tone }: IndicatorReading): GapPhrase | undefined {
  if (state?.gap === undefined || tone === 'plain') return undefined
  const { target, scale } = definition
  const expected = state.expected
  const targetValue = 'value' in target ? target.value : undefined
  const againstPace = expected !== undefined && expected !== targetValue
  const reference = formatValue((againstPace ? expected : targetValue) ?? 0, definition)
  const amount = formatPlain(roundTo(Math.abs(state.gap) / scale, definition.decimals))
  return { key: gapKey(definition), amount: amount === '0' ? formatPlain(Math.abs(state.gap) / scale) : amount, againstPace, reference }
}

function gapKey({ target, better }: IndicatorDefinition): GapPhrase['key'] {
  if (target.shape === 'zero') return 'over'
  if (target.shape === 'count' || target.shape === 'rank') return 'behind'
  return better === 'lower' ? 'above' : 'below'
}

/** A gap in what the rate counts: how many more in the numerator would do, of as many as are counted now. */
export interface CountedGap {
  /** whole, at least 1 */
  readonly count: number
  /** the denominator */
  readonly all: number
  /** `target`: the target · `all`: the same where that is 100 %, so that each is one that is lacking · `pace`: what a total should have come to by today */
  readonly to: 'target' | 'all' | 'pace'
  /** the percentage that is meant */
  readonly reference: string
}

/** @returns undefined where there is no gap to speak of, and where nobody knows the counts: then it is said in points (`gapPhrase`) */
export function countedGap(reading: IndicatorReading): CountedGap | undefined {
  const { definition, state, tone } = reading
  const counts = countsOf(reading)
  if (tone === 'plain' || counts === undefined || !('value' in definition.target)) return undefined
  const { value: target } = definition.target
  // a total is only due by the end of its period
  const isTotal = definition.pace === 'cumulative'
  const wanted = isTotal ? state?.expected : target
  if (wanted === undefined) return undefined
  const count = roundedUpToOne((wanted * counts.denominator) / 100 - counts.numerator)
  if (count <= 0) return undefined
  const told = { count, all: counts.denominator }
  if (isTotal) return { ...told, to: 'pace', reference: formatValue(wanted, definition) }
  return { ...told, to: target === 100 ? 'all' : 'target', reference: formatPlain(target) }
}

/** Of a rate of which there should be more, and that counts things one by one. */
function countsOf({ definition, state }: IndicatorReading): { readonly numerator: number; readonly denominator: number } | undefined {
  if (definition.counted === undefined || definition.better === 'lower') return undefined
  const { numerator, denominator } = state ?? {}
  return isCount(numerator) && isCount(denominator) ? { numerator, denominator } : undefined
}

const isCount = (value: number | undefined): value is number => value !== undefined && Number.isInteger(value) && value >= 0

/** Not one more for the rounding of fractions. */
const roundedUpToOne = (value: number): number => Math.ceil(value - 1e-6)

/** The target as a cell says it: a key below `matrix.` or `overview.target.`, and its figure; undefined for none. */
export interface TargetPhrase {
  readonly key:
    'matrix.mustBe' | 'matrix.atLeast' | 'matrix.atMost' | 'matrix.strive' | 'matrix.count2' | 'overview.target.implied' | 'overview.target.rank'
  readonly n: string
}

export function targetPhrase({ target, better, scale }: IndicatorDefinition): TargetPhrase | undefined {
  if (target.shape === 'none') return undefined
  if (target.shape === 'rank') return { key: 'overview.target.rank', n: '' }
  const n = formatPlain(target.value / scale)
  if (isImplied(target)) return { key: 'overview.target.implied', n }
  if (target.shape === 'full' || target.shape === 'zero') return { key: 'matrix.mustBe', n }
  if (target.shape === 'strive') return { key: 'matrix.strive', n }
  if (target.shape === 'count') return { key: 'matrix.count2', n }
  return { key: better === 'lower' ? 'matrix.atMost' : 'matrix.atLeast', n }
}

/** What is needed on each day that is left. */
export interface DailyNeed {
  /** in `of`, whatever the scale of the figure: whole for things that are counted, one or two digits for shares */
  readonly amount: number
  /** the indicator's plain unit, or what its numerator counts */
  readonly of: 'unit' | 'counted'
  readonly days: 'calendar' | 'working'
}

/** @returns undefined on pace, and where no days are left or nobody can say */
export function dailyNeed(reading: IndicatorReading): DailyNeed | undefined {
  const { definition, state, tone } = reading
  const perDay = state?.outlook?.perDay
  if (perDay === undefined || perDay <= 0 || tone === 'plain') return undefined
  const days = definition.paceDays
  const gap = countedGap(reading)
  if (gap !== undefined) return { amount: roundedUpToOne((perDay * gap.all) / 100), of: 'counted', days }
  return { amount: isCounted(definition) ? Math.ceil(perDay) : roundedUp(perDay), of: 'unit', days }
}

/** 件, 张, 条: there is no half of one. */
const isCounted = ({ target, unitOfMeasure }: IndicatorDefinition): boolean => target.shape === 'count' && unitOfMeasure !== '%'

/** Never less than is needed. */
function roundedUp(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - (value < 0.1 ? 0 : 1))
  return Number((Math.ceil(value / unit - 1e-9) * unit).toPrecision(12))
}

/** Where the last thirty days lead, in the indicator's scale. */
export interface ProjectionPhrase {
  readonly period: 'year' | 'month'
  readonly value: string
  readonly low: string
  readonly high: string
}

export function projectionPhrase({ definition, state }: IndicatorReading): ProjectionPhrase | undefined {
  const projected = state?.outlook?.projected
  if (projected === undefined) return undefined
  const say = (value: number): string => formatValue(value, definition)
  return { period: definition.period, value: say(projected.value), low: say(projected.low), high: say(projected.high) }
}

/** Since when a figure of the month is counted; undefined for one of the year, which nobody need be told. */
export function monthStartOf({ period }: Pick<IndicatorDefinition, 'period'>, now: Instant, zone: string): Instant | undefined {
  if (period === 'year') return undefined
  const { year, month } = localTime(now, zone)
  return instantOf({ year, month, day: 1, hour: 0, minute: 0, second: 0 }, zone)
}

/**
 * 月初: a rate of a month of which no working day is over is of too little to keep pace with anything. Saturdays and Sundays are no working days;
 * of holidays a screen knows nothing.
 */
export function isMonthYoung(definition: Pick<IndicatorDefinition, 'period' | 'unitOfMeasure'>, now: Instant, zone: string): boolean {
  if (definition.period === 'year' || definition.unitOfMeasure !== '%') return false
  const { day, weekday } = localTime(now, zone)
  const daysOver = Array.from({ length: day - 1 }, (_, index) => (((weekday - 1 - index) % 7) + 7) % 7)
  return daysOver.every((one) => one === 0 || one === 6)
}

/** 数据扎堆: the day that brought an outsized share, 0-100. */
export function bunchedPhrase({ state }: IndicatorReading): { readonly at: Instant; readonly percent: string } | undefined {
  if (state?.bunched === undefined) return undefined
  return { at: state.bunched.at, percent: formatNumber(state.bunched.share * 100) }
}

/** A growth since the start of the year is counted from nought there: its curve begins with that point. */
export const isGrowth = ({ formula }: Pick<IndicatorDefinition, 'formula'>): boolean =>
  formula !== undefined && /^\(\s*(\w+)\s*-\s*start\(\s*\1\s*\)\s*\)/.test(formula)
