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

interface Level {
  readonly percent: number
  readonly swing: number
  /** how many make up 100 % */
  readonly of: number
}

/** A rate that hovers about a level all year. */
const level = (code: string, { percent, swing, of }: Level, rhythm: Rhythm = 'daily'): Measure => ({
  code,
  unit: '%',
  rhythm,
  figureAt: (seed, at) => rateOf(percent + swing * wobble(seed, code, at), of),
})

interface Climb {
  readonly from: number
  readonly to: number
  readonly lag: number
  /** how many make up 100 % */
  readonly of: number
}

/** A rate that climbs through the year; `lag` is the share of the way by which it is behind an even pace, negative when ahead. */
const climb = (code: string, { from, to, lag, of }: Climb, rhythm: Rhythm = 'daily'): Measure => ({
  code,
  unit: '%',
  rhythm,
  // without the wobble: a rate of things once done does not fall again
  figureAt: (_seed, at) => rateOf(from + (to - from) * shareOfYear(at) * (1 - lag), of),
})

interface Drift {
  readonly unit: string
  readonly from: number
  readonly to: number
  readonly swing: number
  readonly decimals: number
}

/** A score or a growth that climbs through the year without any target. */
const drift = (code: string, { unit, from, to, swing, decimals }: Drift, rhythm: Rhythm = 'daily'): Measure => ({
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
  level('1', { percent: 100, swing: 0, of: 212 }, 'hourly'),
  drift('2-1', { unit: '%', from: 62, to: 72.5, swing: 0.2, decimals: 1 }),
  drift('2-2', { unit: '%', from: 71, to: 84, swing: 0.2, decimals: 1 }),
  drift('3-1', { unit: '%', from: 55, to: 66, swing: 0.2, decimals: 1 }),
  drift('3-2', { unit: '%', from: 60, to: 74, swing: 0.2, decimals: 1 }),
  climb('4', { from: 11, to: 23, lag: -0.05, of: 361_000 }),
  climb('5', { from: 86, to: 95, lag: -0.01, of: 48_210 }),
  drift('6', { unit: '%', from: 80, to: 86.5, swing: 0.8, decimals: 1 }, 'monthly'),
  drift('8', { unit: '分', from: 76, to: 83, swing: 0, decimals: 0 }, 'monthly'),
  drift('9', { unit: '%', from: 70, to: 79, swing: 0.8, decimals: 1 }, 'monthly'),
  climb('10', { from: 98.2, to: 101, lag: -0.3, of: 3_412 }),
  climb('11', { from: 94, to: 98, lag: 0.06, of: 341_200 }),
  climb('12', { from: 61.5, to: 100, lag: 0.05, of: 13_000 }),
  climb('13', { from: 88, to: 100, lag: -0.02, of: 96_400 }),
  drift('14', { unit: '件', from: 5.9, to: 8, swing: 0, decimals: 1 }),
  climb('15', { from: 79, to: 100, lag: 0.06, of: 961_200 }),
  drift('16', { unit: '%', from: 0, to: 35, swing: 0.6, decimals: 1 }),
  climb('17', { from: 93, to: 103, lag: -0.2, of: 2_866 }),
  drift('18', { unit: '%', from: 0, to: 27, swing: 0.4, decimals: 1 }),
  climb('19', { from: 82, to: 100, lag: 0.06, of: 186_400 }),
  // due every day, sent once a week: the wall says how late it is
  { ...drift('20', { unit: '%', from: 48, to: 71, swing: 0, decimals: 1 }), rhythm: 'weekly' },
  level('21', { percent: 96, swing: 0.8, of: 250 }, 'weekly'),
  level('22', { percent: 94, swing: 0.8, of: 250 }, 'weekly'),
  level('23', { percent: 92, swing: 0.8, of: 250 }, 'weekly'),
  level('24', { percent: 95, swing: 0.8, of: 250 }, 'weekly'),
  level('25', { percent: 91.2, swing: 1.3, of: 80 }, 'hourly'),
  backflow,
  climb('27', { from: 52, to: 76, lag: -0.01, of: 3_412 }),
  climb('28', { from: 38, to: 62, lag: -0.01, of: 3_412 }),
  climb('29', { from: 80, to: 101, lag: -0.01, of: 2_740 }),
  growing('30', '项', 1_000, 1.027),
  growing('31', '条', 500_000_000, 1.038),
  growthPerHead,
  growing('33', '枚', 1_420, 1.02),
  climb('34', { from: 96, to: 102, lag: -0.3, of: 3_412 }),
  growing('35', '张', 3_020, 1.018),
  growing('36', '人次', 41, 1),
  drift('37', { unit: '%', from: 60, to: 88, swing: 0, decimals: 1 }, 'monthly'),
  climb('38', { from: 71, to: 93, lag: -0.02, of: 6_120 }, 'weekly'),
  level('39', { percent: 99.2, swing: 0.2, of: 1_200 }, 'hourly'),
  level('40', { percent: 97.5, swing: 0.5, of: 400 }, 'monthly'),
  level('41', { percent: 94.6, swing: 0.7, of: 830 }),
  level('42', { percent: 100, swing: 0, of: 61 }, 'hourly'),
  level('43', { percent: 100, swing: 0, of: 58 }),
  none('44'),
  none('45'),
]
