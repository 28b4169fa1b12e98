import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import { fail, ok } from '../../../contract/result.ts'
import type { Result } from '../../../contract/result.ts'
import type { Refusal } from '../../../contract/rejection.ts'
import type { BodyRefusal, Codec, DecodeLimits, Message, RawMessage } from '../codec.ts'
import { decodeRefusal, refuseBody, tooManyMessages } from './decode-refusal.ts'
import { rowsPath } from './rows-path.ts'
import { autoEncoding } from './text-encoding.ts'
import { atPath, notAtPath, outlineXml } from './xml-elements.ts'
import type { XmlElement } from './xml-elements.ts'
import { xmlText } from './xml-text.ts'
import { xmlReader } from './xml-value.ts'

const options = z.strictObject({
  encoding: autoEncoding,
  rows: rowsPath
    .optional()
    .describe(
      '重复元素从根起的路径（不带命名空间前缀），如 list.item；不写则整个文档是一条消息 · path of the repeated element; left out: one message',
    ),
  attributes: z.string().max(10).default('_').describe('属性名前缀 · put before the names of attributes'),
  arrays: z.array(z.string()).default([]).describe('总是当作列表的元素名 · names of elements that are lists even when there is one'),
  namespaces: z.enum(['drop', 'keep']).default('drop').describe('命名空间前缀去掉或保留 · cap:alert is alert, or stays cap:alert'),
})
type Options = z.infer<typeof options>

/** Elements built in one turn of the event loop: a few milliseconds. */
const sliceSize = 500
/** Characters of one element that is built in one go. */
const largestElement = 2 * 1024 * 1024

async function decode(raw: RawMessage, given: Options, limits: DecodeLimits): Promise<Result<readonly Message[], BodyRefusal>> {
  const text = xmlText(raw, given.encoding)
  const messages = text.ok ? await messagesOf(text.value, given, limits) : text
  return messages.ok ? messages : refuseBody(raw, messages.error)
}

async function messagesOf(text: string, { rows, ...shape }: Options, limits: DecodeLimits): Promise<Result<readonly Message[], Refusal>> {
  const outline = await outlineXml(text, rows === undefined ? (path) => path.length === 1 : atPath(rows))
  if (!outline.ok) return outline
  const { elements } = outline.value
  const absent = rows === undefined ? undefined : notAtPath(outline.value, rows)
  if (absent !== undefined) return fail(absent)
  if (elements.length > limits.mostMessages) return fail(tooManyMessages(rows ?? 'body', limits.mostMessages))
  const read = xmlReader({
    attributePrefix: shape.attributes,
    lists: new Set(shape.arrays),
    keepsPrefixes: shape.namespaces === 'keep',
  })
  const messages: Message[] = []
  for (const element of elements) {
    messages.push(readElement(text, element, read, rows !== undefined))
    if (messages.length % sliceSize === 0) await nextTurn()
  }
  return ok(messages)
}

/** A row is what stands in its element; a whole document keeps the name of its outermost one. */
export function readElement(text: string, { start, end, line }: XmlElement, read: (text: string) => unknown, isRow: boolean): Message {
  const place = `line ${String(line)}`
  const own = text.slice(start, end)
  if (own.length > largestElement) return { refusal: tooLarge(place), text: own, place }
  try {
    const value = read(own)
    return { value: isRow ? onlyField(value) : value, place }
  } catch {
    // names such as __proto__, which the parser will not build
    return { refusal: decodeRefusal('bad-syntax', `${place}: an element or attribute has a name that cannot be read; rename it`), text: own, place }
  }
}

function tooLarge(place: string): Refusal {
  const detail = `${place}: one message of more than ${String(largestElement)} characters; name the element that repeats in codec.rows`
  return decodeRefusal('too-large', detail)
}

const onlyField = (value: unknown): unknown => (typeof value === 'object' && value !== null ? Object.values(value)[0] : value)

/** XML documents of any platform. Entities, DOCTYPE and everything that reaches outside the document are refused. */
export const xml: Codec<Options> = {
  name: 'xml',
  summary: {
    zh: 'XML：rows 指出重复元素，每个是一条消息；不解析 DOCTYPE 与实体；值都是文字',
    en: 'XML: `rows` names the repeated element, each is one message; no DOCTYPE, no entities; values stay text',
  },
  options,
  sample: {
    options: { rows: 'response.list.station' },
    body: '<?xml version="1.0" encoding="UTF-8"?>\n<response>\n  <list>\n    <station code="62080201"><name>八里桥</name><level>1265.32</level></station>\n    <station code="62080202"><name>崆峒峡</name><level>1402.10</level></station>\n  </list>\n</response>\n',
    note: { zh: '属性 code 成为 _code；两个测站，两条消息', en: 'The attribute code becomes _code; two stations, two messages' },
  },
  isBinary: false,
  decode,
}
