import type { IndicatorDetail } from '../../../contract/drill.ts'
import type { DecidedOrder, HeldItem, MeetingDecision, MeetingItemKind, MeetingState } from '../../../contract/meeting.ts'
import { localTime, minuteMs, secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { IndicatorState } from '../../../contract/topic.ts'
import type { GlyphName } from '../ui/glyph-name.ts'

/** 调度会议 as wall and desk show it. Pure. */

export const runningOf = (meetings: Iterable<MeetingState>): MeetingState | undefined => [...meetings].find(({ state }) => state === 'running')

/** Those that are over, the latest first. */
export const closedOf = (meetings: Iterable<MeetingState>): readonly MeetingState[] =>
  [...meetings].filter(({ state }) => state === 'closed').sort((one, other) => other.openedAt - one.openedAt)

export const itemOf = ({ items, item }: MeetingState): HeldItem | undefined => items.find(({ id }) => id === item)

/** The item so many places on; undefined beyond the ends. */
export function neighbourOf({ items, item }: MeetingState, by: 1 | -1): HeldItem | undefined {
  return items[items.findIndex(({ id }) => id === item) + by]
}

/** 议程栏: neighbours of one kind stand together, as 未达 1/3. */
export interface RailGroup {
  readonly kind: MeetingItemKind
  readonly count: number
  /** place of the present item among them, from 1; undefined where it is another group's */
  readonly current: number | undefined
  /** all of it lies before the present item */
  readonly isPast: boolean
}

export function railOf({ items, item }: MeetingState): readonly RailGroup[] {
  const present = items.findIndex(({ id }) => id === item)
  const groups: { kind: MeetingItemKind; from: number; count: number }[] = []
  for (const [index, { kind }] of items.entries()) {
    const group = groups.at(-1)
    if (group?.kind === kind) group.count += 1
    else groups.push({ kind, from: index, count: 1 })
  }
  return groups.map(({ kind, from, count }) => ({
    kind,
    count,
    current: present >= from && present < from + count ? present - from + 1 : undefined,
    isPast: from + count <= present,
  }))
}

export interface ItemClock {
  readonly spentMs: number
  readonly plannedMs: number
  /** of the planned time, 0 to 1 */
  readonly share: number
  readonly isOver: boolean
}

/** 本项用时: all turns of the present item together. */
export function itemClock(meeting: MeetingState, now: Instant): ItemClock {
  const item = itemOf(meeting)
  const turn = meeting.state === 'running' ? Math.max(0, now - meeting.since) : 0
  const spentMs = (item?.spentMs ?? 0) + turn
  const plannedMs = (item?.minutes ?? 0) * minuteMs
  return { spentMs, plannedMs, share: plannedMs === 0 ? 1 : Math.min(1, spentMs / plannedMs), isOver: spentMs > plannedMs }
}

/** 02:41 */
export function minutesAndSeconds(ms: number): string {
  const seconds = Math.floor(ms / secondMs)
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
}

/** 办结 / 超期 / 待审核 / 推进 / 撤销 / 仅记录 */
export type Outcome = 'done' | 'overdue' | 'submitted' | 'running' | 'cancelled' | 'noted'
export const outcomes = ['overdue', 'running', 'submitted', 'done', 'cancelled', 'noted'] as const satisfies readonly Outcome[]

export const outcomeGlyphs: Readonly<Record<Outcome, GlyphName>> = {
  overdue: 'red',
  running: 'dot',
  submitted: 'blue',
  done: 'check',
  cancelled: 'none',
  noted: 'none',
}

export function outcomeOf(order: DecidedOrder | undefined): Outcome {
  if (order === undefined) return 'noted'
  if (order.stage === 'cancelled') return 'cancelled'
  if (order.stage === 'closed') return 'done'
  if (order.clock === 'overdue') return 'overdue'
  return order.stage === 'submitted' ? 'submitted' : 'running'
}

/** What is worst first; of the same, as they were decided. */
export function worstFirst(decisions: readonly MeetingDecision[]): readonly MeetingDecision[] {
  const rank = ({ order }: MeetingDecision): number => outcomes.indexOf(outcomeOf(order))
  return [...decisions].sort((one, other) => rank(one) - rank(other) || one.no - other.no)
}

/** How many came to what, those that none came to left out. */
export function outcomeCounts(decisions: readonly MeetingDecision[]): readonly { readonly outcome: Outcome; readonly count: number }[] {
  return outcomes
    .map((outcome) => ({ outcome, count: decisions.filter(({ order }) => outcomeOf(order) === outcome).length }))
    .filter(({ count }) => count > 0)
}

/** 1120-3: day of the meeting and number. */
export function decisionNumber({ openedAt }: Pick<MeetingState, 'openedAt'>, no: number, zone: string): string {
  const { month, day } = localTime(openedAt, zone)
  return `${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}-${String(no)}`
}

/** A text without the names in it, the longest first: 崆峒区住建局 goes before 住建局. */
export function withoutNames(text: string, names: readonly string[], instead: string): string {
  return [...names]
    .filter((name) => name !== '')
    .sort((one, other) => other.length - one.length)
    .reduce((words, name) => words.replaceAll(name, instead), text)
}

export interface AsOfCutOff {
  readonly detail: IndicatorDetail
  /** units with a later value than the cut-off, of which nobody knows what they had then */
  readonly unitsLeftOut: number
}

/** What the server knows of a figure by now, cut back to an instant. The last value of the curve is the frozen one, wherever a bucket ends. */
export function asOfCutOff(detail: IndicatorDetail, state: IndicatorState | undefined, cutOffAt: Instant): AsOfCutOff {
  const curve = detail.curve.filter(({ at }) => at <= cutOffAt && (state === undefined || at < state.observedAt))
  const units = detail.units.filter(({ observedAt }) => observedAt === undefined || observedAt <= cutOffAt)
  const last = state?.value === undefined ? [] : [{ at: state.observedAt, min: state.value, max: state.value, last: state.value }]
  return {
    detail: { ...detail, curve: [...curve, ...last], corrections: detail.corrections.filter(({ receivedAt }) => receivedAt <= cutOffAt), units },
    unitsLeftOut: detail.units.length - units.length,
  }
}
