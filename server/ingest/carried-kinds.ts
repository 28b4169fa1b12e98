import { feedFactKinds } from '../../contract/fact.ts'
import type { FeedDefinition } from '../../contract/feed.ts'
import { dialects } from './feeds/index.ts'

type Kinds = FeedDefinition['carries']

const comment = /\/\*[^]*?\*\//g
/** a `kind` that is written, as against one that is computed or taken from the message */
const kindWritten = /["']kind["']\s*:\s*(?:(["'])(?<kind>[a-z-]+)\1\s*[,}])?/g

/** A feed that says itself which kinds of facts it carries, where its file leaves that out and it can be told: by its dialect, or by its mapping. */
export function withCarries(feed: FeedDefinition): FeedDefinition {
  const carries = feed.carries ?? (feed.mapping === undefined ? kindsOfDialect(feed.dialect) : kindsIn(feed.mapping))
  return carries === undefined ? feed : { ...feed, carries }
}

function kindsOfDialect(name: string | undefined): Kinds {
  const carries = dialects.find((dialect) => dialect.name === name)?.carries
  return carries === undefined ? undefined : [...carries]
}

/** Undefined, which is any kind, unless every `"kind"` of the mapping is a text that stands there. */
function kindsIn(mapping: string): Kinds {
  const written = [...mapping.replace(comment, '').matchAll(kindWritten)].map(({ groups }) => groups?.['kind'])
  const kinds = feedFactKinds.filter((kind) => written.includes(kind))
  const isAll = written.every((kind) => kinds.some((known) => known === kind))
  return isAll && kinds.length > 0 ? kinds : undefined
}
