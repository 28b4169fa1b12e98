import type { z } from 'zod'
import type { FeedProblem } from '../../../contract/bench.ts'
import type { FeedDefinition } from '../../../contract/feed.ts'
import { fail, ok } from '../../../contract/result.ts'
import type { Result } from '../../../contract/result.ts'
import type { BodyRefusal, Codec, DecodeLimits, Message, RawMessage, StreamDecoder } from '../codec.ts'
import { cap } from './cap.ts'
import { csv } from './csv.ts'
import { decodeRefusal, quoted, refuseBody } from './decode-refusal.ts'
import { hj212 } from './hj212.ts'
import { json } from './json.ts'
import { jt808 } from './jt808.ts'
import { ndjson } from './ndjson.ts'
import { open311 } from './open311.ts'
import { sl651 } from './sl651.ts'
import { xlsx } from './xlsx.ts'
import { xml } from './xml.ts'

/** Every codec there is: a new one is a file here and a word in this list. */
export const codecs: readonly Codec[] = [json, ndjson, csv, xlsx, xml, cap, open311, hj212, sl651, jt808]

const byName: ReadonlyMap<string, Codec> = new Map(codecs.map((codec) => [codec.name, codec]))

/** A codec with a feed's options. */
export interface OpenCodec {
  readonly name: string
  readonly isBinary: boolean
  /** As `Codec.decode`; a body of more than `limits.mostBytes` is refused before it is looked into. */
  decode(raw: RawMessage, limits: DecodeLimits): Promise<Result<readonly Message[], BodyRefusal>>
  /** undefined when it is none for streams */
  readonly openStream: (() => StreamDecoder) | undefined
}

/**
 * The codec that a feed's file names, with the options it gives; the transport's usual one where it names none.
 * Errors: every mistake, with its path in the file and a cure.
 */
export function openCodec(given: FeedDefinition['codec'], usual: string | undefined): Result<OpenCodec, readonly FeedProblem[]> {
  const { name, ...options } = typeof given === 'object' ? given : { name: given ?? usual }
  const known = [...byName.keys()].join(', ')
  if (name === undefined) return fail([{ path: 'codec', problem: `left out, and this source has no usual one; name one of ${known}` }])
  const codec = byName.get(name)
  const path = typeof given === 'object' ? 'codec.name' : 'codec'
  if (codec === undefined) return fail([{ path, problem: `${quoted(name)} is no codec; name one of ${known}` }])
  const parsed = codec.options.safeParse(options)
  return parsed.success ? ok(opened(codec, parsed.data)) : fail(parsed.error.issues.flatMap((issue) => problems(codec, issue)))
}

function opened(codec: Codec, options: unknown): OpenCodec {
  return {
    name: codec.name,
    isBinary: codec.isBinary,
    async decode(raw, limits) {
      return raw.body.length > limits.mostBytes ? tooLarge(raw, codec, limits) : codec.decode(raw, options, limits)
    },
    openStream: codec.openStream === undefined ? undefined : () => openedStream(codec, options),
  }
}

function openedStream(codec: Codec, options: unknown): StreamDecoder {
  const stream = codec.openStream?.(options)
  if (stream === undefined) throw new Error(`codec ${codec.name} is none for streams`)
  return stream
}

function tooLarge(raw: RawMessage, codec: Codec, { mostBytes }: DecodeLimits): Result<never, BodyRefusal> {
  const detail = `body: ${String(raw.body.length)} bytes, more than ${String(mostBytes)}; send it in several parts, or raise limits.messageBytes`
  const refusal = { ...decodeRefusal('too-large', detail), stage: 'receive' as const }
  return codec.isBinary ? fail({ refusal, text: raw.body.subarray(0, 65_536).toString('hex') }) : refuseBody(raw, refusal)
}

function problems(codec: Codec, issue: z.core.$ZodIssue): readonly FeedProblem[] {
  const path = ['codec', ...issue.path.map(String)].join('.')
  if (issue.code !== 'unrecognized_keys') return [{ path, problem: issue.message }]
  const known = optionNames(codec)
  const cure = known === '' ? `${codec.name} has none` : `${codec.name} has ${known}`
  return issue.keys.map((key) => ({ path: `${path}.${key}`, problem: `no such option; ${cure}` }))
}

const optionNames = ({ options }: Codec): string =>
  'shape' in options && typeof options.shape === 'object' ? Object.keys(options.shape ?? {}).join(', ') : ''
