import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FeedDefinition } from '../../contract/feed.ts'
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

/** @throws when a feed names a dialect that is not among `dialects` */
export function createIntake({ registry, dialects, clock }: IntakeOptions): Intake {
  const byName = new Map(dialects.map((dialect) => [dialect.name, dialect]))
  const dialectOf = (feed: FeedDefinition): Dialect => {
    const dialect = byName.get(feed.dialect)
    if (dialect === undefined) throw new Error(`feed ${feed.id} names the dialect ${feed.dialect}; there are ${[...byName.keys()].join(', ')}`)
    return dialect
  }
  for (const feed of registry.feeds.values()) dialectOf(feed)
  return {
    async translate(feed, received, headers) {
      const decoded = await decodeBody(received, headers)
      if (!decoded.ok) return fail({ ...decoded.error.refusal, raw: keptOf(decoded.error.text) })
      const translator = new Translator({ feed, dialect: dialectOf(feed), registry, now: clock.now() })
      for (let from = 0; from < decoded.value.length; from += sliceSize) {
        if (from > 0) await nextTurn()
        translator.take(decoded.value.slice(from, from + sliceSize))
      }
      return ok(translator)
    },
    keptText: async (received, headers) => keptOf(await legibleBody(received, headers)),
  }
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
