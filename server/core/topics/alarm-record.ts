import type { Alarm, AlarmState, Aside } from '../../../contract/alarm.ts'
import type { AlarmRule, AlarmRules } from '../../../contract/alarm-rule.ts'
import { minuteMs, secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'

/** What is told of a subject. Absent is what its source did not say. */
export interface ToldSubject {
  readonly name: string
  readonly feed?: string | undefined
  readonly place?: string | undefined
  readonly value?: number | undefined
  readonly limit?: number | undefined
  readonly driftMs?: number | undefined
}

/** What a source says of one subject under one rule. */
export interface Signal {
  readonly subject: string
  /** within: inside the limit by less than the dead-band, where things stay as they are */
  readonly says: 'beyond' | 'within' | 'back'
  readonly told: ToldSubject
}

/** One subject under one rule: moved on in place. */
export interface AlarmRecord extends Pick<Alarm, 'id' | 'rule' | 'subject'> {
  told: ToldSubject
  /** what the source said last; dead-band counted in */
  isBeyond: boolean
  /** when the delay that runs ends; undefined while none does */
  turnAt: Instant | undefined
  isStanding: boolean
  raisedAt: Instant
  returnedAt: Instant | undefined
  /** raised since all was well; 0 while it is */
  count: number
  /** people were told of it: it waits until one of them acknowledges it */
  isAnnounced: boolean
  acknowledged: Alarm['acknowledged']
  shelved: Aside | undefined
  outOfService: Aside | undefined
  /** the latest raises, as many as make it chatter, oldest first */
  raises: readonly Instant[]
  /** the latest raise by which it chattered; 0 for never */
  chatteredAt: Instant
  /** announced, by hours since 1970: the last week's, oldest first */
  hours: readonly (readonly [hour: number, count: number])[]
}

export const blankRecord = (rule: string, subject: string): AlarmRecord => ({
  id: `${rule}/${subject}`,
  rule,
  subject,
  told: { name: '' },
  isBeyond: false,
  turnAt: undefined,
  isStanding: false,
  raisedAt: 0,
  returnedAt: undefined,
  count: 0,
  isAnnounced: false,
  acknowledged: undefined,
  shelved: undefined,
  outOfService: undefined,
  raises: [],
  chatteredAt: 0,
  hours: [],
})

/** Takes in what the source says. A delay begins where it says something new, and ends where it takes that back. */
export function sense(record: AlarmRecord, { says, told }: Signal, rule: AlarmRule, now: Instant): void {
  const { name, place } = record.told
  record.told = { ...told, name: told.name === '' ? name : told.name, place: told.place ?? place }
  if (says !== 'within') record.isBeyond = says === 'beyond'
  if (record.isBeyond === record.isStanding) record.turnAt = undefined
  else record.turnAt ??= now + (record.isBeyond ? rule.onDelaySeconds : rule.offDelaySeconds) * secondMs
}

/** The delay is over: it is raised, or has returned. */
export function turn(record: AlarmRecord, at: Instant, { chattering }: AlarmRules): void {
  record.turnAt = undefined
  record.isStanding = record.isBeyond
  if (record.isStanding) raise(record, at, chattering)
  else {
    record.returnedAt = at
    settleIfDone(record)
  }
}

function raise(record: AlarmRecord, at: Instant, { raises, minutes }: AlarmRules['chattering']): void {
  record.raisedAt = at
  record.returnedAt = undefined
  record.count += 1
  record.isAnnounced = false
  record.acknowledged = undefined
  record.raises = [...record.raises, at].slice(-raises)
  if (record.raises.length === raises && at - (record.raises[0] ?? 0) <= minutes * minuteMs) record.chatteredAt = at
}

/** Marked until the raises that made it chatter are as long past as the rule looks back. */
export const chattersUntil = ({ chatteredAt, raises }: AlarmRecord, { chattering }: AlarmRules): Instant =>
  chatteredAt === 0 || raises.length === 0 ? 0 : chatteredAt + chattering.minutes * minuteMs

export const isSetAside = ({ shelved, outOfService }: AlarmRecord): boolean => shelved !== undefined || outOfService !== undefined

/** Somebody was told, and nobody has acknowledged. */
export const isWaiting = ({ isAnnounced, acknowledged, count }: AlarmRecord): boolean => count > 0 && isAnnounced && acknowledged === undefined

export function acknowledge(record: AlarmRecord, acknowledged: { readonly by: string; readonly at: Instant }): void {
  if (!isWaiting(record)) return
  record.acknowledged = acknowledged
  settleIfDone(record)
}

/** It is in use again: what stands is told anew, since whoever set it aside may have gone home; what returned meanwhile is done with. */
export function takeUp(record: AlarmRecord): void {
  if (isSetAside(record)) return
  record.isAnnounced = false
  record.acknowledged = undefined
  settleIfDone(record)
}

/** All is well again: it has returned, and nobody needs to acknowledge it. */
function settleIfDone(record: AlarmRecord): void {
  if (!record.isStanding && !isWaiting(record)) record.count = 0
}

/** When time alone changes it next; undefined for never. */
export function nextWake(record: AlarmRecord, now: Instant, rules: AlarmRules): Instant | undefined {
  const chatter = chattersUntil(record, rules)
  const wakes = [record.turnAt, record.shelved?.until, record.outOfService?.until, chatter > now ? chatter : undefined]
  return wakes.reduce((first, at) => (at === undefined || (first !== undefined && first <= at) ? first : at), undefined)
}

/** How it is shown; undefined for what nobody needs to see. @param isSuppressed a parent stands */
export function stateOf(record: AlarmRecord, isSuppressed: boolean): AlarmState | undefined {
  if (record.outOfService !== undefined) return 'out-of-service'
  if (record.shelved !== undefined) return 'shelved'
  const waits = isWaiting(record)
  if (!record.isStanding && !waits) return undefined
  if (isSuppressed) return 'suppressed'
  if (!waits) return 'acknowledged'
  return record.isStanding ? 'unacknowledged' : 'returned-unacknowledged'
}
