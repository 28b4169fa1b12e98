import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { District } from '../../../contract/configuration.ts'
import type { Instant } from '../../../contract/time.ts'
import { useConfiguration } from '../configuration.ts'
import { singular } from '../i18n/singular.ts'
import { useNames } from '../i18n/use-names.ts'
import { useTopic } from '../live/use-topic.ts'
import { useDistrictClock } from '../screen/use-district-clock.ts'
import { formatNumber, formatPlain } from '../ui/format.ts'
import type { FigureValue } from '../ui/quality.ts'
import type { CountedGap, DailyNeed } from './indicator-phrases.ts'
import { feedsOf, figureOf, planNumbers, readIndicators } from './indicators.ts'
import type { IndicatorReading, PlanNumber } from './indicators.ts'

/** All indicators of a district with their readings, and how to write them in the page's language. */
export interface Indicators {
  readonly readings: ComputedRef<readonly IndicatorReading[]>
  /** the same by the plan's numbers */
  readonly numbers: ComputedRef<readonly PlanNumber[]>
  readonly now: ComputedRef<Instant>
  readonly figure: (reading: IndicatorReading) => FigureValue
  /** unit of measure with its scale: 亿条 */
  readonly unit: (reading: IndicatorReading) => string
  /** the scale alone: 亿 */
  readonly scaleWord: (reading: IndicatorReading) => string
  /** what each day needs, in a sentence: 2,537 件, 130.4万 条, 0.2 点 */
  readonly need: (need: DailyNeed, reading: IndicatorReading) => string
  readonly counted: (gap: CountedGap, reading: IndicatorReading) => CountedWords
  /** name of the input that is missing or late; empty where none is */
  readonly inputName: (reading: IndicatorReading) => string
}

/** A gap in what a rate counts, in the page's language. */
export interface CountedWords {
  /** for a cell: 差12项, 7台未用 */
  readonly short: string
  /** the same where there is less room: 差12 */
  readonly bare: string
  /** the same where there is hardly any: 差12, −12 */
  readonly least: string
  /** for a sentence of its own: 距 98% 差 12 项, 80 台中7台未用 */
  readonly whole: string
  /** to be put into a sentence: 12 项 */
  readonly amount: string
}

export function useIndicators(district: () => District): Indicators {
  const i18n = useI18n()
  const { t, locale } = i18n
  const configuration = useConfiguration()
  const names = useNames()
  const now = useDistrictClock(district)
  const states = useTopic('indicators', () => district().id)
  const feeds = useTopic('feeds', () => district().id)
  const readings = computed(() => readIndicators(configuration.indicators, states.value, feeds.value, now.value))
  const numbers = computed(() => planNumbers(readings.value))
  const scaleWord = ({ definition }: IndicatorReading): string => {
    const key = `scale.${String(definition.scale)}`
    return i18n.te(key) ? t(key) : `×${String(definition.scale)} `
  }
  const plainUnit = ({ definition }: IndicatorReading): string => (locale.value === 'en' ? definition.unitOfMeasureEn : definition.unitOfMeasure)
  const unit = (reading: IndicatorReading): string => scaleWord(reading) + plainUnit(reading)
  const countedIn = ({ definition: { counted } }: IndicatorReading, key: 'unit' | 'lacking'): string =>
    (locale.value === 'en' ? counted?.[`${key}En`] : counted?.[key]) ?? ''
  const number = (value: number): string =>
    locale.value === 'zh' && value >= 100_000 ? formatNumber(value / 10_000, 1) + t('scale.10000') : formatPlain(value)
  const unitFor = (value: number, words: string): string => (locale.value === 'en' && value === 1 ? singular(words) : words)
  const things = (value: number, words: string): string => `${number(value)} ${unitFor(value, words)}`.trim()
  const need = ({ amount, of }: DailyNeed, reading: IndicatorReading): string => {
    if (of === 'counted') return things(amount, countedIn(reading, 'unit'))
    return plainUnit(reading) === '%' ? t('overview.points', { n: formatPlain(amount) }) : things(amount, plainUnit(reading))
  }
  const counted = (gap: CountedGap, reading: IndicatorReading): CountedWords => {
    const [n, countUnit] = [number(gap.count), countedIn(reading, 'unit')]
    const least = t('matrix.least.behind', { n })
    const amount = things(gap.count, countUnit)
    const bare = t('matrix.behind', { n })
    const lacking = gap.to === 'all' ? countedIn(reading, 'lacking').replace('{n}', n) : ''
    if (lacking !== '')
      return { short: lacking, bare, least, amount, whole: t('overview.counted.lacking', { all: things(gap.all, countUnit), lacking }) }
    const whole = t(gap.to === 'pace' ? 'overview.counted.pace' : 'overview.counted.target', { gap: amount, reference: gap.reference })
    return { short: t('overview.counted.short', { n, unit: unitFor(gap.count, countUnit) }), bare, least, amount, whole }
  }
  const figure = (reading: IndicatorReading): FigureValue => {
    const sources = reading.state === undefined ? [] : feedsOf(reading.state).flatMap((id) => feeds.value.get(id)?.label ?? [])
    return figureOf(reading, unit(reading), sources.map((label) => names.value.of(label)).join(' · '))
  }
  const inputName = ({ state, quality }: IndicatorReading): string => {
    const late = quality.state === 'stale' ? quality.input : undefined
    const id = state?.missing?.input ?? late ?? ''
    const input = configuration.inputs.find((candidate) => candidate.id === id)
    return input === undefined ? id : names.value.of(input)
  }
  return { readings, numbers, now, figure, unit, scaleWord, need, counted, inputName }
}
