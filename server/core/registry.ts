import type { AlarmRules } from '../../contract/alarm-rule.ts'
import type {
  AppConfiguration,
  ChannelDefinition,
  District,
  PlanDefinition,
  QuantityDefinition,
  RankingDefinition,
  Screen,
  SectorDefinition,
  SensorDefinition,
  ThemeDefinition,
  UnitDefinition,
  VideoPlatform,
  WallProfile,
} from '../../contract/configuration.ts'
import type { DutyRules } from '../../contract/duty.ts'
import type { Scene } from '../../contract/scene.ts'
import type { FeedDefinition } from '../../contract/feed.ts'
import type { IndicatorDefinition, InputDefinition } from '../../contract/indicator.ts'
import type { LinkDefinition } from '../../contract/link.ts'
import type { SupervisionRule } from '../../contract/supervision-rule.ts'
import type { WorkCalendar } from './working-days.ts'

/** Everything config/ says, parsed and cross-checked. Immutable for the life of the process; maps are by id. */
export interface Registry {
  readonly app: AppConfiguration
  readonly districts: ReadonlyMap<string, District>
  readonly walls: ReadonlyMap<string, WallProfile>
  readonly screens: readonly Screen[]
  readonly scenes: ReadonlyMap<string, Scene>
  readonly indicators: ReadonlyMap<string, IndicatorDefinition>
  readonly units: ReadonlyMap<string, UnitDefinition>
  readonly channels: ReadonlyMap<string, ChannelDefinition>
  readonly inputs: ReadonlyMap<string, InputDefinition>
  readonly themes: ReadonlyMap<string, ThemeDefinition>
  readonly rankings: ReadonlyMap<string, RankingDefinition>
  /** 督办规则 */
  readonly supervision: SupervisionRule
  /** 预案 */
  readonly plans: ReadonlyMap<string, PlanDefinition>
  /** 联动系统 */
  readonly links: ReadonlyMap<string, LinkDefinition>
  /** 告警规则 */
  readonly alarms: AlarmRules
  /** 值班规则 */
  readonly duty: DutyRules
  /** 工作日历 of config/calendar */
  readonly calendar: WorkCalendar
  readonly sectors: ReadonlyMap<string, SectorDefinition>
  readonly quantities: ReadonlyMap<string, QuantityDefinition>
  readonly sensors: ReadonlyMap<string, SensorDefinition>
  readonly feeds: ReadonlyMap<string, FeedDefinition>
  readonly videoPlatforms: ReadonlyMap<string, VideoPlatform>
  /** changes whenever something changes that a fold depends on: a checkpoint of another fingerprint is not used */
  readonly fingerprint: string
}

/** What is configured of a district: has a place of its own wherever names of feeds are told apart, however many others they name. */
export const idsIn = (definitions: ReadonlyMap<string, { readonly district: string }>, district: string): readonly string[] =>
  [...definitions].filter(([, definition]) => definition.district === district).map(([id]) => id)
