import type { ChannelClock } from '../../../contract/configuration.ts'
import type { Instant } from '../../../contract/time.ts'
import type { ClockState, WorkOrder } from '../../../contract/topic.ts'
import { nextMark, stateAt, workingMarks } from '../deadline.ts'
import type { ClockMarks } from '../deadline.ts'
import { dueOf, firstDueOf } from '../due.ts'
import type { DueContext, DueNode, DueTime, Milestones } from '../due.ts'
import { stagesPerInstant } from '../statements.ts'
import { extendedAtOf, grantedOf, isAsked } from './order-extensions.ts'
import { lifeOf } from './order-history.ts'
import type { Life } from './order-history.ts'
import type { OrderRecord } from './order-record.ts'

/** An order as it is folded: what screens see of it, and what else it counts for. */
export interface FoldedOrder extends WorkOrder {
  /** by which it counts as due, and as in time: of the first handling, where handling it again has no limit */
  readonly judgedDueAt: Instant | undefined
  readonly judgedSettledAt: Instant | undefined
  readonly ratedAt: Instant | undefined
  /** when it was first returned, and first granted an extension */
  readonly returnedAt: Instant | undefined
  readonly extendedAt: Instant | undefined
}

/** The clock of an order that is open and has a due time. */
export interface RunningClock {
  readonly marks: ClockMarks
  /** those not reached yet, in the order of their due times */
  readonly nodes: readonly DueNode[]
}

/** How the world at large bears on an order. */
export interface Bearings extends DueContext {
  readonly now: Instant
  /** the last instant that can be trusted: `now` itself, unless 时钟不可信 */
  readonly trustedNow: Instant
  clockOf(channel: string): ChannelClock | undefined
}

export interface Told {
  readonly order: FoldedOrder
  /** undefined when time alone changes nothing */
  readonly running: RunningClock | undefined
}

/** What follows from all that was stated of an order. */
export function tell(record: OrderRecord, bearings: Bearings): Told {
  const { rating, extensions } = record
  const clock = bearings.clockOf(record.channel)
  const life = lifeOf(record.history)
  const milestones = milestonesOf(record, life)
  const due = dueOf(milestones, clock, bearings)
  const running = runningClock(due, life, bearings)
  const isFirstJudged = life.reopenedAt !== undefined && clock?.again === undefined
  const judgedSettledAt = isFirstJudged ? life.firstSettledAt : life.settledAt
  const order: FoldedOrder = {
    id: record.id,
    channel: record.channel,
    title: record.title,
    type: record.type,
    unit: record.unit,
    subdistrict: record.subdistrict,
    place: record.place,
    stage: life.stage,
    class: record.class,
    openedAt: record.openedAt,
    startedAt: due.startedAt,
    dueAt: due.dueAt,
    dueBasis: due.dueBasis,
    isProvisional: due.isProvisional,
    isExtensionAsked: isAsked(extensions),
    lateNode: lateNodeOf(running, bearings),
    rating: rating.rating,
    settledAt: life.settledAt,
    isSettledBeforeReceipt: judgedSettledAt !== undefined && judgedSettledAt < (life.receivedAt ?? -Infinity),
    clock: clockStateOf(life.settledAt !== undefined, running, bearings),
    feed: record.feed,
    judgedDueAt: isFirstJudged ? firstDueOf({ ...milestones, reopenedAt: life.firstReopenedAt }, clock, bearings).dueAt : due.dueAt,
    judgedSettledAt,
    ratedAt: rating.rating === undefined ? undefined : Math.floor(rating.rank / stagesPerInstant),
    returnedAt: life.returnedAt,
    extendedAt: extendedAtOf(extensions),
  }
  return { order, running }
}

/** The order at another time, when nothing else changed. */
export function tellTime(order: FoldedOrder, running: RunningClock | undefined, bearings: Bearings): FoldedOrder {
  const clock = clockStateOf(order.settledAt !== undefined, running, bearings)
  const lateNode = lateNodeOf(running, bearings)
  return clock === order.clock && lateNode === order.lateNode ? order : { ...order, clock, lateNode }
}

/** The next instant after `now` at which an order changes by time alone; undefined when it never will. */
export function nextChangeOf(running: RunningClock | undefined, now: Instant): Instant | undefined {
  if (running === undefined) return undefined
  const nodeChanges = running.nodes.map(({ dueAt }) => dueAt + 1).filter((at) => at > now)
  const next = Math.min(nextMark(running.marks, now) ?? Infinity, ...nodeChanges)
  return next === Infinity ? undefined : next
}

/** An order as screens see it. */
export const shownOf = (order: FoldedOrder): WorkOrder => ({
  id: order.id,
  channel: order.channel,
  title: order.title,
  type: order.type,
  unit: order.unit,
  subdistrict: order.subdistrict,
  place: order.place,
  stage: order.stage,
  class: order.class,
  openedAt: order.openedAt,
  startedAt: order.startedAt,
  dueAt: order.dueAt,
  dueBasis: order.dueBasis,
  isProvisional: order.isProvisional,
  isExtensionAsked: order.isExtensionAsked,
  lateNode: order.lateNode,
  rating: order.rating,
  settledAt: order.settledAt,
  isSettledBeforeReceipt: order.isSettledBeforeReceipt,
  clock: order.clock,
  feed: order.feed,
})

function milestonesOf(record: OrderRecord, life: Life): Milestones {
  return {
    receivedAt: record.openedAt,
    dispatchedAt: life.dispatchedAt,
    class: record.class,
    upstreamDueAt: record.dueAt,
    interimAt: life.interimAt,
    extensions: grantedOf(record.extensions),
    reopenedAt: life.reopenedAt,
  }
}

function runningClock({ startedAt, dueAt, nodes }: DueTime, life: Life, { calendar, zone }: Bearings): RunningClock | undefined {
  if (life.settledAt !== undefined || dueAt === undefined) return undefined
  const isReached = { accepted: life.isAccepted, handled: life.isHandled, resolved: false }
  return {
    marks: workingMarks(startedAt, dueAt, calendar, zone),
    nodes: nodes.length === 0 ? nodes : nodes.filter(({ stage }) => !isReached[stage]),
  }
}

function clockStateOf(isSettled: boolean, running: RunningClock | undefined, { now, trustedNow }: Bearings): ClockState {
  if (isSettled) return 'settled'
  return running === undefined ? 'none' : stateAt(running.marks, now, trustedNow)
}

function lateNodeOf(running: RunningClock | undefined, { trustedNow }: Bearings): WorkOrder['lateNode'] {
  if (running === undefined || running.nodes.length === 0) return undefined
  return running.nodes.find(({ dueAt }) => dueAt < trustedNow)?.stage
}
