import { describe, expect, it } from 'vitest'
import type { Fact, WorkOrderFact } from '../../contract/fact.ts'
import { topicName } from '../../contract/topic.ts'
import type { TopicKind, Topics } from '../../contract/topic.ts'
import { createWorkCalendar } from '../../server/core/working-days.ts'
import { World } from '../../server/core/world.ts'
import { clockFact, entriesOf, incident, tick, workOrder } from '../support/facts.ts'
import { channel, registryWith } from '../support/registry.ts'

/** Work orders as their channel's clock has them: 2 working days, 4 for complex ones, an interim reply moves to 4. Weeks without holidays. */
const days = (workingDays: number) => ({ name: '一类', nameEn: 'Some', workingDays })
const nodes = [
  { stage: 'accepted', share: 0.25 },
  { stage: 'handled', share: 0.75 },
  { stage: 'resolved', share: 1 },
] as const
const clock = { starts: 'received', classes: { normal: days(2), complex: days(4) }, usual: 'normal', nodes: [] } as const
const registry = registryWith({
  calendar: createWorkCalendar([{ year: 2026, source: '', holidays: [], workdays: [] }]),
  channels: [
    channel({ id: 'leader-board', clock: { ...clock, starts: 'dispatched', interim: { workingDays: 4 }, nodes: [] } }),
    channel({ id: 'again', clock: { ...clock, again: { workingDays: 1 }, nodes: [] } }),
    channel({ id: 'nodes', clock: { ...clock, nodes: [...nodes] } }),
  ],
})

const at = (local: string): number => Date.parse(`${local.length === 10 ? `${local}T10:00:00` : local}+08:00`)
const endOf = (text: string): number => Date.parse(`${text}T23:59:59.999+08:00`)

function read<Kind extends TopicKind>(world: World, kind: Kind): readonly Topics[Kind][] {
  const name = topicName(kind, '620802')
  // a topic holds entities of its kind
  return world.read([name])[name] as readonly Topics[Kind][]
}

function told(facts: readonly Fact[], now: string): World {
  const world = new World(registry)
  for (const entry of entriesOf([...facts, tick(at(now))], { at: at(now) })) world.apply(entry)
  return world
}

/** An order received on Monday 2026-03-02 at 10:00, and what else is told of it. */
const monday = '2026-03-02'
const order = (given: Partial<WorkOrderFact> = {}): WorkOrderFact => workOrder({ channel: 'leader-board', at: at(monday), ...given })
const step = (on: string, given: Partial<WorkOrderFact>): WorkOrderFact => ({ kind: 'work-order', id: 'W1', at: at(on), ...given })
const only = (facts: readonly Fact[], now: string) => read(told(facts, now), 'work-orders')[0]

describe('the clock of an order', () => {
  it('starts with its dispatch, and then runs by its class', () => {
    expect(only([order()], monday)).toMatchObject({ startedAt: at(monday), dueAt: endOf('2026-03-04'), dueBasis: 'limit', clock: 'running' })
    const dispatched = [order(), step('2026-03-03', { stage: 'dispatched' })]
    expect(only(dispatched, '2026-03-03')).toMatchObject({ openedAt: at(monday), startedAt: at('2026-03-03'), dueAt: endOf('2026-03-05') })
    const complex = [...dispatched, step('2026-03-04', { stage: 'accepted', class: 'complex' })]
    expect(only(complex, '2026-03-04')).toMatchObject({ class: 'complex', dueAt: endOf('2026-03-09') })
  })

  it('goes by what is usual for an unknown class, which is kept', () => {
    expect(only([order({ class: 'unheard-of' })], monday)).toMatchObject({ class: 'unheard-of', dueAt: endOf('2026-03-04'), dueBasis: 'limit' })
  })

  it('is moved by an interim reply in time', () => {
    const facts = [order(), step('2026-03-04', { stage: 'interim' })]
    expect(only(facts, '2026-03-04')).toMatchObject({ stage: 'interim', dueAt: endOf('2026-03-06'), dueBasis: 'interim', settledAt: undefined })
  })

  it('is moved by an extension in time, whose question is open until it is answered', () => {
    const asked = [order(), step('2026-03-03', { extension: { state: 'asked', until: endOf('2026-03-20') } })]
    expect(only(asked, '2026-03-03')).toMatchObject({ stage: 'received', isExtensionAsked: true, dueAt: endOf('2026-03-04') })
    const refused = [...asked, step('2026-03-04', { extension: { state: 'refused' } })]
    expect(only(refused, '2026-03-04')).toMatchObject({ isExtensionAsked: false, dueAt: endOf('2026-03-04'), dueBasis: 'limit' })
    const granted = [...asked, step('2026-03-04', { extension: { state: 'granted', until: endOf('2026-03-10') } })]
    expect(only(granted, '2026-03-04')).toMatchObject({ isExtensionAsked: false, dueAt: endOf('2026-03-10'), dueBasis: 'extension' })
  })

  it('is not moved back by an extension that ends before the due time', () => {
    const facts = [order(), step('2026-03-03', { extension: { state: 'granted', until: at('2026-03-03') } })]
    expect(only(facts, '2026-03-03')).toMatchObject({ dueAt: endOf('2026-03-04'), dueBasis: 'limit' })
  })

  it('of an order returned before it was closed goes on', () => {
    const facts = [order(), step('2026-03-03', { stage: 'resolved' }), step('2026-03-05', { stage: 'returned' })]
    expect(only(facts, '2026-03-05')).toMatchObject({ settledAt: undefined, dueAt: endOf('2026-03-04'), clock: 'overdue' })
  })

  it('of an order returned after it was closed begins anew, or ends where its channel gives no time for that', () => {
    const facts = (channelId: string) => [
      order({ channel: channelId }),
      step('2026-03-03', { stage: 'closed' }),
      step('2026-03-05', { stage: 'returned' }),
    ]
    expect(only(facts('again'), '2026-03-05')).toMatchObject({ startedAt: at('2026-03-05'), dueAt: endOf('2026-03-06'), dueBasis: 'again' })
    expect(only(facts('leader-board'), '2026-03-09')).toMatchObject({ startedAt: at(monday), dueAt: undefined, dueBasis: 'none', clock: 'none' })
  })

  it('marks the first node that was not reached in time', () => {
    // 62 working hours from Monday 10:00: a quarter on Tuesday 01:30, three quarters on Wednesday 08:30
    const facts = [order({ channel: 'nodes' })]
    expect(only(facts, '2026-03-03T01:30:00')).toMatchObject({ lateNode: undefined, clock: 'running' })
    expect(only(facts, '2026-03-03T01:30:01')).toMatchObject({ lateNode: 'accepted', clock: 'running' })
    const accepted = [...facts, step('2026-03-03T02:00:00', { stage: 'accepted' })]
    expect(only(accepted, '2026-03-04T08:30:00')).toMatchObject({ lateNode: undefined })
    expect(only(accepted, '2026-03-04T08:31:00')).toMatchObject({ lateNode: 'handled' })
    const handled = [...accepted, step('2026-03-04T08:00:00', { stage: 'handled' })]
    expect(only(handled, '2026-03-04T23:00:00')).toMatchObject({ lateNode: undefined, clock: 'last-day' })
    expect(only(handled, '2026-03-05')).toMatchObject({ lateNode: 'resolved', clock: 'overdue' })
    // returned by the reviewer: to be handled again
    expect(only([...handled, step('2026-03-04T09:00:00', { stage: 'returned' })], '2026-03-04T09:00:00')).toMatchObject({ lateNode: 'handled' })
    expect(read(told(facts, '2026-03-03T02:00:00'), 'channels').find(({ id }) => id === 'nodes')).toMatchObject({ lateNodes: 1, open: 1, overdue: 0 })
  })

  it('says that it counted beyond the last calendar', () => {
    expect(only([order({ at: at('2026-12-31') })], '2026-12-31')).toMatchObject({ isProvisional: true, dueAt: endOf('2027-01-04') })
  })

  it('remembers what decides it however often an order is sent round after that, in any order', () => {
    const early = [
      order(),
      step('2026-03-03', { stage: 'dispatched' }),
      step('2026-03-04', { stage: 'interim' }),
      step('2026-03-05', { stage: 'closed' }),
      step('2026-03-06', { stage: 'returned' }),
    ]
    const afterwards = Array.from({ length: 600 }, (_, minute) =>
      step('2026-03-07', { at: at('2026-03-07') + minute * 60_000, stage: (['accepted', 'dispatched', 'closed', 'returned'] as const)[minute % 4] }),
    )
    const all = [...early, ...afterwards]
    const now = '2026-03-09'
    const counts = (facts: readonly Fact[]) => read(told(facts, now), 'channels').find(({ id }) => id === 'leader-board')
    // counted by its first handling, closed in time: the limit is of the dispatch, moved by the interim reply
    expect(counts(early)).toMatchObject({ open: 1, dueThisMonth: 1, onTimeThisMonth: 1 })
    for (const facts of [all, [...all].reverse()]) {
      expect(only(facts, now)).toMatchObject({ stage: 'returned', openedAt: at(monday), startedAt: at('2026-03-03'), settledAt: undefined })
      expect(counts(facts)).toEqual(counts(early))
    }
  })

  it('and the stage agree: what is told of a settled order, but its return, moves neither', () => {
    const settled = [order(), step('2026-03-03', { stage: 'resolved' })]
    for (const stage of ['dispatched', 'accepted', 'interim', 'handled'] as const)
      expect(only([...settled, step('2026-03-04', { stage })], '2026-03-04')).toMatchObject({ stage: 'resolved', clock: 'settled' })
    expect(only([...settled, step('2026-03-04', { stage: 'closed' })], '2026-03-04')).toMatchObject({ stage: 'closed', clock: 'settled' })
    const again = [...settled, step('2026-03-04', { stage: 'returned' }), step('2026-03-04T11:00:00', { stage: 'dispatched' })]
    expect(only(again, '2026-03-04T11:00:00')).toMatchObject({ stage: 'dispatched', settledAt: undefined })
  })

  it('of an order closed before it was received stands still, and nothing of it is lost', () => {
    const facts = [order({ title: '路灯' }), step('2026-02-27', { stage: 'closed' })]
    expect(only(facts, monday)).toMatchObject({
      title: '路灯',
      stage: 'closed',
      openedAt: at('2026-02-27'),
      startedAt: at('2026-02-27'),
      settledAt: at('2026-02-27'),
      isSettledBeforeReceipt: true,
      clock: 'settled',
    })
  })

  it('of an order closed before it was received counts as due and not as in time, in whatever order both came', () => {
    const facts = [order(), step('2026-02-27', { stage: 'closed' })]
    const counted = (given: readonly Fact[]) => {
      const world = told(given, '2026-03-06')
      return [read(world, 'work-orders')[0]?.isSettledBeforeReceipt, read(world, 'channels').find(({ id }) => id === 'leader-board')]
    }
    for (const given of [facts, [...facts].reverse()])
      expect(counted(given)).toMatchObject([true, { dueThisMonth: 1, onTimeThisMonth: 0, open: 0, overdue: 0 }])
    // told again as received before that, it is as any other
    expect(counted([...facts, order({ at: at('2026-02-26') })])).toMatchObject([false, {}])
    // an upstream that tells of no receipt contradicts nothing
    expect(counted(facts.slice(1))).toMatchObject([false, {}])
  })
})

describe('a rating', () => {
  it('is the latest answer, and no call in vain undoes it', () => {
    const facts = [order(), step('2026-03-03', { rating: 'dissatisfied' }), step('2026-03-04', { rating: 'unreached' })]
    expect(only(facts, '2026-03-05')).toMatchObject({ rating: 'dissatisfied', stage: 'received' })
    expect(only([...facts, step('2026-03-05', { rating: 'satisfied' })], '2026-03-05')).toMatchObject({ rating: 'satisfied' })
    expect(only([order(), step('2026-03-04', { rating: 'declined' })], '2026-03-05')).toMatchObject({ rating: 'declined' })
  })
})

describe('while the time is not trusted', () => {
  const untrusted = clockFact({ at: at('2026-03-05'), isTrusted: false, driftMs: 90_000 })
  const trusted = clockFact({ at: at('2026-03-06'), isTrusted: true, driftMs: 300 })
  const facts: readonly Fact[] = [
    order(),
    order({ id: 'W2', channel: 'nodes' }),
    incident({ at: at(monday), dueAt: at('2026-03-04') }),
    incident({ id: 'E2', at: at(monday), dueAt: at('2026-03-20') }),
  ]
  const clocks = (world: World) => [...read(world, 'work-orders'), ...read(world, 'incidents')].map((each) => each.clock)

  it('nothing more is overdue, and no further node late: it is unsure; when trust returns all is set right', () => {
    const meanwhile = [...entriesOf([...facts, clockFact({ ...untrusted, at: at('2026-03-03T00:30:00') }), tick(at('2026-03-05'))])]
    const world = new World(registry)
    for (const entry of meanwhile) world.apply(entry)
    expect(clocks(world)).toEqual(['unsure', 'unsure', 'unsure', 'running'])
    expect(read(world, 'channels').map(({ overdue, lateNodes, open }) => [overdue, lateNodes, open])).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 1],
      [0, 0, 1],
    ])
    expect(read(world, 'clock')).toMatchObject([{ id: 'clock', driftMs: 90_000, isTrusted: false, since: at('2026-03-03T00:30:00') }])
    world.apply({ seq: world.seq + 1, at: at('2026-03-06'), feed: 'system', fact: trusted })
    expect(clocks(world)).toEqual(['overdue', 'overdue', 'overdue', 'running'])
    expect(read(world, 'work-orders')[1]?.lateNode).toBe('accepted')
  })

  it('what was overdue before stays overdue, counts as due and late, and no rate is the better for it', () => {
    const settled = [order({ id: 'W3' }), step('2026-03-03', { id: 'W3', stage: 'closed' })]
    const before = told([...facts, ...settled], '2026-03-05')
    const counted = (world: World) => read(world, 'channels').map(({ id, ...summary }) => ({ ...summary, id, asOf: 0 }))
    expect(clocks(before).sort()).toEqual(['overdue', 'overdue', 'overdue', 'running', 'settled'])
    expect(counted(before).find(({ id }) => id === 'leader-board')).toMatchObject({ overdue: 1, dueThisMonth: 2, onTimeThisMonth: 1 })
    const lost = told([...facts, ...settled, untrusted], '2026-03-05')
    expect([clocks(lost), counted(lost)]).toEqual([clocks(before), counted(before)])
    const restored = World.restore(registry, JSON.parse(JSON.stringify(lost.dump())))
    restored.apply({ seq: lost.seq + 1, at: at('2026-03-06'), feed: 'system', fact: tick(at('2026-03-06')) })
    expect(clocks(restored)).toEqual(clocks(before))
  })

  it('a clock that ran ahead has made nothing overdue that truly was not yet', () => {
    // due at the end of Wednesday; our clock jumps from Tuesday to Thursday, and says so ten seconds later
    const ahead = [
      tick(at('2026-03-03')),
      tick(at('2026-03-05')),
      clockFact({ ...untrusted, at: at('2026-03-05T10:00:10'), driftMs: 2 * 86_400_000 }),
    ]
    const world = new World(registry)
    for (const entry of entriesOf([order(), ...ahead])) world.apply(entry)
    expect(clocks(world)).toEqual(['unsure'])
  })

  it('the same holds for what falls due meanwhile, and after a restart', () => {
    const world = told([untrusted, ...facts], '2026-03-05')
    const restored = World.restore(registry, JSON.parse(JSON.stringify(world.dump())))
    expect(clocks(restored)).toEqual(['unsure', 'unsure', 'unsure', 'running'])
    expect(read(restored, 'clock')).toEqual(read(world, 'clock'))
    restored.apply({ seq: world.seq + 1, at: at('2026-03-06'), feed: 'system', fact: trusted })
    expect(clocks(restored)).toEqual(['overdue', 'overdue', 'overdue', 'running'])
  })

  it('says since when it has been so, not since it was last compared', () => {
    const later = clockFact({ at: at('2026-03-06'), isTrusted: false, driftMs: 95_000 })
    expect(read(told([untrusted, later], '2026-03-06'), 'clock')).toMatchObject([{ driftMs: 95_000, since: at('2026-03-05') }])
  })
})
