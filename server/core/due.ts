import type { ChannelClock } from '../../contract/configuration.ts'
import type { Instant } from '../../contract/time.ts'
import type { DueBasis } from '../../contract/topic.ts'
import type { Due, WorkCalendar } from './working-days.ts'

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

interface Limit extends Due {
  readonly basis: DueBasis
}

const noNodes: readonly DueNode[] = []

/**
 * The due time of an order by its channel's rules; without any, the upstream's word holds. A class that the channel does not know goes by its
 * usual class, and where there is no limit for that either, by the upstream's word. An order handled again has the limit of `again` or none.
 */
export function dueOf(milestones: Milestones, clock: ChannelClock | undefined, context: DueContext): DueTime {
  return milestones.reopenedAt === undefined
    ? firstDueOf(milestones, clock, context)
    : againDueOf({ ...milestones, reopenedAt: milestones.reopenedAt }, clock, context)
}

/** The due time of the first handling, whatever came after it. */
export function firstDueOf(milestones: Milestones, clock: ChannelClock | undefined, context: DueContext): DueTime {
  const { receivedAt, dispatchedAt, interimAt, extensions, reopenedAt = Infinity } = milestones
  const startedAt = clock?.starts === 'dispatched' ? Math.max(dispatchedAt ?? receivedAt, receivedAt) : receivedAt
  const limit = limitOf(milestones, clock, { ...context, startedAt })
  if (limit === undefined) return { startedAt, dueAt: undefined, dueBasis: 'none', isProvisional: false, nodes: noNodes }
  const granted = extensions.filter(({ at }) => at < reopenedAt)
  return dueTime(limit, { startedAt, interimAt, granted }, clock, context)
}

function againDueOf(milestones: Milestones & { readonly reopenedAt: Instant }, clock: ChannelClock | undefined, context: DueContext): DueTime {
  const { reopenedAt, extensions } = milestones
  if (clock?.again === undefined) {
    const { startedAt } = firstDueOf(milestones, clock, context)
    return { startedAt, dueAt: undefined, dueBasis: 'none', isProvisional: false, nodes: noNodes }
  }
  const limit: Limit = { ...context.calendar.dueAfter(reopenedAt, clock.again.workingDays, context.zone), basis: 'again' }
  const granted = extensions.filter(({ at }) => at >= reopenedAt)
  return dueTime(limit, { startedAt: reopenedAt, interimAt: undefined, granted }, clock, context)
}

/** What the channel, or else the upstream, gives from the start. */
function limitOf(
  { class: stated, upstreamDueAt }: Milestones,
  clock: ChannelClock | undefined,
  { calendar, zone, startedAt }: DueContext & { readonly startedAt: Instant },
): Limit | undefined {
  const limit = clock === undefined ? undefined : (limitNamed(clock, stated) ?? limitNamed(clock, clock.usual))
  if (limit !== undefined && 'workingDays' in limit) return { ...calendar.dueAfter(startedAt, limit.workingDays, zone), basis: 'limit' }
  return upstreamDueAt === undefined ? undefined : { at: upstreamDueAt, isProvisional: false, basis: 'upstream' }
}

function limitNamed({ classes }: ChannelClock, name: string | undefined): ChannelClock['classes'][string] | undefined {
  return name !== undefined && Object.hasOwn(classes, name) ? classes[name] : undefined
}

/** Something that moves a due time, if it comes while that has not passed. */
interface Move {
  readonly at: Instant
  readonly to: Limit
}

interface Course {
  readonly startedAt: Instant
  readonly interimAt: Instant | undefined
  readonly granted: readonly Extension[]
}

function movesOf({ startedAt, interimAt, granted }: Course, clock: ChannelClock | undefined, { calendar, zone }: DueContext): readonly Move[] {
  const moves = granted.map(({ at, until }): Move => ({ at, to: { at: until, isProvisional: false, basis: 'extension' } }))
  if (interimAt === undefined || clock?.interim === undefined) return moves
  const interim: Move = { at: interimAt, to: { ...calendar.dueAfter(startedAt, clock.interim.workingDays, zone), basis: 'interim' } }
  return [interim, ...moves].sort((one, other) => one.at - other.at)
}

/** Where a limit leads in the course of the handling: moved only while it has not passed, never back, and never beyond the cap. */
function dueTime(limit: Limit, course: Course, clock: ChannelClock | undefined, context: DueContext): DueTime {
  const { calendar, zone } = context
  const { startedAt } = course
  const cap = clock?.capWorkingDays === undefined ? undefined : calendar.dueAfter(startedAt, clock.capWorkingDays, zone)
  const capped = (given: Limit): Limit => (cap !== undefined && given.at > cap.at ? { ...cap, basis: given.basis } : given)
  let inForce = capped(limit)
  for (const { at, to } of movesOf(course, clock, context)) {
    const moved = capped(to)
    if (at <= inForce.at && moved.at > inForce.at) inForce = moved
  }
  const dueAt = inForce.at
  const nodes = clock?.nodes.map(({ stage, share }) => ({ stage, dueAt: calendar.shareAt(startedAt, dueAt, share, zone) })) ?? noNodes
  return { startedAt, dueAt, dueBasis: inForce.basis, isProvisional: inForce.isProvisional, nodes }
}
