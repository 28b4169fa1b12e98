import { z } from 'zod'
import { instantAsked } from './fact-field.ts'
import { originKinds, supervisionLevels } from './supervision-fact.ts'
import type { Attachment, AttachmentType, Contact, OriginKind, SupervisionLevel, SupervisionStepKind } from './supervision-fact.ts'
import type { Instant } from './time.ts'
import type { ClockState } from './topic.ts'

/** 交办/督办: the topic `supervisions`, and what is said over HTTP. */

/** issued 已交办 · acknowledged 已签收 · in-progress 办理中 · submitted 待审核 · sent-back 已退办 · closed 已销号 · cancelled 已撤销. The lead unit moves it. */
export type SupervisionStage = 'issued' | 'acknowledged' | 'in-progress' | 'submitted' | 'sent-back' | 'closed' | 'cancelled'

export type CardColour = 'none' | 'blue' | 'yellow' | 'red'

/**
 * Why: near: 临近时限 · behind: 时限将至 · unacknowledged: 逾期未签收 · silent: 久无反馈 · overdue: 超期 · was-red: a red that was made up for later, which is
 * never better than yellow again.
 */
export type CardReason = 'near' | 'behind' | 'unacknowledged' | 'silent' | 'overdue' | 'was-red'

export interface Card {
  readonly colour: CardColour
  /** undefined for `none` */
  readonly reason: CardReason | undefined
  readonly since: Instant
}

/** 催办: by the rule (a share of the time given has passed, or so many working days are left), or by somebody at the desk. */
export interface Reminder {
  readonly at: Instant
  readonly why: 'share' | 'days-left' | 'desk'
  /** at the desk only */
  readonly by: string | undefined
}

export interface SupervisionStep {
  readonly at: Instant
  readonly step: SupervisionStepKind
  readonly by: string
  /** the unit that speaks; undefined in steps of the desk's own */
  readonly unit: string | undefined
  /** the desk wrote down what the unit said */
  readonly onBehalf: boolean
  readonly note: string | undefined
  readonly attachments: readonly Attachment[]
  /** asked for, granted, amended to or given anew with a sending back */
  readonly dueAt: Instant | undefined
  /** amended to */
  readonly level: SupervisionLevel | undefined
  readonly leadUnit: string | undefined
  readonly supportingUnits: readonly string[] | undefined
  /** it came when the order was closed or cancelled already: kept, and nothing follows from it */
  readonly isLate: boolean
  /** where from; told over HTTP and to the desk only */
  readonly address?: string
}

/** 督办单: open ones, and those closed or cancelled within 60 days. All others are read over HTTP. */
export interface SupervisionOrder {
  readonly id: string
  /** 督〔2026〕12号 */
  readonly number: string
  readonly title: string
  readonly text: string
  readonly note: string | undefined
  readonly level: SupervisionLevel
  /** ids of units */
  readonly leadUnit: string
  readonly supportingUnits: readonly string[]
  /** its phone number: one order over HTTP alone, to desks and to its own units; never in the topic, in a list, or to a wall */
  readonly contact: Contact | undefined
  readonly origin: { readonly kind: OriginKind; readonly id: string | undefined }
  readonly issuedAt: Instant
  readonly issuedBy: string
  readonly dueAt: Instant
  /** counted beyond the last year whose holidays are published */
  readonly isProvisional: boolean
  /** as it was first set: the same as `dueAt` unless it was moved */
  readonly firstDueAt: Instant
  readonly stage: SupervisionStage
  /** since the latest step that moved the stage */
  readonly stageSince: Instant
  /** units that have acknowledged it */
  readonly acknowledgedBy: readonly string[]
  /** latest word of the lead unit; undefined while it has said nothing */
  readonly heardAt: Instant | undefined
  /** closed or cancelled; undefined while open */
  readonly settledAt: Instant | undefined
  readonly settledBy: string | undefined
  /** 销号依据, or why it was cancelled */
  readonly basis: string | undefined
  /** stands still while it waits for review; `settled` when closed or cancelled */
  readonly clock: ClockState
  readonly card: Card
  /** every card that it ever had, the present one too, oldest first; never `none`, but where a card was taken back. What was given stays */
  readonly cards: readonly Card[]
  /** highest rung (config/supervision.yaml, ladder) that it has climbed to by itself; it never climbs down */
  readonly escalation: { readonly to: string; readonly since: Instant } | undefined
  /** told so far, oldest first, the latest 50 */
  readonly reminders: readonly Reminder[]
  /** an extension that was asked for and neither granted nor refused */
  readonly extension:
    { readonly askedAt: Instant; readonly by: string; readonly unit: string; readonly dueAt: Instant; readonly note: string } | undefined
  /** 成效: the indicator it came from, and how that stood when it was issued; undefined for an order of another origin */
  readonly effect: { readonly indicator: string; readonly value: number | undefined; readonly at: Instant } | undefined
  /** oldest first; of more than 40 the latest, and over HTTP up to 200 of each kind */
  readonly steps: readonly SupervisionStep[]
  /** steps before and between these */
  readonly stepsDropped: number
}

/** How many steps there are of an order: what a command says as `seen`. */
export const stepCountOf = ({ steps, stepsDropped }: Pick<SupervisionOrder, 'steps' | 'stepsDropped'>): number => steps.length + stepsDropped

/**
 * Addresses. Problems are answered as everywhere (application/problem+json); 409 tells who did what meanwhile.
 * GET  /api/supervisions?district=&state=open|settled|all&unit=&limit=   SupervisionList, newest first; role wall
 * GET  /api/supervisions/:id                                             SupervisionOrder with all its steps; role wall
 * POST /api/supervisions                        IssueRequest             SupervisionAnswer; role desk, signed with a name
 * POST /api/supervisions/:id/steps              DeskStepRequest          SupervisionAnswer; the same
 * POST /api/supervisions/attachments?name=      the file as it is        Attachment, to be named by a request that follows within a day; desk
 * GET  /api/supervisions/:id/attachments/:attachment                     the file, as a download; desk
 *
 * For sessions of the role unit, and for no others:
 * GET  /api/unit/context                                                 UnitContext
 * GET  /api/unit/orders                                                  SupervisionList of the unit's own, as lead or supporting, newest first
 * GET  /api/unit/orders/:id                                              SupervisionOrder
 * POST /api/unit/orders/:id/steps               UnitStepRequest          SupervisionAnswer
 * POST /api/unit/orders/:id/attachments?name=   the file as it is        Attachment
 * GET  /api/unit/orders/:id/attachments/:attachment                      the file, as a download
 * and /api/session {role: 'unit', name, unit}, /api/sign-out. No WebSocket. Its page is at /unit.
 */
export interface SupervisionList {
  readonly orders: readonly SupervisionOrder[]
  /** all that were asked for, of which `orders` holds the newest */
  readonly total: number
}

/** Of a command, and of the same command sent again: what was recorded. */
export interface SupervisionAnswer {
  readonly id: string
  readonly number: string
  readonly command: string
  readonly step: SupervisionStepKind
  readonly at: Instant
  readonly by: string
  /** it came when the order was closed or cancelled already: people are to be told that it changed nothing */
  readonly isLate: boolean
  /** in force by now: it alone may differ when a command is sent again after somebody else has moved it */
  readonly dueAt: Instant
  readonly isProvisional: boolean
}

export interface UnitContext {
  readonly name: string
  readonly unit: { readonly id: string; readonly name: string; readonly nameEn: string }
  readonly district: { readonly id: string; readonly name: string; readonly nameEn: string; readonly zone: string }
  /** those that its orders name, itself too */
  readonly units: readonly { readonly id: string; readonly name: string; readonly nameEn: string }[]
  /** how the rungs are called that an order may have climbed to */
  readonly ladder: readonly { readonly id: string; readonly name: string; readonly nameEn: string }[]
  readonly attachments: AttachmentLimits
}

export interface AttachmentLimits {
  /** bytes of the largest file */
  readonly mostBytes: number
  readonly perStep: number
  /** by the ending of its name, without the dot */
  readonly endings: Readonly<Record<string, AttachmentType>>
}

export const attachmentsPerStep = 10

/** Endings of names and what their content must be. */
export const attachmentEndings: Readonly<Record<string, AttachmentType>> = {
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  mp4: 'video/mp4',
}

export const attachmentLimits = ({ megabytes }: { readonly megabytes: number }): AttachmentLimits => ({
  mostBytes: Math.floor(megabytes * 1_000_000),
  perStep: attachmentsPerStep,
  endings: attachmentEndings,
})

/** Shows as what it is: line breaks are welcome, what is invisible or turns the direction of writing is not. */
const plainText = /^(?:[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|[\n\r\t])*$/u
const words = (most: number, what: string) =>
  z
    .string(`expected ${what}`)
    .trim()
    .min(1, `expected ${what}`)
    .max(most, `expected at most ${String(most)} characters`)
    .regex(plainText, 'expected a text without control characters')
/** The name of a file that shows as what it is, and names no folder. */
export const plainFileName = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\\/]+$/u
const note = words(2_000, 'some words')
const unit = z.string('expected the id of a unit').min(1, 'expected the id of a unit').max(128, 'no id is that long')
const units = z.array(unit).max(30, 'expected at most 30 units')
const command = z.uuid('expected a UUID, made when somebody clicks and sent again as it is')
const seen = z.int('expected how many steps the order had').min(1, 'expected how many steps the order had')
const level = z.enum(supervisionLevels, `expected one of ${supervisionLevels.join(', ')}`)

const dueWords = 'expected {"workingDays": 1 to 250} or {"at": milliseconds since 1970}'
/** So many working days from now, or an instant. */
const dueRequest = z.union(
  [z.strictObject({ workingDays: z.int(dueWords).min(1, dueWords).max(250, dueWords) }), z.strictObject({ at: instantAsked(dueWords) })],
  dueWords,
)
export type DueRequest = z.infer<typeof dueRequest>

const attached = z
  .array(
    z.strictObject({
      id: z.string('expected the id that the upload was answered with').regex(/^[0-9a-f]{64}$/, 'expected the id that the upload was answered with'),
      name: words(120, 'the name of the file').regex(plainFileName, 'expected the name of a file, without folders and control characters'),
    }),
  )
  .max(attachmentsPerStep, `expected at most ${String(attachmentsPerStep)} attachments`)
  .optional()
export type AttachedRequest = NonNullable<z.infer<typeof attached>>

/** POST /api/supervisions. `command` is made at the click and sent again as it is when no answer came. */
export const issueRequestSchema = z.strictObject({
  command,
  district: z.string('expected the id of a district').min(1, 'expected the id of a district').max(128, 'no id is that long'),
  title: words(100, 'a title of 1 to 100 characters'),
  text: words(2_000, 'what is to be done, in 1 to 2000 characters'),
  level,
  leadUnit: unit,
  supportingUnits: units.default([]),
  contact: z.strictObject({ name: words(40, 'a name of 1 to 40 characters'), phone: words(40, 'a phone number').optional() }).optional(),
  due: dueRequest,
  /** `id` is of the indicator, work order, incident or meeting; a hand has none */
  origin: z
    .strictObject({ kind: z.enum(originKinds, `expected one of ${originKinds.join(', ')}`), id: z.string().min(1).max(128).optional() })
    .default({ kind: 'hand' }),
  note: note.optional(),
  attachments: attached,
})
export type IssueRequest = z.infer<typeof issueRequestSchema>

const asked = { command, seen }
/** What a unit said by telephone or on paper, written down at the desk; without `unit` the lead unit. */
const said = { ...asked, unit: unit.optional() }

/** POST /api/supervisions/:id/steps. `seen` is stepCountOf the order that was on the screen: where there are more by now, 409 tells them. */
export const deskStepRequestSchema = z.discriminatedUnion(
  'step',
  [
    z.strictObject({ ...said, step: z.literal('acknowledged'), note: note.optional() }),
    z.strictObject({ ...said, step: z.literal('feedback'), note, attachments: attached }),
    z.strictObject({ ...said, step: z.literal('submitted'), note, attachments: attached }),
    /** without `due`: until when it was asked for */
    z.strictObject({ ...asked, step: z.literal('extension-granted'), due: dueRequest.optional(), note: note.optional() }),
    z.strictObject({ ...asked, step: z.literal('extension-refused'), note }),
    z.strictObject({ ...asked, step: z.literal('reminded'), note: note.optional() }),
    z.strictObject({
      ...asked,
      step: z.literal('amended'),
      level: level.optional(),
      due: dueRequest.optional(),
      leadUnit: unit.optional(),
      supportingUnits: units.optional(),
      note,
    }),
    /** 退办, with a new due time where one is given */
    z.strictObject({ ...asked, step: z.literal('sent-back'), due: dueRequest.optional(), note }),
    /** 销号: `note` is the basis */
    z.strictObject({ ...asked, step: z.literal('accepted'), note, attachments: attached }),
    z.strictObject({ ...asked, step: z.literal('cancelled'), note }),
  ],
  'expected a step that the desk takes',
)
export type DeskStepRequest = z.infer<typeof deskStepRequestSchema>

/** POST /api/unit/orders/:id/steps. Only the lead unit asks for an extension and submits. */
export const unitStepRequestSchema = z.discriminatedUnion(
  'step',
  [
    z.strictObject({ command, step: z.literal('acknowledged'), note: note.optional() }),
    z.strictObject({ command, step: z.literal('feedback'), note, attachments: attached }),
    z.strictObject({ command, step: z.literal('extension-asked'), due: dueRequest, note }),
    z.strictObject({ command, step: z.literal('submitted'), note, attachments: attached }),
  ],
  'expected one of acknowledged, feedback, extension-asked, submitted',
)
export type UnitStepRequest = z.infer<typeof unitStepRequestSchema>
