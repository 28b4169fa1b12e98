import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { calendarSchema } from '../../contract/configuration.ts'
import type { CalendarFile } from '../../contract/configuration.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import { dayNumber } from '../../server/core/calendar.ts'
import { createWorkCalendar } from '../../server/core/working-days.ts'

const zone = 'Asia/Shanghai'
const folder = new URL('../../config/calendar/', import.meta.url).pathname
const shippedFiles = readdirSync(folder).map((name) => calendarSchema.parse(parse(readFileSync(folder + name, 'utf8'))))
const shipped = createWorkCalendar(shippedFiles)

const at = (local: string): number => Date.parse(`${local.includes('T') ? local : `${local}T10:00:00`}+08:00`)
const day = (text: string): number => dayNumber(at(text), zone)
const endOf = (text: string): number => Date.parse(`${text}T23:59:59.999+08:00`)

describe('the calendars as shipped', () => {
  it('are of 2024 to 2026, and a local one that changes nothing', () => {
    expect(shipped.years).toEqual([2024, 2026])
    expect(shippedFiles.filter(({ year }) => year === undefined)).toEqual([expect.objectContaining({ holidays: [], workdays: [] })])
  })

  it.each([
    ['2024-02-08', 1, '2024-02-09'],
    ['2024-03-18', 7, '2024-03-27'],
    ['2024-04-03', 2, '2024-04-08'],
    ['2024-04-26', 7, '2024-05-09'],
    ['2024-04-30', 1, '2024-05-06'],
    ['2024-09-27', 7, '2024-10-12'],
    ['2024-09-27', 15, '2024-10-23'],
    ['2024-09-30', 1, '2024-10-08'],
    ['2024-12-31', 1, '2025-01-02'],
    ['2025-01-24', 7, '2025-02-10'],
    ['2026-02-13', 1, '2026-02-14'],
    ['2026-09-24', 15, '2026-10-22'],
  ])('give what was received on %s and has %i working days until the end of %s, whatever its hour', (received, workingDays, due) => {
    for (const hour of ['00:00:00', '10:00:00', '23:59:59'])
      expect(shipped.dueAfter(at(`${received}T${hour}`), workingDays, zone)).toEqual({ at: endOf(due), isProvisional: false })
  })

  it('have as many working days in a year as its notice leaves', () => {
    const worked = (year: number) => shipped.between(at(`${String(year - 1)}-12-31`), at(`${String(year)}-12-31`), zone)
    expect([2024, 2025, 2026].map(worked)).toEqual([251, 248, 248])
  })

  it('say provisional of what they count beyond their last day, and only of that', () => {
    expect(shipped.dueAfter(at('2026-12-30'), 1, zone)).toEqual({ at: endOf('2026-12-31'), isProvisional: false })
    expect(shipped.dueAfter(at('2026-12-30'), 2, zone)).toEqual({ at: endOf('2027-01-01'), isProvisional: true })
    expect([shipped.isProvisional(day('2026-12-31')), shipped.isProvisional(day('2027-01-01')), shipped.isProvisional(day('2023-12-31'))]).toEqual([
      false,
      true,
      true,
    ])
  })

  it('are overridden by a local file, in either direction', () => {
    const local: CalendarFile = {
      source: '本地',
      holidays: [{ day: '2024-02-09', name: '除夕' }],
      workdays: [{ day: '2024-02-10', name: '值班' }],
    }
    for (const files of [
      [...shippedFiles, local],
      [local, ...shippedFiles],
    ]) {
      const calendar = createWorkCalendar(files)
      expect(calendar.dueAfter(at('2024-02-08'), 1, zone)).toEqual({ at: endOf('2024-02-10'), isProvisional: false })
      expect(calendar.years).toEqual([2024, 2026])
    }
  })
})

describe('a calendar', () => {
  it('without files works Mondays to Fridays, provisionally', () => {
    const calendar = createWorkCalendar([])
    expect(calendar.years).toBeUndefined()
    expect(calendar.dueAfter(at('2026-11-20'), 1, zone)).toEqual({ at: endOf('2026-11-23'), isProvisional: true })
  })

  it('with a year missing between two is provisional there', () => {
    const calendar = createWorkCalendar([2024, 2026].map((year) => ({ year, source: '', holidays: [], workdays: [] })))
    expect(['2024-06-03', '2025-06-03', '2026-06-03'].map((text) => calendar.isProvisional(day(text)))).toEqual([false, true, false])
    expect(calendar.dueAfter(at('2024-06-03'), 1, zone).isProvisional).toBe(false)
    expect(calendar.dueAfter(at('2024-12-30'), 250, zone).isProvisional).toBe(true)
  })

  it('names the start of the last working day before a due time', () => {
    const start = (text: string) => Date.parse(`${text}T00:00:00+08:00`)
    expect(shipped.lastDayBefore(endOf('2024-10-12'), zone)).toBe(start('2024-10-12'))
    expect(shipped.lastDayBefore(at('2024-10-05T18:00:00'), zone)).toBe(start('2024-09-30'))
    // due as the day begins: the day before is the last
    expect(shipped.lastDayBefore(start('2024-10-10'), zone)).toBe(start('2024-10-09'))
  })

  it('lets working time pass on working days only', () => {
    // Friday 12:00 to Monday 12:00: half a day each
    const [friday, monday] = [at('2026-11-20T12:00:00'), at('2026-11-23T12:00:00')]
    expect(shipped.shareAt(friday, monday, 0.25, zone)).toBe(friday + 6 * hourMs)
    expect(shipped.shareAt(friday, monday, 0.75, zone)).toBe(monday - 6 * hourMs)
    expect(shipped.shareAt(friday, monday, 1, zone)).toBe(monday)
    // Saturday to Sunday: no working time, so all time passes alike
    const saturday = at('2026-11-21T12:00:00')
    expect(shipped.shareAt(saturday, saturday + dayMs, 0.5, zone)).toBe(saturday + dayMs / 2)
    // due before it began
    expect(shipped.shareAt(monday, friday, 0.5, zone)).toBe(friday)
  })

  it('agrees with counting day by day, over all years and beyond', () => {
    const exception = fc.record({ day: fc.integer({ min: 0, max: 1_200 }), isWorked: fc.boolean() })
    fc.assert(
      fc.property(
        fc.array(exception, { maxLength: 40 }),
        fc.integer({ min: -30, max: 1_300 }),
        fc.integer({ min: 1, max: 60 }),
        (given, from, count) => {
          const first = Date.UTC(2024, 0, 1) / dayMs
          const worked = new Map(given.map(({ day: offset, isWorked }) => [first + offset, isWorked]))
          const textOf = (number: number) => ({ day: new Date(number * dayMs).toISOString().slice(0, 10), name: '' })
          const named = (isWorked: boolean) => [...worked].filter(([, is]) => is === isWorked).map(([number]) => textOf(number))
          const calendar = createWorkCalendar([{ source: '', holidays: named(false), workdays: named(true) }])
          const isWorked = (number: number) => worked.get(number) ?? ![0, 6].includes(new Date(number * dayMs).getUTCDay())
          const received = (first + from) * dayMs
          let due = first + from
          for (let left = count; left > 0;) if (isWorked((due += 1))) left -= 1
          expect(calendar.dueAfter(received, count, 'UTC').at).toBe((due + 1) * dayMs - 1)
          expect(calendar.between(received, due * dayMs, 'UTC')).toBe(count)
          expect(calendar.between(due * dayMs, received, 'UTC')).toBe(-count)
          for (let number = first + from; number <= due; number += 1) expect(calendar.isWorkingDay(number)).toBe(isWorked(number))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('has shares that never go back, and lie between start and due', () => {
    const instant = fc.integer({ min: at('2024-01-01'), max: at('2027-06-01') })
    fc.assert(
      fc.property(
        instant,
        instant,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (one, other, some, more) => {
          const [from, to] = [Math.min(one, other), Math.max(one, other)]
          const [less, greater] = [Math.min(some, more), Math.max(some, more)].map((share) => shipped.shareAt(from, to, share, zone))
          expect(less).toBeLessThanOrEqual(greater ?? 0)
          expect(less).toBeGreaterThanOrEqual(from)
          expect(greater).toBeLessThanOrEqual(to)
        },
      ),
    )
  })
})
