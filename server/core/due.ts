import type { ChannelClock } from '../../contract/configuration.ts'
import type { Instant } from '../../contract/time.ts'
import type { DueBasis } from '../../contract/topic.ts'
import type { WorkCalendar } from './working-days.ts'

/** 延期: granted at an instant, until another. */
export interface Extension {
  readonly at: Instant
  readonly until: Instant
}

/** What of an order's life its due time follows from. Facts may lack any of it but the receipt. */
export interface Milestones {
  readonly receivedAt: Instant
  /** the first dispatch, unless the order was settled before it */
  readonly dispatchedAt: Instant | undefined
  readonly class: string
  readonly upstreamDueAt: Instant | undefined
  /** the first interim reply */
  readonly interimAt: Instant | undefined
  /** those granted, by when they were granted */
  readonly extensions: readonly Extension[]
  /** the latest return after a closing: a second handling began */
  readonly reopenedAt: Instant | undefined
}

/** 节点: what must be reached by when. */
export interface DueNode {
  readonly stage: 'accepted' | 'handled' | 'resolved'
  readonly dueAt: Instant
}

export interface DueTime {
  readonly startedAt: Instant
  readonly dueAt: Instant | undefined
  readonly dueBasis: DueBasis
  readonly isProvisional: boolean
  readonly nodes: readonly DueNode[]
}

/** Where and by which calendar days are counted. */
export interface DueContext {
  readonly calendar: WorkCalendar
  readonly zone: string
}

interface Limit {
  readonly at: Instant
  readonly isProvisional: boolean
  readonly basis: DueBasis
}

/** One handling of an order: its start, and what may have moved its due time. */
interface Handling {
  readonly startedAt: Instant
  readonly interimAt: Instant | undefined
  readonly granted: readonly Extension[]
}

const noNodes: readonly DueNode[] = []
const notDue = { dueAt: undefined, dueBasis: 'none', isProvisional: false, nodes: noNodes } as const

/**
 * The due time of an order by its channel's rules; without any, the upstream's word holds. A class that the channel does not know goes by its
 * usual class, and where there is no limit for that either, by the upstream's word. An order handled again has the limit of `again` or none.
 */
export function dueOf(milestones: Milestones, clock: ChannelClock | undefined, context: DueContext): DueTime {
  const { reopenedAt, extensions } = milestones
  if (reopenedAt === undefined) return firstDueOf(milestones, clock, context)
  if (clock?.again === undefined) return { ...notDue, startedAt: startOf(milestones, clock) }
  const limit = counted(reopenedAt, clock.again.workingDays, 'again', context)
  return dueTime(limit, { startedAt: reopenedAt, interimAt: undefined, granted: extensions.filter(({ at }) => at >= reopenedAt) }, clock, context)
}

/** The due time of the first handling, whatever came after it. */
export function firstDueOf(milestones: Milestones, clock: ChannelClock | undefined, context: DueContext): DueTime {
  const { interimAt, extensions, reopenedAt } = milestones
  const startedAt = startOf(milestones, clock)
  const limit = limitOf(milestones, clock, startedAt, context)
  if (limit === undefined) return { ...notDue, startedAt }
  const granted = reopenedAt === undefined ? extensions : extensions.filter(({ at }) => at < reopenedAt)
  return dueTime(limit, { startedAt, interimAt, granted }, clock, context)
}

function startOf({ receivedAt, dispatchedAt = receivedAt }: Milestones, clock: ChannelClock | undefined): Instant {
  return clock?.starts === 'dispatched' ? Math.max(dispatchedAt, receivedAt) : receivedAt
}

function counted(from: Instant, workingDays: number, basis: DueBasis, { calendar, zone }: DueContext): Limit {
  const { at, isProvisional } = calendar.dueAfter(from, workingDays, zone)
  return { at, isProvisional, basis }
}

/** What the channel, or else the upstream, gives from the start. */
function limitOf(milestones: Milestones, clock: ChannelClock | undefined, startedAt: Instant, context: DueContext): Limit | undefined {
  const { class: stated, upstreamDueAt } = milestones
  const limit = clock === undefined ? undefined : (limitNamed(clock, stated) ?? limitNamed(clock, clock.usual))
  if (limit !== undefined && 'workingDays' in limit) return counted(startedAt, limit.workingDays, 'limit', context)
  return upstreamDueAt === undefined ? undefined : { at: upstreamDueAt, isProvisional: false, basis: 'upstream' }
}

function limitNamed({ classes }: ChannelClock, name: string | undefined): ChannelClock['classes'][string] | undefined {
  return name !== undefined && Object.hasOwn(classes, name) ? classes[name] : undefined
}

/** Where a limit leads in the course of a handling, and the nodes on the way there. */
function dueTime(limit: Limit, handling: Handling, clock: ChannelClock | undefined, context: DueContext): DueTime {
  const { startedAt, interimAt, granted } = handling
  const cap = clock?.capWorkingDays === undefined ? undefined : counted(startedAt, clock.capWorkingDays, limit.basis, context)
  const isMoved = granted.length > 0 || (interimAt !== undefined && clock?.interim !== undefined)
  const given = capped(limit, cap)
  const { at, basis, isProvisional } = isMoved ? moved(given, movesOf(handling, clock, context), cap) : given
  return { startedAt, dueAt: at, dueBasis: basis, isProvisional, nodes: nodesOf(startedAt, at, clock, context) }
}

const capped = (limit: Limit, cap: Limit | undefined): Limit =>
  cap !== undefined && limit.at > cap.at ? { at: cap.at, isProvisional: cap.isProvisional, basis: limit.basis } : limit

/** Something that moves a due time, if it comes while that has not passed. */
interface Move {
  readonly at: Instant
  readonly to: Limit
}

function movesOf({ startedAt, interimAt, granted }: Handling, clock: ChannelClock | undefined, context: DueContext): readonly Move[] {
  const moves = granted.map(({ at, until }): Move => ({ at, to: { at: until, isProvisional: false, basis: 'extension' } }))
  if (interimAt === undefined || clock?.interim === undefined) return moves
  const interim: Move = { at: interimAt, to: counted(startedAt, clock.interim.workingDays, 'interim', context) }
  return [interim, ...moves].sort((one, other) => one.at - other.at)
}

/** Moved only while the due time in force has not passed, never back, and never beyond the cap. */
function moved(limit: Limit, moves: readonly Move[], cap: Limit | undefined): Limit {
  let inForce = limit
  for (const { at, to } of moves) {
    const next = capped(to, cap)
    if (at <= inForce.at && next.at > inForce.at) inForce = next
  }
  return inForce
}

function nodesOf(startedAt: Instant, dueAt: Instant, clock: ChannelClock | undefined, { calendar, zone }: DueContext): readonly DueNode[] {
  if (clock === undefined || clock.nodes.length === 0) return noNodes
  return clock.nodes.map(({ stage, share }) => ({ stage, dueAt: calendar.shareAt(startedAt, dueAt, share, zone) }))
}
