import type { Refusal } from '../../../../contract/rejection.ts'
import { fail, ok } from '../../../../contract/result.ts'
import type { Result } from '../../../../contract/result.ts'
import { hj212Crc } from '../frames/crc16.ts'
import type { Cut, Framing } from '../frames/framing.ts'

/** 数据段: what stands between the length and the CRC of a frame. */
export interface Segment {
  /** 请求编码: the device's own name of the message, its time in 17 digits */
  readonly qn?: string | undefined
  /** 系统编码: 21 surface water, 22 air, 31 flue gas, 32 waste water, 91 answers … */
  readonly st?: string | undefined
  /** 命令编码: 2011 real time, 2051 minutes, 2061 hour, 2031 day, 9014 answer … */
  readonly cn: string
  readonly pw?: string | undefined
  /** 设备唯一标识 */
  readonly mn: string
  /** bit 0: wants an answer · bit 1: one of several packets · bits 2-7: version, 0 is 2005 and 1 is 2017 */
  readonly flag?: number | undefined
  readonly packet?: { readonly total: number; readonly index: number } | undefined
  /** what stands between `CP=&&` and `&&` */
  readonly cp: string
}

/** 数据区 taken apart: `a34004-Rtd=35,a34004-Flag=N` is the factor a34004 with its sub-fields Rtd and Flag. */
export interface Items {
  readonly fields: Readonly<Record<string, string>>
  readonly factors: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** items that are neither */
  readonly unread: readonly string[]
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39
const prefix = 6
const crcLength = 4

/** `##` and as many of its four digits as have come. */
function start(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0x23, from); at !== -1; at = bytes.indexOf(0x23, at + 1)) {
    const head = bytes.subarray(at, at + prefix)
    if (head.every((byte, index) => (index < 2 ? byte === 0x23 : isDigit(byte)))) return at
  }
  return bytes.length
}

/** Offset of the first line end or beginning of another frame in [from, to): no frame holds either. */
function breakIn(bytes: Buffer, from: number, to: number): number | undefined {
  const within = bytes.subarray(0, to)
  const places = [within.indexOf(0x0d, from), within.indexOf(0x0a, from)].filter((at) => at !== -1)
  const next = start(within, from)
  // a beginning needs its digits here: a lone # may stand in a text
  const found = Math.min(...places, next + prefix <= to ? next : to)
  return found < to ? found : undefined
}

const fourDigits = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0')

function cut(bytes: Buffer): Cut {
  if (bytes.length < prefix) return { kind: 'wait' }
  const stated = Number(bytes.toString('latin1', 2, prefix))
  const end = prefix + stated + crcLength
  const early = breakIn(bytes, prefix, Math.min(end, bytes.length))
  if (early !== undefined) {
    const detail = `length: says ${String(stated)} characters of data, but the line ends after ${String(Math.max(0, early - prefix - crcLength))}; send the true length`
    return { kind: 'broken', length: early, refusal: { stage: 'decode', code: 'bad-syntax', detail } }
  }
  if (bytes.length < end) return { kind: 'wait' }
  const found = bytes.toString('latin1', end - crcLength, end)
  const right = fourDigits(hj212Crc(bytes.subarray(prefix, end - crcLength)))
  if (found.toUpperCase() === right) return { kind: 'frame', length: end }
  const detail = `CRC: found ${JSON.stringify(found)}, right for these ${String(stated)} characters is ${right}; damaged on its way, or its length or CRC is made wrongly`
  // if the length was too small, the rest of the line belongs to it
  const length = breakIn(bytes, end, Math.min(bytes.length, end + longestFrame)) ?? end
  return { kind: 'broken', length, refusal: { stage: 'decode', code: 'bad-syntax', detail } }
}

const longestFrame = prefix + 9_999 + crcLength

export const hj212Framing: Framing = {
  longestFrame,
  start,
  cut,
  isFiller: (byte) => byte === 0x0d || byte === 0x0a || byte === 0x20 || byte === 0,
  noiseCure: 'a frame is ## with four digits of length, the data and four digits of CRC',
}

/** A frame with its length and its CRC right. */
export function encodeFrame(segment: Segment): Buffer {
  const named = { QN: segment.qn, ST: segment.st, CN: segment.cn, PW: segment.pw, MN: segment.mn, Flag: segment.flag }
  const packet = segment.packet === undefined ? {} : { PNUM: segment.packet.total, PNO: segment.packet.index }
  const head = Object.entries({ ...named, ...packet }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${String(value)}`]))
  const body = Buffer.from(`${head.join(';')};CP=&&${segment.cp}&&`)
  return Buffer.concat([Buffer.from(`##${String(body.length).padStart(4, '0')}`), body, Buffer.from(`${fourDigits(hj212Crc(body))}\r\n`)])
}

/** The data of a frame that `hj212Framing` has cut. */
export const dataOf = (frame: Buffer): Buffer => frame.subarray(prefix, frame.length - crcLength)

/** Errors: a refusal when CN or MN is missing, or the packet's numbers make no sense. */
export function parseSegment(text: string): Result<Segment, Refusal> {
  const at = text.indexOf('CP=')
  const head = headOf(at === -1 ? text : text.slice(0, at))
  const cp = at === -1 ? '' : areaOf(text.slice(at + 3))
  const cn = head.get('CN') ?? ''
  const mn = head.get('MN') ?? ''
  if (cn === '') return fail(missing('CN', 'the command, such as CN=2011'))
  if (mn === '' || mn.length > 64) return fail(missing('MN', 'the number of the device, at most 64 characters'))
  const flag = Number(head.get('Flag') || Number.NaN)
  const segment = { qn: head.get('QN'), st: head.get('ST'), cn, pw: head.get('PW'), mn, flag: Number.isInteger(flag) ? flag & 0xff : undefined, cp }
  const packet = packetOf(head)
  if (!packet.ok) return packet
  return ok({ ...segment, packet: packet.value })
}

function headOf(text: string): ReadonlyMap<string, string> {
  const head = new Map<string, string>()
  for (const item of text.split(';')) {
    const at = item.indexOf('=')
    if (at !== -1) head.set(item.slice(0, at).trim(), item.slice(at + 1).trim())
  }
  return head
}

function areaOf(text: string): string {
  const from = text.startsWith('&&') ? 2 : 0
  return text.endsWith('&&') ? text.slice(from, -2) : text.slice(from)
}

const missing = (name: string, what: string): Refusal => ({
  stage: 'decode',
  code: 'bad-shape',
  detail: `${name}: missing or too long; send ${what}`,
})

function packetOf(head: ReadonlyMap<string, string>): Result<Segment['packet'], Refusal> {
  const [total, index] = [Number(head.get('PNUM') || 1), Number(head.get('PNO') || 1)]
  if (!Number.isInteger(total) || !Number.isInteger(index) || index < 1 || index > total || total > 9_999) {
    const found = `PNUM=${JSON.stringify(head.get('PNUM')?.slice(0, 20))}, PNO=${JSON.stringify(head.get('PNO')?.slice(0, 20))}`
    return fail({ stage: 'decode', code: 'bad-shape', detail: `${found}: no packet number; send PNO from 1 to PNUM` })
  }
  return ok(total === 1 ? undefined : { total, index })
}

const field = /^[A-Za-z][A-Za-z0-9_]{0,39}$/
const factorField = /^([A-Za-z0-9]{2,20})-([A-Za-z][A-Za-z0-9]{0,19})$/

/** Takes a data area apart. One bad item never loses the others. Errors: none (total). */
export function parseItems(cp: string): Items {
  const fields = new Map<string, string>()
  const factors = new Map<string, Map<string, string>>()
  const unread: string[] = []
  for (const group of cp.split(';')) {
    let latest: string | undefined
    for (const item of group.split(',').filter((each) => each.trim() !== '')) {
      const { factor = latest, name, value } = readItem(item)
      latest = factor
      if (value === undefined || !field.test(name)) unread.push(item)
      else if (factor === undefined) fields.set(name, value)
      else factors.set(factor, (factors.get(factor) ?? new Map<string, string>()).set(name, value))
    }
  }
  return {
    fields: Object.fromEntries(fields),
    factors: Object.fromEntries([...factors].map(([code, named]) => [code, Object.fromEntries(named)])),
    unread,
  }
}

/** `w01018-Rtd=231.0`; in `w01018-Rtd=231.0,Flag=N` the maker has named the factor only once. */
function readItem(item: string): { readonly factor?: string; readonly name: string; readonly value: string | undefined } {
  const at = item.indexOf('=')
  const key = (at === -1 ? item : item.slice(0, at)).trim()
  const value = at === -1 ? undefined : item.slice(at + 1).trim()
  const [, factor, name] = factorField.exec(key) ?? []
  return factor === undefined || name === undefined ? { name: key, value } : { factor, name, value }
}
