import { z } from 'zod'
import type { TopicKind } from './topic.ts'

/**
 * Panels: their names, the topics each needs and the options each takes. The server checks config/screens with these schemas before it
 * starts; the client draws with them. A new panel is an entry here and a folder of the same name in client/src/panels.
 */
const definition = <const Kinds extends readonly TopicKind[], Options extends z.ZodType>(topics: Kinds, options: Options) => ({ topics, options })

const rows = (most: number) => z.int().min(1).max(most)

/** How pictures stand: 1+5 and 1+7 have one large among small ones, the others are columns × rows of equal ones. */
export const videoLayouts = ['1', '1x2', '2x2', '1+5', '3x2', '1+7', '3x3', '4x4'] as const
export type VideoLayout = (typeof videoLayouts)[number]

const dwellSeconds = z.int().min(20).max(600)
const cameraId = z.string({ error: 'must be the id or code of a camera, in quotes: as a bare number its last digits are lost' }).min(1)

/** 摄像机组: cameras that belong together. One that no catalogue knows is told on the wall, since catalogues change by themselves. */
const savedCamerasSchema = z.strictObject({
  name: z.string().trim().min(1).max(8),
  nameEn: z.string().trim().min(1).max(40),
  /** the panel's own where it is left out */
  layout: z.enum(videoLayouts).optional(),
  /** the first takes the large place */
  cameras: z
    .array(cameraId)
    .min(1)
    .max(64)
    .refine((ids) => new Set(ids).size === ids.length, 'names a camera twice'),
  dwellSeconds: dwellSeconds.optional(),
})
export type SavedCameras = z.infer<typeof savedCamerasSchema>

const videoOptions = z
  .strictObject({
    layout: z.enum(videoLayouts),
    dwellSeconds: dwellSeconds.default(20),
    /**
     * 轮巡, what takes turns: mixed: one of each domain, so that none is forgotten · domain, unit: one after another, page by page · saved: the
     * sets below. Sensitive cameras take part in none: somebody must ask for them.
     */
    rotation: z.enum(['mixed', 'domain', 'unit', 'saved']).default('mixed'),
    /** an operator chooses one by the wall's key `c`, and the wall remembers it */
    saved: z
      .array(savedCamerasSchema)
      .max(20)
      .refine((sets) => new Set(sets.map(({ name }) => name)).size === sets.length, 'two sets have the same name')
      .default([]),
    /** pictures decoded at the same time; further tiles wait in words */
    decoders: z.int().min(1).max(64).default(16),
    /** a picture over the whole screen goes back by itself */
    fullScreenSeconds: z.int().min(10).max(3_600).default(120),
  })
  .refine(({ rotation, saved }) => rotation !== 'saved' || saved.length > 0, {
    path: ['saved'],
    error: 'rotation: saved turns through these, so there must be one at least',
  })

/** Of a panel that follows what is selected: where that is. */
const turnedTo = ['incidents', 'video-sources', 'sensors'] as const

/** What a map can show, and the topics of each layer. */
export const mapLayers = {
  /** open orders, gathered by town and by cell */
  'work-orders': ['work-orders'],
  incidents: ['incidents'],
  cameras: ['video-sources'],
  /** a dot at rest, a flag with its value when over a limit */
  sensors: ['sensors'],
  /** an arrow for each vehicle heard of lately */
  vehicles: ['vehicles'],
  /** a banner for those in force, and their outlines */
  warnings: ['warnings'],
  /** where orders and incidents gathered in the last hours */
  heat: ['work-orders', 'incidents'],
} as const satisfies Record<string, readonly TopicKind[]>
export type MapLayer = keyof typeof mapLayers
export const mapLayerNames = Object.keys(mapLayers) as [MapLayer, ...MapLayer[]]

export const panels = {
  /** 地图: boundary, relief, towns, and the layers asked for; those of `off` wait in the legend until somebody switches them on */
  map: definition(
    ['feeds', ...new Set(Object.values(mapLayers).flat())],
    z.strictObject({
      layers: z.array(z.enum(mapLayerNames)).min(1),
      off: z.array(z.enum(mapLayerNames)).default([]),
      /** how far back `heat` looks */
      heatHours: z.int().min(1).max(72).default(24),
    }),
  ),
  /** 传感: what sensors measure, over the limit first, in pages; of some sectors only where `sectors` names them, no more than `rows` to a page */
  sensors: definition(
    ['sensors', 'feeds', ...turnedTo],
    z.strictObject({
      rows: rows(30).optional(),
      sectors: z.array(z.string().min(1)).min(1).optional(),
      pageSeconds: z.int().min(20).max(600).default(20),
    }),
  ),
  /** 事件: open incidents by priority, in pages */
  events: definition(['incidents', 'feeds'], z.strictObject({ pageSeconds: z.int().min(20).max(600).default(20) })),
  /** 最新工单: what came in last, in pages; for districts without incidents */
  'latest-orders': definition(['work-orders', 'work-order-totals', 'feeds'], z.strictObject({ pageSeconds: z.int().min(20).max(600).default(20) })),
  /** 视频: tiles with live pictures, domains with their online counts */
  video: definition(['video-sources', 'feeds', ...turnedTo], videoOptions),
  /** 诉求今日·按乡镇: today against the usual; the orders around whatever somebody has selected */
  'orders-by-subdistrict': definition(['subdistricts', 'feeds', 'work-orders', ...turnedTo], z.strictObject({})),
  /** 诉求今日: today's orders of all channels by the hour */
  'hourly-intake': definition(['hourly-intake', 'feeds'], z.strictObject({})),
  /** 工单合计: by stage, owner, type; with and without coordinates */
  totals: definition(
    ['work-order-totals', 'feeds'],
    z.strictObject({ dimensions: z.array(z.enum(['stage', 'unit', 'type', 'channel'])).min(1), rows: rows(20).default(6) }),
  ),
  /** 首行四数 and the ruler of all indicators */
  headline: definition(['indicators', 'meeting', 'feeds'], z.strictObject({})),
  /** 指标矩阵 by family, or by the second grouping; the wall's key `g` changes it */
  'indicator-matrix': definition(
    ['indicators', 'feeds'],
    z.strictObject({ trends: z.boolean().default(true), by: z.enum(['family', 'group']).default('family') }),
  ),
  /** 未达与落后, by gap, with owner */
  'indicator-exceptions': definition(['indicators', 'feeds'], z.strictObject({})),
  /** 诉求渠道 */
  channels: definition(['channels', 'feeds'], z.strictObject({ form: z.enum(['columns', 'table']).default('columns') })),
  /** 排名: one of config/rankings.yaml, the first and the last; the latest published month, else the running one */
  ranking: definition(['rankings', 'feeds'], z.strictObject({ ranking: z.string().min(1), rows: rows(20).default(3) })),
  /** 一件事: the 13 themes, filed online, handled online, cases */
  themes: definition(['inputs', 'feeds'], z.strictObject({ input: z.string().min(1) })),
  /** 数据汇聚年度增长: an indicator against its pace, and what the nine sectors brought of it, of an input told apart by sector */
  gathering: definition(['inputs', 'indicators', 'feeds'], z.strictObject({ input: z.string().min(1), indicator: z.string().min(1) })),
  /** 诉求上升: types of request that came in faster today than on the same weekday */
  'rising-types': definition(['order-types', 'feeds'], z.strictObject({ rows: rows(12).default(5) })),
  /** 选中事件: clocks and timeline of the incident selected, else the most pressing */
  'incident-focus': definition(['incidents', 'feeds'], z.strictObject({})),
  /** 在办工单与时限 */
  'order-clocks': definition(['work-orders', 'channels', 'feeds'], z.strictObject({ pageSeconds: z.int().min(20).max(600).default(20) })),
  /** 督办: open orders with their cards, the most pressing first, in pages */
  supervision: definition(['supervisions'], z.strictObject({ pageSeconds: z.int().min(20).max(600).default(20) })),
  /** 上次调度会决定: what became of what was decided */
  'last-decisions': definition(['meetings'], z.strictObject({})),
  /** 在办事件 */
  'incident-list': definition(['incidents', 'feeds'], z.strictObject({})),
} as const

export type PanelName = keyof typeof panels
export type PanelOptions<Name extends PanelName> = z.infer<(typeof panels)[Name]['options']>
export const panelNames = Object.keys(panels) as readonly PanelName[]

/** The topics that a panel with these options needs: a map without vehicles does not ask for their every move. */
export function topicsOf(panel: PanelName, options: Readonly<Record<string, unknown>>): readonly TopicKind[] {
  const layers = options['layers']
  if (panel !== 'map' || !Array.isArray(layers)) return panels[panel].topics
  return ['feeds', ...new Set(mapLayerNames.filter((layer) => layers.includes(layer)).flatMap((layer) => mapLayers[layer]))]
}
