import { z } from 'zod'
import { videoDomains } from './fact.ts'
import type { IndicatorDefinition } from './indicator.ts'
import type { PanelName } from './panel.ts'

/** What a customer edits (config/*.yaml), and what of it a screen is told. */

const id = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and -')
const text = z.string().min(1)
const longitude = z.number().min(-180).max(180)
const latitude = z.number().min(-90).max(90)
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM')
const zone = text.refine((name) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    // Intl answers an unknown zone with an exception; here it is an answer, not a fault
    return false
  }
}, 'a time zone such as Asia/Shanghai')

/** config/walls/*.yaml: the room decides how large type must be. */
export const wallSchema = z.strictObject({
  id,
  name: text,
  widthMm: z.number().positive(),
  widthPx: z.int().min(640),
  heightPx: z.int().min(360),
  /** metres from the wall to the farthest seat */
  farthestSeatM: z.number().positive(),
  /** chosen by itself when a browser's window has exactly this wall's pixels; otherwise only by name in the address */
  automatic: z.boolean().default(true),
})
export type WallProfile = z.infer<typeof wallSchema>

export const densities = ['full', 'wall', 'page'] as const
export type Density = (typeof densities)[number]
export type Shape = '16:9' | '32:9'

export const screenIds = ['perceive', 'overview', 'dispatch'] as const
export type ScreenId = (typeof screenIds)[number]

/** One panel's place on a grid of `columns` × 24 rows between header and strip; `bleed` lets it run to the screen's edges. */
export interface Placement {
  readonly panel: PanelName
  readonly column: number
  readonly row: number
  readonly width: number
  readonly height: number
  readonly bleed: boolean
  /** already parsed by the panel's own schema */
  readonly options: Readonly<Record<string, unknown>>
}

export interface Layout {
  readonly shape: Shape
  readonly densities: readonly Density[]
  readonly columns: 24 | 48
  readonly panels: readonly Placement[]
}

export interface Screen {
  readonly id: ScreenId
  readonly district: string
  readonly layouts: readonly Layout[]
}

/** config/districts/*.yaml */
export const districtSchema = z.strictObject({
  id,
  name: text,
  nameEn: text,
  /** title in the header of its screens */
  title: text,
  titleEn: text,
  /** title for screens read from afar, where few characters fit */
  shortTitle: text,
  zone,
  /** `recorded`: its feeds replay a recording, so ages are told against the latest fact, and the screen says 回放 */
  time: z.enum(['live', 'recorded']).default('live'),
  map: z.strictObject({
    /** [west, south, east, north] shown at rest */
    bounds: z.tuple([longitude, latitude, longitude, latitude]),
    /** file in config/map */
    boundary: text,
    /** property and value that mark the district itself among the boundary file's features; absent when the file holds nothing else */
    focus: z.strictObject({ property: text, value: z.union([z.string(), z.number()]) }).optional(),
    /** picture of the ground in config/map, covering `bounds` */
    relief: z.strictObject({ file: text, bounds: z.tuple([longitude, latitude, longitude, latitude]) }).optional(),
    /** lines to orient by, such as the river, as a GeoJSON file in config/map */
    lines: text.optional(),
    /** 审图号, shown at the foot of the map when present */
    approval: z.string().optional(),
  }),
  subdistricts: z.array(
    z.strictObject({
      code: text,
      name: text,
      nameEn: text,
      shortName: text.max(8),
      group: z.enum(['街道', '镇', '乡', 'area']),
      place: z.tuple([longitude, latitude]).optional(),
    }),
  ),
})
export type District = z.infer<typeof districtSchema>

/** config/units.yaml */
export const unitSchema = z.strictObject({
  id: text,
  name: text,
  shortName: text.max(8),
  nameEn: text,
  group: z.enum(['subdistrict', 'department', 'other']),
  district: id,
})
export type UnitDefinition = z.infer<typeof unitSchema>

/** config/channels.yaml */
export const channelSchema = z.strictObject({ id, name: text, shortName: text.max(8), nameEn: text, limits: text, limitsEn: text, district: id })
export type ChannelDefinition = z.infer<typeof channelSchema>

/** config/feeds/*.yaml */
export const feedSchema = z
  .strictObject({
    id,
    name: text,
    shortName: text.max(8),
    nameEn: text,
    district: id,
    /** where it comes from: `intake:` is our own HTTP intake. Further schemes name further transports. */
    source: z.literal('intake:'),
    /** what its messages mean: a JSONata expression from one message to facts (contract/fact.ts); or, for what needs code, */
    mapping: text.optional(),
    /** the name of a dialect in server/ingest/feeds */
    dialect: text.optional(),
    /** zone of upstream times written without one */
    zone,
    /** true for a simulator: the wall then wears 演示数据 */
    demo: z.boolean(),
    /** a feed silent for longer than this is late (degraded); for three times this, down */
    cadenceSeconds: z.number().positive(),
    /** facts further ahead of our clock than this are refused */
    maxAheadSeconds: z.number().min(0).default(300),
    /** facts older than this are refused; absent takes any age */
    maxAgeDays: z.number().positive().optional(),
    /** whom to phone when it falls silent */
    contact: text,
    /** kinds of facts it delivers: figures counted from them grow old with its silence. Absent: any kind */
    carries: z
      .array(z.enum(['work-order', 'reading', 'incident', 'video-source']))
      .min(1)
      .optional(),
  })
  .refine(({ mapping, dialect }) => (mapping === undefined) !== (dialect === undefined), {
    path: ['mapping'],
    error: 'give either mapping (a JSONata expression) or dialect (the name of one), and not both',
  })
export type FeedDefinition = z.infer<typeof feedSchema>

/** config/video/*.yaml: a platform that knows cameras and hands out streams. Credentials come from the environment. */
export const videoPlatformSchema = z.strictObject({
  id,
  name: text,
  shortName: text.max(8),
  nameEn: text,
  district: id,
  /** the interface it speaks; one file each in server/video */
  provider: z.enum(['isecure']),
  url: z.url({ protocol: /^https?$/ }),
  /** environment variables that hold the key and the secret */
  keyEnv: text,
  secretEnv: text,
  demo: z.boolean(),
  catalogueSeconds: z.number().min(5).default(60),
  /** streams open at the same time */
  maxStreams: z.int().min(1).default(16),
  /** the platform's region or directory name → domain */
  domains: z.record(z.string(), z.enum(videoDomains)),
  contact: text,
})
export type VideoPlatform = z.infer<typeof videoPlatformSchema>

/** config/app.yaml */
export const appSchema = z.strictObject({
  defaultDistrict: id,
  /** screens change by themselves at these times of day, in the default district's zone; a key press holds for `holdMinutes` */
  schedule: z.array(z.strictObject({ at: clockTime, screen: z.enum(screenIds) })).default([]),
  holdMinutes: z.number().min(0).default(30),
  /** the log stops growing here, so that a full disk is our decision and not the machine's; absent takes the whole disk */
  maxLogBytes: z.number().positive().optional(),
  /** refused messages kept per feed */
  rejectionsKept: z.int().min(1).default(2_000),
})
export type AppConfiguration = z.infer<typeof appSchema>

/** A feed as screens see it: nothing of where or how. */
export type FeedLabel = Pick<FeedDefinition, 'id' | 'name' | 'shortName' | 'nameEn' | 'district' | 'demo' | 'cadenceSeconds' | 'contact' | 'carries'>

/** Answer of GET /api/configuration. */
export interface Configuration {
  readonly build: string
  readonly app: Pick<AppConfiguration, 'defaultDistrict' | 'schedule' | 'holdMinutes'>
  readonly districts: readonly District[]
  readonly walls: readonly WallProfile[]
  readonly screens: readonly Screen[]
  readonly indicators: readonly IndicatorDefinition[]
  readonly units: readonly UnitDefinition[]
  readonly channels: readonly ChannelDefinition[]
  readonly feeds: readonly FeedLabel[]
}
