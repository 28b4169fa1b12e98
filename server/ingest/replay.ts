import type { ReplayAnswer } from '../../contract/bench.ts'
import type { KeptForm } from '../../contract/rejection.ts'
import type { Message } from './codec.ts'
import type { FeedPipeline } from './pipeline.ts'

/** A refused message as the quarantine keeps it. `settles`: the ids of all its refusals. */
export interface Kept {
  readonly settles: readonly number[]
  readonly raw: string
  readonly origin: string
  readonly form: KeptForm
}

export interface ReplayRooms {
  readonly pipeline: FeedPipeline
  /** kept messages in the order they came, those after `after` (an id); `last` is where the next page begins */
  next(after: number, limit: number): { readonly kept: readonly Kept[]; readonly last: number }
}

const pageSize = 200

/**
 * 重放: sends what was refused through again, in the order it came. A message leaves the quarantine in the very transaction that records what
 * is good of it, so that a crash leaves it either there or recorded; what is refused again is kept anew, under its new cause. What came in
 * while this runs is not touched.
 * @throws StorageFullError: what was done so far is done
 */
export async function replay({ pipeline, next }: ReplayRooms, until: number): Promise<ReplayAnswer> {
  const sum = { replayed: 0, facts: 0, duplicates: 0, refusedAgain: 0, notReplayable: 0 }
  for (let after = 0; ; ) {
    const { kept, last } = next(after, pageSize)
    if (kept.length === 0) return sum
    for (const message of kept) {
      if (message.settles.every((id) => id > until)) continue
      const taken = await sendAgain(pipeline, message)
      if (taken === undefined) {
        sum.notReplayable += 1
        continue
      }
      sum.replayed += 1
      sum.facts += taken.accepted
      sum.duplicates += taken.duplicates
      sum.refusedAgain += taken.rejected.length > 0 ? 1 : 0
    }
    after = last
  }
}

async function sendAgain(pipeline: FeedPipeline, kept: Kept): Promise<Awaited<ReturnType<FeedPipeline['take']>> | undefined> {
  const messages = await messagesOf(pipeline, kept)
  return messages === undefined ? undefined : await pipeline.take(messages, kept.origin, { settled: kept.settles })
}

/** Undefined when it cannot be sent again, or is still refused as a whole: then it stays. */
async function messagesOf(pipeline: FeedPipeline, { raw, origin, form }: Kept): Promise<readonly Message[] | undefined> {
  if (form === 'message') return jsonMessage(raw)
  const { codec } = pipeline.feed
  if (form !== 'body' || codec === undefined || codec.isBinary) return undefined
  const decoded = await pipeline.decode({ body: Buffer.from(raw, 'utf8'), origin })
  return decoded.ok ? decoded.value : undefined
}

function jsonMessage(raw: string): readonly Message[] | undefined {
  try {
    return [{ value: JSON.parse(raw) as unknown }]
  } catch {
    // masking may have broken it, as it does bare numbers in the middle of personal data
    return undefined
  }
}
