import { z } from 'zod'

/**
 * Facts: what upstream systems told us, in our vocabulary. A fact is recorded as it is and never changed; a later fact may correct it.
 * Shapes are closed: a field that is not named here cannot reach the log, so personal data has no way in by accident.
 */

const instant = z.int().min(0).max(8_640_000_000_000_000)
const id = z.string().min(1).max(128)
const shortText = z.string().max(200)

/** [longitude, latitude], degrees, WGS-84. */
export const placeSchema = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)])
export type Place = z.infer<typeof placeSchema>

/** 工单环节: the order of this list is the order of the life-cycle, and decides ties at the same instant. */
export const workOrderStages = ['received', 'dispatched', 'accepted', 'returned', 'resolved', 'closed', 'cancelled', 'referred'] as const
export type WorkOrderStage = (typeof workOrderStages)[number]

/** 工单: an order of any service channel reached a stage at an instant. Attributes that the upstream did not say are absent. */
export const workOrderFactSchema = z.strictObject({
  kind: z.literal('work-order'),
  id,
  /** when it happened upstream */
  at: instant,
  stage: z.enum(workOrderStages),
  /** id of a service channel in config/channels.yaml */
  channel: id.optional(),
  title: shortText.optional(),
  /** 诉求类别, the upstream's words */
  type: shortText.optional(),
  /** 承办单位: id of a unit in config/units.yaml where known, else the upstream's own name */
  unit: id.optional(),
  /** 乡镇街道: code of a subdistrict of the district */
  subdistrict: id.optional(),
  place: placeSchema.optional(),
  dueAt: instant.optional(),
})

/** 指标值: one value of an indicator, valid at `at`. A second value for the same `at` corrects the first. */
export const readingFactSchema = z.strictObject({
  kind: z.literal('reading'),
  /** id of an indicator in config/indicators */
  indicator: id,
  at: instant,
  /** in the indicator's unit of measure */
  value: z.number(),
  /** what a rate was made of, so that it can be opened */
  numerator: z.number().optional(),
  denominator: z.number().optional(),
})

export const incidentStages = ['reported', 'confirmed', 'dispatched', 'in-progress', 'closed'] as const
export type IncidentStage = (typeof incidentStages)[number]

/** 紧急 / 重要 / 一般 / 提示, most pressing first. */
export const priorities = ['urgent', 'important', 'normal', 'notice'] as const
export type Priority = (typeof priorities)[number]

/** 事件: an incident reached a stage, or something was noted about it. */
export const incidentFactSchema = z.strictObject({
  kind: z.literal('incident'),
  id,
  at: instant,
  stage: z.enum(incidentStages),
  priority: z.enum(priorities).optional(),
  title: shortText.optional(),
  type: shortText.optional(),
  unit: id.optional(),
  subdistrict: id.optional(),
  place: placeSchema.optional(),
  dueAt: instant.optional(),
  note: shortText.optional(),
})

/** 社会治理 / 城市管理 / 智慧文旅 */
export const videoDomains = ['social-governance', 'urban-management', 'culture-tourism'] as const
export type VideoDomain = (typeof videoDomains)[number]

/** 视频资源: what a video platform's catalogue says of one channel. Never an address or a credential. */
export const videoSourceFactSchema = z.strictObject({
  kind: z.literal('video-source'),
  id,
  at: instant,
  state: z.enum(['online', 'offline']),
  name: shortText.optional(),
  domain: z.enum(videoDomains).optional(),
  subdistrict: id.optional(),
  place: placeSchema.optional(),
  /** viewing direction, degrees clockwise from north */
  heading: z.number().min(0).max(360).optional(),
})

export const feedStates = ['waiting', 'up', 'degraded', 'down'] as const
/** waiting: nothing received yet · up: within its cadence · degraded: late, or rejecting · down: silent for long, or known broken. */
export type FeedState = (typeof feedStates)[number]

/** Why a feed is degraded or down. late / silent: beyond one / three times its cadence · rejecting: all it sends is refused · recovering: its first good message after trouble · unreachable: its platform could not be asked. */
export const feedReasons = ['late', 'silent', 'rejecting', 'recovering', 'unreachable'] as const
export type FeedReason = (typeof feedReasons)[number]

/** 供数状况: recorded by the server when a feed's state changes or its count of rejections has moved (at most once a minute). */
export const feedHealthFactSchema = z.strictObject({
  kind: z.literal('feed-health'),
  feed: id,
  at: instant,
  state: z.enum(feedStates),
  /** one of feedReasons */
  reason: shortText.optional(),
  /** rejected since the start of the district's business day */
  rejectedToday: z.int().min(0),
})

/** The server's own minute hand: all that depends on the time of day is folded from ticks, so the past can be folded again. */
export const tickFactSchema = z.strictObject({ kind: z.literal('tick'), at: instant })

export const factSchema = z.discriminatedUnion('kind', [
  workOrderFactSchema,
  readingFactSchema,
  incidentFactSchema,
  videoSourceFactSchema,
  feedHealthFactSchema,
  tickFactSchema,
])

export type WorkOrderFact = z.infer<typeof workOrderFactSchema>
export type ReadingFact = z.infer<typeof readingFactSchema>
export type IncidentFact = z.infer<typeof incidentFactSchema>
export type VideoSourceFact = z.infer<typeof videoSourceFactSchema>
export type FeedHealthFact = z.infer<typeof feedHealthFactSchema>
export type TickFact = z.infer<typeof tickFactSchema>
export type Fact = z.infer<typeof factSchema>

/** A fact in the log. `seq` is dense: 1, 2, 3 ... without a gap. */
export interface Entry {
  readonly seq: number
  /** when we recorded it: never goes back, even when the machine's clock does */
  readonly at: number
  /** the feed it came from; `system` for the server's own */
  readonly feed: string
  readonly fact: Fact
}
