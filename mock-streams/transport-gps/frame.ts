import type { Cut } from '../devices/line.ts'

/** Frames of JT/T 808, 2013 and 2019, as a terminal in a vehicle writes and reads them. */

export type Edition = 2013 | 2019

export interface Terminal {
  readonly edition: Edition
  /** 终端手机号, at most 12 digits, in 2019 at most 20 */
  readonly phone: string
}

export const uint16 = (value: number): Buffer => number(value, 2)
export const uint32 = (value: number): Buffer => number(value, 4)

function number(value: number, bytes: 2 | 4): Buffer {
  const written = Buffer.alloc(bytes)
  written.writeUIntBE(value, 0, bytes)
  return written
}

/** A whole frame. The body must hold at most 1,023 bytes. */
export function frameOf(
  { edition, phone }: Terminal,
  { id, serial, body }: { readonly id: number; readonly serial: number; readonly body: Buffer },
): Buffer {
  const is2019 = edition === 2019
  const head = Buffer.concat([
    uint16(id),
    uint16(body.length | (is2019 ? 0x4000 : 0)),
    Buffer.from(is2019 ? '01' : '', 'hex'),
    Buffer.from(phone.padStart(is2019 ? 20 : 12, '0'), 'hex'),
    uint16(serial & 0xffff),
  ])
  const bytes = Buffer.concat([head, body])
  return escaped(Buffer.concat([bytes, Buffer.from([bytes.reduce((sum, byte) => sum ^ byte, 0)])]))
}

const flag = 0x7e

function escaped(bytes: Buffer): Buffer {
  const inside = [...bytes].flatMap((byte) => (byte === flag ? [0x7d, 0x02] : byte === 0x7d ? [0x7d, 0x01] : [byte]))
  return Buffer.from([flag, ...inside, flag])
}

/** What stands between two flags, without its escapes. */
export function cutAnswer(received: Buffer): Cut {
  const start = received.indexOf(flag)
  const end = start === -1 ? -1 : received.indexOf(flag, start + 1)
  if (end === -1) return undefined
  const inside = received.subarray(start + 1, end).toString('latin1')
  const plain = inside.replaceAll(/}([\u0001\u0002])/g, (_, mark: string) => (mark === '\u0002' ? '~' : '}'))
  return { answer: Buffer.from(plain, 'latin1'), length: end + 1 }
}

/** The body of an answer: what its header and checksum leave. */
export function answerBody(answer: Buffer, edition: Edition): { readonly id: number; readonly body: Buffer } {
  return { id: answer.readUInt16BE(0), body: answer.subarray(edition === 2019 ? 17 : 12, -1) }
}

export interface Fix {
  /** undefined without a fix, as in a tunnel */
  readonly place: readonly [longitude: number, latitude: number] | undefined
  /** km/h */
  readonly speed: number
  readonly heading: number
  readonly altitude: number
  readonly isIgnitionOn: boolean
  readonly alarmBits: number
  /** km on the clock */
  readonly mileage: number
  /** local time, `2026-11-23 14:21:08` */
  readonly time: string
}

/** 0200: the 28 bytes of a position in the north-eastern quarter of the world, then mileage, satellites, and an item of the maker's own. */
export function positionBody({ place, speed, heading, altitude, isIgnitionOn, alarmBits, mileage, time }: Fix): Buffer {
  const [longitude, latitude] = place ?? [0, 0]
  return Buffer.concat([
    uint32(alarmBits),
    uint32((isIgnitionOn ? 1 : 0) | (place === undefined ? 0 : 2)),
    uint32(Math.round(latitude * 1e6)),
    uint32(Math.round(longitude * 1e6)),
    uint16(Math.round(altitude)),
    uint16(Math.round(speed * 10)),
    uint16(Math.round(heading) % 360),
    Buffer.from(time.replaceAll(/\D/g, '').slice(2), 'hex'),
    item(0x01, uint32(Math.round(mileage * 10))),
    item(0x31, Buffer.from([place === undefined ? 0 : 14])),
    item(0xe1, Buffer.from('0a5b', 'hex')),
  ])
}

const item = (id: number, value: Buffer): Buffer => Buffer.concat([Buffer.from([id, value.length]), value])

export interface Registration {
  readonly maker: string
  readonly model: string
  readonly terminalId: string
  /** in GBK */
  readonly plate: Buffer
}

const field = (text: string, bytes: number): Buffer => Buffer.concat([Buffer.from(text), Buffer.alloc(bytes)]).subarray(0, bytes)

/** 0100: province, county, maker, model, terminal, colour of the plate, the plate itself. */
export function registrationBody(edition: Edition, { maker, model, terminalId, plate }: Registration): Buffer {
  const [makerBytes, modelBytes, idBytes] = edition === 2019 ? [11, 30, 30] : [5, 20, 7]
  const yellow = 2
  return Buffer.concat([
    uint16(62),
    uint16(802),
    field(maker, makerBytes),
    field(model, modelBytes),
    field(terminalId, idBytes),
    Buffer.from([yellow]),
    plate,
  ])
}

/** 0102: the code the centre gave at registration; in 2019 with its length, the IMEI and the software's version. */
export const loginBody = (edition: Edition, code: Buffer): Buffer =>
  edition === 2013 ? code : Buffer.concat([Buffer.from([code.length]), code, field('866897050012345', 15), field('V2.3.1', 20)])
