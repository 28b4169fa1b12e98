import { z } from 'zod'
import type { Refusal } from '../../../contract/rejection.ts'
import type { Codec, Message, StreamDecoder, StreamItem } from '../codec.ts'
import { Assembly } from './frames/assembly.ts'
import type { Unfinished } from './frames/assembly.ts'
import { decodeWhole, streamDecoder } from './frames/framing.ts'
import { Answers, results } from './jt808/answer.ts'
import type { AnswerResult } from './jt808/answer.ts'
import { encodeFrame, jt808Framing, readFrame } from './jt808/frame.ts'
import type { Frame, Header } from './jt808/frame.ts'
import { batchParts, readPosition } from './jt808/position.ts'
import type { Position } from './jt808/position.ts'
import { fleetOf, vehicleId } from './jt808/terminal.ts'

const options = z.strictObject({
  terminal: z
    .enum(['hash', 'last-six'])
    .default('hash')
    .describe(
      '车辆编号的由来:hash 为终端手机号的摘要,last-six 为其末六位;手机号本身从不传出 · how a vehicle is named after its terminal number: by a hash of it, or by its last six digits; the number itself is never handed on',
    ),
  salt: z
    .string()
    .default('')
    .describe(
      '混入摘要的文字,使人不能逐个试出号码;更改后每辆车都换新编号 · mixed into the hash, so that nobody finds the number by trying all; another salt gives every vehicle a new id',
    ),
  fleets: z
    .record(z.string().regex(/^\d{1,20}$/, 'leading digits of terminal numbers, without the zeros in front'), z.string())
    .default({})
    .describe(
      '终端手机号开头几位 → 车辆类型(bus coach hazmat sanitation patrol ambulance fire other) · first digits of terminal numbers → type of vehicle',
    ),
})
type Options = z.infer<typeof options>

/** What one message of a terminal says. Driver, plate and telephone numbers are left out: nothing of ours may ever hold them. */
export interface Jt808Message {
  readonly message: 'position' | 'register' | 'authenticate' | 'heartbeat' | 'log-out' | 'other'
  /** in hexadecimal: 0200 */
  readonly id: string
  readonly vehicle: string
  /** of the options' `fleets` */
  readonly fleet?: string
  readonly edition: 2013 | 2019
  readonly serial: number
  /** of `position` */
  readonly position?: Position
  /** sent late, after a gap in the network */
  readonly isSupplement?: true
}

const names: Readonly<Record<number, Jt808Message['message']>> = {
  0x0002: 'heartbeat',
  0x0003: 'log-out',
  0x0100: 'register',
  0x0102: 'authenticate',
}
const positionId = 0x0200
const batchId = 0x0704

const textOf = (bytes: Buffer): string => bytes.toString('hex').toUpperCase()
const hexId = (id: number): string => id.toString(16).toUpperCase().padStart(4, '0')
const refusal = (code: Refusal['code'], detail: string): Refusal => ({ stage: 'decode', code, detail })

/** What a message became, and what its terminal is told when that is kept. */
interface Read {
  readonly messages: readonly Message[]
  readonly result: AnswerResult
}

class Connection {
  readonly #options: Options
  readonly #assembly = new Assembly()
  readonly #answers = new Answers()
  /** of the latest terminal: nearly always the only one of its connection */
  #named: { readonly phone: string; readonly name: Pick<Jt808Message, 'vehicle' | 'fleet'> } | undefined

  constructor(given: Options) {
    this.#options = given
  }

  /** `frame` is without its closing flag */
  read(frame: Buffer, place: string): readonly StreamItem[] {
    const whole = Buffer.concat([frame, Buffer.from([0x7e])])
    const read = readFrame(frame)
    if (!read.ok) return [{ message: { refusal: read.error, text: textOf(whole), place } }]
    const { header, body } = read.value
    if (header.encryption !== 0) return this.#answered(header, { messages: [encrypted(whole, place)], result: results.unsupported })
    if (header.packet === undefined) return this.#answered(header, this.#say({ header, body }, textOf(whole), place))
    return this.#readPacket(header, header.packet, whole, place)
  }

  rest(): readonly StreamItem[] {
    return this.#assembly.drain().map((unfinished) => ({ message: given(unfinished) }))
  }

  #readPacket(header: Header, packet: NonNullable<Header['packet']>, bytes: Buffer, place: string): readonly StreamItem[] {
    // media and other long messages say nothing we show: each packet is answered, none is held
    if (header.id !== positionId && header.id !== batchId) return this.#answered(header, { messages: [], result: results.unsupported })
    // packets of one message have serials in a row: the first one's serial names it
    const key = `${header.phone} ${hexId(header.id)} ${String((header.serial - packet.index + 1) & 0xffff)}`
    const { whole, dropped } = this.#assembly.put({ key, ...packet, bytes })
    const items = dropped.map((unfinished) => ({ message: given(unfinished) }))
    if (whole === undefined) return [...items, ...this.#answered(header, { messages: [], result: results.done })]
    const body = Buffer.concat(whole.map(bodyOf))
    const said = this.#say({ header, body }, whole.map(textOf).join(''), place)
    return [...items, ...this.#answered(header, said, () => this.#assembly.forget(key))]
  }

  #answered(header: Header, { messages, result }: Read, onTaken?: () => void): readonly StreamItem[] {
    const answer = (isTaken: boolean): Buffer | undefined => {
      if (isTaken) onTaken?.()
      return this.#answers.to(header, isTaken ? result : results.failed)
    }
    if (messages.length === 0) return [{ message: undefined, answer }]
    return messages.map((message, index) => (index === messages.length - 1 ? { message, answer } : { message }))
  }

  #say({ header, body }: Frame, text: string, place: string): Read {
    if (header.id === positionId) {
      const message = this.#position({ header, body }, text, place, false)
      return { messages: [message], result: 'refusal' in message ? results.wrong : results.done }
    }
    if (header.id === batchId) return { messages: this.#batch({ header, body }, text, place), result: results.done }
    const message = names[header.id] ?? 'other'
    const value = { message, ...this.#origin(header) } satisfies Jt808Message
    return { messages: [{ value, text, place }], result: message === 'other' ? results.unsupported : results.done }
  }

  /** Every position is kept by itself, as the single frame it might have come in: so each can be sent through again alone. */
  #batch({ header, body }: Frame, text: string, place: string): readonly Message[] {
    const { isSupplement, parts } = batchParts(body)
    return parts.map(({ index, body: part }) => {
      const at = `${place}, position ${String(index)}`
      if (part === undefined || part.length > 1_023)
        return {
          refusal: refusal('bad-shape', `${at}: its length does not fit; it and what follows cannot be told apart; send true lengths`),
          text,
          place: at,
        }
      const alone = { header: { ...unsplit(header), id: positionId }, body: part }
      return this.#position(alone, textOf(encodeFrame(alone)), at, isSupplement)
    })
  }

  #position({ header, body }: Frame, text: string, place: string, isSupplement: boolean): Message {
    const position = readPosition(body, header.edition)
    if (!position.ok) return { refusal: position.error, text, place }
    const value = {
      message: 'position',
      ...this.#origin(header),
      position: position.value,
      ...(isSupplement ? { isSupplement } : {}),
    } satisfies Jt808Message
    return { value, text, place }
  }

  #origin({ id, phone, edition, serial }: Header): Omit<Jt808Message, 'message'> {
    if (this.#named?.phone !== phone) {
      const fleet = fleetOf(phone, this.#options.fleets)
      this.#named = { phone, name: { vehicle: vehicleId(phone, this.#options), ...(fleet === undefined ? {} : { fleet }) } }
    }
    return { id: hexId(id), ...this.#named.name, edition, serial }
  }
}

function unsplit({ edition, protocol, encryption, phone, serial }: Header): Omit<Header, 'id'> {
  return { edition, ...(protocol === undefined ? {} : { protocol }), encryption, phone, serial }
}

const given = ({ refusal: reason, bytes }: Unfinished): Message => ({ refusal: reason, text: textOf(bytes) })

function encrypted(frame: Buffer, place: string): Message {
  const detail = 'body: encrypted (attributes, bits 10-12), which cannot be read here; set the terminal to send in clear, over a private network'
  return { refusal: refusal('bad-encoding', detail), text: textOf(frame), place }
}

function bodyOf(frame: Buffer): Buffer {
  const read = readFrame(frame.subarray(0, -1))
  return read.ok ? read.value.body : Buffer.alloc(0)
}

function openJt808(given: Options): StreamDecoder {
  const connection = new Connection(given)
  return streamDecoder({
    framing: jt808Framing,
    textOf,
    read: (frame, place) => connection.read(frame, place),
    rest: () => connection.rest(),
  })
}

/** JT/T 808-2013 and -2019: terminals in vehicles. Each is answered as it expects, else it sends everything again. */
export const jt808: Codec<Options> = {
  name: 'jt808',
  summary: {
    zh: '道路运输车辆卫星定位终端通讯协议 JT/T 808(2013、2019):转义、校验、分包合并、注册与应答、位置及批量位置',
    en: 'JT/T 808 (2013 and 2019), terminals in vehicles: escapes, checksum, split packets, registration, answers, positions and batches',
  },
  options,
  sample: {
    options: {},
    body: '7E02000026123456789012007D02000000010000000200BA7F0E07E4F11C0028003C00001810151010100104000000640202007D01137E',
    note: {
      zh: '7E 起止;0200 为位置,2013 版消息头;北纬 12.222222、东经 132.444444、6.0 km/h、2018-10-15 10:10:10(GMT+8);附加里程 10 km、油量 12.5 L',
      en: '7E begins and ends; 0200 is a position, header of 2013: 12.222222 N, 132.444444 E, 6.0 km/h, 2018-10-15 10:10:10 (GMT+8), mileage 10 km, fuel 12.5 L',
    },
  },
  isBinary: true,
  decode: (raw, chosen, limits) => decodeWhole(openJt808(chosen), raw, limits, textOf),
  openStream: openJt808,
}
