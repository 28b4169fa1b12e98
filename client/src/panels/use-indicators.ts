import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { District } from '../../../contract/configuration.ts'
import type { Instant } from '../../../contract/time.ts'
import { useConfiguration } from '../configuration.ts'
import { useNames } from '../i18n/use-names.ts'
import { useTopic } from '../live/use-topic.ts'
import { useDistrictClock } from '../screen/use-district-clock.ts'
import { formatNumber, formatPlain } from '../ui/format.ts'
import type { FigureValue } from '../ui/quality.ts'
import { figureOf, planNumbers, readIndicators } from './indicators.ts'
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
  /** an amount of things in a sentence, in the plain unit: 2,537件, 130.4万条 */
  readonly amount: (value: number, reading: IndicatorReading) => string
  /** name of the input that is missing or late; empty where none is */
  readonly inputName: (reading: IndicatorReading) => string
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
  const amount = (value: number, reading: IndicatorReading): string => {
    if (plainUnit(reading) === '%') return t('overview.points', { n: formatPlain(value) })
    const inTenThousands = locale.value === 'zh' && value >= 100_000
    return `${inTenThousands ? formatNumber(value / 10_000, 1) + t('scale.10000') : formatPlain(value)} ${plainUnit(reading)}`.trim()
  }
  const figure = (reading: IndicatorReading): FigureValue => {
    const feed = reading.state === undefined ? undefined : feeds.value.get(reading.state.feed)
    return figureOf(reading, unit(reading), feed === undefined ? '' : names.value.of(feed.label))
  }
  const inputName = ({ state, quality }: IndicatorReading): string => {
    const late = quality.state === 'stale' ? quality.input : undefined
    const id = state?.missing?.input ?? late ?? ''
    const input = configuration.inputs.find((candidate) => candidate.id === id)
    return input === undefined ? id : names.value.of(input)
  }
  return { readings, numbers, now, figure, unit, scaleWord, amount, inputName }
}
