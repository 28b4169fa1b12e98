import { isUnacknowledged } from '../../../contract/alarm.ts'
import type { Alarm, AlarmSummary } from '../../../contract/alarm.ts'
import type { AlarmRule, AlarmRules } from '../../../contract/alarm-rule.ts'
import { priorities } from '../../../contract/incident.ts'
import type { Priority } from '../../../contract/incident.ts'
import type { Instant } from '../../../contract/time.ts'
import { chattersUntil, stateOf } from './alarm-record.ts'
import type { AlarmRecord, ToldSubject } from './alarm-record.ts'

interface Telling {
  readonly rule: AlarmRule
  readonly rules: AlarmRules
  /** id of a parent that stands */
  readonly parent: string | undefined
  readonly now: Instant
}

/** An alarm as it is shown; undefined where nobody needs to see it. */
export function alarmOf(record: AlarmRecord, { rule, rules, parent, now }: Telling): Alarm | undefined {
  const state = stateOf(record, parent !== undefined)
  if (state === undefined) return undefined
  const { id, subject, told, isStanding, raisedAt, returnedAt, count, acknowledged, shelved, outOfService } = record
  const { name, value, limit, driftMs } = told
  return {
    id,
    rule: rule.id,
    source: rule.when.source,
    subject,
    name,
    priority: rule.priority,
    state,
    isStanding,
    raisedAt,
    returnedAt,
    count,
    isChattering: chattersUntil(record, rules) > now,
    value,
    limit,
    driftMs,
    group: groupOf(told, rule),
    parent,
    acknowledged,
    shelved,
    outOfService,
  }
}

function groupOf({ feed, place }: ToldSubject, { group }: AlarmRule): string | undefined {
  if (group === 'feed') return feed === undefined ? undefined : `feed:${feed}`
  return group === 'none' || place === undefined ? undefined : `place:${place}`
}

export function summaryOf(alarms: readonly Alarm[], flood: AlarmSummary['flood']): AlarmSummary {
  const waiting = alarms.filter(isUnacknowledged)
  const count = (state: Alarm['state']): number => alarms.filter((alarm) => alarm.state === state).length
  const ofPriority = (priority: Priority): number => waiting.filter((alarm) => alarm.priority === priority).length
  return {
    id: 'now',
    unacknowledged: {
      urgent: ofPriority('urgent'),
      important: ofPriority('important'),
      normal: ofPriority('normal'),
      notice: ofPriority('notice'),
    },
    standing: count('unacknowledged') + count('acknowledged'),
    shelved: count('shelved'),
    suppressed: count('suppressed'),
    outOfService: count('out-of-service'),
    newest: newestOf(waiting),
    flood,
  }
}

function newestOf(waiting: readonly Alarm[]): AlarmSummary['newest'] {
  const rank = ({ priority }: Alarm): number => priorities.indexOf(priority)
  const [first] = [...waiting].sort((one, other) => rank(one) - rank(other) || other.raisedAt - one.raisedAt || (one.id < other.id ? -1 : 1))
  if (first === undefined) return undefined
  const { id, rule, source, subject, name, priority, raisedAt, value } = first
  return { id, rule, source, subject, name, priority, raisedAt, value }
}
