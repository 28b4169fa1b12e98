import { describe, expect, it } from 'vitest'
import type { ChannelDefinition, SectorDefinition, ThemeDefinition } from '../../contract/configuration.ts'
import type { RankedUnit, RankingState } from '../../contract/decision.ts'
import type { ChannelSummary, ClockState, InputState, OrderType, SubdistrictSummary, WorkOrder, WorkOrderTotals } from '../../contract/topic.ts'
import { channelColumns, channelFacts, channelLines } from '../../client/src/panels/channels/model.ts'
import { sectorLines } from '../../client/src/panels/gathering/model.ts'
import { intakeCurve } from '../../client/src/panels/hourly-intake/model.ts'
import { focusOf } from '../../client/src/panels/incident-focus/model.ts'
import { incidentLines, pinnedIncidents, rankIncidents } from '../../client/src/panels/incidents.ts'
import { latestOrders, orderCounts } from '../../client/src/panels/latest-orders/model.ts'
import { clockCounts, orderLines, pinnedOrders, pressingOrders } from '../../client/src/panels/order-clocks/model.ts'
import { subdistrictLines } from '../../client/src/panels/orders-by-subdistrict/model.ts'
import { apart, cutTies, ends, monthOf, shownMonth, waitingMonth } from '../../client/src/panels/ranking/model.ts'
import { risingLines } from '../../client/src/panels/rising-types/model.ts'
import { themeCycles, themesWithCases } from '../../client/src/panels/themes/model.ts'
import { totalColumn } from '../../client/src/panels/totals/model.ts'
import { shownIncident } from '../support/shown-incident.ts'

const now = Date.parse('2026-11-20T14:32:00+08:00')
const hour = 3_600_000

const order = (id: string, over: Partial<WorkOrder> = {}): WorkOrder => ({
  id,
  channel: 'hotline-12345',
  title: id,
  type: '噪声',
  unit: undefined,
  subdistrict: undefined,
  place: undefined,
  stage: 'received',
  class: '',
  openedAt: now - hour,
  startedAt: now - hour,
  dueAt: undefined,
  dueBasis: 'none',
  isProvisional: false,
  isExtensionAsked: false,
  lateNode: undefined,
  isSettledBeforeReceipt: false,
  rating: undefined,
  settledAt: undefined,
  clock: 'running',
  feed: 'hotline',
  ...over,
})

describe('channels', () => {
  const channel = (id: string, district = 'd'): ChannelDefinition => ({ id, name: id, shortName: id, nameEn: id, limits: '', limitsEn: '', district })
  const summary = (id: string, over: Partial<ChannelSummary> = {}): [string, ChannelSummary] => [
    id,
    {
      id,
      open: 3,
      dueSoon: 3,
      overdue: 1,
      lastDay: 1,
      lateNodes: 0,
      dueThisMonth: 8,
      onTimeThisMonth: 6,
      ratedThisMonth: 0,
      satisfiedThisMonth: 0,
      basicallySatisfiedThisMonth: 0,
      receivedToday: 0,
      settledToday: 0,
      nextDueAt: now + hour,
      asOf: now,
      ...over,
    },
  ]
  it('keep the configured order, and only the district’s own', () => {
    const lines = channelLines([channel('b'), channel('a'), channel('x', 'other')], new Map([summary('a')]), 'd')
    expect(lines.map(({ definition }) => definition.id)).toEqual(['b', 'a'])
    expect(lines[1]).toEqual({
      definition: channel('a'),
      open: 3,
      dueSoon: 3,
      reminder: 2,
      lastDay: 1,
      overdue: 1,
      lateNodes: 0,
      onTime: 0.75,
      satisfaction: undefined,
      nextDueAt: now + hour,
    })
  })
  it('have no rate where nothing was due or nobody was asked: nought of nothing is not 0 %', () => {
    expect(channelLines([channel('b')], new Map(), 'd')[0]).toMatchObject({
      open: 0,
      onTime: undefined,
      satisfaction: undefined,
      nextDueAt: undefined,
    })
  })
  it('count the basically satisfied as satisfied, as the indicators beside them do', () => {
    const rated = { ratedThisMonth: 10, satisfiedThisMonth: 6, basicallySatisfiedThisMonth: 2 }
    expect(channelLines([channel('a')], new Map([summary('a', rated)]), 'd')[0]?.satisfaction).toBe(0.8)
  })
  it('give up columns as room falls, due soon never, and leave out those that say nothing', () => {
    const lines = channelLines([channel('a')], new Map([summary('a', { lateNodes: 1, ratedThisMonth: 4, satisfiedThisMonth: 4 })]), 'd')
    const plain = channelLines([channel('a')], new Map([summary('a')]), 'd')
    const columns = (room: number, of = lines) => [...channelColumns(room, () => 1, of)]
    expect(columns(0)).toEqual(['dueSoon'])
    expect(columns(2)).toEqual(['limits', 'dueSoon'])
    expect(columns(5)).toEqual(['limits', 'lateNodes', 'satisfaction', 'nextDue', 'dueSoon'])
    expect(columns(6)).toEqual(['limits', 'lateNodes', 'satisfaction', 'nextDue', 'reminder', 'lastDay'])
    expect(columns(9, plain)).toEqual(['limits', 'nextDue', 'reminder', 'lastDay'])
    expect(channelFacts(9, lines)).toEqual(['open', 'dueSoon', 'overdue', 'lateNodes', 'satisfaction'])
    expect(channelFacts(1, lines)).toEqual(['open', 'dueSoon', 'overdue'])
    expect(channelFacts(9, plain)).toEqual(['open', 'dueSoon', 'overdue'])
  })
})

describe('a ranking', () => {
  const entry = (unit: string, rank: number | undefined, standing: RankedUnit['standing'] = 'ranked'): RankedUnit => ({
    unit,
    standing,
    rank,
    value: rank === undefined ? undefined : 100 - rank,
    sample: 20,
    interval: undefined,
    risen: undefined,
    reason: undefined,
  })
  const month = (name: string, state: RankingState['state'], over: Partial<RankingState> = {}): RankingState => ({
    id: `r/${name}`,
    ranking: 'r',
    month: name,
    state,
    publishedAt: undefined,
    publishedBy: undefined,
    rows: [],
    corrections: [],
    asOf: now,
    ...over,
  })
  it('shows the latest published month, else the latest that has ended, else the running one, and only its own', () => {
    const published = [month('2026-09', 'published'), month('2026-10', 'published'), month('2026-11', 'running')]
    expect(shownMonth([...published, month('2026-12', 'published', { ranking: 'other' })], 'r')?.month).toBe('2026-10')
    expect(shownMonth([month('2026-09', 'ended'), month('2026-10', 'ended'), month('2026-11', 'running')], 'r')?.month).toBe('2026-10')
    expect(shownMonth([month('2026-11', 'running')], 'r')?.month).toBe('2026-11')
    expect(shownMonth([month('2026-09', 'ended')], 'r')?.month).toBe('2026-09')
    expect(shownMonth(published, 'unknown')).toBeUndefined()
    expect(monthOf(month('2026-09', 'ended'))).toBe(9)
  })
  it('says that a later month has ended and waits to be published', () => {
    const months = [
      month('2026-10', 'published'),
      month('2026-11', 'ended'),
      month('2026-12', 'running'),
      month('2026-11', 'ended', { ranking: 'o' }),
    ]
    expect(waitingMonth(months, month('2026-10', 'published'))?.month).toBe('2026-11')
    expect(waitingMonth(months, month('2026-11', 'ended'))).toBeUndefined()
  })
  it('says how many share a rank of which not everyone is shown', () => {
    const rows = [entry('a', 1), entry('b', 1), entry('c', 1), entry('d', 4), entry('e', 5), entry('f', 5)]
    expect(cutTies({ rows }, rows.slice(0, 2))).toEqual([{ rank: 1, units: 3 }])
    expect(cutTies({ rows }, [...rows.slice(0, 3), entry('f', 5)])).toEqual([{ rank: 5, units: 2 }])
    expect(cutTies({ rows }, rows)).toEqual([])
  })
  it('shows the first and the last, nobody twice, and those that are not ranked apart', () => {
    const rows = [entry('a', 1), entry('b', 1), entry('c', 3), entry('d', 4), entry('e', undefined, 'small-sample'), entry('f', undefined, 'exempt')]
    const { top, bottom } = ends({ rows }, 3)
    expect([...top, ...bottom].map(({ unit }) => unit)).toEqual(['a', 'b', 'c', 'd'])
    expect(ends({ rows }, 1).bottom.map(({ unit }) => unit)).toEqual(['d'])
    expect(apart({ rows })).toEqual({ 'small-sample': 1, 'no-requests': 0, exempt: 1 })
  })
})

const inputState = (input: string, of: string, value: number, start?: number): [string, InputState] => [
  `${input}/${of}`,
  { id: `${input}/${of}`, input, of, value, start, observedAt: now, receivedAt: now, corrected: undefined, feed: 'f' },
]

describe('themes', () => {
  const theme = (id: string, no: number, cycle: ThemeDefinition['cycle'], district = 'd'): ThemeDefinition => ({
    id,
    no,
    cycle,
    name: id,
    shortName: id,
    nameEn: id,
    district,
  })
  const definitions = [
    theme('birth', 9, 'individual'),
    theme('b', 2, 'enterprise'),
    theme('a', 1, 'enterprise'),
    theme('x', 1, 'enterprise', 'other'),
  ]
  const states = new Map([
    inputState('cases', 'a', 40),
    inputState('cases_online', 'a', 30),
    inputState('cases', 'b', 0),
    inputState('cases_online', 'b', 0),
  ])
  const cycles = themeCycles(definitions, states, { input: 'cases', district: 'd' })
  it('stand in their two cycles by number, with cases and the share handled online', () => {
    expect(cycles.map(({ cycle, lines }) => [cycle, lines.map(({ theme: { id }, state, online }) => [id, state?.value, online])])).toEqual([
      [
        'enterprise',
        [
          ['a', 40, 0.75],
          ['b', 0, undefined],
        ],
      ],
      ['individual', [['birth', undefined, undefined]]],
    ])
  })
  it('count as handled with at least one case', () => {
    expect(themesWithCases(cycles)).toEqual({ n: 1, all: 3 })
  })
})

describe('data gathered by sector', () => {
  const sector = (id: string, district = 'd'): SectorDefinition => ({ id, name: id, shortName: id, nameEn: id, district })
  const growth = (gather: 'last' | 'sum') =>
    sectorLines(
      [sector('a'), sector('b'), sector('c'), sector('x', 'other')],
      new Map([inputState('records', 'a', 120, 100), inputState('records', 'b', 70)]),
      { id: 'records', gather },
      'd',
    ).map(({ sector: { id }, growth: grown }) => [id, grown])
  it('has grown since the start of the year, where that is known: never from nought', () => {
    expect(growth('last')).toEqual([
      ['a', 20],
      ['b', undefined],
      ['c', undefined],
    ])
  })
  it('adds up what comes in parts', () => {
    expect(growth('sum')[1]).toEqual(['b', 70])
  })
})

describe('rising types', () => {
  const type = (id: string, receivedToday: number, usualByNow: number | undefined, isRising = true): OrderType => ({
    id,
    receivedToday,
    usualByNow,
    isRising,
  })
  it('are those that the server found to rise, the farthest beyond their usual first', () => {
    const types = [type('few', 5, 1), type('heating', 47, 18), type('noise', 90, 88, false), type('new', 9, undefined), type('never', 6, 0)]
    expect(risingLines(types, 9)).toEqual([
      { id: 'heating', today: 47, usual: 18, times: 47 / 18 },
      { id: 'new', today: 9, usual: undefined, times: undefined },
      { id: 'never', today: 6, usual: 0, times: undefined },
      { id: 'few', today: 5, usual: 1, times: undefined },
    ])
    expect(risingLines(types, 1).map(({ id }) => id)).toEqual(['heating'])
    expect(risingLines([type('noise', 90, 88, false)], 9)).toEqual([])
  })
})

describe('today by subdistrict', () => {
  const summary = (id: string, receivedToday: number, usualByNow?: number): SubdistrictSummary => ({
    id,
    open: 0,
    overdue: 0,
    receivedToday,
    usualByNow,
    topType: undefined,
    topTypeCount: 0,
  })
  it('measures bars and ticks on one scale from nought', () => {
    const lines = subdistrictLines([summary('a', 10, 40), summary('b', 20)], 5)
    expect(lines.map(({ id, bar, usual }) => [id, bar, usual])).toEqual([
      ['b', 0.5, undefined],
      ['a', 0.25, 1],
    ])
  })
  it('keeps to its room, and leaves out those with nothing', () => {
    expect(subdistrictLines([summary('a', 3), summary('b', 2), summary('c', 0)], 1).map(({ id }) => id)).toEqual(['a'])
  })
})

describe('intake by hour', () => {
  const received = [4, 6, 10, ...new Array<number>(21).fill(0)]
  it('draws only hours that are over', () => {
    expect(intakeCurve({ received, usual: [] }, 2).today).toEqual([
      [0, 4],
      [1, 6],
    ])
  })
  it('compares complete hours only', () => {
    const usual = new Array<number>(24).fill(4)
    expect(intakeCurve({ received, usual }, 2)).toMatchObject({ total: 20, change: 0.25 })
    expect(intakeCurve({ received, usual: [] }, 2)).toMatchObject({ usually: undefined, change: undefined })
    // 10 against the usual 4 are no +150 %
    expect(intakeCurve({ received, usual: new Array<number>(24).fill(2) }, 2)).toMatchObject({ usually: 4, change: undefined })
  })
})

describe('pinnedIncidents', () => {
  const ranked = (...priorities: readonly ('urgent' | 'normal')[]) =>
    rankIncidents(priorities.map((priority, index) => shownIncident({ id: String(index), priority })))

  it('are the urgent ones, in half of a page at most', () => {
    expect(pinnedIncidents(ranked('normal', 'urgent', 'normal'), 6)).toBe(1)
    expect(pinnedIncidents(ranked('urgent', 'urgent', 'urgent', 'urgent'), 6)).toBe(3)
    expect(pinnedIncidents(ranked('urgent'), 1)).toBe(0)
  })
})

describe('pinnedOrders', () => {
  it('are the overdue ones, in at most half of a page', () => {
    const orders = ['a', 'b', 'c'].map((id) => order(id, { clock: 'overdue' }))
    const pressing = pressingOrders([...orders, order('d', { clock: 'last-day' })])
    expect(pinnedOrders(pressing, 10).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(pinnedOrders(pressing, 5).map(({ id }) => id)).toEqual(['a', 'b'])
    expect(pinnedOrders(pressing, 1)).toEqual([])
  })
})

describe('totals', () => {
  const totals = (counts: Record<string, number>): WorkOrderTotals => ({ id: 'type', counts })
  it('count what they have no room for', () => {
    const column = totalColumn(totals({ a: 1, b: 5, c: 3, d: 2 }), 3)
    expect(column.rows.map(({ key }) => key)).toEqual(['b', 'c'])
    expect(column.others).toEqual({ kinds: 2, count: 3 })
  })
  it('show all that fit, without a row for others', () => {
    expect(totalColumn(totals({ a: 1, b: 5 }), 2)).toMatchObject({ others: undefined })
    expect(totalColumn(undefined, 2)).toEqual({ rows: [], others: undefined })
  })
  it('count orders with and without a place', () => {
    const place: WorkOrderTotals = { id: 'place', counts: { located: 9_500, unlocated: 499 } }
    expect(orderCounts(new Map([['place', place]]))).toEqual({ total: 9_999, located: 9_500, unlocated: 499 })
    expect(orderCounts(new Map())).toEqual({ total: 0, located: 0, unlocated: 0 })
  })
})

describe('latest orders', () => {
  it('put the last opened first and keep to their room', () => {
    const orders = [order('a', { openedAt: 1 }), order('b', { openedAt: 3 }), order('c', { openedAt: 2 })]
    expect(latestOrders(orders, 2).map(({ id }) => id)).toEqual(['b', 'c'])
  })
})

describe('orders by their clocks', () => {
  const clocked = (id: string, clock: ClockState, dueAt?: number): WorkOrder => order(id, { clock, dueAt })
  it('put the most pressing first, orders without a due time last, settled ones nowhere', () => {
    const orders = [
      clocked('none', 'none'),
      clocked('later', 'running', now + 9 * hour),
      clocked('sooner', 'running', now + 2 * hour),
      clocked('over', 'overdue', now - hour),
      clocked('longest over', 'overdue', now - 9 * hour),
      clocked('last', 'last-day', now + hour),
      order('done', { settledAt: now, clock: 'settled' }),
    ]
    expect(pressingOrders(orders).map(({ id }) => id)).toEqual(['longest over', 'over', 'last', 'sooner', 'later', 'none'])
    expect(clockCounts(orders)).toEqual({ overdue: 2, unsure: 0, 'last-day': 1, reminder: 0 })
  })
  it('put one that a doubtful clock holds back behind the overdue, half before the rest', () => {
    const orders = [
      clocked('running', 'running', now),
      clocked('half', 'half', now),
      clocked('unsure', 'unsure', now - 9 * hour),
      clocked('over', 'overdue', now),
    ]
    expect(pressingOrders(orders).map(({ id }) => id)).toEqual(['over', 'unsure', 'half', 'running'])
    expect(clockCounts(orders)).toMatchObject({ overdue: 1, unsure: 1 })
  })
  it('say what bears on their clocks, and are hatched where it is not the last word', () => {
    const over = { clock: 'unsure', lateNode: 'handled', isExtensionAsked: true, isProvisional: true, dueBasis: 'extension' } as const
    const [line, interim, plain] = orderLines(
      [{ ...clocked('a', 'unsure', now), ...over }, { ...clocked('b', 'running', now), dueBasis: 'interim' }, clocked('c', 'running', now)],
      now,
    )
    expect(line?.notes).toEqual(['unsure', 'lateNode.handled', 'extensionAsked', 'provisional', 'extended'])
    expect(line?.face).toMatchObject({ tone: 'plain', isHatched: true })
    const [contradicted] = orderLines([{ ...clocked('d', 'running', now), isSettledBeforeReceipt: true }], now)
    expect(contradicted?.notes).toEqual(['settledBeforeReceipt'])
    expect(interim?.notes).toEqual(['interim'])
    expect(plain).toMatchObject({ notes: [], face: { isHatched: false } })
  })
  it('run from when they started, not from when they came in', () => {
    const [line] = orderLines([{ ...clocked('a', 'running', now + hour), openedAt: now - 99 * hour, startedAt: now - hour }], now)
    expect(line?.face.share).toBe(0.5)
  })
  it('carry their clocks', () => {
    const [line] = orderLines([clocked('over', 'overdue', now - hour / 2)], now)
    expect(line?.face).toMatchObject({ tone: 'red', leftMs: -hour / 2 })
  })
})

describe('incidents', () => {
  const incident = shownIncident({
    id: 'e1',
    priority: 'important',
    stage: 'confirmed',
    reportedAt: now - hour,
    dueAt: now + hour,
    clock: 'running',
    steps: [
      { at: now - hour, stage: 'reported', note: 'n1' },
      { at: now - hour / 2, stage: 'confirmed', note: undefined },
    ],
  })
  it('are numbered as on the map, with the shape of their priority', () => {
    expect(incidentLines([incident, { ...incident, id: 'e2', priority: 'urgent' }], now)).toMatchObject([
      { no: 1, glyph: 'orange', elapsedMs: hour },
      { no: 2, glyph: 'red' },
    ])
  })
  it('focus on the first, keeping the latest steps there is room for', () => {
    expect(focusOf([incident], undefined, now, 9)).toMatchObject({ elapsedMs: hour, confirmMs: hour / 2, face: { share: 0.5 } })
    expect(focusOf([incident], undefined, now, 1)?.course.map((step) => (step.line === undefined ? step.stage : ''))).toEqual(['confirmed'])
    expect(focusOf([], 'e1', now, 9)).toBeUndefined()
  })
})
