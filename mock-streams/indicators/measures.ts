import { dayNumberOf, shareOfYear } from '../calendar.ts'
import { between, dice } from '../chance.ts'

export type Rhythm = 'hourly' | 'daily' | 'weekly' | 'monthly'

export interface Figure {
  readonly value: number
  readonly numerator?: number
  readonly denominator?: number
}

export interface Measure {
  /** code of the platform: the plan's number, with -1 or -2 where it holds two measures */
  readonly code: string
  readonly unit: string
  readonly rhythm: Rhythm
  readonly figureAt: (seed: number, at: number) => Figure
}

const round = (value: number, decimals: number): number => Number(value.toFixed(decimals))

/** The same wobble for all of a local day, -1 to 1. */
const wobble = (seed: number, code: string, at: number): number => between(-1, 1, dice(seed, 'wobble', code, dayNumberOf(at)))

/** A rate that is made of two counts, so that it can be opened: the numerator decides and the rate follows. */
function rateOf(percent: number, denominator: number): Figure {
  const numerator = Math.ceil((Math.min(100, Math.max(0, percent)) * denominator) / 100)
  return { value: round((numerator * 100) / denominator, 4), numerator, denominator }
}

/** A rate that hovers about a level all year. */
const level = (code: string, percent: number, swing: number, denominator: number, rhythm: Rhythm = 'daily'): Measure => ({
  code,
  unit: '%',
  rhythm,
  figureAt: (seed, at) => rateOf(percent + swing * wobble(seed, code, at), denominator),
})

/** A rate that climbs through the year; `lag` is the share of the way by which it is behind an even pace, negative when ahead. */
const climb = (code: string, from: number, to: number, lag: number, denominator: number, rhythm: Rhythm = 'daily'): Measure => ({
  code,
  unit: '%',
  rhythm,
  // without the wobble: a rate of things once done does not fall again
  figureAt: (_seed, at) => rateOf(from + (to - from) * shareOfYear(at) * (1 - lag), denominator),
})

/** A score or a growth that climbs through the year without any target. */
const drift = (code: string, unit: string, from: number, to: number, swing: number, decimals: number, rhythm: Rhythm = 'daily'): Measure => ({
  code,
  unit,
  rhythm,
  figureAt: (seed, at) => ({ value: round(from + (to - from) * shareOfYear(at) + swing * wobble(seed, code, at), decimals) }),
})

/** A count that grows from nothing on 1 January; `pace` 1 is an even one. */
const growing = (code: string, unit: string, perYear: number, pace: number): Measure => ({
  code,
  unit,
  rhythm: 'daily',
  figureAt: (_seed, at) => ({ value: Math.round(perYear * shareOfYear(at) * pace) }),
})

/** Residents of the district, by the census of 2020. */
const residents = 504_848
/** Cases that an even pace would bring back in a year: of this simulation, the plan prints none. */
const casesPerYear = 466_000

const backflow: Measure = {
  code: '26',
  unit: '%',
  rhythm: 'hourly',
  figureAt: (seed, at) => {
    const due = Math.round(casesPerYear * shareOfYear(at))
    return rateOf(87.4 + 0.6 * wobble(seed, '26', at), due)
  },
}

const growthPerHead: Measure = {
  code: '32',
  unit: '条/人',
  rhythm: 'daily',
  figureAt: (_seed, at) => {
    const grown = Math.round(500_000_000 * shareOfYear(at) * 1.038)
    return { value: Math.round(grown / residents), numerator: grown, denominator: residents }
  },
}

const none = (code: string): Measure => ({ code, unit: '件', rhythm: 'hourly', figureAt: () => ({ value: 0 }) })

/**
 * The 47 measures of the plan, but for number 7, which this platform never reports. Off target: 25, 26, 39; behind: 11, 12, 15, 19; the rest
 * as it should be.
 */
export const measures: readonly Measure[] = [
  level('1', 100, 0, 212, 'hourly'),
  drift('2-1', '%', 62, 72.5, 0.2, 1),
  drift('2-2', '%', 71, 84, 0.2, 1),
  drift('3-1', '%', 55, 66, 0.2, 1),
  drift('3-2', '%', 60, 74, 0.2, 1),
  climb('4', 11, 23, -0.05, 361_000),
  climb('5', 86, 95, -0.01, 48_210),
  drift('6', '%', 80, 86.5, 0.8, 1, 'monthly'),
  drift('8', '分', 76, 83, 0, 0, 'monthly'),
  drift('9', '%', 70, 79, 0.8, 1, 'monthly'),
  climb('10', 98.2, 101, -0.3, 3_412),
  climb('11', 94, 98, 0.06, 341_200),
  climb('12', 61.5, 100, 0.05, 13_000),
  climb('13', 88, 100, -0.02, 96_400),
  drift('14', '件', 5.9, 8, 0, 1),
  climb('15', 79, 100, 0.06, 961_200),
  drift('16', '%', 0, 35, 0.6, 1),
  climb('17', 93, 103, -0.2, 2_866),
  drift('18', '%', 0, 27, 0.4, 1),
  climb('19', 82, 100, 0.06, 186_400),
  // due every day, sent once a week: the wall says how late it is
  { ...drift('20', '%', 48, 71, 0, 1), rhythm: 'weekly' },
  level('21', 96, 0.8, 250, 'weekly'),
  level('22', 94, 0.8, 250, 'weekly'),
  level('23', 92, 0.8, 250, 'weekly'),
  level('24', 95, 0.8, 250, 'weekly'),
  level('25', 91.2, 1.3, 80, 'hourly'),
  backflow,
  climb('27', 52, 76, -0.01, 3_412),
  climb('28', 38, 62, -0.01, 3_412),
  climb('29', 80, 101, -0.01, 2_740),
  growing('30', '项', 1_000, 1.027),
  growing('31', '条', 500_000_000, 1.038),
  growthPerHead,
  growing('33', '枚', 1_420, 1.02),
  climb('34', 96, 102, -0.3, 3_412),
  growing('35', '张', 3_020, 1.018),
  growing('36', '人次', 41, 1),
  drift('37', '%', 60, 88, 0, 1, 'monthly'),
  climb('38', 71, 93, -0.02, 6_120, 'weekly'),
  level('39', 99.2, 0.2, 1_200, 'hourly'),
  level('40', 97.5, 0.5, 400, 'monthly'),
  level('41', 94.6, 0.7, 830),
  level('42', 100, 0, 61, 'hourly'),
  level('43', 100, 0, 58),
  none('44'),
  none('45'),
]
