import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Fact } from '../../contract/fact.ts'
import type { IndexedRefusal, KeptForm, Refusal } from '../../contract/rejection.ts'
import type { Instant } from '../../contract/time.ts'
import type { AdmissionSession } from '../core/admission.ts'
import { withNamesOf } from '../core/foreign-words.ts'
import type { Registry } from '../core/registry.ts'
import type { Message } from './codec.ts'
import { MapError } from './dialect.ts'
import type { OpenFeed } from './open-feed.ts'
import type { Privacy } from './privacy.ts'
import { describeShape, maskedDetail } from './shape-problem.ts'

/** A refused message with what is kept of it: the first 64 KiB, personal data masked. */
export interface KeptRefusal extends IndexedRefusal {
  readonly raw: string
  readonly form: KeptForm
}

/** What became of one message. `facts` in the order they happened. */
export interface Translated {
  readonly facts: readonly Fact[]
  readonly refusals: readonly KeptRefusal[]
  /** within a dead-band: good, and not worth recording */
  readonly unchanged: number
}

export interface Translation extends Translated {
  readonly messages: number
  /** what a dialect threw that it should not have: a bug of ours, to be logged; the message is among the refusals */
  readonly faults: readonly unknown[]
}

export interface TranslatorOptions {
  readonly feed: Pick<OpenFeed, 'definition' | 'meaning'>
  readonly registry: Registry
  readonly session: AdmissionSession
  readonly origin: string
  readonly receivedAt: Instant
  readonly privacy: Pick<Privacy, 'text' | 'json' | 'withoutSecrets'>
}

/** Work of one turn of the event loop; after it others have theirs. */
const turnMs = 5
/** So many messages in a row that take too long are enough: what comes with them is not tried, and waits in quarantine for a better mapping. */
const mostSlow = 8

/** Takes messages through map and admit. One bad message, or one bad fact of a message, never loses its neighbours. */
export class Translator implements Translation {
  readonly #options: TranslatorOptions
  readonly facts: Fact[] = []
  readonly refusals: KeptRefusal[] = []
  readonly faults: unknown[] = []
  messages = 0
  unchanged = 0
  #slowInARow = 0
  /** what is kept of the message in hand, made with its first refusal: each of a thousand facts may be refused */
  #kept: Pick<KeptRefusal, 'raw' | 'form'> | undefined

  constructor(options: TranslatorOptions) {
    this.#options = options
  }

  /** Works in slices, so that nothing else of the server waits for a large body. Never rejects. */
  async take(messages: readonly Message[]): Promise<void> {
    let turn = performance.now()
    for (const message of messages) {
      if ('refusal' in message) this.#refuse(message.refusal, { raw: this.#options.privacy.text(message.text, message.columns), form: 'piece' })
      else {
        // dialects answer at once, mappings later: only the latter is waited for
        const work = this.#translate(message)
        if (work !== undefined) await work
      }
      this.messages += 1
      this.#kept = undefined
      // one message may take as long as a mapping is given: the clock is looked at after each
      if (performance.now() - turn < turnMs) continue
      await nextTurn()
      turn = performance.now()
    }
  }

  #translate(message: Extract<Message, { value: unknown }>): Promise<void> | undefined {
    const { feed, registry, origin, receivedAt } = this.#options
    const { meaning, definition } = feed
    if (this.#slowInARow >= mostSlow) {
      this.#refuseValue(notTried, message)
      return undefined
    }
    try {
      const parsed = meaning.message.safeParse(message.value)
      if (!parsed.success) {
        this.#refuseValue({ stage: 'decode', code: 'bad-shape', detail: describeShape(message.value, parsed.error.issues) }, message)
        return undefined
      }
      const candidates = meaning.map(parsed.data, { feed: definition, registry, origin, receivedAt })
      if (!(candidates instanceof Promise)) {
        this.#admit(candidates, message)
        return undefined
      }
      return candidates.then(
        (mapped) => this.#admit(mapped, message),
        (error: unknown) => this.#refuseValue(this.#whyNotMapped(error), message),
      )
    } catch (error) {
      this.#refuseValue(this.#whyNotMapped(error), message)
      return undefined
    }
  }

  #admit(candidates: readonly unknown[], message: Extract<Message, { value: unknown }>): void {
    this.#slowInARow = 0
    for (const candidate of candidates) {
      const admitted = this.#options.session.admit(candidate)
      if ('unchanged' in admitted) this.unchanged += 1
      else if (admitted.ok) this.facts.push(admitted.value)
      else this.#refuseValue({ ...admitted.error, detail: withNamesOf(message.value, admitted.error.detail) }, message)
    }
  }

  #whyNotMapped(error: unknown): Refusal {
    this.#slowInARow = error instanceof MapError && error.code === 'too-slow' ? this.#slowInARow + 1 : 0
    if (error instanceof MapError) return { stage: 'map', code: error.code, detail: maskedDetail(error.detail) }
    this.faults.push(error)
    const detail = `${this.#options.feed.meaning.name} failed on this message, which is our fault; report it with the message`
    return { stage: 'map', code: 'bad-shape', detail }
  }

  #refuseValue(refusal: Refusal, message: Extract<Message, { value: unknown }>): void {
    this.#kept ??= this.#keptOf(message.value)
    const place = message.place === undefined ? '' : `${message.place}, `
    this.#refuse({ ...refusal, detail: `${place}${refusal.detail}` }, this.#kept)
  }

  #keptOf(value: unknown): Pick<KeptRefusal, 'raw' | 'form'> {
    const { text, isWhole } = this.#options.privacy.json(value)
    return { raw: text, form: isWhole ? 'message' : 'cut' }
  }

  #refuse(refusal: Refusal, kept: Pick<KeptRefusal, 'raw' | 'form'>): void {
    const detail = this.#options.privacy.withoutSecrets(refusal.detail)
    this.refusals.push({ index: this.messages, ...refusal, detail, ...kept })
  }
}

const notTried: Refusal = {
  stage: 'map',
  code: 'too-slow',
  detail: `mapping: not tried, since it took too long for the ${String(mostSlow)} messages before this one; simplify it, then replay`,
}
