import type { RankingState } from '../../contract/decision.ts'
import type { ReportSection } from '../../contract/report.ts'
import type { ChannelSummary, UnitSummary } from '../../contract/topic.ts'
import { monthOf, monthText } from '../core/ranking-counts.ts'
import { dayWords, monthWords } from './number-words.ts'
import type { Teller } from './teller.ts'
import { joined, say } from './writing.ts'
import type { Runs } from './writing.ts'

/** 五、诉求办理情况: each channel's month to date, what is overdue at whom, and how satisfied people were. */

type Draft = Omit<ReportSection, 'unmatched'>

const how = '按工单计数'

export function requestsSection(teller: Teller): Draft {
  const paragraphs = [whole(teller), ...channels(teller), overdueByUnit(teller), ...satisfaction(teller)]
  return { id: 'requests', level: 1, heading: '诉求办理情况', paragraphs }
}

interface MonthCounts {
  readonly due: number
  readonly onTime: number
  readonly open: number
  readonly overdue: number
}

function whole(teller: Teller): Runs {
  const { channels } = teller.picture
  if (channels.length === 0) return say`未接入：没有数据源报送工单。`
  const sum = (of: (channel: ChannelSummary) => number): number => channels.reduce((total, channel) => total + of(channel), 0)
  const counts = {
    due: sum(({ dueThisMonth }) => dueThisMonth),
    onTime: sum(({ onTimeThisMonth }) => onTimeThisMonth),
    open: sum(({ open }) => open),
    overdue: sum(({ overdue }) => overdue),
  }
  return say`截至${dayWords(teller.picture.at, teller.zone)}，各渠道${handled(teller, 'channels/all', '各渠道', counts)}。`
}

/** 本月到期…件，按时办结…件… 在办…件，其中超期…件 */
function handled(teller: Teller, id: string, name: string, { due, onTime, open, overdue }: MonthCounts): Runs {
  const count = (part: string, label: string, value: number) => teller.count(`${id}/${part}`, { value, unit: '件', label: `${name}${label}`, how })
  const share = teller.share(`${id}/on-time-share`, { good: onTime, of: due, label: `${name}本月按时办结率`, how: '按时办结 ÷ 到期' })
  const month =
    due === 0
      ? say`本月无到期工单`
      : say`本月到期${count('due', '本月到期工单', due)}件，按时办结${count('on-time', '本月按时办结工单', onTime)}件，按时办结率${share ?? ''}%`
  return say`${month}；在办${count('open', '在办工单', open)}件，其中超期${count('overdue', '超期在办工单', overdue)}件`
}

function channels(teller: Teller): readonly Runs[] {
  const told = new Map(teller.picture.channels.map((channel) => [channel.id, channel]))
  if (told.size === 0) return []
  return teller.names.channels.map(({ id, name }) => {
    const channel = told.get(id)
    if (channel === undefined) return say`${name}：无数据。`
    const { dueThisMonth, onTimeThisMonth, open, overdue } = channel
    const counts = handled(teller, `channels/${id}`, name, { due: dueThisMonth, onTime: onTimeThisMonth, open, overdue })
    return say`${name}：${counts}${rated(teller, channel, name)}。`
  })
}

function rated(teller: Teller, { id, ratedThisMonth, satisfiedThisMonth, basicallySatisfiedThisMonth }: ChannelSummary, name: string): Runs {
  if (ratedThisMonth === 0) return say`；本月无有效回访`
  const count = (part: string, label: string, value: number) =>
    teller.count(`channels/${id}/${part}`, { value, unit: '件', label: `${name}${label}`, how: '按回访计数' })
  return say`；本月有效回访${count('rated', '本月有效回访', ratedThisMonth)}件，满意${count('satisfied', '本月满意', satisfiedThisMonth)}件、基本满意${count('basically', '本月基本满意', basicallySatisfiedThisMonth)}件`
}

function overdueByUnit(teller: Teller): Runs {
  const late = teller.picture.units
    .filter(({ overdue }) => overdue > 0)
    .sort((one, other) => other.overdue - one.overdue || (one.id < other.id ? -1 : 1))
  if (late.length === 0) return say`无超期在办工单的承办单位。`
  const words = late.map((unit: UnitSummary) => {
    const name = teller.unitName(unit.id)
    return say`${name}${teller.count(`units/${unit.id}/overdue`, { value: unit.overdue, unit: '件', label: `${name}超期在办工单`, how })}件`
  })
  return say`超期在办工单按承办单位：${joined(words, '、')}。清单见附件。`
}

/** The ranking of the month before the report's: the last that can be over. */
export const rankingMonth = (month: string): string => monthText(monthOf(month) - 1)

export const rankingOf = (teller: Teller, ranking: string, month: string): RankingState | undefined =>
  teller.picture.rankings.find((state) => state.ranking === ranking && state.month === month)

export const rankingStateWords = ({ state, publishedAt }: RankingState, zone: string): string =>
  state === 'published' && publishedAt !== undefined ? `${dayWords(publishedAt, zone)}公布` : '尚未公布，以公布为准'

/** 满意度排名, in words: first and last; the whole of it is an attachment. */
function satisfaction(teller: Teller): readonly Runs[] {
  const month = rankingMonth(teller.monthOfReport)
  const { rankings } = teller.names
  const measured = rankings.filter(({ measure }) => measure === 'satisfaction')
  if (measured.length === 0) return [say`群众满意率排名：未配置。`]
  return measured.map((ranking) => {
    const state = rankingOf(teller, ranking.id, month)
    const ranked = (state?.rows ?? []).filter(({ standing }) => standing === 'ranked')
    const [first, last] = [ranked[0], ranked.at(-1)]
    if (state === undefined || first === undefined || last === undefined)
      return say`${ranking.name}（${monthWords(month)}）：无达到最低样本的单位，不排名。`
    const value = (row: typeof first) => teller.rankedValue(ranking, state, row) ?? ''
    const opening = `${ranking.name}（${monthWords(month)}，${rankingStateWords(state, teller.zone)}）：`
    if (ranked.length === 1) return say`${opening}达到最低样本的仅${teller.unitName(first.unit)}，为${value(first)}%。名次见附件。`
    return say`${opening}首位${teller.unitName(first.unit)}${value(first)}%，末位${teller.unitName(last.unit)}${value(last)}%。名次见附件。`
  })
}
