import { dayMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { ClockState } from '../../contract/topic.ts'
import type { WorkCalendar } from './working-days.ts'

/** Shares of the time given after which one is told, and reminded (催办). */
const halfShare = 0.5
const reminderShare = 0.8

/** What a clock is told from. */
export interface Deadline {
  readonly openedAt: Instant
  readonly dueAt: Instant | undefined
  readonly settledAt: Instant | undefined
}

/** The instants from which on a running clock says something else. Where there is no such state of its own, `Infinity`. */
export interface ClockMarks {
  readonly halfAt: Instant
  readonly reminderAt: Instant
  readonly lastDayAt: Instant
  readonly overdueAt: Instant
}

/** Marks of an order: in working time, and the last day is its last working day. What is settled on its due time itself is in time. */
export function workingMarks(startedAt: Instant, dueAt: Instant, calendar: WorkCalendar, zone: string): ClockMarks {
  const lastDayAt = calendar.lastDayBefore(dueAt, zone)
  return {
    halfAt: calendar.shareAt(startedAt, dueAt, halfShare, zone),
    reminderAt: calendar.shareAt(startedAt, dueAt, reminderShare, zone),
    lastDayAt: lastDayAt > startedAt ? lastDayAt : Infinity,
    overdueAt: dueAt + 1,
  }
}

/**
 * Marks in plain time, as of incidents, which know no weekend: the last day begins when less than 24 h are left; where no more than that was
 * given, there is none apart from the rest.
 */
function plainMarks(openedAt: Instant, dueAt: Instant): ClockMarks {
  return {
    halfAt: Infinity,
    reminderAt: openedAt + Math.ceil((dueAt - openedAt) * reminderShare),
    lastDayAt: dueAt - openedAt > dayMs ? dueAt - dayMs + 1 : Infinity,
    overdueAt: dueAt,
  }
}

/** What a clock that is neither settled nor without a due time says at `now`. Overdue is only what was by the last instant that can be trusted. */
export function stateAt({ halfAt, reminderAt, lastDayAt, overdueAt }: ClockMarks, now: Instant, trustedNow: Instant): ClockState {
  if (now >= overdueAt) return trustedNow >= overdueAt ? 'overdue' : 'unsure'
  if (now >= lastDayAt) return 'last-day'
  if (now >= reminderAt) return 'reminder'
  return now >= halfAt ? 'half' : 'running'
}

/** The first of these instants after `now`; undefined when there is none. */
export function nextMark({ halfAt, reminderAt, lastDayAt, overdueAt }: ClockMarks, now: Instant): Instant | undefined {
  if (now >= overdueAt) return undefined
  let next = overdueAt
  if (lastDayAt > now && lastDayAt < next) next = lastDayAt
  if (reminderAt > now && reminderAt < next) next = reminderAt
  return halfAt > now && halfAt < next ? halfAt : next
}

/** Where something stands against its due time at `now`, in plain time; what is settled is settled, with or without one. */
export function clockAt({ openedAt, dueAt, settledAt }: Deadline, now: Instant, trustedNow = now): ClockState {
  if (settledAt !== undefined) return 'settled'
  return dueAt === undefined ? 'none' : stateAt(plainMarks(openedAt, dueAt), now, trustedNow)
}

/** The next instant after `now` at which a clock in plain time changes by time alone; undefined when it never will. */
export function nextClockChange({ openedAt, dueAt, settledAt }: Deadline, now: Instant): Instant | undefined {
  return settledAt === undefined && dueAt !== undefined ? nextMark(plainMarks(openedAt, dueAt), now) : undefined
}
