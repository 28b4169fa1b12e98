import type { ReplayAnswer } from '../../contract/bench.ts'
import type { Fact } from '../../contract/fact.ts'
import type { KeptForm, Refusal } from '../../contract/rejection.ts'
import { withPlainMarks } from '../core/mark.ts'
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
  // as a message that was not refused would have been recorded
  const kept = { ...message, raw: withPlainMarks(message.raw) }
  const read = await readKept(pipeline, kept)
  if (read === undefined) return undefined
  if ('refusal' in read) return refused(read.refusal)
  if (await isNamedByMasks(pipeline, kept, read.messages)) return refused(maskedIdentity)
  return await pipeline.sendAgain(read.messages, kept.origin, message)
}

const refused = (refusal: Refusal): SentAgain => ({ accepted: 0, duplicates: 0, refusals: [refusal] })

const maskedIdentity: Refusal = {
  stage: 'map',
  code: 'unknown-value',
  detail:
    'id or key: made of personal data, which was masked before it was kept, so that different messages would become one; let the upstream send it again, or let the mapping make them of something else',
}

/** Undefined when it cannot be read again. */
async function readKept(
  pipeline: FeedPipeline,
  { raw, origin, form }: Quarantined,
): Promise<{ readonly messages: readonly Message[] } | { readonly refusal: Refusal } | undefined> {
  if (form === 'message') {
    const value = jsonIn(raw)
    return value === undefined ? undefined : { messages: [value] }
  }
  const { codec, definition } = pipeline.feed
  if (form !== 'body' || codec === undefined || codec.isBinary) return undefined
  // kept as text, whatever it came in
  const encoding = typeof definition.codec === 'object' ? definition.codec['encoding'] : undefined
  const decoded = await pipeline.decode({ body: encodeText(raw, encoding), origin })
  return decoded.ok ? { messages: decoded.value } : { refusal: decoded.error.refusal }
}

/**
 * Whether what a message would be recorded under comes out of something masked: then it comes out otherwise when the masks look otherwise,
 * whatever the mapping makes of them. The upstream's own stars count as masks.
 */
async function isNamedByMasks(pipeline: FeedPipeline, kept: Quarantined, messages: readonly Message[]): Promise<boolean> {
  const other = { ...kept, raw: kept.raw.replaceAll('*', '~'), origin: kept.origin.replaceAll('*', '~') }
  if (other.raw === kept.raw && other.origin === kept.origin) return false
  const facts = await pipeline.foresee(messages, kept.origin, kept.at)
  if (facts.length === 0) return false
  const read = await readKept(pipeline, other)
  if (read === undefined || 'refusal' in read) return true
  return namesOf(facts) !== namesOf(await pipeline.foresee(read.messages, other.origin, kept.at))
}

/** What one fact is told from another by. */
const namesOf = (facts: readonly Fact[]): string =>
  JSON.stringify(
    facts.map((fact) => [
      fact.kind,
      'id' in fact && fact.id,
      'key' in fact && fact.key,
      'sensor' in fact && [fact.sensor, fact.quantity],
      'indicator' in fact && fact.indicator,
      'references' in fact && fact.references,
    ]),
  )

function jsonIn(raw: string): Message | undefined {
  try {
    return { value: JSON.parse(raw) as unknown }
  } catch {
    // masking may have broken it, as it does bare numbers in the middle of personal data
    return undefined
  }
}
