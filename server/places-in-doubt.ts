import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { geoJsonSchema, sortFeatures } from '../contract/boundary.ts'
import type { District } from '../contract/configuration.ts'
import type { Place } from '../contract/fact-field.ts'
import type { Suspicions } from '../contract/suspicion.ts'
import type { Entity, SensorState, TopicName, WorkOrder } from '../contract/topic.ts'
import type { Incident } from '../contract/incident.ts'
import type { VideoSource } from '../contract/video-source.ts'
import { topicName } from '../contract/topic.ts'
import { createPlaceJudge, suspicionsOf } from './core/suspicion.ts'
import type { Placed, PlaceJudge, Verdict } from './core/suspicion.ts'
import type { Log } from './log.ts'

export interface PlacesInDoubtRooms {
  readonly districts: readonly Pick<District, 'id' | 'map'>[]
  readonly mapDirectory: string
  readonly world: { read(topics: readonly TopicName[]): Readonly<Partial<Record<TopicName, readonly Entity[]>>> }
  readonly log: Log
}

/** By district: judges the places of its cameras, sensors, incidents and orders, as they stand when asked. */
export type PlacesInDoubt = ReadonlyMap<string, () => Suspicions>

type Judging = { readonly judge: PlaceJudge } | { readonly problem: string }

/** Reads the boundaries once. One that cannot be read is logged and told with every answer: screens draw without it, and so do we. */
export function openPlacesInDoubt({ districts, mapDirectory, world, log }: PlacesInDoubtRooms): PlacesInDoubt {
  return new Map(
    districts.map(({ id: district, map }): [string, () => Suspicions] => {
      const found = judgeOf(map, mapDirectory)
      if ('judge' in found) return [district, () => ({ district, problem: undefined, ...suspicionsOf(placedIn(district, world), found.judge) })]
      log('warn', 'places cannot be judged', { district, problem: found.problem })
      return [district, () => ({ district, problem: found.problem, checked: 0, counts: [], examples: [] })]
    }),
  )
}

function judgeOf(map: District['map'], directory: string): Judging {
  try {
    const features = geoJsonSchema.parse(JSON.parse(readFileSync(join(directory, map.boundary), 'utf8'))).features
    return { judge: remembering(createPlaceJudge(sortFeatures(features, map.focus))) }
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    return { problem: `config/map/${map.boundary} cannot be read as GeoJSON of polygons and lines: ${reason}; put such a file there` }
  }
}

/** What lies still keeps its place, the very same array: thousands need not be judged anew for each asking. */
function remembering(judge: PlaceJudge): PlaceJudge {
  const known = new WeakMap<Place, { readonly verdict: Verdict | undefined }>()
  return (place) => {
    const before = known.get(place) ?? { verdict: judge(place) }
    known.set(place, before)
    return before.verdict
  }
}

function* placedIn(district: string, world: PlacesInDoubtRooms['world']): Iterable<Placed> {
  const read = (kind: 'video-sources' | 'sensors' | 'incidents' | 'work-orders'): readonly Entity[] => {
    const topic = topicName(kind, district)
    return world.read([topic])[topic] ?? []
  }
  // as: what each of these topics holds
  for (const { id, name, feed, place } of read('video-sources') as readonly VideoSource[]) yield { what: 'camera', id, name, feed, place }
  for (const { id, name, feed, place } of read('sensors') as readonly SensorState[]) yield { what: 'sensor', id, name, feed, place }
  for (const { id, title, feed, place } of read('incidents') as readonly Incident[]) yield { what: 'incident', id, name: title, feed, place }
  for (const { id, type, feed, place } of read('work-orders') as readonly WorkOrder[]) yield { what: 'order', id, name: type, feed, place }
}
