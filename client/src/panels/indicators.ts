import type { IndicatorDefinition } from '../../../contract/indicator.ts'
import type { Assessment, FeedHealth, IndicatorState } from '../../../contract/topic.ts'
import type { Instant } from '../../../contract/time.ts'
import { hourMs } from '../../../contract/time.ts'
import { formatPlain, formatValue, noValue } from '../ui/format.ts'
import { qualityOfReading } from '../ui/quality.ts'
import type { FigureValue, Quality } from '../ui/quality.ts'

/** What the indicator panels share: an indicator with its state, how good the reading is, and how its gap is spoken. Pure. */

export type Tone = 'plain' | 'red' | 'yellow'

export interface IndicatorReading {
  readonly definition: IndicatorDefinition
  readonly state: IndicatorState | undefined
  readonly quality: Quality
  readonly assessment: Assessment
  readonly tone: Tone
}

const tones: Readonly<Record<Assessment, Tone>> = { 'off-target': 'red', watch: 'yellow', 'on-target': 'plain', none: 'plain' }

/** 有目标数: a figure to be measured against. To be the best of the province is an aim without one. */
export const hasTarget = ({ target }: Pick<IndicatorDefinition, 'target'>): boolean => 'value' in target

/**
 * Every indicator, in number order, with its state.
 * @param feeds health by feed; an indicator that has never had a reading is expected of the feed that delivers the others
 */
export function readIndicators(
  definitions: readonly IndicatorDefinition[],
  states: ReadonlyMap<string, IndicatorState>,
  feeds: ReadonlyMap<string, FeedHealth>,
  now: Instant,
): readonly IndicatorReading[] {
  const delivering = [...states.values()].flatMap(({ feed }) => feeds.get(feed) ?? [])[0]
  return [...definitions]
    .sort((a, b) => a.no - b.no)
    .map((definition) => {
      const state = states.get(definition.id)
      const feed = state === undefined ? delivering : feeds.get(state.feed)
      const quality = qualityOfReading(state, definition.cadenceHours * hourMs, feed, now)
      // a target that is not printed can give no colour, whatever else is said
      const assessment = state === undefined || !hasTarget(definition) ? 'none' : state.assessment
      return { definition, state, quality, assessment, tone: tones[assessment] }
    })
}

/** The reading as it is drawn; a dash where there is none. `unit` is in the page's language. */
export function figureOf({ definition, state, quality }: IndicatorReading, unit: string, source: string): FigureValue {
  if (state === undefined) return { text: noValue, unit: '', quality, asOf: undefined, source }
  return { text: formatValue(state.value, definition), unit, quality, asOf: state.observedAt, source }
}

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

/** Gap as a share of the target, to sort by; indicators in their own units cannot be compared otherwise. */
export function relativeGap({ definition, state }: IndicatorReading): number {
  if (state?.gap === undefined) return 0
  const reference = 'value' in definition.target && definition.target.value !== 0 ? definition.target.value : 1
  return Math.abs(state.gap / reference)
}

/** The target as a cell says it: a key below `matrix.` and its figure; undefined for none. */
export function targetPhrase(
  definition: IndicatorDefinition,
): { readonly key: 'mustBe' | 'atLeast' | 'atMost' | 'strive' | 'count2'; readonly n: string } | undefined {
  const { target, better } = definition
  if (target.shape === 'none' || target.shape === 'rank') return undefined
  const n = formatPlain(target.value / definition.scale)
  if (target.shape === 'full' || target.shape === 'zero') return { key: 'mustBe', n }
  if (target.shape === 'strive') return { key: 'strive', n }
  if (target.shape === 'count') return { key: 'count2', n }
  return { key: better === 'lower' ? 'atMost' : 'atLeast', n }
}
