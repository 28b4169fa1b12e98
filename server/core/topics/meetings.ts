import type { Entry } from '../../../contract/fact.ts'
import type { DecidedOrder, MeetingState, MeetingStepFact } from '../../../contract/meeting.ts'
import type { SupervisionOrder } from '../../../contract/supervision.ts'
import type { Fold } from '../fold.ts'
import { Published } from '../published.ts'
import { afterStep } from './meeting-record.ts'
import type { MeetingRecord, TakenStep } from './meeting-record.ts'

/** Meetings that screens see: the one that is held, and those before it. */
const mostShown = 6

export interface DoneMeetingStep extends TakenStep {
  readonly meeting: string
}

/** 调度会议 beyond what screens see: for those who command. */
export interface MeetingBook {
  /** the one that is held */
  running(): MeetingState | undefined
  /** those that screens see, in the order they were opened */
  latest(): readonly MeetingState[]
  /** of any meeting ever */
  find(id: string): MeetingState | undefined
  /** what a command has recorded; undefined for one that has not */
  done(command: string): DoneMeetingStep | undefined
  /** highest number so far; 0 before the first */
  lastNo(): number
}

/**
 * 调度会议: every meeting of the district ever, from its steps alone, so that a presenter's tablet, a desk and a server that starts again all go on
 * from the same place. Its decisions are told with their orders as those stand now. One is held at a time.
 */
export class Meetings implements Fold, MeetingBook {
  readonly kinds = ['meeting-step'] as const
  readonly topics
  readonly #orderOf: (id: string) => SupervisionOrder | undefined
  readonly #records = new Map<string, MeetingRecord>()
  /** orders of meetings that are shown, as they were told last */
  readonly #told = new Map<string, SupervisionOrder | undefined>()
  readonly #published = new Published('meetings', (id) => this.#shown(id))

  /** @param orderOf how an order of the same district stands */
  constructor(orderOf: (id: string) => SupervisionOrder | undefined) {
    this.#orderOf = orderOf
    this.topics = [this.#published]
  }

  advance(): void {
    // a meeting moves on by its steps, and its orders tell of the time themselves
  }

  apply({ fact }: Entry): void {
    if (fact.kind !== 'meeting-step' || this.#isBesideAnother(fact)) return
    const after = afterStep(this.#records.get(fact.id), fact)
    if (after === undefined) return
    this.#records.set(fact.id, after)
    // a new one pushes the oldest out
    if (fact.step === 'opened') this.#published.touchAll()
    this.#published.touch(fact.id)
  }

  flush(): void {
    for (const record of this.#latest()) {
      for (const { order } of record.decisions) {
        if (order === undefined) continue
        const stands = this.#orderOf(order)
        if (this.#told.has(order) && this.#told.get(order) === stands) continue
        this.#told.set(order, stands)
        this.#published.touch(record.id)
      }
    }
  }

  running(): MeetingState | undefined {
    const found = [...this.#records.values()].find(({ state }) => state === 'running')
    return found && this.#state(found)
  }

  latest(): readonly MeetingState[] {
    return this.#latest().map((record) => this.#state(record))
  }

  find(id: string): MeetingState | undefined {
    const found = this.#records.get(id)
    return found && this.#state(found)
  }

  done(command: string): DoneMeetingStep | undefined {
    for (const { id, taken } of this.#records.values()) {
      const found = taken.find((one) => one.command === command)
      if (found !== undefined) return { ...found, meeting: id }
    }
    return undefined
  }

  lastNo(): number {
    return Math.max(0, ...[...this.#records.values()].map(({ no }) => no))
  }

  dump(): readonly MeetingRecord[] {
    return [...this.#records.values()]
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    for (const record of dump as readonly MeetingRecord[]) {
      this.#records.set(record.id, record)
      this.#published.touch(record.id)
    }
  }

  #isBesideAnother({ step, id }: MeetingStepFact): boolean {
    return step === 'opened' && [...this.#records.values()].some((record) => record.state === 'running' && record.id !== id)
  }

  /** In the order they were opened. */
  #latest(): readonly MeetingRecord[] {
    return [...this.#records.values()].slice(-mostShown)
  }

  #shown(id: string): MeetingState | undefined {
    const found = this.#latest().find((record) => record.id === id)
    return found && this.#state(found)
  }

  #state({ taken, decisions, ...told }: MeetingRecord): MeetingState {
    return {
      ...told,
      decisions: decisions.map(({ order, ...decision }) => ({
        ...decision,
        order: order === undefined ? undefined : toldOrder(this.#orderOf(order)),
      })),
      steps: taken.length,
    }
  }
}

const toldOrder = (order: SupervisionOrder | undefined): DecidedOrder | undefined =>
  order && {
    id: order.id,
    number: order.number,
    stage: order.stage,
    clock: order.clock,
    dueAt: order.dueAt,
    settledAt: order.settledAt,
  }
