import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { appSchema, channelSchema, districtSchema, quantitySchema, unitSchema } from '../../contract/configuration.ts'
import { feedSchema } from '../../contract/feed.ts'
import type { AdmissionRules, FeedDefinition } from '../../contract/feed.ts'
import { indicatorSchema } from '../../contract/indicator.ts'
import type { Registry } from '../../server/core/registry.ts'
import { createWorkCalendar } from '../../server/core/working-days.ts'
import { alarmRules } from './alarm-rules.ts'
import { dutyRules } from './duty.ts'
import { supervisionRule } from './supervision-rule.ts'

/** What a single feed's facts are mapped and judged by: the shipped district, units and quantities, and two indicators. */

const config = new URL('../../config/', import.meta.url).pathname
const read = (file: string): unknown => parse(readFileSync(`${config}${file}`, 'utf8')) as unknown

const byId = <T extends { readonly id: string }>(definitions: readonly T[]): ReadonlyMap<string, T> =>
  new Map(definitions.map((definition) => [definition.id, definition]))

const indicator = (given: object): z.infer<typeof indicatorSchema> =>
  indicatorSchema.parse({
    no: 1,
    clause: '1',
    name: '满意度',
    shortName: '满意度',
    nameEn: 'Satisfaction',
    family: 'service-efficiency',
    group: 'response',
    leadUnits: ['政务服务中心'],
    responsible: ['departments'],
    unitOfMeasure: '%',
    unitOfMeasureEn: '%',
    better: 'higher',
    target: { shape: 'none' },
    pace: 'none',
    cadenceHours: 24,
    ...given,
  })

export const smallRegistry: Registry = {
  app: appSchema.parse({ defaultDistrict: '620802' }),
  districts: byId([districtSchema.parse(read('districts/620802.yaml'))]),
  walls: new Map(),
  screens: [],
  scenes: new Map(),
  indicators: byId([
    indicator({ id: 'satisfaction', range: [0, 100] }),
    indicator({ id: 'satisfaction_hotline', unitOfMeasureEn: '', range: [0, 5] }),
    indicator({ id: 'data_growth' }),
  ]),
  units: byId(z.strictObject({ units: z.array(unitSchema) }).parse(read('units.yaml')).units),
  channels: byId(z.strictObject({ channels: z.array(channelSchema) }).parse(read('channels.yaml')).channels),
  inputs: new Map(),
  themes: new Map(),
  rankings: new Map(),
  supervision: supervisionRule,
  plans: new Map(),
  links: new Map(),
  alarms: alarmRules([]),
  duty: dutyRules(),
  calendar: createWorkCalendar([]),
  sectors: new Map(),
  quantities: byId(z.strictObject({ quantities: z.array(quantitySchema) }).parse(read('quantities.yaml')).quantities),
  sensors: new Map(),
  feeds: new Map(),
  videoPlatforms: new Map(),
  fingerprint: 'test',
}

/** A feed of the shipped district that takes our own vocabulary, with the admission rules a test is about. */
export const feedWith = (admission: Partial<AdmissionRules> = {}, given: Partial<FeedDefinition> = {}): FeedDefinition =>
  feedSchema.parse({
    id: 'air',
    name: '空气站',
    shortName: '空气站',
    nameEn: 'Air stations',
    district: '620802',
    source: 'intake:',
    dialect: 'native',
    zone: 'Asia/Shanghai',
    demo: true,
    cadenceSeconds: 60,
    contact: '值班室',
    admission,
    ...given,
  })
