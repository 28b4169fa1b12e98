import type { IntakeClient, Refused } from '../intake-client.ts'
import type { RecordedMessage } from './recordings.ts'

export interface Progress {
  readonly sent: number
  readonly remaining: number
  /** facts the server had not known */
  readonly accepted: number
  readonly duplicates: number
  readonly refused: number
  /** where the recording has got to */
  readonly at: number
}

export interface PlayerOptions {
  readonly messages: readonly RecordedMessage[]
  readonly client: IntakeClient
  /** seconds of the recording per second; Infinity sends as fast as it is taken */
  readonly speed: number
  /** a quiet stretch of the recording is cut to this, in real milliseconds */
  readonly longestQuietMs: number
  readonly signal: AbortSignal
  readonly now: () => number
  /** resolves after `ms`, or as soon as `signal` is aborted */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  readonly onProgress: (progress: Progress) => void
  readonly onRefused: (refused: readonly Refused[]) => void
}

const batchSize = 500
const tickMs = 200

/**
 * Plays a recording in time order, each message once its moment has come, and resolves when the last is taken or `signal` is aborted. A batch
 * is followed by the next only when the server has it for good.
 * Errors: those of the client.
 */
export async function play(options: PlayerOptions): Promise<Progress> {
  const { messages, signal } = options
  const clock = recordedClock(options)
  let progress: Progress = { sent: 0, remaining: messages.length, accepted: 0, duplicates: 0, refused: 0, at: messages[0]?.at ?? 0 }
  while (progress.remaining > 0 && !isAborted(signal)) {
    const next = messages[progress.sent]
    if (next === undefined) break
    clock.skipTo(next.at)
    const batch = dueFrom(messages, progress.sent, clock.read())
    if (batch.length === 0) {
      await options.wait(tickMs, signal)
      continue
    }
    progress = await sendBatch(options, batch, progress)
    options.onProgress(progress)
  }
  return progress
}

/** A function, since the compiler takes a property that was false once for false ever after. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted

function dueFrom(messages: readonly RecordedMessage[], start: number, now: number): readonly RecordedMessage[] {
  let end = start
  while (end < messages.length && end - start < batchSize && (messages[end]?.at ?? Infinity) <= now) end++
  return messages.slice(start, end)
}

async function sendBatch({ client, onRefused }: PlayerOptions, batch: readonly RecordedMessage[], before: Progress): Promise<Progress> {
  const { accepted, duplicates, rejected } = await client.send(batch.map(({ message }) => message))
  if (rejected.length > 0) onRefused(rejected)
  return {
    sent: before.sent + batch.length,
    remaining: before.remaining - batch.length,
    accepted: before.accepted + accepted,
    duplicates: before.duplicates + duplicates,
    refused: before.refused + rejected.length,
    at: batch.at(-1)?.at ?? before.at,
  }
}

/** The recording's own clock: runs `speed` times as fast as ours, and jumps over stretches in which nothing was said. */
function recordedClock({ messages, speed, longestQuietMs, now }: PlayerOptions): { read(): number; skipTo(next: number): void } {
  let origin = messages[0]?.at ?? 0
  const startedAt = now()
  const read = (): number => (speed === Infinity ? Infinity : origin + (now() - startedAt) * speed)
  return {
    read,
    skipTo(next) {
      const early = next - read() - longestQuietMs * speed
      if (speed !== Infinity && early > 0) origin += early
    },
  }
}
