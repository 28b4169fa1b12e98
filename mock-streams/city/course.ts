import { dice } from '../chance.ts'
import { localHour } from '../calendar.ts'

/** Courses of values over time: each a pure function of seed and instant. */

/** A value in [-1, 1] that wanders without jumps, with a new aim every `spanMs`. */
export function drift(seed: number, key: string, at: number, spanMs: number): number {
  const step = Math.floor(at / spanMs)
  const aim = (index: number): number => 2 * dice(seed, key, index)() - 1
  return mix(aim(step), aim(step + 1), smooth(at / spanMs - step))
}

/**
 * The course of a day.
 * @param hours values at the full hours, 24 of them; between two of them it goes smoothly over
 */
export function daily(hours: readonly number[], at: number): number {
  const hour = localHour(at)
  const before = Math.floor(hour)
  return mix(hours[before % 24] ?? 0, hours[(before + 1) % 24] ?? 0, smooth(hour - before))
}

/** A rise and fall around an hour of the day: 1 at `peakHour`, next to nothing three widths away. */
export const bump = (at: number, peakHour: number, widthHours: number): number => Math.exp(-(((localHour(at) - peakHour) / widthHours) ** 2))

export const smooth = (share: number): number => share * share * (3 - 2 * share)
export const mix = (from: number, to: number, share: number): number => from + (to - from) * share
export const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))
