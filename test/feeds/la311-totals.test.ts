import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { WorkOrderStage } from '../../contract/fact.ts'
import type { WorkOrderTotals } from '../../contract/topic.ts'
import { World } from '../../server/core/world.ts'
import { la311 } from '../../mock-streams/replay/la311.ts'
import { loadTape } from '../../mock-streams/replay/tape.ts'
import type { Tape } from '../../mock-streams/replay/tape.ts'
import { entriesOf, start } from '../support/facts.ts'
import { outcomesOf, shippedRegistry } from './shipped-registry.ts'

const excerpt = fileURLToPath(new URL('la311/excerpt.csv', import.meta.url))

/** What the wall would count after these messages; what was said before is left out, as the log does. */
async function totalsOf(messages: readonly object[]): Promise<Record<string, Readonly<Record<string, number>>>> {
  const outcomes = await outcomesOf('la311', messages, start)
  expect(outcomes.flatMap(({ refused }) => refused)).toEqual([])
  const facts = [...new Map(outcomes.flatMap((outcome) => outcome.facts).map((fact) => [JSON.stringify(fact), fact])).values()]
  const world = new World(shippedRegistry)
  for (const entry of entriesOf(facts, { feed: 'la311', at: start })) world.apply(entry)
  // the topic's own entities, by its name
  const entities = world.read(['work-order-totals@la'])['work-order-totals@la'] as readonly WorkOrderTotals[]
  return Object.fromEntries(entities.map(({ id, counts }) => [id, counts]))
}

/** The file's own counts under the names that stages have with us. */
function expected({ totals }: Tape): Record<string, Record<string, number>> {
  const stages: Readonly<Record<string, WorkOrderStage>> = {
    Open: 'received',
    Closed: 'closed',
    Cancelled: 'cancelled',
    'Referred Out': 'referred',
  }
  const renamed = (heading: string, names: Readonly<Record<string, string>> = {}): Record<string, number> =>
    Object.fromEntries([...(totals[heading] ?? [])].map(([value, count]) => [names[value] ?? value, count]))
  return {
    stage: renamed('status', stages),
    unit: renamed('owner'),
    type: renamed('type'),
    place: renamed('coordinates', { with: 'located', without: 'unlocated' }),
  }
}

describe('the recording of Los Angeles, folded', () => {
  it('counts as many per status, owner, type and place as the file, whether told in order, backwards or twice', async () => {
    const tape = await loadTape(excerpt, la311, { limit: Infinity, from: Number.NEGATIVE_INFINITY })
    const messages = tape.messages.map(({ message }) => message)
    expect(await totalsOf(messages)).toMatchObject(expected(tape))
    expect(await totalsOf([...messages].reverse())).toMatchObject(expected(tape))
    expect(await totalsOf([...messages, ...messages])).toMatchObject(expected(tape))
  })

  it('has every request open before it ends', async () => {
    const tape = await loadTape(excerpt, la311, { limit: Infinity, from: Number.NEGATIVE_INFINITY })
    const created = tape.messages.filter(({ message }) => (message as Record<string, string>)['Status'] === 'Open').map(({ message }) => message)
    expect((await totalsOf(created))['stage']).toMatchObject({ received: 200 })
  })
})
