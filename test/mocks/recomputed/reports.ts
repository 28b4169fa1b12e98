import type { Told } from './told.ts'
import { dayOf, startOf, yearOf } from './local-day.ts'

/**
 * What was reported of each input, as it is known at an instant: of two reports for the same instant the one received later holds, in a district
 * as a whole or of one member. All of them are kept, and looked through for each answer.
 */
export class Reports {
  readonly #now: number
  /** by input, by member ('' for the district as a whole), by the instant they were true */
  readonly #values = new Map<string, Map<string, Map<number, number>>>()

  /** @param told in the order of receipt, nothing later than `now` */
  constructor(told: readonly Told[], now: number) {
    this.#now = now
    for (const { fact } of told) {
      if (fact.kind !== 'input') continue
      const ofInput = this.#values.get(fact.input) ?? new Map<string, Map<number, number>>()
      const ofMember = ofInput.get(fact.of ?? '') ?? new Map<number, number>()
      this.#values.set(fact.input, ofInput.set(fact.of ?? '', ofMember.set(fact.at, fact.value)))
    }
  }

  /** those with reports of their own, without the district as a whole */
  members(input: string): readonly string[] {
    return [...(this.#values.get(input)?.keys() ?? [])].filter((member) => member !== '')
  }

  /** The stock of one member, or all members' together where the district itself reported none. */
  latest(input: string, member?: string): number | undefined {
    return this.#of(input, member, (reports) => last(reports, Infinity))
  }

  /** The same at the turn of the year: a report of the very midnight is what the year starts with. */
  start(input: string, member?: string): number | undefined {
    const midnight = startOf(`${yearOf(dayOf(this.#now))}-01-01`)
    return this.#of(input, member, (reports) => last(reports, midnight))
  }

  /** Batches of this year together. */
  batches(input: string, member?: string): number | undefined {
    const year = yearOf(dayOf(this.#now))
    return this.#of(input, member, (reports) => sum([...reports].filter(([at]) => yearOf(dayOf(at)) === year).map(([, value]) => value)))
  }

  #of(input: string, member: string | undefined, valueOf: (reports: ReadonlyMap<number, number>) => number | undefined): number | undefined {
    const all = this.#values.get(input) ?? new Map<string, ReadonlyMap<number, number>>()
    const own = all.get(member ?? '')
    if (own !== undefined || member !== undefined) return own === undefined ? undefined : valueOf(own)
    return sum([...all.values()].flatMap((reports) => valueOf(reports) ?? []))
  }
}

function last(reports: ReadonlyMap<number, number>, until: number): number | undefined {
  let found: number | undefined
  for (const at of reports.keys()) if (at <= until && at > (found ?? -Infinity)) found = at
  return found === undefined ? undefined : reports.get(found)
}

const sum = (values: readonly number[]): number | undefined => (values.length === 0 ? undefined : values.reduce((one, other) => one + other))
