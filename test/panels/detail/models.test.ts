import { describe, expect, it } from 'vitest'
import type { CurvePoint } from '../../../contract/drill.ts'
import { dayMs, hourMs } from '../../../contract/time.ts'
import { correctedPair } from '../../../client/src/detail/corrected-pair.ts'
import { monthTicks, spread, yearCurve } from '../../../client/src/detail/curve.ts'
import { curveRange, inForce, partOf, periodStart } from '../../../client/src/detail/definition.ts'
import { membersOf, namedBy } from '../../../client/src/detail/input-members.ts'
import { countByUnit, listedOrders } from '../../../client/src/detail/order-lines.ts'
import { placeNotes, plotOf } from '../../../client/src/detail/plot.ts'
import { indicatorPath, ordersBehind, ordersPath } from '../../../client/src/detail/questions.ts'
import { deeper, firstPlace, upTo } from '../../../client/src/detail/trail.ts'
import type { Trail } from '../../../client/src/detail/trail.ts'
import { channel, indicator, input, unit } from '../../support/registry.ts'
import { at, detailOf, now, orderOf, stateOf } from './given.ts'

const zone = 'Asia/Shanghai'

describe('the way', () => {
  const [figure, share] = [
    { kind: 'indicator', indicator: 'rate', unit: undefined },
    { kind: 'indicator', indicator: 'rate', unit: 'dongguan' },
  ] as const

  it('goes down a level, back by any number of them, and round no circle', () => {
    const trail: Trail = [firstPlace({ kind: 'indicator', indicator: 'rate' })]
    const down = deeper(trail, share)
    expect(down).toEqual([figure, share])
    expect(deeper(down, { ...figure })).toEqual([figure])
    expect(upTo(down, 0)).toEqual([figure])
    expect(upTo(down, -1)).toEqual([figure])
    expect(upTo(down, 9)).toEqual(down)
  })
})

describe('what the server is asked', () => {
  it('names the curve’s ends, and nothing before the day is known', () => {
    const asked = { district: '620802', indicator: 'rate', unit: undefined, range: { from: at('01-01T00:00'), to: at('11-20T00:00') } }
    expect(indicatorPath(asked)).toBe(
      '/api/indicators/rate?district=620802&points=500&from=2023-12-31T16%3A00%3A00.000Z&to=2024-11-19T16%3A00%3A00.000Z',
    )
    expect(indicatorPath({ ...asked, unit: '东关' })).toMatch(/&unit=%E4%B8%9C%E5%85%B3$/)
    expect(indicatorPath({ ...asked, range: undefined })).toBeUndefined()
  })

  it('asks for the orders of a count', () => {
    const question = { count: 'due', channels: ['a', 'b'], unit: 'u', isLateOnly: true, from: '2024-11-01' } as const
    expect(ordersPath('620802', question)).toBe('/api/orders?district=620802&count=due&channel=a&channel=b&unit=u&from=2024-11-01&late=1&limit=200')
  })

  it('finds the whole that a rate is a share of, and no orders behind reported inputs', () => {
    const [part, whole] = [
      input({ id: 'on_time', orders: { channels: ['hotline'], count: 'on-time' } }),
      input({ id: 'due', orders: { channels: ['hotline'], count: 'due' } }),
    ]
    expect(ordersBehind([part, whole], 'u', '2024-01-01')).toEqual({
      count: 'due',
      channels: ['hotline'],
      unit: 'u',
      isLateOnly: false,
      from: '2024-01-01',
    })
    expect(ordersBehind([input({ id: 'cases' })], undefined, undefined)).toBeUndefined()
  })
})

describe('the definition in force', () => {
  const definition = indicator({
    id: 'rate',
    formula: 'a / b * 100',
    target: { shape: 'floor', value: 90, wording: '达到90%' },
    revisions: [
      { from: '2024-07-01', note: '改分母', noteEn: 'other whole', formula: 'a / c * 100' },
      { from: '2024-12-01', note: '目标上调', noteEn: 'higher', target: { shape: 'floor', value: 95, wording: '达到95%' } },
    ],
  })

  it('has the revisions up to its version, and no later ones', () => {
    expect(inForce(definition, 1)).toEqual({ definition, version: 1, revision: undefined })
    expect(inForce(definition, 2)).toEqual({ definition: { ...definition, formula: 'a / c * 100' }, version: 2, revision: definition.revisions[0] })
  })

  it('runs to the end of its period', () => {
    expect(curveRange({ period: 'year' }, now, zone)).toEqual({ from: at('01-01T00:00'), to: at('12-31T24:00') })
    expect(curveRange({ period: 'month' }, now, zone)).toEqual({ from: at('01-01T00:00'), to: at('12-01T00:00') })
    expect(curveRange({ period: 'month' }, at('12-03T08:00'), zone).to).toBe(at('12-31T24:00'))
    expect([periodStart({ period: 'year' }, now, zone), periodStart({ period: 'month' }, now, zone)]).toEqual(['2024-01-01', '2024-11-01'])
  })

  it('knows whose it is, by any name of a unit and by its group', () => {
    const center = unit({ id: 'center', name: '政务服务中心', shortName: '政务中心', group: 'department' })
    const roles = { leadUnits: ['政务中心'], responsible: ['subdistricts'] }
    expect(partOf(roles, center)).toBe('lead')
    expect(partOf(roles, unit({ id: 'dongguan', group: 'subdistrict' }))).toBe('responsible')
    expect(partOf(roles, unit({ id: 'other', group: 'other' }))).toBeUndefined()
  })
})

describe('the year’s curve', () => {
  const definition = indicator({
    id: 'cases',
    unitOfMeasure: '件',
    decimals: 1,
    scale: 10_000,
    pace: 'cumulative',
    target: { shape: 'count', value: 466_000, wording: '全年46.6万件' },
  })
  const range = { from: at('01-01T00:00'), to: at('12-31T24:00') }
  const point = (day: number, last: number, spanOfIt = 0): CurvePoint => ({
    at: range.from + day * dayMs,
    min: last - spanOfIt,
    max: last + spanOfIt,
    last,
  })
  const detail = detailOf({
    indicator: 'cases',
    curve: [point(1, 1_000), point(2, 2_000, 500), point(30, 40_000), point(31, 41_000)],
    pace: [
      { at: range.from, value: 0 },
      { at: range.to, value: 466_000 },
    ],
    corrections: [{ at: range.from + 2 * dayMs, from: 3_000, to: 2_000, receivedAt: range.from + 9 * dayMs }],
    versions: [
      { version: 1, from: '', recordedAt: 0, note: '' },
      { version: 2, from: '2024-02-01', recordedAt: 0, note: '' },
    ],
  })
  const state = stateOf({
    id: 'cases',
    value: 41_000,
    expected: 50_000,
    assessment: 'off-target',
    outlook: { daysLeft: 335, perDay: 1_300, projected: { value: 412_000, low: 401_000, high: 423_000 } },
  })

  it('is in the shown scale, broken where no value came in time, with what happened on it', () => {
    const day = (n: number): number => range.from + n * dayMs
    expect(yearCurve({ detail, definition, state, range, zone, isUnit: false })).toEqual({
      ...range,
      low: 0,
      high: 60,
      interval: 20,
      lines: [
        [
          [day(1), 0.1],
          [day(2), 0.2],
        ],
        [
          [day(30), 4],
          [day(31), 4.1],
        ],
      ],
      bands: [
        [
          [day(1), 0.1, 0.1],
          [day(2), 0.15, 0.25],
        ],
      ],
      gaps: [[day(2), day(30)]],
      pace: [
        [range.from, 0],
        [range.to, 46.6],
      ],
      last: [day(31), 4.1],
      target: { value: 46.6, isDashed: false },
      projection: { value: 41.2, low: 40.1, high: 42.3 },
      corrections: [{ at: day(2), from: 0.3, to: 0.2, receivedAt: day(9) }],
      versions: [{ at: at('02-01T00:00'), version: 2 }],
      gap: { at: day(31), value: 4.1, expected: 5 },
    })
  })

  it('gives one unit neither a share of the plan’s total nor a projection', () => {
    const { target, projection, gap } = yearCurve({ detail, definition, state, range, zone, isUnit: true })
    expect([target, projection, gap]).toEqual([undefined, undefined, undefined])
  })

  it('draws a steady hundred as a flat line below the edge of what can be', () => {
    const full = indicator({ id: 'full', target: { shape: 'full', value: 100, wording: '达到100%' }, pace: 'constant', range: [0, 100] })
    const steady = detailOf({ indicator: 'full', curve: [point(1, 100), point(2, 100)], pace: [] })
    const { low, high, interval } = yearCurve({ detail: steady, definition: full, state: undefined, range, zone, isUnit: false })
    expect([low, high, interval]).toEqual([99, 100, 0.25])
  })

  it('does not break an hourly series that came every hour', () => {
    const hourly = indicator({ id: 'hourly', cadenceHours: 1 })
    const curve = Array.from({ length: 48 }, (_, hour) => ({ ...point(0, hour), at: range.from + hour * hourMs }))
    const { lines } = yearCurve({
      detail: detailOf({ indicator: 'hourly', curve }),
      definition: hourly,
      state: undefined,
      range,
      zone,
      isUnit: false,
    })
    expect(lines.map((line) => line.length)).toEqual([48])
  })

  it('tells months as there is room, and keeps words apart', () => {
    expect(monthTicks(range.from, range.to, zone, 6).map(({ month }) => month)).toEqual([1, 3, 5, 7, 9, 11])
    expect(spread([50, 45, 48], 10, { top: 0, bottom: 100 })).toEqual([65, 45, 55])
    expect(spread([95, 90], 10, { top: 0, bottom: 100 })).toEqual([90, 80])
  })

  it('keeps a note off what stands there, then puts it lower, then on the other side, and else leaves it out', () => {
    const note = { key: 'a', text: '更正更正', x: 10, y: 0, yLeft: 0 }
    const ends = { left: 0, right: 100 }
    expect(placeNotes([{ ...note, y: 20 }], ends, 10, [{ from: 30, to: 60, y: 20 }])).toEqual([
      { key: 'a', text: note.text, x: 10, y: 34, isLeft: false },
    ])
    expect(placeNotes([{ ...note, x: 90 }], ends, 10)).toEqual([{ key: 'a', text: note.text, x: 90, y: 0, isLeft: true }])
    expect(placeNotes([note, { ...note, key: 'b', x: 20 }], ends, 10).map(({ key }) => key)).toEqual(['b'])
    expect(placeNotes([{ ...note, x: 20 }], { left: 0, right: 50 }, 10)).toEqual([])
  })

  it('lays the plot between its words', () => {
    const curve = yearCurve({ detail, definition, state, range, zone, isUnit: false })
    const plot = plotOf(curve, { width: 1_000, height: 500 }, 20, { ticks: ['60'], ends: ['目标 47'] })
    expect(plot.x(range.from)).toBe(plot.left)
    expect(plot.x(range.to)).toBe(plot.right)
    expect([plot.y(0), plot.y(60)]).toEqual([plot.bottom, plot.top])
    expect(plot.right).toBeLessThan(1_000 - 60)
  })

  it('tells a correction with as many decimals as it takes', () => {
    expect(correctedPair(36.5, 38.2, 1)).toEqual(['36.5', '38.2'])
    expect(correctedPair(36.51, 36.53, 1)).toEqual(['36.51', '36.53'])
  })
})

describe('listed orders', () => {
  const gov = channel({
    id: 'gov',
    clock: {
      starts: 'received',
      classes: {},
      nodes: [
        { stage: 'accepted', share: 0.25 },
        { stage: 'handled', share: 0.75 },
        { stage: 'resolved', share: 1 },
      ],
    },
  })

  it('has the late ones first, each once, with the nodes of their channel', () => {
    const late = orderOf({ id: 'late', stage: 'closed', settledAt: now, dueAt: now - dayMs, clock: 'settled' })
    const overdue = orderOf({ id: 'overdue', clock: 'overdue', dueAt: now - hourMs })
    const node = orderOf({ id: 'node', channel: 'gov', lateNode: 'handled' })
    const listed = listedOrders([late], [node, late, overdue], [gov], now)
    expect(listed.map(({ order, isLate }) => [order.id, isLate])).toEqual([
      ['late', true],
      ['overdue', true],
      ['node', false],
    ])
    expect(listed.map(({ nodes }) => nodes)).toEqual([
      [],
      [],
      [
        { stage: 'accepted', state: 'reached' },
        { stage: 'handled', state: 'late' },
        { stage: 'resolved', state: 'ahead' },
      ],
    ])
  })

  it('counts by unit, the worst first, and those of nobody', () => {
    const orders = [
      orderOf({ id: '1' }),
      orderOf({ id: '2' }),
      orderOf({ id: '3', unit: 'liuhu', clock: 'overdue' }),
      orderOf({ id: '4', unit: undefined }),
    ]
    expect(countByUnit(orders)).toEqual([
      { unit: 'liuhu', open: 1, overdue: 1 },
      { unit: 'dongguan', open: 2, overdue: 0 },
      { unit: '', open: 1, overdue: 0 },
    ])
  })
})

describe('members of an input', () => {
  const told = (id: string, value: number) => ({
    id,
    input: id.split('/')[0] ?? '',
    of: id.split('/')[1],
    value,
    start: undefined,
    observedAt: now,
    receivedAt: now,
    corrected: undefined,
    feed: 'platform',
  })

  it('are the largest first, and the formulas that name it exactly', () => {
    expect(membersOf([told('records', 9), told('records/a', 2), told('records/b', 5), told('other/a', 7)], 'records').map(({ id }) => id)).toEqual([
      'records/b',
      'records/a',
    ])
    const indicators = [
      indicator({ id: 'two', no: 2, formula: 'records_all / 2' }),
      indicator({ id: 'three', no: 3, formula: '(records - start(records))' }),
      indicator({ id: 'one', no: 1, formula: 'x', revisions: [{ from: '2024-07-01', note: 'n', noteEn: 'n', formula: 'records' }] }),
    ]
    expect(namedBy(indicators, 'records').map(({ id }) => id)).toEqual(['one', 'three'])
  })
})
