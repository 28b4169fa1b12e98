import type { Registry } from '../../core/registry.ts'
import { noteText, oneLine, titleText } from './upstream-text.ts'

/** Words that people wrote, and how each is kept. */
const texts = [
  ['title', titleText],
  ['type', titleText],
  ['name', titleText],
  ['note', noteText],
  ['by', titleText],
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
  for (const [field, isOurs] of ids) {
    const value = fact[field]
    if (typeof value === 'string' && !isOurs(value, registry)) fact[field] = oneLine(value, idLength)
    else if (Array.isArray(value))
      fact[field] = value.map((each: unknown) => (typeof each !== 'string' || isOurs(each, registry) ? each : oneLine(each, idLength)))
  }
  return fact
}

/** Of a district, a subdistrict or a village: neither a telephone number nor anything else that is somebody's. */
const isCode = (value: string): boolean => /^[1-9](?:\d{0,9}|\d{11})$/.test(value)
/** What a fact's id holds at most (contract/fact.ts). */
const idLength = 128

/** Ids of ours, or whatever the upstream calls it. */
const ids = [
  ['unit', (value: string, { units }: Registry) => units.has(value)],
  ['channel', (value: string, { channels }: Registry) => channels.has(value)],
  ['subdistrict', isCode],
  ['areas', isCode],
] as const
