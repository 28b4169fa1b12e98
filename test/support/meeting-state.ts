import type { DecidedOrder, MeetingDecision, MeetingState } from '../../contract/meeting.ts'
import { start } from './facts.ts'
import { agenda } from './meeting-facts.ts'

/** Entities of the topic `meetings`, each complete; a test says what it cares about. */

export function meetingState(given: Partial<MeetingState> = {}): MeetingState {
  return {
    ...{ id: 'M1', no: 11, name: '11月调度会', state: 'running', openedAt: start, openedBy: '值班员甲', cutOffAt: start - 60_000 },
    ...{ closedAt: undefined, closedBy: undefined, items: agenda.map((item) => ({ ...item, spentMs: 0 })), item: 'i1', since: start },
    ...{ presenter: '值班员甲', isNamesHidden: false, decisions: [], steps: 1 },
    ...given,
  }
}

export function decided(no: number, given: Partial<MeetingDecision> = {}): MeetingDecision {
  return {
    ...{ id: `c${String(no)}`, no, item: 'i2', at: start, by: '值班员甲', text: `住建局完成第${String(no)}项`, leadUnit: 'housing' },
    ...{ supportingUnits: [], level: 'normal', order: undefined },
    ...given,
  }
}

export function decidedOrder(given: Partial<DecidedOrder> = {}): DecidedOrder {
  return {
    id: 'S1',
    number: '督〔2026〕12号',
    stage: 'issued',
    clock: 'running',
    dueAt: Date.parse('2026-12-04T15:59:59Z'),
    settledAt: undefined,
    ...given,
  }
}
