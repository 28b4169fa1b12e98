import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DefinitionFact } from '../../contract/fact.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import { dayNumber } from '../../server/core/calendar.ts'
import type { OrderQuery } from '../../server/core/order-counts.ts'
import { indicatorRoute } from '../../server/http/indicators.ts'
import type { IndicatorRooms } from '../../server/http/indicators.ts'
import type { CurveQuestion } from '../../server/core/curve.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { indicator, registryWith } from '../support/registry.ts'
import { House, problemIn } from './house.ts'
import type { Answer } from './house.ts'

const zone = 'Asia/Shanghai'
const now = new ManualClock().now()
const today = dayNumber(now, zone)
const midnightOf = (text: string): number => Date.parse(`${text}T00:00:00+08:00`)
const newYear = midnightOf('2026-01-01')

const registry = registryWith({
  indicators: [
    indicator({
      id: 'growth',
      target: { shape: 'count', value: 365, wording: '增长365' },
      pace: 'cumulative',
      revisions: [{ from: '2026-07-01', note: '目标上调', noteEn: 'raised', target: { shape: 'count', value: 730, wording: '增长730' } }],
    }),
    indicator({ id: 'late_rate', formula: 'late / answered * 100', target: { shape: 'floor', value: 95, wording: '95%以上' }, pace: 'constant' }),
  ],
  inputs: [
    {
      id: 'late',
      name: '按时办结',
      nameEn: 'on time',
      unitOfMeasure: '件',
      unitOfMeasureEn: 'orders',
      by: 'unit',
      gather: 'last',
      orders: { channels: ['hotline-12345'], count: 'on-time' },
      entry: false,
      published: false,
      cadenceHours: 24,
    },
  ],
})

const definition = (given: Partial<DefinitionFact>): DefinitionFact => ({
  kind: 'definition',
  district: '620802',
  indicator: 'growth',
  version: 1,
  at: newYear,
  from: '2026-01-01',
  digest: 'd',
  note: '首次配置',
  ...given,
})

const curve = [{ at: now - hourMs, min: 1, max: 3, last: 2 }]
const corrections = [{ at: now - dayMs, from: 1, to: 2, receivedAt: now }]
const unitFigure = {
  unit: 'housing',
  value: 97,
  missing: undefined,
  numerator: 97,
  denominator: 100,
  observedAt: now,
  rank: 1,
  assessment: 'none',
} as const
const inputFigure = { input: 'late', value: 97, start: undefined, observedAt: now, oldestAt: now, receivedAt: now, feed: 'hotline', members: 0 }

let house: House
let asked: CurveQuestion[]

/** Orders came first on 20 November; on every day since two of them, in time, one of them with the unit `housing`. */
const sum = ({ unit, fromDay, toDay }: OrderQuery): number => {
  const first = Math.max(fromDay, today - 3)
  return Math.max(0, Math.min(toDay, today) - first + 1) * (unit === undefined ? 2 : 1)
}

const rooms: IndicatorRooms = {
  registry,
  clock: new ManualClock(),
  world: {
    indicatorUnits: (district, id) => (district === '620802' && id === 'late_rate' ? [unitFigure] : []),
    indicatorInputs: (district, id) => (district === '620802' && id === 'late_rate' ? [inputFigure] : []),
    definitions: () => [
      definition({ version: 2, from: '2026-07-01', at: midnightOf('2026-06-28'), note: '目标上调' }),
      definition({}),
      definition({ indicator: 'other' }),
    ],
    orderCounts: () => ({ sum, unitsOf: () => ['housing'], subscribe: () => undefined }),
  },
  historian: {
    curve: (question) => {
      asked.push(question)
      return Promise.resolve({ curve, corrections })
    },
  },
}

beforeEach(async () => {
  asked = []
  house = await new House({ routes: [indicatorRoute(rooms)] }).open()
})

afterEach(() => house.close())

const look = (path: string): Promise<Answer> =>
  house.ask('GET', `/api/indicators/${path}`, { headers: { cookie: `yiping_session=${house.signIn('wall')}` } })

describe('GET /api/indicators/:indicator', () => {
  it('tells what is behind a figure: the year to date, its pace, and every version of its definition', async () => {
    const answer = await look('growth?district=620802')
    expect(JSON.parse(answer.text)).toEqual({
      indicator: 'growth',
      curve,
      corrections,
      pace: [
        { at: newYear, value: 1 },
        { at: midnightOf('2026-06-30'), value: 181 },
        { at: midnightOf('2026-07-01'), value: 364 },
        { at: midnightOf('2026-11-23'), value: 654 },
        { at: now, value: 654 },
      ],
      versions: [
        { version: 1, from: '2026-01-01', recordedAt: newYear, note: '首次配置' },
        { version: 2, from: '2026-07-01', recordedAt: midnightOf('2026-06-28'), note: '目标上调' },
      ],
      units: [],
      inputs: [],
    })
    expect(asked).toEqual([
      { district: '620802', indicator: 'growth', unit: undefined, range: { from: newYear, to: now, points: 500 }, now, orders: [] },
    ])
  })

  it('has no pace for a unit’s part of a yearly total, and that of its target for a unit’s rate', async () => {
    expect(JSON.parse((await look('growth?district=620802&unit=housing')).text)).toMatchObject({ pace: [] })
    const range = 'from=2026-11-20T12:00:00%2B08:00&to=2026-11-22T12:00:00%2B08:00&points=80'
    const told: unknown = JSON.parse((await look(`late_rate?district=620802&unit=housing&${range}`)).text)
    const from = midnightOf('2026-11-20') + 12 * hourMs
    expect(told).toMatchObject({
      pace: [
        { at: from, value: 95 },
        { at: midnightOf('2026-11-22'), value: 95 },
        { at: from + 2 * dayMs, value: 95 },
      ],
      units: [JSON.parse(JSON.stringify(unitFigure))],
      inputs: [JSON.parse(JSON.stringify(inputFigure))],
    })
  })

  it('gives the counts of orders along, day by day from the start of the year, of the unit that is asked for', async () => {
    await look('late_rate?district=620802&unit=housing&from=2026-11-22T00:00:00%2B08:00')
    const [orders] = asked[0]?.orders ?? []
    const first = dayNumber(newYear, zone)
    expect(orders).toMatchObject({ input: 'late', fromDay: first, heardFrom: today - 3 })
    expect(orders?.counts).toEqual(Array.from({ length: today - first + 1 }, (_, index) => (first + index >= today - 3 ? 1 : 0)))
  })

  it('does not take the years before the last for years without orders', async () => {
    await look('late_rate?district=620802&from=2023-05-01T00:00:00Z')
    expect(asked[0]?.orders[0]?.fromDay).toBe(dayNumber(midnightOf('2025-01-01'), zone))
  })

  it.each([
    ['growht?district=620802', 404, 'indicator: "growht" is not in config/indicators; expected an id from there such as growth'],
    ['growth', 400, 'district: missing; name one of config/districts, such as district=620802'],
    ['growth?district=620803', 400, 'district: "620803" is not in config/districts; expected an id from there such as 620802'],
    [
      'growth?district=620802&unit=housng',
      400,
      'unit: "housng" is not in config/units.yaml of district 620802; expected an id from there such as housing',
    ],
    ['growth?district=620802&unit=BOS', 400, 'unit: "BOS" is not in config/units.yaml of district 620802'],
    ['growth?district=620802&from=2026-11-23', 400, 'from: "2026-11-23" is no instant; write 2026-11-23T14:30:00+08:00, or epoch milliseconds'],
    ['growth?district=620802&from=2026-11-31T00:00:00Z', 400, 'from: "2026-11-31T00:00:00Z" is no instant; write '],
    ['growth?district=620802&from=2025-02-29T08:00%2B08:00', 400, 'from: "2025-02-29T08:00+08:00" is no instant; write '],
    ['growth?district=620802&from=2026-11-24T00:00:00Z', 400, 'from: 2026-11-24T00:00:00.000Z is not before 2026-11-23T06:30:00.000Z'],
    ['growth?district=620802&from=0', 400, 'from: more than 3660 days before to; ask for a shorter range'],
    ['growth?district=620802&points=1', 400, 'points: found "1"; write a whole number from 2 to 2000'],
    ['growth?district=620802&points=many', 400, 'points: found "many"'],
  ])('refuses %s', async (path, status, words) => {
    const told = problemIn(await look(path))
    expect([told.status, told.detail]).toEqual([status, expect.stringContaining(words)])
    expect(asked).toEqual([])
  })
})
