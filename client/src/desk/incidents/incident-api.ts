import type { IncidentAnswer, IncidentStepAsked, OpenIncident } from '../../../../contract/incident-command.ts'
import { ask } from '../bench-api.ts'
import type { Answered } from '../bench-api.ts'

/** 事件处置's questions to the server, as contract/incident-command.ts names them. Never throws: what went wrong is an answer. */
export const incidentApi = {
  open: (asked: OpenIncident): Promise<Answered<IncidentAnswer>> => ask('/api/incidents', asked),
  step: (id: string, asked: IncidentStepAsked): Promise<Answered<IncidentAnswer>> => ask(`/api/incidents/${encodeURIComponent(id)}/steps`, asked),
} as const
