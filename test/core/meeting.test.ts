import { describe, expect, test } from 'vitest'
import type { DefinitionFact, EntryFact, Fact, MeetingFact } from '../../contract/fact.ts'
import { dayMs, minuteMs } from '../../contract/time.ts'
import type { EntryState, LastMeeting } from '../../contract/decision.ts'
import { World } from '../../server/core/world.ts'
import { entriesOf, input as told, reading, start, tick, workOrder } from '../support/facts.ts'
import { registryWith } from '../support/registry.ts'

const registry = registryWith()
const twin = (world: World): World => World.restore(registry, JSON.parse(JSON.stringify(world.dump())))

function worldAfter(...facts: readonly Fact[]): World {
  const world = new World(registry)
  for (const entry of entriesOf(facts)) world.apply(entry)
  return world
}

describe('given a meeting', () => {
  const meeting = (given: Partial<MeetingFact> = {}): MeetingFact => ({
    kind: 'meeting',
    district: '620802',
    at: start,
    name: '11月调度会',
    by: '张三',
    ...given,
  })
  // the topic holds entities of its kind
  const last = (world: World, district = '620802') => world.read([`meeting@${district}`])[`meeting@${district}`] as readonly LastMeeting[]

  test('when it is held, then how each indicator stood is kept, whatever comes later', () => {
    const rate = (value: number, at: number): Fact => reading({ indicator: 'on_time_rate', value, at })
    const world = worldAfter(rate(98, start), reading({ value: 90 }), meeting(), rate(100, start + 1))
    const expected = [{ id: 'last', name: '11月调度会', at: start, assessments: { on_time_rate: 'off-target', satisfaction: 'none' } }]
    expect(last(world)).toEqual(expected)
    expect(last(twin(world))).toEqual(expected)
    expect(last(world, 'la')).toEqual([])
  })

  test('when the next is held, then it is the last; one that is told too late is not', () => {
    const next = meeting({ at: start + dayMs, name: '12月调度会' })
    expect(last(worldAfter(meeting(), next, meeting({ at: start + 1 })))).toEqual([
      expect.objectContaining({ name: '12月调度会', at: start + dayMs, assessments: {} }),
    ])
  })

  test('when a district replays a recording, then its time does not move on by a meeting of today', () => {
    const then = Date.parse('2017-12-31T10:00:00-08:00')
    const world = new World(registry)
    const facts: readonly [Fact, string][] = [
      [workOrder({ at: then, channel: 'la-311' }), 'la311'],
      [meeting({ district: 'la' }), 'system'],
      [{ kind: 'definition', district: 'la', indicator: 'a', version: 1, at: start, from: '2026-01-01', digest: 'd', note: '' }, 'system'],
    ]
    for (const [index, [fact, feed]] of facts.entries()) world.apply({ seq: index + 1, at: start, feed, fact })
    expect(world.read(['hourly-intake@la'])['hourly-intake@la']).toEqual([expect.objectContaining({ day: '2017-12-31' })])
    expect(last(world, 'la')).toEqual([expect.objectContaining({ at: start })])
  })
})

describe('given figures that a person entered', () => {
  const figure = { input: 'served', of: 'housing', at: start - dayMs, value: 7 }
  const entry = (state: EntryFact['state'], by: string, given: Partial<EntryFact> = {}): EntryFact => ({
    kind: 'entry',
    district: '620802',
    id: 'e1',
    at: start,
    state,
    by,
    ...(state === 'proposed' && { figures: [figure], note: '10月' }),
    ...given,
  })
  // the topic holds entities of its kind
  const entries = (world: World) => world.read(['entries@620802'])['entries@620802'] as readonly EntryState[]
  const proposal: EntryState = {
    id: 'e1',
    state: 'proposed',
    proposedAt: start,
    proposedBy: '张三',
    decidedAt: undefined,
    decidedBy: undefined,
    note: '10月',
    figures: [{ indicator: undefined, ...figure }],
  }
  const at = start + minuteMs

  test.each<[string, readonly EntryFact[], Partial<EntryState>]>([
    ['it waits for a second person', [], {}],
    ['a second person approves', [entry('approved', '李四', { at })], { state: 'approved', decidedAt: at, decidedBy: '李四' }],
    ['the first one approves, then it still waits', [entry('approved', '张三', { at })], {}],
    [
      'a second person rejects and says why',
      [entry('rejected', '李四', { at, note: '单位有误' })],
      { state: 'rejected', decidedAt: at, decidedBy: '李四', note: '单位有误' },
    ],
    ['the first one withdraws', [entry('withdrawn', '张三', { at })], { state: 'withdrawn', decidedAt: at, decidedBy: '张三' }],
    [
      'it is decided twice, then the first holds',
      [entry('rejected', '李四', { at }), entry('approved', '王五', { at: at + 1 })],
      { state: 'rejected', decidedAt: at, decidedBy: '李四' },
    ],
    ['it is proposed twice, then the first holds', [entry('proposed', '王五', { at })], {}],
  ])('when %s', (_, decisions, expected) => {
    const world = worldAfter(entry('proposed', '张三'), ...decisions)
    expect(entries(world)).toEqual([{ ...proposal, ...expected }])
    expect(entries(twin(world))).toEqual(entries(world))
  })

  test('when what was never proposed is decided, then there is nothing', () => {
    expect(entries(worldAfter(entry('approved', '李四')))).toEqual([])
  })

  test('when seven days have passed, then what was decided leaves, and what waits stays', () => {
    const facts = [entry('proposed', '张三'), entry('proposed', '张三', { id: 'e2' }), entry('approved', '李四', { at })]
    const world = worldAfter(...facts, tick(at + 7 * dayMs - 1))
    expect(entries(world).map(({ id }) => id)).toEqual(['e1', 'e2'])
    for (const one of [world, twin(world)]) {
      one.drain()
      one.apply({ seq: 5, at: at + 7 * dayMs, feed: 'system', fact: tick(at + 7 * dayMs) })
      expect(one.drain().get('entries@620802')).toEqual({ remove: ['e1'] })
    }
  })
})

describe('given versions of definitions in the log', () => {
  const definition = (given: Partial<DefinitionFact> = {}): DefinitionFact => ({
    kind: 'definition',
    district: '620802',
    indicator: 'satisfaction',
    version: 1,
    at: start,
    from: '2026-01-01',
    digest: 'd1',
    note: '',
    ...given,
  })

  test('when they are asked for, then they come by indicator, oldest first, as they were recorded first', () => {
    const second = definition({ version: 2, from: '2026-07-01', digest: 'd2', note: '口径调整' })
    const world = worldAfter(second, definition(), definition({ digest: 'rewritten' }), definition({ indicator: 'on_time_rate' }), told())
    const expected = [definition({ indicator: 'on_time_rate' }), definition(), second]
    expect(world.definitions('620802')).toEqual(expected)
    expect(twin(world).definitions('620802')).toEqual(expected)
    expect(world.definitions('la')).toEqual([])
    expect(world.definitions('nowhere')).toEqual([])
  })
})
