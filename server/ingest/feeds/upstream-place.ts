import type { Place } from '../../../contract/fact-field.ts'
import { MapError } from '../dialect.ts'

/**
 * Reads coordinates as upstreams send them: numbers, numbers in text, or nothing.
 * @param fields their names, longitude first, for the error
 * @returns undefined when either is empty, or both are 0, which platforms send for "not known"
 * Errors: MapError `bad-place` for anything that is no coordinate.
 */
export function readPlace(longitude: unknown, latitude: unknown, fields: readonly [string, string]): Place | undefined {
  if (isEmpty(longitude) || isEmpty(latitude)) return undefined
  const place: Place = [Number(longitude), Number(latitude)]
  if (place[0] === 0 && place[1] === 0) return undefined
  const [x, y] = place
  if (Math.abs(x) <= 180 && Math.abs(y) <= 90) return place
  const given = `${fields[0]}: ${JSON.stringify(longitude)} with ${fields[1]}: ${JSON.stringify(latitude)}`
  const cure = Math.abs(x) <= 90 && Math.abs(y) <= 180 ? 'they look exchanged: longitude comes first' : 'send degrees, or leave both empty'
  throw new MapError('bad-place', `${given.slice(0, 120)} are no coordinates; ${cure}`)
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || (typeof value === 'string' && value.trim() === '')

/** Rounds both coordinates to so many decimals. */
export function roundTo([longitude, latitude]: Place, decimals: number): Place {
  return [Number(longitude.toFixed(decimals)), Number(latitude.toFixed(decimals))]
}

/**
 * Rounds to 3 decimals, about 100 m: a request comes from somebody's home, and a dot on a wall must show a neighbourhood, not a household.
 */
export const roundToBlock = (place: Place): Place => roundTo(place, 3)
