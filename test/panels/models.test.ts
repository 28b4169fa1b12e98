import { describe, expect, it } from 'vitest'
import type { ChannelDefinition, UnitDefinition } from '../../contract/configuration.ts'
import type { ClockState, Incident, SubdistrictSummary, WorkOrder, WorkOrderTotals } from '../../contract/topic.ts'
import { channelLines } from '../../client/src/panels/channels/model.ts'
import { growthCurve } from '../../client/src/panels/growth/model.ts'
import { intakeCurve } from '../../client/src/panels/hourly-intake/model.ts'
import { focusOf } from '../../client/src/panels/incident-focus/model.ts'
import { incidentLines } from '../../client/src/panels/incidents.ts'
import { latestOrders, orderCounts } from '../../client/src/panels/latest-orders/model.ts'
import { clockCounts, orderLines, pinnedOrders, pressingOrders } from '../../client/src/panels/order-clocks/model.ts'
import { subdistrictLines } from '../../client/src/panels/orders-by-subdistrict/model.ts'
import { ends, rank } from '../../client/src/panels/ranking/model.ts'
import { totalColumn } from '../../client/src/panels/totals/model.ts'

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
  openedAt: now - hour,
  dueAt: undefined,
  settledAt: undefined,
  clock: 'running',
  feed: 'hotline',
  ...over,
})

describe('channels', () => {
  const channel = (id: string, district = 'd'): ChannelDefinition => ({ id, name: id, shortName: id, nameEn: id, limits: '', limitsEn: '', district })
  const summary = { id: 'a', open: 3, dueSoon: 1, overdue: 1, dueThisMonth: 8, onTimeThisMonth: 6, receivedToday: 0, settledToday: 0, asOf: now }
  it('keep the configured order, and only the district’s own', () => {
    const lines = channelLines([channel('b'), channel('a'), channel('x', 'other')], new Map([['a', summary]]), 'd')
    expect(lines.map(({ definition }) => definition.id)).toEqual(['b', 'a'])
    expect(lines[1]).toMatchObject({ open: 3, overdue: 1, onTime: 0.75 })
  })
  it('have no rate where nothing was due: nought of nothing is not 0 %', () => {
    expect(channelLines([channel('b')], new Map(), 'd')[0]).toMatchObject({ open: 0, onTime: undefined })
  })
})

describe('ranking', () => {
  const unit = (id: string, group: UnitDefinition['group'] = 'subdistrict'): UnitDefinition => ({
    id,
    name: id,
    shortName: id,
    nameEn: id,
    group,
    district: 'd',
  })
  const summary = (id: string, due: number, onTime: number) => [id, { id, open: 0, overdue: 0, dueThisMonth: due, onTimeThisMonth: onTime }] as const
  const group = { district: 'd', group: 'subdistrict', minimumSample: 10 } as const

  it('compares peers only, best share first', () => {
    const { ranked } = rank(
      [unit('a'), unit('b'), unit('dep', 'department')],
      new Map([summary('a', 20, 10), summary('b', 20, 20), summary('dep', 50, 50)]),
      group,
    )
    expect(ranked.map(({ unit: { id }, place }) => [id, place])).toEqual([
      ['b', 1],
      ['a', 2],
    ])
  })
  it('lets equal shares share a place, and counts on behind them', () => {
    const { ranked } = rank(
      ['a', 'b', 'c'].map((id) => unit(id)),
      new Map([summary('a', 10, 9), summary('b', 20, 18), summary('c', 10, 5)]),
      group,
    )
    expect(ranked.map(({ unit: { id }, place }) => [id, place])).toEqual([
      ['b', 1],
      ['a', 1],
      ['c', 3],
    ])
  })
  it('sets units with too few orders apart, even without any', () => {
    const { ranked, tooFew } = rank([unit('a'), unit('b')], new Map([summary('a', 9, 9)]), group)
    expect(ranked).toEqual([])
    expect(tooFew.map(({ id }) => id)).toEqual(['a', 'b'])
  })
  it('shows nobody twice when first and last meet', () => {
    const { ranked } = rank(
      ['a', 'b', 'c', 'd'].map((id) => unit(id)),
      new Map(['a', 'b', 'c', 'd'].map((id, index) => summary(id, 20, 20 - index))),
      group,
    )
    const { top, bottom } = ends(ranked, 3)
    expect([...top, ...bottom].map(({ unit: { id } }) => id)).toEqual(['a', 'b', 'c', 'd'])
    expect(ends(ranked, 1).bottom.map(({ unit: { id } }) => id)).toEqual(['d'])
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
    expect(intakeCurve({ received, usual: [] }, 2).change).toBeUndefined()
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
    expect(clockCounts(orders)).toEqual({ overdue: 2, 'last-day': 1, reminder: 0 })
  })
  it('carry their clocks', () => {
    const [line] = orderLines([clocked('over', 'overdue', now - hour / 2)], now)
    expect(line?.face).toMatchObject({ tone: 'red', leftMs: -hour / 2 })
  })
})

describe('incidents', () => {
  const incident: Incident = {
    id: 'e1',
    title: 't',
    type: 'y',
    priority: 'important',
    stage: 'confirmed',
    unit: undefined,
    subdistrict: undefined,
    place: undefined,
    reportedAt: now - hour,
    closedAt: undefined,
    dueAt: now + hour,
    clock: 'running',
    steps: [
      { at: now - hour, stage: 'reported', note: 'n1' },
      { at: now - hour / 2, stage: 'confirmed', note: undefined },
    ],
    feed: 'hotline',
  }
  it('are numbered as on the map, with the shape of their priority', () => {
    expect(incidentLines([incident, { ...incident, id: 'e2', priority: 'urgent' }], now)).toMatchObject([
      { no: 1, glyph: 'orange', elapsedMs: hour },
      { no: 2, glyph: 'red' },
    ])
  })
  it('focus on the first, keeping the latest steps there is room for', () => {
    expect(focusOf([incident], now, 9)).toMatchObject({ elapsedMs: hour, confirmMs: hour / 2, face: { share: 0.5 } })
    expect(focusOf([incident], now, 1)?.steps.map(({ stage }) => stage)).toEqual(['confirmed'])
    expect(focusOf([], now, 9)).toBeUndefined()
  })
})

describe('growth', () => {
  const state = {
    id: 'i',
    value: 300,
    numerator: undefined,
    denominator: undefined,
    observedAt: Date.parse('2026-12-31T12:00:00+08:00'),
    receivedAt: now,
    corrected: undefined,
    trend: [
      { at: Date.parse('2026-07-01T12:00:00+08:00'), value: 100 },
      { at: Date.parse('2026-12-31T12:00:00+08:00'), value: 300 },
    ],
    expected: 365,
    gap: -65,
    assessment: 'watch',
    feed: 'f',
  } as const
  const target = { shape: 'count', value: 365, wording: '365' } as const
  it('draws a cumulative pace as it was on each day, however old the last reading is', () => {
    // what was expected stands for the day it is looked at, 200 days after the last of these readings
    const trend = [
      { at: Date.parse('2026-01-10T12:00:00+08:00'), value: 10 },
      { at: Date.parse('2026-06-14T12:00:00+08:00'), value: 100 },
    ]
    const late = { ...state, observedAt: trend[1]?.at ?? 0, trend, expected: 365 }
    const { actual, pace } = growthCurve({ pace: 'cumulative', scale: 10, target }, late, 'Asia/Shanghai')
    expect(actual.map(([, value]) => value)).toEqual([1, 10])
    expect(pace.map(([, value]) => Math.round(value * 10))).toEqual([10, 165])
  })
  it('draws no pace that it would have to invent', () => {
    expect(growthCurve({ pace: 'ramp', scale: 1, target }, state, 'Asia/Shanghai').pace).toEqual([])
    expect(growthCurve({ pace: 'cumulative', scale: 1, target: { shape: 'none' } }, state, 'Asia/Shanghai').pace).toEqual([])
  })
})
