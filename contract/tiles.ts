import { z } from 'zod'

/** 瓦片: a picture of the ground from elsewhere, in place of the sketch; always asked of our own server, at /api/map/tiles/{z}/{x}/{y}. */

const zoom = z.int().min(0).max(22)
/** a file or folder inside config/map */
const inside = z.string().regex(/^(?!.*\.\.)[^/\\:][^\\:]*$/, 'a name inside config/map, without .. and not from the root')

const shape = {
  minZoom: zoom.default(0),
  maxZoom: zoom.default(18),
  /** of the tiles' own grid; 天地图 is CGCS2000, which is WGS-84 for a map */
  datum: z.enum(['wgs84', 'gcj02']).default('wgs84'),
  /** how strongly they are drawn over the dark ground: light tiles would outshine an alarm */
  opacity: z.number().min(0.05).max(1).default(0.55),
  /** 审图号, always shown at the foot of the map */
  approval: z.string().min(1).max(60),
}

/** config/app.yaml `tiles` */
export const tilesSchema = z.discriminatedUnion('kind', [
  /** files {z}/{x}/{y}.png, .jpg or .webp */
  z.strictObject({ ...shape, kind: z.literal('xyz'), folder: inside.default('tiles') }),
  /** one PMTiles v3 archive of pictures */
  z.strictObject({ ...shape, kind: z.literal('pmtiles'), file: inside }),
  /** 天地图 WMTS, fetched by the server and kept on its disk */
  z.strictObject({
    ...shape,
    kind: z.literal('tianditu'),
    url: z.url({ protocol: /^https?$/ }).default('https://t0.tianditu.gov.cn'),
    /** vec 矢量 · img 影像 · ter 地形, in Web Mercator */
    layer: z.enum(['vec', 'img', 'ter']).default('ter'),
    /** variable that holds the token; screens never learn it */
    tokenEnv: z.string().min(1),
    /** kept on disk; the longest unused go first */
    cacheMegabytes: z.number().min(10).max(100_000).default(500),
  }),
])
export type Tiles = z.infer<typeof tilesSchema>

/** What a screen is told of tiles: how to draw them, nothing of where they come from. */
export type TileLook = Pick<Tiles, 'minZoom' | 'maxZoom' | 'opacity' | 'approval' | 'datum'>
