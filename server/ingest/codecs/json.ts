import { isUtf8 } from 'node:buffer'
import { z } from 'zod'
import type { Refusal } from '../../../contract/rejection.ts'
import { fail, ok } from '../../../contract/result.ts'
import type { Result } from '../../../contract/result.ts'
import type { BodyRefusal, Codec, DecodeLimits, Message, RawMessage } from '../codec.ts'
import { parseJson } from '../json-text.ts'
import { firstBadByte } from '../legible-text.ts'
import { decodeRefusal, refuseBody, tooManyMessages } from './decode-refusal.ts'
import { listAt, rowsPath } from './rows-path.ts'
import { damagePlace, decodeText, encodingSchema, parseContentType } from './text-encoding.ts'
import type { AskedEncoding } from './text-encoding.ts'

/** Words for the option in the formats whose standard knows UTF-8 alone. */
export const plainEncoding = encodingSchema.optional().describe('字符编码 · encoding; left out: the charset of Content-Type, else UTF-8')

const options = z.strictObject({
  rows: rowsPath.optional().describe('消息列表在信封里的位置，如 data.list · where the list of messages is inside an envelope, such as data.list'),
  encoding: plainEncoding,
})
type Options = z.infer<typeof options>

/** Refusal for bytes that should be UTF-8 and are not. */
export function notUtf8(place: string, bytes: Buffer): Refusal {
  const at = String(firstBadByte(bytes) + 1)
  const cure = 'convert to UTF-8 (iconv -f GB18030 -t UTF-8)'
  return decodeRefusal('bad-encoding', `${place}, byte ${at}: not UTF-8, perhaps GBK or GB18030; ${cure}`)
}

/** UTF-8 without its byte order mark. */
export const withoutMark = (bytes: Buffer): Buffer => (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes)

/** The encoding to read with; undefined is UTF-8 and nothing else. */
export function namedEncoding(raw: RawMessage, asked: AskedEncoding | undefined): AskedEncoding | undefined {
  if (asked !== undefined) return asked === 'utf-8' ? undefined : asked
  const { charset } = parseContentType(raw.contentType)
  return charset === undefined || charset === 'utf-8' || charset === 'utf8' ? undefined : 'auto'
}

/** The whole of a JSON body as text. Errors: `bad-encoding` with the first byte that is not of its encoding. */
export function jsonText(raw: RawMessage, asked: AskedEncoding | undefined): Result<string, Refusal> {
  const encoding = namedEncoding(raw, asked)
  if (encoding === undefined) {
    const bytes = withoutMark(raw.body)
    return isUtf8(bytes) ? ok(bytes.toString('utf8')) : fail(notUtf8('body', bytes))
  }
  const decoded = decodeText(raw.body, encoding, parseContentType(raw.contentType).charset)
  if (!decoded.isDamaged) return ok(decoded.text)
  const detail = `body, ${damagePlace(decoded)}: not ${decoded.encoding}; name the encoding it is written in (codec.encoding)`
  return fail(decodeRefusal('bad-encoding', detail))
}

export const emptyBody = decodeRefusal('bad-syntax', 'body: empty; send one JSON value, an array, or one value per line')

function decode(raw: RawMessage, given: Options, limits: DecodeLimits): Result<readonly Message[], BodyRefusal> {
  const messages = messagesOf(raw, given, limits)
  return messages.ok ? messages : refuseBody(raw, messages.error)
}

function messagesOf(raw: RawMessage, { rows, encoding }: Options, limits: DecodeLimits): Result<readonly Message[], Refusal> {
  const text = jsonText(raw, encoding)
  if (!text.ok) return text
  if (text.value.trim() === '') return fail(emptyBody)
  const parsed = parseJson(text.value, 'body', limits.mostMessages)
  if (!parsed.ok) return parsed
  if (rows === undefined) return ok(Array.isArray(parsed.value) ? elements(parsed.value, '') : [{ value: parsed.value, text: text.value }])
  const list = listAt(parsed.value, rows)
  if (!list.ok) return list
  return list.value.length > limits.mostMessages ? fail(tooManyMessages(rows, limits.mostMessages)) : ok(elements(list.value, rows))
}

const elements = (list: readonly unknown[], path: string): readonly Message[] =>
  list.map((value, index) => ({ value, place: `${path}[${String(index)}]` }))

/** One JSON value, or an array of them, perhaps inside an envelope. */
export const json: Codec<Options> = {
  name: 'json',
  summary: {
    zh: 'JSON：一个对象是一条消息；数组里每个元素是一条；rows 指出信封里的列表',
    en: 'JSON: an object is one message, an array holds one in each element; `rows` names the list inside an envelope',
  },
  options,
  sample: {
    options: { rows: 'data.list' },
    body: '{"code": 0, "data": {"list": [{"deviceId": "A-17", "ts": "2026-11-23 14:21:08", "pm25": "35"}, {"deviceId": "A-18", "pm25": "41"}]}}',
    note: { zh: '平台把两条读数放在 data.list 里，得两条消息', en: 'A platform puts two readings into data.list: two messages' },
  },
  isBinary: false,
  decode,
}
