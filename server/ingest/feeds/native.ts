import { z } from 'zod'
import type { Dialect } from '../dialect.ts'
import { noteText, titleText } from './upstream-text.ts'

/** Kinds a feed may speak of; `feed-health` and `tick` are the server's own. */
const message = z.looseObject({ kind: z.enum(['work-order', 'reading', 'incident', 'video-source']) })

/** Words that people wrote, and how each is kept. */
const texts: Readonly<Record<string, (text: string) => string>> = { title: titleText, type: titleText, name: titleText, note: noteText }

/** Messages that are facts already (contract/fact.ts): only their texts are masked, everything else is for admission to judge. */
export const native: Dialect = {
  name: 'native',
  message,
  map(given) {
    // `given` is what `message` made of it: the runner parses before it maps
    const fact: Record<string, unknown> = { ...(given as z.infer<typeof message>) }
    for (const [field, keep] of Object.entries(texts)) {
      const value = fact[field]
      if (typeof value === 'string') fact[field] = keep(value)
    }
    return [fact]
  },
}
