import type { IndicatorDefinition } from '../../../contract/indicator.ts'
import type { Instant } from '../../../contract/time.ts'
import { formatNumber, formatPlain, formatValue } from '../ui/format.ts'
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
  const amount = formatPlain(Number((Math.abs(state.gap) / scale).toFixed(Math.max(definition.decimals, 0))))
  return { key: gapKey(definition), amount: amount === '0' ? formatPlain(Math.abs(state.gap) / scale) : amount, againstPace, reference }
}

function gapKey({ target, better }: IndicatorDefinition): GapPhrase['key'] {
  if (target.shape === 'zero') return 'over'
  if (target.shape === 'count' || target.shape === 'rank') return 'behind'
  return better === 'lower' ? 'above' : 'below'
}

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
  /** in the plain unit, whatever the scale of the figure: whole for things that are counted, one or two digits for shares */
  readonly amount: number
  readonly days: 'calendar' | 'working'
}

/** @returns undefined on pace, and where no days are left or nobody can say */
export function dailyNeed({ definition, state, tone }: IndicatorReading): DailyNeed | undefined {
  const perDay = state?.outlook?.perDay
  if (perDay === undefined || perDay <= 0 || tone === 'plain') return undefined
  return { amount: isCounted(definition) ? Math.ceil(perDay) : roundedUp(perDay), days: definition.paceDays }
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

/** 数据扎堆: the day that brought an outsized share, 0-100. */
export function bunchedPhrase({ state }: IndicatorReading): { readonly at: Instant; readonly percent: string } | undefined {
  if (state?.bunched === undefined) return undefined
  return { at: state.bunched.at, percent: formatNumber(Math.round(state.bunched.share * 100)) }
}

/** A growth since the start of the year is counted from nought there: its curve begins with that point. */
export const isGrowth = ({ formula }: Pick<IndicatorDefinition, 'formula'>): boolean =>
  formula !== undefined && /^\(\s*(\w+)\s*-\s*start\(\s*\1\s*\)\s*\)/.test(formula)
