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
  VideoPlatformOf,
  WallProfile,
} from '../../contract/configuration.ts'
import type { FeedDefinition } from '../../contract/feed.ts'
import type { IndicatorDefinition, InputDefinition } from '../../contract/indicator.ts'
import type { LinkDefinition } from '../../contract/link.ts'
import type { DutyRules } from '../../contract/duty.ts'
import type { AlarmRules } from '../../contract/alarm-rule.ts'
import type { SupervisionRule } from '../../contract/supervision-rule.ts'
import type { Scene } from '../../contract/scene.ts'
import type { Registry } from '../../server/core/registry.ts'
import { createWorkCalendar } from '../../server/core/working-days.ts'
import type { WorkCalendar } from '../../server/core/working-days.ts'
import { dutyRules } from './duty.ts'
import { alarmRules } from './alarm-rules.ts'
import { supervisionRule } from './supervision-rule.ts'

/** Builders of configuration: each gives a complete, valid definition, and takes what the test cares about. */

export function district(given: Partial<District> & Pick<District, 'id'>): District {
  return {
    name: '崆峒区',
    nameEn: 'Kongtong',
    title: '崆峒区数字政府运行中心',
    titleEn: 'Kongtong Operations Centre',
    shortTitle: '崆峒一屏',
    zone: 'Asia/Shanghai',
    time: 'live',
    map: { bounds: [106.3, 35.2, 107.4, 35.9], boundary: 'kongtong.geojson' },
    subdistricts: [
      { code: '620802001', name: '东关街道', nameEn: 'Dongguan', shortName: '东关', group: '街道', place: [106.69, 35.54] },
      { code: '620802100', name: '崆峒镇', nameEn: 'Kongtong Town', shortName: '崆峒镇', group: '镇' },
    ],
    ...given,
  }
}

/** A feed of the dialect called as itself, or with the mapping that is given. */
export function feed(given: Partial<FeedDefinition> & Pick<FeedDefinition, 'id'>): FeedDefinition {
  return {
    name: `${given.id} 平台`,
    shortName: given.id.slice(0, 8),
    nameEn: `${given.id} platform`,
    district: '620802',
    source: 'intake:',
    transport: {},
    ...(given.mapping === undefined ? { dialect: given.id } : {}),
    zone: 'Asia/Shanghai',
    demo: true,
    cadenceSeconds: 60,
    admission: { maxAheadSeconds: 300, ranges: {}, jumps: {}, deadBands: {}, outOfOrder: 'accept', corrections: 'accept' },
    limits: { messagesPerSecond: 2_000, messageBytes: 10 * 1024 * 1024 },
    contact: '值班室',
    ...given,
  }
}

export function indicator(given: Partial<IndicatorDefinition> & Pick<IndicatorDefinition, 'id'>): IndicatorDefinition {
  return {
    no: 1,
    clause: '1',
    name: given.id,
    shortName: given.id.slice(0, 8),
    nameEn: given.id,
    family: 'service-efficiency',
    group: 'effect',
    leadUnits: ['政务服务中心'],
    responsible: ['departments'],
    unitOfMeasure: '%',
    unitOfMeasureEn: '%',
    decimals: 1,
    scale: 1,
    better: 'higher',
    target: { shape: 'none' },
    pace: 'none',
    paceDays: 'calendar',
    period: 'year',
    revisions: [],
    entry: false,
    cadenceHours: 24,
    ...given,
  }
}

/** An input of the district, reported as a stock once a day. */
export function input(given: Partial<InputDefinition> & Pick<InputDefinition, 'id'>): InputDefinition {
  return {
    name: given.id,
    nameEn: given.id,
    unitOfMeasure: '件',
    unitOfMeasureEn: 'cases',
    by: 'district',
    gather: 'last',
    entry: false,
    published: false,
    cadenceHours: 24,
    ...given,
  }
}

export function theme(given: Partial<ThemeDefinition> & Pick<ThemeDefinition, 'id'>): ThemeDefinition {
  return { no: 1, cycle: 'individual', name: given.id, shortName: given.id.slice(0, 8), nameEn: given.id, district: '620802', ...given }
}

/** 按时办结率 of towns and sub-districts over all channels. */
export function ranking(given: Partial<RankingDefinition> & Pick<RankingDefinition, 'id'>): RankingDefinition {
  return {
    name: given.id,
    nameEn: given.id,
    district: '620802',
    group: 'subdistrict',
    measure: 'on-time',
    channels: [],
    basicallyCounts: true,
    minimumSample: 10,
    exemptions: [],
    ...given,
  }
}

export function plan(given: Partial<PlanDefinition> & Pick<PlanDefinition, 'id'>): PlanDefinition {
  return {
    name: `${given.id} 预案`,
    shortName: given.id.slice(0, 8),
    nameEn: given.id,
    district: '620802',
    types: [],
    levels: [],
    steps: [{ text: '核实', order: false }],
    ...given,
  }
}

export function unit(given: Partial<UnitDefinition> & Pick<UnitDefinition, 'id'>): UnitDefinition {
  return { name: given.id, shortName: given.id.slice(0, 8), nameEn: given.id, group: 'department', district: '620802', ...given }
}

export function channel(given: Partial<ChannelDefinition> & Pick<ChannelDefinition, 'id'>): ChannelDefinition {
  return {
    name: given.id,
    shortName: given.id.slice(0, 8),
    nameEn: given.id,
    limits: '5 个工作日',
    limitsEn: '5 working days',
    district: '620802',
    ...given,
  }
}

export function sector(given: Partial<SectorDefinition> & Pick<SectorDefinition, 'id'>): SectorDefinition {
  return { name: given.id, shortName: given.id.slice(0, 8), nameEn: given.id, district: '620802', ...given }
}

export function quantity(given: Partial<QuantityDefinition> & Pick<QuantityDefinition, 'id'>): QuantityDefinition {
  return {
    name: given.id,
    shortName: given.id.slice(0, 8),
    nameEn: given.id,
    unitOfMeasure: '',
    decimals: 1,
    plausible: [-1_000_000, 1_000_000],
    limits: {},
    staleSeconds: 1_800,
    ...given,
  }
}

export function sensor(given: Partial<SensorDefinition> & Pick<SensorDefinition, 'id'>): SensorDefinition {
  return { name: `${given.id} 站`, district: '620802', limits: {}, ...given }
}

export function videoPlatform(given: Partial<VideoPlatformOf<'isecure'>> & Pick<VideoPlatform, 'id'>): VideoPlatformOf<'isecure'> {
  return {
    name: `${given.id} 视频平台`,
    shortName: given.id.slice(0, 8),
    nameEn: `${given.id} video platform`,
    district: '620802',
    provider: 'isecure',
    url: 'http://127.0.0.1:9000',
    keyEnv: 'VIDEO_KEY',
    secretEnv: 'VIDEO_SECRET',
    demo: true,
    catalogueSeconds: 60,
    maxStreams: 16,
    probeSeconds: 300,
    maxTranscodes: 1,
    units: {},
    sensitivity: {},
    keyCameras: [],
    datum: 'wgs84',
    mediaHosts: [],
    domains: { 社会治理: 'social-governance' },
    contact: '值班室',
    ...given,
  }
}

/** What a test adds to the small registry, or puts in the place of a definition of the same id. */
export interface RegistryParts {
  readonly app?: Partial<AppConfiguration>
  readonly districts?: readonly District[]
  readonly walls?: readonly WallProfile[]
  readonly screens?: readonly Screen[]
  readonly scenes?: readonly Scene[]
  readonly indicators?: readonly IndicatorDefinition[]
  readonly units?: readonly UnitDefinition[]
  readonly channels?: readonly ChannelDefinition[]
  readonly inputs?: readonly InputDefinition[]
  readonly themes?: readonly ThemeDefinition[]
  readonly rankings?: readonly RankingDefinition[]
  readonly supervision?: SupervisionRule
  readonly plans?: readonly PlanDefinition[]
  readonly links?: readonly LinkDefinition[]
  readonly alarms?: AlarmRules
  readonly duty?: DutyRules
  /** Mondays to Fridays, all provisional, when left out */
  readonly calendar?: WorkCalendar
  readonly sectors?: readonly SectorDefinition[]
  readonly quantities?: readonly QuantityDefinition[]
  readonly sensors?: readonly SensorDefinition[]
  readonly feeds?: readonly FeedDefinition[]
  readonly videoPlatforms?: readonly VideoPlatform[]
  readonly fingerprint?: string
}

const byId = <T extends { readonly id: string }>(usual: readonly T[], given: readonly T[] = []): ReadonlyMap<string, T> =>
  new Map([...usual, ...given].map((definition) => [definition.id, definition]))

/**
 * A small valid registry: district `620802` (Asia/Shanghai, live) with the feeds `hotline` and `indicators` and the video platform
 * `video`; district `la` (America/Los_Angeles, recorded) with the feed `la311`; units, channels, a few indicators, sectors and quantities, and no sensors, inputs,
 * themes or rankings.
 */
export function registryWith(given: RegistryParts = {}): Registry {
  return {
    app: {
      defaultDistrict: '620802',
      schedule: [],
      holdMinutes: 30,
      presenterMinutes: 10,
      rejectionsKept: 2_000,
      rejectionsKeptDays: 30,
      feedHosts: [],
      feedFolders: [],
      timeServers: [],
      reports: [],
      ...given.app,
    },
    districts: byId(
      [
        district({ id: '620802' }),
        district({
          id: 'la',
          name: '洛杉矶',
          nameEn: 'Los Angeles',
          title: '洛杉矶 311 回放',
          titleEn: 'Los Angeles 311 replay',
          shortTitle: '洛杉矶',
          zone: 'America/Los_Angeles',
          time: 'recorded',
          map: { bounds: [-118.7, 33.7, -118.1, 34.4], boundary: 'la.geojson' },
          subdistricts: [{ code: 'central', name: '中区', nameEn: 'Central', shortName: '中区', group: 'area' }],
        }),
      ],
      given.districts,
    ),
    walls: byId([], given.walls),
    screens: given.screens ?? [],
    scenes: byId([], given.scenes),
    indicators: byId(
      [
        indicator({ id: 'satisfaction', name: '满意度', range: [0, 100] }),
        indicator({
          id: 'on_time_rate',
          name: '按时办结率',
          target: { shape: 'full', value: 100, wording: '按时办结率达到100%' },
          pace: 'constant',
          range: [0, 100],
        }),
        indicator({
          id: 'data_growth',
          name: '数据汇聚增长量',
          unitOfMeasure: '条',
          unitOfMeasureEn: 'records',
          target: { shape: 'count', value: 500_000_000, wording: '增长量达到5亿条以上' },
          pace: 'cumulative',
          decimals: 2,
          scale: 100_000_000,
        }),
      ],
      given.indicators,
    ),
    units: byId(
      [
        unit({ id: 'dongguan', name: '东关街道办事处', group: 'subdistrict' }),
        unit({ id: 'housing', name: '住建局' }),
        unit({ id: 'BOS', name: 'Bureau of Sanitation', district: 'la' }),
      ],
      given.units,
    ),
    channels: byId(
      [
        channel({ id: 'hotline-12345', name: '12345热线' }),
        channel({ id: 'leader-board', name: '领导留言板' }),
        channel({ id: 'la-311', district: 'la' }),
      ],
      given.channels,
    ),
    inputs: byId([], given.inputs),
    themes: byId([], given.themes),
    rankings: byId([], given.rankings),
    supervision: given.supervision ?? supervisionRule,
    plans: byId([], given.plans),
    alarms: given.alarms ?? alarmRules([]),
    duty: given.duty ?? dutyRules(),
    calendar: given.calendar ?? createWorkCalendar([]),
    sectors: byId([sector({ id: 'ecology', name: '生态环境监测' }), sector({ id: 'emergency', name: '应急调度' })], given.sectors),
    quantities: byId(
      [
        quantity({ id: 'water-level', name: '水位', unitOfMeasure: 'm', decimals: 2, plausible: [0, 5_000] }),
        quantity({ id: 'pm25', name: 'PM2.5', unitOfMeasure: 'µg/m³', decimals: 0, plausible: [0, 1_500], limits: { high: 75, highHigh: 150 } }),
        quantity({ id: 'pressure', name: '水压', unitOfMeasure: 'MPa', plausible: [0, 10], limits: { lowLow: 0.1, low: 0.2, high: 0.6 } }),
      ],
      given.quantities,
    ),
    sensors: byId([], given.sensors),
    feeds: byId(
      [
        feed({ id: 'hotline' }),
        feed({ id: 'indicators', cadenceSeconds: 3_600 }),
        feed({ id: 'la311', district: 'la', zone: 'America/Los_Angeles', demo: false }),
      ],
      given.feeds,
    ),
    videoPlatforms: byId([videoPlatform({ id: 'video' })], given.videoPlatforms),
    links: byId([], given.links),
    fingerprint: given.fingerprint ?? 'test',
  }
}
