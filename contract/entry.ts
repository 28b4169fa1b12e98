import { z } from 'zod'
import type { Instant } from './time.ts'

/** 填报 over HTTP: what is asked for, what a returned sheet says, and what is proposed. */

/** What a figure is of: an indicator, or an input and the member it is told apart by. */
export interface EntryItemKey {
  readonly indicator?: string | undefined
  readonly input?: string | undefined
  /** of an input: id of a unit, sector or theme; absent for the district as a whole */
  readonly of?: string | undefined
}

/** One figure of a proposal. */
export interface ProposedFigure extends EntryItemKey {
  readonly value: number
}

/** The newest value that the log has of a series, from wherever it came. */
export interface LatestValue {
  readonly value: number
  readonly at: Instant
  readonly feed: string
}

/** One figure of the month's sheet, and how it stands. */
export interface EntryRow extends EntryItemKey {
  readonly latest: LatestValue | undefined
  /** due: the month has no value of it yet · done: it has · given: a feed reports it, so that nobody is asked */
  readonly state: 'due' | 'done' | 'given'
}

/** Answer of GET /api/entries/sheet?district=…&month=YYYY-MM (without a month: the last one that is over). */
export interface EntrySheet {
  readonly district: string
  readonly month: string
  /** the instant that the month's figures are of: its last second */
  readonly at: Instant
  readonly rows: readonly EntryRow[]
}

/** Why a file, a row or a figure is not taken. The words for each, with its cure, are the client's (entries.problems). */
export const entryProblemCodes = [
  // of the file
  'empty-file',
  'too-large',
  'not-a-workbook',
  'old-workbook',
  'locked-workbook',
  'damaged-workbook',
  'too-many-merges',
  'no-table',
  'wrong-version',
  'other-district',
  'no-month',
  'month-not-over',
  'too-many',
  // of a row
  'no-id',
  'unknown-id',
  'unknown-member',
  'not-entered',
  'given-by-feed',
  'waiting',
  'two-values',
  // of a value
  'merged',
  'error-cell',
  'no-stored-value',
  'not-a-number',
  'date',
  'percent',
  'double-scale',
  'out-of-range',
  'refused',
] as const
export type EntryProblemCode = (typeof entryProblemCodes)[number]

export interface EntryProblem {
  readonly code: EntryProblemCode
  /** from 1, as the spreadsheet counts; absent for what concerns the whole file */
  readonly row: number | undefined
  /** letter of the column, such as `F` */
  readonly column: string | undefined
  /** what stood there, shortened */
  readonly found: string
  /** what would be right; empty where the code says it all */
  readonly expected: string
}

export interface CheckedFigure extends EntryItemKey {
  readonly row: number
  readonly value: number
  /** 备注 of its row */
  readonly remark: string | undefined
  /** what the new value would stand beside, or correct */
  readonly latest: LatestValue | undefined
}

/** Answer of POST /api/entries/check. Only what is in `figures` may be proposed. */
export interface EntryCheck {
  /** undefined where the file does not say it */
  readonly month: string | undefined
  /** name of the sheet that was read; empty for figures of the form */
  readonly sheet: string
  readonly figures: readonly CheckedFigure[]
  readonly problems: readonly EntryProblem[]
  /** rows left empty: they change nothing */
  readonly skipped: number
}

const id = z.string('expected an id').min(1, 'expected an id').max(128, 'no id is that long')
/** Months that figures are entered for: what lies outside was mistyped. */
export const monthPattern = /^(?:20\d{2}|2100)-(?:0[1-9]|1[0-2])$/
export const monthWords = 'expected a month from 2000-01 to 2100-12, YYYY-MM'
const month = z.string(monthWords).regex(monthPattern, monthWords)
const item = { indicator: id.optional(), input: id.optional(), of: id.optional() }
/** Of two names one would be dropped unsaid; of none nobody knows what is meant. */
const isOneItem = ({ indicator, input }: EntryItemKey): boolean => (indicator === undefined) !== (input === undefined)
const oneItemWords = 'expected either an indicator or an input, not both and not neither'

/** The most figures of one entry: it is approved in one write. */
export const mostEntryFigures = 4_000

/** POST /api/entries/check as JSON, for figures of the form: `text` as it was typed. */
export const typedFiguresSchema = z.strictObject({
  district: id,
  month,
  figures: z.array(z.strictObject({ ...item, text: z.string().max(200) }).refine(isOneItem, oneItemWords)).max(mostEntryFigures),
})
export type TypedFigures = z.infer<typeof typedFiguresSchema>

/** POST /api/entries */
export const proposalSchema = z.strictObject({
  district: id,
  month,
  figures: z
    .array(z.strictObject({ ...item, value: z.number('expected a number') }).refine(isOneItem, oneItemWords))
    .min(1, 'expected at least one figure')
    .max(mostEntryFigures, `expected at most ${String(mostEntryFigures)} figures`),
  note: z.string().trim().max(200, 'expected at most 200 characters').optional(),
})
export type Proposal = z.infer<typeof proposalSchema>
