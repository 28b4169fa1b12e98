import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { District } from '../../../contract/configuration.ts'
import type { IndicatorDetail, UnitFigure } from '../../../contract/drill.ts'
import type { InputDefinition } from '../../../contract/indicator.ts'
import type { FeedHealth, IndicatorState } from '../../../contract/topic.ts'
import type { Instant } from '../../../contract/time.ts'
import { useConfiguration } from '../configuration.ts'
import { useNames } from '../i18n/use-names.ts'
import { useTopic } from '../live/use-topic.ts'
import { feedsOf } from '../panels/indicators.ts'
import type { IndicatorReading, Tone } from '../panels/indicators.ts'
import { useIndicators } from '../panels/use-indicators.ts'
import type { Indicators } from '../panels/use-indicators.ts'
import { formatDayTime, formatNumber, formatPlain, formatValue, noValue } from '../ui/format.ts'
import type { GlyphName } from '../ui/glyph-name.ts'
import { fresh } from '../ui/quality.ts'
import type { FigureValue } from '../ui/quality.ts'
import type { InForce } from './definition.ts'
import { curveRange, inForce } from './definition.ts'
import { indicatorPath } from './questions.ts'
import type { Asked } from './use-fetched.ts'
import { useFetched } from './use-fetched.ts'

/** One indicator, or a unit's share of it, with what the server says is behind it. */
export interface FigureBehind {
  readonly reading: ComputedRef<IndicatorReading | undefined>
  readonly holding: ComputedRef<InForce | undefined>
  readonly range: ComputedRef<{ readonly from: Instant; readonly to: Instant } | undefined>
  readonly asked: Asked<IndicatorDetail>
  /** undefined before it is there */
  readonly detail: ComputedRef<IndicatorDetail | undefined>
  /** of the unit, when one is meant */
  readonly unitFigure: ComputedRef<UnitFigure | undefined>
  readonly indicators: Indicators
}

export function useFigureBehind(district: () => District, indicator: () => string, unit: () => string | undefined): FigureBehind {
  const indicators = useIndicators(district)
  const found = computed(() => indicators.readings.value.find(({ definition }) => definition.id === indicator()))
  const holding = computed(() => (found.value === undefined ? undefined : inForce(found.value.definition, found.value.state?.version ?? 1)))
  const reading = computed(() =>
    found.value === undefined || holding.value === undefined ? undefined : { ...found.value, definition: holding.value.definition },
  )
  const range = computed(() => {
    const now = indicators.now.value
    return now === 0 || reading.value === undefined ? undefined : curveRange(reading.value.definition, now, district().zone)
  })
  const asked = useFetched<IndicatorDetail>(
    () => indicatorPath({ district: district().id, indicator: indicator(), unit: unit(), range: range.value }),
    () => indicators.now.value,
  )
  const detail = computed(() => (asked.answer.value.state === 'ready' ? asked.answer.value.value : undefined))
  const unitFigure = computed(() => (unit() === undefined ? undefined : detail.value?.units.find((figure) => figure.unit === unit())))
  return { reading, holding, range, asked, detail, unitFigure, indicators }
}

/** 红 ■ 未达 · 黄 ◆ 落后 · ✓ 按进度: never a colour without its shape and its word. */
export const standings: Readonly<Record<'off-target' | 'watch' | 'on-target' | 'none', { readonly tone: Tone; readonly glyph: GlyphName }>> = {
  'off-target': { tone: 'red', glyph: 'red' },
  watch: { tone: 'yellow', glyph: 'yellow' },
  'on-target': { tone: 'plain', glyph: 'check' },
  none: { tone: 'plain', glyph: 'none' },
}

/** How things behind a figure are written in the page's language. */
export interface Written {
  /** 14:25, or 11月18日 14:25 */
  readonly at: (at: Instant | undefined) => string
  readonly feed: (id: string | undefined) => FeedHealth | undefined
  readonly feedName: (id: string | undefined) => string
  /** name and whom to phone: 指标平台（找 值班室） */
  readonly source: (id: string | undefined) => string
  /** of a figure: of each feed that it comes from */
  readonly sources: (state: IndicatorState | undefined) => string
  readonly input: (id: string) => InputDefinition | undefined
  readonly unitOf: (input: InputDefinition | undefined) => string
  readonly unitValue: (figure: UnitFigure, reading: IndicatorReading) => FigureValue
  /** 182 / 190 */
  readonly fraction: (of: { readonly numerator: number | undefined; readonly denominator: number | undefined }) => string
}

export function useWritten(district: () => District, now: () => Instant): Written {
  const { t, locale } = useI18n()
  const names = useNames()
  const configuration = useConfiguration()
  const feeds = useTopic('feeds', () => district().id)
  const feed = (id: string | undefined): FeedHealth | undefined => (id === undefined ? undefined : feeds.value.get(id))
  const feedName = (id: string | undefined): string => {
    const found = feed(id)
    return found === undefined ? (id ?? '') : locale.value === 'en' ? found.label.nameEn : found.label.name
  }
  const source = (id: string | undefined): string => {
    const contact = feed(id)?.label.contact
    return contact === undefined || contact === '' ? feedName(id) : t('detail.source.withContact', { name: feedName(id), contact })
  }
  return {
    at: (at) => (at === undefined ? '' : formatDayTime(at, now(), district().zone, t)),
    feed,
    feedName,
    source,
    sources: (state) => (state === undefined ? '' : feedsOf(state).map(source).join(t('detail.comma'))),
    input: (id) => configuration.inputs.find((candidate) => candidate.id === id),
    unitOf: (input) => (input === undefined ? '' : locale.value === 'en' ? input.unitOfMeasureEn : input.unitOfMeasure),
    unitValue: (figure, { definition, state, quality }) => ({
      text: figure.value === undefined ? noValue : formatValue(figure.value, definition),
      unit: '',
      quality: figure.value === undefined ? { state: 'missing' } : quality.state === 'down' ? quality : fresh,
      asOf: figure.observedAt,
      source: state === undefined ? '' : names.value.of(feed(state.feed)?.label ?? { name: state.feed, nameEn: state.feed }),
    }),
    fraction: ({ numerator, denominator }) =>
      numerator === undefined || denominator === undefined ? '' : `${plainOf(numerator)} / ${plainOf(denominator)}`,
  }
}

/** Whole numbers with their commas, others with what decimals they have. */
export const plainOf = (value: number): string => (Number.isInteger(value) ? formatNumber(value) : formatPlain(value))
