import { z } from 'zod'
import { id, instant, key, person, shortText } from './fact-field.ts'

/** Facts of 交办/督办: one for each step of one order, recorded by the server for the person who took it. */

/**
 * In the order of the life-cycle, which decides ties at the same instant. issued 交办 · amended 变更 · acknowledged 签收 · feedback 办理中, with what
 * was done so far · extension-asked, -granted, -refused 延期 · reminded 催办, by hand · submitted 报结, waiting for review · sent-back 退办 ·
 * accepted 销号 · cancelled 撤销
 */
export const supervisionSteps = [
  'issued',
  'amended',
  'acknowledged',
  'feedback',
  'extension-asked',
  'extension-granted',
  'extension-refused',
  'reminded',
  'submitted',
  'sent-back',
  'accepted',
  'cancelled',
] as const
export type SupervisionStepKind = (typeof supervisionSteps)[number]

/** 一般 / 重要 / 紧急 */
export const supervisionLevels = ['normal', 'important', 'urgent'] as const
export type SupervisionLevel = (typeof supervisionLevels)[number]

/** What an order came from: a red indicator, an overdue work order, an incident, a decision of the meeting, or somebody's word. */
export const originKinds = ['indicator', 'work-order', 'incident', 'meeting', 'hand'] as const
export type OriginKind = (typeof originKinds)[number]

/** What an attachment's content was found to be, by its first bytes. */
export const attachmentTypes = [
  'application/pdf',
  'image/jpeg',
  'image/png',
  'image/webp',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'video/mp4',
] as const
export type AttachmentType = (typeof attachmentTypes)[number]

/** `id` is the SHA-256 of the content, in hexadecimal. */
const attachmentSchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string().min(1).max(120),
  bytes: z.int().min(1),
  mediaType: z.enum(attachmentTypes),
})
export type Attachment = z.infer<typeof attachmentSchema>

const longText = z.string().min(1).max(2_000)
const attachments = z.array(attachmentSchema).max(10).optional()
const contactSchema = z.strictObject({ name: person, phone: z.string().max(40).optional() })
export type Contact = z.infer<typeof contactSchema>

/** 完成时限. Counted in working days, it is counted again once the calendar knows days that it did not know then. */
const due = { dueAt: instant, isProvisional: z.boolean(), workingDays: z.int().min(1).optional() }
export type Due = { readonly dueAt: number; readonly isProvisional: boolean; readonly workingDays?: number | undefined }

/** What every step says. */
const step = {
  kind: z.literal('supervision'),
  district: id,
  /** of the order */
  id,
  at: instant,
  by: person,
  /** 幂等键: made where somebody clicked. Of two steps of one command the second says nothing new */
  command: z.uuid(),
  /** where from, as far as it is known */
  address: z.string().max(64).optional(),
}
/** Of a unit's own steps: the unit that speaks; that the desk wrote down what it said; the linked system (config/links) that told it. */
const spoken = { unit: id, onBehalf: z.literal(true).optional(), link: id.optional() }

const issuedSchema = z.strictObject({
  ...step,
  step: z.literal('issued'),
  /** 编号, counted per district and year; never given twice */
  number: z.strictObject({ year: z.int(), no: z.int().min(1), text: shortText }),
  title: shortText.min(1),
  text: longText,
  level: z.enum(supervisionLevels),
  leadUnit: id,
  supportingUnits: z.array(id).max(30),
  contact: contactSchema.optional(),
  ...due,
  origin: z.strictObject({ kind: z.enum(originKinds), id: id.optional() }),
  /** of an indicator: its value when the order was issued, absent where it had none; the effect is told against it */
  value: z.number().optional(),
  note: longText.optional(),
  attachments,
})

export const supervisionFactSchema = z.discriminatedUnion('step', [
  issuedSchema,
  /** what is absent stays as it was; `note` is the reason */
  z.strictObject({
    ...step,
    step: z.literal('amended'),
    level: z.enum(supervisionLevels).optional(),
    leadUnit: id.optional(),
    supportingUnits: z.array(id).max(30).optional(),
    due: z.strictObject(due).optional(),
    note: longText,
  }),
  z.strictObject({ ...step, ...spoken, step: z.literal('acknowledged'), note: longText.optional() }),
  z.strictObject({ ...step, ...spoken, step: z.literal('feedback'), note: longText, attachments }),
  z.strictObject({ ...step, ...spoken, step: z.literal('extension-asked'), due: z.strictObject(due), note: longText }),
  z.strictObject({ ...step, step: z.literal('extension-granted'), due: z.strictObject(due), note: longText.optional() }),
  z.strictObject({ ...step, step: z.literal('extension-refused'), note: longText }),
  z.strictObject({ ...step, step: z.literal('reminded'), note: longText.optional() }),
  z.strictObject({ ...step, ...spoken, step: z.literal('submitted'), note: longText, attachments }),
  z.strictObject({ ...step, step: z.literal('sent-back'), due: z.strictObject(due).optional(), note: longText }),
  /** `note` is the 销号依据 */
  z.strictObject({ ...step, step: z.literal('accepted'), note: longText, attachments }),
  z.strictObject({ ...step, step: z.literal('cancelled'), note: longText }),
])

/** 单位反馈: what a feed tells of a unit's work on an order, for units that work in a system of their own. It counts from when it was recorded. */
export const orderAnswerFactSchema = z
  .strictObject({
    kind: z.literal('order-answer'),
    /** the order's number, such as 督〔2026〕12号, or its id */
    id,
    at: instant,
    /** id of a unit that has the order, and for which the feed may speak (answersFor) */
    unit: id,
    step: z.enum(['acknowledged', 'feedback', 'submitted']),
    /** who says so over there */
    by: person.optional(),
    note: shortText.min(1).optional(),
    key,
  })
  .refine(({ step, note }) => step === 'acknowledged' || note !== undefined, { error: 'missing: say what was done', path: ['note'] })
export type OrderAnswerFact = z.infer<typeof orderAnswerFactSchema>

export type SupervisionFact = z.infer<typeof supervisionFactSchema>
export type IssuedFact = z.infer<typeof issuedSchema>
