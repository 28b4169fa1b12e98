import type { TailLine } from '../../contract/bench.ts'
import type { Instant } from '../../contract/time.ts'
import type { Message } from './codec.ts'
import { keptOf } from './translator.ts'

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
  #noted: Noted[] = []
  #number = 0

  note(noted: Omit<Noted, 'number'>): void {
    const last = this.#noted.at(-1)
    this.#number += 1
    if (last !== undefined && noted.at >= last.at && noted.at - last.at < leastApartMs) return
    // of many messages that came together the first few are enough to see what they are
    this.#noted.push({ ...noted, messages: noted.messages.slice(0, 3), number: this.#number })
    if (this.#noted.length > kept) this.#noted.shift()
  }

  /** @param after the number of the last line already seen */
  lines(after: number): readonly TailLine[] {
    return this.#noted
      .filter(({ number }) => number > after)
      .map(({ number, at, origin, messages, facts, rejected }) => ({ number, at, origin, text: legible(messages), facts, rejected }))
  }
}

function legible(messages: readonly Message[]): string {
  const texts = messages.map((message) => ('refusal' in message ? message.text : (message.text ?? JSON.stringify(message.value))))
  return keptOf(texts.join('\n').slice(0, 2 * shownCharacters)).slice(0, shownCharacters)
}
