/** Digits that any double keeps. */
const safeDigits = 15

/** A number where a double says exactly the same, and no other number says it too; else its text. */
export function numberOrText(text: string): number | string {
  const number = Number(text)
  if (!Number.isFinite(number) || text.trim() === '') return text
  if (/^-?\d+$/.test(text)) return Number.isSafeInteger(number) ? number : text
  const digits = text.replace(/e.*$/i, '').replaceAll(/[-.]/g, '').replace(/^0+/, '')
  if (digits.length <= safeDigits) return number
  return String(number) === text.replace(/\.?0+$/, '') ? number : text
}

/** A wall clock's reading as it was written, its fraction to the millisecond: `2026-11-23 14:21:08.123`. Never shifted to another zone. */
export function localTime(text: string): string {
  const [, whole, fraction] = /^(\d{4,}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)(?:\.(\d+))?$/.exec(text) ?? []
  if (whole === undefined) return text
  const milliseconds = (fraction ?? '').slice(0, 3).padEnd(3, '0')
  return milliseconds === '000' ? whole : `${whole}.${milliseconds}`
}

/** The same, read in UTC: an instant, `2026-11-23T06:21:08.123Z`. */
export function instant(utcText: string): string {
  const local = localTime(utcText)
  return /^\d{4}-\d\d-\d\d /.test(local) ? `${local.replace(' ', 'T')}Z` : utcText
}

/** JSON's value of a text that the database vouches for; the text itself if it is none after all. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
