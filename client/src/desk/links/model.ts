import type { LinkSubject } from '../../../../contract/link-fact.ts'
import type { LinkMessage, LinkState, LinkThread, LinkWord } from '../../../../contract/link.ts'
import type { Instant } from '../../../../contract/time.ts'

/** 联动 as the desk shows it. Pure. */

export type MessageState = 'waiting' | 'refused' | 'delivered' | 'given-up'

export function stateOfMessage({ deliveredAt, givenUp, trouble }: LinkMessage): MessageState {
  if (deliveredAt !== undefined) return 'delivered'
  if (givenUp !== undefined) return 'given-up'
  return trouble === undefined ? 'waiting' : 'refused'
}

/** down: it takes nothing · waiting: something is on its way · up · idle: it was never sent anything. */
export function stateOfLink({ trouble, waiting, deliveredAt }: LinkState): 'down' | 'waiting' | 'up' | 'idle' {
  if (trouble !== undefined) return 'down'
  if (waiting > 0) return 'waiting'
  return deliveredAt === undefined ? 'idle' : 'up'
}

/** The message of a thread that goes next; undefined where nothing waits. */
export const nextOf = ({ messages }: LinkThread): LinkMessage | undefined =>
  messages.find((message) => ['waiting', 'refused'].includes(stateOfMessage(message)))

export type ThreadLine =
  | { readonly kind: 'message'; readonly at: Instant; readonly message: LinkMessage; readonly state: MessageState }
  | { readonly kind: 'answer'; readonly at: Instant; readonly answer: LinkWord }

/** What was sent and said, the latest first; a message stands where something became of it. */
export function linesOf({ messages, answers }: LinkThread): readonly ThreadLine[] {
  const sent = messages.map((message): ThreadLine => ({
    kind: 'message',
    at: message.deliveredAt ?? message.givenUp?.at ?? message.at,
    message,
    state: stateOfMessage(message),
  }))
  const said = answers.map((answer): ThreadLine => ({ kind: 'answer', at: answer.at, answer }))
  return [...sent, ...said].sort((one, other) => other.at - one.at)
}

/** Threads with one system: those in which something waits first, then the latest. */
export function threadsWith(threads: Iterable<LinkThread>, link: string | undefined): readonly LinkThread[] {
  const movedAt = (thread: LinkThread): Instant => linesOf(thread)[0]?.at ?? 0
  const waits = (thread: LinkThread): number => Number(nextOf(thread) !== undefined)
  return [...threads].filter((thread) => thread.link === link).sort((one, other) => waits(other) - waits(one) || movedAt(other) - movedAt(one))
}

export const threadsAbout = (threads: Iterable<LinkThread>, { kind, id }: LinkSubject): readonly LinkThread[] =>
  [...threads].filter(({ about }) => about.kind === kind && about.id === id)

/** Systems that were not told yet. */
export const untoldOf = (links: Iterable<LinkState>, threads: readonly LinkThread[]): readonly LinkState[] =>
  [...links].filter(({ id }) => threads.every(({ link }) => link !== id))
