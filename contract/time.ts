/** An instant as UTC epoch milliseconds. */
export type Instant = number

/** A calendar day as `YYYY-MM-DD` in the zone it was asked for. */
export type Day = string

export const secondMs = 1_000
export const minuteMs = 60_000
export const hourMs = 3_600_000
export const dayMs = 86_400_000

/** A wall clock's reading in some zone. Months are 1-12, `weekday` 0 is Sunday. */
export interface LocalTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly weekday: number
}

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone)
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formatters.set(zone, formatter)
  }
  return formatter
}

/** China has kept UTC+8 without summer time since 1991: plain arithmetic, which matters on the fold's path. */
const fixedOffsets: Readonly<Record<string, number>> = { 'Asia/Shanghai': 8 * hourMs, UTC: 0 }

/** Zones change their offset at quarters of an hour only: one answer of Intl, which is slow, serves the whole quarter. */
const quarterMs = 15 * minuteMs
const quartersKept = 20_000
const knownOffsets = new Map<string, Map<number, number>>()

/** Milliseconds that `zone` is ahead of UTC at `at`. */
export function offsetOf(at: Instant, zone: string): number {
  const fixed = fixedOffsets[zone]
  if (fixed !== undefined) return fixed
  let known = knownOffsets.get(zone)
  if (known === undefined || known.size >= quartersKept) {
    known = new Map()
    knownOffsets.set(zone, known)
  }
  const quarter = Math.floor(at / quarterMs)
  let offset = known.get(quarter)
  if (offset === undefined) {
    offset = offsetAt(quarter * quarterMs, zone)
    known.set(quarter, offset)
  }
  return offset
}

function offsetAt(at: Instant, zone: string): number {
  const part: Record<string, number> = {}
  for (const { type, value } of formatterOf(zone).formatToParts(at)) part[type] = Number(value)
  const asUtc = Date.UTC(part['year'] ?? 0, (part['month'] ?? 1) - 1, part['day'] ?? 1, part['hour'] ?? 0, part['minute'] ?? 0, part['second'] ?? 0)
  return asUtc - Math.floor(at / secondMs) * secondMs
}

/** What a clock on the wall in `zone` reads at `at`. */
export function localTime(at: Instant, zone: string): LocalTime {
  const shifted = new Date(at + offsetOf(at, zone))
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    weekday: shifted.getUTCDay(),
  }
}

/**
 * The instant at which a clock in `zone` reads the given date and time. Where summer time makes an hour happen twice, the first is
 * meant; where it skips one, the instant after the skip.
 */
export function instantOf(local: Omit<LocalTime, 'weekday'>, zone: string): Instant {
  const asUtc = Date.UTC(local.year, local.month - 1, local.day, local.hour, local.minute, local.second)
  const guess = asUtc - offsetOf(asUtc, zone)
  return asUtc - offsetOf(guess, zone)
}

const pad = (value: number): string => String(value).padStart(2, '0')

/** The business day of an instant: the calendar day in the district's zone. */
export function dayOf(at: Instant, zone: string): Day {
  const { year, month, day } = localTime(at, zone)
  return `${String(year)}-${pad(month)}-${pad(day)}`
}

/** The first instant of the business day that `at` falls in. */
export function startOfDay(at: Instant, zone: string): Instant {
  const { year, month, day } = localTime(at, zone)
  return instantOf({ year, month, day, hour: 0, minute: 0, second: 0 }, zone)
}
