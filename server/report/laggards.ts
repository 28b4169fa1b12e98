import type { ReportRun, ReportSection } from '../../contract/report.ts'
import { dayWords, ordinalWords, percentWords, unitWords } from './number-words.ts'
import { responsibleWords } from './teller.ts'
import type { IndicatorRow, Teller } from './teller.ts'
import { joined, say } from './writing.ts'
import type { Runs } from './writing.ts'

/** 三、落后指标分析: each red and amber indicator, the worst first. What only its unit can say is left to it, and said to be missing. */

const severity = { 'off-target': 0, watch: 1 } as const

/** Off target before behind pace; each by its gap as a share of what was asked. */
export function laggardsOf({ rows }: Pick<Teller, 'rows'>): readonly IndicatorRow[] {
  return rows
    .flatMap((row) => {
      const assessment = row.state?.assessment
      return assessment === 'off-target' || assessment === 'watch' ? [{ row, place: severity[assessment], share: gapShare(row) }] : []
    })
    .sort((one, other) => one.place - other.place || one.share - other.share)
    .map(({ row }) => row)
}

function gapShare({ definition, state }: IndicatorRow): number {
  const asked = Math.abs(state?.expected ?? ('value' in definition.target ? definition.target.value : 0))
  return (state?.gap ?? 0) / (asked === 0 ? 1 : asked)
}

export function laggardSections(teller: Teller): readonly Omit<ReportSection, 'unmatched'>[] {
  const laggards = laggardsOf(teller)
  const count = (id: string, label: string, value: number) => teller.count(id, { value, unit: '个', label, how: '按各指标判定计数' })
  const [off, watch] = (['off-target', 'watch'] as const).map((kind) => laggards.filter(({ state }) => state?.assessment === kind).length)
  const intro =
    laggards.length === 0
      ? noneWords(teller)
      : say`未达目标的指标${count('assessments/off-target', '未达目标的指标', off ?? 0)}个，落后于均衡进度的指标${count('assessments/watch', '落后于均衡进度的指标', watch ?? 0)}个，按差距由大到小逐项分析如下。原因、措施、时限、责任人由责任单位填报；未填报的，如实注明。`
  return [
    { id: 'laggards', level: 1, heading: '落后指标分析', paragraphs: [intro] },
    ...laggards.map((row, index) => ({
      id: `laggards/${row.definition.id}`,
      level: 2 as const,
      heading: `（${ordinalWords(index + 1)}）${row.definition.name}`,
      paragraphs: paragraphsOf(row, teller),
    })),
  ]
}

/** No laggard is good news only where something was judged. */
function noneWords({ rows }: Teller): Runs {
  const isAnyJudged = rows.some(({ state }) => state?.assessment === 'on-target')
  return isAnyJudged
    ? say`本期有目标且有数据的指标均达到目标或均衡进度要求，无落后指标。`
    : say`无数据：本期没有既有目标又有数据的指标，落后与否无从判断。`
}

function paragraphsOf(row: IndicatorRow, teller: Teller): readonly Runs[] {
  const { definition } = row
  const bunched = bunchedWords(row, teller)
  return [
    standWords(row, teller),
    ...(bunched === undefined ? [] : [bunched]),
    say`原因：责任单位未填报。`,
    say`措施：责任单位未填报。`,
    say`时限：责任单位未填报。`,
    say`责任单位：${responsibleWords(definition)}；牵头单位：${definition.leadUnits.join('、')}。责任人：责任单位未填报。`,
  ]
}

function standWords(row: IndicatorRow, teller: Teller): Runs {
  const { definition, state } = row
  const unit = unitWords(definition)
  const [value, target, expected, gap, change] = (['value', 'target', 'expected', 'gap', 'change'] as const).map((part) =>
    teller.indicator(row, part),
  )
  const parts: Runs[] = [
    say`现状：截至${dayWords(state?.observedAt ?? teller.picture.at, teller.zone)}，完成值${value ?? '无数据'}${value === undefined ? '' : unit}`,
  ]
  if (target !== undefined) parts.push(say`，目标${target}${unit}`)
  if (expected !== undefined) parts.push(say`，均衡进度${expected}${unit}`)
  if (gap !== undefined) parts.push(say`，相差${unsigned(gap)}${gapUnit(unit)}`)
  parts.push(change === undefined ? say`；上月末无数据，不作环比` : say`；较上月末${changed(change)}${gapUnit(unit)}`)
  const needed = teller.indicator(row, 'per-day')
  if (needed !== undefined && state?.outlook !== undefined)
    parts.push(say`；本期还余${daysLeft(row, state.outlook.daysLeft, teller)}${dayUnit(definition)}，每日需${needed}${gapUnit(unit)}方可达标`)
  return joined([...parts, say`。`], '')
}

const dayUnit = ({ paceDays }: IndicatorRow['definition']): string => (paceDays === 'working' ? '个工作日' : '天')

const daysLeft = ({ definition }: IndicatorRow, value: number, teller: Teller): ReportRun =>
  teller.count(`indicators/${definition.id}/days-left`, {
    value,
    unit: dayUnit(definition),
    label: `${definition.name} 剩余时间`,
    how: '按工作日历和统计周期计数',
    isDemo: false,
  })

/** The sign is said in words, and still means the same figure. */
const unsigned = (run: ReportRun): ReportRun => ({ ...run, text: run.text.replace(/^[-+]/, '') })
const changed = (run: ReportRun): Runs => say`${run.text.startsWith('-') ? '减少' : '增加'}${unsigned(run)}`

const gapUnit = (unit: string): string => (unit === '%' ? '个百分点' : unit)

function bunchedWords({ definition, state }: IndicatorRow, teller: Teller): Runs | undefined {
  if (state?.bunched === undefined) return undefined
  const { at, share } = state.bunched
  const run = teller.figures.put({
    id: `indicators/${definition.id}/bunched`,
    label: `${definition.name} 数据扎堆占比`,
    value: share * 100,
    shown: percentWords(share * 100),
    unit: '%',
    source: '按近30日增长计算',
    isDemo: false,
    asOf: state.observedAt,
    version: state.version,
  })
  return say`提示：近30日增长的${run}%集中于${dayWords(at, teller.zone)}，数据扎堆，请责任单位核实。`
}
