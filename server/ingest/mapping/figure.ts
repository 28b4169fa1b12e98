import type { MappingFunction } from './mapping-function.ts'
import { functionError, isNothing } from './mapping-function.ts'
import { quote, toAscii } from './words.ts'

/** How people and platforms write that there is no figure. */
const noFigure = /^(?:-+|\/+|null|none|n\/?a|nan|无|空|缺测|未上报)$/i
const written = /^(?<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:e[+-]?\d{1,3})?)(?<multiplier>[万亿]{0,2})%?$/i
const multipliers: Readonly<Record<string, number>> = { 万: 10_000, 亿: 100_000_000 }

/** 15 digits hold what was written; the rest is the multiplication's own noise. */
export const withoutNoise = (value: number): number => Number(value.toPrecision(15))

/**
 * The number that a text writes, undefined when it writes none. 万 and 亿 multiply; thousands commas and a % at the end are left out.
 * Digits with a blank between them are none: `120 130` may be one number or two.
 */
export function numberOf(text: string): number | undefined {
  if (/[\d.,] +[\d.,]/.test(text)) return undefined
  const parts = written.exec(text.replace(/ /g, ''))?.groups
  const digits = parts?.['number']?.replaceAll(',', '') ?? ''
  if (!/\d/.test(digits)) return undefined
  const value = Number(digits)
  if (!Number.isFinite(value)) return undefined
  const multiplier = Array.from(parts?.['multiplier'] ?? '').reduce((product, each) => product * (multipliers[each] ?? 1), 1)
  return withoutNoise(value * multiplier)
}

/** Values that stand for none: one, or a list of them; numbers whatever way they are written. */
function standsForNone(text: string, value: number | undefined, nulls: unknown): boolean {
  const given: readonly unknown[] = Array.isArray(nulls) ? nulls : isNothing(nulls) ? [] : [nulls]
  return given.some((none) => String(none).trim() === text || (typeof none === 'number' && none === value))
}

export const figure: MappingFunction = {
  name: 'figure',
  signature: '$figure(text, nulls?)',
  zh: '读数：认全角数字、千分位逗号、百分号、万、亿；空、“-”、“—”“/”“缺测”等视为没有数。第二个参数是代表“没有”的值，如 [-9999, 999.9]。',
  en: 'A figure: knows full-width digits, thousands commas, %, 万 and 亿; empty, “-”, “—”, “/”, “缺测” and their like are no figure. The second argument names values that mean none, such as [-9999, 999.9].',
  example: { expression: "$figure('１,２３４.５万')", gives: 12_345_000 },
  call([given, nulls]) {
    if (isNothing(given)) return undefined
    if (typeof given !== 'string' && typeof given !== 'number') {
      throw functionError('unknown-value', '$figure(text)', `${quote(given)} is not a number; leave it empty when there is none`)
    }
    const text = toAscii(String(given).slice(0, 100))
    const value = typeof given === 'number' ? given : numberOf(text)
    if (standsForNone(text, value, nulls) || noFigure.test(text)) return undefined
    if (value !== undefined) return value
    const unit = /^[+-]?[\d,.]+\s*(?<unit>[^\d\s]{1,12})$/.exec(text)?.groups?.['unit']
    if (unit !== undefined)
      throw functionError(
        'unknown-value',
        '$figure(text)',
        `${quote(given)} has a unit behind its number; cut it off: $figure($replace(text, ${JSON.stringify(unit)}, ""))`,
      )
    const cure = 'leave it empty when there is none, or name it as a null in the second argument'
    throw functionError('unknown-value', '$figure(text)', `${quote(given)} is not a number; ${cure}`)
  },
}
