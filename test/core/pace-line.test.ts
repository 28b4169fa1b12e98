import { expect, test } from 'vitest'
import type { IndicatorDefinition } from '../../contract/indicator.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import { versionsOf } from '../../server/core/definition-versions.ts'
import { paceLine } from '../../server/core/pace-line.ts'
import { indicator } from '../support/registry.ts'

const at = (text: string): number => Date.parse(`${text}T00:00:00+08:00`)

/** The line from one day to another, its points told as days. Tuesdays and Thursdays are worked. */
function line(given: Partial<IndicatorDefinition>, from: string, to: string): unknown {
  const versions = versionsOf(indicator({ id: 'any', target: { shape: 'count', value: 365, wording: '365' }, ...given }))
  const calendar = { isWorkingDay: (day: number): boolean => [5, 0].includes(day % 7) }
  return paceLine(versions, { from: at(from), to: at(to) }, { zone: 'Asia/Shanghai', calendar }).map((point) => [
    new Date(point.at + 8 * hourMs).toISOString().slice(5, 10),
    Number(point.value.toFixed(9)),
  ])
}

test('is straight from beginning to end, and starts anew with its year', () => {
  expect(line({ pace: 'cumulative' }, '2026-12-30', '2027-01-03')).toEqual([
    ['12-30', 364],
    ['12-31', 365],
    ['01-01', 1],
    ['01-03', 3],
  ])
})

test('climbs on worked days only, where it is spread over those', () => {
  // of 105 worked days of the year; 6 and 8 January are a Tuesday and a Thursday
  const value = 105
  expect(line({ pace: 'cumulative', paceDays: 'working', target: { shape: 'count', value, wording: '105' } }, '2026-01-05', '2026-01-09')).toEqual([
    ['01-05', 1],
    ['01-06', 2],
    ['01-07', 2],
    ['01-08', 3],
    ['01-09', 3],
  ])
})

test('begins with the first day that has a pace, and is empty without one', () => {
  const revisions = [{ from: '2026-03-03', note: '定目标', noteEn: 'set', target: { shape: 'floor', value: 90, wording: '90' } as const }]
  expect(line({ pace: 'constant', target: { shape: 'none' }, revisions }, '2026-03-01', '2026-03-05')).toEqual([
    ['03-03', 90],
    ['03-05', 90],
  ])
  expect(line({ pace: 'none' }, '2026-03-01', '2026-03-05')).toEqual([])
  expect(line({ pace: 'ramp' }, '2026-03-01', '2026-03-05')).toEqual([])
})

test('stands at the end of its range as the day is judged', () => {
  const versions = versionsOf(indicator({ id: 'any', target: { shape: 'count', value: 365, wording: '365' }, pace: 'cumulative' }))
  const now = at('2026-01-03') + 9 * hourMs
  const calendar = { isWorkingDay: (): boolean => true }
  const value: unknown = expect.closeTo(3, 9)
  expect(paceLine(versions, { from: at('2026-01-01'), to: now }, { zone: 'Asia/Shanghai', calendar })).toEqual([
    { at: at('2026-01-01'), value: 1 },
    { at: at('2026-01-01') + 2 * dayMs, value },
    { at: now, value },
  ])
})
