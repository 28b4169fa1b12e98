import { z } from 'zod'
import type { Codec, Message, StreamDecoder, StreamItem } from '../codec.ts'
import { Assembly } from './frames/assembly.ts'
import type { Unfinished } from './frames/assembly.ts'
import { bcdTime } from './frames/bcd.ts'
import { decodeWhole, streamDecoder } from './frames/framing.ts'
import { readElements } from './sl651/elements.ts'
import type { ElementReading } from './sl651/elements.ts'
import { encodeAnswer, endings, readFrame, sl651Framing } from './sl651/frame.ts'
import type { UpFrame } from './sl651/frame.ts'

const options = z.strictObject({
  stayOnline: z
    .boolean()
    .default(true)
    .describe(
      '确认后是否要求遥测站保持在线(ESC 1B);false 为传输结束、可挂断(EOT 04) · whether a station is told to keep the line after a report (ESC 1B), or that it may hang up (EOT 04)',
    ),
})
type Options = z.infer<typeof options>

/** What one report of a station says. Its password is left out. */
export interface Sl651Message {
  /** ten digits */
  readonly station: string
  /** 功能码 in hexadecimal: 2F heartbeat, 32 timed, 34 hour … */
  readonly function: string
  readonly serial: number
  /** local time of the station; absent when it is no time */
  readonly sentAt?: string
  /** 遥测站分类码: H river, P rain, K reservoir … */
  readonly stationClass?: string
  readonly readings: readonly ElementReading[]
}

const codes = { heartbeat: 0x2f, evenInterval: 0x31, picture: 0x36 } as const
/** Reports that a station makes by itself, and waits to be told that they have come: 30 test to 36 picture. */
const isReport = (code: number): boolean => code >= 0x30 && code <= 0x36
/** Reports, and answers to queries (37, 38, 3A), that hold elements. */
const holdsElements = (code: number): boolean => (isReport(code) && code !== codes.picture) || [0x37, 0x38, 0x3a].includes(code)
/** serial and time */
const headLength = 8

const textOf = (bytes: Buffer): string => bytes.toString('hex').toUpperCase()
const hexCode = (code: number): string => code.toString(16).toUpperCase().padStart(2, '0')

/** The message, and beside it the refusal of elements that could not be read. */
function messagesOf({ station, code, body }: UpFrame, text: string, place: string): readonly Message[] {
  if (body.length < headLength) {
    const detail = `body: ${String(body.length)} bytes; send at least a serial number and a time, 8 bytes`
    return [{ refusal: { stage: 'decode', code: 'bad-shape', detail }, text, place }]
  }
  const sentAt = bcdTime(body.subarray(2, headLength))
  const report = holdsElements(code) ? readElements(body.subarray(headLength), sentAt, code === codes.evenInterval) : { readings: [], problems: [] }
  const { problems, ...said } = report
  const value = {
    station,
    function: hexCode(code),
    serial: body.readUInt16BE(0),
    ...(sentAt === undefined ? {} : { sentAt }),
    ...said,
  } satisfies Sl651Message
  if (problems.length === 0) return [{ value, text, place }]
  const detail = `${problems.slice(0, 3).join('; ')}; send each element as mark, length byte and BCD`
  return [
    { value, text, place },
    { refusal: { stage: 'decode', code: 'bad-shape', detail }, text, place },
  ]
}

class Connection {
  readonly #assembly = new Assembly()
  readonly #ending: number
  /** serial and time of split pictures, by station, which stand in the first packet only */
  readonly #pictures = new Map<string, Buffer>()

  constructor({ stayOnline }: Options) {
    this.#ending = stayOnline ? endings.stay : endings.bye
  }

  read(bytes: Buffer, place: string): readonly StreamItem[] {
    const frame = readFrame(bytes)
    if (frame.packet === undefined) return this.#answered(frame, messagesOf(frame, textOf(bytes), place))
    const { total, index } = frame.packet
    if (index < 1 || index > total) {
      const detail = `packet ${String(index)} of ${String(total)}: number packets from 1`
      return [{ message: { refusal: { stage: 'decode', code: 'bad-shape', detail }, text: textOf(bytes), place } }]
    }
    return frame.code === codes.picture ? this.#readPicture(frame, frame.packet) : this.#readPacket(frame, frame.packet, bytes, place)
  }

  rest(): readonly StreamItem[] {
    return this.#assembly.drain().map((unfinished) => ({ message: given(unfinished) }))
  }

  /** A picture is hundreds of packets and no reading: none is held, and the last is answered. */
  #readPicture(frame: UpFrame, { total, index }: NonNullable<UpFrame['packet']>): readonly StreamItem[] {
    if (index === 1) {
      if (this.#pictures.size >= 16) this.#pictures.clear()
      this.#pictures.set(frame.station, Buffer.from(frame.body.subarray(0, headLength)))
    }
    if (index < total) return [{ message: undefined }]
    const body = this.#pictures.get(frame.station) ?? Buffer.alloc(headLength)
    this.#pictures.delete(frame.station)
    return this.#answered({ ...frame, body }, [])
  }

  #readPacket(frame: UpFrame, packet: NonNullable<UpFrame['packet']>, bytes: Buffer, place: string): readonly StreamItem[] {
    const key = `${frame.station} ${hexCode(frame.code)}`
    const { whole, dropped } = this.#assembly.put({ key, ...packet, bytes })
    const items = dropped.map((unfinished) => ({ message: given(unfinished) }))
    // M3: the packets follow one another, and only the last is answered
    if (whole === undefined) return [...items, { message: undefined }]
    const report = { ...frame, body: Buffer.concat(whole.map((part) => readFrame(part).body)) }
    const messages = messagesOf(report, whole.map(textOf).join(''), place)
    return [...items, ...this.#answered(report, messages, () => this.#assembly.forget(key))]
  }

  #answered(frame: UpFrame, messages: readonly Message[], onTaken?: () => void): readonly StreamItem[] {
    const answer = (isTaken: boolean): Buffer | undefined => {
      if (isTaken) onTaken?.()
      return isReport(frame.code) ? encodeAnswer(frame, isTaken ? this.#ending : endings.again) : undefined
    }
    const isSilent = !isReport(frame.code) && onTaken === undefined
    if (messages.length === 0) return [{ message: undefined, answer }]
    return messages.map((message, index) => (index === messages.length - 1 && !isSilent ? { message, answer } : { message }))
  }
}

const given = ({ refusal, bytes }: Unfinished): Message => ({ refusal, text: textOf(bytes) })

function openSl651(chosen: Options): StreamDecoder {
  const connection = new Connection(chosen)
  return streamDecoder({
    framing: sl651Framing,
    textOf,
    read: (frame, place) => connection.read(frame, place),
    rest: () => connection.rest(),
  })
}

/** SL 651-2014 in HEX mode: water level, rain and flow stations. */
export const sl651: Codec<Options> = {
  name: 'sl651',
  summary: {
    zh: '水文监测数据通信规约 SL 651-2014(HEX 编码):校验、多包合并、确认应答、水位雨量流量等要素',
    en: 'SL 651-2014 (HEX), hydrological stations: CRC, split reports, acknowledgement, elements such as water level, rain and flow',
  },
  options,
  sample: {
    options: {},
    body: '7E7E05001122334403E832002B020034170718110016F1F1001122334448F0F01707181100201900004026190000403923000104903812109903A421',
    note: {
      zh: '7E7E 开始;测站 0011223344;功能码 32 定时报;F0F0 观测时间 2017-07-18 11:00;20 当前降水量 4.0 mm、26 累计 4.0 mm、39 水位 10.490 m、38 电压 10.99 V;A421 为 CRC',
      en: '7E7E begins; station 0011223344; function 32, a timed report; F0F0 observed at 2017-07-18 11:00; 20 rain 4.0 mm, 26 accumulated 4.0 mm, 39 water level 10.490 m, 38 voltage 10.99 V; A421 is the CRC',
    },
  },
  isBinary: true,
  decode: (raw, chosen, limits) => decodeWhole(openSl651(chosen), raw, limits, textOf),
  openStream: openSl651,
}
