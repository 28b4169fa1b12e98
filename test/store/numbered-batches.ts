import type { Fact } from '../../contract/fact.ts'
import { start, workOrder } from '../support/facts.ts'

/** Batch `number` of a repeatable sequence: different sizes, three feeds, no fact twice. */
export function batchOf(number: number): { readonly feed: string; readonly facts: readonly Fact[] } {
  const count = 1 + ((number * 37) % 120)
  const facts = Array.from({ length: count }, (_, index) =>
    workOrder({ id: `W${String(number)}-${String(index)}`, at: start + number, title: '道路积水'.repeat(number % 7) }),
  )
  return { feed: `feed-${String(number % 3)}`, facts }
}
