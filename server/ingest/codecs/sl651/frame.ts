import type { Cut, Framing } from '../frames/framing.ts'
import { modbusCrc } from '../frames/crc16.ts'

/** 上行报文, HEX mode */
export interface UpFrame {
  /** 中心站地址 */
  readonly centre: number
  /** 遥测站地址: ten digits */
  readonly station: string
  /** 密码: four hexadecimal digits */
  readonly password: string
  /** 功能码 */
  readonly code: number
  /** of a report sent in several packets (M3) */
  readonly packet?: { readonly total: number; readonly index: number }
  readonly body: Buffer
}

/** How the centre ends an answer. stay: the station keeps the line · bye: it may hang up · again: it must send again */
export const endings = { stay: 0x1b, bye: 0x04, again: 0x15 } as const

const marks = { stx: 0x02, etx: 0x03, syn: 0x16, etb: 0x17 } as const
/** two marks, centre, station, password, function, length */
const headLength = 13
const packetLength = 3
/** end mark and CRC */
const tailLength = 3
const lengthBits = 0xfff
const longestFrame = headLength + 1 + packetLength + lengthBits + tailLength

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0')

function start(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0x7e, from); at !== -1; at = bytes.indexOf(0x7e, at + 1)) {
    if (bytes[at + 1] === 0x7e || at + 1 === bytes.length) return at
  }
  return bytes.length
}

/** Why a head is none, as far as it has come. */
function problemOf(bytes: Buffer): string | undefined {
  if (bytes.length > headLength && bytes[headLength] !== marks.stx && bytes[headLength] !== marks.syn)
    return `start mark: found ${hex(bytes[headLength] ?? 0).slice(2)}; send 02, or 16 for one of several packets`
  const direction = bytes.length < headLength ? 0 : (bytes[headLength - 2] ?? 0) >> 4
  return direction === 0 ? undefined : `direction: found ${direction.toString(16)}; stations send 0 (up)`
}

/** Makers disagree on whether the length of a split report counts its three bytes of packet numbers: that way is right whose CRC is. */
function lengthsOf(bytes: Buffer): readonly number[] {
  const stated = bytes.readUInt16BE(headLength - 2) & lengthBits
  const whole = headLength + 1 + stated + tailLength
  return bytes[headLength] === marks.syn ? [whole, whole + packetLength] : [whole]
}

function cut(bytes: Buffer): Cut {
  const problem = problemOf(bytes)
  const broken = (length: number, detail: string): Cut => ({ kind: 'broken', length, refusal: { stage: 'decode', code: 'bad-syntax', detail } })
  if (problem !== undefined) return broken(start(bytes, 1), problem)
  if (bytes.length <= headLength) return { kind: 'wait' }
  const lengths = lengthsOf(bytes)
  const right = lengths.find((length) => bytes.length >= length && isSound(bytes.subarray(0, length)))
  if (right !== undefined) return { kind: 'frame', length: right }
  const [shortest = 0] = lengths
  if (bytes.length < Math.max(...lengths)) return { kind: 'wait' }
  const found = hex(bytes.readUInt16BE(shortest - 2))
  const computed = hex(modbusCrc(bytes.subarray(0, shortest - 2)))
  const detail = `CRC: found ${found}, right for these ${String(shortest - 2)} bytes is ${computed} (high byte first); damaged on its way, or its length is wrong`
  return broken(Math.min(shortest, start(bytes, 2)), detail)
}

function isSound(frame: Buffer): boolean {
  const end = frame[frame.length - tailLength]
  // a station that asks something ends with ENQ; the CRC decides, the mark only says what kind
  return end !== undefined && frame.readUInt16BE(frame.length - 2) === modbusCrc(frame.subarray(0, -2))
}

export const sl651Framing: Framing = {
  longestFrame,
  start,
  cut,
  isFiller: () => false,
  noiseCure: 'a frame begins with 7E7E (HEX mode); the ASCII mode, which begins with 01, is not read: set the station to HEX',
}

/** Reads a frame that `sl651Framing` has cut. */
export function readFrame(frame: Buffer): UpFrame {
  const isSplit = frame[headLength] === marks.syn
  const numbers = isSplit ? frame.readUIntBE(headLength + 1, packetLength) : 0
  return {
    centre: frame[2] ?? 0,
    station: frame.toString('hex', 3, 8).toUpperCase(),
    password: frame.toString('hex', 8, 10).toUpperCase(),
    code: frame[10] ?? 0,
    ...(isSplit ? { packet: { total: numbers >> 12, index: numbers & lengthBits } } : {}),
    body: frame.subarray(headLength + 1 + (isSplit ? packetLength : 0), -tailLength),
  }
}

const closed = (bytes: Buffer): Buffer => Buffer.concat([bytes, uint(modbusCrc(bytes), 2)])

const uint = (value: number, bytes: 2 | 3): Buffer => Buffer.from(value.toString(16).padStart(2 * bytes, '0'), 'hex')
const marksOfBeginning = Buffer.from([0x7e, 0x7e])

/** A frame as stations send it, for simulators and tests. The body must hold at most 4,092 bytes. */
export function encodeUp({ centre, station, password, code, packet, body }: UpFrame): Buffer {
  const isLast = packet === undefined || packet.index === packet.total
  const numbers = packet === undefined ? Buffer.alloc(0) : uint((packet.total << 12) | packet.index, 3)
  return closed(
    Buffer.concat([
      marksOfBeginning,
      Buffer.from([centre]),
      Buffer.from(station + password, 'hex'),
      Buffer.from([code]),
      uint(numbers.length + body.length, 2),
      Buffer.from([packet === undefined ? marks.stx : marks.syn]),
      numbers,
      body,
      Buffer.from([isLast ? marks.etx : marks.etb]),
    ]),
  )
}

/** 下行确认: the station comes before the centre, and its own serial and time are given back, so that no clock is set by mistake. */
export function encodeAnswer({ centre, station, password, code, body }: UpFrame, ending: number): Buffer {
  const serialAndTime = body.subarray(0, 8)
  return closed(
    Buffer.concat([
      marksOfBeginning,
      Buffer.from(station, 'hex'),
      Buffer.from([centre]),
      Buffer.from(password, 'hex'),
      Buffer.from([code]),
      uint(0x8000 | serialAndTime.length, 2),
      Buffer.from([marks.stx]),
      serialAndTime,
      Buffer.from([ending]),
    ]),
  )
}
