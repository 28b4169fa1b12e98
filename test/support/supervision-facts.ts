import type { SupervisionFact } from '../../contract/supervision-fact.ts'
import { start } from './facts.ts'

type Step = SupervisionFact['step']
type Of<S extends Step> = Extract<SupervisionFact, { readonly step: S }>

/** A UUID for each number. */
export const uuid = (no: number): string => `00000000-0000-4000-8000-${String(no).padStart(12, '0')}`

/** Where the shape asks for more than the builder knows, the test must say it. */
const usual = {
  issued: {
    number: { year: 2026, no: 12, text: '督〔2026〕12号' },
    title: '城东积水点整治',
    text: '完成排水口清淤',
    level: 'normal',
    leadUnit: 'housing',
    supportingUnits: ['dongguan'],
    // Monday 2026-11-30, end of the fifth working day after `start`
    dueAt: Date.UTC(2026, 10, 30, 16) - 1,
    isProvisional: false,
    origin: { kind: 'hand' },
  },
  amended: { note: '会议决定' },
  acknowledged: { unit: 'housing' },
  feedback: { unit: 'housing', note: '已排查' },
  'extension-asked': { unit: 'housing', note: '管材未到', due: { dueAt: Date.UTC(2026, 11, 7, 16) - 1, isProvisional: false } },
  'extension-granted': { due: { dueAt: Date.UTC(2026, 11, 7, 16) - 1, isProvisional: false } },
  'extension-refused': { note: '不同意' },
  reminded: {},
  submitted: { unit: 'housing', note: '已办结' },
  'sent-back': { note: '现场仍有积水' },
  accepted: { note: '现场核查' },
  cancelled: { note: '重复交办' },
} as const satisfies { readonly [S in Step]: Partial<Of<S>> }

let made = 0

/** A step of the order `S1` at `start`, each with a command of its own. */
export function supervision<S extends Step>(step: S, given: Partial<Of<S>> = {}): Of<S> {
  made += 1
  const taken = { kind: 'supervision', district: '620802', id: 'S1', at: start, by: '值班员甲', command: uuid(made), step }
  // as: what is usual of a step completes it, which `usual` is held to
  return { ...taken, ...usual[step], ...given } as unknown as Of<S>
}
