import type { Refusal, RejectionCode } from '../../../../contract/rejection.ts'
import { fail, ok } from '../../../../contract/result.ts'
import type { Result } from '../../../../contract/result.ts'
import type { Framing } from '../frames/framing.ts'

/** 消息头 */
export interface Header {
  readonly id: number
  /** told by bit 14 of the attributes: the header of 2019 has a version byte and ten bytes of terminal number instead of six */
  readonly edition: 2013 | 2019
  /** 协议版本号 of a header of 2019 */
  readonly protocol?: number
  /** 0: in clear */
  readonly encryption: number
  /** 终端手机号: 12 digits, 20 in 2019 */
  readonly phone: string
  readonly serial: number
  readonly packet?: { readonly total: number; readonly index: number }
}

export interface Frame {
  readonly header: Header
  readonly body: Buffer
}

const flag = 0x7e
const escape = 0x7d
const lengthBits = 0x3ff
const splitBit = 0x2000
const editionBit = 0x4000

/** 21 bytes of header, 1,023 of body and the checksum, each escaped, between two flags */
const longestFrame = 2 * (21 + lengthBits + 1) + 2

export const jt808Framing: Framing = {
  longestFrame,
  start(bytes, from) {
    let at = bytes.indexOf(flag, from)
    if (at === -1) return bytes.length
    // one flag ends a frame, the next begins another: of a row of them the last begins it
    while (bytes[at + 1] === flag) at += 1
    return at
  },
  cut(bytes) {
    const end = bytes.indexOf(flag, 1)
    if (end === -1) return { kind: 'wait' }
    // the flag at the end stays: some terminals let it begin the next frame too, and after damage nobody knows which it is
    const refusal = problemOf(bytes.subarray(1, end))
    return refusal === undefined ? { kind: 'frame', length: end } : { kind: 'broken', length: end, refusal }
  },
  isFiller: (byte) => byte === flag,
  noiseCure: 'a frame stands between two bytes 7E',
}

const refuse = (code: RejectionCode, detail: string): Refusal => ({ stage: 'decode', code, detail })
const hexByte = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0')

function xorOf(bytes: Buffer): number {
  let sum = 0
  for (const byte of bytes) sum ^= byte
  return sum
}

/** Why what stands between two flags is no frame: its escapes, its length and its checksum are looked at, not what it says. */
function problemOf(content: Buffer): Refusal | undefined {
  const bytes = unescape(content)
  if (bytes === undefined) return refuse('bad-syntax', 'escape: 7D is followed by neither 01 nor 02; escape 7E as 7D02 and 7D as 7D01')
  if (bytes.length < 13) return refuse('bad-syntax', `${String(content.length)} bytes between two 7E are too few for a header; send whole frames`)
  const found = bytes[bytes.length - 1] ?? 0
  const right = xorOf(bytes.subarray(0, -1))
  if (found === right) return undefined
  return refuse(
    'bad-syntax',
    `checksum: found ${hexByte(found)}, right for these ${String(bytes.length - 1)} bytes is ${hexByte(right)}; damaged on its way`,
  )
}

function unescape(content: Buffer): Buffer | undefined {
  if (!content.includes(escape)) return content
  const bytes = Buffer.allocUnsafe(content.length)
  let length = 0
  for (let at = 0; at < content.length; at += 1, length += 1) {
    const byte = content[at] ?? 0
    if (byte === escape) {
      at += 1
      if (content[at] !== 0x01 && content[at] !== 0x02) return undefined
    }
    bytes[length] = byte === escape && content[at] === 0x02 ? flag : byte
  }
  return bytes.subarray(0, length)
}

function escaped(bytes: Buffer): Buffer {
  const content: number[] = []
  for (const byte of bytes) {
    if (byte === flag) content.push(escape, 0x02)
    else if (byte === escape) content.push(escape, 0x01)
    else content.push(byte)
  }
  return Buffer.from([flag, ...content, flag])
}

/** Where the parts of a header stand. */
function layoutOf(attributes: number): {
  readonly edition: 2013 | 2019
  readonly phoneAt: number
  readonly serialAt: number
  readonly bodyAt: number
} {
  const edition = (attributes & editionBit) === 0 ? 2013 : 2019
  const [phoneAt, serialAt] = edition === 2013 ? [4, 10] : [5, 15]
  return { edition, phoneAt, serialAt, bodyAt: serialAt + ((attributes & splitBit) === 0 ? 2 : 6) }
}

/**
 * Reads a frame that `jt808Framing` has cut, without its closing flag.
 * Errors: a refusal when its header and its length do not fit.
 */
export function readFrame(frame: Buffer): Result<Frame, Refusal> {
  const bytes = unescape(frame.subarray(1)) ?? Buffer.alloc(13)
  const attributes = bytes.readUInt16BE(2)
  const { edition, phoneAt, serialAt, bodyAt } = layoutOf(attributes)
  const body = bytes.subarray(bodyAt, -1)
  const stated = attributes & lengthBits
  if (bytes.length < bodyAt + 1 || body.length !== stated)
    return fail(refuse('bad-shape', `attributes: say ${String(stated)} bytes of body, found ${String(body.length)}; send the true length`))
  const packet = (attributes & splitBit) === 0 ? undefined : { total: bytes.readUInt16BE(serialAt + 2), index: bytes.readUInt16BE(serialAt + 4) }
  if (packet !== undefined && (packet.index < 1 || packet.index > packet.total))
    return fail(refuse('bad-shape', `packet ${String(packet.index)} of ${String(packet.total)}: number packets from 1`))
  const header: Header = {
    id: bytes.readUInt16BE(0),
    edition,
    ...(edition === 2019 ? { protocol: bytes.readUInt8(4) } : {}),
    encryption: (attributes >> 10) & 7,
    phone: bytes.toString('hex', phoneAt, serialAt),
    serial: bytes.readUInt16BE(serialAt),
    ...(packet === undefined ? {} : { packet }),
  }
  return ok({ header, body })
}

/** A whole frame, escaped, with both flags. The body must hold at most 1,023 bytes. */
export function encodeFrame({ header, body }: Frame): Buffer {
  const { id, edition, encryption, phone, serial, packet } = header
  const attributes = body.length | (encryption << 10) | (packet === undefined ? 0 : splitBit) | (edition === 2019 ? editionBit : 0)
  const head = [uint16(id), uint16(attributes)]
  if (edition === 2019) head.push(Buffer.from([header.protocol ?? 1]))
  head.push(Buffer.from(phone, 'hex'), uint16(serial))
  if (packet !== undefined) head.push(uint16(packet.total), uint16(packet.index))
  const bytes = Buffer.concat([...head, body])
  return escaped(Buffer.concat([bytes, Buffer.from([xorOf(bytes)])]))
}

/** Two bytes, the high one first. */
export const uint16 = (value: number): Buffer => Buffer.from([(value >> 8) & 0xff, value & 0xff])
