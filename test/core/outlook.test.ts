import { describe, expect, test } from 'vitest'
import { dayMs } from '../../contract/time.ts'
import { bunchedDay } from '../../server/core/bunching.ts'
import { outlookOf } from '../../server/core/outlook.ts'
import type { OutlookSetting } from '../../server/core/outlook.ts'
import { PaceDay } from '../../server/core/pace.ts'
import { indicator } from '../support/registry.ts'
import { weekdays } from '../support/weekdays.ts'

const zone = 'Asia/Shanghai'
const dayOf = (text: string): number => Date.parse(text) / dayMs
const noonOf = (day: number): number => day * dayMs + 4 * 3_600_000
/** Values of the days up to and including `last`; undefined leaves a day out. */
const trendUntil = (last: string, values: readonly (number | undefined)[]) =>
  values.flatMap((value, index) => (value === undefined ? [] : [{ at: noonOf(dayOf(last) - values.length + 1 + index), value }]))
const on = (day: string, definition: OutlookSetting['definition']): OutlookSetting => ({ definition, on: new PaceDay(dayOf(day), weekdays), zone })

const items = indicator({ id: 'items', target: { shape: 'floor', value: 1_000, wording: '1000项以上' }, pace: 'cumulative' })
const rate = indicator({ id: 'rate', target: { shape: 'floor', value: 98, wording: '98%以上' }, pace: 'ramp', baseline: 90, range: [0, 100] })
const abnormal = indicator({ id: 'abnormal', target: { shape: 'floor', value: 2, wording: '降到2%' }, pace: 'ramp', baseline: 10, better: 'lower' })

describe('given an indicator on its way to its target', () => {
  test.each<[string, OutlookSetting['definition'], number, readonly [day: string, outlook: object]]>([
    ['a total behind', items, 688, ['2024-06-30', { daysLeft: 184, perDay: 312 / 184 }]],
    ['a total behind, over working days', { ...items, paceDays: 'working' as const }, 688, ['2024-06-30', { daysLeft: 132, perDay: 312 / 132 }]],
    ['a total of the month', { ...items, period: 'month' as const }, 900, ['2024-02-19', { daysLeft: 10, perDay: 10 }]],
    ['a total that has arrived', items, 1_000, ['2024-06-30', { daysLeft: 184, perDay: undefined }]],
    ['the last day', items, 900, ['2024-12-31', { daysLeft: 0, perDay: undefined }]],
    ['a share that must fall', abnormal, 5, ['2024-12-21', { daysLeft: 10, perDay: -0.3 }]],
    ['one without a figure', { ...items, target: { shape: 'none' as const } }, 5, ['2024-12-21', { daysLeft: 10, perDay: undefined }]],
  ])('when it is %s, then what is left to do is told per day', (_, definition, value, [day, outlook]) => {
    expect(outlookOf(value, trendUntil(day, [value]), on(day, definition))).toEqual({ ...outlook, projected: undefined })
  })

  test.each(['constant', 'none'] as const)('when its pace is %s, then there is no way to go and no outlook', (pace) => {
    expect(outlookOf(5, [], on('2024-06-30', { ...rate, pace }))).toBeUndefined()
  })
})

describe('given the values of the last thirty days', () => {
  const projected = (definition: OutlookSetting['definition'], day: string, trend: ReturnType<typeof trendUntil>) =>
    outlookOf(trend.at(-1)?.value ?? 0, trend, on(day, definition))?.projected

  test('when they lie on a line, then it is drawn on to the end of the year, without doubt', () => {
    const steady = Array.from({ length: 30 }, (_, index) => 100 + 2 * index)
    const { value = 0, low = 0, high = 0 } = projected(items, '2024-06-30', trendUntil('2024-06-30', steady)) ?? {}
    expect(value).toBeCloseTo(158 + 2 * 184, 9)
    expect(high - low).toBeLessThan(1e-6)
  })

  test('when they scatter, then the interval is the 80 % prediction interval of the line', () => {
    // by hand: days 0-4, values 0 2 1 3 4 hundredths: slope 0.9, squares about the line 1.9, t(3) = 1.638; the year ends 184 days after the last
    const trend = trendUntil('2024-06-30', [50, 50.02, 50.01, 50.03, 50.04])
    const { value = 0, low = 0, high = 0 } = projected(rate, '2024-06-30', trend) ?? {}
    const halfWidth = 1.638 * Math.sqrt((0.00019 / 3) * (1 + 1 / 5 + (184 + 2) ** 2 / 10))
    expect(value).toBeCloseTo(50.04 + 0.009 * 184, 6)
    expect([low, high].map((bound) => bound - value)).toEqual([expect.closeTo(-halfWidth, 6), expect.closeTo(halfWidth, 6)])
  })

  test('when they lead beyond what the definition calls possible, then the projection stays within it', () => {
    const projection = projected(rate, '2024-06-30', trendUntil('2024-06-30', [90, 91, 93, 94, 95]))
    expect(projection).toMatchObject({ value: 100, high: 100 })
  })

  test('when there are fewer than five, or they are older than thirty days, then nothing is projected', () => {
    expect(projected(items, '2024-06-30', trendUntil('2024-06-30', [1, 2, 3, 4]))).toBeUndefined()
    expect(projected(items, '2024-06-30', trendUntil('2024-05-31', [1, 2, 3, 4, 5, 6]))).toBeUndefined()
    expect(projected(items, '2024-06-30', trendUntil('2024-06-05', [1, 2, 3, 4, 5, 6]))).toBeDefined()
  })

  test('when a total starts anew, then what was before the turn is left out', () => {
    const turned = [990, 995, 1_000, 3, 6, 9, 12]
    expect(projected(items, '2024-01-04', trendUntil('2024-01-04', turned))).toBeUndefined()
    expect(projected(items, '2024-01-05', trendUntil('2024-01-05', [...turned, 15]))?.value).toBeCloseTo(15 + 3 * 361, 6)
  })

  test('when a total was corrected downwards, then it is not projected to fall', () => {
    expect(projected(items, '2024-06-30', trendUntil('2024-06-30', [500, 480, 460, 440, 420]))).toMatchObject({ value: 420, low: 420 })
  })

  test('when the year is over, then its value is the value', () => {
    expect(projected(items, '2024-12-31', trendUntil('2024-12-31', [1, 2, 4, 5, 9]))).toEqual({ value: 9, low: 9, high: 9 })
  })
})

describe('given growth day by day', () => {
  const bunched = (values: readonly (number | undefined)[], definition: OutlookSetting['definition'] = items) =>
    bunchedDay(trendUntil('2024-06-30', values), on('2024-06-30', definition))
  const totals = (growths: readonly number[]): readonly number[] => {
    let total = 0
    return [0, ...growths].map((growth) => (total += growth))
  }
  const quiet = Array.from({ length: 20 }, () => 1)
  const jumped = [...quiet.slice(0, 10), 60, ...quiet.slice(0, 9)]
  const jumpedAt = noonOf(dayOf('2024-06-30') - 9)

  test.each<[string, readonly (number | undefined)[], ReturnType<typeof bunched>]>([
    ['grows evenly', totals(quiet), undefined],
    ['jumps once', totals(jumped), { at: jumpedAt, share: 60 / 79 }],
    ['stands still and then jumps', totals([...quiet.map(() => 0), 5]), { at: noonOf(dayOf('2024-06-30')), share: 1 }],
    ['jumps by less than five usual days', totals([1, 1, 1, 1, 1, 1, 1, 1, 4.9]), undefined],
    ['brings less than two fifths in a day', totals([...quiet, 12]), undefined],
    ['has fewer than ten values', totals([0, 0, 0, 0, 0, 0, 0, 9]), undefined],
    ['falls all in all', totals([...quiet, -50, 20]), undefined],
    ['stands still', totals(quiet.map(() => 0)), undefined],
    ['was told after ten silent days', [...totals(quiet), ...Array.from({ length: 9 }, () => undefined), 30], undefined],
  ])('when it %s, then the day that stands out is named, or none', (_, values, expected) => {
    expect(bunched(values)).toEqual(expected)
  })

  test('when lower is better, then a sudden fall stands out; where there is no way to go, nothing does', () => {
    const fallen = totals(jumped).map((value) => 100 - value)
    expect(bunched(fallen, abnormal)).toEqual({ at: jumpedAt, share: 60 / 79 })
    expect(bunched(fallen, rate)).toBeUndefined()
    expect(bunched(totals(jumped), { ...items, pace: 'constant' })).toBeUndefined()
  })

  test('when a total starts anew within the thirty days, then only the new year is looked at', () => {
    const values = [...totals(quiet).map((value) => value + 5_000), ...totals(quiet.slice(0, 9))]
    expect(bunchedDay(trendUntil('2024-01-10', values), on('2024-01-10', items))).toBeUndefined()
  })
})
