import { alarmOrder, isUnacknowledged } from '../../../../contract/alarm.ts'
import type { Alarm, AlarmStepRequest } from '../../../../contract/alarm.ts'
import { priorities } from '../../../../contract/incident.ts'
import type { Priority } from '../../../../contract/incident.ts'
import { dayMs, hourMs } from '../../../../contract/time.ts'
import type { Instant } from '../../../../contract/time.ts'
import { blockOfSigner } from '../rankings/model.ts'
import type { Signer } from '../rankings/model.ts'

/** 告警 as the desk lists them. Pure. */

export type AlarmRow =
  | { readonly kind: 'alarm'; readonly key: string; readonly alarm: Alarm; readonly isInGroup: boolean }
  /** alarms of one group that are in the same state: one line with a count */
  | { readonly kind: 'group'; readonly key: string; readonly first: Alarm; readonly count: number; readonly isOpen: boolean }
  /** what a flood folds away */
  | { readonly kind: 'folded'; readonly key: string; readonly priority: Priority; readonly count: number }

export interface Listing {
  readonly isFlood: boolean
  /** keys of groups, and `folded`, that somebody opened */
  readonly open: ReadonlySet<string>
}

const foldedKey = 'folded'

function compare(one: Alarm, other: Alarm): number {
  return (
    alarmOrder.indexOf(one.state) - alarmOrder.indexOf(other.state) ||
    priorities.indexOf(one.priority) - priorities.indexOf(other.priority) ||
    other.raisedAt - one.raisedAt ||
    (one.id < other.id ? -1 : 1)
  )
}

/** Most pressing first; those of one group that are in the same state stand in one line, in a flood whatever their rules. */
export function rowsOf(alarms: Iterable<Alarm>, { isFlood, open }: Listing): readonly AlarmRow[] {
  const sorted = [...alarms].sort(compare)
  const folded = isFlood && !open.has(foldedKey) ? foldedPriority(sorted) : undefined
  const shown = sorted.filter(({ priority }) => priority !== folded)
  const keyOf = ({ rule, group, state, id }: Alarm): string => (group === undefined ? id : `${isFlood ? '' : rule}|${group}|${state}`)
  const groups = new Map<string, Alarm[]>()
  for (const alarm of shown) groups.set(keyOf(alarm), [...(groups.get(keyOf(alarm)) ?? []), alarm])
  const rows = [...groups].flatMap(([key, members]) => rowsOfGroup(key, members, open.has(key)))
  return folded === undefined ? rows : [...rows, { kind: 'folded', key: foldedKey, priority: folded, count: sorted.length - shown.length }]
}

function rowsOfGroup(key: string, members: readonly Alarm[], isOpen: boolean): readonly AlarmRow[] {
  const [first] = members
  const isGroup = members.length > 1
  const lines = members.map((alarm): AlarmRow => ({ kind: 'alarm', key: alarm.id, alarm, isInGroup: isGroup }))
  if (first === undefined || !isGroup) return lines
  return [{ kind: 'group', key, first, count: members.length, isOpen }, ...(isOpen ? lines : [])]
}

/** The lowest priority there is, if there is a higher one too; what is urgent or important is never folded away. */
function foldedPriority(alarms: readonly Alarm[]): Priority | undefined {
  const present = priorities.filter((priority) => alarms.some((alarm) => alarm.priority === priority))
  const lowest = present.at(-1)
  return present.length > 1 && (lowest === 'normal' || lowest === 'notice') ? lowest : undefined
}

/** The row to stand on when the list has changed: the same, else the one that came in its place. */
export function rowAfterChange(rows: readonly AlarmRow[], key: string | undefined, before: number): number {
  const found = rows.findIndex((row) => row.key === key)
  return found >= 0 ? found : Math.max(0, Math.min(before, rows.length - 1))
}

export type AsideStep = 'shelved' | 'out-of-service'
type Block = 'unknown' | 'role' | 'name' | 'notWaiting' | 'already' | 'notAside'

/** Why something cannot be done with an alarm by whoever looks; undefined where it can. */
export type Blocks = Readonly<Record<'acknowledged' | AsideStep | 'back', Block | undefined>>

export function blocksOf(alarm: Alarm, signer: Signer | undefined): Blocks {
  const unsigned = blockOfSigner(signer)
  const { shelved, outOfService } = alarm
  const isAside = shelved !== undefined || outOfService !== undefined
  return {
    acknowledged: unsigned ?? (isUnacknowledged(alarm) ? undefined : 'notWaiting'),
    shelved: unsigned ?? (isAside ? 'already' : undefined),
    'out-of-service': unsigned ?? (outOfService === undefined ? undefined : 'already'),
    back: unsigned ?? (isAside ? undefined : 'notAside'),
  }
}

/** Each occurrence of an urgent alarm that waits, by a name of its own: what sounds once. */
export const soundingOf = (alarms: Iterable<Alarm>): readonly string[] =>
  [...alarms].filter((alarm) => alarm.priority === 'urgent' && isUnacknowledged(alarm)).map(({ id, raisedAt }) => `${id}@${String(raisedAt)}`)

/** What can be asked of an alarm; `until` and `reason` only where it is set aside. */
export type Asked =
  | { readonly step: 'acknowledged' }
  | { readonly step: 'unshelved' | 'returned' }
  | { readonly step: AsideStep; readonly until: Instant; readonly reason: string }

export function requestOf(
  alarm: Alarm,
  asked: Asked,
  { district, command }: { readonly district: string; readonly command: string },
): AlarmStepRequest {
  const named = { command, district, id: alarm.id }
  return asked.step === 'acknowledged' ? { ...named, step: asked.step, raisedAt: alarm.raisedAt } : { ...named, ...asked }
}

/** Ends to choose from, shortest first, none longer than allowed. */
export function endsOf(
  step: AsideStep,
  { shelveHours, outOfServiceDays }: { readonly shelveHours: number; readonly outOfServiceDays: number },
): readonly number[] {
  const [choices, most] =
    step === 'shelved'
      ? [[0.5, 1, 2, 4, 8, 12, 24, 72].map((n) => n * hourMs), shelveHours * hourMs]
      : [[1, 3, 7, 14, 30, 90, 180].map((n) => n * dayMs), outOfServiceDays * dayMs]
  const fitting = choices.filter((span) => span <= most)
  return fitting.length > 0 ? fitting : [most]
}
