import { z } from 'zod'
import { cameraName, cameraPlace, numeric } from './camera.ts'
import type { CatalogueItem } from './provider.ts'

/** What we read of one entry of POST /artemis/api/resource/v1/cameras. Numbers come as text, and nearly everything may be null. */
const cameraSchema = z.object({
  cameraIndexCode: z.string().min(1).max(128),
  cameraName: z.string().min(1),
  /** 0 bullet, 1 half-dome, 2 speed dome, 3 bullet on a pan-tilt head */
  cameraType: numeric,
  /** 云镜类型: 1 turns and zooms, 2 zooms only, 3 turns only, 4 neither */
  ptz: numeric,
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
    name: cameraName(camera.cameraName),
    isOnline: camera.status !== 2,
    regions: [camera.regionName, camera.regionIndexCode].filter((region) => typeof region === 'string'),
    place: cameraPlace(camera.longitude, camera.latitude),
    heading: headingOf(camera.viewshed),
    ...(canMove(camera.ptz, camera.cameraType) ? { canMove: true } : {}),
  }
  return { ok: true, item }
}

/** Most platforms leave `ptz` empty; then the kind of camera tells. */
function canMove(ptz: number | undefined, cameraType: number | undefined): boolean {
  return ptz === undefined ? cameraType === 2 || cameraType === 3 : ptz === 1 || ptz === 3
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
