import { dayNumberOf, monthOf, timeText } from '../calendar.ts'
import { dice } from '../chance.ts'
import { bump, clamp, daily, drift } from '../city/course.ts'
import type { City } from '../city/scenario.ts'

/** 环境监测站: two of the air, two of the river. */
export interface Station {
  /** 设备唯一标识, 24 characters */
  readonly mn: string
  /** 系统编码: 21 surface water, 22 air */
  readonly st: '21' | '22'
  /** by factor code: what its instrument shows */
  readonly factors: Readonly<Record<string, Course>>
}
type Course = (city: City, at: number) => number

/** Stoves and traffic: a morning and an evening peak. */
const smoke = [46, 44, 42, 41, 41, 43, 50, 62, 70, 66, 56, 46, 40, 37, 36, 38, 43, 52, 63, 70, 70, 64, 56, 50]

const particles =
  (key: string, share: number): Course =>
  (city, at) => {
    const month = monthOf(dayNumberOf(at))
    const season = month >= 11 || month <= 3 ? 1 : 0.45
    const weather = 1 + 0.35 * drift(city.seed, 'weather', at, 9 * 3_600_000)
    return clamp(share * season * weather * daily(smoke, at) * (1 + 0.06 * drift(city.seed, key, at, 600_000)), 3, 900)
  }

const around =
  (key: string, middle: number, swing: number, spanMs = 5_400_000): Course =>
  (city, at) =>
    middle + swing * drift(city.seed, key, at, spanMs)

const airTemperature: Course = (city, at) => {
  const [middle = 0] = [[-4, -1, 5, 12, 17, 21, 23, 22, 16, 10, 3, -3][monthOf(dayNumberOf(at)) - 1]]
  return middle + 5 * Math.cos(((at / 3_600_000 + 8 - 15) / 24) * 2 * Math.PI) + 2 * drift(city.seed, 'warmth', at, 20_000_000)
}

/** 泾河二号断面: somebody upstream lets out at noon or later what should not go into a river, for some hours of each day. */
const spill: Course = (city, at) => {
  const hour = 12.5 + 4 * dice(city.seed, 'spill', dayNumberOf(at))()
  return 0.46 + 0.06 * drift(city.seed, 'ammonia-2', at, 2_400_000) + 0.95 * bump(at, hour, 2.2)
}

export const stations: readonly Station[] = [
  {
    mn: 'KT6208020000A00000000001',
    st: '22',
    factors: {
      a34004: particles('pm-1', 0.95),
      a34002: particles('pm-1', 1.6),
      a21026: around('so2-1', 16, 7),
      a01001: airTemperature,
    },
  },
  {
    mn: 'KT6208020000A00000000002',
    st: '22',
    factors: { a34004: particles('pm-2', 0.6), a34002: particles('pm-2', 1.05), a21026: around('so2-2', 9, 4), a01001: airTemperature },
  },
  {
    mn: 'KT6208020000W00000000001',
    st: '21',
    factors: { w21003: around('ammonia-1', 0.32, 0.09), w01018: around('cod-1', 11.5, 2.4), w01001: around('ph-1', 7.9, 0.2) },
  },
  {
    mn: 'KT6208020000W00000000002',
    st: '21',
    factors: { w21003: spill, w01018: around('cod-2', 15, 2.6), w01001: around('ph-2', 7.8, 0.2) },
  },
]

const digits = (at: number): string => timeText(at).replaceAll(/\D/g, '')

/** Instruments are calibrated from 02:00 to 02:30 on Mondays: what they show then is marked. */
function flagAt(at: number): 'N' | 'C' {
  const [date = '', time = ''] = timeText(at).split(' ')
  return new Date(`${date}T00:00:00Z`).getUTCDay() === 1 && time >= '02:00:00' && time < '02:30:00' ? 'C' : 'N'
}

/**
 * The data segment of a station's real-time report (CN=2011), which asks to be answered (Flag=5).
 * @param at when it was measured; the request's own number holds it too, so that the same report has the same number
 */
export function segmentAt({ mn, st, factors }: Station, city: City, at: number): string {
  const flag = flagAt(at)
  const readings = Object.entries(factors).map(
    ([code, course]) => `${code}-Rtd=${course(city, at).toFixed(code.startsWith('w') ? 2 : 1)},${code}-Flag=${flag}`,
  )
  return `QN=${digits(at)}000;ST=${st};CN=2011;PW=123456;MN=${mn};Flag=5;CP=&&DataTime=${digits(at)};${readings.join(';')}&&`
}
