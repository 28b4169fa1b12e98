import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { District } from '../../../contract/configuration.ts'
import type { Instant } from '../../../contract/time.ts'
import { useConfiguration } from '../configuration.ts'
import { useNames } from '../i18n/use-names.ts'
import { useTopic } from '../live/use-topic.ts'
import { useDistrictClock } from '../screen/use-district-clock.ts'
import type { FigureValue } from '../ui/quality.ts'
import { figureOf, readIndicators } from './indicators.ts'
import type { IndicatorReading } from './indicators.ts'

/** All indicators of a district with their readings, and how to write them in the page's language. */
export interface Indicators {
  readonly readings: ComputedRef<readonly IndicatorReading[]>
  readonly now: ComputedRef<Instant>
  readonly figure: (reading: IndicatorReading) => FigureValue
  /** unit of measure with its scale: 亿条 */
  readonly unit: (reading: IndicatorReading) => string
  /** the scale alone: 亿 */
  readonly scaleWord: (reading: IndicatorReading) => string
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
  const scaleWord = ({ definition }: IndicatorReading): string => {
    const key = `scale.${String(definition.scale)}`
    return i18n.te(key) ? t(key) : `×${String(definition.scale)} `
  }
  const unit = (reading: IndicatorReading): string =>
    scaleWord(reading) + (locale.value === 'en' ? reading.definition.unitOfMeasureEn : reading.definition.unitOfMeasure)
  const figure = (reading: IndicatorReading): FigureValue => {
    const feed = reading.state === undefined ? undefined : feeds.value.get(reading.state.feed)
    return figureOf(reading, unit(reading), feed === undefined ? '' : names.value.of(feed.label))
  }
  return { readings, now, figure, unit, scaleWord }
}
