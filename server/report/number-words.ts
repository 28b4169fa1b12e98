import type { IndicatorDefinition } from '../../contract/indicator.ts'
import { localTime } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'

/** How a report writes numbers and times. The rules of rounding are those of the screens, so that paper and wall say the same. Pure. */

/** what stands where there is no value */
export const noValue = '—'

function movePoint(value: number, places: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e')
  return Number(`${digits}e${String(Number(exponent) + places)}`)
}

/** To so many decimals as the digits are written; a tie goes away from nought. */
export function roundTo(value: number, decimals: number): number {
  return (Math.sign(value) * Math.round(movePoint(Math.abs(value), decimals))) / 10 ** decimals
}

/** Fixed decimals, a comma every three digits from five digits on. */
export function numberWords(value: number, decimals = 0): string {
  const [whole = '', fraction] = Math.abs(roundTo(value, decimals)).toFixed(decimals).split('.')
  const grouped = whole.length >= 5 ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole
  const digits = fraction === undefined ? grouped : `${grouped}.${fraction}`
  return value < 0 && !/^[0,.]+$/.test(digits) ? `-${digits}` : digits
}

/** A number from a definition, such as a target: no more decimals than it has. */
export function plainWords(value: number): string {
  const decimals = String(roundTo(value, 4)).split('.')[1]?.length ?? 0
  return numberWords(value, decimals)
}

/** Percent with one decimal; exactly 100 and 0 without. What falls short of all is never rounded to all. */
export function percentWords(percent: number): string {
  if (percent === 100 || percent === 0) return String(percent)
  const rounded = roundTo(percent, 1)
  return numberWords(percent < 100 && rounded >= 100 ? 99.9 : rounded, 1)
}

type Measured = Pick<IndicatorDefinition, 'scale' | 'decimals' | 'unitOfMeasure'>

const scales: Readonly<Record<number, string>> = { 1: '', 1_000: '千', 10_000: '万', 1_000_000: '百万', 100_000_000: '亿' }

/** `亿条`: the unit in which an indicator is written. A scale without a word of its own is told as a number. */
export const unitWords = ({ scale, unitOfMeasure }: Pick<Measured, 'scale' | 'unitOfMeasure'>): string =>
  `${scales[scale] ?? `×${String(scale)}`}${unitOfMeasure}`

/** An indicator's value in its scale and decimals, as the screens write it. */
export function valueWords(value: number, { scale, decimals, unitOfMeasure }: Measured): string {
  const shown = value / scale
  if (shown === 0 || (decimals === 1 && shown === 100)) return numberWords(shown)
  if (unitOfMeasure === '%' && shown < 100 && roundTo(shown, decimals) >= 100) return numberWords(100 - 10 ** -decimals, decimals)
  return numberWords(shown, decimals)
}

/** A difference of two values, always with its sign except nought. */
export function changeWords(change: number, definition: Measured): string {
  const text = numberWords(change / definition.scale, definition.decimals)
  return change > 0 && !/^[0,.]+$/.test(text) ? `+${text}` : text
}

const two = (value: number): string => String(value).padStart(2, '0')

/** 2026年11月17日 */
export function dayWords(at: Instant, zone: string): string {
  const { year, month, day } = localTime(at, zone)
  return `${String(year)}年${String(month)}月${String(day)}日`
}

/** 2026年11月17日18:00 */
export function momentWords(at: Instant, zone: string): string {
  const { hour, minute } = localTime(at, zone)
  return `${dayWords(at, zone)}${two(hour)}:${two(minute)}`
}

/** 2026年11月, of YYYY-MM */
export const monthWords = (month: string): string => `${month.slice(0, 4)}年${String(Number(month.slice(5)))}月`

const digits = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九']

/** 1 to 99 as 一, 十, 十一, 二十, 二十一: the numbers of sections. */
export function ordinalWords(value: number): string {
  if (value > 99) return String(value)
  const [tens, ones] = [Math.floor(value / 10), value % 10]
  return `${tens === 0 ? '' : `${tens === 1 ? '' : (digits[tens] ?? '')}十`}${ones === 0 ? '' : (digits[ones] ?? '')}`
}
