import { z } from 'zod'
import { fail, ok } from '../../../contract/result.ts'
import type { Result } from '../../../contract/result.ts'
import type { Refusal } from '../../../contract/rejection.ts'
import type { BodyRefusal, Codec, DecodeLimits, Message, RawMessage } from '../codec.ts'
import { parseJson } from '../json-text.ts'
import { decodeRefusal, quoted, refuseBody, tooManyMessages } from './decode-refusal.ts'
import { jsonText } from './json.ts'
import { autoEncoding } from './text-encoding.ts'
import { outlineXml } from './xml-elements.ts'
import { xmlText } from './xml-text.ts'
import { xmlReader } from './xml-value.ts'
import { readElement } from './xml.ts'

const options = z.strictObject({ encoding: autoEncoding })
type Options = z.infer<typeof options>

async function decode(raw: RawMessage, { encoding }: Options, limits: DecodeLimits): Promise<Result<readonly Message[], BodyRefusal>> {
  const messages = isXml(raw.body) ? await requestsInXml(raw, encoding) : requestsInJson(raw, encoding, limits)
  if (!messages.ok) return refuseBody(raw, messages.error)
  if (messages.value.length > limits.mostMessages) return refuseBody(raw, tooManyMessages('body', limits.mostMessages))
  return messages
}

/** By its first character; what is before it are marks, blanks, and the zeros of UTF-16. */
function isXml(bytes: Buffer): boolean {
  const first = bytes.subarray(0, 200).find((byte) => byte > 0x20 && byte < 0x80)
  return first === 0x3c
}

function requestsInJson(raw: RawMessage, encoding: Options['encoding'], limits: DecodeLimits): Result<readonly Message[], Refusal> {
  const text = jsonText(raw, encoding)
  if (!text.ok) return text
  const parsed = parseJson(text.value, 'body', limits.mostMessages)
  if (!parsed.ok) return parsed
  const list = requestList(parsed.value)
  if (list === undefined) return fail(notRequests(`found ${quoted(text.value.trim().slice(0, 40))}`))
  return ok(list.map((value, index) => ({ value, place: `[${String(index)}]` })))
}

/** The specification answers with an array; several servers put it under a name, and some answer one request by itself. */
function requestList(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as readonly unknown[]
  if (typeof value !== 'object' || value === null) return undefined
  if (Object.hasOwn(value, 'service_request_id')) return [value]
  return ['service_requests', 'requests'].map((name): unknown => Reflect.get(value, name)).find((list) => Array.isArray(list))
}

async function requestsInXml(raw: RawMessage, encoding: Options['encoding']): Promise<Result<readonly Message[], Refusal>> {
  const text = xmlText(raw, encoding)
  if (!text.ok) return text
  const outline = await outlineXml(text.value, (path) => path.at(-1) === 'request')
  if (!outline.ok) return outline
  const { elements, root } = outline.value
  if (elements.length === 0 && root !== 'service_requests') return fail(notRequests(`found the element ${quoted(root)}`))
  const read = xmlReader({ attributePrefix: '_', lists: new Set(), keepsPrefixes: false })
  return ok(elements.map((element) => readElement(text.value, element, read, true)))
}

const notRequests = (found: string): Refusal => decodeRefusal('bad-shape', `body: ${found}; send the answer of GET requests.json or requests.xml`)

/** Service requests of Open311 GeoReport v2, in JSON or XML, which the body itself tells. */
export const open311: Codec<Options> = {
  name: 'open311',
  summary: {
    zh: 'Open311 GeoReport v2 的诉求列表（JSON 或 XML，自动识别），每件诉求一条消息',
    en: 'Service requests of Open311 GeoReport v2, JSON or XML by themselves: one message per request',
  },
  options,
  sample: {
    options: {},
    body: '[{"service_request_id": "638344", "status": "closed", "service_name": "Sidewalk repair", "requested_datetime": "2026-11-20T06:37:38+08:00", "updated_datetime": "2026-11-23T14:21:08+08:00", "lat": 35.5428, "long": 106.6832, "extended_attributes": {"unit": "城管局"}}]',
    note: { zh: '一件已办结的诉求', en: 'One request, closed' },
  },
  isBinary: false,
  decode,
}
