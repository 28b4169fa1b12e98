import { localHour, minuteMs, timeText } from '../calendar.ts'
import { dice } from '../chance.ts'
import { clamp, daily, drift } from '../city/course.ts'
import { toGcj02 } from '../city/gcj02.ts'
import type { City } from '../city/scenario.ts'
import { isFlooded, isStorm } from '../city/scenario.ts'

/** 智慧城市物联网设备: manholes that measure how high the water stands in them, and cabinets that count the street lamps that are out. */
export interface Device {
  readonly id: string
  readonly name: string
  readonly townCode: string
  readonly town: string
  /** WGS-84 */
  readonly place: readonly [number, number]
  readonly keeper: string
}

type Row = readonly [name: string, townCode: string, town: string, longitude: number, latitude: number]

const manholeRows: readonly Row[] = [
  ['解放路南段', '620802001', '东关街道', 106.7042, 35.5362],
  ['宝塔路下穿', '620802001', '东关街道', 106.7155, 35.5331],
  ['双桥路口', '620802001', '东关街道', 106.7098, 35.5297],
  ['东大街', '620802002', '中街街道', 106.6889, 35.5426],
  ['新民路', '620802002', '中街街道', 106.6801, 35.5391],
  ['南河道小区', '620802002', '中街街道', 106.6764, 35.5442],
  ['兴北路', '620802003', '西郊街道', 106.6412, 35.5428],
  ['甘沟路', '620802003', '西郊街道', 106.6317, 35.5379],
  ['泾滩路', '620802105', '柳湖镇', 106.6688, 35.5534],
  ['柳湖路', '620802105', '柳湖镇', 106.6571, 35.5689],
  ['绿地广场', '620802105', '柳湖镇', 106.6612, 35.5638],
  ['工业园路', '620802106', '四十里铺镇', 106.8291, 35.5168],
]
const lampRows: readonly Row[] = [
  ['崆峒大道', '620802101', '崆峒镇', 106.5912, 35.5405],
  ['崆峒西路', '620802003', '西郊街道', 106.6249, 35.5401],
  ['西大街', '620802002', '中街街道', 106.6728, 35.5421],
  ['解放路', '620802001', '东关街道', 106.7061, 35.5347],
  ['定北路', '620802105', '柳湖镇', 106.6497, 35.5741],
  ['四十里铺街', '620802106', '四十里铺镇', 106.8354, 35.5149],
]

/** Their names are invented; that they are sent with every reading is not. */
const keepers = ['马建军 13993312048', '王小梅 13830367715', '李国栋 18993308826']

const devicesOf = (rows: readonly Row[], prefix: string): readonly Device[] =>
  rows.map(([name, townCode, town, longitude, latitude], index) => ({
    id: `${prefix}-${String(index + 1).padStart(4, '0')}`,
    name,
    townCode,
    town,
    place: [longitude, latitude],
    keeper: keepers[index % keepers.length] ?? '',
  }))

export const manholes = devicesOf(manholeRows, 'JG')
export const lampCabinets = devicesOf(lampRows, 'LD')

/** People wash and cook in the morning and the evening. */
const sewage = [28, 24, 22, 21, 22, 30, 52, 68, 64, 54, 50, 56, 62, 54, 46, 44, 46, 54, 66, 70, 64, 54, 44, 34]

/** Every morning the pump of the underpass stops: the water has risen by nine, and falls once the pump is mended. */
const underpass = 'JG-0002'
function pumpless(device: Device, at: number): number {
  const hour = localHour(at)
  return device.id === underpass && hour >= 8.8 && hour < 12.5 ? 2.6 * Math.min(1, (hour - 8.8) / 0.2, (12.5 - hour) / 0.3) : 0
}

/** m of water; a storm fills the manholes of the towns by the river. */
export function levelAt(device: Device, city: City, at: number): number {
  const usual = (daily(sewage, at) / 100) * (1 + 0.2 * drift(city.seed, device.id, at, 40 * minuteMs))
  const flood = isStorm(city, at) && isFlooded(device.townCode) ? 2 + 0.6 * drift(city.seed, `flood-${device.id}`, at, 30 * minuteMs) : 0
  return clamp(usual + Math.max(flood, pumpless(device, at)), 0, 6)
}

/** Lamps out: noticed in the evening, mended by day; one cabinet has a bad week. */
export function lampsOutAt(device: Device, city: City, at: number): number {
  const week = dice(city.seed, 'lamps', device.id, Math.floor(at / (7 * 86_400_000)))()
  return Math.max(0, Math.round(1.5 + 11 * week ** 4 + 2.5 * drift(city.seed, device.id, at, 5 * 3_600_000)))
}

/** The vendor's message: local time without a zone, numbers as text, -9999 where a probe is missing, GCJ-02. */
function message(device: Device, at: number, data: object): object {
  const [lng, lat] = toGcj02(device.place)
  return {
    deviceId: device.id,
    deviceName: device.name,
    ts: timeText(at),
    data,
    lng: lng.toFixed(6),
    lat: lat.toFixed(6),
    street: device.town,
    keeper: device.keeper,
  }
}

/** One in a hundred readings of a probe fails. */
export function manholeMessage(device: Device, city: City, at: number): object {
  const isLost = dice(city.seed, 'probe', device.id, at)() < 0.01
  const battery = 3.62 + 0.04 * drift(city.seed, `battery-${device.id}`, at, 86_400_000)
  return message(device, at, { level: isLost ? '-9999' : levelAt(device, city, at).toFixed(2), battery: battery.toFixed(2), gas: -9999, cover: 0 })
}

export function lampMessage(device: Device, city: City, at: number): object {
  return message(device, at, { lampTotal: '126', lampFault: String(lampsOutAt(device, city, at)), voltage: '-9999' })
}
