import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { incidentStages, priorities } from '../../contract/incident.ts'
import type { Incident, IncidentFact } from '../../contract/incident.ts'
import type { Fact } from '../../contract/fact.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import { World } from '../../server/core/world.ts'
import { entriesOf, incident, start, tick } from '../support/facts.ts'
import { registryWith } from '../support/registry.ts'

const registry = registryWith()
const name = 'incidents@620802'

function after(facts: readonly Fact[], at?: number): World {
  const world = new World(registry)
  for (const entry of entriesOf(facts, at === undefined ? {} : { at })) world.apply(entry)
  return world
}
// the topic holds incidents
const read = (world: World) => world.read([name])[name] as readonly Incident[]
const only = (...facts: Fact[]) => read(after(facts))[0]

describe('given an incident', () => {
  test('when it is reported, then it is open with what was stated and one step', () => {
    expect(only(incident({ priority: 'urgent', title: '积水', note: '路面30厘米', dueAt: start + hourMs }))).toEqual({
      id: 'E1',
      title: '积水',
      type: '',
      priority: 'urgent',
      level: undefined,
      stage: 'reported',
      unit: undefined,
      subdistrict: undefined,
      place: undefined,
      origin: undefined,
      reportedAt: start,
      closedAt: undefined,
      result: undefined,
      mergedInto: undefined,
      contradictedAt: undefined,
      dueAt: start + hourMs,
      clock: 'running',
      steps: [{ at: start, stage: 'reported', note: '路面30厘米' }],
      lines: [],
      plan: undefined,
      feed: 'hotline',
    })
  })

  test('when time passes, then its clock moves by ticks alone', () => {
    expect(only(incident({ dueAt: start + 10 * hourMs }), tick(start + 8 * hourMs))?.clock).toBe('reminder')
    expect(only(incident({ dueAt: start + 10 * hourMs }), tick(start + 8 * hourMs), tick(start + 10 * hourMs))?.clock).toBe('overdue')
  })

  test('when its due time is moved out, then the old one wakes nobody', () => {
    const world = after([incident({ dueAt: start + hourMs }), incident({ at: start + 1, stage: 'confirmed', dueAt: start + dayMs })])
    world.drain()
    world.apply({ seq: 3, at: start + hourMs, feed: 'system', fact: tick(start + hourMs) })
    expect(world.drain().get(name)).toBeUndefined()
  })

  test('when it is closed, then it stays for a day and then leaves', () => {
    const closed = [incident(), incident({ at: start + hourMs, stage: 'closed' })]
    expect(only(...closed, tick(start + hourMs + dayMs - 1))).toMatchObject({ stage: 'closed', closedAt: start + hourMs, clock: 'settled' })
    const world = after(closed)
    world.drain()
    world.apply({ seq: 3, at: start + hourMs + dayMs, feed: 'system', fact: tick(start + hourMs + dayMs) })
    expect(world.drain().get(name)).toEqual({ remove: ['E1'] })
  })

  test('when it has left and an old fact is repeated, then it does not come back', () => {
    expect(read(after([incident(), incident({ stage: 'closed' }), tick(start + 31 * dayMs), incident()]))).toEqual([])
  })

  const closed = [incident({ title: '积水', unit: 'housing' }), incident({ stage: 'closed' })]

  test('when it has left and is reopened, then it comes back as it was', () => {
    const world = after([...closed, tick(start + dayMs), incident({ at: start + dayMs, stage: 'in-progress' })])
    expect(read(world)[0]).toMatchObject({ title: '积水', stage: 'in-progress', closedAt: undefined, steps: [{}, {}, { at: start + dayMs }] })
  })

  test('when it is reopened after a month, then it comes back with what is stated from then on', () => {
    const later = start + 30 * dayMs
    const world = after([...closed, tick(start + dayMs), tick(later), incident({ at: later, stage: 'in-progress' })])
    expect(read(world)[0]).toMatchObject({ title: '', unit: 'housing', stage: 'in-progress', steps: [{ at: later, stage: 'in-progress' }] })
  })

  test('when two things are noted at the same instant and stage, then both are kept, and repeated ones once', () => {
    const notes = ['乙', '甲', undefined, '乙'].map((note) => incident({ note }))
    const steps = (facts: readonly IncidentFact[]) => only(...facts)?.steps.map(({ note }) => note)
    expect(steps(notes)).toEqual([undefined, '乙', '甲'])
    expect(steps([...notes].reverse())).toEqual([undefined, '乙', '甲'])
  })

  test('when very much is noted, then the latest 200 steps are kept', () => {
    const notes = Array.from({ length: 230 }, (_, index) => incident({ at: start + index, note: String(index) }))
    const steps = only(...notes)?.steps ?? []
    expect([steps.length, steps[0]?.note, steps.at(-1)?.note]).toEqual([200, '30', '229'])
  })

  test('when two feeds tell of it at the same instant, then it belongs to the same one whichever came first', () => {
    const of = (feeds: readonly string[]) => {
      const world = new World(registry)
      feeds.forEach((feed, index) => {
        world.apply({ seq: index + 1, at: start, feed, fact: incident() })
      })
      return read(world)[0]?.feed
    }
    expect([of(['hotline', 'indicators']), of(['indicators', 'hotline'])]).toEqual(['indicators', 'indicators'])
  })
})

describe('given the facts of some incidents', () => {
  const fact: fc.Arbitrary<IncidentFact> = fc
    .record(
      {
        id: fc.constantFrom('E1', 'E2'),
        at: fc.integer({ min: -12, max: 0 }).map((hours) => start + hours * 6 * hourMs),
        stage: fc.constantFrom(...incidentStages),
        priority: fc.constantFrom(...priorities),
        title: fc.constantFrom('积水', '火情'),
        unit: fc.constantFrom('housing', 'dongguan'),
        dueAt: fc.integer({ min: -5, max: 5 }).map((days) => start + days * dayMs),
        note: fc.constantFrom('到场', '处置'),
      },
      { requiredKeys: ['id', 'at', 'stage'] },
    )
    .map((stated) => ({ kind: 'incident', ...stated }))

  test('when they arrive in any order, each twice, then they end the same', () => {
    const arrivals = fc
      .array(fact, { minLength: 1, maxLength: 10 })
      .chain((facts) =>
        fc.tuple(fc.constant(facts), fc.shuffledSubarray([...facts, ...facts], { minLength: 2 * facts.length, maxLength: 2 * facts.length })),
      )
    fc.assert(
      fc.property(arrivals, ([facts, shuffled]) => {
        expect(read(after(shuffled, start))).toEqual(read(after(facts, start)))
      }),
      { numRuns: 300 },
    )
  })

  test('when the world is restored on the way, then it goes on as if nothing had happened', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 12 }), fc.nat(12), (facts, cut) => {
        const entries = entriesOf(facts.flatMap((one) => [one, tick(one.at + 5 * hourMs)]))
        const before = new World(registry)
        for (const entry of entries.slice(0, cut)) before.apply(entry)
        const restored = World.restore(registry, JSON.parse(JSON.stringify(before.dump())))
        for (const entry of entries.slice(cut)) restored.apply(entry)
        const whole = new World(registry)
        for (const entry of entries) whole.apply(entry)
        expect(read(restored)).toEqual(read(whole))
      }),
      { numRuns: 200 },
    )
  })
})
