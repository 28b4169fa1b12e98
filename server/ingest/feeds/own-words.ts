import type { Registry } from '../../core/registry.ts'
import { noteText, titleText } from './upstream-text.ts'

/** Words that people wrote, and how each is kept. */
const texts = [
  ['title', titleText],
  ['type', titleText],
  ['name', titleText],
  ['note', noteText],
  ['issuer', titleText],
  ['alarm', titleText],
] as const

/** A candidate in our own vocabulary with its words masked: the last net before admission, whoever made the candidate. Total. */
export function withMaskedWords(candidate: Readonly<Record<string, unknown>>, registry: Registry): Record<string, unknown> {
  const fact: Record<string, unknown> = { ...candidate }
  for (const [field, keep] of texts) {
    const value = fact[field]
    if (typeof value === 'string') fact[field] = keep(value)
  }
  // a unit is an id of ours, or whatever the upstream calls it
  const { unit } = fact
  if (typeof unit === 'string' && !registry.units.has(unit)) fact['unit'] = titleText(unit)
  return fact
}
