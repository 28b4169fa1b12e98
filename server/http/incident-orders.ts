import type { AskedAct } from '../../contract/incident-command.ts'
import type { Incident, OrderDraft, PlanStep } from '../../contract/incident.ts'
import type { Fact } from '../../contract/fact.ts'
import type { Instant } from '../../contract/time.ts'
import { beginning } from '../core/masking.ts'

/**
 * 预案步骤 → 指令: the seam to whoever issues orders. A step that asks for an order is recorded with its draft; where orders are issued here too,
 * `OrderFactsOf` makes the facts of one, which are recorded together with the asking, or not at all.
 */

/** Who asked for an order, and out of what it comes. */
export interface OrderAsked {
  readonly district: string
  readonly draft: OrderDraft
  /** 来源: the incident, its plan and the step's number */
  readonly from: { readonly incident: string; readonly plan: string; readonly step: number }
  readonly by: string
  readonly address: string
  readonly at: Instant
  readonly command: string
}

/** The facts of the server's own that issue an order. @throws ProblemError where it cannot be issued */
export type OrderFactsOf = (asked: OrderAsked) => readonly Fact[]

const longestText = 200

/** What is asked for; what was left out is as the step of the plan has it. */
export function draftOf(
  { title }: Pick<Incident, 'title'>,
  step: Pick<PlanStep, 'text' | 'unit' | 'dueAt'>,
  { lead = step.unit, text, dueAt = step.dueAt }: Pick<Extract<AskedAct, { readonly what: 'order-wanted' }>, 'lead' | 'text' | 'dueAt'>,
): OrderDraft {
  const said = text ?? (title === '' ? step.text : `${title}：${step.text}`)
  return {
    ...(lead === undefined ? {} : { lead }),
    text: beginning(said, longestText),
    ...(dueAt === undefined ? {} : { dueAt }),
  }
}
