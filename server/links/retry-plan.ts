import { dayMs, hourMs, secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { Letter } from '../core/topics/link-record.ts'

/** When a system is tried again, and with what. Pure. */

const firstPauseMs = 5 * secondMs
const longestPauseMs = hourMs
/** A system that asks for more is tried once a day all the same. */
const longestAskedMs = dayMs

/** What its trouble is so far: of the system as a whole, or of one thread. */
export interface Pause {
  readonly attempts: number
  readonly until: Instant
}

/** Twice as long after each attempt, up to an hour, a fifth more or less so that systems that fell together are not all tried at one moment. */
export function pauseAfter(
  before: Pause | undefined,
  { now, chance, askedMs = 0 }: { readonly now: Instant; readonly chance: number; readonly askedMs?: number | undefined },
): Pause {
  const attempts = (before?.attempts ?? 0) + 1
  // beyond this many it is the longest anyway, and 2 ** 2000 is no number
  const doubled = firstPauseMs * 2 ** Math.min(attempts - 1, 20)
  const jittered = Math.min(doubled, longestPauseMs) * (0.8 + 0.4 * chance)
  return { attempts, until: now + Math.round(Math.max(jittered, Math.min(askedMs, longestAskedMs))) }
}

/**
 * What is to be sent now: the oldest whose thread is not held up. So an incident that is not taken holds up neither others nor the order of its own.
 * @param holds pauses of single threads
 */
export function nextLetter(waiting: readonly Letter[], holds: ReadonlyMap<string, Pause>, now: Instant): Letter | undefined {
  const blocked = new Set([...holds].flatMap(([thread, { until }]) => (until > now ? [thread] : [])))
  return waiting.find(({ thread }) => !blocked.has(thread))
}

/** Milliseconds that `Retry-After` asks for; undefined where it says nothing that can be read. */
export function askedPause(header: string | undefined, now: Instant): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header)) return Number(header) * secondMs
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
