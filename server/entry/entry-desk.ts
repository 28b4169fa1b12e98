import type { EntryCheck, EntryItemKey, EntryRow, EntrySheet, LatestValue, ProposedFigure, TypedFigures } from '../../contract/entry.ts'
import { mostEntryFigures } from '../../contract/entry.ts'
import type { FeedDefinition } from '../../contract/feed.ts'
import type { InputFact, ReadingFact } from '../../contract/fact.ts'
import type { Instant } from '../../contract/time.ts'
import type { EntryState } from '../../contract/decision.ts'
import { createAdmission } from '../core/admission.ts'
import type { Registry } from '../core/registry.ts'
import type { Newest } from '../core/series-rules.ts'
import { entryItems, factOf, itemName, seriesName } from './items.ts'
import type { EntryItem } from './items.ts'
import { judgeRows } from './judge.ts'
import type { Judged, JudgeSetting } from './judge.ts'
import { endOfMonth, lastMonth, monthIndex, monthOf } from './months.ts'
import { fileProblem, readTable, tableProblem } from './read-table.ts'
import type { TableRow } from './read-table.ts'
import { writeTemplate } from './template.ts'
import { readWorkbook } from './workbook.ts'

/** The feed that approved figures come from: config/feeds/manual.yaml. */
export const manualFeed = 'manual'

export interface EntryDeskRooms {
  readonly registry: Registry
  readonly now: () => Instant
  /** newest report of a series, from the folded world */
  readonly newest: (district: string, series: string) => Newest | undefined
  /** a feed as it runs now */
  readonly feed: (id: string) => FeedDefinition | undefined
  /** entries of a district as the screens know them */
  readonly entries: (district: string) => readonly EntryState[]
}

/** 填报: what is asked for, and what of an answer can be taken. Records nothing. */
export interface EntryDesk {
  /** Why nothing can be entered for a district or a month, with the cure; undefined when it can. */
  refusalOf(district: string, month: string): string | undefined
  /** The last month that is over in a district. */
  lastMonth(district: string): string
  sheet(district: string, month: string): EntrySheet
  /** The month's table as .xlsx, without what feeds give already; with its name. */
  template(district: string, month: string): Promise<{ readonly fileName: string; readonly bytes: Buffer }>
  checkFile(district: string, bytes: Buffer): Promise<EntryCheck>
  checkTyped(typed: TypedFigures): EntryCheck
  /** As a check, of numbers. @param waiting the entry that is being decided, which does not stand in its own way */
  judge(district: string, month: string, figures: readonly ProposedFigure[], waiting?: string): Judged
  /** Facts of an approved entry, of the feed `manual`; their keys name the entry, so that none is taken for an older one of the same value. */
  factsOf(entry: EntryState): readonly (ReadingFact | InputFact)[]
  /** The month that an entry's figures are of. */
  monthOf(entry: EntryState, district: string): string
}

/** A feed that has been silent on a figure for this many times its cadence reports it no more. */
const silentAfter = 3

export function createEntryDesk(rooms: EntryDeskRooms): EntryDesk {
  const { registry, now } = rooms
  const zoneOf = (district: string): string => registry.districts.get(district)?.zone ?? 'UTC'
  const lastOf = (district: string): string => lastMonth(now(), zoneOf(district))
  const of = (district: string, month: string, waiting?: string): MonthDesk =>
    new MonthDesk(rooms, { district, month, zone: zoneOf(district), waiting })

  return {
    refusalOf: (district, month) => refusalOf(rooms, district, month, lastOf),
    lastMonth: lastOf,
    sheet: (district, month) => of(district, month).sheet(),
    async template(district, month) {
      const districtName = registry.districts.get(district)?.name ?? district
      const bytes = await writeTemplate({ districtName, district, month, items: of(district, month).asked() })
      return { fileName: `${districtName}指标填报表-${month}.xlsx`, bytes }
    },
    async checkFile(district, bytes) {
      const read = await readWorkbook(bytes)
      if (!read.ok) return refusedFile(read.error)
      const table = readTable(read.value)
      const name = read.value.name
      if (table === undefined) return refusedFile('no-table', name)
      const { month } = table
      const problem = tableProblem(table, district)
      if (problem !== undefined || month === undefined)
        return { ...refusedFile('no-month', name), month, problems: problem === undefined ? [] : [problem] }
      if (monthIndex(month) > monthIndex(lastOf(district))) return { ...refusedFile('month-not-over', name, month, lastOf(district)), month }
      const judged = judgeRows(table.rows, of(district, month).setting())
      if (judged.figures.length > mostEntryFigures)
        return { ...refusedFile('too-many', name, String(judged.figures.length), String(mostEntryFigures)), month }
      return { month, sheet: name, ...judged }
    },
    checkTyped({ district, month, figures }) {
      const rows = figures.map(({ text, ...key }, index) => formRow(key, index, text))
      return { month, sheet: '', ...judgeRows(rows, of(district, month).setting()) }
    },
    judge: (district, month, figures, waiting) =>
      judgeRows(
        figures.map(({ value, ...key }, index) => formRow(key, index, value)),
        of(district, month, waiting).setting(),
      ),
    factsOf: ({ id, figures }) => figures.map(({ at, value, ...key }, index) => factOf(key, at, value, `${id}#${String(index)}`)),
    monthOf: ({ figures: [first], proposedAt }, district) => monthOf(first?.at ?? proposedAt, zoneOf(district)),
  }
}

function refusalOf({ registry, feed }: EntryDeskRooms, district: string, month: string, lastOf: (district: string) => string): string | undefined {
  if (!registry.districts.has(district)) {
    return `district: ${JSON.stringify(district.slice(0, 80))} is not configured; these are: ${[...registry.districts.keys()].join(', ')}`
  }
  if (feed(manualFeed)?.district !== district) {
    return `district: figures of ${district} cannot be entered, since no feed ${manualFeed} of it runs; put config/feeds/${manualFeed}.yaml back`
  }
  if (monthIndex(month) <= monthIndex(lastOf(district))) return undefined
  return `month: ${month} is not over, and its figures are of its last day; the last month that can be entered is ${lastOf(district)}`
}

function refusedFile(code: Parameters<typeof fileProblem>[0], sheet = '', found = '', expected = ''): EntryCheck {
  return { month: undefined, sheet, figures: [], problems: [fileProblem(code, found, expected)], skipped: 0 }
}

const formRow = (key: EntryItemKey, index: number, cell: string | number): TableRow => ({
  row: index + 1,
  column: undefined,
  name: itemName(key),
  cell,
  isPercentCell: false,
  merged: undefined,
  fault: undefined,
  remark: undefined,
})

interface MonthSetting {
  readonly district: string
  readonly month: string
  readonly zone: string
  readonly waiting: string | undefined
}

/** One month of one district, as the world stands now. */
class MonthDesk {
  readonly #rooms: EntryDeskRooms
  readonly #given: MonthSetting
  readonly #at: Instant
  readonly #items: readonly EntryItem[]

  constructor(rooms: EntryDeskRooms, given: MonthSetting) {
    this.#rooms = rooms
    this.#given = given
    this.#at = endOfMonth(given.month, given.zone)
    this.#items = entryItems(rooms.registry, given.district)
  }

  sheet(): EntrySheet {
    const { district, month } = this.#given
    return { district, month, at: this.#at, rows: this.#items.map((item) => this.#row(item)) }
  }

  /** What people are asked for: never what a feed gives. */
  asked(): readonly EntryItem[] {
    return this.#items.filter((item) => this.#givenBy(item) === undefined)
  }

  setting(): JudgeSetting {
    const { indicators, inputs } = this.#rooms.registry
    const names = (ids: Iterable<{ readonly id: string; readonly entry: boolean }>, kind: string): readonly string[] =>
      [...ids].filter(({ entry }) => !entry).map(({ id }) => `${kind}/${id}`)
    const waiting = this.#waiting()
    return {
      items: new Map(this.#items.map((item) => [item.name, item])),
      others: new Set([...names(indicators.values(), 'indicator'), ...names(inputs.values(), 'input')]),
      latest: (item) => this.#latest(item),
      givenBy: (item) => this.#givenBy(item),
      waitingWith: ({ name }) => waiting.get(name),
      refusal: this.#admission(),
    }
  }

  #row(item: EntryItem): EntryRow {
    const latest = this.#latest(item)
    const state = this.#givenBy(item) !== undefined ? 'given' : this.#isDue(item, latest) ? 'due' : 'done'
    return { ...item.key, latest, state }
  }

  #isDue({ everyMonths }: EntryItem, latest: LatestValue | undefined): boolean {
    const { month, zone } = this.#given
    return latest === undefined || monthIndex(monthOf(latest.at, zone)) + everyMonths <= monthIndex(month)
  }

  #latest({ key }: EntryItem): LatestValue | undefined {
    const newest = this.#rooms.newest(this.#given.district, seriesName(key))
    return newest === undefined ? undefined : { value: newest.value, at: newest.at, feed: newest.feed ?? '' }
  }

  /** A feed that was taken away, or has said nothing of it for long, gives it no more. */
  #givenBy(item: EntryItem): string | undefined {
    const latest = this.#latest(item)
    if (latest === undefined || latest.feed === manualFeed) return undefined
    const { now, feed } = this.#rooms
    const { zone } = this.#given
    const isSilent = monthIndex(monthOf(latest.at, zone)) + silentAfter * item.everyMonths < monthIndex(monthOf(now(), zone))
    return isSilent ? undefined : feed(latest.feed)?.name
  }

  /** By 编号, who proposed it for this month. */
  #waiting(): ReadonlyMap<string, string> {
    const { district, waiting } = this.#given
    const others = this.#rooms.entries(district).filter(({ id, state }) => state === 'proposed' && id !== waiting)
    return new Map(
      others.flatMap(({ figures, proposedBy }) =>
        figures.filter(({ at }) => at === this.#at).map((figure) => [itemName(figure), proposedBy] as const),
      ),
    )
  }

  #admission(): JudgeSetting['refusal'] {
    const { registry, newest, now, feed: feedOf } = this.#rooms
    const { district } = this.#given
    const feed = feedOf(manualFeed)
    if (feed === undefined) return () => `no feed ${manualFeed} runs; put config/feeds/${manualFeed}.yaml back`
    const session = createAdmission({ feed, registry, last: (series) => newest(district, series) }).session(now())
    return ({ key }, value) => {
      const admitted = session.admit(factOf(key, this.#at, value, 'judged'))
      return 'ok' in admitted && !admitted.ok ? admitted.error.detail : undefined
    }
  }
}
