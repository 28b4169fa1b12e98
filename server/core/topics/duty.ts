import type { DutyShift, Handover, OnDuty, Reachable, ShiftSpan } from '../../../contract/duty.ts'
import { shiftId, shiftsBetween } from '../../../contract/duty.ts'
import { dutyPosts } from '../../../contract/duty-fact.ts'
import type { DutyFact, HandoverFact, Placement } from '../../../contract/duty-fact.ts'
import type { Entry } from '../../../contract/fact.ts'
import { dayMs, dayOf, minuteMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'

/** What the server asks of duty besides the topic: telephones and sheets, which no screen is pushed. */
export interface DutyBook {
  /** shifts of the topic, with telephones */
  reachable(): readonly (Omit<DutyShift, 'people'> & { readonly people: readonly Reachable[] })[]
  /** as it was signed, for 90 days; undefined before somebody has given it */
  given(shift: string): GivenFact | undefined
  handover(shift: string): Handover | undefined
  /** the shift of a day, whoever is on it; undefined where config knows no such shift */
  span(day: string, shift: string): ShiftSpan | undefined
  people(shift: string): readonly Reachable[]
  /** what a command has recorded */
  done(command: string): DutyFact | HandoverFact | undefined
}
export type GivenFact = Extract<HandoverFact, { readonly step: 'given' }>
type TakenFact = Extract<HandoverFact, { readonly step: 'taken' }>

interface Signing {
  readonly given: GivenFact
  readonly taken: TakenFact | undefined
}
type Done = DutyFact | HandoverFact

interface DutyDump {
  readonly people: readonly (readonly [string, readonly Reachable[]])[]
  readonly signings: readonly Signing[]
  readonly done: readonly Done[]
}

/** How long rosters, sheets and commands are remembered. */
const rememberedMs = 90 * dayMs
const backMs = dayMs
const aheadMs = 2 * dayMs
/** shifts begin and end at minutes; a quarter of an hour late is early enough for those of the day after tomorrow */
const lookEveryMs = 15 * minuteMs

/** 值班: who is on which shift, and how shifts were handed over. */
export class Duty implements Fold, DutyBook {
  readonly kinds = ['duty', 'handover'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #people = new Map<string, readonly Reachable[]>()
  readonly #signings = new Map<string, Signing>()
  readonly #done = new Map<string, Done>()
  readonly #published = new Published('duty', (id) => this.#entity(id))
  #spans = new Map<string, ShiftSpan>()
  #lookAgainAt: Instant = 0

  constructor(context: FoldContext) {
    this.#context = context
    this.topics = [this.#published]
  }

  advance(): void {
    const { recorded } = this.#context.time
    if (recorded < this.#lookAgainAt) return
    this.#lookAgainAt = (Math.floor(recorded / lookEveryMs) + 1) * lookEveryMs
    const before = this.#spans
    const spans = shiftsBetween(this.#context.registry.duty, this.#context.district.zone, [recorded - backMs, recorded + aheadMs])
    this.#spans = new Map(spans.map((span) => [span.id, span]))
    for (const id of new Set([...before.keys(), ...this.#spans.keys()])) if (before.has(id) !== this.#spans.has(id)) this.#published.touch(id)
    this.#forget(recorded - rememberedMs)
  }

  apply({ fact }: Entry): void {
    if ((fact.kind !== 'duty' && fact.kind !== 'handover') || this.#done.has(fact.command)) return
    this.#done.set(fact.command, withoutSheet(fact))
    if (fact.kind === 'handover') this.#sign(fact)
    else if (fact.step === 'imported') this.#import(fact)
    else this.#swap(fact)
  }

  reachable(): ReturnType<DutyBook['reachable']> {
    return this.#published.read().map((shift) => ({ ...shift, people: this.people(shift.id) }))
  }

  given(shift: string): GivenFact | undefined {
    return this.#signings.get(shift)?.given
  }

  handover(shift: string): Handover | undefined {
    const signing = this.#signings.get(shift)
    if (signing === undefined) return undefined
    const { given, taken } = signing
    return { givenAt: given.at, givenBy: given.by, taken: taken && { at: taken.at, by: taken.by } }
  }

  span(day: string, shift: string): ShiftSpan | undefined {
    const id = shiftId(day, shift)
    const noon = Date.parse(`${day}T12:00:00Z`)
    if (Number.isNaN(noon)) return undefined
    return shiftsBetween(this.#context.registry.duty, this.#context.district.zone, [noon - dayMs, noon + dayMs]).find((one) => one.id === id)
  }

  people(shift: string): readonly Reachable[] {
    return this.#people.get(shift) ?? []
  }

  done(command: string): Done | undefined {
    return this.#done.get(command)
  }

  dump(): DutyDump {
    return { people: [...this.#people], signings: [...this.#signings.values()], done: [...this.#done.values()] }
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { people, signings, done } = dump as DutyDump
    for (const [id, each] of people) this.#people.set(id, each)
    for (const signing of signings) this.#signings.set(shiftId(signing.given.day, signing.given.shift), signing)
    for (const fact of done) this.#done.set(fact.command, fact)
  }

  #import({ days, placements }: Extract<DutyFact, { readonly step: 'imported' }>): void {
    const replaced = new Set(days)
    for (const id of [...this.#people.keys()]) if (replaced.has(id.slice(0, 10))) this.#set(id, [])
    const byShift = new Map<string, Reachable[]>()
    for (const placement of placements) {
      const id = shiftId(placement.day, placement.shift)
      byShift.set(id, [...(byShift.get(id) ?? []), placed(placement)])
    }
    for (const [id, people] of byShift) this.#set(id, people.sort(byPost))
  }

  #swap({ day, shift, post, from, to }: Extract<DutyFact, { readonly step: 'swapped' }>): void {
    const id = shiftId(day, shift)
    const people = this.people(id)
    const index = people.findIndex((one) => one.post === post && one.name === from)
    const known = people[index]
    if (known === undefined) return
    const taker: Reachable = { post, name: to.name, unit: to.unit ?? known.unit, phone: to.phone, insteadOf: known.insteadOf ?? known.name }
    this.#set(id, people.with(index, taker))
  }

  /** Both names, in this order, whatever let the fact through; what both have signed stays as it is. */
  #sign(fact: HandoverFact): void {
    const id = shiftId(fact.day, fact.shift)
    const signing = this.#signings.get(id)
    if (signing?.taken !== undefined) return
    if (fact.step === 'given') this.#signings.set(id, { given: fact, taken: undefined })
    else if (signing !== undefined && signing.given.by !== fact.by) this.#signings.set(id, { given: signing.given, taken: fact })
    this.#published.touch(id)
  }

  #set(id: string, people: readonly Reachable[]): void {
    if (people.length === 0) this.#people.delete(id)
    else this.#people.set(id, people)
    this.#published.touch(id)
  }

  #entity(id: string): DutyShift | undefined {
    const span = this.#spans.get(id)
    return span && { ...span, people: this.people(id).map(withoutPhone), handover: this.handover(id) }
  }

  #forget(before: Instant): void {
    const day = dayOf(before, this.#context.district.zone)
    for (const id of [...this.#people.keys()]) if (id < day) this.#people.delete(id)
    for (const id of [...this.#signings.keys()]) if (id < day) this.#signings.delete(id)
    for (const [command, { at }] of this.#done) if (at < before) this.#done.delete(command)
  }
}

const placed = ({ post, name, unit, phone }: Placement): Reachable => ({ post, name, unit, phone, insteadOf: undefined })
const withoutPhone = ({ post, name, unit, insteadOf }: Reachable): OnDuty => ({ post, name, unit, insteadOf })
const byPost = (one: OnDuty, other: OnDuty): number => dutyPosts.indexOf(one.post) - dutyPosts.indexOf(other.post)

/** A command is remembered by what it was; the sheet and the rows are kept once, where they are read. */
const withoutSheet = (fact: Done): Done => {
  if (fact.kind === 'handover') return fact.step === 'given' ? { ...fact, sheet: { at: fact.sheet.at, sections: [] } } : fact
  return fact.step === 'imported' ? { ...fact, placements: [] } : fact
}
