import type { LinkFact, LinkRule, LinkSubject } from '../../../contract/link-fact.ts'
import type { LinkEvent, LinkMessage, LinkState, LinkThread, LinkWord } from '../../../contract/link.ts'
import type { Instant } from '../../../contract/time.ts'
import type { ToldIncidentState } from './link-letter.ts'

/** What is remembered of one linked system, and of one thread with it. Plain data: it is dumped as it is. */

export interface LinkRecord {
  readonly id: string
  readonly line: string
  readonly name: string
  readonly nameEn: string
  readonly demo: boolean
  readonly rule: LinkRule
  readonly since: Instant
  readonly isRemoved: boolean
  readonly deliveredAt: Instant | undefined
  readonly heardAt: Instant | undefined
  readonly trouble: LinkState['trouble']
  readonly givenUp: number
}

/** Its words are kept for as long as it waits. */
export interface KeptMessage extends LinkMessage {
  readonly body: string | undefined
}

export interface ThreadRecord {
  readonly id: string
  readonly link: string
  readonly about: LinkSubject
  readonly title: string
  readonly pushedBy: string | undefined
  /** of an incident: what was told last */
  readonly told: ToldIncidentState | undefined
  readonly messages: readonly KeptMessage[]
  readonly answers: readonly LinkWord[]
  /** when something was last sent, taken or said */
  readonly movedAt: Instant
}

/** A message that waits, as the courier takes it. */
export interface Letter {
  readonly id: string
  readonly event: LinkEvent
  /** since when it waits */
  readonly at: Instant
  /** messages of one thread keep their order */
  readonly thread: string
  readonly body: string
}

/** Of each thread, beside what waits. */
const settledKept = 50

export const isWaiting = ({ body }: KeptMessage): boolean => body !== undefined

/** The system as a registration has it; what is known of how it does stays. */
export function registered(before: LinkRecord | undefined, fact: Extract<LinkFact, { readonly what: 'registered' }>): LinkRecord {
  const { link: id, line, name, nameEn, demo, rule, at } = fact
  const { deliveredAt, heardAt, trouble, givenUp = 0, since = at } = before ?? {}
  return { id, line, name, nameEn, demo, rule, since, isRemoved: false, deliveredAt, heardAt, trouble, givenUp }
}

type Outcome = Extract<LinkFact, { readonly what: 'failing' | 'delivered' | 'given-up' }>

/** How the system does after one more outcome. One that refuses a single message answers, and so is not down. */
export function linkAfter(record: LinkRecord, fact: Outcome): LinkRecord {
  switch (fact.what) {
    case 'delivered':
      return { ...record, deliveredAt: fact.at, trouble: undefined }
    case 'given-up':
      return { ...record, givenUp: record.givenUp + 1 }
    case 'failing':
      if (fact.message !== undefined) return { ...record, trouble: undefined }
      return { ...record, trouble: { since: record.trouble?.since ?? fact.at, reason: fact.reason } }
  }
}

/** What has become of a message that waited; one that was settled stays as it was. */
export function threadAfter(thread: ThreadRecord, message: string, fact: Outcome): ThreadRecord {
  const messages = thread.messages.map((one) => (one.id === message && isWaiting(one) ? messageAfter(one, fact) : one))
  return { ...thread, messages: trimmed(messages), movedAt: fact.at }
}

function messageAfter(message: KeptMessage, fact: Outcome): KeptMessage {
  switch (fact.what) {
    case 'delivered':
      return { ...message, deliveredAt: fact.at, trouble: undefined, body: undefined }
    case 'given-up':
      return { ...message, givenUp: { at: fact.at, by: fact.by, reason: fact.reason }, body: undefined }
    case 'failing':
      return { ...message, trouble: fact.reason }
  }
}

function trimmed(messages: readonly KeptMessage[]): readonly KeptMessage[] {
  const surplus = messages.filter((one) => !isWaiting(one)).length - settledKept
  if (surplus <= 0) return messages
  const dropped = new Set(messages.filter((one) => !isWaiting(one)).slice(0, surplus))
  return messages.filter((one) => !dropped.has(one))
}

export const withAnswer = (thread: ThreadRecord, word: LinkWord): ThreadRecord => ({
  ...thread,
  answers: [...thread.answers, word].slice(-settledKept),
  movedAt: word.at,
})

export function shownThread({ id, link, about, title, pushedBy, messages, answers }: ThreadRecord): LinkThread {
  const shown = messages.map(({ id: message, event, at, deliveredAt, trouble, givenUp }) => ({
    id: message,
    event,
    at,
    deliveredAt,
    trouble,
    givenUp,
  }))
  return { id, link, about, title, pushedBy, messages: shown, answers }
}
