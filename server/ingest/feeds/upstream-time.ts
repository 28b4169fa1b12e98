import type { Instant } from '../../../contract/time.ts'
import { instantOf, secondMs } from '../../../contract/time.ts'
import { MapError } from '../dialect.ts'

interface Pattern {
  readonly expression: RegExp
  /** shown when a text does not fit */
  readonly example: string
}

/** Ways in which upstreams write local times without a zone. */
export const timePatterns = {
  'year-first': {
    expression: /^(?<year>\d{4})[-/](?<month>\d{1,2})[-/](?<day>\d{1,2})[ T](?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))?$/,
    example: '2026-11-23 14:21:08',
  },
  american: {
    expression: /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4}) (?<hour>\d{1,2}):(?<minute>\d{2}):(?<second>\d{2}) (?<half>AM|PM)$/,
    example: '12/31/2017 11:59:58 PM',
  },
} as const satisfies Record<string, Pattern>

/**
 * Reads a local time that an upstream wrote without a zone.
 * @param field what the upstream calls it, named in the error
 * @returns the instant at which a clock in `zone` read it (see `instantOf` for the hours that summer time doubles or skips)
 * Errors: MapError `bad-instant` naming the field, the text and what was expected.
 */
export function readLocalTime(text: string, field: string, zone: string, pattern: keyof typeof timePatterns): Instant {
  const { expression, example } = timePatterns[pattern]
  const parts = expression.exec(text.trim())?.groups
  const refuse = (): MapError =>
    new MapError('bad-instant', `${field}: ${JSON.stringify(text.slice(0, 40))} is not a time; send it as ${JSON.stringify(example)}, in ${zone}`)
  if (parts === undefined) throw refuse()
  const at = localInstant(parts, zone)
  if (at === undefined) throw refuse()
  return at
}

/** The parts of a date as text, by their names: year, month, day, hour, minute, second, fraction of a second, half of the day. */
export type TimeParts = Readonly<Record<string, string | undefined>>

/**
 * The instant at which a clock in `zone` read these parts; what is missing of the time of day is 0. 24:00 is the end of its day.
 * @returns undefined when there is no such date or time of day
 */
export function localInstant(parts: TimeParts, zone: string): Instant | undefined {
  const part = (name: string): number => Number(parts[name] ?? 0)
  const isMidnight = part('hour') === 24 && part('minute') === 0 && part('second') === 0 && parts['half'] === undefined
  const local = {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: isMidnight ? 0 : hourOf(part('hour'), parts['half']),
    minute: part('minute'),
    second: part('second'),
  }
  if (!exists(local)) return undefined
  const milliseconds = Math.round(Number(`0.${parts['fraction'] ?? '0'}`) * secondMs)
  return instantOf(isMidnight ? { ...local, day: local.day + 1 } : local, zone) + milliseconds
}

/** Of a 12-hour clock: 12 AM is midnight. NaN when there is no such hour on it. */
function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour
  if (hour < 1 || hour > 12) return Number.NaN
  return (hour % 12) + (/^pm$|下午/i.test(half) ? 12 : 0)
}

/** Date.UTC takes 31 February for 3 March: a date exists when it comes back as it went in. */
function exists(local: { year: number; month: number; day: number; hour: number; minute: number; second: number }): boolean {
  const { year, month, day, hour, minute, second } = local
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  const read = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
  return read.every((value, index) => value === [year, month, day, hour, minute, second][index])
}
