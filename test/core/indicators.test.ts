import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Fact } from '../../contract/fact.ts'
import { dayMs, hourMs, minuteMs } from '../../contract/time.ts'
import type { IndicatorState } from '../../contract/topic.ts'
import { qualityOfReading } from '../../client/src/ui/quality.ts'
import { dayNumber } from '../../server/core/calendar.ts'
import { World } from '../../server/core/world.ts'
import { entriesOf, input as told, reading, start } from '../support/facts.ts'
import { Figures } from '../support/figures.ts'
import { indicator, input, registryWith, unit } from '../support/registry.ts'

const newYear = Date.parse('2026-01-01T00:00:00+08:00')
const today = dayNumber(start, 'Asia/Shanghai')
const full = { shape: 'full', value: 100, wording: '100%' } as const

const registry = registryWith({
  units: ['dongguan', 'housing', 'water'].map((id) => unit({ id })),
  inputs: [
    input({ id: 'served', by: 'unit' }),
    input({ id: 'asked', by: 'unit' }),
    input({ id: 'people', constant: 500, source: '人口普查' }),
    input({ id: 'due', orders: { channels: ['leader-board'], count: 'due' } }),
    input({ id: 'on_time', orders: { channels: ['leader-board'], count: 'on-time' } }),
    input({ id: 'records', by: 'sector' }),
    input({ id: 'hourly', by: 'unit', cadenceHours: 1 }),
    input({ id: 'yearly', by: 'unit', cadenceHours: 8_784 }),
  ],
  indicators: [
    indicator({ id: 'rate', formula: 'served / asked * 100', target: full, pace: 'constant' }),
    indicator({ id: 'bounded', formula: 'served / asked * 100', target: full, pace: 'constant', range: [0, 100] }),
    indicator({ id: 'growth', formula: '(served - start(served)) / start(served) * 100' }),
    indicator({ id: 'per_head', formula: 'served / people', better: 'lower' }),
    indicator({ id: 'mixed', formula: 'served / records' }),
    indicator({ id: 'answered', formula: 'on_time / due * 100', period: 'month', target: full, pace: 'constant' }),
    indicator({ id: 'lost', formula: 'served / abolished' }),
    indicator({ id: 'fixed', formula: 'people * 2' }),
    indicator({ id: 'returned', formula: 'hourly / yearly * 100', cadenceHours: 1 }),
    indicator({ id: 'hourly_due', formula: 'due / people + hourly', cadenceHours: 8_784 }),
    indicator({
      id: 'revised',
      formula: 'served',
      target: { shape: 'floor', value: 100, wording: '100件' },
      pace: 'cumulative',
      revisions: [
        { from: '2026-12-01', note: '目标', noteEn: 'target', target: { shape: 'floor', value: 1_000, wording: '1000件' } },
        { from: '2026-11-22', note: '口径', noteEn: 'definition', formula: 'served + asked' },
      ],
    }),
    indicator({
      id: 'computed_later',
      revisions: [{ from: '2026-11-23', note: '改为计算', noteEn: 'computed from here on', formula: 'served', baseline: 3 }],
    }),
  ],
})

const figuresOf = (...facts: readonly Fact[]): Figures => new Figures(registry).tell(...facts)
const served = (value: number, given: object = {}): Fact => told({ value, ...given })
const asked = (value: number, given: object = {}): Fact => told({ input: 'asked', value, ...given })
const worthOf = (state: IndicatorState | undefined) => state?.trend.map(({ at, value }) => [(at - start) / dayMs, value])

describe('given an indicator made of inputs', () => {
  test('when all are known, then it is computed, with what it was made of and how old that is', () => {
    const figures = figuresOf(served(97, { at: start - hourMs }))
    figures.apply(asked(100), 'hotline')
    expect(figures.indicator('rate')).toEqual({
      id: 'rate',
      value: 97,
      missing: undefined,
      numerator: 97,
      denominator: 100,
      observedAt: start,
      ageing: { input: 'served', since: start - hourMs, everyMs: dayMs },
      countedFrom: [],
      receivedAt: start,
      corrected: undefined,
      version: 1,
      trend: [{ at: start, value: 97 }],
      expected: 100,
      gap: -3,
      assessment: 'off-target',
      outlook: undefined,
      bunched: undefined,
      units: undefined,
      feed: 'hotline',
    } satisfies IndicatorState)
  })

  test('when none of its inputs was ever heard of, then it is not shown; one made of constants alone is', () => {
    expect(figuresOf().indicators.map(({ id, value, observedAt }) => [id, value, observedAt])).toEqual([
      ['fixed', 1_000, Date.parse('2026-11-23T00:00:00+08:00')],
    ])
  })

  test.each<[string, string, readonly Fact[], IndicatorState['missing']]>([
    ['an input was never reported', 'rate', [served(97)], { why: 'input', input: 'asked' }],
    ['its denominator is zero', 'rate', [served(97), asked(0)], { why: 'zero-denominator', input: 'asked' }],
    ['the start of the year is not known', 'growth', [served(97)], { why: 'start', input: 'served' }],
    ['the value at the start was zero', 'growth', [served(97), served(0, { at: newYear })], { why: 'zero-denominator', input: 'served' }],
    ['it lies outside its range', 'bounded', [served(150), asked(100)], { why: 'out-of-range', input: '' }],
    ['it lies below its range', 'bounded', [served(-1), asked(100)], { why: 'out-of-range', input: '' }],
    ['its formula names an input that is not configured', 'lost', [served(97)], { why: 'input', input: 'abolished' }],
    ['it was reported and is computed now', 'computed_later', [reading({ indicator: 'computed_later' })], { why: 'input', input: 'served' }],
  ])('when %s, then it is missing and says why, and is not judged', (_, id, facts, missing) => {
    const unjudged = { expected: undefined, gap: undefined, assessment: 'none', outlook: undefined } as const
    const nothing = { value: undefined, numerator: undefined, denominator: undefined, corrected: undefined } as const
    expect(figuresOf(...facts).indicator(id)).toMatchObject({ missing, ...nothing, ...unjudged })
  })

  test('when it lies outside its range, then neither its trend nor the units have such a value; on the bound it has one', () => {
    const figures = figuresOf(served(97, { at: start - dayMs }), asked(100, { at: start - dayMs }), served(5_000))
    expect(worthOf(figures.indicator('bounded'))).toEqual([[-1, 97]])
    expect(figures.tell(served(100)).indicator('bounded')).toMatchObject({ value: 100, missing: undefined, assessment: 'on-target' })
    const of = (unit: string, count: number) => [served(count, { of: unit }), asked(100, { of: unit })]
    expect(figuresOf(...of('housing', 150), ...of('dongguan', 90)).fold.unitFigures('bounded')).toMatchObject([
      { unit: 'dongguan', value: 90 },
      { unit: 'housing', value: undefined, missing: { why: 'out-of-range', input: '' }, assessment: 'none' },
    ])
  })

  test('when a denominator becomes zero, then the days before keep their values', () => {
    const state = figuresOf(served(1, { at: start - dayMs }), asked(2, { at: start - dayMs }), asked(0)).indicator('rate')
    expect(state?.value).toBeUndefined()
    expect(worthOf(state)).toEqual([[-1, 50]])
  })

  test('when it grew since the start of the year, then the growth is told', () => {
    expect(figuresOf(served(100, { at: newYear }), served(120)).indicator('growth')).toMatchObject({ value: 20, numerator: 20, denominator: 100 })
  })

  test('when an input is corrected, then the figure says what it was', () => {
    const figures = figuresOf(served(97), asked(100), served(98))
    expect(figures.indicator('rate')).toMatchObject({ value: 98, corrected: { from: 97, at: start } })
    // a later value is no correction, nor is one of an input that lies behind it
    expect(figures.tell(asked(100, { at: start + 1 })).indicator('rate')).toMatchObject({ value: 98, corrected: undefined })
  })

  test('when inputs come day by day, then the trend has the value of each day’s end; late ones and corrections change their days', () => {
    const days = [3, 2, 1].flatMap((back) => [
      served(90 + back, { at: start - back * dayMs }),
      ...(back === 3 ? [asked(100, { at: start - back * dayMs })] : []),
    ])
    const figures = figuresOf(...days)
    expect(worthOf(figures.indicator('rate'))).toEqual([
      [-3, 93],
      [-2, 92],
      [-1, 91],
    ])
    figures.tell(asked(200, { at: start - 2 * dayMs - hourMs }), served(80, { at: start - dayMs }), served(60))
    expect(worthOf(figures.indicator('rate'))).toEqual([
      [-3, 93],
      [-2, 46],
      [-1, 40],
      [0, 30],
    ])
  })

  test('when forty days are told in any order, then the last thirty are its trend', () => {
    const facts = Array.from({ length: 40 }, (_, back) => served(back, { at: start - ((back * 7) % 40) * dayMs }))
    const trend = figuresOf(asked(100, { at: start - 60 * dayMs }), ...facts).indicator('rate')?.trend ?? []
    expect(trend).toHaveLength(30)
    expect(trend.map(({ at }) => (start - at) / dayMs)).toEqual(Array.from({ length: 30 }, (_, index) => 29 - index))
  })
})

describe('given inputs that are due in rhythms of their own', () => {
  const hourly = (given: object): Fact => told({ input: 'hourly', ...given })
  const yearly = (given: object): Fact => told({ input: 'yearly', ...given })
  const everyYear = 8_784 * hourMs

  test('when an hourly one is new and a yearly one eleven months old, then the hourly one goes stale first, whichever came first', () => {
    const facts = [yearly({ at: newYear }), hourly({ at: start })]
    for (const told of [facts, facts.toReversed()])
      expect(figuresOf(...told).indicator('returned')?.ageing).toEqual({ input: 'hourly', since: start, everyMs: hourMs })
  })

  test('when the next hour’s does not come, then the figure is fresh for half an hour more, and stale by the hourly one from then on', () => {
    const state = figuresOf(yearly({ at: newYear }), hourly({ at: start })).indicator('returned')
    expect(qualityOfReading(state, undefined, start + 1.5 * hourMs)).toEqual({ state: 'fresh' })
    const stale = { state: 'stale', since: start, everyMs: hourMs, input: 'hourly' }
    expect(qualityOfReading(state, undefined, start + 1.5 * hourMs + 1)).toEqual(stale)
  })

  test('when the yearly one is a year and a half old, then it is what goes stale first, though the hourly one is due sooner', () => {
    const since = start - 1.5 * everyYear
    expect(figuresOf(yearly({ at: since }), hourly({ at: start })).indicator('returned')?.ageing).toEqual({
      input: 'yearly',
      since,
      everyMs: everyYear,
    })
    expect(figuresOf(yearly({ at: since + 2 * hourMs }), hourly({ at: start })).indicator('returned')?.ageing?.input).toBe('hourly')
  })

  test('when members are of several instants, then the oldest of them counts', () => {
    const figures = figuresOf(yearly({ at: newYear }), hourly({ of: 'water', at: start - 5 * hourMs }), hourly({ of: 'housing', at: start }))
    expect(figures.indicator('returned')).toMatchObject({
      observedAt: start,
      ageing: { input: 'hourly', since: start - 5 * hourMs, everyMs: hourMs },
    })
    expect(figures.fold.inputFigures('returned')).toMatchObject([
      { input: 'hourly', observedAt: start, oldestAt: start - 5 * hourMs },
      { input: 'yearly', observedAt: newYear, oldestAt: newYear },
    ])
  })

  test('when one is counted from orders and one is fixed, then neither grows old, and the indicator’s own rhythm says nothing', () => {
    const figures = figuresOf(hourly({ at: start - 9 * hourMs }))
    figures.orders.add({ channel: 'leader-board', unit: 'water', day: today, number: 1, count: 'received' })
    expect(figures.indicator('hourly_due')?.ageing).toEqual({ input: 'hourly', since: start - 9 * hourMs, everyMs: hourMs })
    expect(figures.indicator('fixed')?.ageing).toBeUndefined()
  })

  test('when the value is reported as it is, then its own rhythm counts', () => {
    expect(figuresOf(reading({ indicator: 'satisfaction' })).indicator('satisfaction')?.ageing).toEqual({
      input: undefined,
      since: start,
      everyMs: 24 * hourMs,
    })
  })
})

describe('given an indicator counted from orders', () => {
  const order = { channel: 'leader-board', unit: 'water', day: today, number: 1 } as const
  const withOrders = (figures: Figures): Figures => {
    figures.orders.add({ ...order, count: 'received', number: 12, day: today - 40 })
    figures.orders.add({ ...order, count: 'due', number: 8 })
    figures.orders.add({ ...order, count: 'on-time', number: 6 })
    figures.orders.add({ ...order, count: 'due', number: 2, unit: 'housing', day: today - 1 })
    figures.orders.add({ ...order, count: 'due', number: 90, day: today - 30 })
    return figures
  }

  test('when orders of the month were due, then the rate is of this month, as old as the minute', () => {
    const state = withOrders(figuresOf())
      .goOn(start + 100_000)
      .indicator('answered')
    expect(state).toMatchObject({ value: 60, numerator: 6, denominator: 10, observedAt: start + minuteMs, ageing: undefined, feed: '' })
    expect(state?.units).toEqual({ count: 2, best: 'water', worst: 'housing' })
    // of the month before: 0 of 90; none were due from the first to the day before yesterday
    expect(state?.trend.map(({ value }) => value)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 60].slice(-(state?.trend.length ?? 0)))
  })

  test('when an order changes, then so does the figure; when none was due, then it is missing', () => {
    const figures = withOrders(figuresOf())
    expect(figures.indicator('answered')?.value).toBe(60)
    figures.orders.add({ ...order, count: 'on-time', unit: 'housing', number: 2 })
    expect(figures.indicator('answered')).toMatchObject({ value: 80, units: { best: 'housing', worst: 'water' } })
    figures.goOn(Date.parse('2026-12-01T08:00:00+08:00'))
    expect(figures.indicator('answered')).toMatchObject({ value: undefined, missing: { why: 'zero-denominator', input: 'due' } })
  })
})

describe('given units', () => {
  const ofUnits = [
    ...[served(9, { of: 'water' }), asked(10, { of: 'water' })],
    ...[served(5, { of: 'dongguan' }), asked(10, { of: 'dongguan' })],
    ...[served(18, { of: 'housing' }), asked(20, { of: 'housing' })],
  ]

  test('when each has a rate of its own, then the best and the worst are told, ties by id', () => {
    const state = figuresOf(...ofUnits).indicator('rate')
    expect(state).toMatchObject({ value: 80, units: { count: 3, best: 'housing', worst: 'dongguan' } })
    expect(figuresOf(...ofUnits.slice(0, 2)).indicator('rate')?.units).toBeUndefined()
  })

  test('when the best falls behind, then another is the best', () => {
    const figures = figuresOf(...ofUnits)
    expect(figures.indicator('rate')?.units).toEqual({ count: 3, best: 'housing', worst: 'dongguan' })
    expect(figures.tell(served(1, { of: 'housing', at: start + 1 })).indicator('rate')?.units).toEqual({ count: 3, best: 'water', worst: 'housing' })
    expect(figures.tell(served(10, { of: 'dongguan', at: start + 1 })).indicator('rate')?.units).toEqual({
      count: 3,
      best: 'dongguan',
      worst: 'housing',
    })
  })

  test('when less is better, then the lowest is the best', () => {
    expect(figuresOf(...ofUnits).indicator('per_head')?.units).toEqual({ count: 3, best: 'dongguan', worst: 'housing' })
  })

  test('when one is made of what no unit reports, or the unit does not exist, then there is no figure of it', () => {
    expect(figuresOf(...ofUnits, told({ input: 'records' })).indicator('mixed')?.units).toBeUndefined()
    const figures = figuresOf(...ofUnits, served(1, { of: 'ghost' }), asked(1, { of: 'ghost' }))
    expect(figures.fold.unitFigures('rate').map(({ unit: id }) => id)).toEqual(['housing', 'water', 'dongguan'])
    expect(figures.indicator('rate')?.units).toEqual({ count: 3, best: 'housing', worst: 'dongguan' })
  })

  test('when they are asked for, then they come ranked, and what has no value comes last and says why', () => {
    const world = new World(registry)
    const facts = [...ofUnits.slice(0, 4), served(9, { of: 'housing' }), asked(0, { of: 'housing' })]
    for (const entry of entriesOf(facts)) world.apply(entry)
    const known = { missing: undefined, observedAt: start, assessment: 'off-target' } as const
    const unknown = {
      value: undefined,
      numerator: undefined,
      denominator: undefined,
      observedAt: start,
      rank: undefined,
      assessment: 'none',
    } as const
    expect(world.indicatorUnits('620802', 'rate')).toEqual([
      { unit: 'water', value: 90, numerator: 9, denominator: 10, rank: 1, ...known },
      { unit: 'dongguan', value: 50, numerator: 5, denominator: 10, rank: 2, ...known },
      { unit: 'housing', missing: { why: 'zero-denominator', input: 'asked' }, ...unknown },
    ])
    expect(world.indicatorUnits('620802', 'nothing')).toEqual([])
    expect(world.indicatorUnits('nowhere', 'rate')).toEqual([])
  })

  test('when two are equal, then they share a rank and the next is skipped', () => {
    const figures = figuresOf(...ofUnits)
    expect(figures.fold.unitFigures('rate').map(({ unit: id, rank }) => [id, rank])).toEqual([
      ['housing', 1],
      ['water', 1],
      ['dongguan', 3],
    ])
  })

  test('when it is a part of a yearly total, then a unit is not judged by the district’s target', () => {
    const [figure] = figuresOf(...ofUnits).fold.unitFigures('revised')
    expect(figure).toMatchObject({ unit: 'housing', value: 38, assessment: 'none' })
  })

  test('when readings are of units, then the district’s stays its own', () => {
    const ofUnit = (id: string, value: number, given: object = {}): Fact => reading({ unit: id, value, ...given })
    const figures = figuresOf(ofUnit('water', 80), ofUnit('housing', 70), ofUnit('water', 60, { at: start - 1 }))
    expect(figures.indicator('satisfaction')).toBeUndefined()
    figures.tell(reading({ value: 75 }))
    expect(figures.indicator('satisfaction')).toMatchObject({ value: 75, units: { count: 2, best: 'water', worst: 'housing' } })
    expect(figures.fold.unitFigures('satisfaction').map(({ value }) => value)).toEqual([80, 70])
  })

  test('when inputs are asked for, then each says its value, its age and its parts', () => {
    const world = new World(registry)
    for (const entry of entriesOf([served(100, { at: newYear }), served(120), asked(9, { of: 'water' })])) world.apply(entry)
    const own = { value: 120, observedAt: start, oldestAt: start, receivedAt: start, feed: 'indicators', members: 0 }
    expect(world.indicatorInputs('620802', 'growth')).toEqual([{ input: 'served', start: 100, ...own }])
    expect(world.indicatorInputs('620802', 'rate')).toEqual([
      { input: 'served', start: undefined, ...own },
      { input: 'asked', start: undefined, value: 9, observedAt: start, oldestAt: start, receivedAt: start, feed: 'indicators', members: 1 },
    ])
    const ageless = { start: undefined, observedAt: undefined, oldestAt: undefined, receivedAt: undefined, feed: undefined, members: 0 }
    expect(world.indicatorInputs('620802', 'fixed')).toEqual([{ input: 'people', value: 500, ...ageless }])
    expect(world.indicatorInputs('620802', 'lost')).toContainEqual({ input: 'abolished', value: undefined, ...ageless })
    expect(world.indicatorInputs('620802', 'satisfaction')).toEqual([])
  })
})

describe('given versions of a definition', () => {
  const day = (text: string): number => Date.parse(`${text}T12:00:00+08:00`)

  test('when a version comes into force, then figures follow it from its day on, and the days before stay as they were', () => {
    const figures = new Figures(registry, day('2026-11-21'))
    figures.tell(asked(1_000, { at: day('2026-11-20') }), served(10, { at: day('2026-11-21') }))
    expect(figures.indicator('revised')).toMatchObject({ version: 1, value: 10 })
    figures.goOn(day('2026-11-22')).tell(served(20, { at: day('2026-11-22') }))
    const state = figures.indicator('revised')
    expect(state).toMatchObject({ version: 2, value: 1_020, assessment: 'on-target' })
    expect(state?.trend.map(({ value }) => value)).toEqual([10, 1_020])
    figures.goOn(day('2026-12-01'))
    // the definition of the second version and the target of the third
    expect(figures.indicator('revised')).toMatchObject({ version: 3, value: 1_020, expected: (1_000 * 335) / 365 })
  })

  test('when what was reported is computed from a day on, then its trend goes through', () => {
    const before = reading({ indicator: 'computed_later', at: start - dayMs, value: 7 })
    const state = figuresOf(before, served(8), served(1, { at: start - dayMs })).indicator('computed_later')
    expect(state).toMatchObject({ version: 2, value: 8 })
    expect(worthOf(state)).toEqual([
      [-1, 7],
      [0, 8],
    ])
  })

  test('when a formula has a mistake that the configuration let through, then the world does not begin', () => {
    expect(() => new World(registryWith({ indicators: [indicator({ id: 'wrong', formula: 'served /' })] }))).toThrow(
      'The formula of indicator wrong has a mistake at 9: found the end',
    )
  })
})

const anyFact = fc
  .tuple(
    fc.constantFrom('served', 'asked', 'records'),
    fc.constantFrom(undefined, 'dongguan', 'housing', 'water'),
    fc.constantFrom(newYear, start - 35 * dayMs, start - 3 * dayMs, start - dayMs, start - 9, start),
    fc.constantFrom(0, 1, 2.5, 0.1, 70, -3),
  )
  .map(([id, of, at, value]) => told({ input: id, at, value, ...(of !== undefined && id !== 'records' && { of }) }))

describe('given facts of inputs in any order', () => {
  test('when no two are of one instant, then indicators and their units end up the same, and every number is finite', () => {
    const distinct = fc.uniqueArray(anyFact, { maxLength: 30, selector: (fact) => JSON.stringify({ ...fact, value: 0 }) })
    fc.assert(
      fc.property(
        distinct.chain((facts) => fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length }))),
        ([facts, shuffled]) => {
          const [one, other] = [figuresOf(...facts), figuresOf(...shuffled)]
          // read in between, as screens do
          const watched = new Figures(registry)
          for (const fact of shuffled) expect(watched.tell(fact).indicators).not.toContainEqual(expect.objectContaining({ value: Number.NaN }))
          for (const figures of [other, watched]) {
            expect(figures.indicators).toEqual(one.indicators)
            for (const { id } of one.indicators) expect(figures.fold.unitFigures(id)).toEqual(one.fold.unitFigures(id))
          }
          for (const { value = 0, trend } of one.indicators) expect([value, ...trend.map((point) => point.value)].every(Number.isFinite)).toBe(true)
        },
      ),
      { numRuns: 150 },
    )
  })
})
