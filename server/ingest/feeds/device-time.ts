import type { Instant } from '../../../contract/time.ts'
import { MapError } from '../dialect.ts'
import { readLocalTime } from './upstream-time.ts'

/**
 * Reads a device's local time written as digits alone, YYYYMMDDhhmmss with or without milliseconds.
 * @param field what the protocol calls it, named in the error
 * Errors: MapError `bad-instant`.
 */
export function readDigitTime(digits: string, field: string, zone: string): Instant {
  const parts = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{3})?$/.exec(digits.trim())
  if (parts === null) {
    const found = JSON.stringify(digits.slice(0, 40))
    throw new MapError('bad-instant', `${field}: ${found} is not a time; send 14 or 17 digits, as "20261123142108", in ${zone}`)
  }
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', ms = '0'] = parts
  return readLocalTime(`${year}-${month}-${day} ${hour}:${minute}:${second}`, field, zone, 'year-first') + Number(ms)
}
