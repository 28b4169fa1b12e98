import { z } from 'zod'
import type { Place } from '../../contract/fact.ts'
import { maskText } from '../core/masking.ts'
import type { CatalogueItem } from './provider.ts'

/** What we read of one entry of POST /artemis/api/resource/v1/cameras. Numbers come as text, and nearly everything may be null. */
const absent = z.union([z.null(), z.literal('')]).transform(() => undefined)
const numeric = z.union([absent, z.coerce.number()]).optional()

const cameraSchema = z.object({
  cameraIndexCode: z.string().min(1).max(128),
  cameraName: z.string().min(1),
  regionIndexCode: z.string().nullish(),
  regionName: z.string().nullish(),
  longitude: numeric,
  latitude: numeric,
  /** JSON in a text: {"azimuth": "90", ...} */
  viewshed: z.string().nullish(),
  /** 0 unknown, 1 online, 2 offline */
  status: numeric,
})

export type ParsedItem = { readonly ok: true; readonly item: CatalogueItem } | { readonly ok: false; readonly detail: string }

/** Maps one entry; a camera of unknown state counts as online, since only opening it can tell. */
export function readCamera(entry: unknown): ParsedItem {
  const parsed = cameraSchema.safeParse(entry)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return { ok: false, detail: `data.list[].${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'unreadable'}` }
  }
  const camera = parsed.data
  const item: CatalogueItem = {
    id: camera.cameraIndexCode,
    name: nameOf(camera.cameraName),
    isOnline: camera.status !== 2,
    regions: [camera.regionName, camera.regionIndexCode].filter((region) => typeof region === 'string'),
    place: placeOf(camera.longitude, camera.latitude),
    heading: headingOf(camera.viewshed),
  }
  return { ok: true, item }
}

/** Installers write down whose door it is, and whom to call: masked. More than is kept is looked at, so that no number is cut in half. */
function nameOf(given: string): string {
  const legible = given
    .slice(0, 800)
    .replace(/\p{Cf}+/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
  return maskText(legible.trim()).slice(0, 200)
}

/** Undefined for what is no place: missing, 0,0, out of range. */
function placeOf(longitude: number | undefined, latitude: number | undefined): Place | undefined {
  if (longitude === undefined || latitude === undefined) return undefined
  if (longitude === 0 && latitude === 0) return undefined
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 ? [longitude, latitude] : undefined
}

const viewshedSchema = z.object({ azimuth: z.coerce.number().min(0).max(360) })

function headingOf(viewshed: string | null | undefined): number | undefined {
  if (viewshed === null || viewshed === undefined || viewshed === '') return undefined
  try {
    return viewshedSchema.safeParse(JSON.parse(viewshed)).data?.azimuth
  } catch {
    // installers write what they like here; a camera without a heading is still a camera
    return undefined
  }
}
