import type { Alarm } from '../../contract/alarm.ts'
import { isUnacknowledged } from '../../contract/alarm.ts'
import type { DutyShift, OnDuty, Resource, ShiftSpan } from '../../contract/duty.ts'
import { mostLines } from '../../contract/duty-fact.ts'
import type { DutyPost, ResourceStatus, Sheet, SheetSection } from '../../contract/duty-fact.ts'
import type { Incident, IncidentLevel, IncidentLine } from '../../contract/incident.ts'
import type { SupervisionOrder } from '../../contract/supervision.ts'
import { hourMs, localTime } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { FeedHealth, Warning } from '../../contract/topic.ts'
import type { VideoSource } from '../../contract/video-source.ts'
import type { WallState } from '../../contract/wall.ts'

/** What a hand-over sheet is written from: topics as they stand. */
export interface SheetWorld {
  readonly incidents: readonly Incident[]
  readonly supervisions: readonly SupervisionOrder[]
  readonly alarms: readonly Alarm[]
  readonly warnings: readonly Warning[]
  readonly feeds: readonly FeedHealth[]
  readonly cameras: readonly VideoSource[]
  readonly resources: readonly Resource[]
  readonly walls: readonly WallState[]
}

export interface SheetSetting {
  readonly now: Instant
  readonly zone: string
  readonly shift: (ShiftSpan & { readonly people: readonly OnDuty[] }) | undefined
  readonly next: DutyShift | undefined
  readonly unitName: (id: string) => string
  readonly alarmName: (rule: string) => string
}

export const postWords: Readonly<Record<DutyPost, string>> = {
  lead: '带班领导',
  chief: '值班长',
  operator: '值班员',
  support: '技术保障',
  contact: '单位值班联系人',
}
export const statusWords: Readonly<Record<ResourceStatus, string>> = {
  available: '待命',
  assigned: '出动',
  'on-scene': '到场',
  returning: '返回',
  'out-of-service': '停用',
}
export const sectionWords: Readonly<Record<SheetSection, string>> = {
  incidents: '未结事件',
  overdue: '超期督办',
  due: '下一班到期督办',
  alarms: '未恢复告警',
  aside: '搁置与停用告警',
  warnings: '生效预警',
  feeds: '异常供数',
  cameras: '离线重点摄像机',
  resources: '在外与停用力量',
  walls: '大屏状态',
  'on-duty': '本班人员',
  'next-duty': '下一班人员',
}
const levelWords: Readonly<Record<IncidentLevel, string>> = {
  ordinary: '一般',
  considerable: '较大',
  major: '重大',
  extraordinary: '特别重大',
}

/** 交接班单 writes itself: what is open, due, standing, down and out at an instant, in words. Pure. */
export function writeSheet(world: SheetWorld, setting: SheetSetting): Sheet {
  const linesOf: Readonly<Record<SheetSection, readonly string[]>> = {
    incidents: incidentLines(world.incidents, setting),
    ...orderLines(world.supervisions, setting),
    ...alarmLines(world.alarms, setting),
    warnings: world.warnings.filter(({ endedAt }) => endedAt === undefined).map(({ title, issuer }) => parts([title, issuer])),
    feeds: feedLines(world.feeds, setting),
    cameras: world.cameras
      .filter(({ isKey, state }) => isKey && state === 'offline')
      .map(({ name, since }) => `${name}，${moment(since, setting)}起`),
    resources: resourceLines(world, setting),
    walls: world.walls.map((wall) => wallLine(wall, setting)),
    'on-duty': peopleLines(setting.shift?.people ?? []),
    'next-duty': peopleLines(setting.next?.people ?? []),
  }
  // in the order in which they are read aloud
  const sections = (Object.keys(sectionWords) as SheetSection[]).map((section) => {
    const lines = linesOf[section]
    return { section, total: lines.length, lines: lines.slice(0, mostLines).map((line) => line.slice(0, 300)) }
  })
  return { at: setting.now, sections }
}

const two = (value: number): string => String(value).padStart(2, '0')
function moment(at: Instant, { zone }: Pick<SheetSetting, 'zone'>): string {
  const { month, day, hour, minute } = localTime(at, zone)
  return `${String(month)}月${String(day)}日${two(hour)}:${two(minute)}`
}
const parts = (words: readonly (string | undefined)[]): string => words.filter((part) => part !== undefined && part !== '').join('，')

const incidentLines = (incidents: readonly Incident[], setting: SheetSetting): readonly string[] =>
  incidents
    .filter(({ closedAt, mergedInto }) => closedAt === undefined && mergedInto === undefined)
    .sort((one, other) => one.reportedAt - other.reportedAt)
    .map(({ id, title, level, reportedAt, lines, steps }) => {
      const last = lines.at(-1)
      const told = steps.at(-1)
      const latest =
        last === undefined ? told && parts([moment(told.at, setting), told.note]) : `${moment(last.at, setting)} ${last.by} ${actWords(last)}`
      return parts([`${title}（${id}）`, level && levelWords[level], `${moment(reportedAt, setting)}接报`, latest && `最新：${latest}`])
    })

const doneWords: Readonly<Partial<Record<IncidentLine['act']['what'], string>>> = {
  opened: '立事件',
  classified: '定级分类',
  confirmed: '核实',
  noted: '记录',
  'plan-started': '启动预案',
  'step-done': '完成步骤',
  'step-skipped': '跳过步骤',
  'step-undone': '撤回步骤',
  'order-wanted': '要求交办',
  reopened: '重新打开',
  split: '拆出',
  'took-in': '并入他件',
  'let-go': '拆出他件',
}
const actWords = ({ act }: IncidentLine): string => {
  const said = 'note' in act ? act.note : 'reason' in act ? act.reason : undefined
  return [doneWords[act.what] ?? '', said ?? ''].join(' ').trim()
}

function orderLines(orders: readonly SupervisionOrder[], setting: SheetSetting): Pick<Record<SheetSection, readonly string[]>, 'overdue' | 'due'> {
  const until = setting.next?.to ?? setting.now + 8 * hourMs
  const open = orders.filter(({ settledAt }) => settledAt === undefined).sort((one, other) => one.dueAt - other.dueAt)
  const line = ({ number, title, leadUnit, dueAt }: SupervisionOrder): string =>
    parts([`${number} ${title}`, setting.unitName(leadUnit), `${moment(dueAt, setting)}到期`])
  return {
    overdue: open.filter(({ dueAt }) => dueAt <= setting.now).map(line),
    due: open.filter(({ dueAt }) => dueAt > setting.now && dueAt <= until).map(line),
  }
}

function alarmLines(alarms: readonly Alarm[], setting: SheetSetting): Pick<Record<SheetSection, readonly string[]>, 'alarms' | 'aside'> {
  const name = ({ rule, name: subject }: Alarm): string => parts([setting.alarmName(rule), subject])
  const aside = alarms.flatMap((alarm) => {
    const told = alarm.outOfService ?? alarm.shelved
    if (told === undefined) return []
    const what = alarm.outOfService === undefined ? '搁置' : '停用'
    return [parts([name(alarm), `${what}至${moment(told.until, setting)}`, `${told.by}：${told.reason}`])]
  })
  const standing = alarms
    .filter((alarm) => alarm.outOfService === undefined && alarm.shelved === undefined && (alarm.isStanding || isUnacknowledged(alarm)))
    .map((alarm) => parts([name(alarm), `${moment(alarm.raisedAt, setting)}起`, isUnacknowledged(alarm) ? '未确认' : '已确认']))
  return { alarms: standing, aside }
}

const feedLines = (feeds: readonly FeedHealth[], setting: SheetSetting): readonly string[] =>
  feeds
    .filter(({ state }) => state === 'down' || state === 'degraded')
    .map(({ label, state, since, detail }) => parts([label.name, `${moment(since, setting)}起${state === 'down' ? '中断' : '异常'}`, detail]))

const resourceLines = ({ resources, incidents }: SheetWorld, setting: SheetSetting): readonly string[] =>
  resources
    .filter(({ standing }) => standing.status !== 'available')
    .map(({ name, unit, standing, since }) => {
      const incident = 'incident' in standing ? (incidents.find(({ id }) => id === standing.incident)?.title ?? standing.incident) : standing.reason
      return parts([name, unit, `${statusWords[standing.status]}（${moment(since, setting)}起）`, incident])
    })

const wallLine = ({ name, emergency, lock, view }: WallState, setting: SheetSetting): string =>
  parts([
    name,
    emergency && `应急接管（${emergency.by}，${moment(emergency.at, setting)}起）`,
    lock && `主讲锁：${lock.by}`,
    view.scene === undefined ? '按日程' : `场景 ${view.scene}`,
  ])

const peopleLines = (people: readonly OnDuty[]): readonly string[] =>
  people.map(({ post, name, unit, insteadOf }) => parts([`${postWords[post]} ${name}`, unit, insteadOf && `替${insteadOf}`]))
