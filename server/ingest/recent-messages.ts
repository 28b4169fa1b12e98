import type { TailLine } from '../../contract/bench.ts'
import type { Instant } from '../../contract/time.ts'
import type { Message } from './codec.ts'
import type { Privacy } from './privacy.ts'

interface Noted {
  readonly number: number
  readonly at: Instant
  readonly origin: string
  readonly messages: readonly Message[]
  readonly facts: number
  readonly rejected: number
}

const kept = 50
/** no more than so many a second: a flood must not push out what somebody is reading, nor cost much */
const leastApartMs = 50
const shownCharacters = 4_000

/** 最近报文: the latest messages of a feed, for whoever is looking into it. Made legible and masked only when somebody looks. */
export class RecentMessages {
  readonly #privacy: Pick<Privacy, 'text' | 'json' | 'words'>
  #noted: Noted[] = []
  #number = 0

  constructor(privacy: Pick<Privacy, 'text' | 'json' | 'words'>) {
    this.#privacy = privacy
  }

  note(noted: Omit<Noted, 'number'>): void {
    const last = this.#noted.at(-1)
    this.#number += 1
    if (last !== undefined && noted.at >= last.at && noted.at - last.at < leastApartMs) return
    // of many messages that came together the first few are enough to see what they are
    this.#noted.push({ ...noted, messages: noted.messages.slice(0, 3).map(bounded), number: this.#number })
    if (this.#noted.length > kept) this.#noted.shift()
  }

  /** The first of the latest messages, whole; undefined when nothing came, or nothing that can be shown as one message. */
  latest(): { readonly origin: string; readonly text: string } | undefined {
    const last = this.#noted.at(-1)
    const message = last?.messages[0]
    if (last === undefined || message === undefined || message === tooLarge || 'refusal' in message) return undefined
    const text = message.text === undefined ? this.#privacy.json(message.value).text : this.#privacy.text(message.text)
    return { origin: last.origin, text }
  }

  /** @param after the number of the last line already seen */
  lines(after: number): readonly TailLine[] {
    return this.#noted
      .filter(({ number }) => number > after)
      .map(({ messages, origin, ...line }) => ({ ...line, origin: this.#privacy.words(origin), text: this.#legible(messages) }))
  }

  #legible(messages: readonly Message[]): string {
    const texts = messages.map((message) => ('refusal' in message ? message.text : (message.text ?? JSON.stringify(message.value))))
    return this.#privacy.text(texts.join('\n').slice(0, 2 * shownCharacters)).slice(0, shownCharacters)
  }
}

const mostParts = 2_000
const mostCharacters = 100_000
const tooLarge: Message = { value: undefined, text: '… a message too large to be held here; of a refused one the quarantine keeps the beginning' }

/** A message that is held for people to look at must not hold megabytes. */
function bounded(message: Message): Message {
  if ('refusal' in message) return message.text.length > mostCharacters ? { ...message, text: message.text.slice(0, mostCharacters) } : message
  const left: unknown[] = [message.value]
  let characters = message.text?.length ?? 0
  for (let parts = 0; left.length > 0; parts += 1) {
    if (parts + left.length > mostParts) return tooLarge
    const part = left.pop()
    if (typeof part === 'string') characters += part.length
    else if (typeof part === 'object' && part !== null) for (const inner of Object.values(part)) left.push(inner)
  }
  return characters > mostCharacters ? tooLarge : message
}
