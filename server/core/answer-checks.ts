import type { FeedDefinition } from '../../contract/feed.ts'
import type { OrderAnswerFact } from '../../contract/supervision-fact.ts'
import type { SupervisionOrder } from '../../contract/supervision.ts'
import type { Refusal } from '../../contract/rejection.ts'
import { refusal } from './fact-checks.ts'
import { quote } from './foreign-words.ts'

/** 单位反馈 by a feed: whether it may speak for the unit, and whether the unit has the order. */

export type FindOrder = (name: string) => Pick<SupervisionOrder, 'number' | 'leadUnit' | 'supportingUnits'> | undefined

/** @param find by id or number; absent where no world is at hand, as at the terminal: then only the feed's rights are judged */
export function checkOrderAnswer(fact: OrderAnswerFact, { id, answersFor = [] }: FeedDefinition, find: FindOrder | undefined): Refusal | undefined {
  if (!answersFor.includes(fact.unit)) {
    const own = answersFor.length === 0 ? 'of no unit, since the feed has no answersFor' : `of ${answersFor.join(', ')}`
    return refusal(
      'unknown-member',
      `unit: found ${quote(fact.unit)}, expected a word ${own}; add it to answersFor of feed ${id} if it may speak for it`,
    )
  }
  if (find === undefined) return undefined
  const order = find(fact.id)
  if (order === undefined)
    return refusal('unknown-value', `id: found ${quote(fact.id)}, expected the number or the id of an order, such as 督〔2026〕12号`)
  const { number, leadUnit, supportingUnits } = order
  const units = [leadUnit, ...supportingUnits]
  if (!units.includes(fact.unit))
    return refusal('unknown-member', `unit: found ${quote(fact.unit)}, expected one of those that have ${number}: ${units.join(', ')}`)
  if (fact.step !== 'submitted' || fact.unit === leadUnit) return undefined
  return refusal('unknown-value', `step: found submitted, which only the lead unit of ${number} (${leadUnit}) says; let the mapping make it feedback`)
}
