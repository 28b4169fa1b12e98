import type { Instant } from '../../../contract/time.ts'
import { instantOf } from '../../../contract/time.ts'
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
  const part = (name: string): number => Number(parts[name] ?? 0)
  const local = {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: hourOf(part('hour'), parts['half']),
    minute: part('minute'),
    second: part('second'),
  }
  if (!exists(local)) throw refuse()
  return instantOf(local, zone)
}

/** Of a 12-hour clock: 12 AM is midnight. NaN when there is no such hour on it. */
function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour
  if (hour < 1 || hour > 12) return Number.NaN
  return (hour % 12) + (half === 'PM' ? 12 : 0)
}

/** Date.UTC takes 31 February for 3 March: a date exists when it comes back as it went in. */
function exists(local: { year: number; month: number; day: number; hour: number; minute: number; second: number }): boolean {
  const { year, month, day, hour, minute, second } = local
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  const read = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
  return read.every((value, index) => value === [year, month, day, hour, minute, second][index])
}
