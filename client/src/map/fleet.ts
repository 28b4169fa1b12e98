import type { Vehicle } from '../../../contract/topic.ts'
import type { Instant } from '../../../contract/time.ts'
import { hourMs, minuteMs, secondMs } from '../../../contract/time.ts'
import { distanceKm } from './geodesy.ts'
import { toWorld } from './mercator.ts'
import type { View } from './mercator.ts'

/** A vehicle that was silent for longer is somewhere else by now: it is counted, not drawn. */
export const lostAfterMs = 10 * minuteMs
/** one silent for longer is drawn hollow */
const staleAfterMs = 2 * minuteMs
/** A fix after a longer pause is not glided to for as long: nobody knows which way was taken. */
const longestGlideMs = 15 * secondMs
/** 250 km/h: what is faster was not driven but corrected, and is there at once */
const fastestKmPerMs = 250 / hourMs

/** What an update brought. */
export interface FleetNews {
  /** something appeared, vanished or jumped: it is to be drawn at once; what only goes on gliding is not */
  readonly isSudden: boolean
  /** of those that set out, widths of the world per ms; 0 for none */
  readonly fastest: number
}

/** Where vehicles are on the screen, in arrays as long as `count`. They are the fleet's own, and change with the next call. */
export interface FleetSpots {
  readonly count: number
  /** x, y, px */
  readonly xy: Float32Array
  /** degrees clockwise from north; NaN where it is not known */
  readonly heading: Float32Array
  /** 1: silent for a while */
  readonly stale: Uint8Array
  /** ms until something on the screen has moved by a pixel; Infinity when nothing moves */
  readonly nextMs: number
}

/**
 * Vehicles on their way from fix to fix: each glides to its newest one in the time that lay between the two. Thousands of them: typed
 * arrays, and no work for those of which nothing new was heard.
 */
export class Fleet {
  readonly #slots = new Map<string, number>()
  readonly #known: (Vehicle | undefined)[] = []
  readonly #free: number[] = []
  /** slots in the order in which vehicles were told last: mostly the next telling has the same, and nothing need be looked up */
  readonly #order: number[] = []
  #tracks = new Tracks(256)
  #spots = spotsFor(256)

  get size(): number {
    return this.#slots.size
  }

  /**
   * Takes what is known of all vehicles now.
   * @param at ms, of the clock that `spots` is asked by
   */
  update(vehicles: ReadonlyMap<string, Vehicle>, at: number): FleetNews {
    let isSudden = false
    let fastest = 0
    let index = 0
    for (const vehicle of vehicles.values()) {
      const expected = this.#order[index] ?? -1
      if (this.#known[expected] !== vehicle) {
        const slot = this.#known[expected]?.id === vehicle.id ? expected : (this.#slots.get(vehicle.id) ?? this.#add(vehicle))
        const speed = this.#follow(slot, vehicle, at)
        this.#order[index] = slot
        isSudden ||= speed === Infinity
        if (speed !== Infinity) fastest = Math.max(fastest, speed)
      }
      index++
    }
    this.#order.length = index
    if (this.#slots.size > vehicles.size) isSudden = this.#sweep(vehicles) || isSudden
    return { isSudden, fastest }
  }

  /**
   * Where those heard of lately are that the view shows.
   * @param now the instant by which silence is judged
   * @param at  ms, as for `update`
   */
  spots(view: View, now: Instant, at: number): FleetSpots {
    const [tracks, spots] = [this.#tracks, this.#spots]
    const { worldPx, center, width, height } = view
    const [centerX, centerY] = toWorld(center)
    const [halfWidth, halfHeight] = [width / 2, height / 2]
    let count = 0
    let fastest = 0
    for (const slot of this.#slots.values()) {
      const silentMs = now - (tracks.observedAt[slot] ?? 0)
      if (silentMs > lostAfterMs) continue
      const share = tracks.shareAt(slot, at)
      const x = (tracks.xAt(slot, share) - centerX) * worldPx
      const y = (tracks.yAt(slot, share) - centerY) * worldPx
      if (Math.abs(x) > halfWidth || Math.abs(y) > halfHeight) continue
      spots.xy[2 * count] = x + halfWidth
      spots.xy[2 * count + 1] = y + halfHeight
      spots.heading[count] = tracks.heading[slot] ?? NaN
      spots.stale[count] = silentMs > staleAfterMs ? 1 : 0
      count++
      if (share < 1) fastest = Math.max(fastest, tracks.speed(slot))
    }
    return { ...spots, count, nextMs: fastest === 0 ? Infinity : 1 / (fastest * worldPx) }
  }

  #add(vehicle: Vehicle): number {
    const slot = this.#free.pop() ?? this.#known.length
    if (slot >= this.#tracks.capacity) {
      this.#tracks = this.#tracks.grown()
      this.#spots = spotsFor(this.#tracks.capacity)
    }
    this.#slots.set(vehicle.id, slot)
    this.#known[slot] = undefined
    return slot
  }

  /** @returns how fast it glides, widths of the world per ms; Infinity when it is there at once */
  #follow(slot: number, vehicle: Vehicle, at: number): number {
    const before = this.#known[slot]
    if (before === vehicle) return 0
    this.#known[slot] = vehicle
    const sinceMs = before === undefined ? 0 : Math.max(0, vehicle.observedAt - before.observedAt)
    const isDriven = before !== undefined && distanceKm(before.place, vehicle.place) <= fastestKmPerMs * sinceMs
    if (!isDriven) {
      this.#tracks.put(slot, vehicle)
      return Infinity
    }
    this.#tracks.glide(slot, vehicle, at, Math.min(longestGlideMs, sinceMs))
    return this.#tracks.speed(slot)
  }

  #sweep(vehicles: ReadonlyMap<string, Vehicle>): boolean {
    const gone = [...this.#slots].filter(([id]) => !vehicles.has(id))
    for (const [id, slot] of gone) {
      this.#slots.delete(id)
      this.#known[slot] = undefined
      this.#free.push(slot)
    }
    return gone.length > 0
  }
}

const spotsFor = (capacity: number) => ({
  xy: new Float32Array(2 * capacity),
  heading: new Float32Array(capacity),
  stale: new Uint8Array(capacity),
})

/** From where to where, on the world of `toWorld`, and when. */
class Tracks {
  readonly capacity: number
  readonly heading: Float32Array
  readonly observedAt: Float64Array
  readonly #ends: Float64Array
  readonly #times: Float64Array

  constructor(capacity: number) {
    this.capacity = capacity
    this.heading = new Float32Array(capacity)
    this.observedAt = new Float64Array(capacity)
    this.#ends = new Float64Array(4 * capacity)
    this.#times = new Float64Array(2 * capacity)
  }

  grown(): Tracks {
    const larger = new Tracks(2 * this.capacity)
    larger.heading.set(this.heading)
    larger.observedAt.set(this.observedAt)
    larger.#ends.set(this.#ends)
    larger.#times.set(this.#times)
    return larger
  }

  put(slot: number, vehicle: Vehicle): void {
    const [x, y] = toWorld(vehicle.place)
    this.#set(slot, vehicle, [x, y, x, y])
    this.#times.set([0, 0], 2 * slot)
  }

  glide(slot: number, vehicle: Vehicle, at: number, durationMs: number): void {
    const share = this.shareAt(slot, at)
    this.#set(slot, vehicle, [this.xAt(slot, share), this.yAt(slot, share), ...toWorld(vehicle.place)])
    this.#times.set([at, at + durationMs], 2 * slot)
  }

  /** of the way gone, [0, 1] */
  shareAt(slot: number, at: number): number {
    const [start, end] = [this.#times[2 * slot] ?? 0, this.#times[2 * slot + 1] ?? 0]
    if (at >= end) return 1
    return Math.max(0, (at - start) / (end - start))
  }

  xAt(slot: number, share: number): number {
    return this.#between(4 * slot, 4 * slot + 2, share)
  }

  yAt(slot: number, share: number): number {
    return this.#between(4 * slot + 1, 4 * slot + 3, share)
  }

  /** widths of the world per ms */
  speed(slot: number): number {
    const ends = this.#ends
    const way = Math.hypot((ends[4 * slot + 2] ?? 0) - (ends[4 * slot] ?? 0), (ends[4 * slot + 3] ?? 0) - (ends[4 * slot + 1] ?? 0))
    return way / Math.max(1, (this.#times[2 * slot + 1] ?? 0) - (this.#times[2 * slot] ?? 0))
  }

  #between(from: number, to: number, share: number): number {
    const start = this.#ends[from] ?? 0
    return start + ((this.#ends[to] ?? 0) - start) * share
  }

  #set(slot: number, { heading, observedAt }: Vehicle, ends: readonly number[]): void {
    this.#ends.set(ends, 4 * slot)
    this.heading[slot] = heading ?? NaN
    this.observedAt[slot] = observedAt
  }
}
