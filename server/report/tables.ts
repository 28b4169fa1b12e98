import type { RankedUnit, RankingState } from '../../contract/decision.ts'
import type { RankingDefinition } from '../../contract/configuration.ts'
import type { ReportRun, ReportTable } from '../../contract/report.ts'
import { dayMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import { dayWords, momentWords, monthWords, noValue, numberWords, unitWords } from './number-words.ts'
import { rankingMonth, rankingOf, rankingStateWords } from './requests.ts'
import { standingOf } from './supervision.ts'
import { responsibleWords } from './teller.ts'
import type { IndicatorPart, IndicatorRow, Teller } from './teller.ts'

/** 附表: what the text sums up, row by row. */

const plain = (text: string): ReportRun => ({ text })
const orNone = (run: ReportRun | undefined): ReportRun => run ?? plain(noValue)

type Align = ReportTable['columns'][number]['align']
const column = (title: string, share: number, align: Align = 'left') => ({ title, share, align })

/** The plan's indicators: target, value, pace, gap, change, and whose they are. */
export function indicatorTable(teller: Teller): ReportTable {
  return {
    id: 'indicators',
    title: '指标完成情况表',
    columns: [
      column('序号', 5, 'center'),
      column('指标', 24),
      column('单位', 7, 'center'),
      column('目标', 10, 'right'),
      column('完成值', 10, 'right'),
      column('均衡进度', 10, 'right'),
      column('差距', 9, 'right'),
      column('较上月', 9, 'right'),
      column('责任单位', 16),
    ],
    rows: teller.rows.map((row) => rowOf(row, teller)),
    note: '差距为负即落后；较上月为与上月末完成值之差。',
  }
}

function rowOf(row: IndicatorRow, teller: Teller): readonly ReportRun[] {
  const { definition } = row
  const part = (of: IndicatorPart): ReportRun => orNone(teller.indicator(row, of))
  return [
    plain(String(definition.no)),
    plain(definition.name),
    plain(unitWords(definition)),
    targetCell(row, teller),
    part('value'),
    part('expected'),
    part('gap'),
    part('change'),
    plain(responsibleWords(definition)),
  ]
}

/** ≥20, 力争95: the target with what it means; the number alone is a figure. */
function targetCell(row: IndicatorRow, teller: Teller): ReportRun {
  const { target, better } = row.definition
  if (target.shape === 'none') return plain('未定量')
  if (target.shape === 'rank') return plain('全省最优')
  const run = teller.indicator(row, 'target')
  const sign = { floor: better === 'higher' ? '≥' : '≤', strive: '力争', full: '', count: '', zero: '' }[target.shape]
  return run === undefined ? plain(noValue) : { ...run, text: `${sign}${run.text}` }
}

const standings = { ranked: '', 'small-sample': '样本不足，不排名', 'no-requests': '无工单', exempt: '免排' } as const

/** Each configured ranking of the month that is over. */
export function rankingTables(teller: Teller): readonly ReportTable[] {
  const month = rankingMonth(teller.monthOfReport)
  return teller.names.rankings.map((ranking) => rankingTable(ranking, month, teller))
}

function rankingTable(ranking: RankingDefinition, month: string, teller: Teller): ReportTable {
  const state = rankingOf(teller, ranking.id, month)
  return {
    id: `ranking/${ranking.id}`,
    title: `${ranking.name}排名（${monthWords(month)}）`,
    columns: [
      column('名次', 8, 'center'),
      column('单位', 28),
      column('比率（%）', 14, 'right'),
      column(ranking.measure === 'on-time' ? '到期件数' : '有效回访', 14, 'right'),
      column('较上月', 12, 'center'),
      column('备注', 24),
    ],
    rows: (state?.rows ?? []).map((row) => rankedRow({ ranking, state, row }, teller)),
    note:
      state === undefined
        ? '该月排名无数据。'
        : `${rankingStateWords(state, teller.zone)}；样本少于${numberWords(ranking.minimumSample)}件的不排名。${correctionNote(state)}`,
  }
}

interface Ranked {
  readonly ranking: RankingDefinition
  readonly state: RankingState | undefined
  readonly row: RankedUnit
}

function rankedRow({ ranking, state, row }: Ranked, teller: Teller): readonly ReportRun[] {
  const { unit, rank, sample, risen, standing, reason } = row
  const change = risen === undefined ? noValue : risen === 0 ? '持平' : risen > 0 ? `升${String(risen)}位` : `降${String(-risen)}位`
  return [
    plain(rank === undefined ? noValue : String(rank)),
    plain(teller.unitName(unit)),
    orNone(state === undefined ? undefined : teller.rankedValue(ranking, state, row)),
    teller.count(`rankings/${ranking.id}/${state?.month ?? ''}/${unit}/sample`, {
      value: sample,
      unit: '件',
      label: `${ranking.name} ${teller.unitName(unit)} 样本`,
      how: '按工单计数',
    }),
    plain(change),
    plain([standings[standing], reason ?? ''].filter((text) => text !== '').join('：')),
  ]
}

const correctionNote = ({ corrections }: RankingState): string =>
  corrections.length === 0 ? '' : `公布后数据有更正的单位${numberWords(corrections.length)}个，名次不变，更正另列。`

const mostListed = 60

/** 超期工单清单: no title and no name of a person stands in it. */
export function overdueTable(teller: Teller): ReportTable {
  const { picture, names, zone } = teller
  const late = picture.workOrders
    .filter(({ clock, dueAt }) => clock === 'overdue' && dueAt !== undefined)
    .sort((one, other) => (one.dueAt ?? 0) - (other.dueAt ?? 0))
  const rest = late.length - mostListed
  const channelName = (id: string): string => names.channels.find((channel) => channel.id === id)?.shortName ?? id
  return {
    id: 'overdue',
    title: '超期在办工单清单',
    columns: [
      column('序号', 8, 'center'),
      column('编号', 28),
      column('渠道', 18),
      column('承办单位', 20),
      column('到期时间', 26, 'center'),
      column('超期天数', 12, 'right'),
    ],
    rows: late
      .slice(0, mostListed)
      .map(({ id, channel, unit, dueAt }, index) => [
        plain(String(index + 1)),
        plain(id),
        plain(channelName(channel)),
        plain(unit === undefined ? '未派单' : teller.unitName(unit)),
        plain(dueAt === undefined ? noValue : momentWords(dueAt, zone)),
        lateDays(id, dueAt, teller),
      ]),
    note: rest > 0 ? `按到期先后列前${numberWords(mostListed)}件，另有${numberWords(rest)}件。` : late.length === 0 ? '无超期在办工单。' : undefined,
  }
}

function lateDays(id: string, dueAt: Instant | undefined, teller: Teller): ReportRun {
  const value = Math.floor((teller.picture.at - (dueAt ?? teller.picture.at)) / dayMs)
  return teller.count(`work-orders/${id}/late-days`, { value, unit: '天', label: `工单${id}超期天数`, how: '截至时间 − 到期时间，按自然日' })
}

export function supervisionTable(teller: Teller): ReportTable | undefined {
  const { supervisions, at } = teller.picture
  if (supervisions.length === 0) return undefined
  return {
    id: 'supervisions',
    title: '督办事项清单',
    columns: [
      column('序号', 8, 'center'),
      column('事项', 40),
      column('牵头单位', 18),
      column('交办日期', 18, 'center'),
      column('时限', 18, 'center'),
      column('进展', 12, 'center'),
    ],
    rows: supervisions.map((one, index) => [
      plain(String(index + 1)),
      plain(one.title),
      plain(teller.unitName(one.leadUnit)),
      plain(dayWords(one.issuedAt, teller.zone)),
      plain(dayWords(one.dueAt, teller.zone)),
      plain(standingOf(one, at)),
    ]),
    note: undefined,
  }
}

/** 口径说明和数据时间, by which every figure of the table of indicators can be found again. */
export function sourceTable(teller: Teller): ReportTable {
  const byId = new Map(teller.figures.all.map((figure) => [figure.id, figure]))
  return {
    id: 'sources',
    title: '口径说明和数据时间',
    columns: [
      column('序号', 6, 'center'),
      column('指标', 24),
      column('口径', 30),
      column('版本', 7, 'center'),
      column('数据时间', 17, 'center'),
      column('来源', 16),
    ],
    rows: teller.rows.map(({ definition, state }) => {
      const figure = byId.get(`indicators/${definition.id}/value`)
      return [
        plain(String(definition.no)),
        plain(definition.name),
        plain(definition.formulaWords ?? definition.formula ?? '按报送值'),
        plain(state === undefined ? noValue : String(state.version)),
        plain(figure === undefined ? '无数据' : momentWords(figure.asOf, teller.zone)),
        plain(figure === undefined ? '未接入' : `${figure.source}${figure.isDemo ? '（演示）' : ''}`),
      ]
    }),
    note: `数据截至${momentWords(teller.picture.at, teller.zone)}，日志序号${String(teller.picture.seq)}；此后收到的更正不计入本期。`,
  }
}
