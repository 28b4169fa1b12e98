import { secondMs } from '../../../../contract/time.ts'

/** How databases write a time: as a time's type does (`2026-11-23 14:21:08.123456+00`), or 14 digits in a text column. */
const written = /^(\d{4})-(\d\d)-(\d\d)([ T])(\d\d):(\d\d):(\d\d)(\.\d+)?(\+00)?$/
const digits = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/

/** The time so many seconds before, written as this one is; undefined when this is no time. Whole seconds: a fraction is cut off, which is earlier still. */
export function earlier(text: string, seconds: number): string | undefined {
  const parts = written.exec(text)
  if (parts !== null) {
    const [, year, month, day, between = ' ', hour, minute, second, , zone = ''] = parts
    const before = isoBefore([year, month, day, hour, minute, second], seconds)
    return before === undefined ? undefined : before.slice(0, 19).replace('T', between) + zone
  }
  const plain = digits.exec(text)
  if (plain === null) return undefined
  return isoBefore(plain.slice(1), seconds)?.slice(0, 19).replaceAll(/[-:T]/g, '')
}

function isoBefore([year, month, day, hour, minute, second]: readonly (string | undefined)[], seconds: number): string | undefined {
  const at = Date.parse(`${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`)
  return Number.isNaN(at) ? undefined : new Date(at - seconds * secondMs).toISOString()
}
