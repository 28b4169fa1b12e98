import { describe, expect, it } from 'vitest'
import { dayMs, hourMs } from '../../contract/time.ts'
import { clockAt, nextClockChange, nextMark, stateAt, workingMarks } from '../../server/core/deadline.ts'
import { createWorkCalendar } from '../../server/core/working-days.ts'

const openedAt = Date.UTC(2026, 10, 20)
const given = (days: number) => ({ openedAt, dueAt: openedAt + days * dayMs, settledAt: undefined })

describe('a clock in plain time', () => {
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

  it('is unsure where it would be overdue and the time is not trusted', () => {
    const at = (days: number, trustedDays: number) => clockAt(given(7), openedAt + days * dayMs, openedAt + trustedDays * dayMs)
    expect([at(1, 0), at(6.5, 6), at(7, 6.9), at(8, 7)]).toEqual(['running', 'last-day', 'unsure', 'overdue'])
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

describe('a clock in working time', () => {
  const calendar = createWorkCalendar([])
  const zone = 'Asia/Shanghai'
  // Friday noon
  const startedAt = Date.parse('2026-11-20T12:00:00+08:00')

  it('puts the last day before the reminder, and the reminder before the half', () => {
    // due on Monday: that day is the last, of 1.5 working days
    const dueAt = Date.parse('2026-11-23T23:59:59.999+08:00')
    const marks = workingMarks(startedAt, dueAt, calendar, zone)
    expect(marks).toEqual({
      halfAt: Date.parse('2026-11-23T06:00:00+08:00'),
      reminderAt: Date.parse('2026-11-23T16:48:00+08:00'),
      lastDayAt: Date.parse('2026-11-23T00:00:00+08:00'),
      overdueAt: dueAt + 1,
    })
    const at = (local: string) => stateAt(marks, Date.parse(`${local}+08:00`), Infinity)
    expect(['2026-11-22T23:59:59', '2026-11-23T00:00:00', '2026-11-23T20:00:00', '2026-11-24T00:00:00'].map(at)).toEqual([
      'running',
      'last-day',
      'last-day',
      'overdue',
    ])
  })

  it('changes by time alone only at the instants it names, whatever the due time', () => {
    for (const hours of [-30, 5, 20, 60, 84, 130, 400]) {
      const dueAt = startedAt + hours * hourMs
      const marks = workingMarks(startedAt, dueAt, calendar, zone)
      const told: number[] = []
      for (let at = nextMark(marks, startedAt); at !== undefined; at = nextMark(marks, at)) told.push(at)
      for (let at = startedAt; at < dueAt + dayMs; at += hourMs / 4) {
        const last = told.filter((change) => change <= at).at(-1) ?? startedAt
        expect(stateAt(marks, at, at)).toBe(stateAt(marks, last, last))
      }
    }
  })
})
