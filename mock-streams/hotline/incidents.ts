import { dayText, hourMs, minuteMs, startOfDayNumber } from '../calendar.ts'
import { between, dice, pick, pickWeighted } from '../chance.ts'
import type { City } from '../city/scenario.ts'
import { isFestive, isFlooded } from '../city/scenario.ts'
import type { Town } from '../city/towns.ts'
import { isRural, towns } from '../city/towns.ts'

export type IncidentEventType = 'REPORT' | 'VERIFY' | 'DISPATCH' | 'HANDLE' | 'CLOSE'

export interface IncidentEvent {
  readonly type: IncidentEventType
  readonly at: number
  readonly remark: string
}

export interface SimulatedIncident {
  readonly no: string
  readonly name: string
  readonly type: string
  /** 1 紧急 2 重要 3 一般 4 提示 */
  readonly level: 1 | 2 | 3 | 4
  readonly unit: string
  readonly town: Town
  readonly place: readonly [number, number]
  readonly limitAt: number
  readonly events: readonly IncidentEvent[]
}

interface IncidentKind {
  readonly name: string
  readonly type: string
  readonly level: 1 | 2 | 3 | 4
  readonly unit: string
  readonly weight: number
  readonly where: 'town' | 'country' | 'any'
  readonly steps: readonly string[]
  readonly festive?: number
}

const kinds: readonly IncidentKind[] = [
  {
    name: '污水井溢流',
    type: '市政设施/排水',
    level: 1,
    unit: '区住建局',
    weight: 5,
    where: 'town',
    steps: ['抢险队到场,设置围挡', '抽排中,水位下降'],
  },
  { name: '追尾 占用一车道', type: '交通/事故', level: 2, unit: '公安分局', weight: 9, where: 'any', steps: ['民警到场', '车辆移至路边,恢复通行'] },
  { name: '断面 氨氮超限', type: '生态环境/水质', level: 3, unit: '区生态环境分局', weight: 2, where: 'any', steps: ['复测确认', '沿线排查排口'] },
  { name: '供热站 回水温低', type: '市政设施/供热', level: 3, unit: '住建局', weight: 6, where: 'town', steps: ['供热公司到站检查', '提高出水温度'] },
  { name: '占道经营', type: '城市管理/秩序', level: 4, unit: '区住建局', weight: 9, where: 'town', steps: ['执法人员劝离中'] },
  { name: '路灯不亮', type: '市政设施/照明', level: 4, unit: '住建局', weight: 6, where: 'any', steps: ['检修人员到场'] },
  { name: '井盖缺失', type: '市政设施/道路', level: 2, unit: '住建局', weight: 4, where: 'town', steps: ['设置警示', '更换井盖'] },
  { name: '供水管道破裂', type: '市政设施/供水', level: 2, unit: '区水务局', weight: 4, where: 'any', steps: ['关阀止水', '开挖抢修'] },
  { name: '山体落石', type: '自然灾害/地质', level: 1, unit: '自然资源分局', weight: 1, where: 'country', steps: ['封闭路段', '清理落石'] },
  { name: '杂草起火', type: '消防/火情', level: 1, unit: '区消防救援大队', weight: 2, where: 'country', steps: ['消防车到场', '明火扑灭,防复燃'] },
  { name: '垃圾堆积', type: '城市管理/环卫', level: 4, unit: '住建局', weight: 5, where: 'any', steps: ['清运车辆已派'] },
  {
    name: '停车场车满 道路排队',
    type: '文旅/客流',
    level: 3,
    unit: '区文旅局',
    weight: 0.5,
    where: 'any',
    steps: ['启用备用停车场', '交警分流'],
    festive: 20,
  },
]

const stormKinds: readonly IncidentKind[] = [
  {
    name: '道路积水 车辆受阻',
    type: '防汛/内涝',
    level: 1,
    unit: '区应急管理局',
    weight: 5,
    where: 'any',
    steps: ['交警封控', '排涝泵车到场', '水深下降'],
  },
  { name: '线路故障 停电', type: '公用事业/供电', level: 2, unit: '国网平凉供电公司', weight: 3, where: 'any', steps: ['抢修队出发', '故障点隔离'] },
  { name: '河道水位上涨', type: '防汛/河道', level: 2, unit: '水务局', weight: 2, where: 'any', steps: ['巡堤人员到位'] },
  { name: '树木倒伏', type: '城市管理/绿化', level: 3, unit: '住建局', weight: 2, where: 'any', steps: ['清障车到场'] },
]

/** hours given by level */
const limitHours = { 1: 2, 2: 4, 3: 8, 4: 24 } as const

/** Incidents reported on a local day, in the order of their reports. */
export function incidentsOfDay(city: City, day: number): readonly SimulatedIncident[] {
  const roll = dice(city.seed, 'incidents', day)
  const usual = Array.from({ length: Math.round(between(14, 22, roll) * city.speed) }, () => ({ at: hoursInto(day, 6, 22.5, roll), storm: false }))
  const isStormDay = city.scenario === 'storm' && day === city.scenarioDay
  const storm = isStormDay ? Array.from({ length: Math.round(16 * city.speed) }, () => ({ at: hoursInto(day, 13.2, 20, roll), storm: true })) : []
  return [...usual, ...storm].sort((a, b) => a.at - b.at).map((report, index) => incidentOf(city, day, index, report))
}

const hoursInto = (day: number, from: number, to: number, roll: () => number): number =>
  startOfDayNumber(day) + Math.floor((between(from, to, roll) * hourMs) / 1_000) * 1_000

function incidentOf(city: City, day: number, index: number, report: { readonly at: number; readonly storm: boolean }): SimulatedIncident {
  const roll = dice(city.seed, 'incident', day, index)
  const festive = isFestive(city, day)
  const kind = pickWeighted(report.storm ? stormKinds : kinds, ({ weight, festive: times }) => weight * (festive ? (times ?? 1) : 1), roll)
  const town = pickWeighted(towns, (each) => townWeight(each, kind, report.storm), roll)
  return {
    no: `SJ${dayText(day).replaceAll('-', '')}-${String(index + 1).padStart(3, '0')}`,
    name: `${pick(town.streets, roll)} ${kind.name}`,
    type: kind.type,
    level: kind.level,
    unit: kind.unit,
    town,
    place: [town.centre[0] + between(-0.7, 0.7, roll) * town.spread, town.centre[1] + between(-0.5, 0.5, roll) * town.spread],
    limitAt: report.at + limitHours[kind.level] * hourMs,
    events: lifeOf(kind, report.at, roll),
  }
}

function townWeight(town: Town, { where }: IncidentKind, storm: boolean): number {
  if (storm && !isFlooded(town.code)) return 0
  if (where === 'any') return town.weight
  return (where === 'country') === isRural(town) ? town.weight : 0
}

function lifeOf(kind: IncidentKind, reportedAt: number, roll: () => number): readonly IncidentEvent[] {
  let at = reportedAt
  const later = (minutes: number): number => (at += Math.round((minutes * minuteMs) / 1_000) * 1_000)
  const length = limitHours[kind.level] * 60 * between(0.25, 0.95, roll) * (roll() < 0.06 ? 1.6 : 1)
  return [
    { type: 'REPORT', at, remark: pick(['12345 来电登记', '网格员上报', '视频巡查发现', '110 联动转来'], roll) },
    { type: 'VERIFY', at: later(between(1, 8, roll)), remark: '值班长核实' },
    { type: 'DISPATCH', at: later(between(1, 6, roll)), remark: `派遣 ${kind.unit}` },
    ...kind.steps.map((remark): IncidentEvent => ({ type: 'HANDLE', at: later((length / (kind.steps.length + 1)) * between(0.5, 1, roll)), remark })),
    { type: 'CLOSE', at: later((length / (kind.steps.length + 1)) * between(0.5, 1, roll)), remark: '处置完毕,结案' },
  ]
}
