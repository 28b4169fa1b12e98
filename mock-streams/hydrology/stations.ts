import { dayNumberOf, hourMs, minuteMs, monthOf, timeText } from '../calendar.ts'
import { dice } from '../chance.ts'
import { drift } from '../city/course.ts'
import type { City } from '../city/scenario.ts'
import { isStorm } from '../city/scenario.ts'
import { element, frameOf, observation, rainOfHour } from './frame.ts'

/** 水文遥测站: one at the river, one that measures rain. */

export const riverStation = '0062080201'
export const rainStation = '0062080202'

/** mm in the five minutes that end at `at`. It rains on some days of summer, seldom in winter, and all afternoon in the scenario `storm`. */
export function rainAt(city: City, at: number): number {
  const inStorm = isStorm(city, at) ? 2.1 + 1.2 * drift(city.seed, 'cloudburst', at, 20 * minuteMs) : 0
  const day = dayNumberOf(at)
  const month = monthOf(day)
  const chance = month >= 5 && month <= 9 ? 0.35 : 0.08
  const isWet = dice(city.seed, 'wet', day)() < chance
  return inStorm + (isWet ? Math.max(0, 0.5 * drift(city.seed, 'shower', at, 50 * minuteMs)) : 0)
}

/** m above the national datum: what fell in the last hours lifts the river. */
export function levelAt(city: City, at: number): number {
  const fallen = Array.from({ length: 12 }, (_, index) => rainAt(city, at - index * 15 * minuteMs)).reduce((sum, rain) => sum + 3 * rain, 0)
  return 1_331.42 + 0.06 * drift(city.seed, 'river', at, 2 * hourMs) + Math.min(2.6, fallen * 0.022)
}

const flowOf = (level: number): number => 6.4 * Math.max(0.1, level - 1_330.6) ** 1.7

const voltageAt = (city: City, key: string, at: number): number => 12.6 + 0.3 * drift(city.seed, key, at, 4 * hourMs)

const report = (station: string, code: number, at: number, rest: Buffer): Buffer =>
  frameOf({ centre: 1, station, password: '0000', code, serial: Math.floor(at / (5 * minuteMs)) & 0xffff, sentAt: timeText(at), rest })

/** 定时报 (32) of the river: level, flow and voltage. */
export function riverFrameAt(city: City, at: number): Buffer {
  const level = levelAt(city, at)
  const elements = [element(0x39, level, 4, 3), element(0x27, flowOf(level), 5, 3), element(0x38, voltageAt(city, 'river-battery', at), 2, 2)]
  return report(riverStation, 0x32, at, Buffer.concat([observation(riverStation, 'H', timeText(at)), ...elements]))
}

/** 小时报 (34) of the rain at the full hour, with the hour's twelve spans; 定时报 (32) between. */
export function rainFrameAt(city: City, at: number): Buffer {
  const voltage = element(0x38, voltageAt(city, 'rain-battery', at), 2, 2)
  const head = observation(rainStation, 'P', timeText(at))
  if (at % hourMs !== 0) return report(rainStation, 0x32, at, Buffer.concat([head, element(0x20, rainAt(city, at), 3, 1), voltage]))
  const spans = Array.from({ length: 12 }, (_, index) => rainAt(city, at - (11 - index) * 5 * minuteMs))
  return report(rainStation, 0x34, at, Buffer.concat([head, rainOfHour(spans), voltage]))
}
