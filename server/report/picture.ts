import type {
  ChannelDefinition,
  District,
  RankingDefinition,
  ThemeDefinition,
  SectorDefinition,
  UnitDefinition,
} from '../../contract/configuration.ts'
import type { ClockCheck, LastMeeting, RankingState } from '../../contract/decision.ts'
import type { IndicatorDefinition } from '../../contract/indicator.ts'
import type { ReportSettings } from '../../contract/report.ts'
import type { SupervisionOrder } from '../../contract/supervision.ts'
import type { Instant } from '../../contract/time.ts'
import { topicName } from '../../contract/topic.ts'
import type {
  ChannelSummary,
  Entity,
  FeedHealth,
  IndicatorState,
  InputState,
  TopicKind,
  TopicName,
  Topics,
  UnitSummary,
  WorkOrder,
} from '../../contract/topic.ts'
import type { Registry } from '../core/registry.ts'

/** 督办事项, as far as a report tells of it. */
export interface ReportedSupervision {
  readonly id: string
  readonly title: string
  /** id of a unit in config/units.yaml */
  readonly leadUnit: string
  readonly state: 'open' | 'submitted' | 'closed'
  readonly issuedAt: Instant
  readonly dueAt: Instant
  readonly closedAt: Instant | undefined
}

/** The world at one instant, as far as a report tells of it. */
export interface ReportPicture {
  /** 数据截至 */
  readonly at: Instant
  /** last entry of the log that is in it */
  readonly seq: number
  readonly indicators: readonly IndicatorState[]
  readonly inputs: readonly InputState[]
  readonly rankings: readonly RankingState[]
  readonly channels: readonly ChannelSummary[]
  readonly units: readonly UnitSummary[]
  readonly workOrders: readonly WorkOrder[]
  readonly feeds: readonly FeedHealth[]
  readonly meeting: LastMeeting | undefined
  readonly clock: ClockCheck | undefined
  /** open ones and those closed within 60 days; cancelled ones are nothing to report */
  readonly supervisions: readonly ReportedSupervision[]
}

/** What the same said at the end of the month before; undefined where the log does not reach so far back. */
export type PictureBefore = Pick<ReportPicture, 'indicators' | 'at'>

/** What of the configuration a report of one district needs. */
export interface ReportNames {
  readonly settings: ReportSettings
  readonly district: District
  readonly indicators: readonly IndicatorDefinition[]
  readonly units: ReadonlyMap<string, UnitDefinition>
  readonly channels: readonly ChannelDefinition[]
  readonly themes: readonly ThemeDefinition[]
  readonly sectors: readonly SectorDefinition[]
  readonly rankings: readonly RankingDefinition[]
}

/** Topics that a picture is made of. */
export const pictureKinds = [
  'indicators',
  'inputs',
  'rankings',
  'channels',
  'units',
  'work-orders',
  'feeds',
  'meeting',
  'clock',
  'supervisions',
] as const satisfies readonly TopicKind[]

export const pictureTopics = (district: string): readonly TopicName[] => pictureKinds.map((kind) => topicName(kind, district))

interface PastState {
  readonly seq: number
  readonly topics: Readonly<Record<TopicName, readonly Entity[]>>
}

/** @param state of `pictureTopics` @param at the cut-off, which is later than the last entry before it */
export function pictureOf(state: PastState, { district, at }: { readonly district: string; readonly at: Instant }): ReportPicture {
  // a topic holds entities of its own kind only
  const read = <K extends TopicKind>(kind: K): readonly Topics[K][] => (state.topics[topicName(kind, district)] ?? []) as readonly Topics[K][]
  return {
    at,
    seq: state.seq,
    indicators: read('indicators'),
    inputs: read('inputs'),
    rankings: read('rankings'),
    channels: read('channels'),
    units: read('units'),
    workOrders: read('work-orders'),
    feeds: read('feeds'),
    meeting: read('meeting')[0],
    clock: read('clock')[0],
    supervisions: read('supervisions').flatMap(reported),
  }
}

function reported({ id, title, leadUnit, stage, issuedAt, dueAt, settledAt }: SupervisionOrder): readonly ReportedSupervision[] {
  if (stage === 'cancelled') return []
  const state = stage === 'closed' || stage === 'submitted' ? stage : 'open'
  return [{ id, title, leadUnit, state, issuedAt, dueAt, closedAt: settledAt }]
}

/** Definitions of one district, in the order in which a report lists them. @returns undefined for a district without a report in config/app.yaml */
export function namesOf(registry: Registry, id: string): ReportNames | undefined {
  const settings = registry.app.reports.find(({ district }) => district === id)
  const district = registry.districts.get(id)
  if (settings === undefined || district === undefined) return undefined
  const own = <T extends { readonly district: string }>(all: ReadonlyMap<string, T>): readonly T[] =>
    [...all.values()].filter((one) => one.district === id)
  return {
    settings,
    district,
    indicators: [...registry.indicators.values()].sort((one, other) => one.no - other.no),
    units: new Map(own(registry.units).map((unit) => [unit.id, unit])),
    channels: own(registry.channels),
    themes: [...own(registry.themes)].sort((one, other) => one.no - other.no),
    sectors: own(registry.sectors),
    rankings: own(registry.rankings),
  }
}
