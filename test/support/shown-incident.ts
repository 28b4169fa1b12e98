import type { Incident } from '../../contract/incident.ts'
import { start } from './facts.ts'

/** An incident as a topic holds it, with nothing done about it yet. */
export const shownIncident = (given: Partial<Incident> = {}): Incident => ({
  id: 'E1',
  title: '积水',
  type: '防汛/内涝',
  priority: 'normal',
  level: undefined,
  stage: 'reported',
  unit: undefined,
  subdistrict: undefined,
  place: undefined,
  origin: undefined,
  reportedAt: start,
  closedAt: undefined,
  result: undefined,
  mergedInto: undefined,
  contradictedAt: undefined,
  dueAt: undefined,
  clock: 'none',
  steps: [],
  lines: [],
  plan: undefined,
  feed: 'hotline',
  ...given,
})
