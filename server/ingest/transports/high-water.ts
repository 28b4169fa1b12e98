import type { FeedDefinition } from '../../../contract/feed.ts'
import { dayMs, minuteMs, secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import { localInstant } from '../feeds/upstream-time.ts'
import { timeText } from './http-poll/time-text.ts'

/**
 * 高水位: how far an upstream was read, as one of its own values. Where that is a time, none that lies ahead of our clock may be it: one record
 * of a clock gone wrong would else end the feed without a word, since nothing later ever comes.
 */

/** `2026-11-23 14:21:08.123`, `2026/11/23`, `2026-11-23T06:21:08Z`, and as PostgreSQL writes an instant: `…08+00`. */
const written =
  /^(?<year>\d{4})[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})(?:[ T](?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?)?$/
const compact = /^(?<year>(?:19|20)\d{2})(?<month>\d{2})(?<day>\d{2})(?:(?<hour>\d{2})(?<minute>\d{2})(?<second>\d{2})(?<fraction>\d{3})?)?$/
const zoneAtEnd = /^(?<local>.*\d)\s?(?:(?<utc>[Zz])|(?<sign>[+-])(?<hours>\d{2}):?(?<minutes>\d{2})?)$/
/** The years 2001 to 2103. */
const epochs: readonly { readonly digits: RegExp; readonly unit: number }[] = [
  { digits: /^[1-4]\d{9}$/, unit: secondMs },
  { digits: /^[1-4]\d{12}$/, unit: 1 },
]
/** A running number that begins with its day, such as 2026112300017, would else be a second of the year 2034. */
const numberedByDay = /^20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/

type Rules = Pick<FeedDefinition, 'zone' | 'admission'>

/** Whether a value is a time, further ahead of `now` than the feed takes facts. */
export function isAhead(value: string, { zone, admission }: Rules, now: Instant): boolean {
  const at = instantIn(value, zone)
  return at !== undefined && at > now + admission.maxAheadSeconds * secondMs
}

/**
 * Where to go on from when the value read up to lies ahead: a day before `now`, written as that value is. What of that day is known already is
 * recognised when it comes again; and a database whose times stand in UTC, though nothing says so, is not read from a time still to come.
 */
export function dayBefore(now: Instant, value: string, zone: string): string {
  const at = now - dayMs
  const epoch = epochOf(value)
  if (epoch !== undefined) return String(Math.floor(at / epoch.unit))
  const { local, suffix, offsetMs } = zoned(value)
  const text = offsetMs === undefined ? timeText(at, 'local', zone) : timeText(at + offsetMs, 'local', 'UTC')
  const isCompact = compact.test(local)
  if (isCompact) return `${text.replaceAll(/\D/g, '')}000`.slice(0, local.length)
  const parts = text.match(/\d+/g) ?? []
  let next = 0
  return local.replaceAll(/\d+/g, (digits) => String(Number(parts[next++] ?? 0)).padStart(digits.length, '0')) + suffix
}

/** Place, reason and what was done about it, of a value that was read up to and lies ahead; 200 characters are told of it. */
export const aheadWords = (place: string, value: string, from: string): string =>
  `${place}: read up to ${quoted(value)}, ahead of our clock, so nothing new came; goes on from ${quoted(from)}. To read what was missed, save the feed under a new id`

const quoted = (value: string): string => JSON.stringify(value.slice(0, 32))

function instantIn(value: string, zone: string): Instant | undefined {
  const epoch = epochOf(value)
  if (epoch !== undefined) return Number(value) * epoch.unit
  const { local, offsetMs } = zoned(value)
  const parts = written.exec(local)?.groups ?? compact.exec(local)?.groups
  if (parts === undefined) return undefined
  const at = localInstant(parts, offsetMs === undefined ? zone : 'UTC')
  return at === undefined ? undefined : at - (offsetMs ?? 0)
}

function epochOf(value: string): { readonly unit: number } | undefined {
  return numberedByDay.test(value) ? undefined : epochs.find(({ digits }) => digits.test(value))
}

interface Zoned {
  readonly local: string
  /** as it was written */
  readonly suffix: string
  /** undefined where the value names no zone */
  readonly offsetMs: number | undefined
}

function zoned(value: string): Zoned {
  // the end of a date is no zone: 2026-11-23
  const parts = value.includes(':') ? zoneAtEnd.exec(value)?.groups : undefined
  const local = parts?.['local']
  if (parts === undefined || local === undefined) return { local: value, suffix: '', offsetMs: undefined }
  const minutes = Number(parts['hours'] ?? 0) * 60 + Number(parts['minutes'] ?? 0)
  return { local, suffix: value.slice(local.length), offsetMs: (parts['sign'] === '-' ? -minutes : minutes) * minuteMs }
}
