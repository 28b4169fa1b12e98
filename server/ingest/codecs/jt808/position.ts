import type { Refusal } from '../../../../contract/rejection.ts'
import { fail, ok } from '../../../../contract/result.ts'
import type { Result } from '../../../../contract/result.ts'
import { bcdTime } from '../frames/bcd.ts'

/** 位置信息汇报 0200 */
export interface Position {
  /** the 32 alarm bits */
  readonly alarmBits: number
  /** their words */
  readonly alarms: readonly string[]
  readonly statusBits: number
  /** status bit 0: the ignition is on */
  readonly isIgnitionOn: boolean
  /** status bit 1: the place is known; when not, it is the last one known, or nothing */
  readonly isLocated: boolean
  /** degrees, WGS-84 from terminals themselves; north and east are positive */
  readonly latitude: number
  readonly longitude: number
  /** m */
  readonly altitude: number
  /** km/h */
  readonly speed: number
  /** degrees clockwise from north */
  readonly heading: number
  /** `2018-10-15T10:10:10+08:00`; absent when what was sent is no time, as of a terminal that has none yet */
  readonly time?: string
  /** 附加信息 that is known and well-formed, by its name */
  readonly extra: Readonly<Record<string, number>>
  /** the rest of it in hexadecimal, by its id; what could not be told apart is `rest` */
  readonly unknown: Readonly<Record<string, string>>
}

const bodyLength = 28

/** Table 24 of JT/T 808-2013; 15-17 are from 2019, before which they were reserved. */
const alarmWords: Readonly<Record<number, string>> = {
  0: '紧急报警',
  1: '超速报警',
  2: '疲劳驾驶',
  3: '危险预警',
  4: 'GNSS模块故障',
  5: 'GNSS天线未接或被剪断',
  6: 'GNSS天线短路',
  7: '主电源欠压',
  8: '主电源掉电',
  9: '显示器故障',
  10: '语音模块故障',
  11: '摄像头故障',
  12: 'IC卡模块故障',
  13: '超速预警',
  14: '疲劳驾驶预警',
  15: '违规行驶报警',
  16: '胎压预警',
  17: '右转盲区异常报警',
  18: '当天累计驾驶超时',
  19: '超时停车',
  20: '进出区域',
  21: '进出路线',
  22: '路段行驶时间不足或过长',
  23: '路线偏离报警',
  24: 'VSS故障',
  25: '油量异常',
  26: '车辆被盗',
  27: '非法点火',
  28: '非法位移',
  29: '碰撞预警',
  30: '侧翻预警',
  31: '非法开门报警',
}
const isNewIn2019 = (bit: number): boolean => bit >= 15 && bit <= 17

interface Extra {
  readonly name: string
  readonly bytes: 1 | 2 | 4
  /** what was sent is so many times the value */
  readonly scale: number
}

/** Table 27. km, L, km/h; the others are bits or counts. */
const extras: Readonly<Record<number, Extra>> = {
  0x01: { name: 'mileage', bytes: 4, scale: 10 },
  0x02: { name: 'fuel', bytes: 2, scale: 10 },
  0x03: { name: 'recorderSpeed', bytes: 2, scale: 10 },
  0x04: { name: 'alarmEvent', bytes: 2, scale: 1 },
  0x14: { name: 'videoAlarmBits', bytes: 4, scale: 1 },
  0x15: { name: 'videoLossBits', bytes: 4, scale: 1 },
  0x16: { name: 'videoCoverBits', bytes: 4, scale: 1 },
  0x17: { name: 'storageFaultBits', bytes: 2, scale: 1 },
  0x25: { name: 'signalBits', bytes: 4, scale: 1 },
  0x2a: { name: 'ioBits', bytes: 2, scale: 1 },
  0x2b: { name: 'analogue', bytes: 4, scale: 1 },
  0x30: { name: 'signalStrength', bytes: 1, scale: 1 },
  0x31: { name: 'satellites', bytes: 1, scale: 1 },
}

/**
 * Reads the body of a position. Extra items that are unknown, of the wrong length, or not to be told apart never lose the position.
 * Errors: a refusal when it is shorter than 28 bytes.
 */
export function readPosition(body: Buffer, edition: 2013 | 2019): Result<Position, Refusal> {
  if (body.length < bodyLength) {
    const detail = `position: ${String(body.length)} bytes; send at least ${String(bodyLength)}, from the alarm bits to the time`
    return fail({ stage: 'decode', code: 'bad-shape', detail })
  }
  const statusBits = body.readUInt32BE(4)
  const has = (bit: number): boolean => ((statusBits >>> bit) & 1) === 1
  const alarmBits = body.readUInt32BE(0)
  const time = bcdTime(body.subarray(22, bodyLength))
  return ok({
    alarmBits,
    alarms: wordsOf(alarmBits, edition),
    statusBits,
    isIgnitionOn: has(0),
    isLocated: has(1),
    latitude: (body.readUInt32BE(8) / 1e6) * (has(2) ? -1 : 1),
    longitude: (body.readUInt32BE(12) / 1e6) * (has(3) ? -1 : 1),
    altitude: body.readInt16BE(16),
    speed: body.readUInt16BE(18) / 10,
    heading: body.readUInt16BE(20),
    // the standard: GMT+8 everywhere
    ...(time === undefined ? {} : { time: `${time.replace(' ', 'T')}+08:00` }),
    ...readExtras(body.subarray(bodyLength)),
  })
}

const alarmList = Object.entries(alarmWords).map(([bit, word]) => ({ bit: Number(bit), word }))

function wordsOf(bits: number, edition: 2013 | 2019): readonly string[] {
  if (bits === 0) return []
  const isMeant = (bit: number): boolean => ((bits >>> bit) & 1) === 1 && (edition === 2019 || !isNewIn2019(bit))
  return alarmList.flatMap(({ bit, word }) => (isMeant(bit) ? [word] : []))
}

function readExtras(bytes: Buffer): Pick<Position, 'extra' | 'unknown'> {
  const extra = new Map<string, number>()
  const unknown = new Map<string, string>()
  let at = 0
  while (at + 2 <= bytes.length && at + 2 + (bytes[at + 1] ?? 0) <= bytes.length) {
    const id = bytes[at] ?? 0
    const value = bytes.subarray(at + 2, at + 2 + (bytes[at + 1] ?? 0))
    const known = extras[id]
    if (known?.bytes === value.length) extra.set(known.name, value.readUIntBE(0, known.bytes) / known.scale)
    else unknown.set(id.toString(16).toUpperCase().padStart(2, '0'), value.toString('hex').toUpperCase())
    at += 2 + value.length
  }
  if (at < bytes.length) unknown.set('rest', bytes.toString('hex', at).toUpperCase())
  return { extra: Object.fromEntries(extra), unknown: Object.fromEntries(unknown) }
}

/** One position of a batch; `body` is undefined when its length does not fit, and then nothing after it can be told apart. */
export interface BatchPart {
  readonly index: number
  readonly body: Buffer | undefined
}

/** 定位数据批量上传 0704: a count, a kind (1: filled in after a gap in the network), then positions with their lengths. */
export function batchParts(body: Buffer): { readonly isSupplement: boolean; readonly parts: readonly BatchPart[] } {
  const count = body.length < 3 ? 0 : body.readUInt16BE(0)
  const parts: BatchPart[] = []
  let at = 3
  while (at + 2 <= body.length && parts.length < count) {
    const end = at + 2 + body.readUInt16BE(at)
    parts.push({ index: parts.length + 1, body: end <= body.length ? body.subarray(at + 2, end) : undefined })
    at = end
  }
  const isShort = body.length < 3 || (parts.length < count && at <= body.length)
  return { isSupplement: body[2] === 1, parts: isShort ? [...parts, { index: parts.length + 1, body: undefined }] : parts }
}
