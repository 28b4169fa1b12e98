import { unitStepRequestSchema } from '../../../contract/supervision.ts'
import type { DueRequest, SupervisionOrder, UnitStepRequest } from '../../../contract/supervision.ts'
import type { Attachment } from '../../../contract/supervision-fact.ts'
import { bySoonestDue, isOpen } from '../supervision/orders.ts'

/** What a unit sees of its own orders and may answer. Pure. */

export type UnitStep = UnitStepRequest['step']

/** Open ones by due time, the soonest first; below them those that are settled, the latest first. */
export function ownOrders(orders: readonly SupervisionOrder[]): {
  readonly open: readonly SupervisionOrder[]
  readonly settled: readonly SupervisionOrder[]
} {
  return {
    open: orders.filter(isOpen).sort(bySoonestDue),
    settled: orders.filter((order) => !isOpen(order)).sort((one, other) => (other.settledAt ?? 0) - (one.settledAt ?? 0)),
  }
}

/** What `unit` may say of an order now, what is next first. Of a settled one what comes is kept as late. */
export function unitSteps(order: SupervisionOrder, unit: string): readonly UnitStep[] {
  if (!isOpen(order)) return ['feedback']
  const isWaiting = order.stage === 'submitted'
  const leads = order.leadUnit === unit && !isWaiting
  return [
    ...(isWaiting || order.acknowledgedBy.includes(unit) ? [] : (['acknowledged'] as const)),
    'feedback',
    ...(leads ? (['submitted'] as const) : []),
    ...(leads && order.extension === undefined ? (['extension-asked'] as const) : []),
  ]
}

export interface UnitForm {
  readonly note: string
  readonly due: DueRequest | undefined
  readonly files: readonly Attachment[]
}

/** What is asked of the server but for the command's number. @returns why not, a key below `supervision.blocks.` */
export function unitRequest(
  step: UnitStep,
  { note: typed, due, files }: UnitForm,
): { readonly body: Readonly<Record<string, unknown>> } | { readonly block: 'note' | 'due' | 'form' } {
  const note = typed.trim()
  if (step !== 'acknowledged' && note === '') return { block: 'note' }
  if (step === 'extension-asked' && due === undefined) return { block: 'due' }
  const body = {
    step,
    ...(note === '' ? {} : { note }),
    ...(step === 'extension-asked' ? { due } : {}),
    ...(takesFiles(step) && files.length > 0 ? { attachments: files.map(({ id, name }) => ({ id, name })) } : {}),
  }
  return unitStepRequestSchema.safeParse({ ...body, command: anyCommand }).success ? { body } : { block: 'form' }
}

export const takesFiles = (step: UnitStep): boolean => step === 'feedback' || step === 'submitted'

const anyCommand = '00000000-0000-4000-8000-000000000000'
