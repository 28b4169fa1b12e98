/**
 * Figures written by hand: a rate is a fraction of whole numbers, and is rounded as one, half up. No binary fraction comes between what was
 * counted and what is printed.
 */

/** `times` × part ÷ whole, all of them whole numbers. */
export interface Fraction {
  readonly part: number
  readonly whole: number
  readonly times: number
}

/** Fixed decimals, thousands parted from five digits on. Whole hundreds and nothing lose the only decimal, as on every drawing. */
export function printed({ part, whole, times }: Fraction, decimals: number): string {
  if (![part, whole, times].every((each) => Number.isSafeInteger(each) && each >= 0) || whole === 0)
    throw new Error(`${String(part)} × ${String(times)} / ${String(whole)} is no fraction of whole numbers that were counted`)
  const [above, below] = [BigInt(part) * BigInt(times), BigInt(whole)]
  if (above === 0n || (decimals === 1 && above === 100n * below)) return String(above / below)
  const units = (2n * above * 10n ** BigInt(decimals) + below) / (2n * below)
  const digits = units.toString().padStart(decimals + 1, '0')
  const [wholes, rest] = [digits.slice(0, digits.length - decimals), digits.slice(digits.length - decimals)]
  const parted = wholes.length < 5 ? wholes : wholes.replace(/(?<=\d)(?=(?:\d{3})+$)/g, ',')
  return decimals === 0 ? parted : `${parted}.${rest}`
}

export const printedCount = (count: number): string => printed({ part: count, whole: 1, times: 1 }, 0)
/** Percent with one decimal. */
export const printedShare = (part: number, whole: number): string => printed({ part, whole, times: 100 }, 1)

/** As a number, for what is compared before it is printed. */
export const numberOf = ({ part, whole, times }: Fraction): number => (part * times) / whole

/** Negative where the first is the smaller: no division, so that equal fractions are equal. */
export function compare(one: Fraction, other: Fraction): number {
  const [left, right] = [BigInt(one.part * one.times) * BigInt(other.whole), BigInt(other.part * other.times) * BigInt(one.whole)]
  return left < right ? -1 : left > right ? 1 : 0
}
