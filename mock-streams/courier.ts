import type { IntakeClient, Refused } from './intake-client.ts'
import type { Platform } from './platform.ts'

/** What has become of everything sent so far. */
export interface Tally {
  readonly messages: number
  readonly accepted: number
  readonly duplicates: number
  readonly refused: number
}

export interface CourierOptions {
  readonly platform: Platform
  readonly client: IntakeClient
  readonly signal: AbortSignal
  readonly now: () => number
  /** resolves after `ms`, or as soon as `signal` is aborted */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  /** true while the platform is to be silent: what happens meanwhile is sent afterwards */
  readonly isSilent: (at: number) => boolean
  readonly onBackfilled: (tally: Tally) => void
  readonly onRefused: (refused: readonly Refused[]) => void
}

/** The past is told in spans, so that only one of them is in memory: longer ones where little happened, or quiet months would be all requests. */
const shortestSpanMs = 6 * 3_600_000
const longestSpanMs = 7 * 24 * 3_600_000
const fewMessages = 100
/** A request of 500 messages stays well under what the server takes. */
const batchSize = 500
const tickMs = 1_000

/**
 * Carries what a platform says to the server: the past first, oldest first, then each second what has just happened. Returns when `signal` is
 * aborted. It remembers only how far it has got: after a restart the same is said again, and the server counts it as duplicates.
 * Errors: IntakeRefusal from the client.
 */
export async function carry(options: CourierOptions): Promise<void> {
  const { platform, signal, now, wait, isSilent } = options
  let tally: Tally = { messages: 0, accepted: 0, duplicates: 0, refused: 0 }
  let cursor = platform.backfillFrom(now())
  let spokeAt = 0
  let isBackfilling = true
  let spanMs = shortestSpanMs
  while (!isAborted(signal)) {
    const at = now()
    if (!isSilent(at)) {
      const until = Math.min(at, cursor + spanMs)
      const messages = platform.messagesBetween(cursor, until)
      spanMs = messages.length < fewMessages ? Math.min(2 * spanMs, longestSpanMs) : shortestSpanMs
      const isQuiet = messages.length === 0 && until === at && at - spokeAt >= platform.heartbeatMs
      tally = await deliver(options, isQuiet ? [platform.heartbeat(at)] : messages, tally)
      if (isQuiet || messages.length > 0) spokeAt = at
      cursor = until
      if (until < at) continue
      if (isBackfilling) options.onBackfilled(tally)
      isBackfilling = false
    }
    await wait(tickMs, signal)
  }
}

/** A function, since the compiler takes a property that was false once for false ever after. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted

async function deliver({ client, onRefused, signal }: CourierOptions, messages: readonly object[], before: Tally): Promise<Tally> {
  let tally = before
  for (let start = 0; start < messages.length && !isAborted(signal); start += batchSize) {
    const batch = messages.slice(start, start + batchSize)
    const { accepted, duplicates, rejected } = await client.send(batch)
    if (rejected.length > 0) onRefused(rejected)
    tally = {
      messages: tally.messages + batch.length,
      accepted: tally.accepted + accepted,
      duplicates: tally.duplicates + duplicates,
      refused: tally.refused + rejected.length,
    }
  }
  return tally
}
