import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import type { FeedDefinition } from '../../contract/configuration.ts'
import type { Fact } from '../../contract/fact.ts'
import { rawKeptBytes } from '../../contract/rejection.ts'
import type { IndexedRefusal, Refusal } from '../../contract/rejection.ts'
import { fail, ok } from '../../contract/result.ts'
import type { Result } from '../../contract/result.ts'
import type { Instant } from '../../contract/time.ts'
import { admit } from '../core/admit.ts'
import type { Clock } from '../core/clock.ts'
import { maskRaw } from '../core/masking.ts'
import type { Registry } from '../core/registry.ts'
import { decodeBody, legibleBody } from './body.ts'
import type { BodyHeaders, Message } from './body.ts'
import { MapError } from './dialect.ts'
import type { Dialect } from './dialect.ts'
import { inKeptWords } from './feeds/native.ts'
import { compileMapping } from './mapping.ts'
import type { Mapping } from './mapping.ts'
import { describeShape, maskedDetail } from './shape-problem.ts'

/** A refused message with what is kept of it: the first 64 KiB, personal data masked. */
export interface KeptRefusal extends IndexedRefusal {
  readonly raw: string
}

export interface Translation {
  /** how many messages the request held */
  readonly messages: number
  /** in the order of the messages */
  readonly facts: readonly Fact[]
  readonly refusals: readonly KeptRefusal[]
  /** what a dialect threw that it should not have: a bug of ours, to be logged; the message is among the refusals */
  readonly faults: readonly unknown[]
}

/** 受理: turns what a feed sends into facts. */
export interface Intake {
  /**
   * Takes one request's body through decode, map and admit. One bad message, or one bad fact of a message, never loses its neighbours.
   * Large requests are worked through in slices, so that nothing else of the server waits for them.
   * Errors: a refusal of the whole request; only what `headers.reserve` throws is thrown.
   */
  translate(feed: FeedDefinition, received: Buffer, headers: BodyHeaders): Promise<Result<Translation, Omit<KeptRefusal, 'index'>>>
  /** What is kept of a body that was refused before it was looked into. */
  keptText(received: Buffer, headers: BodyHeaders): Promise<string>
}

export interface IntakeOptions {
  readonly registry: Registry
  readonly dialects: readonly Dialect[]
  readonly clock: Clock
}

/** Messages translated in one turn of the event loop: a few milliseconds. */
const sliceSize = 500

/** @throws when a feed names a dialect that is not among `dialects`, or its mapping cannot be compiled: the configuration's check finds both before */
export function createIntake({ registry, dialects, clock }: IntakeOptions): Intake {
  const meanings = new Map([...registry.feeds.values()].map((feed) => [feed.id, usableMeaning(feed, dialects)]))
  return {
    async translate(feed, received, headers) {
      const decoded = await decodeBody(received, headers)
      if (!decoded.ok) return fail({ ...decoded.error.refusal, raw: keptOf(decoded.error.text) })
      const meaning = meanings.get(feed.id)
      if (meaning === undefined) throw new Error(`feed ${feed.id} is not configured`)
      const translator = new Translator({ feed, dialect: 'map' in meaning ? meaning : mapped, registry, now: clock.now() })
      for (let from = 0; from < decoded.value.length; from += sliceSize) {
        if (from > 0) await nextTurn()
        const slice = decoded.value.slice(from, from + sliceSize)
        translator.take('map' in meaning ? slice : await mapAll(slice, meaning.mapping))
      }
      return ok(translator)
    },
    keptText: async (received, headers) => keptOf(await legibleBody(received, headers)),
  }
}

type Meaning = Dialect | { readonly mapping: Mapping }

/** What is wrong with a feed's dialect or mapping, in words for who wrote it; undefined when it can be used. */
export function checkMeaning(feed: FeedDefinition, dialects: readonly Dialect[]): string | undefined {
  const found = meaningOf(feed, dialects)
  return found.ok ? undefined : found.error
}

function meaningOf({ mapping, zone, dialect }: FeedDefinition, dialects: readonly Dialect[]): Result<Meaning, string> {
  if (mapping !== undefined) {
    const compiled = compileMapping(mapping, zone)
    return compiled.ok ? ok({ mapping: compiled.value }) : compiled
  }
  const found = dialects.find(({ name }) => name === dialect)
  if (found !== undefined) return ok(found)
  return fail(`no dialect is called ${JSON.stringify(dialect ?? '')}; there are ${dialects.map(({ name }) => name).join(', ')}`)
}

function usableMeaning(feed: FeedDefinition, dialects: readonly Dialect[]): Meaning {
  const found = meaningOf(feed, dialects)
  if (found.ok) return found.value
  throw new Error(`feed ${feed.id}: ${found.error}`)
}

/** What a mapping made of a message, or why it could not. */
class Mapped {
  readonly outcome: readonly unknown[] | MapError

  constructor(outcome: readonly unknown[] | MapError) {
    this.outcome = outcome
  }
}

/** Takes over what a mapping has made already: unlike a dialect's, its answer has to be waited for. */
const mapped: Dialect = {
  name: 'mapping',
  message: z.instanceof(Mapped),
  map(given, { registry }) {
    // `given` is what `message` made of it
    const { outcome } = given as Mapped
    if (outcome instanceof MapError) throw outcome
    // the mapping answers objects only
    return outcome.map((candidate) => inKeptWords(candidate as object, registry))
  },
}

/** The same messages with what the mapping made of each; those that could not be read stay as they are. */
async function mapAll(messages: readonly Message[], mapping: Mapping): Promise<readonly Message[]> {
  const outcomes: Message[] = []
  for (const message of messages) {
    if ('refusal' in message) outcomes.push(message)
    else {
      const value = new Mapped(await mapping.map(message.value).catch(asMapError))
      outcomes.push({ value, text: message.text ?? JSON.stringify(message.value) })
    }
  }
  return outcomes
}

function asMapError(error: unknown): MapError {
  if (error instanceof MapError) return error
  throw error
}

interface Setting {
  readonly feed: FeedDefinition
  readonly dialect: Dialect
  readonly registry: Registry
  readonly now: Instant
}

/** Translates the messages of one request, in as many goes as the caller likes. */
export class Translator implements Translation {
  readonly #setting: Setting
  readonly facts: Fact[] = []
  readonly refusals: KeptRefusal[] = []
  readonly faults: unknown[] = []
  messages = 0

  constructor(setting: Setting) {
    this.#setting = setting
  }

  take(messages: readonly Message[]): void {
    for (const message of messages) {
      if ('refusal' in message) this.#refuse(message.refusal, message)
      else this.#translate(message)
      this.messages += 1
    }
  }

  #translate(message: Extract<Message, { value: unknown }>): void {
    const { feed, registry, now } = this.#setting
    for (const candidate of this.#candidates(message)) {
      const admitted = admit(candidate, feed, registry, now)
      if (admitted.ok) this.facts.push(admitted.value)
      else this.#refuse(admitted.error, message)
    }
  }

  #candidates(message: Extract<Message, { value: unknown }>): readonly unknown[] {
    const { dialect, feed, registry } = this.#setting
    try {
      const parsed = dialect.message.safeParse(message.value)
      if (parsed.success) return dialect.map(parsed.data, { feed, registry })
      this.#refuse({ stage: 'decode', code: 'bad-shape', detail: describeShape(message.value, parsed.error.issues) }, message)
    } catch (error) {
      this.#refuse(this.#whyNotMapped(error), message)
    }
    return []
  }

  #whyNotMapped(error: unknown): Refusal {
    if (error instanceof MapError) return { stage: 'map', code: error.code, detail: maskedDetail(error.detail) }
    this.faults.push(error)
    const detail = `dialect ${this.#setting.dialect.name} failed on this message, which is our fault; report it with the message`
    return { stage: 'map', code: 'bad-shape', detail }
  }

  #refuse(refusal: Refusal, message: Message): void {
    const raw = keptOf(message.text ?? ('value' in message ? JSON.stringify(message.value) : ''))
    this.refusals.push({ index: this.messages, ...refusal, raw })
  }
}

/** Personal data is masked before the cut, so that a number cut in half is not taken for none. */
function keptOf(text: string): string {
  const masked = maskRaw(text.slice(0, 2 * rawKeptBytes))
  if (Buffer.byteLength(masked) <= rawKeptBytes) return masked
  const bytes = Buffer.from(masked).subarray(0, rawKeptBytes)
  // a character the cut went through is left out
  return new TextDecoder().decode(bytes, { stream: true })
}
