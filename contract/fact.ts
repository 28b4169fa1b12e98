import { z } from 'zod'
import { alarmFactSchema } from './alarm-fact.ts'
import { dutyFactSchema, handoverFactSchema, resourceFactSchema } from './duty-fact.ts'
import { id, instant, key, person, placeSchema, shortText } from './fact-field.ts'
import { linkFactSchema } from './link-fact.ts'
import { orderAnswerFactSchema, supervisionFactSchema } from './supervision-fact.ts'
import { meetingStepFactSchema } from './meeting.ts'
import { reportFactSchema } from './report.ts'
import { sessionEndedFactSchema } from './session.ts'
import { incidentActFactSchema, incidentFactSchema } from './incident.ts'
import { videoProbeFactSchema, videoSourceFactSchema, viewingFactSchema } from './video-fact.ts'
import { wallCommandFactSchema, wallFactSchema } from './wall-fact.ts'

/**
 * Facts: what upstream systems told us, in our vocabulary. A fact is recorded as it is and never changed; a later fact may correct it.
 * Shapes are closed: a field that is not named here cannot reach the log, so personal data has no way in by accident.
 */

/**
 * 工单环节: the order of this list is the order of the life-cycle, and decides ties at the same instant. received 受理 · dispatched 派发, 转办 ·
 * accepted 签收 · interim 先回复办理进展 · returned 退回, 重办 · handled 办理完毕, waiting for review · resolved 办结 · closed 结案 ·
 * cancelled 作废 · referred 转出
 */
export const workOrderStages = [
  'received',
  'dispatched',
  'accepted',
  'interim',
  'returned',
  'handled',
  'resolved',
  'closed',
  'cancelled',
  'referred',
] as const
export type WorkOrderStage = (typeof workOrderStages)[number]

/** 回访结果. unreached and declined are no valid call-back: counted apart, in no rate. */
export const ratings = ['satisfied', 'basically-satisfied', 'dissatisfied', 'unreached', 'declined'] as const
export type Rating = (typeof ratings)[number]

/** 工单: an order of any service channel reached a stage at an instant. Attributes that the upstream did not say are absent. */
export const workOrderFactSchema = z
  .strictObject({
    kind: z.literal('work-order'),
    id,
    /** when it happened upstream */
    at: instant,
    /** absent where something else happened: an extension, a rating */
    stage: z.enum(workOrderStages).optional(),
    /** id of a service channel in config/channels.yaml */
    channel: id.optional(),
    /** 类别: a class of the channel's limits in config/channels.yaml, such as consultation or complaint */
    class: id.optional(),
    title: shortText.optional(),
    /** 诉求类别, the upstream's words */
    type: shortText.optional(),
    /** 承办单位: id of a unit in config/units.yaml where known, else the upstream's own name */
    unit: id.optional(),
    /** 乡镇街道: code of a subdistrict of the district */
    subdistrict: id.optional(),
    place: placeSchema.optional(),
    /** as the upstream states it; counts where the channel's own limits set none (config/channels.yaml) */
    dueAt: instant.optional(),
    /** 延期: asked for, granted until, or refused, at `at` */
    extension: z.strictObject({ state: z.enum(['asked', 'granted', 'refused']), until: instant.optional() }).optional(),
    /** 回访评价, given at `at` */
    rating: z.enum(ratings).optional(),
    key,
  })
  .refine(({ stage, extension, rating }) => stage !== undefined || extension !== undefined || rating !== undefined, {
    error: 'says nothing that happened: give a stage, an extension or a rating',
    path: ['stage'],
  })

/** 指标值: one value of an indicator, valid at `at`. A second value for the same `at` corrects the first. */
export const readingFactSchema = z.strictObject({
  kind: z.literal('reading'),
  /** id of an indicator in config/indicators */
  indicator: id,
  /** 单位: the value of one unit; absent for the district's */
  unit: id.optional(),
  at: instant,
  /** in the indicator's unit of measure */
  value: z.number(),
  /** what a rate was made of, so that it can be opened */
  numerator: z.number().optional(),
  denominator: z.number().optional(),
  key,
})

/**
 * 输入数: a named number that indicators are made of (config/inputs.yaml), of the district or of one member. A second value for the same `at`
 * corrects the first.
 */
export const inputFactSchema = z.strictObject({
  kind: z.literal('input'),
  /** id of an input in config/inputs.yaml */
  input: id,
  /** id of a unit, a sector or a theme, as the input's `by` says; absent for the district as a whole */
  of: id.optional(),
  at: instant,
  /** in the input's unit of measure */
  value: z.number(),
  key,
})

/** good: fit to be judged · suspect, calibration, maintenance, fault: shown with this mark, and not judged */
export const readingQualities = ['good', 'suspect', 'calibration', 'maintenance', 'fault'] as const
export type ReadingQuality = (typeof readingQualities)[number]

/** 感知读数: what a sensor measured of one quantity at an instant. A second value for the same instant corrects the first. */
export const sensorReadingFactSchema = z.strictObject({
  kind: z.literal('sensor-reading'),
  /** the upstream's number of the station or device */
  sensor: id,
  /** id of a quantity in config/quantities.yaml */
  quantity: id,
  at: instant,
  /** in the quantity's unit of measure */
  value: z.number(),
  quality: z.enum(readingQualities).optional(),
  name: shortText.optional(),
  subdistrict: id.optional(),
  place: placeSchema.optional(),
  key,
})

export const vehicleTypes = ['bus', 'coach', 'hazmat', 'sanitation', 'patrol', 'ambulance', 'fire', 'other'] as const
export type VehicleType = (typeof vehicleTypes)[number]

/** 车辆定位: where a vehicle was at an instant. Its plate is shown masked. */
export const vehicleFactSchema = z.strictObject({
  kind: z.literal('vehicle'),
  id,
  at: instant,
  place: placeSchema,
  /** km/h */
  speed: z.number().min(0).max(400).optional(),
  /** degrees clockwise from north */
  heading: z.number().min(0).max(360).optional(),
  type: z.enum(vehicleTypes).optional(),
  name: shortText.optional(),
  unit: id.optional(),
  /** what it reports of itself: 紧急报警, 超速 … */
  alarm: shortText.optional(),
  key,
})

export const warningLevels = ['red', 'orange', 'yellow', 'blue'] as const
export type WarningLevel = (typeof warningLevels)[number]

/** 预警: a warning was issued, renewed or lifted. Never deleted: a later message supersedes those it names. */
export const warningFactSchema = z.strictObject({
  kind: z.literal('warning'),
  id,
  at: instant,
  action: z.enum(['issue', 'update', 'cancel']),
  /** ids that this message replaces or lifts */
  references: z.array(id).max(50).optional(),
  level: z.enum(warningLevels).optional(),
  /** 预警类别, the issuer's words: 道路结冰 */
  type: shortText.optional(),
  title: shortText.optional(),
  issuer: shortText.optional(),
  note: shortText.optional(),
  onsetAt: instant.optional(),
  expiresAt: instant.optional(),
  /** codes of districts or subdistricts it is for */
  areas: z.array(id).max(200).optional(),
  /** outlines it is for, each a ring of at most 200 places */
  polygons: z.array(z.array(placeSchema).min(3).max(200)).max(20).optional(),
  key,
})

/** Kinds that feeds speak of; all others are the server's own. */
export const feedFactKinds = [
  'work-order',
  'reading',
  'input',
  'incident',
  'video-source',
  'sensor-reading',
  'vehicle',
  'warning',
  'order-answer',
] as const

export const feedStates = ['waiting', 'up', 'degraded', 'down'] as const
/** waiting: nothing received yet · up: within its cadence · degraded: late, or rejecting · down: silent for long, or known broken. */
export type FeedState = (typeof feedStates)[number]

/**
 * Why a feed is degraded or down. late / silent: beyond one / three times its cadence · rejecting: all it sends is refused · erring: of its
 * latest messages too many are refused · recovering: its first good message after trouble · unreachable: its platform could not be asked, or
 * its connection is lost · misconfigured: a secret, a host or a folder that it needs is not there.
 */
export const feedReasons = ['late', 'silent', 'rejecting', 'erring', 'recovering', 'unreachable', 'misconfigured'] as const
export type FeedReason = (typeof feedReasons)[number]

/** 供数状况: recorded by the server when a feed's state changes or its count of rejections has moved (at most once a minute). */
export const feedHealthFactSchema = z.strictObject({
  kind: z.literal('feed-health'),
  feed: id,
  at: instant,
  state: z.enum(feedStates),
  /** one of feedReasons */
  reason: shortText.optional(),
  /** the trouble in the words of whoever met it, without addresses or secrets */
  detail: shortText.optional(),
  /** rejected since the start of the district's business day */
  rejectedToday: z.int().min(0),
})

/**
 * 供数登记: recorded by the server when a feed or a video platform is configured, changed or taken away. So screens learn of it without a
 * restart, and any past instant knows the feeds of its time.
 */
export const feedFactSchema = z.strictObject({
  kind: z.literal('feed'),
  feed: id,
  at: instant,
  district: id,
  /** absent when the feed was taken away */
  label: z
    .strictObject({
      name: shortText,
      shortName: shortText,
      nameEn: shortText,
      sector: id.optional(),
      demo: z.boolean(),
      cadenceSeconds: z.number().positive(),
      contact: shortText,
      carries: z.array(z.enum(feedFactKinds)).optional(),
    })
    .optional(),
})

/** 口径: recorded by the server when a version of an indicator's definition is first configured. What was recorded can no longer be changed. */
export const definitionFactSchema = z.strictObject({
  kind: z.literal('definition'),
  district: id,
  indicator: id,
  /** 1 for the first */
  version: z.int().min(1),
  at: instant,
  /** first day it holds for, YYYY-MM-DD; empty for version 1, which holds for all that is before version 2 */
  from: z.string().max(10),
  /** of everything that decides the figure: formula, target, pace, baseline, period */
  digest: z.string().max(64),
  note: shortText,
})

/** 填报: figures that a person entered, waiting for a second person; what was approved is recorded beside as readings and inputs of the feed. */
export const entryFactSchema = z.strictObject({
  kind: z.literal('entry'),
  district: id,
  /** of the entry, the same in its proposal and its approval */
  id,
  at: instant,
  state: z.enum(['proposed', 'approved', 'rejected', 'withdrawn']),
  by: person,
  /** with the proposal only */
  figures: z
    .array(
      z.strictObject({
        /** one of the two: an indicator's value, or an input's */
        indicator: id.optional(),
        input: id.optional(),
        of: id.optional(),
        at: instant,
        value: z.number(),
      }),
    )
    .max(5_000)
    .optional(),
  note: shortText.optional(),
})

/** 调度会议: held at an instant; what stood then is what later counts are compared with. */
export const meetingFactSchema = z.strictObject({ kind: z.literal('meeting'), district: id, at: instant, name: shortText, by: person })

/** 排名公布: a month's ranking as it was published. It is never changed; later corrections stand beside it. */
export const rankingFactSchema = z.strictObject({
  kind: z.literal('ranking'),
  district: id,
  /** id of a ranking in config/rankings.yaml */
  ranking: id,
  /** YYYY-MM */
  month: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/),
  at: instant,
  by: person,
  rows: z
    .array(
      z.strictObject({
        unit: id,
        standing: z.enum(['ranked', 'small-sample', 'no-requests', 'exempt']),
        rank: z.int().min(1).optional(),
        value: z.number().optional(),
        sample: z.int().min(0),
        /** against the month before, as that was published by then */
        risen: z.int().optional(),
        /** of an exemption */
        reason: shortText.optional(),
      }),
    )
    .max(500),
})

/** 时钟偏差: what the server learnt of its own clock, when that changes. While it is not trusted nothing is marked overdue. */
export const clockFactSchema = z.strictObject({
  kind: z.literal('clock'),
  at: instant,
  /** our clock minus the reference */
  driftMs: z.int(),
  /** what it was compared with */
  reference: shortText,
  isTrusted: z.boolean(),
})

/** The server's own minute hand: all that depends on the time of day is folded from ticks, so the past can be folded again. */
export const tickFactSchema = z.strictObject({ kind: z.literal('tick'), at: instant })

export const factSchema = z.discriminatedUnion('kind', [
  workOrderFactSchema,
  readingFactSchema,
  inputFactSchema,
  incidentFactSchema,
  incidentActFactSchema,
  videoSourceFactSchema,
  videoProbeFactSchema,
  viewingFactSchema,
  sensorReadingFactSchema,
  vehicleFactSchema,
  warningFactSchema,
  feedFactSchema,
  feedHealthFactSchema,
  definitionFactSchema,
  entryFactSchema,
  meetingFactSchema,
  meetingStepFactSchema,
  rankingFactSchema,
  supervisionFactSchema,
  orderAnswerFactSchema,
  reportFactSchema,
  wallFactSchema,
  wallCommandFactSchema,
  sessionEndedFactSchema,
  alarmFactSchema,
  linkFactSchema,
  dutyFactSchema,
  resourceFactSchema,
  handoverFactSchema,
  clockFactSchema,
  tickFactSchema,
])

export type WorkOrderFact = z.infer<typeof workOrderFactSchema>
export type ReadingFact = z.infer<typeof readingFactSchema>
export type InputFact = z.infer<typeof inputFactSchema>
export type SensorReadingFact = z.infer<typeof sensorReadingFactSchema>
export type VehicleFact = z.infer<typeof vehicleFactSchema>
export type WarningFact = z.infer<typeof warningFactSchema>
export type FeedFact = z.infer<typeof feedFactSchema>
export type FeedHealthFact = z.infer<typeof feedHealthFactSchema>
export type DefinitionFact = z.infer<typeof definitionFactSchema>
export type EntryFact = z.infer<typeof entryFactSchema>
export type MeetingFact = z.infer<typeof meetingFactSchema>
export type RankingFact = z.infer<typeof rankingFactSchema>
export type ClockFact = z.infer<typeof clockFactSchema>
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
