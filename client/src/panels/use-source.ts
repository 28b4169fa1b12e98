import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import type { District } from '../../../contract/configuration.ts'
import type { Instant } from '../../../contract/time.ts'
import { useNames } from '../i18n/use-names.ts'
import { useTopic } from '../live/use-topic.ts'
import { useDistrictClock } from '../screen/use-district-clock.ts'
import { formatNumber } from '../ui/format.ts'
import { fresh, qualityOfCount, tellersOf } from '../ui/quality.ts'
import type { FactKind, FigureValue, Quality } from '../ui/quality.ts'

/** Where a panel's counts come from, and how good they are. */
export interface Source {
  readonly quality: ComputedRef<Quality>
  readonly now: ComputedRef<Instant>
  /** a count with its quality, its time and its source */
  readonly figure: (value: number, unit?: string) => FigureValue
  /** the same for what is already written, such as a percentage */
  readonly written: (text: string, unit?: string) => FigureValue
}

/** Quality of figures counted from facts of these kinds: that of the district's feeds which tell a fair share of them. */
export function useSource(district: () => District, ...kinds: readonly FactKind[]): Source {
  const names = useNames()
  const health = useTopic('feeds', () => district().id)
  const now = useDistrictClock(district)
  const feeds = computed(() => tellersOf([...health.value.values()], kinds))
  const quality = computed(() => {
    // a recording that has come to its end is not a feed that broke down
    if (district().time === 'recorded') return fresh
    return qualityOfCount(feeds.value)
  })
  const source = computed(() => feeds.value.map(({ label }) => names.value.of(label)).join(' · '))
  const written = (text: string, unit = ''): FigureValue => ({ text, unit, quality: quality.value, asOf: now.value, source: source.value })
  return { quality, now, figure: (value, unit) => written(formatNumber(value), unit), written }
}
