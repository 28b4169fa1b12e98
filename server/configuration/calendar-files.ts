import { calendarSchema } from '../../contract/configuration.ts'
import type { CalendarFile } from '../../contract/configuration.ts'
import { isDay } from './day.ts'
import type { ConfigurationReader } from './read.ts'

interface Named {
  readonly file: CalendarFile
  readonly path: readonly PropertyKey[]
  readonly day: string
  readonly kind: 'holidays' | 'workdays'
  readonly year: number | undefined
}

/**
 * The files of config/calendar, each placed, so that mistakes can be told by its name. Without the folder there are none, and every due time
 * counted in working days is provisional.
 */
export function readCalendar(reader: ConfigurationReader): readonly CalendarFile[] {
  const files = reader.has('calendar') ? reader.list('calendar') : []
  return files.flatMap((file) => {
    const content = reader.parse(file, calendarSchema)
    if (content === undefined) return []
    reader.place(content, file)
    return [content]
  })
}

/** Checks that each year is settled once, each day named once, and that only days are worked that would be free without. */
export function checkCalendar(reader: ConfigurationReader, files: readonly CalendarFile[]): void {
  const settled = new Set<number>()
  for (const file of files) {
    if (file.year === undefined) continue
    if (settled.has(file.year)) reader.reportIn(file, ['year'], `another file settles ${String(file.year)} already: put both together`)
    settled.add(file.year)
  }
  checkDays(reader, files.flatMap(daysOf))
}

function daysOf(file: CalendarFile): readonly Named[] {
  return (['holidays', 'workdays'] as const).flatMap((kind) =>
    file[kind].map(({ day }, index) => ({ file, path: [kind, index, 'day'], day, kind, year: file.year })),
  )
}

function checkDays(reader: ConfigurationReader, days: readonly Named[]): void {
  // years' files and local ones apart: a local file is there to change what a year's says
  const seen = { year: new Map<string, Named>(), local: new Map<string, Named>() }
  const holidays = new Set(days.filter(({ kind, year }) => kind === 'holidays' && year !== undefined).map(({ day }) => day))
  for (const named of days) {
    const { file, path, day, year } = named
    const alike = year === undefined ? seen.local : seen.year
    const before = alike.get(day)
    if (before !== undefined) reader.reportIn(file, path, `${day} is one of the ${before.kind} already: name it once`)
    alike.set(day, before ?? named)
    const problem = dayProblem(named, holidays)
    if (problem !== undefined) reader.reportIn(file, path, problem)
  }
}

function dayProblem({ day, kind, year }: Named, holidays: ReadonlySet<string>): string | undefined {
  if (!isDay(day)) return `there is no ${day} in the calendar`
  // the notice for a year may begin with the last days of the year before
  if (year !== undefined && !day.startsWith(`${String(year)}-`) && !day.startsWith(`${String(year - 1)}-12-`))
    return `${day} does not belong to ${String(year)}: put it into the file of its own year`
  if (kind === 'holidays' || isWeekend(day) || (year === undefined && holidays.has(day))) return undefined
  return `${day} is no Saturday or Sunday, so it is worked anyway: take it out, or correct the day`
}

const isWeekend = (day: string): boolean => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())
