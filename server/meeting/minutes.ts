import type { MeetingDecision, MeetingState } from '../../contract/meeting.ts'
import type { SupervisionLevel } from '../../contract/supervision-fact.ts'
import { minuteMs } from '../../contract/time.ts'
import type { Registry } from '../core/registry.ts'
import { packPaper } from '../docx/pack.ts'
import { atRight, body, emptyLine, heading, table, title } from '../docx/paper.ts'
import type { Block } from '../docx/paper.ts'
import { dayWords, momentWords, noValue } from '../report/number-words.ts'

export type MinutesRegistry = Pick<Registry, 'units'> & {
  readonly districts: Registry['districts']
  readonly app: Pick<Registry['app'], 'reports'>
}

interface Place {
  readonly district: string
  readonly zone: string
}

const levels: Readonly<Record<SupervisionLevel, string>> = { normal: '一般', important: '重要', urgent: '紧急' }

/** 会议纪要 as an official paper (GB/T 9704): what was looked at and for how long, what was decided, and the orders that came of it. */
export function minutesDocx(registry: MinutesRegistry, meeting: MeetingState, place: Place): Promise<Buffer> {
  const compilers = compilersOf(registry, place.district)
  const blocks = [
    title(`${meeting.name}纪要`),
    emptyLine(),
    ...aboutMeeting(meeting, place),
    heading('二、议题', 1),
    agendaTable(meeting),
    heading('三、议定事项', 1),
    ...decisionBlocks(registry, meeting, place),
    ...orderBlocks(registry, meeting, place),
    emptyLine(),
    ...compilers.map((compiler) => atRight(compiler, 4)),
    atRight(dayWords(meeting.closedAt ?? meeting.openedAt, place.zone), 4),
  ]
  return packPaper(blocks, { title: `${meeting.name}纪要`, author: compilers.join('、'), at: meeting.closedAt ?? meeting.openedAt })
}

/** Those of the monthly report, who also keep the minutes; else the district itself. */
function compilersOf({ app, districts }: MinutesRegistry, district: string): readonly string[] {
  return app.reports.find((one) => one.district === district)?.compilers ?? [districts.get(district)?.name ?? district]
}

function aboutMeeting({ name, no, openedAt, openedBy, closedAt, closedBy, cutOffAt }: MeetingState, { zone }: Place): readonly Block[] {
  const end = closedAt === undefined ? '尚未散会' : `${momentWords(closedAt, zone)}散会`
  const people = closedBy === undefined || closedBy === openedBy ? openedBy : `${openedBy}、${closedBy}`
  return [
    heading('一、基本情况', 1),
    body(`${name}（第${String(no)}次）于${momentWords(openedAt, zone)}召开，${end}。会议操作：${people}。`),
    body(`会议所用数据截至${momentWords(cutOffAt, zone)}。`),
  ]
}

const agendaTable = ({ items }: MeetingState): Block =>
  table({
    columns: [
      { title: '序号', share: 1, align: 'center' },
      { title: '议题', share: 7, align: 'left' },
      { title: '计划（分）', share: 2, align: 'right' },
      { title: '用时（分）', share: 2, align: 'right' },
    ],
    rows: items.map((item, index) => [String(index + 1), item.title, String(item.minutes), spentWords(item.spentMs)]),
  })

const spentWords = (spentMs: number): string => (spentMs === 0 ? noValue : String(Math.max(1, Math.round(spentMs / minuteMs))))

function decisionBlocks(registry: MinutesRegistry, meeting: MeetingState, place: Place): readonly Block[] {
  if (meeting.decisions.length === 0) return [body('本次会议未作出决定。')]
  return meeting.items.flatMap((item) => {
    const decided = meeting.decisions.filter((decision) => decision.item === item.id)
    return decided.length === 0 ? [] : [heading(item.title, 2), ...decided.map((decision) => body(decisionWords(registry, decision, place)))]
  })
}

function decisionWords(registry: MinutesRegistry, { no, text, leadUnit, supportingUnits, order }: MeetingDecision, { zone }: Place): string {
  const supporting = supportingUnits.length === 0 ? '' : `，${supportingUnits.map((unit) => unitName(registry, unit)).join('、')}配合`
  const due = order === undefined ? '' : `，${dayWords(order.dueAt, zone)}前完成`
  return `${String(no)}．${text.replace(/[。；;\s]+$/, '')}。（${unitName(registry, leadUnit)}牵头${supporting}${due}）`
}

function orderBlocks(registry: MinutesRegistry, { decisions }: MeetingState, { zone }: Place): readonly Block[] {
  const rows = decisions.flatMap(({ no, leadUnit, level, order }) =>
    order === undefined ? [] : [[order.number, String(no), unitName(registry, leadUnit), dayWords(order.dueAt, zone), levels[level]]],
  )
  if (rows.length === 0) return []
  const columns = [
    { title: '督办单', share: 4, align: 'left' },
    { title: '事项', share: 1, align: 'center' },
    { title: '牵头单位', share: 4, align: 'left' },
    { title: '完成时限', share: 4, align: 'left' },
    { title: '级别', share: 1, align: 'center' },
  ] as const
  return [heading('四、交办督办单', 1), table({ columns, rows })]
}

const unitName = ({ units }: MinutesRegistry, id: string): string => units.get(id)?.name ?? id
