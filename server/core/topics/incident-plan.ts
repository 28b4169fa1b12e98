import type { IncidentAct, IncidentActFact, PlanStep, StartedPlan } from '../../../contract/incident.ts'

/** 预案 as it was started, and how far it has come. Clocks are told when the incident is shown. */

export type PlanAct = Extract<IncidentAct, { readonly plan: string }>
export type DeskStep = Omit<PlanStep, 'clock'>
export interface DeskPlan extends Omit<StartedPlan, 'steps'> {
  readonly steps: readonly DeskStep[]
}

type Signed = Pick<IncidentActFact, 'by' | 'at'>

/** The plan after one more act. An act that names another plan, or a step that is not there, changes nothing. */
export function planAfter(plan: DeskPlan | undefined, act: PlanAct, { by, at }: Signed): DeskPlan | undefined {
  if (act.what === 'plan-started') return started(act, { by, at })
  if (plan?.id !== act.plan) return plan
  return { ...plan, steps: plan.steps.map((step, index) => (index === act.step ? stepAfter(step, act, { by, at }) : step)) }
}

function started({ plan, name, steps }: Extract<PlanAct, { readonly what: 'plan-started' }>, { by, at }: Signed): DeskPlan {
  const untouched = { state: 'open', by: undefined, at: undefined, note: undefined, orderWanted: undefined } as const
  return {
    id: plan,
    name,
    startedAt: at,
    startedBy: by,
    steps: steps.map(({ text, unit, dueAt, asksOrder }) => ({ text, unit, dueAt, asksOrder, ...untouched })),
  }
}

function stepAfter(step: DeskStep, act: Exclude<PlanAct, { readonly what: 'plan-started' }>, { by, at }: Signed): DeskStep {
  switch (act.what) {
    case 'step-done':
      return { ...step, state: 'done', by, at, note: act.note }
    case 'step-skipped':
      return { ...step, state: 'skipped', by, at, note: act.reason }
    case 'step-undone':
      return { ...step, state: 'open', by: undefined, at: undefined, note: undefined }
    case 'order-wanted':
      return { ...step, orderWanted: { ...act.order, by, at } }
  }
}
