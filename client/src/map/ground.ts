import { z } from 'zod'
import type { District } from '../../../contract/configuration.ts'
import type { Place } from '../../../contract/fact.ts'
import { placeSchema } from '../../../contract/fact.ts'
import type { Bounds } from './mercator.ts'

/** What lies under the marks: the district's outline, its parts, its neighbours, lines to orient by, a picture of the ground. */
export interface Ground {
  readonly district: string
  readonly outline: readonly Shape[]
  /** boundaries inside the district: features with the property `subdistrict` */
  readonly parts: readonly Shape[]
  readonly neighbours: readonly Shape[]
  readonly lines: readonly (readonly Place[])[]
  readonly relief: { readonly url: string; readonly bounds: Bounds } | undefined
}

export interface Shape {
  readonly name: string
  readonly rings: readonly (readonly Place[])[]
}

const lineSchema = z.array(placeSchema)
const geometrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: z.array(lineSchema) }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(lineSchema)) }),
  z.object({ type: z.literal('LineString'), coordinates: lineSchema }),
  z.object({ type: z.literal('MultiLineString'), coordinates: z.array(lineSchema) }),
])
const collectionSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(z.object({ properties: z.record(z.string(), z.unknown()), geometry: geometrySchema })),
})
type Feature = z.infer<typeof collectionSchema>['features'][number]

function ringsOf({ geometry }: Feature): readonly (readonly Place[])[] {
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

type Get = (url: string) => Promise<Response>

const urlOf = (file: string): string => `/api/map/${encodeURIComponent(file)}`

async function fetchFeatures(file: string, get: Get): Promise<readonly Feature[]> {
  const response = await get(urlOf(file))
  if (!response.ok) throw new Error(`map file ${file}: the server answered ${String(response.status)}`)
  return collectionSchema.parse(await response.json()).features
}

/** Sorts a boundary file's features into the district itself, its parts and its neighbours. */
export function sortFeatures(features: readonly Feature[], focus: District['map']['focus']): Pick<Ground, 'outline' | 'parts' | 'neighbours'> {
  const isPart = (feature: Feature): boolean => feature.properties['subdistrict'] !== undefined
  const isFocus = (feature: Feature): boolean => !isPart(feature) && (focus === undefined || feature.properties[focus.property] === focus.value)
  return {
    outline: features.filter(isFocus).map(shapeOf),
    parts: features.filter(isPart).map(shapeOf),
    neighbours: features.filter((feature) => !isFocus(feature) && !isPart(feature)).map(shapeOf),
  }
}

/** Fetches a district's ground. Rejects when a file is missing or is not GeoJSON of polygons and lines in WGS-84. */
export async function loadGround({ id, map }: Pick<District, 'id' | 'map'>, get: Get = fetch): Promise<Ground> {
  const [features, lines] = await Promise.all([fetchFeatures(map.boundary, get), map.lines === undefined ? [] : fetchFeatures(map.lines, get)])
  const relief = map.relief && { url: urlOf(map.relief.file), bounds: map.relief.bounds }
  return { district: id, ...sortFeatures(features, map.focus), lines: lines.flatMap(ringsOf), relief }
}

const loading = new Map<string, Promise<Ground>>()

/** The same, fetched once for the life of the page; a failure is forgotten, so that the next asking tries again. */
export function groundOf(district: Pick<District, 'id' | 'map'>): Promise<Ground> {
  const known = loading.get(district.id)
  if (known !== undefined) return known
  const ground = loadGround(district)
  loading.set(district.id, ground)
  ground.catch(() => {
    loading.delete(district.id)
  })
  return ground
}
