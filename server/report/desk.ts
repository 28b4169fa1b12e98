import { topicName } from '../../contract/topic.ts'
import type { Entity, TopicName } from '../../contract/topic.ts'
import type { ReportDocument, ReportState } from '../../contract/report.ts'
import { secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import { firstDayOfMonth, startOfDayNumber } from '../core/calendar.ts'
import { monthOf, monthText } from '../core/ranking-counts.ts'
import type { Registry } from '../core/registry.ts'
import type { HeldReport } from '../core/topics/reports.ts'
import { bulletinDocx, reportDocx } from './docx.ts'
import { draftReport, withTexts } from './model.ts'
import { namesOf, pictureOf, pictureTopics } from './picture.ts'
import type { PictureBefore } from './picture.ts'
import { reportXlsx } from './xlsx.ts'

export interface PastTopics {
  readonly seq: number
  readonly topics: Readonly<Record<TopicName, readonly Entity[]>>
}

export interface ReportDeskRooms {
  readonly registry: Registry
  readonly now: () => Instant
  /** from the folded world */
  readonly held: (district: string, month: string) => HeldReport | undefined
  readonly states: (district: string) => readonly ReportState[]
  /** topics as of the last entry recorded at or before an instant; undefined before the first entry */
  readonly stateAt: (topics: readonly TopicName[], at: Instant) => Promise<PastTopics | undefined>
  /** the document of the entry that issued a report */
  readonly issued: (seq: number) => ReportDocument | undefined
}

export type ReportFileKind = 'report' | 'bulletin' | 'figures'
export interface ReportFile {
  readonly fileName: string
  readonly type: string
  readonly bytes: Buffer
}

/** 专报: what is drafted from the past, and how it is written. Records nothing. */
export interface ReportDesk {
  /** Why a district has no reports, with the cure; undefined where it has. */
  refusalOf(district: string): string | undefined
  states(district: string): readonly ReportState[]
  held(district: string, month: string): HeldReport | undefined
  /** Where figures are cut off when nobody says: just now, or the end of a month that is over. */
  usualCutOff(district: string, month: string): Instant
  /** The latest instant that nothing more can be recorded at. */
  latestCutOff(): Instant
  /** The first instant of a month. */
  startOf(district: string, month: string): Instant
  /** A month's report as its rules draft it; undefined where the log does not reach back to the cut-off. */
  draft(district: string, month: string, cutOffAt: Instant): Promise<ReportDocument | undefined>
  /** With what people wrote, or as it was issued. @throws Error when the log does not hold what it should */
  document(district: string, held: HeldReport): Promise<ReportDocument>
  file(document: ReportDocument, kind: ReportFileKind): Promise<ReportFile>
}

/** Drafts are looked at again and again while they are written. */
const draftsKept = 4

export function createReportDesk(rooms: ReportDeskRooms): ReportDesk {
  const { registry, now, held, states } = rooms
  const drafts = new Map<string, Promise<ReportDocument | undefined>>()
  const before = new MonthEnds(rooms)
  const zoneOf = (district: string): string => registry.districts.get(district)?.zone ?? 'UTC'
  const startOf = (district: string, month: string): Instant => startOfDayNumber(firstDayOfMonth(monthOf(month)), zoneOf(district))
  const latestCutOff = (): Instant => Math.floor(now() / secondMs) * secondMs - 1
  const draft: ReportDesk['draft'] = (district, month, cutOffAt) => {
    const key = `${district}/${month}/${String(cutOffAt)}`
    const known = drafts.get(key) ?? drafted(rooms, { district, month, cutOffAt, before: () => before.at(district, startOf(district, month) - 1) })
    drafts.delete(key)
    drafts.set(key, known)
    // one that failed is tried again when it is asked for again
    known.catch(() => drafts.delete(key))
    for (const old of [...drafts.keys()].slice(0, -draftsKept)) drafts.delete(old)
    return known
  }
  return {
    refusalOf: (district) => refusalOf(registry, district),
    states,
    held,
    startOf,
    latestCutOff,
    usualCutOff: (district, month) => Math.min(latestCutOff(), startOf(district, monthText(monthOf(month) + 1)) - 1),
    draft,
    async document(district, report) {
      if (report.issuedSeq !== undefined) return issuedIn(rooms, report.issuedSeq)
      const document = await draft(district, report.month, report.cutOffAt)
      const names = namesOf(registry, district)
      if (document === undefined || names === undefined)
        throw new Error(`the log does not reach back to the cut-off of report ${district} ${report.month}`)
      return withTexts(document, report.texts, names)
    },
    file: (document, kind) => fileOf(document, kind),
  }
}

function refusalOf({ districts, app }: Registry, district: string): string | undefined {
  if (!districts.has(district))
    return `district: ${JSON.stringify(district.slice(0, 80))} is not configured; these are: ${[...districts.keys()].join(', ')}`
  if (app.reports.some((one) => one.district === district)) return undefined
  return `district: ${district} gives no reports; add it under reports in config/app.yaml`
}

function issuedIn({ issued }: ReportDeskRooms, seq: number): ReportDocument {
  const document = issued(seq)
  if (document === undefined)
    throw new Error(`entry ${String(seq)} of the log does not hold the report that was issued with it; put back a backup of the data folder`)
  return document
}

interface Asked {
  readonly district: string
  readonly month: string
  readonly cutOffAt: Instant
  readonly before: () => Promise<PictureBefore | undefined>
}

async function drafted(rooms: ReportDeskRooms, { district, month, cutOffAt, before: ask }: Asked): Promise<ReportDocument | undefined> {
  const names = namesOf(rooms.registry, district)
  if (names === undefined) return undefined
  // the earlier first: the one who folds goes on from there
  const before = await ask()
  const state = await rooms.stateAt(pictureTopics(district), cutOffAt)
  if (state === undefined) return undefined
  return draftReport({ names, month, picture: pictureOf(state, { district, at: cutOffAt }), before })
}

/** How a district stood at the end of a month. It never changes any more, and folding back to it each time would cost more than all the rest. */
class MonthEnds {
  readonly #stateAt: ReportDeskRooms['stateAt']
  #known: { readonly key: string; readonly picture: PictureBefore } | undefined

  constructor({ stateAt }: ReportDeskRooms) {
    this.#stateAt = stateAt
  }

  async at(district: string, at: Instant): Promise<PictureBefore | undefined> {
    const key = `${district}/${String(at)}`
    if (this.#known?.key === key) return this.#known.picture
    const state = await this.#stateAt([topicName('indicators', district)], at)
    if (state === undefined) return undefined
    const picture = { at, indicators: pictureOf(state, { district, at }).indicators }
    this.#known = { key, picture }
    return picture
  }
}

const docxType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

async function fileOf(document: ReportDocument, kind: ReportFileKind): Promise<ReportFile> {
  const { masthead, month } = document
  if (kind === 'figures') return { fileName: `${masthead.name}数据-${month}.xlsx`, type: xlsxType, bytes: await reportXlsx(document) }
  if (kind === 'bulletin') return { fileName: `${document.bulletin.title}.docx`, type: docxType, bytes: await bulletinDocx(document) }
  return { fileName: `${masthead.name}-${month}.docx`, type: docxType, bytes: await reportDocx(document) }
}
