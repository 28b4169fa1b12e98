import type { ReportRun, ReportSection } from '../../contract/report.ts'
import type { Assessment } from '../../contract/topic.ts'
import { dayWords, momentWords } from './number-words.ts'
import type { IndicatorRow, Teller } from './teller.ts'
import { joined, say } from './writing.ts'
import type { Runs } from './writing.ts'

/** 一、总体情况 and 二、指标完成情况: how many stand where, and what has moved since the month before and since the last meeting. */

type Draft = Omit<ReportSection, 'unmatched'>

const judgedHow = '按各指标判定计数'

export function overallSection(teller: Teller): Draft {
  const paragraphs = [standing(teller), sinceLastMonth(teller), sinceMeeting(teller), say`全省、全市位次：未接入，本期不列。`]
  return { id: 'overall', level: 1, heading: '总体情况', paragraphs }
}

export function indicatorsSection(teller: Teller): Draft {
  const words = say`${plan(teller)}完成情况见下表，按方案序号排列。目标、完成值、均衡进度、差距、较上月均按所列计量单位计；差距为完成值与均衡进度（无均衡进度的为目标）之差，负数为落后；“—”表示无数据或方案未定量。全市位次未接入，不列。`
  return { id: 'indicators', level: 1, heading: '指标完成情况', paragraphs: [words], table: 'indicators' }
}

/** 45项指标（49个数值） */
function plan(teller: Teller): Runs {
  const { rows } = teller
  const numbers = new Set(rows.map(({ definition }) => definition.no)).size
  const how = '按指标定义计数'
  const items = teller.count('indicators/numbers', { value: numbers, unit: '项', label: '方案指标', how, isDemo: false })
  if (numbers === rows.length) return say`${items}项指标`
  return say`${items}项指标（${teller.count('indicators/values', { value: rows.length, unit: '个', label: '分项数值', how, isDemo: false })}个数值）`
}

const assessmentOf = ({ state }: IndicatorRow): Assessment => state?.assessment ?? 'none'

function standing(teller: Teller): Runs {
  const { rows, picture, zone } = teller
  const count = (id: string, label: string, isCounted: (row: IndicatorRow) => boolean): ReportRun =>
    teller.count(`assessments/${id}`, { value: rows.filter(isCounted).length, unit: '个', label, how: judgedHow })
  const of = (assessment: Assessment) => (row: IndicatorRow) => assessmentOf(row) === assessment
  const known = count('known', '已取得数据的指标', ({ state }) => state?.value !== undefined)
  const missing = count('missing', '无数据的指标', ({ state }) => state?.value === undefined)
  const onTarget = count('on-target', '达到目标或均衡进度的指标', of('on-target'))
  const watch = count('watch', '落后于均衡进度的指标', of('watch'))
  const off = count('off-target', '未达目标的指标', of('off-target'))
  const none = count('none', '暂不评价的指标', of('none'))
  return say`截至${momentWords(picture.at, zone)}，${plan(teller)}中，已取得数据${known}个、无数据${missing}个；达到目标或均衡进度${onTarget}个，落后于均衡进度${watch}个，未达目标${off}个，因方案未定量或数据不足暂不评价${none}个。`
}

function sinceLastMonth(teller: Teller): Runs {
  const { rows, before, zone } = teller
  if (before === undefined) return say`与上月末相比：上月末无记录，本期不作环比。`
  const moved = (to: 'up' | 'down'): ReportRun => {
    const value = rows.filter((row) => movedTo(row, row.before?.assessment) === to).length
    return teller.count(`assessments/${to}-since-month`, {
      value,
      unit: '个',
      label: to === 'up' ? '较上月末转好的指标' : '较上月末转差的指标',
      how: judgedHow,
    })
  }
  return say`与上月末（${dayWords(before.at, zone)}）相比，转好${moved('up')}个，转差${moved('down')}个。`
}

const rank: Readonly<Record<Assessment, number>> = { 'off-target': 0, watch: 1, 'on-target': 2, none: Number.NaN }

function movedTo(row: IndicatorRow, before: Assessment | undefined): 'up' | 'down' | undefined {
  const change = rank[assessmentOf(row)] - rank[before ?? 'none']
  return change > 0 ? 'up' : change < 0 ? 'down' : undefined
}

function sinceMeeting(teller: Teller): Runs {
  const { rows, picture, zone } = teller
  const { meeting } = picture
  if (meeting === undefined) return say`调度会议：无记录。`
  const moved = (to: 'up' | 'down'): Runs => {
    const names = rows.filter((row) => movedTo(row, meeting.assessments[row.definition.id]) === to).map(({ definition }) => definition.name)
    const value = teller.count(`assessments/${to}-since-meeting`, {
      value: names.length,
      unit: '个',
      label: to === 'up' ? '会后转好的指标' : '会后转差的指标',
      how: judgedHow,
    })
    return names.length === 0 ? say`${value}个` : say`${value}个（${names.join('、')}）`
  }
  return joined([say`${dayWords(meeting.at, zone)}“${meeting.name}”以来，转好${moved('up')}`, say`转差${moved('down')}。`], '，')
}
