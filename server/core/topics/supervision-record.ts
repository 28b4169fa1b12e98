import { supervisionSteps } from '../../../contract/supervision-fact.ts'
import type { SupervisionFact } from '../../../contract/supervision-fact.ts'

/** All that was recorded of one order, in the order in which it happened. */
export interface SupervisionRecord {
  readonly id: string
  /** ascending by `inOrder`, each command once */
  readonly facts: SupervisionFact[]
  /** facts of which there were too many to be kept */
  dropped: number
}

/**
 * Kept of each kind of step, should a unit report every minute for years: so many of the earliest, which decided its first cards, and so many
 * of the latest. What is kept is the same for every order of arrival.
 */
const endsKept = 100

const positions = new Map(supervisionSteps.map((step, position) => [step, position]))

/** The issue comes first, whatever the clocks say; at one instant steps follow one another as in the life-cycle. */
function inOrder(one: SupervisionFact, other: SupervisionFact): number {
  const isIssue = Number(other.step === 'issued') - Number(one.step === 'issued')
  const byTime = isIssue || one.at - other.at || (positions.get(one.step) ?? 0) - (positions.get(other.step) ?? 0)
  if (byTime !== 0) return byTime
  const [text, otherText] = one.command === other.command ? [JSON.stringify(one), JSON.stringify(other)] : [one.command, other.command]
  return text === otherText ? 0 : text < otherText ? -1 : 1
}

export const blankRecord = (id: string): SupervisionRecord => ({ id, facts: [], dropped: 0 })

/** Where the step stands that settled the order; `Infinity` while it is open. What comes after it is late. */
export function settlingIndex(facts: readonly SupervisionFact[]): number {
  const index = facts.findIndex(({ step }) => step === 'accepted' || step === 'cancelled')
  return index === -1 ? Infinity : index
}

/**
 * Takes in one more fact, in its place. Of two of one command the earlier holds, so a fact told twice, or late, comes to the same.
 * @returns the fact that is kept no more; undefined where none had to go
 */
export function takeIn(record: SupervisionRecord, fact: SupervisionFact): SupervisionFact | undefined {
  const { facts } = record
  const index = facts.findIndex(({ command }) => command === fact.command)
  const known = facts[index]
  if (known !== undefined && inOrder(known, fact) <= 0) return undefined
  if (known !== undefined) facts.splice(index, 1)
  let place = facts.length
  for (let before = facts[place - 1]; before !== undefined && inOrder(before, fact) > 0; before = facts[place - 1]) place -= 1
  facts.splice(place, 0, fact)
  return dropMiddle(record, fact)
}

/** Takes out the middle step of a kind that has one more than are kept. */
function dropMiddle(record: SupervisionRecord, { step }: SupervisionFact): SupervisionFact | undefined {
  const alike = record.facts.filter((fact) => fact.step === step)
  const middle = alike[endsKept]
  if (alike.length <= 2 * endsKept || middle === undefined) return undefined
  record.facts.splice(record.facts.indexOf(middle), 1)
  record.dropped += 1
  return middle
}
