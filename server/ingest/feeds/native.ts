import { z } from 'zod'
import type { Registry } from '../../core/registry.ts'
import type { Dialect } from '../dialect.ts'
import { noteText, titleText } from './upstream-text.ts'

/** Kinds a feed may speak of; `feed-health` and `tick` are the server's own. */
const kinds = ['work-order', 'reading', 'incident', 'video-source'] as const
const known: ReadonlySet<unknown> = new Set(kinds)
const shape = z.looseObject({ kind: z.enum(kinds) })
type Native = z.infer<typeof shape>

const isNative = (given: unknown): given is Native =>
  typeof given === 'object' && given !== null && !Array.isArray(given) && 'kind' in given && known.has(given.kind)

/** `shape`, asked only for what is wrong: it would copy every message to look at one field. */
const message = z.unknown().superRefine((given, context) => {
  if (!isNative(given)) for (const issue of shape.safeParse(given).error?.issues ?? []) context.addIssue({ ...issue })
})

/** Words that people wrote, and how each is kept. */
const texts = [
  ['title', titleText],
  ['type', titleText],
  ['name', titleText],
  ['note', noteText],
] as const

/** A candidate fact with the words that people wrote masked and cut to what a wall shows, whatever it was mapped by. */
export function inKeptWords(candidate: object, { units }: Pick<Registry, 'units'>): unknown {
  const fact: Record<string, unknown> = { ...candidate }
  for (const [field, keep] of texts) {
    const value = fact[field]
    if (typeof value === 'string') fact[field] = keep(value)
  }
  // a unit is an id of ours, or whatever the upstream calls it
  const { unit } = fact
  if (typeof unit === 'string' && !units.has(unit)) fact['unit'] = titleText(unit)
  return fact
}

/** Messages that are facts already (contract/fact.ts): only their texts are masked, everything else is for admission to judge. */
export const native: Dialect = {
  name: 'native',
  message,
  // `given` is what `message` made of it: the runner parses before it maps
  map: (given, { registry }) => [inKeptWords(given as Native, registry)],
}
