import type { Instant } from '../../contract/time.ts'

/**
 * Numbers that are a person's, told from the numbers of orders and devices by their own rules: an identity card by the date of birth and the
 * check character of GB 11643, a bank card by its issuer and Luhn's digit, a mobile number by its length and beginning.
 *
 * Both check digits are right by chance in one number of ten, and orders are often numbered `<district><date><serial>`. A number with a date
 * of the last ten years in it is therefore an order's: nobody calls a hotline who was born then.
 */
export type PersonalNumber = 'mobile number' | 'identity card' | 'bank card'

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checks = '10X98765432'

/** 18 characters with the right check, of somebody born from 1900 on. */
function isIdCard(text: string): boolean {
  if (!/^[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]$/.test(text)) return false
  const sum = weights.reduce((total, weight, index) => total + weight * Number(text[index]), 0)
  return checks[sum % 11] === text[17]
}

/** 3 to 6 and 9 begin the cards of banks, 22 to 27 those of one of them. */
function isBankCard(text: string): boolean {
  if (!/^(?:[3-69]|2[2-7])\d{14,18}$/.test(text) || text.length < 16) return false
  let sum = 0
  for (let index = text.length - 1, isDoubled = false; index >= 0; index -= 1, isDoubled = !isDoubled) {
    const digit = Number(text[index]) * (isDoubled ? 2 : 1)
    sum += digit > 9 ? digit - 9 : digit
  }
  return sum % 10 === 0
}

const recentYears = 10

function holdsRecentDate(text: string, now: Instant): boolean {
  const year = new Date(now).getUTCFullYear()
  // overlapping finds too, hence the lookahead
  for (const [, found] of text.matchAll(/(?=(20\d{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))/g)) {
    if (Number(found) > year - recentYears && Number(found) <= year + 1) return true
  }
  return false
}

const mobile = /^(?:(?:00)?86)?1[3-9]\d{9}$/
/** what people write between the groups of a number */
const groups = /(?<!\d[-. ]?)(?:1[3-9]\d[-. ]\d{4}[-. ]\d{4}|\d{6}[-. ]\d{8}[-. ]\d{3}[\dX])(?![-. ]?\d)/g

function kindOf(digits: string, now: Instant): PersonalNumber | undefined {
  if (mobile.test(digits)) return 'mobile number'
  if (digits.length < 16 || holdsRecentDate(digits, now)) return undefined
  if (isIdCard(digits)) return 'identity card'
  return isBankCard(digits) ? 'bank card' : undefined
}

/** The first personal number in an id or a key: written in one, or in its usual groups. Full-width and other digits count as what they are. */
export function personalNumberIn(text: string, now: Instant): PersonalNumber | undefined {
  if (text.length < 11) return undefined
  const plain = text.normalize('NFKC').toUpperCase()
  for (const [run] of plain.matchAll(/\d{11,}X?/g)) {
    const found = kindOf(run, now) ?? kindOf(run.replace('X', ''), now)
    if (found !== undefined) return found
  }
  for (const [grouped] of plain.matchAll(groups)) {
    const found = kindOf(grouped.replace(/[-. ]/g, ''), now)
    if (found !== undefined) return found
  }
  return undefined
}
