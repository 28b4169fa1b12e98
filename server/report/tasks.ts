import type { ReportSection } from '../../contract/report.ts'
import type { InputState } from '../../contract/topic.ts'
import { ordinalWords } from './number-words.ts'
import type { Teller } from './teller.ts'
import { joined, say } from './writing.ts'
import type { Runs } from './writing.ts'

/** 四、重点工作任务进展: what the plan asks besides its indicators, as far as a feed tells of it. What none tells is said to be 未接入. */

type Draft = Omit<ReportSection, 'unmatched'>

export function taskSections(teller: Teller): readonly Draft[] {
  const parts: readonly (readonly [id: string, heading: string, paragraphs: readonly Runs[]])[] = [
    ['themes', '“高效办成一件事”', themes(teller)],
    ['gathering', '行业数据汇聚', gathering(teller)],
    ['cameras', '视频资源接入', [cameras(teller)]],
    ['feeds', '数据源接入', [feeds(teller)]],
    ['windows', '“大综窗”改革和“一刻钟”政务服务圈', [say`未接入：没有数据源报送此项进展，由牵头单位补充。`]],
  ]
  return [
    { id: 'tasks', level: 1, heading: '重点工作任务进展', paragraphs: [] },
    ...parts.map(([id, name, paragraphs], index) => ({
      id: `tasks/${id}`,
      level: 2 as const,
      heading: `（${ordinalWords(index + 1)}）${name}`,
      paragraphs,
    })),
  ]
}

const notTold = '未接入：没有数据源报送此项进展。'

/** An input's members, without the district as a whole. */
const membersOf = ({ picture }: Teller, input: string): readonly InputState[] =>
  picture.inputs.filter((one) => one.input === input && one.of !== undefined)

const sumOf = (states: readonly InputState[]): number => states.reduce((sum, { value }) => sum + value, 0)
const latestOf = (states: readonly InputState[], otherwise: number): number =>
  states.reduce((latest, { observedAt }) => Math.max(latest, observedAt), 0) || otherwise
const feedsOf = (states: readonly InputState[]): readonly string[] => states.map(({ feed }) => feed)

function themes(teller: Teller): readonly Runs[] {
  const { names, picture } = teller
  const live = membersOf(teller, 'themes_live')
  const [cases, online] = [membersOf(teller, 'theme_cases'), membersOf(teller, 'theme_cases_online')]
  if (live.length === 0 && cases.length === 0) return [say`${notTold}`]
  const isLive = new Set(live.filter(({ value }) => value > 0).map(({ of }) => of))
  const waiting = names.themes.filter(({ id }) => !isLive.has(id))
  const all = teller.count('themes/all', {
    value: names.themes.length,
    unit: '个',
    label: '“高效办成一件事”主题',
    how: '按主题清单计数',
    isDemo: false,
  })
  const begun = teller.reported('themes/live', {
    value: names.themes.length - waiting.length,
    unit: '个',
    label: '已上线主题',
    feeds: feedsOf(live),
    asOf: latestOf(live, picture.at),
  })
  const opening = say`${all}个主题中已上线${begun}个${waiting.length === 0 ? '' : `，尚未上线：${waiting.map(({ name }) => name).join('、')}`}。`
  if (cases.length === 0) return [opening, say`办件量：无数据。`]
  const told = (id: string, label: string, states: readonly InputState[]) =>
    teller.reported(id, { value: sumOf(states), unit: '件', label, feeds: feedsOf(states), asOf: latestOf(states, picture.at) })
  const share = teller.share('themes/online-share', { good: sumOf(online), of: sumOf(cases), label: '“一件事”线上办件占比', how: '线上办件 ÷ 办件' })
  return [
    opening,
    say`累计办件${told('themes/cases', '“一件事”办件', cases)}件，其中线上办件${told('themes/online', '“一件事”线上办件', online)}件${share === undefined ? '' : say`，占${share}%`}。`,
  ]
}

function gathering(teller: Teller): readonly Runs[] {
  const { names, picture } = teller
  const states = membersOf(teller, 'records_gathered')
  if (states.length === 0) return [say`${notTold}`]
  const told = new Set(states.map(({ of }) => of))
  const silent = names.sectors.filter(({ id }) => !told.has(id))
  const asOf = latestOf(states, picture.at)
  const sum = teller.reported('gathering/records', { value: sumOf(states), unit: '条', label: '汇聚数据', feeds: feedsOf(states), asOf })
  const sectors = teller.count('gathering/sectors', { value: names.sectors.length, unit: '类', label: '行业', how: '按行业清单计数', isDemo: false })
  const reporting = teller.count('gathering/reporting', { value: states.length, unit: '类', label: '已报送数据的行业', how: '按报送行业计数' })
  const lines = states.map((state) => {
    const name = names.sectors.find(({ id }) => id === state.of)?.name ?? state.of ?? ''
    const value = teller.reported(`gathering/${state.of ?? ''}`, {
      value: state.value,
      unit: '条',
      label: `${name}汇聚数据`,
      feeds: [state.feed],
      asOf: state.observedAt,
    })
    return say`${name}${value}条`
  })
  return [
    say`${sectors}类行业中${reporting}类已报送，累计汇聚${sum}条${grown(teller, states)}。${silent.length === 0 ? '' : `未报送：${silent.map(({ name }) => name).join('、')}。`}`,
    say`其中：${joined(lines, '、')}。`,
  ]
}

/** Only where every sector's value at the start of the year is known. */
function grown(teller: Teller, states: readonly InputState[]): Runs {
  const starts = states.flatMap(({ start }) => (start === undefined ? [] : [start]))
  if (starts.length < states.length) return say`（年初值不全，不计增长）`
  const value = sumOf(states) - starts.reduce((sum, start) => sum + start, 0)
  return say`，较年初增加${teller.count('gathering/grown', { value, unit: '条', label: '汇聚数据较年初增加', how: '现值 − 年初值' })}条`
}

function cameras(teller: Teller): Runs {
  const total = (input: string): number | undefined => {
    const states = teller.picture.inputs.filter((one) => one.input === input)
    const whole = states.find(({ of }) => of === undefined)
    return whole?.value ?? (states.length === 0 ? undefined : sumOf(states))
  }
  const [all, online] = [total('cameras'), total('cameras_online')]
  if (all === undefined || online === undefined) return say`${notTold}`
  const count = (id: string, label: string, value: number) => teller.count(id, { value, unit: '路', label, how: '按视频平台目录计数' })
  const share = teller.share('cameras/online-share', { good: online, of: all, label: '视频点位在线率', how: '在线点位 ÷ 点位' })
  return say`接入视频点位${count('cameras/all', '视频点位', all)}路，在线${count('cameras/online', '视频在线点位', online)}路${share === undefined ? '' : say`，在线率${share}%`}。`
}

function feeds(teller: Teller): Runs {
  const { feeds: all } = teller.picture
  if (all.length === 0) return say`未接入任何数据源。`
  const troubled = all.filter(({ state }) => state === 'down' || state === 'degraded')
  const silent = all.filter(({ state }) => state === 'waiting')
  const count = (id: string, label: string, value: number) =>
    teller.count(`feeds/${id}`, { value, unit: '路', label, how: '按供数登记计数', isDemo: false })
  const named = (list: readonly { readonly label: { readonly name: string } }[]): string =>
    list.length === 0 ? '' : `（${list.map(({ label }) => label.name).join('、')}）`
  const good = all.length - troubled.length - silent.length
  return say`登记数据源${count('all', '数据源', all.length)}路：正常${count('up', '正常的数据源', good)}路，异常或中断${count('troubled', '异常或中断的数据源', troubled.length)}路${named(troubled)}，尚未收到数据${count('waiting', '尚未收到数据的数据源', silent.length)}路${named(silent)}。`
}
