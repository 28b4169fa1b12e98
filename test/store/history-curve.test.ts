import fc from 'fast-check'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Fact, InputFact } from '../../contract/fact.ts'
import type { IndicatorDefinition, InputDefinition } from '../../contract/indicator.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import { dayNumber } from '../../server/core/calendar.ts'
import { reduce } from '../../server/core/reduce.ts'
import type { CurveRange } from '../../server/core/reduce.ts'
import type { LogReader } from '../../server/store/event-log.ts'
import type { Curve, CurveQuestion } from '../../server/core/curve.ts'
import { HistoryDesk } from '../../server/store/history-desk.ts'
import { indicator, registryWith } from '../support/registry.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 120_000 })

/** midnight of the first of January in Shanghai */
const newYear = Date.UTC(2025, 11, 31, 16)
const firstDay = dayNumber(newYear, 'Asia/Shanghai')
const monthDays = 31

const input = (id: string, given: Partial<InputDefinition> = {}): InputDefinition => ({
  id,
  name: id,
  nameEn: id,
  unitOfMeasure: '',
  unitOfMeasureEn: '',
  by: 'unit',
  gather: 'last',
  entry: false,
  published: false,
  cadenceHours: 24,
  ...given,
})

const inputs = [
  input('done'),
  input('asked'),
  input('batch', { gather: 'sum' }),
  input('people', { by: 'district', constant: 1_000 }),
  input('late', { orders: { channels: ['hotline-12345'], count: 'on-time' } }),
]

const told = (name: string, day: number, value: number, given: Partial<InputFact> = {}): InputFact => ({
  kind: 'input',
  input: name,
  at: newYear + day * dayMs,
  value,
  ...given,
})

/** A log that holds facts told one after the other, the n-th of them received n ms after the epoch: the first `held` of them so far. */
function logOf(facts: readonly Fact[]): LogReader & { held: number } {
  const entries = facts.map((fact, index) => ({ seq: index + 1, at: index + 1, feed: 'indicators', fact }))
  return {
    held: facts.length,
    lineage: 'of this test',
    get lastSeq() {
      return this.held
    },
    entries: ({ after, upTo = Infinity }) => entries.slice(after, Math.min(upTo, facts.length)).values(),
    seqAt: (at) => at,
    recordedAt: (seq) => entries[seq - 1]?.at,
    close: () => undefined,
  }
}

function deskOver(log: LogReader, definition: Partial<IndicatorDefinition>): HistoryDesk {
  const registry = registryWith({ indicators: [indicator({ id: 'rate', ...definition })], inputs })
  const desk = new HistoryDesk({ log, registry, directory: temporaryFolder(), report: () => undefined })
  onTestFinished(() => desk.close())
  return desk
}

const rateOver = (range: CurveRange): CurveQuestion => ({
  district: '620802',
  indicator: 'rate',
  unit: undefined,
  range,
  now: range.to,
  orders: [],
})

const hundredDays = { from: newYear, to: newYear + 100 * dayMs, points: 1_000 }

function curveAfter(facts: readonly Fact[], definition: Partial<IndicatorDefinition>, given: Partial<CurveQuestion> = {}): Promise<Curve> {
  return deskOver(logOf(facts), definition).curve({ ...rateOver(hundredDays), ...given })
}

const shown = ({ curve }: Curve): unknown => curve.map(({ at, last }) => [(at - newYear) / dayMs, last])

describe('a computed indicator', () => {
  test('has a point wherever one of its inputs was told, and none while one is missing', async () => {
    const facts = [
      told('done', 1, 10, { of: 'housing' }),
      told('asked', 2, 20, { of: 'housing' }),
      told('done', 3, 30, { of: 'dongguan' }),
      told('asked', 3, 60, { of: 'dongguan' }),
      told('asked', 4, 0, { of: 'housing' }),
      told('asked', 4, 0, { of: 'dongguan' }),
      told('asked', 5, 80, { of: 'dongguan' }),
    ]
    const rate = { formula: 'done / asked * 100' }
    expect(shown(await curveAfter(facts, rate))).toEqual([
      [2, 50],
      [3, 50],
      [5, 50],
    ])
    expect(shown(await curveAfter(facts, rate, { unit: 'dongguan' }))).toEqual([
      [3, 50],
      [5, 37.5],
    ])
  })

  test('takes what was reported for the whole from the first on that was, and keeps the sum of its members before that', async () => {
    const facts = [
      told('done', 1, 10, { of: 'housing' }),
      told('done', 1.5, 6, { of: 'dongguan' }),
      told('done', 2, 25),
      told('done', 3, 12, { of: 'housing' }),
    ]
    expect(shown(await curveAfter(facts, { formula: 'done' }))).toEqual([
      [1, 10],
      [1.5, 16],
      [2, 25],
    ])
    const parts = [told('batch', 1, 10, { of: 'housing' }), told('batch', monthDays + 1, 3), told('batch', monthDays + 2, 4, { of: 'housing' })]
    expect(shown(await curveAfter(parts, { formula: 'batch', period: 'month' }))).toEqual([
      [1, 10],
      [32, 3],
      [33, 3],
    ])
  })

  test('adds up parts over its period, and starts anew with the next', async () => {
    const facts = [
      told('batch', 1, 10),
      told('batch', 5, 5),
      told('batch', monthDays, 7),
      told('batch', monthDays + 1, 1, { at: newYear + 32.5 * dayMs }),
    ]
    expect(shown(await curveAfter(facts, { formula: 'batch', period: 'month' }))).toEqual([
      [1, 10],
      [5, 15],
      [31, 7],
      [32.5, 8],
    ])
    expect(shown(await curveAfter(facts, { formula: 'batch / people' }))).toEqual([
      [1, 0.01],
      [5, 0.015],
      [31, 0.022],
      [32.5, 0.023],
    ])
  })

  test('takes the start of the year from before it, and is missing while a member has none', async () => {
    const known = [told('done', -3, 100, { of: 'housing' }), told('done', 10, 150, { of: 'housing' })]
    const growth = { formula: 'done - start(done)' }
    expect(shown(await curveAfter(known, growth))).toEqual([[10, 50]])
    expect(shown(await curveAfter([...known, told('done', 20, 1, { of: 'dongguan' })], growth))).toEqual([])
  })

  test('goes by the definition of each day', async () => {
    const facts = [told('done', 1, 10), told('asked', 2, 20), told('done', 8, 30)]
    const revisions = [{ from: '2026-01-06', note: '口径调整', noteEn: 'changed', formula: 'done / asked * 100' }]
    expect(shown(await curveAfter(facts, { formula: 'done', revisions }))).toEqual([
      [1, 10],
      [2, 10],
      [5, 50],
      [8, 150],
    ])
  })

  test('is as it was reported on the days before it had a formula', async () => {
    const reported = (day: number, value: number): Fact => ({ kind: 'reading', indicator: 'rate', at: newYear + day * dayMs, value })
    const facts = [reported(0, 1), reported(2, 2), told('done', 3, 30), reported(7, 9)]
    const revisions = [{ from: '2026-01-06', note: '改为计算', noteEn: 'computed', formula: 'done' }]
    const range = { ...hundredDays, from: newYear + dayMs }
    expect(shown(await curveAfter(facts, { revisions }, { range }))).toEqual([
      [2, 2],
      [5, 30],
      [7, 30],
    ])
  })

  test('tells what a corrected input made of it', async () => {
    const facts = [told('asked', 1, 20), told('done', 1, 10), told('batch', 1, 1), told('done', 1, 5), told('batch', 2, 3), told('batch', 2, 4)]
    const { curve, corrections } = await curveAfter(facts, { formula: 'done / asked * 100 + batch' })
    const at = newYear + dayMs
    expect(curve.map(({ last }) => last)).toEqual([26, 30])
    expect(corrections).toEqual([
      { at, from: 51, to: 26, receivedAt: 4 },
      { at: at + dayMs, from: 29, to: 30, receivedAt: 6 },
    ])
  })

  test('of counted orders is by day, over the period to date, and of today up to now', async () => {
    const orders = [{ input: 'late', fromDay: firstDay, counts: [0, 2, 0, 1], heardFrom: firstDay + 1 }]
    const now = newYear + 3 * dayMs + 9 * hourMs
    const { curve } = await curveAfter([], { formula: 'late' }, { orders, now })
    expect(curve.map(({ at, last }) => [at, last])).toEqual([
      [newYear + 2 * dayMs - 1, 2],
      [newYear + 3 * dayMs - 1, 2],
      [now, 3],
    ])
  })
})

/** Told by a feed: which input, of whom, when (in steps of 6 hours around the turn of the year) and how much. */
const facts: fc.Arbitrary<readonly InputFact[]> = fc.array(
  fc
    .record({
      input: fc.constantFrom('done', 'asked', 'batch'),
      of: fc.constantFrom('housing', 'dongguan', 'water'),
      step: fc.integer({ min: -40, max: 160 }),
      value: fc.integer({ min: 0, max: 9 }),
    })
    .map(({ input: name, of, step, value }) => told(name, step / 4, value, { of })),
  { minLength: 1, maxLength: 60 },
)

/** The plain way: at each instant at which anything was told, look through all that was told up to then. */
function naive(all: readonly InputFact[], from: number, to: number): readonly { readonly at: number; readonly value: number }[] {
  const inForce = new Map(all.map((fact) => [`${fact.input} ${String(fact.of)} ${String(fact.at)}`, fact]))
  const known = [...inForce.values()].sort((one, other) => one.at - other.at)
  const members = [...new Set(all.map(({ of }) => of))].sort()
  const of = (name: string, at: number): readonly InputFact[] => known.filter((fact) => fact.input === name && fact.at <= at)
  const lastOf = (name: string, member: string | undefined, at: number): number | undefined =>
    of(name, at).findLast((fact) => fact.of === member)?.value
  const total = (name: string, at: number): number | undefined => {
    const values = members.flatMap((member) => lastOf(name, member, at) ?? [])
    return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value)
  }
  const yearOf = (at: number): boolean => at >= newYear
  const parts = (at: number): number | undefined => {
    const values = of('batch', at).filter((fact) => yearOf(fact.at) === yearOf(at))
    return values.length === 0 ? undefined : values.reduce((sum, { value }) => sum + value, 0)
  }
  const instants = [...new Set(known.map(({ at }) => at))].filter((at) => at >= from && at <= to)
  return instants.flatMap((at) => {
    const [done, asked, batch] = [total('done', at), total('asked', at), parts(at)]
    if (done === undefined || asked === undefined || asked === 0 || batch === undefined) return []
    return [{ at, value: (done / asked) * 100 + batch }]
  })
}

test('equals a recomputation from the facts, for any interleaving of reports and corrections, whenever it is asked', async () => {
  await fc.assert(
    fc.asyncProperty(facts, fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 60 }), async (all, begin, points) => {
      const fine = { from: newYear + (begin / 4) * dayMs, to: newYear + 40 * dayMs, points: 100_000 }
      const log = logOf(all)
      const desk = deskOver(log, { formula: 'done / asked * 100 + batch' })
      for (const held of [Math.ceil(all.length / 2), all.length]) {
        log.held = held
        const expected = naive(all.slice(0, held), fine.from, fine.to)
        const { curve } = await desk.curve(rateOver(fine))
        expect(curve).toEqual(expected.map(({ at, value }) => ({ at, min: value, max: value, last: value })))
        const reduced = (await desk.curve(rateOver({ ...fine, points }))).curve
        expect(reduced).toEqual(reduce(expected, { ...fine, points }))
      }
      desk.close()
    }),
    { numRuns: 40 },
  )
})
