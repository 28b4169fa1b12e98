import { z } from 'zod'
import type { District } from './configuration.ts'
import { placeSchema } from './fact-field.ts'
import type { Place } from './fact-field.ts'

/** GeoJSON of config/map, in WGS-84: what lies where. Read by screens to draw it, by the server to judge places by it. */

export interface Shape {
  readonly name: string
  readonly rings: readonly (readonly Place[])[]
}

/** A district's boundary file, sorted. */
export interface Boundary {
  /** the district itself */
  readonly outline: readonly Shape[]
  /** boundaries inside the district: features with the property `subdistrict` */
  readonly parts: readonly Shape[]
  readonly neighbours: readonly Shape[]
}

const lineSchema = z.array(placeSchema)
const geometrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: z.array(lineSchema) }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(lineSchema)) }),
  z.object({ type: z.literal('LineString'), coordinates: lineSchema }),
  z.object({ type: z.literal('MultiLineString'), coordinates: z.array(lineSchema) }),
])
/** Only polygons and lines are anything here. */
export const geoJsonSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(z.object({ properties: z.record(z.string(), z.unknown()), geometry: geometrySchema })),
})
export type Feature = z.infer<typeof geoJsonSchema>['features'][number]

export function ringsOf({ geometry }: Feature): readonly (readonly Place[])[] {
  switch (geometry.type) {
    case 'LineString':
      return [geometry.coordinates]
    case 'MultiPolygon':
      return geometry.coordinates.flat()
    case 'Polygon':
    case 'MultiLineString':
      return geometry.coordinates
  }
}

const shapeOf = (feature: Feature): Shape => ({
  name: typeof feature.properties['name'] === 'string' ? feature.properties['name'] : '',
  rings: ringsOf(feature),
})

/** Sorts a boundary file's features into the district itself, its parts and its neighbours. */
export function sortFeatures(features: readonly Feature[], focus: District['map']['focus']): Boundary {
  const isPart = (feature: Feature): boolean => feature.properties['subdistrict'] !== undefined
  const isFocus = (feature: Feature): boolean => !isPart(feature) && (focus === undefined || feature.properties[focus.property] === focus.value)
  return {
    outline: features.filter(isFocus).map(shapeOf),
    parts: features.filter(isPart).map(shapeOf),
    neighbours: features.filter((feature) => !isFocus(feature) && !isPart(feature)).map(shapeOf),
  }
}
