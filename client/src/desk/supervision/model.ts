import type { Attachment, OriginKind, SupervisionLevel } from '../../../../contract/supervision-fact.ts'
import { deskStepRequestSchema, stepCountOf } from '../../../../contract/supervision.ts'
import type { CardColour, DeskStepRequest, DueRequest, SupervisionOrder } from '../../../../contract/supervision.ts'
import { bySoonestDue, isOpen, unacknowledged } from '../../supervision/orders.ts'

/** The desk's list of 督办单 and what it may do with one. Pure. */

export interface OrderFilter {
  readonly isSettled: boolean
  readonly card: CardColour | undefined
  readonly unit: string | undefined
  readonly level: SupervisionLevel | undefined
  readonly origin: OriginKind | undefined
  /** parts of number, title or text */
  readonly words: string
}

export const allOpen: OrderFilter = { isSettled: false, card: undefined, unit: undefined, level: undefined, origin: undefined, words: '' }

/** Open ones by due time, the soonest first; settled ones by when they were, the latest first. */
export function listOrders(orders: Iterable<SupervisionOrder>, filter: OrderFilter): readonly SupervisionOrder[] {
  const parts = filter.words.toLowerCase().split(/\s+/).filter(Boolean)
  return [...orders]
    .filter((order) => isOpen(order) !== filter.isSettled && isAsked(order, filter) && isNamed(order, parts))
    .sort(filter.isSettled ? (one, other) => (other.settledAt ?? 0) - (one.settledAt ?? 0) : bySoonestDue)
}

function isAsked(order: SupervisionOrder, { card, unit, level, origin }: OrderFilter): boolean {
  return (
    (card === undefined || order.card.colour === card) &&
    (unit === undefined || order.leadUnit === unit || order.supportingUnits.includes(unit)) &&
    (level === undefined || order.level === level) &&
    (origin === undefined || order.origin.kind === origin)
  )
}

const isNamed = ({ number, title, text }: SupervisionOrder, parts: readonly string[]): boolean =>
  parts.every((part) => `${number}\n${title}\n${text}`.toLowerCase().includes(part))

/** Units that any of the orders names, each once. */
export const unitsOf = (orders: Iterable<SupervisionOrder>): readonly string[] =>
  [...new Set([...orders].flatMap(({ leadUnit, supportingUnits }) => [leadUnit, ...supportingUnits]))].sort()

export type DeskStep = DeskStepRequest['step']

/** What the desk may do with an order as it stands, what is next to be done first. */
export function deskSteps(order: SupervisionOrder): readonly DeskStep[] {
  if (!isOpen(order)) return []
  const isSubmitted = order.stage === 'submitted'
  return [
    ...(order.extension === undefined ? [] : (['extension-granted', 'extension-refused'] as const)),
    ...(isSubmitted ? (['accepted', 'sent-back'] as const) : []),
    ...(unacknowledged(order).length > 0 ? (['acknowledged'] as const) : []),
    'reminded',
    'feedback',
    ...(isSubmitted ? [] : (['submitted', 'accepted'] as const)),
    'amended',
    'cancelled',
  ]
}

/** Which fields a step has. `note` with a mark where words are wanted. */
interface StepFields {
  readonly note: 'wanted' | 'free'
  readonly unit?: true
  readonly due?: true
  readonly files?: true
  readonly amends?: true
}

export const stepFields: Readonly<Record<DeskStep, StepFields>> = {
  acknowledged: { note: 'free', unit: true },
  feedback: { note: 'wanted', unit: true, files: true },
  submitted: { note: 'wanted', unit: true, files: true },
  'extension-granted': { note: 'free', due: true },
  'extension-refused': { note: 'wanted' },
  reminded: { note: 'free' },
  amended: { note: 'wanted', due: true, amends: true },
  'sent-back': { note: 'wanted', due: true },
  accepted: { note: 'wanted', files: true },
  cancelled: { note: 'wanted' },
}

/** What somebody has filled in; what a step has no field for is left out of what is asked. */
export interface StepForm {
  readonly note: string
  readonly unit: string
  readonly files: readonly Attachment[]
  /** a due time is given too */
  readonly hasDue: boolean
  readonly due: DueRequest | undefined
  readonly level: SupervisionLevel
  readonly leadUnit: string
  readonly supportingUnits: readonly string[]
}

export const blankForm = (order: SupervisionOrder, step: DeskStep): StepForm => ({
  note: '',
  unit: step === 'acknowledged' ? (unacknowledged(order)[0] ?? order.leadUnit) : order.leadUnit,
  files: [],
  hasDue: false,
  due: undefined,
  level: order.level,
  leadUnit: order.leadUnit,
  supportingUnits: order.supportingUnits,
})

type Body = Readonly<Record<string, unknown>>

/** What is asked of the server but for the command's number. @returns why not, a key below `supervision.blocks.` */
export function stepRequest(
  order: SupervisionOrder,
  step: DeskStep,
  form: StepForm,
  seen: number,
): { readonly body: Body } | { readonly block: 'note' | 'due' | 'nothing' | 'form' } {
  const fields = stepFields[step]
  const note = form.note.trim()
  if (fields.note === 'wanted' && note === '') return { block: 'note' }
  const hasDue = fields.due === true && form.hasDue
  if (hasDue && form.due === undefined) return { block: 'due' }
  const changed = { ...(fields.amends && amendments(order, form)), ...(hasDue && { due: form.due }) }
  if (fields.amends && Object.keys(changed).length === 0) return { block: 'nothing' }
  const body = { step, seen, ...(note !== '' && { note }), ...said(fields, form), ...changed }
  return deskStepRequestSchema.safeParse({ ...body, command: anyCommand }).success ? { body } : { block: 'form' }
}

/** For whom the desk writes down what, with which files. */
const said = (fields: StepFields, { unit, files }: StepForm): Body => ({
  ...(fields.unit && { unit }),
  ...(fields.files && files.length > 0 && { attachments: files.map(({ id, name }) => ({ id, name })) }),
})

const anyCommand = '00000000-0000-4000-8000-000000000000'

/** Only what is to be otherwise. */
function amendments(order: SupervisionOrder, { level, leadUnit, supportingUnits }: StepForm): Body {
  const others = supportingUnits.filter((unit) => unit !== leadUnit)
  const isSame = others.length === order.supportingUnits.length && others.every((unit) => order.supportingUnits.includes(unit))
  return {
    ...(level === order.level ? {} : { level }),
    ...(leadUnit === order.leadUnit ? {} : { leadUnit }),
    ...(isSame ? {} : { supportingUnits: others }),
  }
}

/** An order read over HTTP, or the one that is pushed, whichever knows of more. */
export function latestOf(read: SupervisionOrder | undefined, pushed: SupervisionOrder | undefined): SupervisionOrder | undefined {
  if (read === undefined || pushed === undefined) return read ?? pushed
  const { contact, steps, stepsDropped } = read
  // what was read has all steps, and the number to call; what is pushed has the clock and the card of this minute
  return stepCountOf(read) < stepCountOf(pushed) ? { ...pushed, contact } : { ...pushed, contact, steps, stepsDropped }
}
