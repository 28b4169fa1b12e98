import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import type { District } from '../../../contract/configuration.ts'
import type { FeedLabel } from '../../../contract/feed.ts'
import type { Instant } from '../../../contract/time.ts'
import { useNames } from '../i18n/use-names.ts'
import { useTopic } from '../live/use-topic.ts'
import { useDistrictClock } from '../screen/use-district-clock.ts'
import { formatNumber } from '../ui/format.ts'
import { fresh, qualityOfCount } from '../ui/quality.ts'
import type { FigureValue, Quality } from '../ui/quality.ts'

type Carried = NonNullable<FeedLabel['carries']>[number]

/** Where a panel's counts come from, and how good they are. */
export interface Source {
  readonly quality: ComputedRef<Quality>
  readonly now: ComputedRef<Instant>
  /** a count with its quality, its time and its source */
  readonly figure: (value: number, unit?: string) => FigureValue
  /** the same for what is already written, such as a percentage */
  readonly written: (text: string, unit?: string) => FigureValue
}

/** Quality of figures counted from facts of one kind: that of the district's feeds which deliver this kind. */
export function useSource(district: () => District, kind: Carried): Source {
  const names = useNames()
  const health = useTopic('feeds', () => district().id)
  const now = useDistrictClock(district)
  const feeds = computed(() => [...health.value.values()].filter(({ label }) => label.carries === undefined || label.carries.includes(kind)))
  const quality = computed(() => {
    // a recording that has come to its end is not a feed that broke down
    if (district().time === 'recorded') return fresh
    return qualityOfCount(feeds.value)
  })
  const source = computed(() => feeds.value.map(({ label }) => names.value.of(label)).join(' · '))
  const written = (text: string, unit = ''): FigureValue => ({ text, unit, quality: quality.value, asOf: now.value, source: source.value })
  return { quality, now, figure: (value, unit) => written(formatNumber(value), unit), written }
}
