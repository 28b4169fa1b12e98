import type {
  ClockFact,
  Entry,
  Fact,
  FeedFact,
  FeedHealthFact,
  InputFact,
  ReadingFact,
  SensorReadingFact,
  TickFact,
  VehicleFact,
  WarningFact,
  WorkOrderFact,
} from '../../contract/fact.ts'
import type { IncidentActFact, IncidentFact } from '../../contract/incident.ts'
import type { OrderAnswerFact } from '../../contract/supervision-fact.ts'
import type { VideoSourceFact, ViewingFact } from '../../contract/video-fact.ts'
import type { Instant } from '../../contract/time.ts'

/** Builders of facts and entries: complete with next to nothing given. */

/** The instant the builders mean when none is given: Monday 2026-11-23, 14:30 in Shanghai; `ManualClock` starts here too. */
export const start: Instant = Date.UTC(2026, 10, 23, 6, 30)

export const workOrder = (given: Partial<WorkOrderFact> = {}): WorkOrderFact => ({
  kind: 'work-order',
  id: 'W1',
  at: start,
  stage: 'received',
  ...given,
})

export const reading = (given: Partial<ReadingFact> = {}): ReadingFact => ({
  kind: 'reading',
  indicator: 'satisfaction',
  at: start,
  value: 90,
  ...given,
})

export const input = (given: Partial<InputFact> = {}): InputFact => ({ kind: 'input', input: 'served', at: start, value: 90, ...given })

export const incident = (given: Partial<IncidentFact> = {}): IncidentFact => ({ kind: 'incident', id: 'E1', at: start, stage: 'reported', ...given })

/** Somebody at the desk does something about an incident; each builds a command of its own unless told one. */
export const incidentAct = (act: IncidentActFact['act'], given: Partial<Omit<IncidentActFact, 'act'>> = {}): IncidentActFact => ({
  kind: 'incident-act',
  district: '620802',
  id: 'E1',
  at: start,
  by: '张三',
  address: '10.0.0.7',
  command: `${act.what} ${String(given.at ?? start)} ${given.by ?? ''} ${given.id ?? ''}`,
  act,
  ...given,
})

export const videoSource = (given: Partial<VideoSourceFact> = {}): VideoSourceFact => ({
  kind: 'video-source',
  id: 'C1',
  at: start,
  state: 'online',
  ...given,
})

export const viewing = (given: Partial<ViewingFact> = {}): ViewingFact => ({
  kind: 'viewing',
  id: 'V1',
  source: 'C1',
  at: start,
  phase: 'began',
  role: 'wall',
  ...given,
})

export const sensorReading = (given: Partial<SensorReadingFact> = {}): SensorReadingFact => ({
  kind: 'sensor-reading',
  sensor: 'S1',
  quantity: 'pm25',
  at: start,
  value: 35,
  ...given,
})

export const vehicle = (given: Partial<VehicleFact> = {}): VehicleFact => ({ kind: 'vehicle', id: 'V1', at: start, place: [106.68, 35.54], ...given })

export const warning = (given: Partial<WarningFact> = {}): WarningFact => ({
  kind: 'warning',
  id: 'A1',
  at: start,
  action: 'issue',
  level: 'yellow',
  ...given,
})

/** A feed is configured; `label: undefined` takes it away. */
export function feedFact(given: Omit<Partial<FeedFact>, 'label'> & { readonly label?: Partial<FeedFact['label']> | undefined } = {}): FeedFact {
  const { label, ...rest } = given
  const fact = { kind: 'feed', feed: 'hotline', at: start, district: '620802', ...rest } as const
  if ('label' in given && label === undefined) return fact
  const usual = {
    name: `${fact.feed} 平台`,
    shortName: fact.feed.slice(0, 8),
    nameEn: `${fact.feed} platform`,
    demo: true,
    cadenceSeconds: 60,
    contact: '值班室',
  }
  return { ...fact, label: { ...usual, ...label } }
}

export const feedHealth = (given: Partial<FeedHealthFact> = {}): FeedHealthFact => ({
  kind: 'feed-health',
  feed: 'hotline',
  at: start,
  state: 'up',
  rejectedToday: 0,
  ...given,
})

export const orderAnswer = (given: Partial<OrderAnswerFact> = {}): OrderAnswerFact => ({
  kind: 'order-answer',
  id: '督〔2026〕12号',
  at: start,
  unit: 'housing',
  step: 'acknowledged',
  ...given,
})

/** The server compared its clock with another. */
export const clockFact = (given: Partial<ClockFact> = {}): ClockFact => ({
  kind: 'clock',
  at: start,
  driftMs: 0,
  reference: 'time.example.cn',
  isTrusted: true,
  ...given,
})

export const tick = (at: Instant): TickFact => ({ kind: 'tick', at })

const usualFeed: Readonly<Record<Fact['kind'], string>> = {
  'work-order': 'hotline',
  reading: 'indicators',
  input: 'indicators',
  incident: 'hotline',
  'incident-act': 'system',
  link: 'system',
  'order-answer': 'hotline',
  'video-source': 'video',
  'video-probe': 'video',
  viewing: 'system',
  'sensor-reading': 'indicators',
  vehicle: 'hotline',
  warning: 'hotline',
  feed: 'system',
  'feed-health': 'system',
  definition: 'system',
  entry: 'system',
  meeting: 'system',
  'meeting-step': 'system',
  ranking: 'system',
  'session-ended': 'system',
  supervision: 'system',
  report: 'system',
  wall: 'system',
  'wall-command': 'system',
  alarm: 'system',
  duty: 'system',
  resource: 'system',
  handover: 'system',
  clock: 'system',
  tick: 'system',
}

/** Puts facts into the log's form: dense `seq` from `from`, recorded at their own instant but never going back. */
export function entriesOf(facts: readonly Fact[], given: { readonly from?: number; readonly feed?: string; readonly at?: Instant } = {}): Entry[] {
  let recorded = 0
  return facts.map((fact, index) => {
    recorded = Math.max(recorded, given.at ?? fact.at)
    return { seq: (given.from ?? 1) + index, at: recorded, feed: given.feed ?? usualFeed[fact.kind], fact }
  })
}
