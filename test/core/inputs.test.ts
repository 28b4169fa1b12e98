import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Fact } from '../../contract/fact.ts'
import { dayMs, minuteMs } from '../../contract/time.ts'
import { createAdmission } from '../../server/core/admission.ts'
import { dayNumber } from '../../server/core/calendar.ts'
import { World } from '../../server/core/world.ts'
import { entriesOf, input as told, reading, start } from '../support/facts.ts'
import { Figures } from '../support/figures.ts'
import { feed, indicator, input, registryWith, theme, unit } from '../support/registry.ts'

const newYear = Date.parse('2026-01-01T00:00:00+08:00')
const ofMonth = Date.parse('2026-11-01T00:00:00+08:00')
const registry = registryWith({
  units: [unit({ id: 'dongguan' }), unit({ id: 'housing' }), unit({ id: 'water' }), unit({ id: 'BOS', district: 'la' })],
  themes: [theme({ id: 'open-shop' })],
  inputs: [
    input({ id: 'served', published: true, by: 'unit' }),
    input({ id: 'records', published: true, by: 'sector' }),
    input({ id: 'cases', published: true, gather: 'sum', by: 'theme' }),
    input({ id: 'monthly_cases', gather: 'sum' }),
    input({ id: 'quiet' }),
    input({ id: 'due', published: true, orders: { channels: ['leader-board'], count: 'due' } }),
    input({ id: 'people', published: true, constant: 504_800, source: '第七次全国人口普查' }),
  ],
  indicators: [indicator({ id: 'of_month', formula: 'monthly_cases', period: 'month' }), indicator({ id: 'of_year', formula: 'monthly_cases' })],
})

const figuresOf = (...facts: readonly Fact[]): Figures => new Figures(registry).tell(...facts)
const valuesOf = (figures: Figures): Record<string, number> => Object.fromEntries(figures.inputs.map(({ id, value }) => [id, value]))

describe('given an input that reports a stock', () => {
  test('when the first report comes, then it is published, also as the district’s sum', () => {
    const state = { input: 'served', value: 90, start: undefined, observedAt: start, receivedAt: start, corrected: undefined, feed: 'indicators' }
    expect(figuresOf(told({ of: 'water' })).inputs).toEqual([
      { id: 'served', of: undefined, ...state },
      { id: 'served/water', of: 'water', ...state },
    ])
  })

  test('when one is not to be published, then it is not', () => {
    expect(figuresOf(told({ input: 'quiet' })).inputs).toEqual([])
  })

  test('when an earlier instant is told later, then it takes the place of nothing', () => {
    expect(figuresOf(told(), told({ at: start - 1, value: 5 })).inputs).toEqual([expect.objectContaining({ value: 90, corrected: undefined })])
  })

  test('when another value comes for the same instant, then both are kept, and the same once more is none', () => {
    const figures = figuresOf(told(), told({ value: 91 }), told({ value: 91 }))
    expect(figures.inputs).toEqual([expect.objectContaining({ value: 91, corrected: { from: 90, at: start } })])
    expect(figures.tell(told({ at: start + 1 })).inputs).toEqual([expect.objectContaining({ value: 90, corrected: undefined })])
  })

  test('when members report, then the district is their sum; when it reports itself, then it is what it says', () => {
    const members = [told({ of: 'water', value: 1, at: start - 9 }), told({ of: 'dongguan', value: 2 })]
    expect(valuesOf(figuresOf(...members))).toEqual({ served: 3, 'served/dongguan': 2, 'served/water': 1 })
    expect(figuresOf(...members).inputs[0]).toMatchObject({ observedAt: start })
    expect(valuesOf(figuresOf(...members, told({ value: 50, at: start - dayMs })))).toMatchObject({ served: 50, 'served/water': 1 })
  })

  test('when a member is corrected, then the sum says what it was before', () => {
    const [sum] = figuresOf(told({ of: 'water', value: 1 }), told({ of: 'dongguan', value: 2 }), told({ of: 'water', value: 4 })).inputs
    expect(sum).toMatchObject({ value: 6, corrected: { from: 3, at: start } })
  })
})

describe('given the start of the year', () => {
  const startOf = (...facts: readonly Fact[]) => figuresOf(...facts).inputs[0]?.start

  test.each<[string, readonly Fact[], number | undefined]>([
    ['nothing is known from then', [told()], undefined],
    ['the last report of the old year counts', [told({ at: newYear - dayMs, value: 7 }), told()], 7],
    ['midnight itself counts', [told({ at: newYear - 1, value: 7 }), told({ at: newYear, value: 8 }), told({ at: newYear + 1, value: 9 })], 8],
    ['it is learnt late', [told(), told({ at: newYear - 1, value: 7 }), told({ at: newYear - 2, value: 6 })], 7],
    ['it is corrected late', [told({ at: newYear, value: 8 }), told(), told({ at: newYear, value: 5 })], 5],
    [
      'one member of two is not known from then',
      [told({ of: 'water', at: newYear, value: 7 }), told({ of: 'water' }), told({ of: 'housing' })],
      undefined,
    ],
    ['both members are', [told({ of: 'water', at: newYear, value: 7 }), told({ of: 'housing', at: newYear - 5, value: 1 })], 8],
  ])('when %s, then that is what it starts from', (_, facts, expected) => {
    expect(startOf(...facts)).toBe(expected)
  })

  test('when the year turns, then the last value is what the new one starts from, whether anything is reported or not', () => {
    const figures = figuresOf(told({ at: newYear, value: 1 }), told({ value: 90 }))
    figures.goOn(Date.parse('2027-01-01T00:00:00+08:00'))
    expect(figures.inputs[0]).toMatchObject({ value: 90, start: 90 })
    figures.goOn(Date.parse('2027-03-01T08:00:00+08:00')).tell(told({ at: Date.parse('2027-03-01T08:00:00+08:00'), value: 95 }))
    expect(figures.inputs[0]).toMatchObject({ value: 95, start: 90 })
    figures.tell(told({ at: Date.parse('2026-12-31T23:00:00+08:00'), value: 93 }))
    expect(figures.inputs[0]).toMatchObject({ value: 95, start: 93 })
  })
})

describe('given an input whose reports are parts', () => {
  const part = (at: number, value: number, of?: string): Fact => told({ input: 'cases', at, value, ...(of !== undefined && { of }) })

  test('when they come, then they are added up over the year, and start from nothing', () => {
    const figures = figuresOf(part(newYear, 1), part(start - dayMs, 10), part(newYear - 1, 1_000), part(start, 100))
    expect(figures.inputs).toEqual([expect.objectContaining({ value: 111, start: 0, observedAt: start })])
  })

  test('when one is corrected, then it takes the place of its own part', () => {
    const figures = figuresOf(part(start - dayMs, 10), part(start, 100), part(start - dayMs, 20))
    expect(figures.inputs[0]).toMatchObject({ value: 120, corrected: undefined })
    expect(figures.tell(part(start, 101)).inputs[0]).toMatchObject({ value: 121, corrected: { from: 120, at: start } })
  })

  test('when the period has not seen a part, then there is no value, and no zero', () => {
    const monthly = (at: number, value: number): Fact => told({ input: 'monthly_cases', at, value })
    const figures = figuresOf(monthly(ofMonth - dayMs, 5))
    expect(figures.indicator('of_month')).toMatchObject({ value: undefined, missing: { why: 'input', input: 'monthly_cases' } })
    expect(figures.indicator('of_year')).toMatchObject({ value: 5, missing: undefined })
    figures.tell(monthly(ofMonth, 3))
    expect(figures.indicator('of_month')).toMatchObject({ value: 3 })
    expect(figures.indicator('of_year')).toMatchObject({ value: 8 })
  })

  test('when the year turns, then they start anew', () => {
    const figures = figuresOf(part(start, 100)).goOn(Date.parse('2027-01-02T08:00:00+08:00'))
    expect(figures.inputs).toEqual([])
    expect(figures.tell(part(Date.parse('2027-01-02T07:00:00+08:00'), 4)).inputs).toEqual([expect.objectContaining({ value: 4 })])
  })
})

describe('given inputs that nobody reports', () => {
  test('when orders are counted, then they count for this year, by unit too, and are as old as the minute', () => {
    const figures = figuresOf()
    const today = dayNumber(start, 'Asia/Shanghai')
    const order = { channel: 'leader-board', unit: 'water', day: today, number: 1 } as const
    expect(figures.inputs).toEqual([])
    figures.orders.add({ ...order, count: 'received' })
    expect(valuesOf(figures)).toEqual({ due: 0, 'due/water': 0 })
    figures.orders.add({ ...order, count: 'due', number: 3 })
    figures.orders.add({ ...order, count: 'due', number: 2, unit: undefined })
    figures.orders.add({ ...order, count: 'due', number: 9, day: dayNumber(newYear, 'Asia/Shanghai') - 1 })
    figures.orders.add({ ...order, count: 'due', number: 7, channel: 'hotline-12345' })
    figures.goOn(start + 90_000)
    const state = { input: 'due', start: 0, observedAt: start + minuteMs, receivedAt: start + minuteMs, corrected: undefined, feed: '' }
    expect(figures.inputs).toEqual([
      { id: 'due', of: undefined, value: 5, ...state },
      { id: 'due/water', of: 'water', value: 3, ...state },
    ])
  })

  test('when a report comes for one that is counted, fixed or unknown, then it changes nothing', () => {
    const facts = ['due', 'people', 'nothing'].map((id) => told({ input: id }))
    expect(figuresOf(...facts).inputs).toEqual([])
  })
})

const names = fc.constantFrom('served', 'records', 'cases', 'monthly_cases')
const members = fc.constantFrom(undefined, 'dongguan', 'housing', 'water')
const instants = fc.constantFrom(newYear - dayMs, newYear, ofMonth, start - 40 * dayMs, start - 2 * dayMs, start - dayMs, start - 5, start)
const anyInput = fc
  .tuple(names, members, instants, fc.integer({ min: -5, max: 50 }))
  .map(([id, of, at, value]) => told({ input: id, at, value: value / 10, ...(of !== undefined && { of }) }))

describe('given reports in any order', () => {
  test('when those of one instant keep theirs, then the final state is the same', () => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 40 }), fc.infiniteStream(fc.nat()), (facts, dice) => {
        const waiting = new Map<string, Fact[]>()
        for (const fact of facts) waiting.set(nameOf(fact), [...(waiting.get(nameOf(fact)) ?? []), fact])
        const shuffled: Fact[] = []
        for (let queues = [...waiting.values()]; queues.length > 0; queues = queues.filter(({ length }) => length > 0)) {
          const fact = queues[(dice.next().value ?? 0) % queues.length]?.shift()
          if (fact !== undefined) shuffled.push(fact)
        }
        const [one, other] = [figuresOf(...facts), figuresOf(...shuffled)]
        expect(other.inputs).toEqual(one.inputs)
        expect(other.indicators).toEqual(one.indicators)
      }),
      { numRuns: 200 },
    )
  })

  test('when the world is dumped between them, then it goes on as if it had not been', () => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 20 }), fc.array(anyInput, { maxLength: 20 }), (before, after) => {
        const [first, second] = [entriesOf(before, { at: start }), entriesOf(after, { at: start, from: before.length + 1 })]
        const world = new World(registry)
        for (const entry of first) world.apply(entry)
        const twin = World.restore(registry, JSON.parse(JSON.stringify(world.dump())))
        for (const one of [world, twin]) for (const entry of second) one.apply(entry)
        const topics = ['inputs@620802', 'indicators@620802']
        expect(twin.read(topics)).toEqual(world.read(topics))
      }),
      { numRuns: 100 },
    )
  })
})

const nameOf = (fact: Fact): string => (fact.kind === 'input' ? `${fact.input} ${fact.of ?? ''} ${String(fact.at)}` : '')

describe('given admission of inputs and of units’ readings', () => {
  const admit = (fact: object, rules: object = {}) => {
    const given = feed({ id: 'indicators' })
    const admission = createAdmission({ feed: { ...given, admission: { ...given.admission, ...rules } }, registry, last: () => undefined })
    const session = admission.session(start)
    return (each: object = fact) => session.admit(each)
  }
  const refusalOf = (fact: object) => {
    const admitted = admit(fact)()
    return 'unchanged' in admitted || admitted.ok ? undefined : [admitted.error.code, admitted.error.detail]
  }

  test.each<[string, object]>([
    ['of the district', told()],
    ['of a unit', told({ of: 'water' })],
    ['of a sector', told({ input: 'records', of: 'ecology' })],
    ['of a theme', told({ input: 'cases', of: 'open-shop' })],
    ['of a unit’s indicator', reading({ unit: 'water' })],
  ])('when a value is %s, then it is taken as it is', (_, fact) => {
    expect(admit(fact)()).toEqual({ ok: true, value: fact })
  })

  test.each<[string, object, string, string]>([
    [
      'an unknown input',
      told({ input: 'serve' }),
      'unknown-input',
      'input: found "serve", expected the id of an input in config/inputs.yaml such as served',
    ],
    [
      'one counted from orders',
      told({ input: 'due' }),
      'unknown-input',
      'input: found due, which is counted from work orders, expected one that is reported; leave it out by the mapping, or take orders of due out of config/inputs.yaml',
    ],
    [
      'a constant',
      told({ input: 'people' }),
      'unknown-input',
      'input: found people, which is fixed by its constant, expected one that is reported; leave it out by the mapping, or take constant of people out of config/inputs.yaml',
    ],
    [
      'an unknown unit',
      told({ of: 'watr' }),
      'unknown-member',
      'of: found "watr", expected the id of a unit of district 620802 in config/units.yaml such as water; let the mapping turn it into one, or add it there',
    ],
    [
      'a unit of another district',
      told({ of: 'BOS' }),
      'unknown-member',
      'of: found "BOS", expected the id of a unit of district 620802 in config/units.yaml; let the mapping turn it into one, or add it there',
    ],
    [
      'a unit where sectors are asked for',
      told({ input: 'records', of: 'water' }),
      'unknown-member',
      'of: found "water", expected the id of a sector of district 620802 in config/sectors.yaml; let the mapping turn it into one, or add it there',
    ],
    [
      'a member of what has none',
      told({ input: 'quiet', of: 'water' }),
      'unknown-member',
      'of: found "water", expected nothing, since quiet is of the district as a whole; leave it out by the mapping, or set by: unit (sector, theme) of quiet in config/inputs.yaml',
    ],
    [
      'a reading of an unknown unit',
      reading({ unit: 'nowhere' }),
      'unknown-member',
      'unit: found "nowhere", expected the id of a unit of district 620802 in config/units.yaml; let the mapping turn it into one, or add it there',
    ],
  ])('when it is %s, then it is refused with the cure', (_, fact, ...refusal) => {
    expect(refusalOf(fact)).toEqual(refusal)
  })

  test('when a value is no finite number, then it is refused', () => {
    for (const value of [Number.NaN, Infinity, '7', null]) expect(refusalOf({ ...told(), value })?.[0]).toBe('bad-shape')
  })

  test('when rules know what a series said before, then each member’s is a series of its own', () => {
    const next = admit({}, { corrections: 'refuse' })
    const words = [told(), told({ of: 'water', value: 1 }), told({ of: 'housing', value: 2 }), told({ of: 'water', value: 3 })].map((fact) => {
      const admitted = next(fact)
      return 'unchanged' in admitted || admitted.ok || admitted.error.code
    })
    expect(words).toEqual([true, true, true, 'correction'])
  })

  test('when the world is asked for the newest of a series, then it knows inputs and indicators, of the district and of members', () => {
    const world = new World(registry)
    const facts = [told(), told({ of: 'water', value: 1 }), reading({ value: 2 }), reading({ unit: 'water', value: 3 })]
    for (const entry of entriesOf(facts)) world.apply(entry)
    const series = ['/served//', '/served/water/', 'satisfaction', 'satisfaction/water/', '/served/housing/', 'satisfaction/pm25', 'nothing']
    expect(series.map((name) => world.newest('620802', name)?.value)).toEqual([90, 1, 2, 3, undefined, undefined, undefined])
    expect(world.newest('nowhere', 'satisfaction')).toBeUndefined()
    expect(world.orderCounts('nowhere')).toBeUndefined()
  })
})
