import type { ReplayAnswer } from '../../contract/bench.ts'
import type { KeptForm, Refusal } from '../../contract/rejection.ts'
import type { Message } from './codec.ts'
import { encodeText } from './codecs/text-encoding.ts'
import type { FeedPipeline, KeptMessage, SentAgain } from './pipeline.ts'

/** A refused message as the quarantine keeps it. */
export interface Quarantined extends KeptMessage {
  readonly raw: string
  readonly origin: string
  readonly form: KeptForm
}

export interface ReplayRooms {
  readonly pipeline: FeedPipeline
  /** the next quarantined messages after a number: in the order they came, which is that of their numbers */
  next(after: number): readonly Quarantined[]
  refuseAgain(number: number, refusals: readonly Refusal[]): void
}

/**
 * 重放: sends what was refused through again, once, in the order it came. A message of which nothing is refused any more leaves the
 * quarantine in the very transaction that records its facts; one that is refused again stays, with its new reasons.
 * @throws StorageFullError: what was done so far is done
 */
export async function replay(rooms: ReplayRooms): Promise<ReplayAnswer> {
  const sum = { replayed: 0, facts: 0, duplicates: 0, refusedAgain: 0, notReplayable: 0 }
  for (let page = rooms.next(0); page.length > 0; page = rooms.next(page.at(-1)?.number ?? Number.MAX_SAFE_INTEGER)) {
    for (const message of page) {
      const sent = await sendAgain(rooms.pipeline, message)
      if (sent === undefined) {
        sum.notReplayable += 1
        continue
      }
      sum.replayed += 1
      sum.facts += sent.accepted
      sum.duplicates += sent.duplicates
      if (sent.refusals.length === 0) continue
      sum.refusedAgain += 1
      rooms.refuseAgain(message.number, sent.refusals)
    }
  }
  return sum
}

/** Undefined when it cannot be sent again. */
async function sendAgain(pipeline: FeedPipeline, message: Quarantined): Promise<SentAgain | undefined> {
  const { raw, origin, form } = message
  if (form === 'message') {
    const value = jsonIn(raw)
    return value === undefined ? undefined : await pipeline.sendAgain([value], origin, message)
  }
  const { codec, definition } = pipeline.feed
  if (form !== 'body' || codec === undefined || codec.isBinary) return undefined
  // kept as text, whatever it came in
  const encoding = typeof definition.codec === 'object' ? definition.codec['encoding'] : undefined
  const decoded = await pipeline.decode({ body: encodeText(raw, encoding), origin })
  if (decoded.ok) return await pipeline.sendAgain(decoded.value, origin, message)
  return { accepted: 0, duplicates: 0, refusals: [decoded.error.refusal] }
}

function jsonIn(raw: string): Message | undefined {
  try {
    return { value: JSON.parse(raw) as unknown }
  } catch {
    // masking may have broken it, as it does bare numbers in the middle of personal data
    return undefined
  }
}
