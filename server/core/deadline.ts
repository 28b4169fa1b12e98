import { dayMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { ClockState } from '../../contract/topic.ts'

/** Share of the time given after which one is reminded (催办). */
export const reminderShare = 0.8

/** What a clock is told from. */
export interface Deadline {
  readonly openedAt: Instant
  readonly dueAt: Instant | undefined
  readonly settledAt: Instant | undefined
}

const reminderAt = (openedAt: Instant, dueAt: Instant): Instant => openedAt + Math.ceil((dueAt - openedAt) * reminderShare)

/** The last day begins when less than 24 h are left; where no more than that was given, there is no last day apart from the rest. */
function lastDayAt(openedAt: Instant, dueAt: Instant): Instant | undefined {
  return dueAt - openedAt > dayMs ? dueAt - dayMs + 1 : undefined
}

/** Where something stands against its due time at `now`; what is settled is settled, with or without one. */
export function clockAt({ openedAt, dueAt, settledAt }: Deadline, now: Instant): ClockState {
  if (settledAt !== undefined) return 'settled'
  if (dueAt === undefined) return 'none'
  if (now >= dueAt) return 'overdue'
  if (now >= (lastDayAt(openedAt, dueAt) ?? Infinity)) return 'last-day'
  return now >= reminderAt(openedAt, dueAt) ? 'reminder' : 'running'
}

/** The next instant after `now` at which the clock changes by time alone; undefined when it never will. */
export function nextClockChange({ openedAt, dueAt, settledAt }: Deadline, now: Instant): Instant | undefined {
  if (settledAt !== undefined || dueAt === undefined || now >= dueAt) return undefined
  const changes = [reminderAt(openedAt, dueAt), lastDayAt(openedAt, dueAt) ?? dueAt, dueAt]
  return Math.min(...changes.filter((at) => at > now))
}
