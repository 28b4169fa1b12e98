import type { FeedProblem } from '../../contract/bench.ts'
import type { FeedDefinition } from '../../contract/feed.ts'
import type { Result } from '../../contract/result.ts'
import { fail, ok } from '../../contract/result.ts'
import { checkOptions, checkSource } from './clear-secrets.ts'
import { openCodec } from './codecs/index.ts'
import type { OpenCodec } from './codecs/index.ts'
import type { Dialect } from './dialect.ts'
import { dialects } from './feeds/index.ts'
import { compileMapping } from './mapping.ts'
import type { Transport } from './transport.ts'
import { transports } from './transports/index.ts'

/** A feed with everything its definition names, found and checked. */
export interface OpenFeed {
  readonly definition: FeedDefinition
  /** undefined for `intake:`, which comes to us by itself */
  readonly link: { readonly transport: Transport; readonly url: URL; readonly options: unknown } | undefined
  /** undefined where messages come decoded */
  readonly codec: OpenCodec | undefined
  readonly meaning: Pick<Dialect, 'name' | 'message' | 'map'>
}

export const intakeScheme = 'intake'

const schemeOf = (source: string): string => source.slice(0, source.indexOf(':'))

/** Finds transport, codec and meaning. Errors: every mistake, by its path in the file. */
export function openFeed(definition: FeedDefinition): Result<OpenFeed, readonly FeedProblem[]> {
  const link = openLink(definition)
  const usual = link.ok ? (link.value === undefined ? 'json' : link.value.transport.usualCodec) : 'json'
  const codec = openFeedCodec(definition, usual)
  const meaning = openMeaning(definition)
  if (link.ok && codec.ok && meaning.ok) return ok({ definition, link: link.value, codec: codec.value, meaning: meaning.value })
  return fail([link, codec, meaning].flatMap((result) => (result.ok ? [] : result.error)))
}

/** The same, told as the configuration's other mistakes are. */
export function checkFeed(definition: FeedDefinition): readonly FeedProblem[] {
  const opened = openFeed(definition)
  return opened.ok ? [] : opened.error
}

function openLink({ source, transport: given }: FeedDefinition): Result<OpenFeed['link'], readonly FeedProblem[]> {
  const scheme = schemeOf(source)
  if (scheme === intakeScheme) return openIntake(source, given)
  const transport = transports.find(({ schemes }) => schemes.includes(scheme))
  if (transport === undefined) {
    const known = [intakeScheme, ...transports.flatMap(({ schemes }) => schemes)].map((name) => `${name}:`).join(' ')
    return fail([{ path: 'source', problem: `no transport takes ${scheme}: addresses; there are ${known}` }])
  }
  const url = URL.canParse(source) ? new URL(source) : undefined
  if (url === undefined)
    return fail([{ path: 'source', problem: `${JSON.stringify(source.slice(0, 80))} is not an address; see the sample of ${transport.name}` }])
  const refused = checkSource(source)
  const options = transport.options.safeParse(given)
  const problems = [
    ...(refused === undefined ? [] : [refused]),
    ...checkOptions(given),
    ...(options.success
      ? []
      : options.error.issues.map((issue) => ({ path: ['transport', ...issue.path].map(String).join('.'), problem: issue.message }))),
  ]
  return problems.length > 0 ? fail(problems) : ok({ transport, url, options: options.data })
}

function openIntake(source: string, given: FeedDefinition['transport']): Result<undefined, readonly FeedProblem[]> {
  const extra = Object.keys(given)
  if (source !== `${intakeScheme}:`) return fail([{ path: 'source', problem: 'write just `intake:`; the address is POST /api/intake/<id>' }])
  return extra.length === 0
    ? ok(undefined)
    : fail([{ path: `transport.${extra[0] ?? ''}`, problem: 'the HTTP intake has no options; leave transport out' }])
}

function openFeedCodec({ codec }: FeedDefinition, usual: string | undefined): Result<OpenCodec | undefined, readonly FeedProblem[]> {
  if (usual !== undefined || codec !== undefined) return openCodec(codec, usual)
  return ok(undefined)
}

function openMeaning({ mapping, dialect }: FeedDefinition): Result<OpenFeed['meaning'], readonly FeedProblem[]> {
  if (mapping !== undefined) {
    const compiled = compileMapping(mapping)
    return compiled.ok ? ok({ name: 'mapping', ...compiled.value }) : compiled
  }
  const found = dialects.find(({ name }) => name === dialect)
  if (found !== undefined) return ok(found)
  return fail([
    { path: 'dialect', problem: `no dialect is called ${JSON.stringify(dialect ?? '')}; there are ${dialects.map(({ name }) => name).join(', ')}` },
  ])
}
