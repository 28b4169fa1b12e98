import { z } from 'zod'
import { fail, ok } from '../../../contract/result.ts'
import type { Result } from '../../../contract/result.ts'
import type { Refusal } from '../../../contract/rejection.ts'
import type { BodyRefusal, Codec, DecodeLimits, Message, RawMessage } from '../codec.ts'
import { capAlert, capLists } from './cap-alert.ts'
import { decodeRefusal, quoted, refuseBody, tooManyMessages } from './decode-refusal.ts'
import { autoEncoding } from './text-encoding.ts'
import { outlineXml } from './xml-elements.ts'
import type { XmlOutline } from './xml-elements.ts'
import { xmlText } from './xml-text.ts'
import { resolveReferences, xmlReader } from './xml-value.ts'
import { readElement } from './xml.ts'

const options = z.strictObject({ encoding: autoEncoding })
type Options = z.infer<typeof options>

async function decode(raw: RawMessage, { encoding }: Options, limits: DecodeLimits): Promise<Result<readonly Message[], BodyRefusal>> {
  const text = xmlText(raw, encoding)
  const messages = text.ok ? await alertsIn(text.value, limits) : text
  return messages.ok ? messages : refuseBody(raw, messages.error)
}

async function alertsIn(document: string, { mostMessages }: DecodeLimits): Promise<Result<readonly Message[], Refusal>> {
  const found = await findAlerts(document)
  if (!found.ok) return found
  const { text, outline } = found.value
  if (outline.elements.length > mostMessages) return fail(tooManyMessages('body', mostMessages))
  const read = xmlReader({ attributePrefix: '_', lists: capLists, keepsPrefixes: false })
  return ok(outline.elements.map((element) => alertOf(readElement(text, element, read, true), text.slice(element.start, element.end))))
}

interface Found {
  readonly text: string
  readonly outline: XmlOutline
}

/**
 * Alerts wherever they stand: alone, under an envelope's or an Atom feed's elements, or as text inside a SOAP answer. A list of nothing is fine.
 * Errors: what `outlineXml` refuses, and `bad-shape` for a document that is about something else.
 */
async function findAlerts(text: string): Promise<Result<Found, Refusal>> {
  const outer = await outline(text)
  if (!outer.ok || outer.value.elements.length > 0) return outer.ok ? ok({ text, outline: outer.value }) : outer
  const inside = unwrapped(text)
  const inner = inside === undefined ? undefined : await outline(inside)
  if (inside !== undefined && inner?.ok === true && inner.value.elements.length > 0) return ok({ text: inside, outline: inner.value })
  if (/^(?:feed|rss|alerts|list|envelope|response|result)$/i.test(outer.value.root)) return ok({ text, outline: outer.value })
  return fail(decodeRefusal('bad-shape', `body: no element "alert" in ${quoted(outer.value.root)}; send alerts of CAP 1.2 or GB/T 35965.1`))
}

const outline = (text: string): Promise<Result<XmlOutline, Refusal>> => outlineXml(text, (path) => path.at(-1) === 'alert')

/** A document whose alerts are written as text, with the alerts as elements; undefined when there are none. */
function unwrapped(text: string): string | undefined {
  if (!/(?:&lt;|<!\[CDATA\[\s*<)/.test(text)) return undefined
  return resolveReferences(text.replaceAll(/<!\[CDATA\[|\]\]>/g, '')).replaceAll(/<\?xml[^>]*\?>/g, '')
}

function alertOf(message: Message, text: string): Message {
  if ('refusal' in message) return message
  const place = message.place ?? ''
  const value = capAlert(message.value)
  if (value !== undefined) return { value, text, place }
  return { refusal: decodeRefusal('bad-shape', `${place}: an alert without identifier; send one, which no other alert has`), text, place }
}

const sample = `<?xml version="1.0" encoding="UTF-8"?>
<alert>
  <identifier>62080241600000_20261123142108_0</identifier>
  <sender>崆峒区气象局</sender>
  <senderCode>62080241600000</senderCode>
  <sendTime>2026-11-23 14:21:08+08:00</sendTime>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
  <references/>
  <info>
    <language>zh-CN</language>
    <eventType>11B06</eventType>
    <severity>Blue</severity>
    <effective>2026-11-23 14:30:00+08:00</effective>
    <headline>崆峒区气象局发布大风蓝色预警[IV级/一般]</headline>
    <description>预计未来24小时，我区大部分地区将出现5级左右偏北风，阵风7级，请注意防范。</description>
    <area>
      <areaDesc>崆峒区</areaDesc>
      <geocode>620802000000</geocode>
    </area>
  </info>
</alert>
`

/** Warnings in CAP 1.2 (OASIS, 2010) and in the format of GB/T 35965.1-2018, alone or several in one document. */
export const cap: Codec<Options> = {
  name: 'cap',
  summary: {
    zh: '预警：CAP 1.2 与 GB/T 35965.1（国突）两种 XML，读成同一模型；信封、Atom、SOAP 里的也认',
    en: 'Warnings of CAP 1.2 and GB/T 35965.1 in one model; also inside an envelope, an Atom feed or a SOAP answer',
  },
  options,
  sample: {
    options: {},
    body: sample,
    note: { zh: '国家预警格式：颜色写在 severity，区划编码写在 geocode', en: 'The national format: the colour is in severity, the area in geocode' },
  },
  isBinary: false,
  decode,
}
