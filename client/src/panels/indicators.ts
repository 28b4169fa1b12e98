import type { IndicatorDefinition } from '../../../contract/indicator.ts'
import type { Assessment, FeedHealth, IndicatorState } from '../../../contract/topic.ts'
import type { Instant } from '../../../contract/time.ts'
import { formatValue, noValue } from '../ui/format.ts'
import { isOld, qualityOfReading } from '../ui/quality.ts'
import type { FigureValue, Quality } from '../ui/quality.ts'

/** What the indicator panels share: a measure with its state, and how good the reading is. Pure. */

export type Tone = 'plain' | 'red' | 'yellow'

/** One measure. */
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
 * Every measure, in number order, with its state.
 * @param feeds health by feed; an indicator that has never had a reading is expected of the feed that reports others
 */
export function readIndicators(
  definitions: readonly IndicatorDefinition[],
  states: ReadonlyMap<string, IndicatorState>,
  feeds: ReadonlyMap<string, FeedHealth>,
  now: Instant,
): readonly IndicatorReading[] {
  const delivering = [...states.values()].flatMap(({ feed, countedFrom }) => (countedFrom.length > 0 ? [] : (feeds.get(feed) ?? [])))[0]
  return [...definitions]
    .sort((a, b) => a.no - b.no)
    .map((definition) => {
      const state = states.get(definition.id)
      const feed = state === undefined ? delivering : feeds.get(state.feed)
      const counted = (state?.countedFrom ?? []).flatMap((id) => feeds.get(id) ?? [])
      const quality = qualityOfReading(state, feed, now, counted)
      // a target that is not printed can give no colour, whatever else is said
      const assessment = state?.value === undefined || !hasTarget(definition) ? 'none' : state.assessment
      return { definition, state, quality, assessment, tone: tones[assessment] }
    })
}

/** The reading as it is drawn; a dash where there is none. `unit` is in the page's language. */
export function figureOf({ definition, state, quality }: IndicatorReading, unit: string, source: string): FigureValue {
  if (state?.value === undefined) return { text: noValue, unit: '', quality, asOf: state?.observedAt, source }
  return { text: formatValue(state.value, definition), unit, quality, asOf: state.observedAt, source }
}

/** Ids of the feeds that a figure comes from, each once. */
export const feedsOf = ({ feed, countedFrom }: Pick<IndicatorState, 'feed' | 'countedFrom'>): readonly string[] =>
  [...new Set([feed, ...countedFrom])].filter((id) => id !== '')

/** Without a value, or with one that is not of this time. */
export const isNotFresh = ({ state, quality }: IndicatorReading): boolean => state?.value === undefined || isOld(quality)

/** 达标 … 待判 has a target but nothing to judge by · 无目标数 */
export type Standing = Exclude<Assessment, 'none'> | 'unjudged' | 'no-target'

/** 指标, as the plan numbers them: with two measures where the plan has two under one number. */
export interface PlanNumber {
  readonly no: number
  /** in the order of the configuration, at least one */
  readonly measures: readonly IndicatorReading[]
  /** the measure that stands worst, and speaks for the number */
  readonly leading: IndicatorReading
  readonly standing: Standing
  readonly tone: Tone
}

/** Counts of numbers: with a target are those on pace, behind, missed and not judged; with those without one they are all. */
export interface StandingCounts {
  readonly all: number
  readonly withTarget: number
  readonly onPace: number
  readonly watch: number
  readonly offTarget: number
  readonly unjudged: number
  readonly noTarget: number
}

/** A number with one measure that nobody can judge is not on pace, however well the other stands. */
const worstFirst: readonly Standing[] = ['off-target', 'watch', 'unjudged', 'on-target', 'no-target']

const standingOf = (definition: IndicatorDefinition, assessment: Assessment): Standing => {
  if (!hasTarget(definition)) return 'no-target'
  return assessment === 'none' ? 'unjudged' : assessment
}

const worst = (standings: readonly Standing[]): Standing => worstFirst.find((standing) => standings.includes(standing)) ?? 'no-target'

/** @param readings in number order, as `readIndicators` gives them */
export function planNumbers(readings: readonly IndicatorReading[]): readonly PlanNumber[] {
  const byNumber = new Map<number, readonly IndicatorReading[]>()
  for (const reading of readings) byNumber.set(reading.definition.no, [...(byNumber.get(reading.definition.no) ?? []), reading])
  return [...byNumber].flatMap(([no, measures]) => {
    const standings = measures.map(({ definition, assessment }) => standingOf(definition, assessment))
    const standing = worst(standings)
    const leading = measures[standings.indexOf(standing)]
    return leading === undefined ? [] : [{ no, measures, leading, standing, tone: leading.tone }]
  })
}

/** 首行四数: what each counts. */
export type CountedNumbers = 'on-target' | 'off-target' | 'watch' | 'not-fresh' | 'no-target'

/** The numbers behind a count; missed and behind by their gap, the others as the plan numbers them. */
export function countedNumbers(numbers: readonly PlanNumber[], count: CountedNumbers): readonly PlanNumber[] {
  const counted = numbers.filter(({ standing, measures }) => (count === 'not-fresh' ? measures.some(isNotFresh) : standing === count))
  return count === 'off-target' || count === 'watch' ? counted.sort((one, other) => relativeGap(other.leading) - relativeGap(one.leading)) : counted
}

export const countNumbers = (numbers: readonly PlanNumber[]): StandingCounts => countStandings(numbers.map(({ standing }) => standing))

/** The same counts by what was said of each measure at another time, such as the last meeting. */
export function countThen(numbers: readonly PlanNumber[], assessments: Readonly<Record<string, Assessment>>): StandingCounts {
  return countStandings(
    numbers.map(({ measures }) => worst(measures.map(({ definition }) => standingOf(definition, assessments[definition.id] ?? 'none')))),
  )
}

function countStandings(standings: readonly Standing[]): StandingCounts {
  const count = (wanted: Standing): number => standings.filter((standing) => standing === wanted).length
  return {
    all: standings.length,
    withTarget: standings.length - count('no-target'),
    onPace: count('on-target'),
    watch: count('watch'),
    offTarget: count('off-target'),
    unjudged: count('unjudged'),
    noTarget: count('no-target'),
  }
}

/** Gap as a share of the target, to sort by; indicators in their own units cannot be compared otherwise. */
export function relativeGap({ definition, state }: IndicatorReading): number {
  if (state?.gap === undefined) return 0
  const reference = 'value' in definition.target && definition.target.value !== 0 ? definition.target.value : 1
  return Math.abs(state.gap / reference)
}
