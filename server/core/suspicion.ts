import type { Boundary } from '../../contract/boundary.ts'
import type { Place } from '../../contract/fact-field.ts'
import { doubts, placedKinds } from '../../contract/suspicion.ts'
import type { Doubt, DoubtfulPlace, PlacedKind, Suspicions } from '../../contract/suspicion.ts'
import { createTerritory } from './territory.ts'

/** Boundaries are simplified and surveys differ: a place so near to the district is not doubted, km. */
const tolerance = 0.5
/** [0, 0] is how many terminals write an unknown position, some with a little noise, degrees. */
const nearZero = 0.1
const examplesOfEach = 5

export interface Verdict {
  readonly doubt: Doubt
  readonly km: number | undefined
  readonly neighbour: string | undefined
}

export type PlaceJudge = (place: Place) => Verdict | undefined

/**
 * 坐标存疑: tells a place that is most likely wrong by the district's boundary and its neighbours'.
 * @returns a judge that answers undefined for a place in the district, or so near that the boundary may be at fault
 */
export function createPlaceJudge({ outline, neighbours }: Boundary): PlaceJudge {
  const own = createTerritory(outline.flatMap(({ rings }) => rings))
  const around = neighbours.map(({ name, rings }) => ({ name, territory: createTerritory(rings) }))
  return (place) => {
    const [longitude, latitude] = place
    if (own.contains(place)) return undefined
    if (Math.abs(longitude) < nearZero && Math.abs(latitude) < nearZero) return { doubt: 'zero', km: undefined, neighbour: undefined }
    const swapped: Place = [latitude, longitude]
    if (own.contains(swapped)) return { doubt: 'swapped', km: undefined, neighbour: undefined }
    const km = own.kmTo(place)
    if (km <= tolerance) return undefined
    const neighbour = around.find(({ territory }) => territory.contains(place))?.name
    return { doubt: neighbour === undefined ? 'outside' : 'neighbour', km, neighbour }
  }
}

/** Something with a place. */
export interface Placed extends Pick<DoubtfulPlace, 'what' | 'id' | 'name' | 'feed'> {
  readonly place: Place | undefined
}

/** Judges all of a district's things. @param judge answers the same for the same place */
export function suspicionsOf(things: Iterable<Placed>, judge: PlaceJudge): Pick<Suspicions, 'checked' | 'counts' | 'examples'> {
  const found: DoubtfulPlace[] = []
  let checked = 0
  for (const { what, id, name, feed, place } of things) {
    if (place === undefined) continue
    checked += 1
    const verdict = judge(place)
    if (verdict !== undefined) found.push({ what, id, name, feed, place, ...verdict })
  }
  const groups = placedKinds.flatMap((what) => doubts.map((doubt) => ({ what, doubt, places: placesIn(found, what, doubt) })))
  return {
    checked,
    counts: groups.flatMap(({ what, doubt, places }) => (places.length === 0 ? [] : [{ what, doubt, count: places.length }])),
    examples: groups.flatMap(({ places }) => places.slice(0, examplesOfEach)),
  }
}

const placesIn = (found: readonly DoubtfulPlace[], what: PlacedKind, doubt: Doubt): readonly DoubtfulPlace[] =>
  found.filter((place) => place.what === what && place.doubt === doubt).sort((a, b) => (b.km ?? 0) - (a.km ?? 0) || (a.id < b.id ? -1 : 1))
