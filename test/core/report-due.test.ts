import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { calendarSchema } from '../../contract/configuration.ts'
import { reportDue } from '../../server/core/report-due.ts'
import { createWorkCalendar } from '../../server/core/working-days.ts'

const zone = 'Asia/Shanghai'
const calendar = createWorkCalendar(
  ['2024', '2025', '2026'].map((year) =>
    calendarSchema.parse(parse(readFileSync(new URL(`../../config/calendar/${year}.yaml`, import.meta.url), 'utf8'))),
  ),
)
const usual = { dueDay: 20, remindDays: [5, 2, 0] }

const local = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 16)
const due = (month: string, settings = usual) => {
  const { dueAt, remindAt, isProvisional } = reportDue(month, settings, calendar, zone)
  return { due: local(dueAt), remind: remindAt.map(local), isProvisional }
}

describe('a report by the 20th, with reminders 5, 2 and 0 days before', () => {
  it('is due to the end of a 20th that is worked; a reminder on a Sunday falls on the Friday before', () => {
    expect(due('2026-11')).toEqual({
      due: '2026-11-20T23:59',
      remind: ['2026-11-13T09:00', '2026-11-18T09:00', '2026-11-20T09:00'],
      isProvisional: false,
    })
  })

  it('is due before a weekend: 20 September 2026 is a Sunday that is worked, 20 June a Saturday that is not', () => {
    expect(due('2026-09').due).toBe('2026-09-20T23:59')
    // 19 June is 端午节
    expect(due('2026-06')).toMatchObject({ due: '2026-06-18T23:59', remind: ['2026-06-12T09:00', '2026-06-16T09:00', '2026-06-18T09:00'] })
  })

  it('is due before 春节: in February 2026 on the 14th, a Saturday that is worked', () => {
    expect(due('2026-02')).toMatchObject({ due: '2026-02-14T23:59', remind: ['2026-02-09T09:00', '2026-02-12T09:00', '2026-02-14T09:00'] })
  })

  it('reminds once a day, where two reminders are moved to the same one', () => {
    // the 4th is a Wednesday; a day before 3 October and a day after are holidays
    expect(due('2026-10', { dueDay: 8, remindDays: [3, 2, 0] }).remind).toEqual(['2026-09-30T09:00', '2026-10-08T09:00'])
  })

  it('takes the last day of a month that is shorter', () => {
    expect(due('2026-11', { dueDay: 31, remindDays: [0] }).due).toBe('2026-11-30T23:59')
  })

  it('says that it is provisional in a year whose holidays are not published', () => {
    expect(due('2027-03')).toMatchObject({ due: '2027-03-19T23:59', isProvisional: true })
    expect(due('2027-01', { dueDay: 4, remindDays: [5] })).toMatchObject({ isProvisional: true })
  })
})
