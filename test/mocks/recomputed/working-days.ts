import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { dayOf, nextDay, startOf, weekday } from './local-day.ts'

/** 工作日, counted day by day on the fingers: what config/calendar says of a day, else Monday to Friday. */

interface CalendarText {
  readonly holidays?: readonly { readonly day: string }[]
  readonly workdays?: readonly { readonly day: string }[]
}

const folder = join(import.meta.dirname, '../../../config/calendar')
const [free, worked] = [new Set<string>(), new Set<string>()]
for (const file of readdirSync(folder)) {
  // the files of the shipped configuration, which other tests check
  const { holidays = [], workdays = [] } = parse(readFileSync(join(folder, file), 'utf8')) as CalendarText
  for (const { day } of holidays) free.add(day)
  for (const { day } of workdays) worked.add(day)
}

const isWorked = (day: string): boolean => worked.has(day) || (!free.has(day) && weekday(day) > 0 && weekday(day) < 6)

/** The last millisecond of the `count`-th working day after the day of `from`, which is not counted itself. */
export function endOfWorkingDay(from: number, count: number): number {
  let day = dayOf(from)
  for (let left = count; left > 0;) {
    day = nextDay(day)
    if (isWorked(day)) left -= 1
  }
  return startOf(nextDay(day)) - 1
}
