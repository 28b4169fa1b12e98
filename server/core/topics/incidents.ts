import type { Entry } from '../../../contract/fact.ts'
import type { Incident, IncidentActFact } from '../../../contract/incident.ts'
import { localTime } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import { DueHeap } from '../due-heap.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { decided, deskForgotten, undecided, withLine } from './incident-desk.ts'
import { reopenedByDesk, told, toldForgotten, untold } from './incident-told.ts'
import { endsOf, incidentOf, nextChange } from './incident-view.ts'
import type { TwoSided } from './incident-view.ts'

/** 事〔2026〕0012: the running number of an incident that the desk opened, by the district's year. */
const ownId = /^事〔(\d{4})〕(\d{4,6})$/

interface IncidentRecord extends TwoSided {
  /** as it was shown last; undefined while nobody has reported it */
  readonly incident: Incident | undefined
  /** when time alone changes it next: a clock, or its leaving the screen */
  readonly wakeAt: Instant | undefined
}

/** The fold of incidents, and the numbers that it gives out. */
export interface IncidentsFold extends Fold {
  /** The id of the next incident that the desk opens at an instant: one more than the highest of the district's year so far. */
  nextId(at: Instant): string
}

/**
 * 事件: open incidents, and closed ones for a day. What upstreams say may come in any order, and between what the desk decides as it likes; what
 * the desk decides counts in the order in which it was recorded. After a month an incident is remembered without its words only, so that a
 * fact repeated late does not raise it again; one that is truly reopened after that comes back with what is stated from then on.
 */
class Incidents implements IncidentsFold {
  readonly kinds = ['incident', 'incident-act'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #records = new Map<string, IncidentRecord>()
  readonly #highest = new Map<number, number>()
  readonly #wakes = new DueHeap<string>()
  readonly #published: Published<'incidents'>
  #isTrusted = true

  constructor(context: FoldContext) {
    this.#context = context
    this.#published = new Published('incidents', (id) => {
      const incident = this.#records.get(id)?.incident
      return incident === undefined || endsOf(incident).leavesAt <= context.time.now ? undefined : incident
    })
    this.topics = [this.#published]
  }

  advance(): void {
    const { now, isTrusted } = this.#context.time
    if (isTrusted !== this.#isTrusted) this.#retell(isTrusted)
    for (let id = this.#wakes.take(now); id !== undefined; id = this.#wakes.take(now)) {
      const record = this.#records.get(id)
      if (record?.wakeAt !== undefined && record.wakeAt <= now) this.#put(record)
    }
  }

  apply({ fact, feed }: Entry): void {
    if (fact.kind === 'incident') {
      const before = this.#recordOf(fact.id)
      this.#put({ ...before, told: told(before.told, fact, feed) })
    } else if (fact.kind === 'incident-act') {
      this.#decide(fact)
    }
  }

  nextId(at: Instant): string {
    const { year } = localTime(at, this.#context.time.zone)
    // an upstream may have used one of these ids: none is given twice
    for (let number = (this.#highest.get(year) ?? 0) + 1; ; number++) {
      const id = `事〔${String(year)}〕${String(number).padStart(4, '0')}`
      if (!this.#records.has(id)) return id
    }
  }

  dump(): readonly TwoSided[] {
    return [...this.#records.values()].map(({ id, told, desk }) => ({ id, told, desk }))
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    for (const record of dump as readonly TwoSided[]) {
      this.#count(record.id)
      this.#put({ ...record, wakeAt: undefined })
    }
  }

  #decide(fact: IncidentActFact): void {
    const { act } = fact
    const before = this.#recordOf(fact.id)
    const isReopened = act.what === 'reopened' || act.what === 'split'
    this.#put({ ...before, told: isReopened ? reopenedByDesk(before.told, fact.at) : before.told, desk: decided(before.desk, fact) })
    // the other incident's course tells of it too
    if (act.what === 'merged') this.#note(act.into, fact, 'took-in')
    if (act.what === 'split') this.#note(act.from, fact, 'let-go')
    if (act.what === 'opened' && act.origin.kind === 'incident' && act.origin.id !== undefined) this.#note(act.origin.id, fact, 'split-off')
  }

  #note(id: string, fact: IncidentActFact, what: 'took-in' | 'let-go' | 'split-off'): void {
    const before = this.#recordOf(id)
    const lines = withLine(before.desk.lines, fact, { what, other: fact.id })
    this.#put({ ...before, desk: { ...before.desk, lines } })
  }

  #recordOf(id: string): Omit<IncidentRecord, 'incident'> {
    const known = this.#records.get(id)
    if (known !== undefined) return known
    this.#count(id)
    return { id, told: untold, desk: undecided, wakeAt: undefined }
  }

  #count(id: string): void {
    const [, year, number] = ownId.exec(id) ?? []
    if (year === undefined) return
    this.#highest.set(Number(year), Math.max(this.#highest.get(Number(year)) ?? 0, Number(number)))
  }

  /** Whether the time can be trusted has changed: what fell due since becomes unsure, or what was unsure is set right. */
  #retell(isTrusted: boolean): void {
    this.#isTrusted = isTrusted
    for (const record of this.#records.values()) if (record.incident?.closedAt === undefined) this.#put(record)
  }

  #put(given: TwoSided & Pick<IncidentRecord, 'wakeAt'>): void {
    const { now, trustedNow } = this.#context.time
    const shown = incidentOf(given, now, trustedNow)
    const isLongOver = shown !== undefined && endsOf(shown).forgottenAt <= now
    const { id, told, desk } = isLongOver ? forgotten(given) : given
    const incident = isLongOver ? incidentOf({ id, told, desk }, now, trustedNow) : shown
    const wakeAt = incident && nextChange(incident, now)
    if (wakeAt !== undefined && wakeAt !== given.wakeAt) this.#wakes.add(wakeAt, id)
    this.#records.set(id, { id, told, desk, incident, wakeAt })
    this.#published.touch(id)
  }
}

const forgotten = ({ id, told, desk }: TwoSided): TwoSided => ({ id, told: toldForgotten(told), desk: deskForgotten(desk) })

export const createIncidents = (context: FoldContext): IncidentsFold => new Incidents(context)
