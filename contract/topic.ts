import type { DutyShift, Resource } from './duty.ts'
import type { feedFactKinds, FeedState, Rating, ReadingQuality, VehicleType, WarningLevel, WorkOrderStage } from './fact.ts'
import type { Alarm, AlarmSummary } from './alarm.ts'
import type { Limits } from './configuration.ts'
import type { ClockCheck, EntryState, LastMeeting, RankingState } from './decision.ts'
import type { Place } from './fact-field.ts'
import type { FeedLabel } from './feed.ts'
import type { SupervisionOrder } from './supervision.ts'
import type { LinkState, LinkThread } from './link.ts'
import type { MeetingState } from './meeting.ts'
import type { ReportState } from './report.ts'
import type { Incident } from './incident.ts'
import type { Instant } from './time.ts'
import type { VideoSource } from './video-source.ts'
import type { WallState } from './wall.ts'

/**
 * Topics: what a screen can subscribe to. A topic is a keyed collection of small entities, folded from the log by the server.
 * Its full name carries the district it speaks of: `work-orders@620802`. The topic `server` has no district.
 */

/**
 * 时限: where an order stands against its due time. `none` has no due time; `half` and `reminder`: 50 % and 80 % of the time given has passed ·
 * `last-day`: its last working day has begun · `unsure`: it would be overdue, but the server's clock cannot be trusted · `settled` is done.
 */
export type ClockState = 'none' | 'running' | 'half' | 'reminder' | 'last-day' | 'overdue' | 'unsure' | 'settled'

/** What a due time follows from: the channel's limit, the upstream's word, an interim reply, an extension, a second handling, or nothing. */
export type DueBasis = 'limit' | 'upstream' | 'interim' | 'extension' | 'again' | 'none'

/** 工单: those still open and the most recently settled. Older ones remain in the counts only. */
export interface WorkOrder {
  readonly id: string
  readonly channel: string
  readonly title: string
  readonly type: string
  readonly unit: string | undefined
  readonly subdistrict: string | undefined
  /** absent when the upstream gave no usable coordinates: counted, never dropped */
  readonly place: Place | undefined
  readonly stage: WorkOrderStage
  /** class of its channel's limits; empty where none was stated */
  readonly class: string
  readonly openedAt: Instant
  /** when its clock started: at receipt, or when the unit got it */
  readonly startedAt: Instant
  readonly dueAt: Instant | undefined
  readonly dueBasis: DueBasis
  /** counted beyond the last year whose holidays are published */
  readonly isProvisional: boolean
  /** an extension was asked for and neither granted nor refused */
  readonly isExtensionAsked: boolean
  /** the node (受理, 办理, 审核) that should have been reached by now and was not */
  readonly lateNode: 'accepted' | 'handled' | 'resolved' | undefined
  readonly rating: Rating | undefined
  /** undefined while open */
  readonly settledAt: Instant | undefined
  /** the settling it is counted by is said to lie before its receipt: a contradiction upstream, counted as due and not as in time */
  readonly isSettledBeforeReceipt: boolean
  readonly clock: ClockState
  readonly feed: string
}

/** 工单合计: counts over every order of the district ever folded. One entity per dimension. */
export interface WorkOrderTotals {
  readonly id: 'stage' | 'unit' | 'type' | 'channel' | 'place'
  /** value of the dimension → number of orders. For `place` the keys are `located` and `unlocated`. */
  readonly counts: Readonly<Record<string, number>>
}

/** 诉求渠道: one entity per service channel. Rates by due date: an open overdue order counts as late at once. */
export interface ChannelSummary {
  readonly id: string
  readonly open: number
  /** open and not overdue, but past 80 % of the time given or in the last day of it */
  readonly dueSoon: number
  readonly overdue: number
  /** of those, in their last working day */
  readonly lastDay: number
  /** open, with a node (受理, 办理, 审核) not reached in time */
  readonly lateNodes: number
  /** due within the current month, up to today */
  readonly dueThisMonth: number
  readonly onTimeThisMonth: number
  /** valid call-backs of the month, and of these the satisfied; basically satisfied apart */
  readonly ratedThisMonth: number
  readonly satisfiedThisMonth: number
  readonly basicallySatisfiedThisMonth: number
  readonly receivedToday: number
  readonly settledToday: number
  /** due time of the open order that comes first, undefined without one that is not overdue */
  readonly nextDueAt: Instant | undefined
  readonly asOf: Instant
}

/** 乡镇街道: one entity per subdistrict that has had an order. */
export interface SubdistrictSummary {
  readonly id: string
  readonly open: number
  readonly overdue: number
  readonly receivedToday: number
  /** mean of the same weekday's orders up to this time of day over the past weeks seen, at most 8; undefined before there is one */
  readonly usualByNow: number | undefined
  /** the type most received today and how many, undefined on a day without orders */
  readonly topType: string | undefined
  readonly topTypeCount: number
}

/** 承办单位: one entity per handling unit, for ranking. */
export interface UnitSummary {
  readonly id: string
  readonly open: number
  readonly overdue: number
  readonly dueThisMonth: number
  readonly onTimeThisMonth: number
}

/** 今日受理曲线: one entity `today`, orders received per hour of the business day, against the same weekday of past weeks. */
export interface HourlyIntake {
  readonly id: 'today'
  readonly day: string
  /** 24 counts; hours to come are 0 and not drawn */
  readonly received: readonly number[]
  /** 24 means over the past weeks seen, at most 8; empty before there is one */
  readonly usual: readonly number[]
  readonly weeks: number
}

/** 诉求类型: one entity per type of request received today, and the most usual; for what rises faster than usual. */
export interface OrderType {
  readonly id: string
  readonly receivedToday: number
  /** mean of the same weekday's orders up to this time of day over the past weeks seen, at most 8; undefined before there is one */
  readonly usualByNow: number | undefined
  /** today is beyond what chance makes of the usual: more than 3 and above usual + 2·√usual */
  readonly isRising: boolean
}

/** 达标 / 落后进度 / 未达 / 无目标数或尚无从判断 */
export type Assessment = 'on-target' | 'watch' | 'off-target' | 'none'

/**
 * Why an indicator has no value: an input was never reported, a denominator is zero, the value at the start of the year is not known, what was
 * computed lies outside the indicator's range, or beyond the range of numbers.
 */
export interface Missing {
  readonly why: 'input' | 'zero-denominator' | 'start' | 'out-of-range' | 'overflow'
  /** id of the input; empty where the formula divides by an expression, or no single input is to blame */
  readonly input: string
}

/** 展望: what is left to do, and where the last thirty days lead. In the indicator's unit. */
export interface Outlook {
  /** days left in the period, of the kind the pace is spread over */
  readonly daysLeft: number
  /** needed on each of them to reach the target; undefined where it is reached or no more days are left */
  readonly perDay: number | undefined
  /** value at the end of the period at the pace of the last thirty days, and its 80 % interval; undefined with fewer than five values there */
  readonly projected: { readonly value: number; readonly low: number; readonly high: number } | undefined
}

/** What of a figure goes stale first: its inputs are due in rhythms of their own, and an hourly one is old while a yearly one is new. */
export interface Ageing {
  /** id of the input; undefined for a value that is reported as it is */
  readonly input: string | undefined
  /** when it was true upstream: the oldest of its members */
  readonly since: Instant
  /** its rhythm: how often it is due */
  readonly everyMs: number
}

/** A value is allowed to be late by half its rhythm before it counts as stale. */
export const staleAfter = 1.5

/** The last instant at which it is not stale yet. */
export const freshUntil = ({ since, everyMs }: Pick<Ageing, 'since' | 'everyMs'>): Instant => since + staleAfter * everyMs

/** 指标: one entity per indicator that has a value, or that its formula cannot give one. */
export interface IndicatorState {
  readonly id: string
  /** undefined when missing: never 0, never NaN */
  readonly value: number | undefined
  readonly missing: Missing | undefined
  readonly numerator: number | undefined
  readonly denominator: number | undefined
  /** when the value was true upstream: the latest of what it is made of */
  readonly observedAt: Instant
  /** whether the figure is stale goes by this; undefined where nothing grows old: it is counted from orders, or fixed */
  readonly ageing: Ageing | undefined
  /** ids of the feeds that tell a fair share of the orders it is counted from: it is as good as the worst of them just then. Empty for one that is not counted */
  readonly countedFrom: readonly string[]
  readonly receivedAt: Instant
  /** what was said before for the same instant, when this value corrects it */
  readonly corrected: { readonly from: number; readonly at: Instant } | undefined
  /** 口径版本 in force */
  readonly version: number
  /** last values, oldest first, at most 30, one per business day (that day's last) */
  readonly trend: readonly { readonly at: Instant; readonly value: number }[]
  /** where a steady pace would have it today (均衡进度); undefined where the definition allows none */
  readonly expected: number | undefined
  /** value minus target or pace, in the indicator's unit, in the direction that is good; undefined without a target */
  readonly gap: number | undefined
  readonly assessment: Assessment
  readonly outlook: Outlook | undefined
  /** 数据扎堆: the day of the last thirty that brought an outsized share of their growth; undefined when none did */
  readonly bunched: { readonly at: Instant; readonly share: number } | undefined
  /** units that have a value of their own; the best and the worst by `better`, undefined with fewer than two */
  readonly units: { readonly count: number; readonly best: string; readonly worst: string } | undefined
  readonly feed: string
}

/** 输入数: one entity per published input and member; `id` is `input` or `input/member`. */
export interface InputState {
  readonly id: string
  readonly input: string
  /** undefined for the district as a whole */
  readonly of: string | undefined
  readonly value: number
  /** value at the start of the year, undefined where none is known from then */
  readonly start: number | undefined
  readonly observedAt: Instant
  readonly receivedAt: Instant
  readonly corrected: { readonly from: number; readonly at: Instant } | undefined
  readonly feed: string
}

/**
 * 监测点: one entity per sensor and quantity, `id` is `sensor/quantity`. Name, place and limits are those of config/sensors; else the latest
 * that its messages stated, its feed's sector, and the quantity's limits.
 */
export interface SensorState {
  readonly id: string
  readonly sensor: string
  readonly quantity: string
  readonly name: string
  readonly sector: string | undefined
  readonly subdistrict: string | undefined
  readonly place: Place | undefined
  readonly value: number
  readonly quality: ReadingQuality
  /** when the value was true upstream */
  readonly observedAt: Instant
  readonly receivedAt: Instant
  /** what was said before for the same instant, when this value corrects it */
  readonly corrected: { readonly from: number; readonly at: Instant } | undefined
  /** last good values, oldest first, at most 24, no two within five minutes */
  readonly trend: readonly { readonly at: Instant; readonly value: number }[]
  readonly limits: Limits
  /** where the value stands against its limits; `normal` without limits, and for a value that is not fit to be judged */
  readonly standing: 'normal' | 'over' | 'urgent'
  /** since when it stands so, in the upstream's time */
  readonly standingSince: Instant
  readonly feed: string
}

/** 车辆: the last known position of each vehicle heard within the last day. */
export interface Vehicle {
  readonly id: string
  readonly name: string
  readonly type: VehicleType
  readonly unit: string | undefined
  readonly place: Place
  readonly speed: number | undefined
  readonly heading: number | undefined
  readonly alarm: string | undefined
  readonly observedAt: Instant
  readonly feed: string
}

/** 预警: those in force, and those that ended within the last day. One whose level nobody has stated is not shown: a colour is never invented. */
export interface Warning {
  readonly id: string
  readonly level: WarningLevel
  readonly type: string
  readonly title: string
  readonly issuer: string
  readonly note: string | undefined
  readonly issuedAt: Instant
  readonly onsetAt: Instant
  readonly expiresAt: Instant | undefined
  /** lifted, superseded or expired; undefined while in force */
  readonly endedAt: Instant | undefined
  readonly areas: readonly string[]
  readonly polygons: readonly (readonly Place[])[]
  readonly feed: string
}

/** 供数: one entity per feed and video platform of the district, since it is configured. */
export interface FeedHealth {
  readonly id: string
  readonly label: Omit<FeedLabel, 'id' | 'district'>
  readonly state: FeedState
  /** when it came into this state */
  readonly since: Instant
  readonly reason: string | undefined
  readonly detail: string | undefined
  /** when the last fact of this feed was recorded */
  readonly lastFactAt: Instant | undefined
  /** latest `at` of its facts: where a recording being replayed has got to */
  readonly lastObservedAt: Instant | undefined
  readonly factsToday: number
  readonly rejectedToday: number
  /** facts per minute, over the last five full minutes; told once a minute, as are the two shares, which are cut to ten-thousandths */
  readonly perMinute: number
  /**
   * Of today's intervals of one cadence, no shorter than a minute and counted from midnight, that are over: the share in which a fact was
   * recorded, or throughout which the feed was up, as one that only says it is alive is. Intervals count from when the feed was registered,
   * and none in which the server did not run for three minutes. Undefined before the first is over.
   */
  readonly completeness: number | undefined
  /**
   * This month's service level: of the time since the feed was first up, the share in which it was up; degraded is not up. Time in which the
   * server did not run counts neither way. Undefined before the feed was first up.
   */
  readonly upThisMonth: number | undefined
  /**
   * Kinds of facts of which it tells a fair share, a tenth at least of those of the last days: a count of them is as good as this feed. Told once
   * a minute.
   */
  readonly mainOf: readonly (typeof feedFactKinds)[number][]
}

/** 服务器: one entity `server`. The only topic that is not folded: a full disk cannot be written to the log. */
export interface ServerState {
  readonly id: 'server'
  readonly recording: 'ok' | 'stopped'
  readonly since: Instant
  readonly reason: string | undefined
}

export interface Topics {
  'work-orders': WorkOrder
  'work-order-totals': WorkOrderTotals
  channels: ChannelSummary
  subdistricts: SubdistrictSummary
  units: UnitSummary
  'hourly-intake': HourlyIntake
  'order-types': OrderType
  incidents: Incident
  indicators: IndicatorState
  inputs: InputState
  meeting: LastMeeting
  meetings: MeetingState
  rankings: RankingState
  supervisions: SupervisionOrder
  alarms: Alarm
  'alarm-summary': AlarmSummary
  links: LinkState
  'link-threads': LinkThread
  duty: DutyShift
  resources: Resource
  entries: EntryState
  reports: ReportState
  clock: ClockCheck
  'video-sources': VideoSource
  sensors: SensorState
  vehicles: Vehicle
  warnings: Warning
  walls: WallState
  feeds: FeedHealth
  server: ServerState
}

export type TopicKind = keyof Topics
export type Entity = Topics[TopicKind]

export const topicKinds = [
  'work-orders',
  'work-order-totals',
  'channels',
  'subdistricts',
  'units',
  'hourly-intake',
  'order-types',
  'incidents',
  'indicators',
  'inputs',
  'meeting',
  'meetings',
  'rankings',
  'supervisions',
  'alarms',
  'alarm-summary',
  'links',
  'link-threads',
  'duty',
  'resources',
  'entries',
  'reports',
  'clock',
  'video-sources',
  'sensors',
  'vehicles',
  'warnings',
  'walls',
  'feeds',
  'server',
] as const satisfies readonly TopicKind[]

/** `kind@district`, or `server`. */
export type TopicName = string

export function topicName(kind: TopicKind, district: string): TopicName {
  return kind === 'server' ? 'server' : `${kind}@${district}`
}

/** Takes a topic's full name apart; undefined when it is not one. */
export function parseTopicName(name: TopicName): { readonly kind: TopicKind; readonly district: string | undefined } | undefined {
  const [kind, district, ...rest] = name.split('@')
  const known = topicKinds.find((candidate) => candidate === kind)
  if (known === undefined || rest.length > 0) return undefined
  if (known === 'server') return district === undefined ? { kind: known, district: undefined } : undefined
  return district === undefined || district === '' ? undefined : { kind: known, district }
}
