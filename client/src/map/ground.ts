import { geoJsonSchema, ringsOf, sortFeatures } from '../../../contract/boundary.ts'
import type { Boundary, Feature } from '../../../contract/boundary.ts'
import type { District } from '../../../contract/configuration.ts'
import type { Place } from '../../../contract/fact-field.ts'
import type { Bounds } from './mercator.ts'

/** What lies under the marks: the district's outline, its parts, its neighbours, lines to orient by, a picture of the ground. */
export interface Ground extends Boundary {
  readonly district: string
  readonly lines: readonly (readonly Place[])[]
  readonly relief: { readonly url: string; readonly bounds: Bounds } | undefined
}

type Get = (url: string) => Promise<Response>

const urlOf = (file: string): string => `/api/map/${encodeURIComponent(file)}`

async function fetchFeatures(file: string, get: Get): Promise<readonly Feature[]> {
  const response = await get(urlOf(file))
  if (!response.ok) throw new Error(`map file ${file}: the server answered ${String(response.status)}`)
  return geoJsonSchema.parse(await response.json()).features
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
