import { instantOf, localTime } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'

/** Moments that somebody types. Pure. */

/** As an input of type datetime-local has it: 2026-11-24T14:32 in the zone. */
export function localText(at: Instant, zone: string): string {
  const { year, month, day, hour, minute } = localTime(at, zone)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`
}

/** The instant that such a text means; undefined for an empty or unfinished one. */
export function instantIn(text: string, zone: string): Instant | undefined {
  const [, year, month, day, hour, minute] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text) ?? []
  if (year === undefined) return undefined
  return instantOf({ year: Number(year), month: Number(month), day: Number(day), hour: Number(hour), minute: Number(minute), second: 0 }, zone)
}
