import type { IndicatorDefinition } from '../../../contract/indicator.ts'
import type { Instant } from '../../../contract/time.ts'
import { dayMs, hourMs, localTime, minuteMs, secondMs } from '../../../contract/time.ts'

/** How figures and times are written on a screen. Words come from the caller's translation. Pure. */

/** vue-i18n's `t`, as far as it is needed here. */
export type Translate = (key: string, named: Record<string, unknown>) => string

export const minusSign = '−'
/** what stands where there is no value */
export const noValue = '—'

/** Moves the point by the digits as they are written: 1.005 by two places is 100.5, where 1.005 × 100 is 100.49999999999999. */
function movePoint(value: number, places: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e')
  return Number(`${digits}e${String(Number(exponent) + places)}`)
}

/** To so many decimals; a tie goes away from nought. Whatever a screen rounds is rounded here. */
export function roundTo(value: number, decimals: number): number {
  return (Math.sign(value) * Math.round(movePoint(Math.abs(value), decimals))) / 10 ** decimals
}

/** What falls short of all is never rounded to all: 99.96 % is 99.9 %, for one order late of three thousand is not all of them in time. */
function roundPercent(percent: number, decimals: number): number {
  const rounded = roundTo(percent, decimals)
  return percent < 100 && rounded >= 100 ? 100 - 10 ** -decimals : rounded
}

/** Fixed decimals, a comma every three digits from five digits on, a true minus sign. */
export function formatNumber(value: number, decimals = 0): string {
  const [whole = '', fraction] = Math.abs(roundTo(value, decimals)).toFixed(decimals).split('.')
  const grouped = whole.length >= 5 ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole
  const digits = fraction === undefined ? grouped : `${grouped}.${fraction}`
  const isZero = /^[0,.]+$/.test(digits)
  return value < 0 && !isZero ? minusSign + digits : digits
}

/** A change: always with its sign, except nought. */
export function formatSigned(value: number, decimals = 0): string {
  const text = formatNumber(value, decimals)
  return value > 0 && !/^[0,.]+$/.test(text) ? `+${text}` : text
}

/** A value in its indicator's scale (万, 亿) and decimals; whole percentages of 100 lose their decimals, as on every drawing. */
export function formatValue(value: number, definition: Pick<IndicatorDefinition, 'scale' | 'decimals' | 'unitOfMeasure'>): string {
  return formatScaled(value / definition.scale, definition)
}

/** The same of a value that is in the indicator's scale already. */
export function formatScaled(shown: number, { decimals, unitOfMeasure }: Pick<IndicatorDefinition, 'decimals' | 'unitOfMeasure'>): string {
  if (shown === 0 || (decimals === 1 && shown === 100)) return formatNumber(shown)
  return formatNumber(unitOfMeasure === '%' ? roundPercent(shown, decimals) : shown, decimals)
}

/** A number from a definition, such as a target: no more decimals than it has. */
export function formatPlain(value: number): string {
  const text = String(roundTo(value, 4))
  const decimals = text.split('.')[1]?.length ?? 0
  return formatNumber(value, decimals)
}

/** A share as a percentage with one decimal; exactly 100 and 0 without. */
export function formatPercent(share: number): string {
  return formatNumber(roundPercent(movePoint(share, 2), 1), share === 1 || share === 0 ? 0 : 1)
}

const two = (value: number): string => String(value).padStart(2, '0')

/** 14:32 */
export function formatTime(at: Instant, zone: string): string {
  const { hour, minute } = localTime(at, zone)
  return `${two(hour)}:${two(minute)}`
}

/** 14:32:08 */
export function formatTimeWithSeconds(at: Instant, zone: string): string {
  return `${formatTime(at, zone)}:${two(localTime(at, zone).second)}`
}

/** 11月20日: the year is said only where it is not this one. */
export function formatDay(at: Instant, now: Instant, zone: string, t: Translate): string {
  const { year, month, day } = localTime(at, zone)
  const key = year === localTime(now, zone).year ? 'date.day' : 'date.dayOfYear'
  return t(key, { year, month, day, monthName: monthName(month, t) })
}

/** 2024年11月20日 星期三 */
export function formatDate(at: Instant, zone: string, t: Translate): string {
  const { year, month, day, weekday } = localTime(at, zone)
  return t('date.full', { year, month, day, monthName: monthName(month, t), weekday: t(`date.weekday.${String(weekday)}`, {}) })
}

function monthName(month: number, t: Translate): string {
  return t(`date.month.${String(month)}`, {})
}

/** The time of day today, the day before that. */
export function formatMoment(at: Instant, now: Instant, zone: string, t: Translate): string {
  const [a, b] = [localTime(at, zone), localTime(now, zone)]
  const today = a.year === b.year && a.month === b.month && a.day === b.day
  return today ? formatTime(at, zone) : formatDay(at, now, zone, t)
}

/** The time of day today; with the day before it on any other: 11月21日 10:00. */
export function formatDayTime(at: Instant, now: Instant, zone: string, t: Translate): string {
  const moment = formatMoment(at, now, zone, t)
  const time = formatTime(at, zone)
  return moment === time ? time : `${moment} ${time}`
}

/** An age in one unit, rounded down: 3秒, 42秒, 5分, 6时, 3天. */
export function formatAge(ms: number, t: Translate): string {
  const age = Math.max(0, ms)
  if (age < minuteMs) return t('duration.seconds', { n: Math.floor(age / secondMs) })
  if (age < hourMs) return t('duration.minutes', { n: Math.floor(age / minuteMs) })
  if (age < 2 * dayMs) return t('duration.hours', { n: Math.floor(age / hourMs) })
  return t('duration.days', { n: formatNumber(Math.floor(age / dayMs)) })
}

/** A span that matters to the minute: 11分, 1时22分, 3时, 1.5天. */
export function formatSpan(ms: number, t: Translate): string {
  const span = Math.max(0, ms)
  if (span >= dayMs) {
    const days = Math.floor((span / dayMs) * 10) / 10
    return t('duration.days', { n: days >= 10 ? formatNumber(Math.floor(days)) : formatPlain(days) })
  }
  const hours = Math.floor(span / hourMs)
  const minutes = Math.floor((span % hourMs) / minuteMs)
  if (hours === 0) return t('duration.minutes', { n: minutes })
  return minutes === 0 ? t('duration.hours', { n: hours }) : t('duration.hoursMinutes', { h: hours, m: minutes })
}

/** A span cut into a figure and its unit, for clocks set large: { value: '49', unit: '分' }. */
export function spanParts(ms: number, t: Translate): { readonly value: string; readonly unit: string } {
  const span = Math.max(0, ms)
  if (span < 2 * hourMs) return { value: String(Math.floor(span / minuteMs)), unit: t('unit.minutes', {}) }
  if (span < 2 * dayMs) return { value: formatPlain(Math.floor((span / hourMs) * 10) / 10), unit: t('unit.hours', {}) }
  return { value: formatPlain(Math.floor((span / dayMs) * 10) / 10), unit: t('unit.days', {}) }
}
