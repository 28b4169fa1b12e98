import type { Limits } from '../../../contract/configuration.ts'
import type { ReadingQuality } from '../../../contract/fact.ts'
import type { Instant } from '../../../contract/time.ts'
import type { SensorState } from '../../../contract/topic.ts'
import { unstated } from '../statements.ts'

export type Standing = SensorState['standing']

/** Where a value stands against its limits; a limit itself is not beyond. Only a good value is judged. */
export function standingOf(value: number, quality: ReadingQuality, { lowLow, low, high, highHigh }: Limits): Standing {
  if (quality !== 'good') return 'normal'
  if ((lowLow !== undefined && value < lowLow) || (highHigh !== undefined && value > highHigh)) return 'urgent'
  return (low !== undefined && value < low) || (high !== undefined && value > high) ? 'over' : 'normal'
}

/** A standing and when it was observed. */
export interface Judged {
  readonly at: Instant
  readonly standing: Standing
}

/** The latest readings in a row with the same standing. */
export interface Run {
  readonly standing: Standing
  readonly since: Instant
  /** latest reading of another standing before them, so far as is known */
  readonly otherAt: Instant
  readonly until: Instant
}

/** The run after one more reading, later than all before. */
export function extend(run: Run | undefined, { at, standing }: Judged): Run {
  if (run?.standing === standing) return { ...run, until: at }
  return { standing, since: at, otherAt: run?.until ?? unstated, until: at }
}

/**
 * The run after a reading that is not later than all before: it came late, or corrects one.
 * @param nextAfter the earliest reading known after an instant; what is no longer known makes the run begin later than it did
 */
export function insert(run: Run, { at, standing }: Judged, nextAfter: (at: Instant) => Instant | undefined): Run {
  if (at <= run.otherAt) return run
  if (standing === run.standing) return at < run.since ? { ...run, since: at } : run
  if (at >= run.until) return { standing, since: at, otherAt: run.since < at ? at - 1 : run.otherAt, until: at }
  return { ...run, otherAt: at, since: at < run.since ? run.since : Math.min(nextAfter(at) ?? run.until, run.until) }
}
