import { dayNumberOf, isWorkday, minuteMs } from '../calendar.ts'
import { clamp, daily, drift } from '../city/course.ts'
import { toGcj02 } from '../city/gcj02.ts'
import type { City } from '../city/scenario.ts'
import { isFestive, isStorm } from '../city/scenario.ts'

/** 道路断面: what detectors at the road count. */
export interface Section {
  readonly code: string
  readonly name: string
  /** WGS-84 */
  readonly place: readonly [number, number]
  /** vehicles an hour that it bears */
  readonly capacity: number
  /** of its capacity in the worst hour */
  readonly load: number
}

export const sections: readonly Section[] = [
  { code: 'DM-0101', name: '解放路中山街口', place: [106.7021, 35.5389], capacity: 1_900, load: 1.02 },
  { code: 'DM-0102', name: '西大街广成路口', place: [106.6712, 35.5424], capacity: 1_700, load: 0.98 },
  { code: 'DM-0103', name: '崆峒大道祁河段', place: [106.5921, 35.5407], capacity: 3_200, load: 0.62 },
  { code: 'DM-0104', name: '定北路八里桥', place: [106.6523, 35.5612], capacity: 2_400, load: 0.84 },
  { code: 'DM-0105', name: '兴北路', place: [106.6403, 35.5437], capacity: 1_600, load: 0.79 },
  { code: 'DM-0106', name: '宝塔路火车站口', place: [106.7148, 35.5369], capacity: 1_500, load: 0.9 },
  { code: 'DM-0107', name: 'G312四十里铺段', place: [106.8312, 35.5174], capacity: 2_800, load: 0.58 },
  { code: 'DM-0108', name: '泾滩路', place: [106.6694, 35.5527], capacity: 1_800, load: 0.66 },
]

const workday = [6, 4, 3, 3, 4, 9, 28, 74, 92, 70, 62, 68, 72, 58, 60, 62, 68, 84, 96, 72, 50, 36, 22, 12]
const dayOff = [8, 6, 4, 4, 4, 7, 14, 24, 38, 56, 68, 70, 66, 58, 60, 64, 66, 66, 62, 54, 44, 34, 22, 14]

/** Share of its capacity that a section carries. */
function loadAt({ code, load }: Section, city: City, at: number): number {
  const isDayOff = isFestive(city, dayNumberOf(at)) || !isWorkday(dayNumberOf(at))
  const course = daily(isDayOff ? dayOff : workday, at) / 100
  return clamp(load * course * (1 + 0.12 * drift(city.seed, code, at, 8 * minuteMs)), 0.01, 1.15)
}

/** TPI from 0 to 10: free flow up to half the load, then it climbs. Heavy rain makes it worse. */
function congestionOf(load: number, isWet: boolean): number {
  return clamp(10 * load ** 2.6 * 0.78 + (isWet ? 2 : 0), 0, 9.8)
}

/** A plate that a camera saw last: real platforms push it along, and nobody here may keep it. */
const plateAt = (index: number, at: number): string => `甘L${String(10_000 + ((Math.floor(at / 30_000) * 7_919 + index * 6_131) % 89_999))}`

/** One push: all sections at an instant, vehicles as a count of five minutes, the time in seconds. */
export function pushAt(city: City, at: number): object {
  return {
    type: 'section',
    time: Math.floor(at / 1_000),
    list: sections.map((section, index) => {
      const load = loadAt(section, city, at)
      const [lon, lat] = toGcj02(section.place)
      return {
        sectionCode: section.code,
        sectionName: section.name,
        flow5m: String(Math.round((load * section.capacity) / 12)),
        tpi: congestionOf(load, isStorm(city, at)).toFixed(1),
        lon: Number(lon.toFixed(6)),
        lat: Number(lat.toFixed(6)),
        lastPlate: plateAt(index, at),
      }
    }),
  }
}
