import { z } from 'zod'
import type { DutyRules } from './duty.ts'
import type { AlarmRules } from './alarm-rule.ts'
import { sensitivities, videoDomains } from './video-fact.ts'
import { zoneSchema } from './feed.ts'
import type { IndicatorDefinition, InputDefinition } from './indicator.ts'
import { incidentLevels } from './incident.ts'
import type { PanelName } from './panel.ts'
import type { AttachmentLimits } from './supervision.ts'
import type { SupervisionRule } from './supervision-rule.ts'
import { reportSettingsSchema } from './report.ts'
import type { Scene } from './scene.ts'
import { screenIds } from './screen.ts'
import type { ScreenId } from './screen.ts'
import { tilesSchema } from './tiles.ts'
import type { TileLook } from './tiles.ts'

/** What a customer edits (config/*.yaml), and what of it a screen is told. */

const id = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and -')
const text = z.string().min(1)
const longitude = z.number().min(-180).max(180)
const latitude = z.number().min(-90).max(90)
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM')
/** A value below `low` or above `high` is over its limit; beyond `lowLow` or `highHigh` urgently. */
const limitsSchema = z.strictObject({
  lowLow: z.number().optional(),
  low: z.number().optional(),
  high: z.number().optional(),
  highHigh: z.number().optional(),
})
export type Limits = z.infer<typeof limitsSchema>

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
  /** 提示音: sounds once for each new urgent alarm; a room of operators may want it, a meeting does not */
  sound: z.boolean().optional(),
})
export type WallProfile = z.infer<typeof wallSchema>

export const densities = ['full', 'wall', 'page'] as const
export type Density = (typeof densities)[number]
export type Shape = '16:9' | '32:9'

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
  zone: zoneSchema,
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

/** One class of a channel's limits: a number of working days, or whatever the notice states. */
const limitSchema = z.union([
  z.strictObject({ name: text, nameEn: text, workingDays: z.int().min(1).max(250) }),
  z.strictObject({ name: text, nameEn: text, byNotice: z.literal(true) }),
])

/** 时限规则 of a channel. Where a class has no limit here, the upstream's own due time holds. */
const channelClockSchema = z.strictObject({
  /** when the clock starts: at receipt, or when the unit got the order (受理 / 转办) */
  starts: z.enum(['received', 'dispatched']).default('received'),
  classes: z.record(z.string(), limitSchema),
  /** class of an order that states none */
  usual: text.optional(),
  /** 最多不超过: an extension reaches no further than this many working days */
  capWorkingDays: z.int().min(1).optional(),
  /** 先回复办理进展: an interim reply in time moves the due time to this many working days from the start */
  interim: z.strictObject({ workingDays: z.int().min(1) }).optional(),
  /** 重办, of an order returned after it was closed; without this, handling it again has no limit and its first closing decides */
  again: z.strictObject({ workingDays: z.int().min(1) }).optional(),
  /** 节点: the share of the time by which each must be reached, ascending */
  nodes: z.array(z.strictObject({ stage: z.enum(['accepted', 'handled', 'resolved']), share: z.number().gt(0).max(1) })).default([]),
})
export type ChannelClock = z.infer<typeof channelClockSchema>

/** config/channels.yaml */
export const channelSchema = z.strictObject({
  id,
  name: text,
  shortName: text.max(8),
  nameEn: text,
  limits: text,
  limitsEn: text,
  clock: channelClockSchema.optional(),
  district: id,
})
export type ChannelDefinition = z.infer<typeof channelSchema>

const dayText = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'YYYY-MM-DD')

/** config/calendar/*.yaml: one year's arrangement of holidays as the State Council published it, or a local file that changes some days. */
export const calendarSchema = z.strictObject({
  /** the year that this file settles; a local file names none */
  year: z.int().min(1990).max(2200).optional(),
  /** the notice it follows */
  source: text,
  /** working days that are free */
  holidays: z.array(z.strictObject({ day: dayText, name: text })).default([]),
  /** 调休: Saturdays and Sundays that are worked */
  workdays: z.array(z.strictObject({ day: dayText, name: text })).default([]),
})
export type CalendarFile = z.infer<typeof calendarSchema>

/** config/themes.yaml: 高效办成一件事 */
export const themeSchema = z.strictObject({
  id,
  no: z.int().min(1),
  cycle: z.enum(['enterprise', 'individual']),
  name: text,
  shortName: text.max(8),
  nameEn: text,
  /** short name of a unit */
  leadUnit: text.optional(),
  district: id,
})
export type ThemeDefinition = z.infer<typeof themeSchema>

/** config/rankings.yaml: 排名 of units among their peers, by what they did for people, never by how they use this system. */
export const rankingSchema = z.strictObject({
  id,
  name: text,
  nameEn: text,
  district: id,
  /** peers: units of this group */
  group: z.enum(['subdistrict', 'department', 'other']),
  /** on-time: 按时办结率 · satisfaction: 满意率, of valid call-backs */
  measure: z.enum(['on-time', 'satisfaction']),
  /** whose orders count; all of the district's when left out */
  channels: z.array(text).default([]),
  /** 基本满意 counts as satisfied */
  basicallyCounts: z.boolean().default(true),
  /** units with fewer orders stand apart: 样本不足 */
  minimumSample: z.int().min(1).default(10),
  /** units that are not ranked, with the reason that is shown */
  exemptions: z.array(z.strictObject({ unit: text, from: dayText, until: dayText.optional(), reason: text.max(200) })).default([]),
})
export type RankingDefinition = z.infer<typeof rankingSchema>

/** config/plans/*.yaml: 预案, what is done about incidents of a kind, step by step. */
export const planSchema = z.strictObject({
  id,
  name: text.max(40),
  /** for walls */
  shortName: text.max(8),
  nameEn: text,
  district: id,
  /** words of which an incident's type holds one; it suits any type where there are none */
  types: z.array(text).default([]),
  /** it suits any level where there are none */
  levels: z.array(z.enum(incidentLevels)).default([]),
  steps: z
    .array(
      z.strictObject({
        text: text.max(60),
        /** responsible: short name of a unit */
        unit: text.optional(),
        /** from the start of the plan */
        dueMinutes: z.int().min(1).max(43_200).optional(),
        /** it is meant to become an order to that unit */
        order: z.boolean().default(false),
      }),
    )
    .min(1)
    .max(100),
})
export type PlanDefinition = z.infer<typeof planSchema>

/** config/sectors.yaml: 行业, whose data the plan wants joined */
export const sectorSchema = z.strictObject({ id, name: text, shortName: text.max(8), nameEn: text, district: id })
export type SectorDefinition = z.infer<typeof sectorSchema>

/**
 * config/quantities.yaml: 监测项, what sensors measure. A reading of a quantity that is not here is refused.
 */
export const quantitySchema = z.strictObject({
  id,
  name: text,
  shortName: text.max(8),
  nameEn: text,
  /** as shown behind the value; empty for a plain count */
  unitOfMeasure: z.string(),
  decimals: z.int().min(0).max(6).default(1),
  /** values outside are refused: the instrument is broken, or the unit is another */
  plausible: z.tuple([z.number(), z.number()]),
  /** limits that hold where the sensor itself has none; a value beyond one is over it */
  limits: limitsSchema.prefault({}),
  /** a reading older than this is drawn as old */
  staleSeconds: z.number().positive(),
})
export type QuantityDefinition = z.infer<typeof quantitySchema>

/** config/sensors/*.yaml: 点位, what is known of a sensor beyond what its messages say. A sensor that is not here is shown by its messages alone. */
export const sensorSchema = z.strictObject({
  id: text,
  name: text,
  district: id,
  sector: id.optional(),
  subdistrict: text.optional(),
  place: z.tuple([longitude, latitude]).optional(),
  /** by quantity */
  limits: z.record(z.string(), limitsSchema).default({}),
})
export type SensorDefinition = z.infer<typeof sensorSchema>

const videoPlatformShape = {
  id,
  name: text,
  shortName: text.max(8),
  nameEn: text,
  district: id,
  demo: z.boolean(),
  /** how often the catalogue is asked for, or read */
  catalogueSeconds: z.number().min(5).default(60),
  /** streams open at the same time */
  maxStreams: z.int().min(1).default(16),
  /** 巡检: each camera is looked at this often without a viewer, when there is room beside those who watch */
  probeSeconds: z.number().min(60).default(300),
  /** of these, streams whose pictures are coded anew here since no browser could show them; each takes most of a processor */
  maxTranscodes: z.int().min(0).max(64).default(1),
  /** the platform's region or directory, by name or code → domain; cameras of others are not shown */
  domains: z.record(z.string(), z.enum(videoDomains)),
  /** the same → unit that looks after the cameras */
  units: z.record(z.string(), text).default({}),
  /** the same, or a camera's id → who may look; `open` where nothing is said */
  sensitivity: z.record(z.string(), z.enum(sensitivities)).default({}),
  /** 重点点位: ids of cameras whose failing is an alarm, and not only maintenance */
  keyCameras: z.array(text).default([]),
  /** of the places in its catalogue, and in its camera list */
  datum: z.enum(['wgs84', 'gcj02', 'bd09']).default('wgs84'),
  /**
   * CSV or XLSX in the same folder, one row per camera, by `id` or `code`: what the platform does not know of its cameras, or knows wrongly. It is
   * read again when it has changed
   */
  cameraList: text.optional(),
  /** further hosts (`name`, `name:port`, a network) that streams may come from, such as media servers */
  mediaHosts: z.array(text).default([]),
  contact: text,
}

const gatewayUrl = z.url({ protocol: /^https?$/ })

/** config/video/*.yaml: a platform that knows cameras and hands out streams, by the interface it speaks. Credentials come from the environment. */
export const videoPlatformSchema = z.discriminatedUnion('provider', [
  /** 海康 iSecure Center: variables that hold AppKey and AppSecret */
  z.strictObject({ ...videoPlatformShape, provider: z.literal('isecure'), url: gatewayUrl, keyEnv: text, secretEnv: text }),
  /** WVP-GB28181-pro with ZLMediaKit: variables that hold the user's name and password */
  z.strictObject({ ...videoPlatformShape, provider: z.literal('wvp'), url: gatewayUrl, userEnv: text, passwordEnv: text }),
  /** 大华 ICC: variables that hold user, password, client id and client secret; which half of `public|private` addresses is ours */
  z.strictObject({
    ...videoPlatformShape,
    provider: z.literal('icc'),
    url: gatewayUrl,
    userEnv: text,
    passwordEnv: text,
    clientIdEnv: text,
    clientSecretEnv: text,
    network: z.enum(['public', 'private']).default('private'),
  }),
  /** ONVIF devices by the addresses of their device services, and, where `discover` is set, those that answer on the local network */
  z.strictObject({
    ...videoPlatformShape,
    provider: z.literal('onvif'),
    devices: z.array(gatewayUrl).max(500).default([]),
    discover: z.boolean().default(false),
    userEnv: text,
    passwordEnv: text,
  }),
  /** plain HLS, HTTP-FLV and RTSP addresses, from `cameraList`; a user and password that the addresses lack come from these variables */
  z.strictObject({
    ...videoPlatformShape,
    provider: z.literal('addresses'),
    cameraList: text,
    userEnv: text.optional(),
    passwordEnv: text.optional(),
  }),
])
export type VideoPlatform = z.infer<typeof videoPlatformSchema>
export type VideoPlatformOf<Provider extends VideoPlatform['provider']> = Extract<VideoPlatform, { readonly provider: Provider }>

/** config/app.yaml */
export const appSchema = z.strictObject({
  defaultDistrict: id,
  /** screens, or scenes, change by themselves at these times of day, in the default district's zone; a key press holds for `holdMinutes` */
  schedule: z
    .array(z.union([z.strictObject({ at: clockTime, screen: z.enum(screenIds) }), z.strictObject({ at: clockTime, scene: id })]))
    .default([]),
  holdMinutes: z.number().min(0).default(30),
  /** 主讲锁: a desk that has driven nothing for so long may be taken over */
  presenterMinutes: z.number().min(0).default(10),
  /** the log stops growing here, so that a full disk is our decision and not the machine's; absent takes the whole disk */
  maxLogBytes: z.number().positive().optional(),
  /** refused messages kept per feed */
  rejectionsKept: z.int().min(1).default(2_000),
  /** and for this long */
  rejectionsKeptDays: z.number().positive().default(30),
  /**
   * Hosts that feeds may connect to: `name`, `name:port`, `*.example.cn`, an address or a network such as 10.20.0.0/16. Addresses of this
   * machine itself are reached only where one of these names them. A feed saved at the bench can go nowhere else.
   */
  feedHosts: z.array(text).default([]),
  /** Folders that file feeds may read, besides `drops` in the data folder. */
  feedFolders: z.array(text).default([]),
  /** SNTP servers (`host` or `host:port`) that our clock is compared with; beyond 60 s of drift nothing is marked overdue. */
  timeServers: z.array(text).default([]),
  /** 月度专报, of the districts that give one */
  reports: z.array(reportSettingsSchema).default([]),
  /** 瓦片 under the map; absent shows the district's own relief alone */
  tiles: tilesSchema.optional(),
})
export type AppConfiguration = z.infer<typeof appSchema>

/** Answer of GET /api/configuration. */
export interface Configuration {
  readonly build: string
  readonly app: Pick<AppConfiguration, 'defaultDistrict' | 'schedule' | 'holdMinutes' | 'presenterMinutes'>
  readonly districts: readonly District[]
  readonly walls: readonly WallProfile[]
  readonly screens: readonly Screen[]
  readonly scenes: readonly Scene[]
  readonly indicators: readonly IndicatorDefinition[]
  readonly units: readonly UnitDefinition[]
  readonly channels: readonly ChannelDefinition[]
  readonly inputs: readonly InputDefinition[]
  readonly themes: readonly ThemeDefinition[]
  readonly rankings: readonly RankingDefinition[]
  readonly plans: readonly PlanDefinition[]
  readonly sectors: readonly SectorDefinition[]
  readonly quantities: readonly QuantityDefinition[]
  /** of 督办: how numbers, levels and the ladder are called, and which files may be attached */
  readonly supervision: Pick<SupervisionRule, 'ladder' | 'levels'> & { readonly attachments: AttachmentLimits }
  /** of 告警: how rules are called, with cause and action, and how long one may be set aside */
  readonly alarms: AlarmRules
  /** of 值班: the shifts of a day */
  readonly duty: DutyRules
  /** absent without tiles */
  readonly tiles?: TileLook
}
