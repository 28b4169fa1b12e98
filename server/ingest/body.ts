import { rawKeptBytes } from '../../contract/rejection.ts'
import type { Refusal, RejectionCode } from '../../contract/rejection.ts'
import { fail } from '../../contract/result.ts'
import type { Result } from '../../contract/result.ts'
import type { BodyRefusal, DecodeLimits, Message } from './codec.ts'
import { openCodec } from './codecs/index.ts'
import type { OpenCodec } from './codecs/index.ts'
import { parseContentType } from './codecs/text-encoding.ts'
import { inflate } from './inflate.ts'
import { mostMessages } from './json-text.ts'
import { legible } from './legible-text.ts'

/** Bytes of a request's body, compressed or not. */
export const largestBody = 10 * 1024 * 1024

export interface BodyHeaders {
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  /** called with the size of each piece a compressed body grows by; throws when there is no room, and the error passes through */
  readonly reserve?: (bytes: number) => void
}

/** What one request may hold where its feed sets no other limits. */
export const bodyLimits: DecodeLimits = { mostMessages, mostBytes: largestBody }

const jsonTypes: ReadonlySet<string> = new Set(['application/json'])
const ndjsonTypes: ReadonlySet<string> = new Set(['application/x-ndjson', 'application/ndjson'])

const receiveRefusal = (code: RejectionCode, detail: string): Refusal => ({ stage: 'receive', code, detail })

/**
 * Takes a request's body apart into messages, perhaps gzipped. With the codec `json` the Content-Type decides between one JSON document
 * and one value per line (NDJSON), both in UTF-8, and must be one of theirs; for every other codec it is a hint of the charset.
 * A message that cannot be read is refused by itself, its neighbours go on. An empty array is no message, and fine.
 * Errors: a refusal of the whole when nothing can be told apart.
 */
export async function decodeBody(
  received: Buffer,
  headers: BodyHeaders,
  codec: OpenCodec,
  limits: DecodeLimits = bodyLimits,
): Promise<Result<readonly Message[], BodyRefusal>> {
  const { bytes, refusal } = await unpack(received, headers, limits.mostBytes)
  const chosen = refusal === undefined ? codecFor(codec, headers.contentType) : { refusal }
  if (!('refusal' in chosen)) return chosen.codec.decode({ body: bytes, origin: '', contentType: headers.contentType }, limits)
  return fail({ refusal: chosen.refusal, text: keptText(bytes, headers, codec) })
}

/** What was received as text, for keeping, when nobody got as far as decoding it. Not masked. */
export async function legibleBody(received: Buffer, headers: BodyHeaders): Promise<string> {
  const { bytes } = await unpack(received, headers, largestBody)
  return legible(bytes.subarray(0, 2 * rawKeptBytes), parseContentType(headers.contentType).charset)
}

function keptText(bytes: Buffer, headers: BodyHeaders, codec: OpenCodec): string {
  if (codec.isBinary) return bytes.subarray(0, rawKeptBytes).toString('hex')
  return legible(bytes.subarray(0, 2 * rawKeptBytes), parseContentType(headers.contentType).charset)
}

/** The codec that a request's header chooses; a feed in JSON may send either of its two forms. */
function codecFor(codec: OpenCodec, contentType: string | undefined): { readonly codec: OpenCodec } | { readonly refusal: Refusal } {
  if (codec.name !== 'json') return { codec }
  const { type, charset } = parseContentType(contentType)
  const chosen = jsonTypes.has(type) ? codec : ndjsonTypes.has(type) ? ndjson() : undefined
  if (chosen === undefined) return { refusal: wrongType(type) }
  return charset === undefined || charset === 'utf-8' || charset === 'utf8' ? { codec: chosen } : { refusal: wrongCharset(charset) }
}

function ndjson(): OpenCodec {
  const opened = openCodec('ndjson', undefined)
  if (!opened.ok) throw new Error('the codec ndjson is not in the list of codecs')
  return opened.value
}

function wrongType(type: string): Refusal {
  const found = type === '' ? 'no Content-Type' : `Content-Type ${JSON.stringify(type.slice(0, 100))}`
  return receiveRefusal('unsupported-media-type', `header Content-Type: found ${found}; send application/json or application/x-ndjson`)
}

function wrongCharset(charset: string): Refusal {
  const found = JSON.stringify(charset.slice(0, 40))
  return receiveRefusal('bad-encoding', `header Content-Type: found charset ${found}; convert to UTF-8 (iconv -t UTF-8) and send charset=utf-8`)
}

interface Unpacked {
  readonly bytes: Buffer
  readonly refusal: Refusal | undefined
}

async function unpack(received: Buffer, headers: BodyHeaders, mostBytes: number): Promise<Unpacked> {
  const encoding = (headers.contentEncoding ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return { bytes: received, refusal: undefined }
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    const found = JSON.stringify(encoding.slice(0, 40))
    return { bytes: received, refusal: receiveRefusal('unsupported-media-type', `header Content-Encoding: found ${found}; send gzip, or nothing`) }
  }
  const { bytes, outcome } = await inflate(received, mostBytes, headers.reserve ?? (() => undefined))
  if (outcome === 'whole') return { bytes, refusal: undefined }
  if (outcome === 'too-large') {
    const detail = `body: inflates to more than ${String(mostBytes)} bytes; send it in several requests`
    return { bytes, refusal: receiveRefusal('too-large', detail) }
  }
  const detail = `body: not readable as gzip after ${String(bytes.length)} inflated bytes; send complete gzip, or drop Content-Encoding`
  return { bytes: bytes.length === 0 ? received : bytes, refusal: receiveRefusal('bad-compression', detail) }
}
