import { describe, expect, it } from 'vitest'
import type { DefinitionFact } from '../../contract/fact.ts'
import type { IndicatorDefinition, InputDefinition } from '../../contract/indicator.ts'
import { checkDefinitions } from '../../server/definitions.ts'
import { indicator, input, registryWith } from '../support/registry.ts'

const now = Date.UTC(2026, 2, 2, 1)
const later = now + 30 * 86_400_000

const inputs = [
  input({ id: 'served', by: 'unit' }),
  input({ id: 'asked', orders: { channels: ['hotline-12345', 'leader-board'], count: 'due' } }),
  input({ id: 'population', constant: 504_848, source: '第七次全国人口普查' }),
]
const rate = indicator({
  id: 'served_rate',
  formula: 'served / asked * 100',
  target: { shape: 'floor', value: 90, wording: '达到90%以上' },
  pace: 'ramp',
  baseline: 60,
})
const perHead = indicator({ id: 'served_per_head', formula: 'served / population' })
const revision = { from: '2026-07-01', note: '省级口径', noteEn: 'By the province', formula: 'served / (asked + 1) * 100' }

/** A registry with these two alone. */
function registryOf(indicators: readonly IndicatorDefinition[] = [rate, perHead], given: readonly InputDefinition[] = inputs) {
  const registry = registryWith({ inputs: given })
  return { ...registry, indicators: new Map(indicators.map((each) => [each.id, each])) }
}

function facts(registry = registryOf(), recorded: readonly DefinitionFact[] = [], at = now): readonly DefinitionFact[] {
  const checked = checkDefinitions({ registry, recorded, now: at })
  if (!checked.ok) throw new Error(checked.error.map(({ problem }) => problem).join('; '))
  return checked.value
}

/** What is told of a start with this configuration on a log that has recorded the two as they were. */
function told(registry: ReturnType<typeof registryOf>, recorded = facts()): readonly string[] {
  const checked = checkDefinitions({ registry, recorded, now: later })
  return checked.ok ? [] : checked.error.map(({ file, path, problem }) => `${file}: ${path}: ${problem}`)
}

describe('the guard on definitions', () => {
  it('has every version recorded that the log does not know', () => {
    const digest = expect.stringMatching(/^[0-9a-f]{64}$/) as string
    expect(facts(registryOf([{ ...rate, revisions: [revision] }]))).toEqual([
      { kind: 'definition', district: '620802', indicator: 'served_rate', version: 1, at: now, from: '', digest, note: '' },
      { kind: 'definition', district: '620802', indicator: 'served_rate', version: 2, at: now, from: '2026-07-01', digest, note: '省级口径' },
    ])
  })

  it('has nothing recorded twice', () => {
    const recorded = facts()
    expect(recorded).toHaveLength(2)
    expect(facts(registryOf(), recorded, later)).toEqual([])
  })

  it('takes a revision as a new version beside what is recorded', () => {
    const added = facts(registryOf([{ ...rate, revisions: [revision] }, perHead]), facts(), later)
    expect(added.map(({ indicator: id, version, at }) => [id, version, at])).toEqual([['served_rate', 2, later]])
  })

  it.each<[string, Partial<IndicatorDefinition>]>([
    ['formula', { formula: 'served / (asked + 1) * 100' }],
    ['target figure', { target: { shape: 'floor', value: 95, wording: '达到90%以上' } }],
    ['target shape', { target: { shape: 'strive', value: 90, wording: '达到90%以上' } }],
    ['pace', { pace: 'constant' }],
    ['kind of days', { paceDays: 'working' }],
    ['baseline', { baseline: 61 }],
    ['period', { period: 'month' }],
    ['direction', { better: 'lower' }],
    ['unit of measure', { unitOfMeasure: '‰' }],
  ])('refuses another %s', (_what, change) => {
    expect(told(registryOf([{ ...rate, ...change }, perHead]))).toEqual([
      'indicators: served_rate: version 1 was recorded on 2026-03-02 with another formula, target, pace, baseline, period or input; ' +
        'put the old one back, and add a revision with `from` for what is new',
    ])
  })

  it.each<[string, InputDefinition, string]>([
    ['constant', input({ id: 'population', constant: 500_000, source: '第七次全国人口普查' }), 'served_per_head'],
    ['way of gathering', input({ id: 'served', by: 'unit', gather: 'sum' }), 'served_rate'],
    ['count of orders', input({ id: 'asked', orders: { channels: ['hotline-12345', 'leader-board'], count: 'received' } }), 'served_rate'],
    ['choice of channels', input({ id: 'asked', orders: { channels: ['hotline-12345'], count: 'due' } }), 'served_rate'],
  ])('refuses another %s of an input, for each indicator that is made of it', (_what, change, id) => {
    expect(told(registryOf([rate, perHead], [...inputs, change])).some((problem) => problem.startsWith(`indicators: ${id}: version 1 `))).toBe(true)
  })

  it('lets be changed what only tells of the figure, or is not named by it', () => {
    const renamed: IndicatorDefinition = {
      ...rate,
      ...{ no: 7, name: '新名', shortName: '新名', nameEn: 'New', decimals: 3, scale: 10, cadenceHours: 1, range: [0, 100], leadUnits: ['住建局'] },
      formula: ' served/asked  *100 ',
      target: { shape: 'floor', value: 90, wording: '确保达到90%以上' },
    }
    const other = input({ id: 'unnamed', constant: 3, source: '…' })
    const sorted = input({ id: 'asked', orders: { channels: ['leader-board', 'hotline-12345'], count: 'due' }, name: '新名', cadenceHours: 1 })
    expect(told(registryOf([perHead, renamed], [...inputs, other, sorted]))).toEqual([])
  })

  it('refuses a revision that now holds from another day, with both days', () => {
    const recorded = facts(registryOf([{ ...rate, revisions: [revision] }]))
    expect(told(registryOf([{ ...rate, revisions: [{ ...revision, from: '2026-08-01' }] }]), recorded)).toEqual([
      'indicators: served_rate.revisions[0]: version 2 was recorded on 2026-03-02 to hold from 2026-07-01, not from 2026-08-01; ' +
        'put the old one back, and add a revision with `from` for what is new',
    ])
  })

  it('refuses a new revision from a day before the one on which it is recorded: those days were shown by the version before', () => {
    const from = (day: string) => told(registryOf([{ ...rate, revisions: [{ ...revision, from: day }] }, perHead]))
    expect(from('2026-03-31')).toEqual([
      'indicators: served_rate.revisions[0]: version 2 is new, and would hold from 2026-03-31, before today, 2026-04-01, ' +
        'for days that were shown by the version before; let `from` be 2026-04-01 or later',
    ])
    expect(from('2026-04-01')).toEqual([])
    // on a log that knows nothing of the indicator nothing was shown
    expect(facts(registryOf([{ ...rate, revisions: [{ ...revision, from: '2020-01-01' }] }]))).toHaveLength(2)
    // nor is one refused that was recorded in time, once its day has come
    const recorded = facts(registryOf([{ ...rate, revisions: [{ ...revision, from: '2026-03-05' }] }, perHead]))
    expect(told(registryOf([{ ...rate, revisions: [{ ...revision, from: '2026-03-05' }] }, perHead]), recorded)).toEqual([])
  })

  it('refuses that a recorded revision is gone, and lets a whole indicator go', () => {
    const recorded = facts(registryOf([{ ...rate, revisions: [revision] }, perHead]))
    expect(told(registryOf([rate, perHead]), recorded)).toEqual([
      'indicators: served_rate.revisions[0]: version 2, which holds from 2026-07-01, was recorded on 2026-03-02 and is gone; ' +
        'put its revision back, and add another with `from` for what is new',
    ])
    expect(told(registryOf([perHead]), recorded)).toEqual([])
  })

  it('tells all at once, and goes by what was recorded first', () => {
    const [first] = facts()
    if (first === undefined) throw new Error('two were recorded')
    expect(told(registryOf(), [...facts(), { ...first, digest: '0'.repeat(64), at: later }])).toEqual([])
    expect(
      told(
        registryOf([
          { ...rate, baseline: 1 },
          { ...perHead, period: 'month' },
        ]),
      ),
    ).toHaveLength(2)
  })
})
