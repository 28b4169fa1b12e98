import { z } from 'zod'
import { feedFactKinds } from '../../../contract/fact.ts'
import type { Dialect } from '../dialect.ts'
import { withMaskedWords } from './own-words.ts'

const known: ReadonlySet<unknown> = new Set(feedFactKinds)
const shape = z.looseObject({ kind: z.enum(feedFactKinds) })
type Native = z.infer<typeof shape>

const isNative = (given: unknown): given is Native =>
  typeof given === 'object' && given !== null && !Array.isArray(given) && 'kind' in given && known.has(given.kind)

/** `shape`, asked only for what is wrong: it would copy every message to look at one field. */
const message = z.unknown().superRefine((given, context) => {
  if (!isNative(given)) for (const issue of shape.safeParse(given).error?.issues ?? []) context.addIssue({ ...issue })
})

/** Messages that are facts already (contract/fact.ts): only their texts are masked, everything else is for admission to judge. */
export const native: Dialect = {
  name: 'native',
  message,
  // `given` is what `message` made of it: the runner parses before it maps
  map: (given, { registry }) => [withMaskedWords(given as Native, registry)],
}
