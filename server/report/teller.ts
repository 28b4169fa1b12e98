import type { RankingDefinition } from '../../contract/configuration.ts'
import type { RankedUnit, RankingState } from '../../contract/decision.ts'
import type { IndicatorDefinition } from '../../contract/indicator.ts'
import type { ReportFigure, ReportRun } from '../../contract/report.ts'
import type { Instant } from '../../contract/time.ts'
import type { IndicatorState } from '../../contract/topic.ts'
import { versionsOf } from '../core/definition-versions.ts'
import { changeWords, monthWords, numberWords, percentWords, plainWords, unitWords, valueWords } from './number-words.ts'
import type { PictureBefore, ReportNames, ReportPicture } from './picture.ts'
import { Figures } from './writing.ts'

/** One indicator of a report: its definition as it held at the cut-off, how it stood then, and at the end of the month before. */
export interface IndicatorRow {
  readonly definition: IndicatorDefinition
  readonly state: IndicatorState | undefined
  readonly before: IndicatorState | undefined
}

/** Which number of an indicator. */
export type IndicatorPart = 'value' | 'target' | 'expected' | 'gap' | 'change' | 'per-day'

const partWords: Readonly<Record<IndicatorPart, string>> = {
  value: '完成值',
  target: '目标',
  expected: '均衡进度',
  gap: '差距',
  change: '较上月末',
  'per-day': '每日需完成',
}

/** What a report is drafted from: nothing else decides a word of it. */
export interface ReportGiven {
  readonly names: ReportNames
  /** YYYY-MM */
  readonly month: string
  readonly picture: ReportPicture
  readonly before: PictureBefore | undefined
}

/** Tells the numbers of one report: each as it is written, with the datum it comes from. */
export class Teller {
  readonly names: ReportNames
  readonly picture: ReportPicture
  /** YYYY-MM */
  readonly monthOfReport: string
  readonly before: PictureBefore | undefined
  readonly figures = new Figures()
  readonly rows: readonly IndicatorRow[]
  readonly #feeds: ReadonlyMap<string, { readonly name: string; readonly isDemo: boolean }>

  constructor({ names, month, picture, before }: ReportGiven) {
    this.names = names
    this.monthOfReport = month
    this.picture = picture
    this.before = before
    this.#feeds = new Map(picture.feeds.map(({ id, label }) => [id, { name: label.name, isDemo: label.demo }]))
    const [now, then] = [picture.indicators, before?.indicators ?? []].map((states) => new Map(states.map((state) => [state.id, state])))
    this.rows = names.indicators.map((definition) => {
      const state = now?.get(definition.id)
      return { definition: inForce(definition, state), state, before: then?.get(definition.id) }
    })
  }

  get zone(): string {
    return this.names.district.zone
  }

  unitName(id: string): string {
    return this.names.units.get(id)?.shortName ?? id
  }

  /** A number of an indicator; undefined where there is none. */
  indicator(row: IndicatorRow, part: IndicatorPart): ReportRun | undefined {
    const { definition, state } = row
    const value = parts[part](row)
    if (value === undefined) return undefined
    return this.figures.put({
      id: `indicators/${definition.id}/${part}`,
      label: `${definition.name} ${partWords[part]}`,
      value: value / definition.scale,
      shown: shownWords(value, part, definition),
      unit: unitWords(definition),
      ...(part === 'target' ? { source: '指标定义所载方案目标', isDemo: false } : this.#sourceOf(state)),
      asOf: state?.observedAt ?? this.picture.at,
      ...(state !== undefined && { version: state.version }),
    })
  }

  /** A number counted by this server. @param how it was counted, in words */
  count(id: string, { value, unit, label, how, isDemo = this.#isAnyDemo }: Counted): ReportRun {
    return this.#told(id, { value, unit, label, how, isDemo, shown: numberWords(value) })
  }

  /** A share in percent of two counts; undefined where the second is nought. */
  share(
    id: string,
    { good, of, label, how }: { readonly good: number; readonly of: number; readonly label: string; readonly how: string },
  ): ReportRun | undefined {
    if (of === 0) return undefined
    const value = (good / of) * 100
    return this.#told(id, { value, unit: '%', label, how, isDemo: this.#isAnyDemo, shown: percentWords(value) })
  }

  /** The rate of one unit in a month's ranking; undefined without a sample. */
  rankedValue({ id, name }: RankingDefinition, { month, asOf, publishedAt }: RankingState, { unit, value }: RankedUnit): ReportRun | undefined {
    if (value === undefined) return undefined
    return this.figures.put({
      id: `rankings/${id}/${month}/${unit}`,
      label: `${name} ${monthWords(month)} ${this.unitName(unit)}`,
      value,
      shown: percentWords(value),
      unit: '%',
      source: publishedAt === undefined ? '按工单计数，尚未公布' : '按公布的名次',
      isDemo: this.#isAnyDemo,
      asOf,
    })
  }

  /** A number that a feed reported as it is. */
  reported(
    id: string,
    given: { readonly value: number; readonly unit: string; readonly label: string; readonly feeds: readonly string[]; readonly asOf: Instant },
  ): ReportRun {
    const { value, unit, label, feeds, asOf } = given
    return this.figures.put({ id, label, value, shown: numberWords(value), unit, asOf, ...this.#feedWords(feeds) })
  }

  get #isAnyDemo(): boolean {
    return [...this.#feeds.values()].some(({ isDemo }) => isDemo)
  }

  #told(
    id: string,
    { how, isDemo, ...given }: Omit<ReportFigure, 'id' | 'source' | 'asOf' | 'isDemo'> & { readonly how: string; readonly isDemo: boolean },
  ): ReportRun {
    return this.figures.put({ ...given, id, source: how, isDemo, asOf: this.picture.at })
  }

  /** The feeds behind an indicator: that of its newest value, and those that tell the orders it counts. */
  #sourceOf(state: IndicatorState | undefined): Pick<ReportFigure, 'source' | 'isDemo'> {
    if (state === undefined) return { source: '本系统', isDemo: false }
    return this.#feedWords([state.feed, ...state.countedFrom])
  }

  #feedWords(ids: readonly string[]): Pick<ReportFigure, 'source' | 'isDemo'> {
    const feeds = [...new Set(ids)].filter((id) => id !== '').map((id) => this.#feeds.get(id) ?? { name: id, isDemo: false })
    if (feeds.length === 0) return { source: '由本系统计算', isDemo: this.#isAnyDemo }
    return { source: feeds.map(({ name }) => name).join('、'), isDemo: feeds.some(({ isDemo }) => isDemo) }
  }
}

export interface Counted {
  readonly value: number
  readonly unit: string
  readonly label: string
  readonly how: string
  readonly isDemo?: boolean
}

/** The version that the state was judged by. */
function inForce(definition: IndicatorDefinition, state: IndicatorState | undefined): IndicatorDefinition {
  const versions = versionsOf(definition)
  return versions.find(({ version }) => version === state?.version)?.definition ?? definition
}

const parts: Readonly<Record<IndicatorPart, (row: IndicatorRow) => number | undefined>> = {
  value: ({ state }) => state?.value,
  target: ({ definition: { target } }) => ('value' in target ? target.value : undefined),
  expected: ({ state }) => state?.expected,
  gap: ({ state }) => state?.gap,
  change: ({ state, before }) => (state?.value === undefined || before?.value === undefined ? undefined : state.value - before.value),
  'per-day': ({ state }) => state?.outlook?.perDay,
}

/** A target has no more decimals than the plan gives it, a difference always its sign. */
function shownWords(value: number, part: IndicatorPart, definition: IndicatorDefinition): string {
  if (part === 'target') return plainWords(value / definition.scale)
  return part === 'gap' || part === 'change' ? changeWords(value, definition) : valueWords(value, definition)
}

const groupWords: Readonly<Record<string, string>> = {
  subdistricts: '各乡镇人民政府、街道办事处',
  departments: '区直有关部门',
  others: '省、市驻区有关单位',
}

/** 责任单位 in words. */
export const responsibleWords = ({ responsible }: Pick<IndicatorDefinition, 'responsible'>): string =>
  responsible.map((word) => groupWords[word] ?? word).join('、')
