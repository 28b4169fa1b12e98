import { describe, expect, it } from 'vitest'
import { dayMs, hourMs } from '../../contract/time.ts'
import { clockAt, nextClockChange } from '../../server/core/deadline.ts'

const openedAt = Date.UTC(2026, 10, 20)
const given = (days: number) => ({ openedAt, dueAt: openedAt + days * dayMs, settledAt: undefined })

describe('a clock', () => {
  it.each([
    ['a week, just begun', 7, 0, 'running'],
    ['a week, 80 % gone with more than a day left', 7, 5.7 * 24, 'reminder'],
    ['a week, less than a day left', 7, 6.1 * 24, 'last-day'],
    ['two days, less than a day left though only 60 % is gone', 2, 29, 'last-day'],
    ['a day in all, half gone', 1, 12, 'running'],
    ['a day in all, 80 % gone: there is no last day apart from the rest', 1, 20, 'reminder'],
    ['due this instant', 7, 7 * 24, 'overdue'],
  ])('of %s', (_name, days, hours, expected) => {
    expect(clockAt(given(days), openedAt + hours * hourMs)).toBe(expected)
  })

  it('changes by time alone only at the instants it names', () => {
    for (const days of [0.5, 1, 2, 7]) {
      const deadline = given(days)
      const told: number[] = []
      for (let at = nextClockChange(deadline, openedAt); at !== undefined; at = nextClockChange(deadline, at)) told.push(at)
      for (let at = openedAt; at < deadline.dueAt + dayMs; at += hourMs / 4) {
        const last = told.filter((change) => change <= at).at(-1) ?? openedAt
        expect(clockAt(deadline, at)).toBe(clockAt(deadline, last))
      }
    }
  })
})
