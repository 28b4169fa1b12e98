import type { ReportDocument, ReportFigure, ReportSection, ReportTable } from '../../contract/report.ts'
import { monthOf } from '../core/ranking-counts.ts'
import { laggardSections } from './laggards.ts'
import { matchNumbers, namesWithDigits } from './matching.ts'
import { nextStepsSection } from './next-steps.ts'
import { monthWords, ordinalWords } from './number-words.ts'
import { indicatorsSection, overallSection } from './overall.ts'
import type { ReportNames, ReportPicture } from './picture.ts'
import { rankingMonth, requestsSection } from './requests.ts'
import { supervisionSection } from './supervision.ts'
import { indicatorTable, overdueTable, rankingTables, sourceTable, supervisionTable } from './tables.ts'
import { taskSections } from './tasks.ts'
import { Teller } from './teller.ts'
import type { ReportGiven } from './teller.ts'
import { say } from './writing.ts'

/**
 * 月度专报 as its rules draft it. The same picture gives the same report: no clock, no chance, nothing but what is given.
 * What is missing is said to be 未接入 or 无数据; no number is invented.
 */
export function draftReport(given: ReportGiven): ReportDocument {
  const teller = new Teller(given)
  const { names, picture } = teller
  const sections = numbered([
    overallSection(teller),
    indicatorsSection(teller),
    ...laggardSections(teller),
    ...taskSections(teller),
    requestsSection(teller),
    supervisionSection(teller),
    nextStepsSection(teller),
  ])
  const rankings = rankingTables(teller)
  const indicators = indicatorTable(teller)
  const attached = [...rankings, overdueTable(teller), supervisionTable(teller), sourceTable(teller)].filter((table) => table !== undefined)
  const { settings, district } = names
  return {
    district: district.id,
    month: given.month,
    districtName: district.name,
    masthead: mastheadOf(names, given.month),
    title: `关于${monthWords(given.month)}${district.name}数字政府服务能力提升情况的报告`,
    cutOffAt: picture.at,
    seq: picture.seq,
    zone: district.zone,
    notes: notesOf(picture, teller.figures.all),
    figures: teller.figures.all,
    sections,
    tables: [indicators, ...attached],
    attachments: attached.map(({ id }) => id),
    bulletin: {
      title: `关于${monthWords(rankingMonth(given.month))}${district.name}诉求办理排名情况的通报`,
      sections: bulletinSections(rankings, settings.compilers),
    },
  }
}

type Draft = Omit<ReportSection, 'unmatched'>

/** 一、 before the sections of the first level; those below carry their own number. */
function numbered(drafts: readonly Draft[]): readonly ReportSection[] {
  let level1 = 0
  return drafts.map((draft) => {
    if (draft.level === 1) level1 += 1
    return { ...draft, heading: draft.level === 1 ? `${ordinalWords(level1)}、${draft.heading}` : draft.heading, unmatched: [] }
  })
}

function mastheadOf({ settings }: ReportNames, month: string): ReportDocument['masthead'] {
  const { name, compilers, signer, reportedTo, sentTo, copies, firstMonth } = settings
  const begun = firstMonth === undefined ? undefined : monthOf(month) - monthOf(firstMonth) + 1
  const inYear = Number(month.slice(5))
  // of the first year only the months since the first issue have one
  const issue = begun === undefined || begun < 1 ? inYear : Math.min(inYear, begun)
  return { name, compilers, signer, reportedTo, sentTo, copies, issue, total: begun !== undefined && begun >= 1 ? begun : undefined }
}

function notesOf({ clock }: ReportPicture, figures: readonly ReportFigure[]): readonly string[] {
  const demo = figures.filter(({ isDemo }) => isDemo).length
  return [
    ...(demo > 0 ? ['本稿含演示数据，不得作为正式文件印发。'] : []),
    ...(clock?.isTrusted === false ? ['截至时本系统时钟未校准，超期情况以校准后为准。'] : []),
  ]
}

/** One section for each ranking, with its table. */
function bulletinSections(rankings: readonly ReportTable[], compilers: readonly string[]): readonly ReportSection[] {
  if (rankings.length === 0) return [{ id: 'bulletin/none', level: 1, heading: '排名', paragraphs: [say`未配置排名。`], unmatched: [] }]
  const opening: ReportSection = {
    id: 'bulletin/opening',
    level: 1,
    heading: '',
    paragraphs: [
      say`按照按月通报的要求，现将各单位诉求办理排名情况通报如下。排名只看工单办理结果，有疑义的，请于通报之日起向${compilers.join('、')}反映。`,
    ],
    unmatched: [],
  }
  return [
    opening,
    ...rankings.map((table, index): ReportSection => ({
      id: `bulletin/${table.id}`,
      level: 1,
      heading: `${ordinalWords(index + 1)}、${table.title}`,
      paragraphs: table.rows.length === 0 ? [say`该月无数据。`] : [],
      unmatched: [],
      table: table.id,
    })),
  ]
}

/** What somebody wrote in place of a section's draft. */
export interface WrittenText {
  readonly text: string
  readonly by: string
  readonly at: number
}

/** The draft with what people wrote in it. A text of a section that the draft has no more (an indicator that is no laggard now) keeps waiting for it. */
export function withTexts(draft: ReportDocument, texts: Readonly<Record<string, WrittenText>>, names: ReportNames): ReportDocument {
  const byId = new Map(draft.figures.map((figure) => [figure.id, figure]))
  const silent = namesWithDigits(names)
  const sections = draft.sections.map((section) => {
    const written = texts[section.id]
    if (written === undefined) return section
    const own = section.paragraphs.flat().flatMap(({ figure }) => byId.get(figure ?? '') ?? [])
    return { ...section, ...matchNumbers(written.text, own, draft.figures, silent), edited: { by: written.by, at: written.at } }
  })
  const waiting = Object.keys(texts).filter((id) => !draft.sections.some((section) => section.id === id))
  const notes = waiting.length === 0 ? draft.notes : [...draft.notes, `另有已编辑的小节本期不列，文字仍保留：${waiting.join('、')}。`.slice(0, 400)]
  return { ...draft, notes, sections }
}
