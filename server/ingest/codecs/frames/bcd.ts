/** The decimal digits of packed BCD; undefined when a half byte is none. */
export function bcdDigits(bytes: Buffer): string | undefined {
  const hex = bytes.toString('hex')
  return /^\d*$/.test(hex) ? hex : undefined
}

const pair = (byte: number | undefined): number => (byte === undefined ? 0 : (byte >> 4) * 10 + (byte & 0xf))

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
/** In this century every fourth year is a leap year. */
const daysIn = (year: number, month: number): number => (month === 2 && year % 4 === 0 ? 29 : (monthDays[month - 1] ?? 0))

/**
 * Reads YYMMDDhhmm[ss] in packed BCD, of this century.
 * @returns `2018-10-15 10:10:10`, in whatever zone the device keeps; undefined when it is no time that exists
 */
export function bcdTime(bytes: Buffer): string | undefined {
  const digits = bcdDigits(bytes)?.padEnd(12, '0')
  if (digits === undefined) return undefined
  const [year, month, day] = [pair(bytes[0]), pair(bytes[1]), pair(bytes[2])]
  const isDay = day >= 1 && day <= daysIn(year, month)
  if (!isDay || pair(bytes[3]) > 23 || pair(bytes[4]) > 59 || pair(bytes[5]) > 59) return undefined
  const date = `20${digits.slice(0, 2)}-${digits.slice(2, 4)}-${digits.slice(4, 6)}`
  return `${date} ${digits.slice(6, 8)}:${digits.slice(8, 10)}:${digits.slice(10, 12)}`
}
