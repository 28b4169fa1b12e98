import { z } from 'zod'
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

/** Messages that are facts already (contract/fact.ts): only their texts are masked, everything else is for admission to judge. */
export const native: Dialect = {
  name: 'native',
  message,
  map(given, { registry }) {
    // `given` is what `message` made of it: the runner parses before it maps
    const fact: Record<string, unknown> = { ...(given as Native) }
    for (const [field, keep] of texts) {
      const value = fact[field]
      if (typeof value === 'string') fact[field] = keep(value)
    }
    // a unit is an id of ours, or whatever the upstream calls it
    const { unit } = fact
    if (typeof unit === 'string' && !registry.units.has(unit)) fact['unit'] = titleText(unit)
    return [fact]
  },
}
