import { isUtf8 } from 'node:buffer'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import { ok } from '../../../contract/result.ts'
import type { Result } from '../../../contract/result.ts'
import type { BodyRefusal, Codec, DecodeLimits, Message, RawMessage } from '../codec.ts'
import { parseJson } from '../json-text.ts'
import { legible } from '../legible-text.ts'
import { decodeRefusal, refuseBody, tooManyMessages } from './decode-refusal.ts'
import { emptyBody, namedEncoding, notUtf8, plainEncoding, withoutMark } from './json.ts'
import { damagedByte, decodeText, parseContentType } from './text-encoding.ts'

const options = z.strictObject({ encoding: plainEncoding })
type Options = z.infer<typeof options>

/** Lines read in one turn of the event loop: a few milliseconds. */
const sliceSize = 2_000

/** Reads one line; undefined for a blank one. */
type ReadLine = (bytes: Buffer, place: string) => Message | undefined

async function decode(raw: RawMessage, { encoding }: Options, { mostMessages }: DecodeLimits): Promise<Result<readonly Message[], BodyRefusal>> {
  const { bytes, read } = prepare(raw, encoding)
  const messages = await readLines(bytes, read, mostMessages)
  if (messages.length > mostMessages) return refuseBody(raw, tooManyMessages('body', mostMessages))
  return messages.length === 0 ? refuseBody(raw, emptyBody) : ok(messages)
}

function prepare(raw: RawMessage, asked: Options['encoding']): { readonly bytes: Buffer; readonly read: ReadLine } {
  const named = namedEncoding(raw, asked)
  if (named === undefined) return { bytes: withoutMark(raw.body), read: readUtf8 }
  const decoded = decodeText(raw.body, named, parseContentType(raw.contentType).charset)
  const read: ReadLine = (line, place) => {
    const text = line.toString('utf8')
    const damaged = decoded.isDamaged ? damagedByte(text, decoded.encoding) : undefined
    if (damaged === undefined) return readText(text, place)
    return { refusal: decodeRefusal('bad-encoding', `${place}, byte ${String(damaged)}: not ${decoded.encoding}; name its encoding`), text, place }
  }
  return { bytes: Buffer.from(decoded.text), read }
}

/** One more message than may be is enough to know that there are too many. */
async function readLines(bytes: Buffer, read: ReadLine, most: number): Promise<readonly Message[]> {
  const messages: Message[] = []
  let start = 0
  for (let line = 1; start < bytes.length && messages.length <= most; line += 1) {
    const newline = bytes.indexOf(0x0a, start)
    const end = newline === -1 ? bytes.length : newline
    const message = read(bytes.subarray(start, end), `line ${String(line)}`)
    if (message !== undefined) messages.push(message)
    start = end + 1
    if (line % sliceSize === 0) await nextTurn()
  }
  return messages
}

function readUtf8(bytes: Buffer, place: string): Message | undefined {
  if (!isUtf8(bytes)) return { refusal: notUtf8(place, bytes), text: legible(bytes, undefined), place }
  return readText(bytes.toString('utf8'), place)
}

function readText(text: string, place: string): Message | undefined {
  if (text.trim() === '') return undefined
  const parsed = parseJson(text, place)
  return parsed.ok ? { value: parsed.value, text, place } : { refusal: parsed.error, text, place }
}

/** One JSON value per line. */
export const ndjson: Codec<Options> = {
  name: 'ndjson',
  summary: {
    zh: 'NDJSON（JSON Lines）：每行一条消息；坏行单独退回，其余照收',
    en: 'NDJSON (JSON Lines): one message per line; a bad line is refused by itself',
  },
  options,
  sample: {
    options: {},
    body: '{"deviceId": "A-17", "pm25": 35}\n{"deviceId": "A-18", "pm25": 41}\n',
    note: { zh: '两行，两条消息；空行不算', en: 'Two lines, two messages; blank lines are none' },
  },
  isBinary: false,
  decode,
}
