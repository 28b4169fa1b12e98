import { isAscii } from 'node:buffer'
import { z } from 'zod'
import type { Refusal } from '../../../contract/rejection.ts'
import type { Codec, StreamDecoder, StreamItem } from '../codec.ts'
import { legible } from '../legible-text.ts'
import { Assembly } from './frames/assembly.ts'
import { decodeWhole, streamDecoder } from './frames/framing.ts'
import { dataOf, encodeFrame, hj212Framing, parseItems, parseSegment } from './hj212/segment.ts'
import type { Segment } from './hj212/segment.ts'

/** What one message of a device says. Its password is left out: it protects nothing, and is nobody's business. */
export interface Hj212Message {
  readonly qn?: string
  readonly st?: string
  readonly cn: string
  readonly mn: string
  readonly flag?: number
  /** as sent: 14 or 17 digits, the device's local time */
  readonly dataTime?: string
  /** what stands in the data area by itself */
  readonly fields: Readonly<Record<string, string>>
  /** by factor code, the sub-fields: Rtd, Min, Avg, Max, Cou, Flag … */
  readonly factors: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** The standard has ASCII alone; what is more is read as well as it can be. */
const textOf = (bytes: Buffer): string => (isAscii(bytes) ? bytes.toString('latin1') : legible(bytes, undefined))

/** 9011-9014 are answers themselves: answering them would never end. */
const isAnswer = (cn: string): boolean => /^901[1-4]$/.test(cn)
/** 1013, the request to set its clock, is a notice and not data. */
const answerTo = (cn: string): string => (cn === '1013' ? '9013' : '9014')

/** The answer of HJ 212-2017 to a message whose Flag asks for one: the same QN, PW and MN, and the version of its Flag. */
function answerOf(segment: Segment): ((isTaken: boolean) => Buffer | undefined) | undefined {
  const { qn, cn, pw, mn, flag = 0 } = segment
  if ((flag & 1) === 0 || isAnswer(cn)) return undefined
  const answer = { qn, st: '91', cn: answerTo(cn), pw, mn, flag: flag & 0xfc, cp: '' }
  // a message that is not answered is sent again
  return (isTaken) => (isTaken ? encodeFrame(answer) : undefined)
}

function valueOf({ qn, st, cn, mn, flag }: Segment, items: ReturnType<typeof parseItems>): Hj212Message {
  const { DataTime: dataTime, ...fields } = items.fields
  return {
    ...(qn === undefined ? {} : { qn }),
    ...(st === undefined ? {} : { st }),
    cn,
    mn,
    ...(flag === undefined ? {} : { flag }),
    ...(dataTime === undefined ? {} : { dataTime }),
    fields,
    factors: items.factors,
  }
}

/** The message, and beside it the refusal of items that could not be read. */
function itemsOf(segment: Segment, cp: string, text: string, place: string): readonly StreamItem[] {
  const items = parseItems(cp)
  const message: StreamItem = { message: { value: valueOf(segment, items), text, place } }
  if (items.unread.length === 0) return [message]
  const quoted = items.unread.slice(0, 3).map((item) => JSON.stringify(item.slice(0, 40)))
  const detail = `CP: ${quoted.join(', ')} cannot be read; send name=value, or factor-name=value`
  return [message, { message: { refusal: { stage: 'decode', code: 'bad-syntax', detail }, text, place } }]
}

function openHj212(): StreamDecoder {
  const assembly = new Assembly()
  const refused = (refusal: Refusal, bytes: Buffer, place?: string): StreamItem => ({
    message: { refusal, text: textOf(bytes), ...(place === undefined ? {} : { place }) },
  })

  const readPacket = (
    segment: Segment,
    packet: { readonly total: number; readonly index: number },
    frame: Buffer,
    place: string,
  ): readonly StreamItem[] => {
    const key = [segment.mn, segment.cn, segment.qn].join(' ')
    const { whole, dropped } = assembly.put({ key, ...packet, bytes: frame })
    const items =
      whole === undefined ? [{ message: undefined }] : itemsOf(segment, whole.map(areaOf).join(';'), whole.map(textOf).join('\r\n'), place)
    const answer = answerOf(segment)
    return [
      ...dropped.map(({ refusal, bytes }) => refused(refusal, bytes, place)),
      ...withAnswer(items, (isTaken) => {
        if (whole !== undefined && isTaken) assembly.forget(key)
        return answer?.(isTaken)
      }),
    ]
  }

  return streamDecoder({
    framing: hj212Framing,
    textOf,
    read(frame, place) {
      const text = textOf(frame)
      const segment = parseSegment(textOf(dataOf(frame)))
      if (!segment.ok) return [{ message: { refusal: segment.error, text, place } }]
      if (segment.value.packet !== undefined) return readPacket(segment.value, segment.value.packet, frame, place)
      return withAnswer(itemsOf(segment.value, segment.value.cp, text, place), answerOf(segment.value))
    },
    rest: () => assembly.drain().map(({ refusal, bytes }) => refused(refusal, bytes)),
  })
}

/** The answer goes with the last item of what it answers. */
function withAnswer(items: readonly StreamItem[], answer: StreamItem['answer']): readonly StreamItem[] {
  if (answer === undefined) return items
  return items.map((item, index) => (index === items.length - 1 ? { ...item, answer } : item))
}

function areaOf(frame: Buffer): string {
  const segment = parseSegment(textOf(dataOf(frame)))
  return segment.ok ? segment.value.cp : ''
}

const options = z.strictObject({})

/** HJ 212-2017, and what devices of 2005 and 2025 send: text frames with a CRC, from data loggers of air and water stations. */
export const hj212: Codec<z.infer<typeof options>> = {
  name: 'hj212',
  summary: {
    zh: '污染物在线监控(监测)系统数据传输标准 HJ 212:校验、分包合并、应答(9014)',
    en: 'HJ 212, pollution monitoring: CRC, split packets, answers (9014)',
  },
  options,
  sample: {
    options: {},
    body: '##0139ST=32;CN=2011;PW=123456;MN=LD130133000015;CP=&&DataTime=20160824003817000;B01-Rtd=36.91;011-Rtd=231.0,011-Flag=N;060-Rtd=1.803,060-Flag=N&&4980\r\n',
    note: {
      zh: '## + 四位长度 + 数据段 + 四位 CRC + 回车换行;CN=2011 为实时数据,011 为化学需氧量,060 为氨氮,Flag=N 为正常',
      en: '## + four digits of length + data + four digits of CRC + CR LF; CN=2011 is real time, 011 is COD, 060 is ammonia nitrogen, Flag=N is normal',
    },
  },
  isBinary: false,
  decode: (raw, _options, limits) => decodeWhole(openHj212(), raw, limits, textOf),
  openStream: openHj212,
}
