import { describe, expect, test } from 'vitest'
import { dayMs } from '../../contract/time.ts'
import { assess, expectedValue, PaceDay } from '../../server/core/pace.ts'
import { indicator } from '../support/registry.ts'
import { weekdays } from '../support/weekdays.ts'

const zone = 'Asia/Shanghai'
const noonOf = (day: string): number => Date.parse(`${day}T12:00:00+08:00`)
const midYear = noonOf('2024-06-30')
const midYearDay = new PaceDay(Date.parse('2024-06-30') / dayMs)

const growth = indicator({ id: 'growth', target: { shape: 'count', value: 500_000_000, wording: '5亿条以上' }, pace: 'cumulative' })
const integrations = indicator({ id: 'integrations', target: { shape: 'floor', value: 1_000, wording: '1000项以上' }, pace: 'cumulative' })
const ramp = indicator({ id: 'ramp', target: { shape: 'floor', value: 98, wording: '98%以上' }, pace: 'ramp', baseline: 90 })
const constant = indicator({ id: 'constant', target: { shape: 'full', value: 100, wording: '100%' }, pace: 'constant' })
const strive = indicator({ id: 'strive', target: { shape: 'strive', value: 95, wording: '力争95%' }, pace: 'constant' })
const zero = indicator({ id: 'zero', target: { shape: 'zero', value: 0, wording: '不发生超期' }, pace: 'constant', better: 'lower' })

describe('given a target to be reached at a steady pace', () => {
  test.each([
    ['2024-03-31', 124_316_940, 248.6],
    ['2024-06-30', 248_633_880, 497.3],
    ['2024-09-30', 374_316_940, 748.6],
    ['2024-11-20', 443_989_071, 888],
  ])('when it is %s, then the yearly totals should stand at the published vectors', (day, records, items) => {
    expect(Math.round(expectedValue(growth, noonOf(day), zone) ?? 0)).toBe(records)
    expect(expectedValue(integrations, noonOf(day), zone)).toBeCloseTo(items, 1)
  })

  test('when the pace is a ramp, then it climbs from the baseline to the target and arrives on the last day', () => {
    expect(expectedValue(ramp, midYear, zone)).toBeCloseTo(90 + 8 * (182 / 366), 9)
    expect(expectedValue(ramp, noonOf('2024-12-31'), zone)).toBeCloseTo(98, 9)
  })

  test('when the business day changes in the zone, then so does the pace', () => {
    const before = expectedValue(growth, Date.parse('2024-03-31T23:59:59+08:00'), zone)
    const after = expectedValue(growth, Date.parse('2024-04-01T00:00:00+08:00'), zone)
    expect(after).toBeGreaterThan(before ?? Infinity)
  })

  test('when the target must hold always, then the pace is the target', () => {
    expect(expectedValue(constant, midYear, zone)).toBe(100)
  })

  test.each([
    ['a ramp has no baseline', indicator({ id: 'a', target: { shape: 'floor', value: 98, wording: 'w' }, pace: 'ramp' })],
    ['there is no target', indicator({ id: 'b', pace: 'constant' })],
    ['the target is a rank', indicator({ id: 'c', target: { shape: 'rank', wording: '全省最优' }, pace: 'ramp', baseline: 1 })],
    ['there is no pace', indicator({ id: 'd', target: { shape: 'floor', value: 98, wording: 'w' } })],
  ])('when %s, then nothing is expected', (_, definition) => {
    expect(expectedValue(definition, midYear, zone)).toBeUndefined()
  })
})

describe('given a pace over working days, of a calendar that works from Monday to Friday', () => {
  const worked = { ...growth, paceDays: 'working' as const }

  test.each([
    // 2024 begins on a Monday and has 262 days from Monday to Friday
    ['Friday 2024-01-05', '2024-01-05', 5],
    ['the Saturday after', '2024-01-06', 5],
    ['the Sunday after', '2024-01-07', 5],
    ['Monday 2024-01-08', '2024-01-08', 6],
    ['the last day', '2024-12-31', 262],
  ])('when it is %s, then the share is that of the days worked so far', (_, day, passed) => {
    expect(expectedValue(worked, noonOf(day), zone, weekdays)).toBeCloseTo((500_000_000 * passed) / 262, 3)
  })

  test('when no calendar is known, then nothing is expected', () => {
    expect(expectedValue(worked, midYear, zone)).toBeUndefined()
  })
})

describe('given figures counted over the month', () => {
  const monthly = { ...integrations, period: 'month' as const }

  test('when a total starts anew every month, then so does its pace', () => {
    expect(expectedValue(monthly, noonOf('2024-02-01'), zone)).toBeCloseTo(1_000 / 29, 9)
    expect(expectedValue(monthly, noonOf('2024-02-29'), zone)).toBe(1_000)
    expect(expectedValue({ ...monthly, paceDays: 'working' }, noonOf('2024-02-02'), zone, weekdays)).toBeCloseTo((1_000 * 2) / 21, 9)
  })

  test('when a rate climbs, then it climbs through the year all the same', () => {
    expect(expectedValue({ ...ramp, period: 'month' }, midYear, zone)).toBeCloseTo(90 + 8 * (182 / 366), 9)
  })
})

describe('given a value to judge', () => {
  test.each([
    ['a yearly total at its pace', growth, 248_633_880, 'on-target'],
    ['a yearly total a little behind', growth, 240_000_000, 'watch'],
    ['a yearly total more than a tenth behind', growth, 220_000_000, 'off-target'],
    ['a ramp above its pace', ramp, 94, 'on-target'],
    ['a ramp a little behind', ramp, 93.9, 'watch'],
    ['a ramp below its baseline', ramp, 89, 'off-target'],
    ['a constant target that is met', constant, 100, 'on-target'],
    ['a constant target missed by a hair', constant, 99.9, 'off-target'],
    ['a striven target that is met', strive, 95, 'on-target'],
    ['a striven target missed by far', strive, 10, 'watch'],
    ['no overdue case', zero, 0, 'on-target'],
    ['one overdue case', zero, 1, 'off-target'],
    ['a zero target configured the wrong way round', { ...zero, better: 'higher' as const }, 1, 'off-target'],
    ['a striven ramp far behind', { ...ramp, target: strive.target }, 10, 'watch'],
    ['a ramp without baseline that has arrived', indicator({ id: 'a', target: ramp.target, pace: 'ramp' }), 98, 'on-target'],
    ['a ramp without baseline on its way', indicator({ id: 'a', target: ramp.target, pace: 'ramp' }), 97, 'none'],
    ['a value with no target', indicator({ id: 'b', pace: 'constant' }), 50, 'none'],
    ['a value ranked in the province', indicator({ id: 'c', target: { shape: 'rank', wording: 'w' }, pace: 'constant' }), 50, 'none'],
  ])('when it is %s, then it is judged so', (_, definition, value, assessment) => {
    const about = assess(definition, value, midYearDay)
    expect(about.assessment).toBe(assessment)
  })

  test('when lower is better, then less than the pace is good and the gap positive', () => {
    const cap = indicator({ id: 'cap', better: 'lower', target: { shape: 'count', value: 366, wording: '不超过' }, pace: 'cumulative' })
    expect(assess(cap, 180, midYearDay)).toEqual({ expected: 182, gap: 2, assessment: 'on-target' })
    expect(assess(cap, 190, midYearDay)).toEqual({ expected: 182, gap: -8, assessment: 'watch' })
    expect(assess(cap, 300, midYearDay)).toEqual({ expected: 182, gap: -118, assessment: 'off-target' })
  })

  test('when there is a target but no pace, then the gap is told against the target', () => {
    const unpaced = indicator({ id: 'unpaced', target: { shape: 'floor', value: 98, wording: 'w' } })
    expect(assess(unpaced, 97, midYearDay)).toEqual({ expected: undefined, gap: -1, assessment: 'none' })
  })

  test('when the target is exactly met, then the gap is plain zero', () => {
    expect(Object.is(assess(zero, 0, midYearDay).gap, 0)).toBe(true)
  })
})
