import type { Instant } from '../../../contract/time.ts'
import { minuteMs } from '../../../contract/time.ts'
import { MapError } from '../dialect.ts'
import { readLocalTime } from './upstream-time.ts'

const zoned = /^(.+?)(?:\.\d{1,9})? ?(?:([zZ])|([+-])(\d{2}):?(\d{2}))$/
const localPart = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?$/

/**
 * Reads a time with its offset from UTC (ISO 8601, RFC 3339, and with a blank in place of the T), or a local one without.
 * @param field what the upstream calls it, named in the error
 * @param zone of a time without offset
 * Errors: MapError `bad-instant` naming the field, the text and what was expected.
 */
export function readInstant(text: string, field: string, zone: string): Instant {
  const [, local = '', utc, sign, hours, minutes] = zoned.exec(text.trim()) ?? []
  if (!localPart.test(local)) return readLocalTime(text.replace(/\.\d{1,9}$/, ''), field, zone, 'year-first')
  const offset = utc === undefined ? Number(`${sign ?? '+'}1`) * (Number(hours) * 60 + Number(minutes)) : 0
  if (Math.abs(offset) > 14 * 60) throw new MapError('bad-instant', `${field}: ${JSON.stringify(text.slice(0, 40))} has no such offset; send +08:00`)
  return readLocalTime(local, field, 'UTC', 'year-first') - offset * minuteMs
}
