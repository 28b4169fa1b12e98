import type { Cut } from '../devices/line.ts'

/** Frames of SL 651-2014 in HEX mode, as a telemetry station writes them. */

/** CRC-16 as in Modbus; the high byte goes first. */
export function crcOf(bytes: Uint8Array): number {
  let register = 0xffff
  for (const byte of bytes) {
    register ^= byte
    for (let bit = 0; bit < 8; bit += 1) register = (register & 1) === 1 ? (register >> 1) ^ 0xa001 : register >> 1
  }
  return register
}

const uint16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value & 0xffff)
  return bytes
}

export interface Report {
  /** 中心站地址 */
  readonly centre: number
  /** 遥测站地址: ten digits */
  readonly station: string
  /** four hexadecimal digits */
  readonly password: string
  /** 功能码: 2F heartbeat, 32 timed, 34 hour … */
  readonly code: number
  readonly serial: number
  /** local time, `2026-11-23 14:21:08` */
  readonly sentAt: string
  /** what follows serial and time */
  readonly rest: Buffer
}

export function frameOf({ centre, station, password, code, serial, sentAt, rest }: Report): Buffer {
  const body = Buffer.concat([uint16(serial), bcdTime(sentAt, 6), rest])
  const frame = Buffer.concat([
    Buffer.from([0x7e, 0x7e, centre]),
    Buffer.from(station + password, 'hex'),
    Buffer.from([code]),
    uint16(body.length),
    Buffer.from([0x02]),
    body,
    Buffer.from([0x03]),
  ])
  return Buffer.concat([frame, uint16(crcOf(frame))])
}

/** The first `pairs` pairs of digits of YYMMDDhhmmss. */
export const bcdTime = (local: string, pairs: 5 | 6): Buffer => Buffer.from(local.replaceAll(/\D/g, '').slice(2, 2 + 2 * pairs), 'hex')

/** 遥测站地址 and 观测时间, which stand before the elements. */
export const observation = (station: string, stationClass: 'H' | 'P', observedAt: string): Buffer =>
  Buffer.concat([
    Buffer.from([0xf1, 0xf1]),
    Buffer.from(station, 'hex'),
    Buffer.from(stationClass),
    Buffer.from([0xf0, 0xf0]),
    bcdTime(observedAt, 5),
  ])

/** An element with a BCD value of so many bytes. */
export function element(mark: number, value: number, bytes: number, decimals: number): Buffer {
  const digits = value
    .toFixed(decimals)
    .replace('.', '')
    .padStart(2 * bytes, '0')
  return Buffer.concat([Buffer.from([mark, (bytes << 3) | decimals]), Buffer.from(digits, 'hex')])
}

/** F4: twelve rains of five minutes, in 0.1 mm. */
export const rainOfHour = (millimetres: readonly number[]): Buffer =>
  Buffer.from([0xf4, millimetres.length << 3, ...millimetres.map((rain) => Math.min(254, Math.round(rain * 10)))])

const headLength = 13
const tailLength = 3

/** An answer of the centre: its twelve bits of length say where it ends. */
export function cutAnswer(received: Buffer): Cut {
  if (received.length < headLength + 1) return undefined
  const length = headLength + 1 + (received.readUInt16BE(headLength - 2) & 0xfff) + tailLength
  return received.length < length ? undefined : { answer: received.subarray(0, length), length }
}
