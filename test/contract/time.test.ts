import { describe, expect, test } from 'vitest'
import { dayOf, hourMs, instantOf, localTime, offsetOf, startOfDay } from '../../contract/time.ts'
import { dayNumber, dayText, hoursIntoDay, monthNumber } from '../../server/core/calendar.ts'

const china = 'Asia/Shanghai'
const losAngeles = 'America/Los_Angeles'

describe('given an instant', () => {
  test.each([
    ['2026-11-23T06:30:00Z', china, '2026-11-23', 8],
    ['2026-11-23T16:00:00Z', china, '2026-11-24', 8],
    ['2017-12-31T07:59:59Z', losAngeles, '2017-12-30', -8],
    ['2017-07-01T06:59:59Z', losAngeles, '2017-06-30', -7],
    ['2017-07-01T07:00:00Z', losAngeles, '2017-07-01', -7],
    ['2026-01-01T00:00:00Z', 'UTC', '2026-01-01', 0],
    ['2026-01-01T00:10:00Z', 'Asia/Kathmandu', '2026-01-01', 5.75],
  ])('when it is %s in %s, then the business day is %s and the offset %d h', (text, zone, day, hours) => {
    const at = Date.parse(text)
    expect(dayOf(at, zone)).toBe(day)
    expect(offsetOf(at, zone)).toBe(hours * hourMs)
    expect(dayText(dayNumber(at, zone))).toBe(day)
  })

  test('when a wall clock in the zone is read, then every field is local', () => {
    expect(localTime(Date.parse('2017-12-31T23:59:58-08:00'), losAngeles)).toEqual({
      year: 2017,
      month: 12,
      day: 31,
      hour: 23,
      minute: 59,
      second: 58,
      weekday: 0,
    })
  })

  test('when offsets have been asked for very many instants, then the answers stay right', () => {
    const from = Date.parse('2017-01-01T00:00:00-08:00')
    const offsets = new Set(Array.from({ length: 21_000 }, (_, hour) => offsetOf(from + hour * hourMs, losAngeles) / hourMs))
    expect(offsets).toEqual(new Set([-8, -7]))
  })

  test('when summer time begins or ends, then the day starts at its own midnight', () => {
    expect(startOfDay(Date.parse('2017-03-12T12:00:00-07:00'), losAngeles)).toBe(Date.parse('2017-03-12T00:00:00-08:00'))
    expect(startOfDay(Date.parse('2017-11-05T12:00:00-08:00'), losAngeles)).toBe(Date.parse('2017-11-05T00:00:00-07:00'))
    expect(startOfDay(Date.parse('2026-11-23T12:00:00+08:00'), china)).toBe(Date.parse('2026-11-23T00:00:00+08:00'))
  })

  test('when an hour happens twice, then the first is meant', () => {
    expect(instantOf({ year: 2017, month: 11, day: 5, hour: 1, minute: 30, second: 0 }, losAngeles)).toBe(Date.parse('2017-11-05T01:30:00-07:00'))
  })

  test('when it is counted by numbers, then hours and months are local', () => {
    const at = Date.parse('2026-12-31T23:30:00+08:00')
    expect(hoursIntoDay(at, china)).toBe(23.5)
    expect(monthNumber(at + hourMs, china) - monthNumber(at, china)).toBe(1)
  })
})
