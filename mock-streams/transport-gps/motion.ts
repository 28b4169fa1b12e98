import { hourMs } from '../calendar.ts'
import { clamp, mix, smooth } from '../city/course.ts'
import type { Point, Route } from './routes.ts'

/** From one stop to the next: off, faster, slower, stand. */
interface Hop {
  readonly from: Point
  readonly to: Point
  readonly km: number
  readonly startMs: number
  readonly driveMs: number
}

/** 运行图: one round of a route, there and back. */
export interface Timetable {
  readonly hops: readonly Hop[]
  readonly roundMs: number
  readonly roundKm: number
}

export interface Motion {
  readonly place: Point
  /** km/h */
  readonly speed: number
  /** degrees clockwise from north */
  readonly heading: number
  /** km since the round began */
  readonly km: number
}

const kmPerDegree = 111.32

/** [east, north] in km */
function apart([x1, y1]: Point, [x2, y2]: Point): readonly [number, number] {
  return [(x2 - x1) * kmPerDegree * Math.cos((y1 * Math.PI) / 180), (y2 - y1) * kmPerDegree]
}

export function timetableOf(route: Route): Timetable {
  const there = stopsOf(route)
  const stops = route.isRound ? there : [...there, ...there.slice(0, -1).reverse()]
  const hops: Hop[] = []
  let startMs = 0
  let roundKm = 0
  for (const [index, to] of stops.entries()) {
    const from = stops[index - 1]
    if (from === undefined) continue
    const km = Math.hypot(...apart(from, to))
    const driveMs = (km / route.cruise) * hourMs
    hops.push({ from, to, km, startMs, driveMs })
    startMs += driveMs + route.dwell * 1_000
    roundKm += km
  }
  return { hops, roundMs: startMs, roundKm }
}

/** Corners are stops, and so is every so many km between them. */
function stopsOf({ points, isRound, hop }: Route): readonly Point[] {
  const [first] = points
  const line = isRound && first !== undefined ? [...points, first] : points
  return line.flatMap((point, index) => {
    const before = line[index - 1]
    if (before === undefined) return [point]
    const parts = Math.max(1, Math.round(Math.hypot(...apart(before, point)) / hop))
    return Array.from({ length: parts }, (_, part): Point => between(before, point, (part + 1) / parts))
  })
}

const between = (from: Point, to: Point, share: number): Point => [mix(from[0], to[0], share), mix(from[1], to[1], share)]

/** Where a vehicle is so long after its round began. Its speed is the slope of its way: the two never contradict each other. */
export function motionAt({ hops }: Timetable, sinceMs: number): Motion {
  let driven = 0
  for (const [index, { from, to, km, startMs, driveMs }] of hops.entries()) {
    const next = hops[index + 1]
    if (next !== undefined && sinceMs >= next.startMs) {
      driven += km
      continue
    }
    const share = clamp((sinceMs - startMs) / driveMs, 0, 1)
    const [east, north] = apart(from, to)
    return {
      place: between(from, to, smooth(share)),
      speed: (km / (driveMs / hourMs)) * 6 * share * (1 - share),
      heading: ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360,
      km: driven + km * smooth(share),
    }
  }
  throw new Error('a timetable has at least one hop')
}
