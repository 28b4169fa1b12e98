import type { Entry, Fact } from '../../../contract/fact.ts'
import type { Incident } from '../../../contract/incident.ts'
import type { LinkFact, LinkSubject } from '../../../contract/link-fact.ts'
import { threadId } from '../../../contract/link.ts'
import type { LinkAnswer, LinkEvent, LinkState, LinkWord } from '../../../contract/link.ts'
import type { SupervisionFact } from '../../../contract/supervision-fact.ts'
import type { SupervisionOrder } from '../../../contract/supervision.ts'
import { dayMs, hourMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { incidentEvent, incidentLetter, isIncidentMeant, isOrderMeant, orderEvent, orderLetter, stateOf } from './link-letter.ts'
import type { ToldIncidentState } from './link-letter.ts'
import { isWaiting, linkAfter, registered, shownThread, threadAfter, withAnswer } from './link-record.ts'
import type { KeptMessage, Letter, LinkRecord, ThreadRecord } from './link-record.ts'

/** What messages are made from. */
export interface LinkedTopics {
  incident(id: string): Incident | undefined
  order(id: string): SupervisionOrder | undefined
  /** whether a step of an order came when the order was settled */
  isLate(command: string): boolean
}

/** 联动系统 by more than what screens see. */
export interface LinkBook {
  /** what the log says of each that is configured, as it was registered last */
  registered(): readonly LinkRecord[]
  /** what waits to be sent to one, oldest first */
  waiting(link: string): readonly Letter[]
  /** why a message that waits is not taken by itself; undefined where it was not refused */
  trouble(message: string): string | undefined
  thread(link: string, about: LinkSubject): ThreadRecord | undefined
  /** whether a push or a giving up was recorded under this command */
  isDone(command: string): boolean
}

interface Dump {
  readonly links: readonly LinkRecord[]
  readonly threads: readonly ThreadRecord[]
  readonly commands: readonly string[]
}

/** A thread is forgotten when its subject is over and nothing has moved for this long. */
const shownMs = 7 * dayMs
/** Commands are sent again within minutes, not days. */
const commandsKept = 1_000

/**
 * 联动: what each linked system is to be told follows from the facts of incidents and orders, as they are recorded, by the rule registered before
 * them; so a message is durable exactly when its cause is, and changing a rule sends nothing of the past.
 */
export class Links implements Fold, LinkBook {
  readonly kinds = ['link', 'incident', 'incident-act', 'supervision'] as const satisfies readonly Fact['kind'][]
  readonly topics
  readonly #context: FoldContext
  readonly #linked: LinkedTopics
  readonly #links = new Map<string, LinkRecord>()
  readonly #threads = new Map<string, ThreadRecord>()
  /** thread of each message that waits, in the order of the log */
  readonly #waiting = new Map<string, string>()
  #commands: readonly string[] = []
  #sweptAt: Instant = 0
  readonly #states = new Published('links', (id) => this.#stateOf(id))
  readonly #shown = new Published('link-threads', (id) => {
    const thread = this.#threads.get(id)
    return thread === undefined || this.#links.get(thread.link)?.isRemoved !== false ? undefined : shownThread(thread)
  })

  constructor(context: FoldContext, linked: LinkedTopics) {
    this.#context = context
    this.#linked = linked
    this.topics = [this.#states, this.#shown]
  }

  advance(): void {
    const { recorded } = this.#context.time
    if (recorded - this.#sweptAt < hourMs) return
    this.#sweptAt = recorded
    for (const thread of this.#threads.values()) if (this.#isOver(thread, recorded)) this.#forget(thread.id)
  }

  apply(entry: Entry): void {
    const { fact } = entry
    if (fact.kind === 'link') this.#take(entry, fact)
    else if (this.#links.size === 0) return
    else if (fact.kind === 'supervision') this.#followOrder(entry, fact)
    else if (fact.kind === 'incident' || fact.kind === 'incident-act') this.#followIncident(entry, fact.id)
    if (fact.kind === 'incident-act' && fact.act.what === 'answered') {
      const { link, answer, note = '', isLate = false } = fact.act
      this.#hear(link, { kind: 'incident', id: fact.id }, { at: fact.at, answer, by: fact.by, note, isLate })
    }
  }

  registered(): readonly LinkRecord[] {
    return [...this.#links.values()].filter(({ isRemoved }) => !isRemoved)
  }

  waiting(link: string): readonly Letter[] {
    return this.#messagesOf(link).flatMap(({ thread, message: { id, event, at, body } }) =>
      body === undefined ? [] : [{ id, event, at, thread, body }],
    )
  }

  trouble(message: string): string | undefined {
    return this.#threads.get(this.#waiting.get(message) ?? '')?.messages.find(({ id }) => id === message)?.trouble
  }

  thread(link: string, about: LinkSubject): ThreadRecord | undefined {
    return this.#threads.get(threadId(link, about))
  }

  isDone(command: string): boolean {
    return this.#commands.includes(command)
  }

  dump(): Dump {
    return { links: [...this.#links.values()], threads: [...this.#threads.values()], commands: this.#commands }
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { links, threads, commands } = dump as Dump
    this.#commands = commands
    for (const link of links) this.#putLink(link)
    for (const thread of threads) this.#putThread(thread)
    // across threads they wait in the order of the log, which ends their ids
    const waiting = threads.flatMap(({ id, messages }) => messages.filter(isWaiting).map((message) => [message.id, id] as const))
    for (const [message, thread] of waiting.sort(([one], [other]) => seqIn(one) - seqIn(other))) this.#waiting.set(message, thread)
  }

  #take(entry: Entry, fact: LinkFact): void {
    const link = this.#links.get(fact.link)
    if (fact.what === 'registered') this.#register(registered(link, fact))
    if (link === undefined) return
    if ('command' in fact && fact.command !== undefined) this.#commands = [...this.#commands, fact.command].slice(-commandsKept)
    switch (fact.what) {
      case 'registered':
        return
      case 'removed':
        this.#register({ ...link, isRemoved: true })
        return
      case 'pushed':
        this.#push(entry, link, fact)
        return
      case 'failing':
      case 'delivered':
      case 'given-up':
        this.#settle(link, fact)
    }
  }

  #register(link: LinkRecord): void {
    this.#putLink(link)
    for (const { id, link: owner } of this.#threads.values()) if (owner === link.id) this.#shown.touch(id)
  }

  #push(entry: Entry, link: LinkRecord, { about, by }: Extract<LinkFact, { readonly what: 'pushed' }>): void {
    if (this.thread(link.id, about) !== undefined) return
    if (about.kind === 'incident') {
      const incident = this.#linked.incident(about.id)
      if (incident !== undefined) this.#tellIncident(entry, link, incident, by)
      return
    }
    const order = this.#linked.order(about.id)
    if (order !== undefined) this.#tellOrder({ entry, link, order, event: 'order.issued', pushedBy: by, step: undefined })
  }

  #settle(link: LinkRecord, fact: Extract<LinkFact, { readonly what: 'failing' | 'delivered' | 'given-up' }>): void {
    const thread = this.#threads.get(fact.message === undefined ? '' : (this.#waiting.get(fact.message) ?? ''))
    if (fact.message !== undefined && thread === undefined) return
    if (fact.message !== undefined && fact.what !== 'failing') this.#waiting.delete(fact.message)
    if (fact.message !== undefined && thread !== undefined) this.#putThread(threadAfter(thread, fact.message, fact))
    this.#putLink(linkAfter(link, fact))
  }

  #followIncident(entry: Entry, id: string): void {
    const incident = this.#linked.incident(id)
    if (incident === undefined) return
    // an upstream that tells its past tells nobody else's present
    const isNews = entry.at - incident.reportedAt < dayMs
    for (const link of this.registered()) {
      const isKnown = this.thread(link.id, { kind: 'incident', id }) !== undefined
      if (isKnown || (isNews && isIncidentMeant(incident, link.rule))) this.#tellIncident(entry, link, incident)
    }
  }

  #tellIncident({ seq, at }: Entry, link: LinkRecord, incident: Incident, pushedBy?: string): void {
    const about: LinkSubject = { kind: 'incident', id: incident.id }
    const thread = this.thread(link.id, about)
    const told = stateOf(incident)
    const event = incidentEvent(thread?.told, told)
    if (event === undefined) return
    const heading = { id: messageId(link, seq), event, at, district: this.#context.district.id }
    this.#send(link, { about, title: incident.title, pushedBy, told }, { ...heading, body: incidentLetter(heading, incident) })
  }

  #followOrder(entry: Entry, fact: SupervisionFact): void {
    const order = this.#linked.order(fact.id)
    if (order === undefined) return
    for (const link of this.registered()) {
      const isKnown = this.thread(link.id, { kind: 'order', id: order.id }) !== undefined
      const event = isKnown || isOrderMeant(order, link.rule) ? orderEvent(fact.step, isKnown) : undefined
      if (event !== undefined) this.#tellOrder({ entry, link, order, event, pushedBy: undefined, step: fact })
    }
    if ('link' in fact && fact.link !== undefined) this.#hear(fact.link, { kind: 'order', id: order.id }, this.#wordOf(fact))
  }

  #tellOrder({ entry: { seq, at }, link, order, event, pushedBy, step }: OrderTelling): void {
    const heading = { id: messageId(link, seq), event, at, district: this.#context.district.id }
    const opening = { about: { kind: 'order' as const, id: order.id }, title: order.title, pushedBy, told: undefined }
    this.#send(link, opening, { ...heading, body: orderLetter(heading, order, step) })
  }

  #wordOf(fact: SupervisionFact): LinkWord {
    const answer: LinkAnswer = fact.step === 'acknowledged' ? 'acknowledged' : fact.step === 'submitted' ? 'done' : 'feedback'
    return { at: fact.at, answer, by: fact.by, note: fact.note ?? '', isLate: this.#linked.isLate(fact.command) }
  }

  #send(link: LinkRecord, { about, title, pushedBy, told }: Opening, { id, event, at, body }: Omit<Letter, 'thread'>): void {
    const key = threadId(link.id, about)
    const before = this.#threads.get(key)
    const message: KeptMessage = { id, event, at, deliveredAt: undefined, trouble: undefined, givenUp: undefined, body }
    this.#waiting.set(id, key)
    this.#putThread({
      ...{ id: key, link: link.id, about, title, pushedBy: before === undefined ? pushedBy : before.pushedBy, told },
      messages: [...(before?.messages ?? []), message],
      answers: before?.answers ?? [],
      movedAt: at,
    })
    this.#states.touch(link.id)
  }

  #hear(id: string, about: LinkSubject, word: LinkWord): void {
    const link = this.#links.get(id)
    const thread = this.thread(id, about)
    if (link !== undefined) this.#putLink({ ...link, heardAt: word.at })
    if (thread !== undefined) this.#putThread(withAnswer(thread, word))
  }

  #putLink(link: LinkRecord): void {
    this.#links.set(link.id, link)
    this.#states.touch(link.id)
  }

  #putThread(thread: ThreadRecord): void {
    this.#threads.set(thread.id, thread)
    this.#shown.touch(thread.id)
  }

  #isOver({ about, messages, movedAt }: ThreadRecord, now: Instant): boolean {
    if (now - movedAt < shownMs || messages.some(isWaiting)) return false
    if (about.kind === 'order') return isSettled(this.#linked.order(about.id))
    const incident = this.#linked.incident(about.id)
    return incident === undefined || incident.closedAt !== undefined
  }

  #forget(id: string): void {
    this.#threads.delete(id)
    this.#shown.touch(id)
  }

  #messagesOf(link: string): readonly { readonly thread: string; readonly message: KeptMessage }[] {
    return [...this.#waiting].flatMap(([id, key]) => {
      const thread = this.#threads.get(key)
      const message = thread?.link === link ? thread.messages.find((one) => one.id === id) : undefined
      return message === undefined ? [] : [{ thread: key, message }]
    })
  }

  #stateOf(id: string): LinkState | undefined {
    const link = this.#links.get(id)
    if (link === undefined || link.isRemoved) return undefined
    const { name, nameEn, demo, since, deliveredAt, heardAt, trouble, givenUp } = link
    const waiting = this.#messagesOf(id)
    const counts = { waiting: waiting.length, oldestWaitingAt: waiting[0]?.message.at, givenUp }
    return { id, name, nameEn, demo, since, deliveredAt, heardAt, trouble, ...counts }
  }
}

interface Opening extends Pick<ThreadRecord, 'about' | 'title' | 'pushedBy'> {
  readonly told: ToldIncidentState | undefined
}

interface OrderTelling {
  readonly entry: Entry
  readonly link: LinkRecord
  readonly order: SupervisionOrder
  readonly event: LinkEvent
  readonly pushedBy: string | undefined
  readonly step: SupervisionFact | undefined
}

const isSettled = (order: SupervisionOrder | undefined): boolean => order === undefined || order.settledAt !== undefined

/** One entry makes one message for a system at most. */
const messageId = ({ line }: LinkRecord, seq: number): string => `${line}.${String(seq)}`
const seqIn = (message: string): number => Number(message.slice(message.lastIndexOf('.') + 1))
