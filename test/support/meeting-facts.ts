import type { MeetingItem, MeetingStepFact } from '../../contract/meeting.ts'
import { start } from './facts.ts'
import { uuid } from './supervision-facts.ts'

type Step = MeetingStepFact['step']
type Of<S extends Step> = Extract<MeetingStepFact, { readonly step: S }>

export const agenda: MeetingItem[] = [
  { id: 'i1', kind: 'decisions', ref: 'M0', title: '上次决定', minutes: 2 },
  { id: 'i2', kind: 'indicator', ref: 'on_time_rate', title: '按时办结率', minutes: 4 },
  { id: 'i3', kind: 'read-back', title: '复述决定', minutes: 2 },
]

const usual = {
  opened: { name: '11月调度会', no: 1, cutOffAt: start - 1, items: agenda },
  item: { item: 'i2' },
  decided: { item: 'i2', text: '每周对账', leadUnit: 'housing', supportingUnits: [], level: 'normal' },
  names: { isHidden: true },
  closed: {},
} as const satisfies { readonly [S in Step]: Partial<Of<S>> }

let made = 700_000

/** A step of the meeting `M1` at `start`, each with a command of its own. */
export function meetingStep<S extends Step>(step: S, given: Partial<Of<S>> = {}): Of<S> {
  made += 1
  const taken = { kind: 'meeting-step', district: '620802', id: 'M1', at: start, by: '值班员甲', command: uuid(made), step }
  // as: what is usual of a step completes it, which `usual` is held to
  return { ...taken, ...usual[step], ...given } as unknown as Of<S>
}
