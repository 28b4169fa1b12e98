import type { Translate } from '../../ui/format.ts'
import { countedGap, dailyNeed, gapPhrase } from '../indicator-phrases.ts'
import type { GapPhrase } from '../indicator-phrases.ts'
import type { IndicatorReading } from '../indicators.ts'
import type { CountedWords, Indicators } from '../use-indicators.ts'

/** What each day needs, in words. */
interface Need {
  readonly days: 'calendar' | 'working'
  readonly words: string
}

/** How far off an indicator is and what each day would take, the fullest words first: a row takes the first that fit. Empty where there is no gap. */
export function gapPhrases(
  reading: IndicatorReading,
  indicators: Pick<Indicators, 'unit' | 'need' | 'counted'>,
  t: Translate,
): readonly [] | readonly [string, ...string[]] {
  const found = dailyNeed(reading)
  const need = found && { days: found.days, words: indicators.need(found, reading) }
  const counted = countedGap(reading)
  if (counted !== undefined) return ofCounted(indicators.counted(counted, reading), need, t)
  const gap = gapPhrase(reading)
  return gap === undefined ? [] : ofPoints(gap, { need, unit: indicators.unit(reading), t })
}

function ofCounted({ whole, short, amount }: CountedWords, need: Need | undefined, t: Translate): readonly [string, ...string[]] {
  if (need === undefined) return [whole, short]
  const words = t(`overview.counted.need.${need.days}`, { whole, need: need.words })
  return [words, withNeed('behind', amount, need, t), ...tight('behind', amount, need, t)]
}

function ofPoints(
  { key, amount, againstPace, reference }: GapPhrase,
  { need, unit, t }: { readonly need: Need | undefined; readonly unit: string; readonly t: Translate },
): readonly [string, ...string[]] {
  if (key === 'over') return [t('exceptions.over', { n: amount, unit })]
  const gapUnit = unit === '%' ? t('exceptions.points', {}) : unit
  if (need !== undefined) return [withNeed(key, `${amount} ${gapUnit}`, need, t), ...tight(key, `${amount} ${gapUnit}`, need, t)]
  return [t(`exceptions.${key}${againstPace ? 'Pace' : 'Target'}`, { gap: amount, unit: gapUnit, expected: reference, target: reference })]
}

const withNeed = (key: GapPhrase['key'], gap: string, { days, words }: Need, t: Translate): string =>
  t(`overview.exceptions.${days === 'working' ? `${key}Working` : key}`, { gap, need: words })

/** Only where days are days: a working day must be said. */
const tight = (key: GapPhrase['key'], gap: string, { days, words }: Need, t: Translate): readonly string[] =>
  days === 'working' ? [] : [t(`overview.exceptions.short.${key}`, { gap: close(gap), need: close(words) })]

/** Without spaces before Chinese words; English ones need them. */
const close = (words: string): string => words.replaceAll(/ (?=\p{Script=Han})/gu, '')
