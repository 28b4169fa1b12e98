import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { incidentStages, priorities } from '../../contract/incident.ts'
import type { Incident, IncidentAct, IncidentActFact, IncidentFact } from '../../contract/incident.ts'
import type { Entry, Fact } from '../../contract/fact.ts'
import { factSchema } from '../../contract/fact.ts'
import { dayMs, hourMs, minuteMs } from '../../contract/time.ts'
import { World } from '../../server/core/world.ts'
import { clockFact, entriesOf, incident, incidentAct, start, tick } from '../support/facts.ts'
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
const only = (...facts: Fact[]) => read(after(facts)).find(({ id }) => id === 'E1')
const act = (what: IncidentAct, minutes: number, given: Partial<IncidentActFact> = {}) =>
  incidentAct(what, { at: start + minutes * minuteMs, ...given })

const opened: IncidentAct = { what: 'opened', origin: { kind: 'caller' }, title: '甘沟路 污水井溢流', type: '市政设施/排水', place: [106.64, 35.54] }
const plan: IncidentAct = {
  what: 'plan-started',
  plan: 'drainage',
  name: '市政排水处置预案',
  steps: [
    { text: '核实', dueAt: start + 11 * minuteMs, asksOrder: false },
    { text: '抢修', unit: 'housing', dueAt: start + 61 * minuteMs, asksOrder: true },
  ],
}
const step = { plan: 'drainage', step: 0 }

describe('given an incident that the desk opened', () => {
  test('then it stands among the others with its origin, its level and who opened it', () => {
    expect(only(act({ ...opened, level: 'considerable' }, 0))).toEqual({
      id: 'E1',
      title: '甘沟路 污水井溢流',
      type: '市政设施/排水',
      priority: 'important',
      level: 'considerable',
      stage: 'reported',
      unit: undefined,
      subdistrict: undefined,
      place: [106.64, 35.54],
      origin: { kind: 'caller' },
      reportedAt: start,
      closedAt: undefined,
      result: undefined,
      mergedInto: undefined,
      contradictedAt: undefined,
      dueAt: undefined,
      clock: 'none',
      steps: [],
      lines: [{ command: `opened ${String(start)}  `, at: start, by: '张三', act: { ...opened, level: 'considerable' } }],
      plan: undefined,
      feed: '',
    })
  })

  test('when it is classified, then only what was said changes, and the level says how pressing it is', () => {
    const facts = [act(opened, 0), act({ what: 'classified', level: 'major', subdistrict: '620802001' }, 1)]
    expect(only(...facts)).toMatchObject({ title: '甘沟路 污水井溢流', level: 'major', priority: 'urgent', subdistrict: '620802001' })
  })

  test('when its plan is started, then every step has its clock, which moves by ticks alone', () => {
    const facts = [act(opened, 0), act(plan, 1)]
    const clocks = (...more: Fact[]) => only(...facts, ...more)?.plan?.steps.map(({ clock }) => clock)
    expect(only(...facts)).toMatchObject({ stage: 'in-progress', plan: { id: 'drainage', startedAt: start + minuteMs, startedBy: '张三' } })
    expect(clocks()).toEqual(['running', 'running'])
    expect(clocks(tick(start + 9 * minuteMs))).toEqual(['reminder', 'running'])
    expect(clocks(tick(start + 9 * minuteMs), tick(start + 11 * minuteMs))).toEqual(['overdue', 'running'])
  })

  test('when our clock cannot be trusted, then a step that would be overdue is unsure', () => {
    const lost = clockFact({ at: start + 5 * minuteMs, isTrusted: false, driftMs: 0 })
    expect(only(act(opened, 0), act(plan, 1), lost, tick(start + 12 * minuteMs))?.plan?.steps[0]?.clock).toBe('unsure')
  })

  test('when steps are ticked, left out and taken back, then each says by whom, when and why', () => {
    const facts = [act(opened, 0), act(plan, 1), act({ what: 'step-done', ...step, note: '水深30厘米' }, 5, { by: '李四' })]
    const states = (...more: Fact[]) => only(...facts, ...more)?.plan?.steps.map(({ state, by, note, clock }) => [state, by, note, clock])
    expect(states()?.[0]).toEqual(['done', '李四', '水深30厘米', 'settled'])
    expect(states(act({ what: 'step-skipped', plan: 'drainage', step: 1, reason: '已自行退水' }, 6))?.[1]).toEqual([
      'skipped',
      '张三',
      '已自行退水',
      'settled',
    ])
    expect(states(act({ what: 'step-undone', ...step }, 6))?.[0]).toEqual(['open', undefined, undefined, 'running'])
  })

  test('when a step asks for an order, then the draft stays with the step, and a step of another plan changes nothing', () => {
    const order = { lead: 'housing', text: '抢修', dueAt: start + hourMs }
    const facts = [act(opened, 0), act(plan, 1), act({ what: 'order-wanted', plan: 'drainage', step: 1, order }, 2, { by: '李四' })]
    expect(only(...facts)?.plan?.steps.map(({ orderWanted }) => orderWanted)).toEqual([undefined, { ...order, by: '李四', at: start + 2 * minuteMs }])
    expect(only(...facts, act({ what: 'step-done', plan: 'fire', step: 0 }, 3))?.plan?.steps[0]?.state).toBe('open')
  })

  test('when it is closed, then it keeps its result and its plan for a day and leaves, and its clocks stand', () => {
    const facts = [act(opened, 0), act(plan, 1), act({ what: 'closed', result: '已修复，水退' }, 60)]
    const closedAt = start + 60 * minuteMs
    expect(only(...facts, tick(closedAt + dayMs - 1))).toMatchObject({
      stage: 'closed',
      closedAt,
      result: '已修复，水退',
      plan: { steps: [{ clock: 'settled' }, {}] },
    })
    const world = after(facts)
    world.drain()
    world.apply({ seq: 4, at: closedAt + dayMs, feed: 'system', fact: tick(closedAt + dayMs) })
    expect(world.drain().get(name)).toEqual({ remove: ['E1'] })
  })

  test('when it is reopened, then the result is gone and it is as far as it was', () => {
    const facts = [
      act(opened, 0),
      act({ what: 'confirmed' }, 1),
      act({ what: 'closed', result: '误报' }, 2),
      act({ what: 'reopened', reason: '又溢流' }, 3),
    ]
    expect(only(...facts)).toMatchObject({ stage: 'confirmed', closedAt: undefined, result: undefined, lines: [{}, {}, {}, {}] })
  })

  test('when it is merged into another, then both say so; and split off again it stands by itself', () => {
    const both = [act(opened, 0), act(opened, 0, { id: 'E2', command: 'c2' }), act({ what: 'merged', into: 'E2' }, 1)]
    const [one, other] = read(after(both))
    expect(one).toMatchObject({ id: 'E1', stage: 'closed', mergedInto: 'E2', result: undefined })
    expect(other).toMatchObject({ id: 'E2', stage: 'reported', lines: [{}, { act: { what: 'took-in', other: 'E1' }, by: '张三' }] })
    const [again, left] = read(after([...both, act({ what: 'split', from: 'E2' }, 2)]))
    expect(again).toMatchObject({ stage: 'reported', mergedInto: undefined, closedAt: undefined })
    expect(left?.lines.at(-1)?.act).toEqual({ what: 'let-go', other: 'E1' })
  })

  test('when another is opened out of it, then its course says so', () => {
    const out = act({ ...opened, origin: { kind: 'incident', id: 'E1' } }, 1, { id: 'E2' })
    expect(only(act(opened, 0), out)?.lines.at(-1)?.act).toEqual({ what: 'split-off', other: 'E2' })
  })

  test('when a command is recorded twice, then it counts once', () => {
    const note = act({ what: 'noted', note: '到场' }, 1)
    expect(only(act(opened, 0), note, note)?.lines).toHaveLength(2)
  })
})

describe('given an incident that an upstream told of', () => {
  const told = incident({ priority: 'urgent', title: '积水', type: '防汛', unit: 'housing' })

  test('when the desk says otherwise, then its word stands, whatever is repeated', () => {
    const classified = act({ what: 'classified', title: '甘沟路积水', level: 'ordinary' }, 1)
    expect(only(told, classified, incident({ ...told, at: start + hourMs, stage: 'confirmed' }))).toMatchObject({
      title: '甘沟路积水',
      type: '防汛',
      unit: 'housing',
      level: 'ordinary',
      priority: 'normal',
      stage: 'confirmed',
      feed: 'hotline',
    })
  })

  test('when the upstream closes it, then it is closed and owes a result, which the desk may add', () => {
    const closed = [told, incident({ at: start + minuteMs, stage: 'closed' })]
    expect(only(...closed)).toMatchObject({ stage: 'closed', closedAt: start + minuteMs, result: undefined })
    expect(only(...closed, act({ what: 'closed', result: '水退' }, 5))).toMatchObject({ closedAt: start + minuteMs, result: '水退' })
  })

  test('when the desk has closed it and the upstream goes on, then it stays closed and says that it is contradicted', () => {
    const facts = [told, act({ what: 'closed', result: '水退' }, 1), incident({ at: start + 2 * minuteMs, stage: 'in-progress' })]
    expect(only(...facts)).toMatchObject({ stage: 'closed', contradictedAt: start + 2 * minuteMs })
    expect(only(...facts, incident({ at: start + 3 * minuteMs, stage: 'closed' }))?.contradictedAt).toBeUndefined()
    expect(only(...facts, act({ what: 'reopened', reason: '水又涨' }, 4))).toMatchObject({ stage: 'in-progress', contradictedAt: undefined })
  })

  test('when the desk reopens what the upstream closed, then that closing no longer holds, and a later one does', () => {
    const facts = [told, incident({ at: start + minuteMs, stage: 'closed' }), act({ what: 'reopened', reason: '仍有积水' }, 2)]
    expect(only(...facts)).toMatchObject({ stage: 'in-progress', closedAt: undefined })
    expect(only(...facts, incident({ at: start + 3 * minuteMs, stage: 'closed' }))).toMatchObject({ stage: 'closed', closedAt: start + 3 * minuteMs })
  })

  test('when the desk speaks of one that nobody has told of yet, then it is shown once somebody does', () => {
    const noted = act({ what: 'noted', note: '电话问过' }, 1)
    expect(read(after([noted]))).toEqual([])
    expect(only(noted, told)).toMatchObject({ title: '积水', lines: [{ act: { note: '电话问过' } }] })
  })
})

describe('numbers of incidents', () => {
  test('run by the district’s year, over whatever bears such a number, and survive a restart', () => {
    const newYear = Date.UTC(2026, 11, 31, 16)
    const world = after([act(opened, 0, { id: '事〔2026〕0011' }), incident({ id: '事〔2026〕0012' }), incident({ id: 'E9' })])
    const restored = World.restore(registry, JSON.parse(JSON.stringify(world.dump())))
    for (const each of [world, restored]) {
      expect(each.nextIncidentId('620802', start)).toBe('事〔2026〕0013')
      expect(each.nextIncidentId('620802', newYear - 1)).toBe('事〔2026〕0013')
      expect(each.nextIncidentId('620802', newYear)).toBe('事〔2027〕0001')
      expect(each.nextIncidentId('nowhere', start)).toBeUndefined()
    }
  })
})

describe('given what upstreams tell and what the desk does', () => {
  const told: fc.Arbitrary<IncidentFact> = fc
    .record(
      {
        id: fc.constantFrom('E1', 'E2'),
        at: fc.integer({ min: -12, max: 12 }).map((hours) => start + hours * hourMs),
        stage: fc.constantFrom(...incidentStages),
        priority: fc.constantFrom(...priorities),
        title: fc.constantFrom('积水', '火情'),
        note: fc.constantFrom('到场', '处置'),
      },
      { requiredKeys: ['id', 'at', 'stage'] },
    )
    .map((stated) => ({ kind: 'incident', ...stated }))
  const acts: fc.Arbitrary<IncidentAct> = fc.constantFrom<IncidentAct>(
    opened,
    { what: 'classified', level: 'major', title: '甘沟路' },
    { what: 'confirmed' },
    { what: 'noted', note: '到场' },
    { what: 'merged', into: 'E2' },
    { what: 'split', from: 'E2' },
    plan,
    { what: 'step-done', ...step },
    { what: 'step-skipped', ...step, reason: '不需要' },
    { what: 'step-undone', ...step },
    { what: 'order-wanted', plan: 'drainage', step: 1, order: { text: '抢修' } },
    { what: 'closed', result: '已处置' },
    { what: 'reopened', reason: '复发' },
  )
  const decided = fc
    .tuple(fc.constantFrom('E1', 'E2'), fc.integer({ min: -12, max: 12 }), acts)
    .map(([id, hours, what]) => ({ id, at: start + hours * hourMs, what }))
  const decisions = fc
    .array(decided, { maxLength: 10 })
    .map((list) => list.map(({ id, at, what }, index) => incidentAct(what, { id, at, command: `c${String(index)}` })))

  /** `order` says at which place each of the upstream's facts, each told twice, falls among the desk's. */
  const mixed = (upstream: readonly IncidentFact[], desk: readonly IncidentActFact[], order: readonly number[]): readonly Fact[] => {
    const twice = [...upstream, ...upstream].map((fact, index) => ({
      fact,
      at: (order[index] ?? 0) * desk.length,
      tie: order[index] ?? 0,
    }))
    const own = desk.map((fact, index) => ({ fact, at: index + 0.5, tie: 0 }))
    return [...twice, ...own].sort((one, other) => one.at - other.at || one.tie - other.tie).map(({ fact }) => fact)
  }

  test('when upstreams’ facts come in any order between what the desk decided, each twice, then it ends the same', () => {
    const arrivals = fc.array(told, { maxLength: 8 }).chain((facts) => {
      const orders = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2 * facts.length, maxLength: 2 * facts.length })
      return fc.tuple(fc.constant(facts), decisions, orders)
    })
    fc.assert(
      fc.property(arrivals, ([facts, desk, order]) => {
        expect(read(after(mixed(facts, desk, order), start + dayMs / 2))).toEqual(read(after([...desk, ...facts], start + dayMs / 2)))
      }),
      { numRuns: 400 },
    )
  })

  test('when the world is restored on the way, then it goes on as if nothing had happened', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 6 }), decisions, fc.nat(20), (facts, desk, cut) => {
        const entries: readonly Entry[] = entriesOf([...facts, ...desk].flatMap<Fact>((one) => [one, tick(one.at + 20 * minuteMs)]))
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

  test('then each is a fact as the contract has it', () => {
    fc.assert(
      fc.property(decisions, (desk) => {
        for (const fact of desk) expect(factSchema.safeParse(fact).success).toBe(true)
      }),
    )
  })
})
