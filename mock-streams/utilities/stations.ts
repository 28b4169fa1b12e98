import { dayNumberOf, monthOf } from '../calendar.ts'
import { dice } from '../chance.ts'
import { bump, daily, drift } from '../city/course.ts'
import type { City } from '../city/scenario.ts'

/** 换热站: what comes back from the houses they heat, and the pressure of the water that feeds them. */
export interface HeatStation {
  readonly code: string
  readonly name: string
  readonly town: string
  /** ℃ of what comes back at night, when nobody opens a window */
  readonly usual: number
  /** ℃ that it loses early in the morning */
  readonly weakness: number
}

export const heatStations: readonly HeatStation[] = [
  { code: 'GR-01', name: '世纪花园供热站', town: '东关街道', usual: 41.2, weakness: 5.4 },
  { code: 'GR-02', name: '铁路家属院供热站', town: '东关街道', usual: 43.5, weakness: 2.2 },
  { code: 'GR-03', name: '南河道小区供热站', town: '中街街道', usual: 44.8, weakness: 2.1 },
  { code: 'GR-04', name: '民馨家园供热站', town: '西郊街道', usual: 42.9, weakness: 2.8 },
  { code: 'GR-05', name: '丰收路供热站', town: '西郊街道', usual: 45.3, weakness: 1.9 },
  { code: 'GR-06', name: '柳湖供热站', town: '柳湖镇', usual: 44.1, weakness: 2.4 },
  { code: 'GR-07', name: '崆峒镇供热站', town: '崆峒镇', usual: 43.2, weakness: 2.6 },
  { code: 'GR-08', name: '四十里铺供热站', town: '四十里铺镇', usual: 42.4, weakness: 3 },
]

/** From 1 November to 31 March. */
export const isHeating = (at: number): boolean => [11, 12, 1, 2, 3].includes(monthOf(dayNumberOf(at)))

export const returnTemperatureAt = ({ code, usual, weakness }: HeatStation, { seed }: City, at: number): number =>
  usual + 0.7 * drift(seed, code, at, 3 * 3_600_000) - weakness * bump(at, 6.2, 1.9)

/** Many taps at once take the pressure down. */
const draw = [5, 4, 3, 3, 4, 12, 40, 62, 54, 40, 36, 44, 52, 40, 34, 32, 36, 48, 66, 72, 64, 48, 28, 12]

export const pressureAt = ({ code }: HeatStation, { seed }: City, at: number): number =>
  0.34 - (0.13 * daily(draw, at)) / 100 + 0.012 * drift(seed, `pressure-${code}`, at, 1_800_000)

/** People fill these tables in by hand and from other tables: here and there a number is text, with its unit or in full width. */
export function writtenAs(value: number, decimals: number, unit: string, roll: () => number): number | string {
  const text = value.toFixed(decimals)
  const chance = roll()
  if (chance < 0.1) return text
  if (chance < 0.15) return `${text}${unit}`
  if (chance < 0.18) return text.replaceAll(/[\d.]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))
  return Number(text)
}

export const rollFor = ({ seed }: City, code: string, at: number): (() => number) => dice(seed, 'sheet', code, at)
