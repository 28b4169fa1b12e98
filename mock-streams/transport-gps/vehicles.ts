import { dayMs, dayNumberOf, hourMs, minuteMs, startOfDayNumber, timeText } from '../calendar.ts'
import { dice } from '../chance.ts'
import type { City } from '../city/scenario.ts'
import type { Edition, Fix } from './frame.ts'
import { motionAt, timetableOf } from './motion.ts'
import type { Motion, Timetable } from './motion.ts'
import { busRoutes, patrolRoutes } from './routes.ts'

export interface Vehicle {
  readonly kind: 'bus' | 'patrol'
  readonly edition: Edition
  /** 物联网卡 number; its beginning tells the fleet */
  readonly phone: string
  readonly plate: string
  readonly timetable: Timetable
  /** how long after the first of its route it sets out */
  readonly offsetMs: number
}

const busesPerRoute = 5
const patrolsPerRoute = 2
const firstBus = 6 * hourMs
const lastBus = 21.5 * hourMs

const threeDigits = (value: number): string => String(value).padStart(3, '0')

/** 40 buses and 8 patrol cars; every other terminal is of the edition of 2019. */
export const vehicles: readonly Vehicle[] = [
  ...busRoutes.flatMap((route, line) => fleet('bus', timetableOf(route), { first: line * busesPerRoute, count: busesPerRoute })),
  ...patrolRoutes.flatMap((route, line) => fleet('patrol', timetableOf(route), { first: line * patrolsPerRoute, count: patrolsPerRoute })),
]

function fleet(
  kind: Vehicle['kind'],
  timetable: Timetable,
  { first, count }: { readonly first: number; readonly count: number },
): readonly Vehicle[] {
  return Array.from({ length: count }, (_, index) => {
    const number = first + index + 1
    const isBus = kind === 'bus'
    return {
      kind,
      edition: number % 2 === 0 ? 2019 : 2013,
      phone: `14480${isBus ? '1' : '2'}62${threeDigits(number)}`,
      plate: isBus ? `甘L${threeDigits(100 + number)}D` : `甘L${threeDigits(700 + number)}警`,
      timetable,
      offsetMs: (index * timetable.roundMs) / count,
    }
  })
}

/** How far into its round a vehicle is; undefined while it stands in the depot. Patrol cars are always out. */
function sinceStart({ kind, timetable, offsetMs: planned, phone }: Vehicle, { seed }: City, at: number): number | undefined {
  const offsetMs = planned + 4 * minuteMs * dice(seed, 'late', phone)()
  if (kind === 'patrol') return (at + offsetMs) % timetable.roundMs
  const sinceFirst = at - startOfDayNumber(dayNumberOf(at)) - firstBus - offsetMs
  const begunMs = firstBus + offsetMs + Math.floor(sinceFirst / timetable.roundMs) * timetable.roundMs
  return sinceFirst < 0 || begunMs > lastBus ? undefined : sinceFirst % timetable.roundMs
}

/** Moving vehicles report every 20 seconds, standing ones every 5 minutes. */
export const reportEveryMs = (vehicle: Vehicle, city: City, at: number): number =>
  sinceStart(vehicle, city, at) === undefined ? 5 * minuteMs : 20_000

const speeding = 1 << 1
/** 平凉 lies high */
const altitude = 1_346

/** What a terminal knows at an instant. Now and then it sees no satellites; now and then its driver is too fast for its settings. */
export function fixAt(vehicle: Vehicle, city: City, at: number): Fix {
  const { seed } = city
  const since = sinceStart(vehicle, city, at)
  const motion: Motion = motionAt(vehicle.timetable, since ?? 0)
  const isBlind = dice(seed, 'blind', vehicle.phone, at)() < 0.004
  const isHasty = dice(seed, 'hasty', vehicle.phone, Math.floor(at / (10 * minuteMs)))() < 0.01 && motion.speed > 25
  return {
    place: isBlind ? undefined : motion.place,
    speed: since === undefined || isBlind ? 0 : motion.speed,
    heading: motion.heading,
    altitude: isBlind ? 0 : altitude,
    isIgnitionOn: since !== undefined,
    alarmBits: isHasty && !isBlind ? speeding : 0,
    mileage: 20_000 + (Math.floor(at / dayMs) % 1_000) * 150 + motion.km,
    time: timeText(at),
  }
}
