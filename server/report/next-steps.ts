import type { ReportSection } from '../../contract/report.ts'
import { laggardsOf } from './laggards.ts'
import { ordinalWords } from './number-words.ts'
import type { IndicatorRow, Teller } from './teller.ts'
import { say } from './writing.ts'
import type { Runs } from './writing.ts'

/** 七、存在问题与下步打算: the problems are those that the figures show; the steps follow from them, and nothing is promised for anybody. */

type Draft = Omit<ReportSection, 'unmatched'>

interface Finding {
  readonly problem: Runs
  readonly step: string
}

const mostNamed = 5

function namesWords(rows: readonly IndicatorRow[]): string {
  const named = rows.slice(0, mostNamed).map(({ definition }) => definition.name)
  return `${named.join('、')}${rows.length > mostNamed ? '等' : ''}`
}

export function nextStepsSection(teller: Teller): Draft {
  const findings = [laggards(teller), overdue(teller), missing(teller), troubledFeeds(teller)].filter((finding) => finding !== undefined)
  const problems = findings.map(({ problem }, index) => say`${ordinalWords(index + 1)}是${problem}`)
  const steps = findings.map(({ step }, index) => say`${ordinalWords(index + 1)}是${step}`)
  const paragraphs =
    findings.length === 0
      ? [say`存在问题：按本期数据未见突出问题。`, say`下步打算：继续按均衡进度推进，保持数据按期报送。`]
      : [say`存在问题：`, ...problems, say`下步打算：`, ...steps]
  return { id: 'next-steps', level: 1, heading: '存在问题与下步打算', paragraphs }
}

function laggards(teller: Teller): Finding | undefined {
  const rows = laggardsOf(teller)
  if (rows.length === 0) return undefined
  const value = teller.count('assessments/behind', {
    value: rows.length,
    unit: '个',
    label: '未达目标或落后于均衡进度的指标',
    how: '按各指标判定计数',
  })
  return {
    problem: say`部分指标落后。${namesWords(rows)}共${value}个指标未达目标或落后于均衡进度。`,
    step: '由牵头单位会同责任单位逐项说明原因、制定措施、明确时限和责任人，纳入下次调度会议逐项过堂。',
  }
}

function overdue(teller: Teller): Finding | undefined {
  const value = teller.picture.channels.reduce((sum, channel) => sum + channel.overdue, 0)
  if (value === 0) return undefined
  const run = teller.count('channels/all/overdue', { value, unit: '件', label: '各渠道超期在办工单', how: '按工单计数' })
  return { problem: say`工单超期尚未清零。超期在办${run}件。`, step: '由承办单位对超期工单逐件销号，办理结果及时向诉求人反馈。' }
}

function missing(teller: Teller): Finding | undefined {
  const rows = teller.rows.filter(({ state }) => state?.value === undefined)
  if (rows.length === 0) return undefined
  const run = teller.count('assessments/missing', { value: rows.length, unit: '个', label: '无数据的指标', how: '按各指标判定计数' })
  return { problem: say`部分指标无数据。${namesWords(rows)}共${run}个指标无数据。`, step: '由牵头单位补齐指标数据，按填报台要求按期填报。' }
}

function troubledFeeds(teller: Teller): Finding | undefined {
  const troubled = teller.picture.feeds.filter(({ state }) => state === 'down')
  if (troubled.length === 0) return undefined
  const run = teller.count('feeds/down', { value: troubled.length, unit: '路', label: '中断的数据源', how: '按供数登记计数', isDemo: false })
  return {
    problem: say`数据源中断。${troubled.map(({ label }) => label.name).join('、')}共${run}路数据源中断。`,
    step: '由数据源联系单位尽快恢复报送，恢复前相关数据以最近一次报送为准。',
  }
}
