import { z } from 'zod'
import { id, instant, instantAsked, shortText } from './fact-field.ts'
import type { Instant } from './time.ts'

/**
 * 月度专报: a document drafted by rules from the world as it was at a cut-off, edited by people section by section, and frozen when it is issued.
 * What is drafted is never kept: the log, the cut-off and what people wrote give it again. What is issued is kept whole, in its own fact.
 */

const line = z.string().max(400)
const paragraph = z.string().max(4_000)
const list = <T extends z.ZodType>(of: T, most: number) => z.array(of).max(most).readonly()
const day = (least: number, most: number, words: string) => z.int(words).min(least, words).max(most, words)

/** One entry of `reports` in config/app.yaml. */
export const reportSettingsSchema = z.strictObject({
  /** id of a district in config/districts */
  district: z.string().min(1),
  /** 刊名: the red head of every issue */
  name: z.string().min(1).max(30),
  /** 编发单位 */
  compilers: z.array(z.string().min(1).max(40)).min(1).max(5),
  /** 签发人; left out, a line is left for it */
  signer: z.string().min(1).max(20).optional(),
  /** 报 and 送, at the foot of the last page */
  reportedTo: z.string().min(1).max(200),
  sentTo: z.string().min(1).max(200),
  /** 共印×份; left out, a blank is left for it */
  copies: z.int().min(1).max(10_000).optional(),
  /** day of the month by which it is due; where that is no working day, the last one before it */
  dueDay: day(1, 31, 'a day of the month, 1 to 31').default(20),
  /** reminders so many days before it is due, moved before holidays likewise */
  remindDays: z
    .array(day(0, 27, 'days before it is due, 0 to 27'))
    .max(6)
    .default([5, 2, 0]),
  /** 总期数: the month of the very first issue; left out, issues are numbered by the year alone */
  firstMonth: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'YYYY-MM')
    .optional(),
})
export type ReportSettings = z.infer<typeof reportSettingsSchema>

/** 数据: one number that a report tells, and where it comes from. */
export const reportFigureSchema = z.strictObject({
  /** what it is of: `indicators/<id>/value`, `channels/<id>/overdue` */
  id: line,
  label: line,
  /** in `unit`, not rounded */
  value: z.number(),
  /** as the report writes it, without its unit */
  shown: z.string().max(40),
  unit: z.string().max(40),
  /** feeds that told it, or how it was counted, in words */
  source: line,
  /** a simulated platform told it */
  isDemo: z.boolean(),
  /** when it was true */
  asOf: instant,
  /** 口径版本 of its indicator */
  version: z.int().optional(),
})
export type ReportFigure = z.infer<typeof reportFigureSchema>

/** A stretch of text; with `figure` it is a number of the report's figures. */
const runSchema = z.strictObject({ text: paragraph, figure: line.optional() })
export type ReportRun = z.infer<typeof runSchema>

const sectionSchema = z.strictObject({
  /** `overall`, `laggards/<indicator>` */
  id: line,
  /** 1: 一、 · 2: （一） */
  level: z.union([z.literal(1), z.literal(2)]),
  heading: line,
  paragraphs: list(list(runSchema, 1_000), 200),
  /** who wrote it in place of the draft, and when */
  edited: z.strictObject({ by: line, at: instant }).optional(),
  /** 未对应数据: numbers of an edited text that are none of the report's figures */
  unmatched: list(z.string().max(40), 200),
  /** id of a table that stands below the text */
  table: z.string().max(100).optional(),
})
export type ReportSection = z.infer<typeof sectionSchema>

const tableSchema = z.strictObject({
  id: z.string().max(100),
  title: line,
  /** `share` of the width, in parts of the sum */
  columns: list(z.strictObject({ title: line, share: z.number().positive(), align: z.enum(['left', 'center', 'right']) }), 20),
  rows: list(list(runSchema, 20), 1_000),
  note: paragraph.optional(),
})
export type ReportTable = z.infer<typeof tableSchema>

/** 通报: the month's rankings as a paper of its own. */
const bulletinSchema = z.strictObject({
  title: line,
  sections: list(sectionSchema, 20),
})

export const reportDocumentSchema = z.strictObject({
  district: id,
  /** YYYY-MM */
  month: z.string().max(7),
  districtName: line,
  /** as the configuration had them */
  masthead: z.strictObject({
    name: line,
    compilers: list(line, 5),
    signer: line.optional(),
    reportedTo: line,
    sentTo: line,
    copies: z.int().optional(),
    /** number in the year, and of all */
    issue: z.int(),
    total: z.int().optional(),
  }),
  title: line,
  /** 数据截至: nothing recorded later is in it */
  cutOffAt: instant,
  /** 印发: absent as long as it is a draft */
  issuedAt: instant.optional(),
  /** last entry of the log that is in it */
  seq: z.int().min(0),
  /** zone that its times are told in */
  zone: line,
  /** what whoever reads it must know of its figures, such as that some are a demonstration's */
  notes: list(line, 20),
  figures: list(reportFigureSchema, 5_000),
  sections: list(sectionSchema, 200),
  /** of the sections, and of the bulletin */
  tables: list(tableSchema, 60),
  /** ids of tables that are attachments, in their order */
  attachments: list(z.string().max(100), 20),
  bulletin: bulletinSchema,
})
export type ReportDocument = z.infer<typeof reportDocumentSchema>

export const reportStates = ['drafted', 'edited', 'issued'] as const

/** The longest text of a section that is taken: some pages. */
export const longestReportText = 4_000
/** The most sections changed at once. */
export const mostReportTexts = 60

const texts = z.record(line, z.string().max(longestReportText).nullable())

/** 专报: somebody drafted a month's report at a cut-off, wrote parts of it anew, or issued it. */
export const reportFactSchema = z.strictObject({
  kind: z.literal('report'),
  district: id,
  month: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/),
  at: instant,
  by: shortText,
  /** 幂等键: the same of a command that is sent again */
  command: id,
  state: z.enum(reportStates),
  cutOffAt: instant,
  /** with an edit: section → what stands there now; null takes the draft again */
  texts: texts.optional(),
  /** with the issue: all of it */
  document: reportDocumentSchema.optional(),
})
export type ReportFact = z.infer<typeof reportFactSchema>

/** 专报一期: one entity per month, of the running one from its first day on. Its texts travel over HTTP only. */
export interface ReportState {
  /** `<district>-<YYYY-MM>` */
  readonly id: string
  readonly month: string
  /** due: nothing was drafted yet */
  readonly state: 'due' | (typeof reportStates)[number]
  /** grows with each change; 0 before the first. Whoever changes it says which one they saw */
  readonly version: number
  readonly cutOffAt: Instant | undefined
  readonly changedAt: Instant | undefined
  readonly changedBy: string | undefined
  /** end of the day it is due; before the 20th, say, where that is a holiday */
  readonly dueAt: Instant
  /** counted in a year whose holidays are not published yet */
  readonly isDueProvisional: boolean
  readonly remindAt: readonly Instant[]
  /** the latest changes, newest first, at most 20 */
  readonly changes: readonly ReportChange[]
}

export interface ReportChange {
  readonly version: number
  readonly at: Instant
  readonly by: string
  readonly command: string
  readonly state: (typeof reportStates)[number]
  /** sections whose text was changed */
  readonly sections: readonly string[]
}

export const reportId = (district: string, month: string): string => `${district}-${month}`

/** Answer of GET /api/reports/:id. */
export interface ReportAnswer {
  readonly state: ReportState
  readonly document: ReportDocument
}

/** Answer of GET /api/reports?district=. */
export interface ReportList {
  readonly reports: readonly ReportState[]
}

/** Line breaks are welcome, what is invisible or turns the direction of writing is not. */
const plainText = /^(?:[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|[\n\r\t])*$/u
const command = z
  .string('expected a name of this very command, such as a UUID')
  .min(8, 'expected at least 8 characters')
  .max(64, 'expected at most 64')
const seen = z.int('expected the version that was seen').min(0, 'expected a version, 0 or more')

/** POST /api/reports: drafts a month anew, from the world at `cutOffAt`; now, or the month's end where it is over. */
export const draftRequestSchema = z.strictObject({
  district: z.string('expected the id of a district').min(1, 'expected the id of a district').max(128, 'no id of a district is that long'),
  month: z.string('expected a month, YYYY-MM').regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'expected a month, YYYY-MM'),
  command,
  seen,
  cutOffAt: instantAsked().optional(),
})
export type DraftRequest = z.infer<typeof draftRequestSchema>

/** POST /api/reports/:id/texts */
export const textsRequestSchema = z.strictObject({
  command,
  seen,
  texts: z
    .record(
      z.string(),
      z
        .string('expected a text, or null for the draft')
        .max(longestReportText, `expected at most ${String(longestReportText)} characters`)
        .regex(plainText, 'expected a text without control characters')
        .nullable(),
    )
    .refine((given) => Object.keys(given).length > 0, 'expected at least one section')
    .refine((given) => Object.keys(given).length <= mostReportTexts, `expected at most ${String(mostReportTexts)} sections at once`),
})
export type TextsRequest = z.infer<typeof textsRequestSchema>

/** POST /api/reports/:id/issue */
export const issueRequestSchema = z.strictObject({ command, seen })
