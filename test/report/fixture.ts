import type { Fact } from '../../contract/fact.ts'
import type { ReportDocument, ReportSettings } from '../../contract/report.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import { topicName } from '../../contract/topic.ts'
import type { Registry } from '../../server/core/registry.ts'
import { World } from '../../server/core/world.ts'
import { draftReport } from '../../server/report/model.ts'
import { namesOf, pictureOf, pictureTopics } from '../../server/report/picture.ts'
import type { PictureBefore, ReportedSupervision, ReportNames, ReportPicture } from '../../server/report/picture.ts'
import { clockFact, entriesOf, feedFact, feedHealth, input as inputFact, reading, tick, workOrder } from '../support/facts.ts'
import { channel, indicator, input, ranking, registryWith, sector, theme, unit } from '../support/registry.ts'

/** 17 November 2026, 18:00 in Shanghai. */
export const cutOffAt = Date.parse('2026-11-17T18:00:00+08:00')
export const endOfOctober = Date.parse('2026-10-31T23:59:59.999+08:00')

export const settings: ReportSettings = {
  district: '620802',
  name: '数字政府服务能力工作专报',
  compilers: ['区政务服务中心', '区大数据中心'],
  reportedTo: '区委、区政府主要领导',
  sentTo: '区直各有关部门',
  dueDay: 20,
  remindDays: [5, 2, 0],
  firstMonth: '2026-09',
}

/** A district small enough to be added up by hand. */
export const registry: Registry = registryWith({
  app: { reports: [settings] },
  indicators: [
    indicator({
      id: 'satisfaction',
      no: 41,
      name: '12345热线工单办理满意度',
      target: { shape: 'floor', value: 95, wording: '≥95%' },
      pace: 'constant',
      responsible: ['departments'],
    }),
    indicator({
      id: 'on_time_rate',
      no: 1,
      name: '按时办结率',
      target: { shape: 'full', value: 100, wording: '按时办结率达到100%' },
      pace: 'constant',
      range: [0, 100],
      formulaWords: '按时办结 ÷ 到期',
    }),
    indicator({
      id: 'data_growth',
      no: 30,
      name: '数据汇聚增长量',
      unitOfMeasure: '条',
      target: { shape: 'count', value: 500_000_000, wording: '增长量达到5亿条以上' },
      pace: 'cumulative',
      decimals: 2,
      scale: 100_000_000,
      responsible: ['subdistricts', '住建局'],
    }),
    indicator({ id: 'open_data', no: 45, name: '网站无障碍率' }),
  ],
  inputs: [
    input({ id: 'themes_live', name: '已上线主题', unitOfMeasure: '个', by: 'theme', published: true }),
    input({ id: 'theme_cases', name: '一件事办件', by: 'theme', published: true }),
    input({ id: 'theme_cases_online', name: '一件事线上办件', by: 'theme', published: true }),
    input({ id: 'records_gathered', name: '汇聚数据', unitOfMeasure: '条', by: 'sector', published: true }),
  ],
  themes: [theme({ id: 'birth', no: 1, name: '新生儿出生' }), theme({ id: 'retirement', no: 2, name: '退休' })],
  sectors: [sector({ id: 'ecology', name: '生态环境监测' }), sector({ id: 'emergency', name: '应急调度' })],
  units: [
    unit({ id: 'housing', name: '区住建局', shortName: '住建局' }),
    unit({ id: 'dongguan', name: '东关街道办事处', shortName: '东关街道', group: 'subdistrict' }),
  ],
  channels: [channel({ id: 'hotline-12345', name: '12345热线', shortName: '12345热线' })],
  rankings: [
    ranking({ id: 'towns', name: '乡镇街道按时办结率', minimumSample: 1 }),
    ranking({ id: 'liked', name: '乡镇街道群众满意率', measure: 'satisfaction', minimumSample: 1 }),
  ],
})

const at = (text: string): number => Date.parse(`${text}+08:00`)

const order = (id: string, unitId: string, received: string, closed?: string): readonly Fact[] => [
  workOrder({ id, at: at(received), stage: 'received', channel: 'hotline-12345', unit: unitId, dueAt: at(received) + 5 * dayMs }),
  ...(closed === undefined ? [] : [workOrder({ id, at: at(closed), stage: 'closed' })]),
]

/** By the instants they were recorded at. */
const facts: readonly Fact[] = [
  feedFact({ feed: 'hotline', at: at('2026-09-01T00:00:00'), label: { name: '12345热线平台', demo: false } }),
  feedFact({ feed: 'indicators', at: at('2026-09-01T00:00:00'), label: { name: '指标平台', demo: false } }),
  clockFact({ at: at('2026-09-01T00:00:01') }),
  ...order('A1', 'dongguan', '2026-10-08T09:00:00', '2026-10-09T09:00:00'),
  ...order('A2', 'dongguan', '2026-10-09T09:00:00', '2026-10-20T09:00:00'),
  workOrder({ id: 'A1', at: at('2026-10-21T09:00:00'), rating: 'satisfied', stage: undefined }),
  reading({ indicator: 'satisfaction', at: at('2026-10-30T08:00:00'), value: 96.2 }),
  reading({ indicator: 'on_time_rate', at: at('2026-10-30T08:00:00'), value: 91.5 }),
  reading({ indicator: 'data_growth', at: at('2026-10-30T08:00:00'), value: 430_000_000 }),
  tick(at('2026-10-31T23:00:00')),
  { kind: 'meeting', district: '620802', at: at('2026-11-03T09:00:00'), name: '11月调度会', by: '值班员甲' },
  ...order('B1', 'housing', '2026-11-02T09:00:00', '2026-11-04T09:00:00'),
  ...order('B2', 'housing', '2026-11-05T09:00:00'),
  ...order('B3', 'dongguan', '2026-11-16T09:00:00'),
  inputFact({ input: 'themes_live', of: 'birth', at: at('2026-11-16T08:00:00'), value: 1 }),
  inputFact({ input: 'themes_live', of: 'retirement', at: at('2026-11-16T08:00:00'), value: 0 }),
  inputFact({ input: 'theme_cases', of: 'birth', at: at('2026-11-16T08:00:00'), value: 1_240 }),
  inputFact({ input: 'theme_cases_online', of: 'birth', at: at('2026-11-16T08:00:00'), value: 1_116 }),
  inputFact({ input: 'records_gathered', of: 'ecology', at: at('2026-11-16T08:00:00'), value: 52_000_000 }),
  reading({ indicator: 'satisfaction', at: at('2026-11-16T08:00:00'), value: 93.1 }),
  reading({ indicator: 'on_time_rate', at: at('2026-11-16T08:00:00'), value: 98.4 }),
  reading({ indicator: 'data_growth', at: at('2026-11-16T08:00:00'), value: 441_000_000 }),
  feedHealth({ feed: 'hotline', at: at('2026-11-17T08:00:00'), state: 'down' }),
  feedHealth({ feed: 'indicators', at: at('2026-11-17T08:00:00'), state: 'up' }),
  tick(cutOffAt - hourMs),
]

/** The world folded from what was recorded up to an instant. */
export function worldAt(instant: number, given: Registry = registry): World {
  const world = new World(given)
  const sorted = [...facts].sort((one, other) => one.at - other.at).filter((fact) => fact.at <= instant)
  for (const entry of entriesOf(sorted)) world.apply(entry)
  return world
}

export function pictureAt(instant: number, given: Registry = registry): ReportPicture {
  const world = worldAt(instant, given)
  return pictureOf({ seq: world.seq, topics: world.read(pictureTopics('620802')) }, { district: '620802', at: instant })
}

export function beforeOf(given: Registry = registry): PictureBefore {
  const topic = topicName('indicators', '620802')
  const { indicators } = pictureOf({ seq: 0, topics: worldAt(endOfOctober, given).read([topic]) }, { district: '620802', at: endOfOctober })
  return { at: endOfOctober, indicators }
}

export function names(given: Registry = registry): ReportNames {
  const found = namesOf(given, '620802')
  if (found === undefined) throw new Error('the fixture gives a report')
  return found
}

export const supervision = (given: Partial<ReportedSupervision> = {}): ReportedSupervision => ({
  id: 'S1',
  title: '东关街道井盖整治',
  leadUnit: 'housing',
  state: 'open',
  issuedAt: at('2026-11-03T10:00:00'),
  dueAt: at('2026-11-10T23:59:59'),
  closedAt: undefined,
  ...given,
})

export const draft = (given: Partial<Parameters<typeof draftReport>[0]> = {}): ReportDocument =>
  draftReport({ names: names(), month: '2026-11', picture: pictureAt(cutOffAt), before: beforeOf(), ...given })

/** A report as plain text: headings, paragraphs, tables, attachments. */
export function textOf(document: ReportDocument): string {
  const table = (id: string): readonly string[] => {
    const found = document.tables.find((one) => one.id === id)
    if (found === undefined) throw new Error(`no table ${id}`)
    return [
      `【${found.title}】`,
      found.columns.map(({ title }) => title).join(' | '),
      ...found.rows.map((row) => row.map(({ text }) => text).join(' | ')),
      ...(found.note === undefined ? [] : [`注：${found.note}`]),
    ]
  }
  return [
    document.title,
    ...document.notes,
    ...document.sections.flatMap(({ heading, paragraphs, table: id }) => [
      heading,
      ...paragraphs.map((runs) => runs.map(({ text, figure }) => (figure === undefined ? text : `[${text}]`)).join('')),
      ...(id === undefined ? [] : table(id)),
    ]),
    ...document.attachments.flatMap(table),
    '',
  ].join('\n')
}
