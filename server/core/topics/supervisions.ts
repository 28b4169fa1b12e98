import type { Entry } from '../../../contract/fact.ts'
import type { Attachment, OrderAnswerFact, SupervisionFact } from '../../../contract/supervision-fact.ts'
import type { SupervisionOrder } from '../../../contract/supervision.ts'
import { dayMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import { DueHeap } from '../due-heap.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { blankRecord, settlingIndex, takeIn } from './supervision-record.ts'
import type { SupervisionRecord } from './supervision-record.ts'
import { tellSupervision, withAllSteps } from './supervision-view.ts'
import type { OrderReader, SupervisionBearings } from './supervision-view.ts'

/** How long a settled order is still among the published. */
const shownMs = 60 * dayMs

interface LiveSupervision {
  readonly record: SupervisionRecord
  /** undefined before it is known to be issued */
  order: SupervisionOrder | undefined
  /** when time alone changes it next */
  wakeAt: Instant | undefined
}

export interface DoneSupervision {
  readonly fact: SupervisionFact
  /** as it is by now */
  readonly order: SupervisionOrder
  /** it came when the order was settled already */
  readonly isLate: boolean
}

/** 督办单 beyond what screens see: for those who command and look things up. */
export interface SupervisionBook {
  /** every order ever, in the order of their first facts */
  all(): Iterable<SupervisionOrder>
  /** with all its steps, and what else its reader may know */
  find(id: string, reader: OrderReader): SupervisionOrder | undefined
  /** by its number or its id */
  called(name: string): SupervisionOrder | undefined
  /** as screens see it: another object only when something of it has changed */
  stands(id: string): SupervisionOrder | undefined
  /** what a command has recorded, and of which order; undefined for one that has not */
  done(command: string): DoneSupervision | undefined
  /** highest running number of a year; 0 before the first */
  lastNumber(year: number): number
  /** whether a step of some order names this attachment */
  isAttached(attachment: string): boolean
  /** bytes of the files that a unit's own steps name, each once */
  attachedBytes(unit: string): number
}

/**
 * 督办: every order of the district ever. Cards, reminders and escalation follow from its steps and the time by the rule of
 * config/supervision.yaml, so it comes to the same for every order of arrival, and is told when somebody looks. People command now, also in a district that replays a recording:
 * its orders go by when things were recorded.
 */
export class Supervisions implements Fold, SupervisionBook {
  readonly kinds = ['supervision', 'order-answer'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #live = new Map<string, LiveSupervision>()
  /** order of each command that is kept */
  readonly #orderOf = new Map<string, string>()
  readonly #lastNumbers = new Map<number, number>()
  /** by number */
  readonly #idOf = new Map<string, string>()
  readonly #attachments = new Set<string>()
  readonly #untold = new Set<LiveSupervision>()
  readonly #wakes = new DueHeap<LiveSupervision>()
  readonly #published = new Published('supervisions', (id) => this.#shown(id))
  #isTrusted = true

  constructor(context: FoldContext) {
    this.#context = context
    this.topics = [this.#published]
  }

  advance(): void {
    // what follows from the time does not depend on when it is told
  }

  apply(entry: Entry): void {
    const fact = this.#stepIn(entry)
    if (fact === undefined) return
    const live = this.#live.get(fact.id) ?? this.#begin(blankRecord(fact.id))
    const dropped = takeIn(live.record, fact)
    this.#note(fact)
    if (dropped !== undefined) this.#orderOf.delete(dropped.command)
    this.#untold.add(live)
  }

  flush(): void {
    const { isTrusted, recorded } = this.#context.time
    for (const live of this.#untold) this.#tell(live)
    this.#untold.clear()
    if (isTrusted !== this.#isTrusted) this.#retellOpen(isTrusted)
    for (let live = this.#wakes.take(recorded); live !== undefined; live = this.#wakes.take(recorded))
      if (live.wakeAt !== undefined && live.wakeAt <= recorded) this.#tell(live)
  }

  *all(): Iterable<SupervisionOrder> {
    this.flush()
    for (const { order } of this.#live.values()) if (order !== undefined) yield order
  }

  find(id: string, reader: OrderReader): SupervisionOrder | undefined {
    this.flush()
    const live = this.#live.get(id)
    return live?.order === undefined ? undefined : withAllSteps(live.order, live.record, reader)
  }

  called(name: string): SupervisionOrder | undefined {
    return this.stands(this.#idOf.get(name) ?? name)
  }

  stands(id: string): SupervisionOrder | undefined {
    this.flush()
    return this.#live.get(id)?.order
  }

  done(command: string): DoneSupervision | undefined {
    this.flush()
    const live = this.#live.get(this.#orderOf.get(command) ?? '')
    if (live?.order === undefined) return undefined
    const { facts } = live.record
    const index = facts.findIndex((one) => one.command === command)
    const fact = facts[index]
    return fact === undefined ? undefined : { fact, order: live.order, isLate: index > settlingIndex(facts) }
  }

  lastNumber(year: number): number {
    return this.#lastNumbers.get(year) ?? 0
  }

  isAttached(attachment: string): boolean {
    return this.#attachments.has(attachment)
  }

  attachedBytes(unit: string): number {
    const sizes = new Map<string, number>()
    for (const { record } of this.#live.values())
      for (const fact of record.facts) for (const { id, bytes } of sentBy(fact, unit)) sizes.set(id, bytes)
    return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
  }

  dump(): readonly SupervisionRecord[] {
    return [...this.#live.values()].map(({ record }) => ({ ...record, facts: [...record.facts] }))
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    for (const record of dump as readonly SupervisionRecord[]) {
      const live = this.#begin(record)
      for (const fact of record.facts) this.#note(fact)
      this.#untold.add(live)
    }
  }

  /** What an entry says of an order; undefined where it says nothing, or of an order that nobody issued. */
  #stepIn({ fact, feed, at, seq }: Entry): SupervisionFact | undefined {
    if (fact.kind === 'supervision') return fact
    if (fact.kind !== 'order-answer') return undefined
    const id = this.#idOf.get(fact.id) ?? fact.id
    return this.#live.has(id) ? told(fact, { district: this.#context.district.id, id, at, command: `${feed}#${String(seq)}`, link: feed }) : undefined
  }

  #begin(record: SupervisionRecord): LiveSupervision {
    const live = { record, order: undefined, wakeAt: undefined }
    this.#live.set(record.id, live)
    return live
  }

  /** What is asked for across orders. */
  #note(fact: SupervisionFact): void {
    this.#orderOf.set(fact.command, fact.id)
    if (fact.step === 'issued') {
      this.#lastNumbers.set(fact.number.year, Math.max(fact.number.no, this.lastNumber(fact.number.year)))
      this.#idOf.set(fact.number.text, fact.id)
    }
    if ('attachments' in fact) for (const { id } of fact.attachments ?? []) this.#attachments.add(id)
  }

  #tell(live: LiveSupervision): void {
    const told = tellSupervision(live.record, this.#bearings())
    if (told === undefined) return
    live.order = told.order
    const { settledAt } = told.order
    const wakeAt = settledAt === undefined ? told.wakeAt : settledAt + shownMs
    const next = wakeAt !== undefined && wakeAt > this.#context.time.recorded ? wakeAt : undefined
    if (next !== undefined && next !== live.wakeAt) this.#wakes.add(next, live)
    live.wakeAt = next
    this.#published.touch(told.order.id)
  }

  /** Whether the time can be trusted has changed: what fell due since becomes unsure, or what was unsure is set right. */
  #retellOpen(isTrusted: boolean): void {
    this.#isTrusted = isTrusted
    for (const live of this.#live.values()) if (live.order?.settledAt === undefined) this.#tell(live)
  }

  #shown(id: string): SupervisionOrder | undefined {
    const order = this.#live.get(id)?.order
    return (order?.settledAt ?? Infinity) + shownMs > this.#context.time.recorded ? order : undefined
  }

  #bearings(): SupervisionBearings {
    const { registry, time } = this.#context
    const { recorded, trustedNow, isTrusted, zone } = time
    return {
      calendar: registry.calendar,
      zone,
      rule: registry.supervision,
      now: recorded,
      until: isTrusted ? recorded : Math.min(recorded, trustedNow),
    }
  }
}

/** Files that the unit named itself: what the desk wrote down for it was sent from the desk. */
const sentBy = (fact: SupervisionFact, unit: string): readonly Attachment[] =>
  'unit' in fact && fact.unit === unit && fact.onBehalf !== true && 'attachments' in fact ? (fact.attachments ?? []) : []

/** A feed's word as a step of the unit's, from when it was recorded: an answer that was dated back takes no card away. */
function told(
  { unit, step, by = unit, note }: OrderAnswerFact,
  given: Pick<SupervisionFact, 'district' | 'id' | 'at' | 'command'> & { readonly link: string },
): SupervisionFact {
  const spoken = { kind: 'supervision', ...given, by, unit } as const
  if (step === 'acknowledged') return { ...spoken, step, ...(note !== undefined && { note }) }
  // admission takes no report without words
  return { ...spoken, step, note: note ?? '' }
}
