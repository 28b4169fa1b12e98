import { dayNumberOf, isWorkday, minuteMs, timeText } from '../calendar.ts'
import { clamp, daily, drift } from '../city/course.ts'
import { toGcj02 } from '../city/gcj02.ts'
import type { City } from '../city/scenario.ts'
import { isFestive } from '../city/scenario.ts'

/** 停车场 */
export interface Lot {
  readonly id: string
  readonly name: string
  readonly address: string
  /** WGS-84 */
  readonly place: readonly [number, number]
  readonly spaces: number
  readonly kind: keyof typeof courses
}

export const lots: readonly Lot[] = [
  { id: 'P0001', name: '绿地广场停车场', address: '柳湖镇柳湖路18号', place: [106.6609, 35.5641], spaces: 420, kind: 'shops' },
  { id: 'P0002', name: '中街地下停车场', address: '中街街道西大街6号', place: [106.6783, 35.5417], spaces: 286, kind: 'shops' },
  { id: 'P0003', name: '平凉市人民医院停车场', address: '中街街道东大街296号', place: [106.6937, 35.5411], spaces: 340, kind: 'hospital' },
  { id: 'P0004', name: '政务服务中心停车场', address: '西郊街道兴北路77号', place: [106.6425, 35.5433], spaces: 160, kind: 'office' },
  { id: 'P0005', name: '火车站停车场', address: '东关街道宝塔路1号', place: [106.7151, 35.5373], spaces: 260, kind: 'station' },
  { id: 'P0006', name: '柳湖公园停车场', address: '柳湖镇柳湖路2号', place: [106.6695, 35.5507], spaces: 132, kind: 'park' },
  { id: 'P0007', name: '新民路停车楼', address: '中街街道新民路33号', place: [106.6812, 35.5384], spaces: 380, kind: 'shops' },
  { id: 'P0008', name: '崆峒山游客中心停车场', address: '崆峒镇崆峒大道西段', place: [106.5347, 35.5541], spaces: 1_200, kind: 'park' },
  { id: 'P0009', name: '西郊客运站停车场', address: '西郊街道崆峒西路101号', place: [106.6279, 35.5396], spaces: 210, kind: 'station' },
]

/** per cent taken, at the full hours of a working day and of a day off */
const courses = {
  shops: [
    [22, 20, 18, 18, 18, 20, 26, 40, 58, 70, 80, 88, 90, 84, 80, 82, 84, 88, 92, 90, 78, 56, 36, 26],
    [24, 20, 18, 18, 18, 20, 24, 34, 52, 72, 88, 96, 97, 95, 94, 96, 98, 98, 97, 94, 84, 62, 40, 28],
  ],
  hospital: [
    [30, 28, 26, 26, 28, 34, 56, 88, 99, 100, 99, 92, 80, 84, 96, 97, 90, 76, 60, 50, 44, 40, 36, 32],
    [28, 26, 25, 25, 26, 30, 40, 58, 74, 80, 76, 66, 58, 58, 62, 60, 56, 50, 46, 42, 38, 34, 32, 30],
  ],
  office: [
    [6, 6, 6, 6, 6, 8, 14, 52, 90, 97, 96, 84, 60, 66, 92, 94, 86, 54, 24, 16, 12, 10, 8, 6],
    [6, 6, 6, 6, 6, 6, 8, 12, 18, 22, 22, 20, 16, 16, 18, 18, 16, 14, 12, 10, 8, 8, 6, 6],
  ],
  station: [
    [58, 56, 54, 54, 56, 62, 72, 80, 84, 82, 80, 78, 76, 76, 78, 82, 88, 94, 98, 96, 88, 78, 68, 62],
    [60, 58, 56, 56, 58, 64, 74, 82, 88, 90, 90, 88, 86, 86, 88, 92, 97, 99, 99, 97, 90, 80, 70, 64],
  ],
  park: [
    [4, 4, 4, 4, 6, 14, 26, 30, 32, 36, 40, 38, 32, 34, 38, 38, 34, 30, 24, 18, 12, 8, 6, 4],
    [4, 4, 4, 4, 6, 16, 32, 50, 70, 86, 94, 92, 86, 88, 90, 84, 66, 48, 32, 22, 14, 8, 6, 4],
  ],
} as const satisfies Readonly<Record<string, readonly [readonly number[], readonly number[]]>>

export function freeAt({ id, spaces, kind }: Lot, city: City, at: number): number {
  const day = dayNumberOf(at)
  const [workday, dayOff] = courses[kind]
  const course = isFestive(city, day) || !isWorkday(day) ? dayOff : workday
  const taken = daily(course, at) / 100 + 0.03 * drift(city.seed, id, at, 12 * minuteMs)
  return Math.round(spaces * (1 - clamp(taken, 0, 1)))
}

/** From GCJ-02 to the BD-09 that Baidu's map, and this platform with it, speaks. Source: the published reference implementation. */
function toBd09([longitude, latitude]: readonly [number, number]): readonly [number, number] {
  const turn = (3_000 * Math.PI) / 180
  const radius = Math.hypot(longitude, latitude) + 0.00002 * Math.sin(latitude * turn)
  const angle = Math.atan2(latitude, longitude) + 0.000003 * Math.cos(longitude * turn)
  return [radius * Math.cos(angle) + 0.0065, radius * Math.sin(angle) + 0.006]
}

/** One lot in the platform's words, true at the full minute; the car that came last goes with it, as it should not. */
export function lotMessage(lot: Lot, city: City, now: number): object {
  const at = Math.floor(now / minuteMs) * minuteMs
  const [lng, lat] = toBd09(toGcj02(lot.place))
  return {
    parkId: lot.id,
    parkName: lot.name,
    address: lot.address,
    totalSpace: String(lot.spaces),
    leftSpace: String(freeAt(lot, city, at)),
    updateTime: timeText(at),
    lng: lng.toFixed(6),
    lat: lat.toFixed(6),
    lastEntry: { plateNo: `甘L${String(10_000 + (Math.floor(at / minuteMs) % 80_000))}`, phone: '13909331234' },
  }
}
