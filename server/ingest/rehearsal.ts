import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Sample, TriedMessage, TryAnswer } from '../../contract/bench.ts'
import type { FeedDefinition } from '../../contract/feed.ts'
import type { Refusal } from '../../contract/rejection.ts'
import type { Instant } from '../../contract/time.ts'
import { createAdmission } from '../core/admission.ts'
import type { AdmissionOptions } from '../core/admission.ts'
import type { Registry } from '../core/registry.ts'
import type { Message, RawMessage } from './codec.ts'
import type { OpenFeed } from './open-feed.ts'
import { openFeed } from './open-feed.ts'
import { mostMessages } from './pipeline.ts'
import type { Privacy } from './privacy.ts'
import { Translator } from './translator.ts'

/** Messages told of a sample. */
const mostTold = 200
/** After so many messages the rest of the server has its turn. */
const messagesPerTurn = 50

export interface RehearsalRooms {
  readonly registry: Registry
  readonly last: (feed: FeedDefinition) => AdmissionOptions['last']
  readonly orders?: ((feed: FeedDefinition) => AdmissionOptions['order']) | undefined
  readonly now: Instant
  readonly privacy: Privacy
}

/**
 * 试接: takes a sample through a feed's decode, map and admit, as if it had just come in. Nothing is recorded, kept or remembered.
 * @param definition well-formed; mistakes of codec, mapping or transport are among the answer's problems
 */
export async function rehearse(definition: FeedDefinition, sample: Sample | undefined, rooms: RehearsalRooms): Promise<TryAnswer> {
  const opened = openFeed(definition)
  if (!opened.ok) return { ...nothing, problems: opened.error }
  if (sample === undefined) return nothing
  const decoded = await decodeSample(opened.value, sample)
  if ('refusal' in decoded) return { ...nothing, refusal: decoded.refusal }
  return await translate(opened.value, decoded.messages, { origin: sample.origin, rooms })
}

const nothing: TryAnswer = { problems: [], messages: [], count: 0, factCount: 0, refusalCount: 0 }

async function decodeSample(
  { codec, definition }: OpenFeed,
  sample: Sample,
): Promise<{ readonly messages: readonly Message[] } | { readonly refusal: Refusal }> {
  // rows of a table come decoded: a sample of them is written as JSON
  if (codec === undefined) return readRows(sample.body)
  const decoded = await codec.decode(rawOf(sample), { mostMessages, mostBytes: definition.limits.messageBytes })
  return decoded.ok ? { messages: decoded.value } : { refusal: decoded.error.refusal }
}

function readRows(text: string): { readonly messages: readonly Message[] } | { readonly refusal: Refusal } {
  try {
    const value: unknown = JSON.parse(text)
    return { messages: (Array.isArray(value) ? value : [value]).map((row: unknown) => ({ value: row })) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { refusal: { stage: 'decode', code: 'bad-syntax', detail: `sample: ${reason}; write one row, or an array of rows, as JSON` } }
  }
}

function rawOf({ body, encoding, origin, contentType }: Sample): RawMessage {
  // people paste hexadecimal with spaces and line ends
  const bytes = encoding === 'text' ? Buffer.from(body, 'utf8') : Buffer.from(encoding === 'hex' ? body.replace(/[^0-9a-f]/gi, '') : body, encoding)
  return { body: bytes, origin, contentType }
}

interface Setting {
  readonly origin: string
  readonly rooms: RehearsalRooms
}

async function translate(feed: OpenFeed, messages: readonly Message[], { origin, rooms }: Setting): Promise<TryAnswer> {
  const { registry, last, orders, now, privacy } = rooms
  const session = createAdmission({
    ...{ feed: feed.definition, registry, last: last(feed.definition), order: orders?.(feed.definition) },
    alias: (plate) => privacy.alias(plate),
  }).session(now)
  const told: TriedMessage[] = []
  let factCount = 0
  let refusalCount = 0
  for (const [index, message] of messages.entries()) {
    const translator = new Translator({ feed, registry, session, origin, receivedAt: now, privacy })
    await translator.take([message])
    factCount += translator.facts.length
    refusalCount += translator.refusals.length
    if (index % messagesPerTurn === messagesPerTurn - 1) await nextTurn()
    if (index < mostTold) told.push(tell(index, message, { translator, privacy }))
  }
  return { problems: [], messages: told, count: messages.length, factCount, refusalCount }
}

function tell(
  index: number,
  message: Message,
  { translator, privacy }: { readonly translator: Translator; readonly privacy: Privacy },
): TriedMessage {
  const { facts, refusals, unchanged } = translator
  return {
    index,
    place: message.place ?? '',
    // shown to whoever wires the feed, masked as everything is that is kept
    ...('value' in message ? { decoded: masked(message.value, privacy) } : {}),
    facts,
    unchanged,
    refusals: refusals.map(({ stage, code, detail }) => ({ stage, code, detail })),
  }
}

function masked(value: unknown, privacy: Privacy): unknown {
  const { text } = privacy.json(value)
  try {
    return JSON.parse(text) as unknown
  } catch {
    // longer than what is kept, or no JSON once it is masked: its beginning is shown as text
    return text
  }
}
