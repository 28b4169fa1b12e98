import { isUtf8 } from 'node:buffer'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { rawKeptBytes } from '../../contract/rejection.ts'
import type { Refusal, RejectionCode, RejectionStage } from '../../contract/rejection.ts'
import { fail, ok } from '../../contract/result.ts'
import type { Result } from '../../contract/result.ts'
import { inflate } from './inflate.ts'
import { mostMessages, parseJson, tooMany } from './json-text.ts'
import { firstBadByte, legible } from './legible-text.ts'

/** Bytes of a request's body, compressed or not. */
export const largestBody = 10 * 1024 * 1024

export interface BodyHeaders {
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  /** called with the size of each piece a compressed body grows by; throws when there is no room, and the error passes through */
  readonly reserve?: (bytes: number) => void
}

/** One message of a request: its value, or why there is none. `text` is absent where the value says it all. */
export type Message = { readonly value: unknown; readonly text?: string } | { readonly refusal: Refusal; readonly text: string }

/** A request refused as a whole. `text` is what was received, as legible as it can be made, not masked, at least its first 64 KiB. */
export interface BodyRefusal {
  readonly refusal: Refusal
  readonly text: string
}

type Form = 'json' | 'ndjson'

const forms: Readonly<Record<string, Form>> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
}

const refusal = (stage: RejectionStage, code: RejectionCode, detail: string): Refusal => ({ stage, code, detail })

/**
 * Takes a request's body apart into messages: one JSON value, an array of them, or one value per line (NDJSON), in UTF-8, perhaps gzipped.
 * A line that cannot be read is refused by itself, its neighbours go on; blank lines are no messages. An empty array is no message, and fine.
 * Errors: a refusal of the whole when nothing can be told apart.
 */
export async function decodeBody(received: Buffer, headers: BodyHeaders): Promise<Result<readonly Message[], BodyRefusal>> {
  const { type, charset } = parseContentType(headers.contentType)
  const unpacked = await unpack(received, headers)
  const { bytes } = unpacked
  const refuse = (reason: Refusal): Result<never, BodyRefusal> =>
    fail({ refusal: reason, text: legible(bytes.subarray(0, 2 * rawKeptBytes), charset) })
  if (unpacked.refusal !== undefined) return refuse(unpacked.refusal)
  const form = forms[type]
  if (form === undefined) return refuse(wrongType(type))
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') return refuse(wrongCharset(charset))
  const messages = form === 'json' ? readDocument(bytes) : ok(await readLines(bytes))
  if (!messages.ok) return refuse(messages.error)
  if (messages.value.length > mostMessages) return refuse(refusal('decode', 'too-large', tooMany('body')))
  if (messages.value.length === 0 && form === 'ndjson') return refuse(emptyBody)
  return messages
}

/** What was received as text, for keeping, when nobody got as far as decoding it. Not masked. */
export async function legibleBody(received: Buffer, headers: BodyHeaders): Promise<string> {
  const { bytes } = await unpack(received, headers)
  return legible(bytes.subarray(0, 2 * rawKeptBytes), parseContentType(headers.contentType).charset)
}

const emptyBody = refusal('decode', 'bad-syntax', 'body: empty; send one JSON value, an array, or one value per line')

function wrongType(type: string): Refusal {
  const found = type === '' ? 'no Content-Type' : `Content-Type ${JSON.stringify(type.slice(0, 100))}`
  return refusal('receive', 'unsupported-media-type', `header Content-Type: found ${found}; send application/json or application/x-ndjson`)
}

function wrongCharset(charset: string): Refusal {
  const found = JSON.stringify(charset.slice(0, 40))
  return refusal('receive', 'bad-encoding', `header Content-Type: found charset ${found}; convert to UTF-8 (iconv -t UTF-8) and send charset=utf-8`)
}

function parseContentType(header: string | undefined): { readonly type: string; readonly charset: string | undefined } {
  const [type = '', ...parameters] = (header ?? '').toLowerCase().split(';')
  const named = parameters.map((parameter) => parameter.split('=')).find(([name]) => name?.trim() === 'charset')
  return { type: type.trim(), charset: named?.[1]?.replaceAll('"', '').trim() }
}

async function unpack(received: Buffer, headers: BodyHeaders): Promise<{ readonly bytes: Buffer; readonly refusal: Refusal | undefined }> {
  const encoding = (headers.contentEncoding ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return { bytes: received, refusal: undefined }
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    const found = JSON.stringify(encoding.slice(0, 40))
    return {
      bytes: received,
      refusal: refusal('receive', 'unsupported-media-type', `header Content-Encoding: found ${found}; send gzip, or nothing`),
    }
  }
  const { bytes, outcome } = await inflate(received, largestBody, headers.reserve ?? (() => undefined))
  if (outcome === 'whole') return { bytes, refusal: undefined }
  if (outcome === 'too-large') {
    const limit = String(largestBody)
    return { bytes, refusal: refusal('receive', 'too-large', `body: inflates to more than ${limit} bytes; send it in several requests`) }
  }
  const detail = `body: not readable as gzip after ${String(bytes.length)} inflated bytes; send complete gzip, or drop Content-Encoding`
  return { bytes: bytes.length === 0 ? received : bytes, refusal: refusal('receive', 'bad-compression', detail) }
}

const withoutMark = (bytes: Buffer): Buffer => (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes)

function notUtf8(place: string, bytes: Buffer): Refusal {
  const at = String(firstBadByte(bytes) + 1)
  return refusal('decode', 'bad-encoding', `${place}, byte ${at}: not UTF-8, perhaps GBK or GB18030; convert to UTF-8 (iconv -f GB18030 -t UTF-8)`)
}

function readDocument(marked: Buffer): Result<readonly Message[], Refusal> {
  const bytes = withoutMark(marked)
  if (!isUtf8(bytes)) return fail(notUtf8('body', bytes))
  const text = bytes.toString('utf8')
  if (text.trim() === '') return fail(emptyBody)
  const parsed = parseJson(text, 'body')
  if (!parsed.ok) return parsed
  return ok(Array.isArray(parsed.value) ? parsed.value.map((value: unknown) => ({ value })) : [{ value: parsed.value, text }])
}

/** Lines read in one turn of the event loop: a few milliseconds. */
const sliceSize = 2_000

/** One more message than may be is enough to know that there are too many. */
async function readLines(marked: Buffer): Promise<readonly Message[]> {
  const bytes = withoutMark(marked)
  const messages: Message[] = []
  let start = 0
  for (let line = 1; start < bytes.length && messages.length <= mostMessages; line += 1) {
    const newline = bytes.indexOf(0x0a, start)
    const end = newline === -1 ? bytes.length : newline
    const message = readLine(bytes.subarray(start, end), line)
    if (message !== undefined) messages.push(message)
    start = end + 1
    if (line % sliceSize === 0) await nextTurn()
  }
  return messages
}

function readLine(bytes: Buffer, line: number): Message | undefined {
  const place = `line ${String(line)}`
  if (!isUtf8(bytes)) return { refusal: notUtf8(place, bytes), text: legible(bytes, undefined) }
  const text = bytes.toString('utf8')
  if (text.trim() === '') return undefined
  const parsed = parseJson(text, place)
  return parsed.ok ? { value: parsed.value, text } : { refusal: parsed.error, text }
}
