import { calendarSchema } from '../../contract/configuration.ts'
import type { CalendarFile } from '../../contract/configuration.ts'
import type { ConfigurationReader } from './read.ts'

/** 工作日历: the files of config/calendar. Without the folder there are none, and every due time counted in working days is provisional. */
export function readCalendar(reader: ConfigurationReader): readonly CalendarFile[] {
  const files = reader.has('calendar') ? reader.list('calendar') : []
  const years = new Map<number, string>()
  return files.flatMap((file) => {
    const calendar = reader.parse(file, calendarSchema)
    if (calendar === undefined) return []
    const { year } = calendar
    const other = year === undefined ? undefined : years.get(year)
    if (other !== undefined) reader.report(file, ['year'], `${String(year)} is settled by ${other} already: keep one of the two`)
    if (year !== undefined) years.set(year, file)
    checkDays(reader, file, calendar)
    return [calendar]
  })
}

const isDay = (text: string): boolean => {
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

function checkDays(reader: ConfigurationReader, file: string, { year, holidays, workdays }: CalendarFile): void {
  const named = new Set<string>()
  for (const [list, days] of Object.entries({ holidays, workdays })) {
    for (const [index, { day }] of days.entries()) {
      const problem = dayProblem(day, year, named)
      if (problem !== undefined) reader.report(file, [list, index, 'day'], problem)
      named.add(day)
    }
  }
}

function dayProblem(day: string, year: number | undefined, named: ReadonlySet<string>): string | undefined {
  if (!isDay(day)) return `there is no ${day}: write a day of the calendar`
  if (named.has(day)) return `${day} is named twice in this file: keep one`
  if (year !== undefined && !day.startsWith(`${String(year)}-`)) return `${day} is not in ${String(year)}: move it to that year's file`
  return undefined
}
