import { describe, expect, it } from 'vitest'
import type { IndicatorDefinition, Target } from '../../contract/indicator.ts'
import type { FeedHealth, IndicatorState } from '../../contract/topic.ts'
import { headlineOf, rulerLabels } from '../../client/src/panels/headline/model.ts'
import { exceptionsOf } from '../../client/src/panels/indicator-exceptions/model.ts'
import { blocksOf, emptyFamilies, layOutMatrix, matrixMeasures } from '../../client/src/panels/indicator-matrix/model.ts'
import { figureOf, gapPhrase, readIndicators, targetPhrase } from '../../client/src/panels/indicators.ts'
import { measureWall } from '../../client/src/screen/wall-profile.ts'
import { indicator } from '../support/registry.ts'
import { feedState } from './feed-state.ts'

const now = Date.parse('2026-11-20T14:32:00+08:00')
const hour = 3_600_000
const feeds = new Map<string, FeedHealth>([['f', feedState('f', { since: now, lastFactAt: now, lastObservedAt: now })]])
const floor: Target = { shape: 'floor', value: 90, wording: 'w' }
const count: Target = { shape: 'count', value: 1000, wording: 'w' }

const define = (id: string, no: number, over: Partial<IndicatorDefinition> = {}): IndicatorDefinition =>
  indicator({ id, no, decimals: 1, scale: 1, better: 'higher', target: floor, pace: 'constant', cadenceHours: 24, ...over })
const state = (id: string, over: Partial<IndicatorState> = {}): [string, IndicatorState] => [
  id,
  {
    id,
    value: 95,
    numerator: undefined,
    denominator: undefined,
    observedAt: now - hour,
    receivedAt: now - hour,
    corrected: undefined,
    trend: [],
    expected: undefined,
    gap: 0,
    assessment: 'on-target',
    feed: 'f',
    ...over,
  },
]
const read = (definitions: readonly IndicatorDefinition[], ...states: [string, IndicatorState][]) =>
  readIndicators(definitions, new Map(states), feeds, now)

describe('an indicator on a screen', () => {
  it('stands in number order, missing ones included', () => {
    const readings = read([define('b', 2), define('a', 1)], state('b'))
    expect(readings.map(({ definition: { id }, quality }) => [id, quality.state])).toEqual([
      ['a', 'missing'],
      ['b', 'fresh'],
    ])
    expect(figureOf(readings[0]!, '%', 'f')).toMatchObject({ text: '—', unit: '', asOf: undefined })
    expect(figureOf(readings[1]!, '%', 'f')).toMatchObject({ text: '95.0', unit: '%', asOf: now - hour })
  })
  it('can take no colour without a printed target, whatever is said of it', () => {
    const [reading] = read([define('a', 1, { target: { shape: 'none' } })], state('a', { assessment: 'off-target', gap: -5 }))
    expect(reading).toMatchObject({ tone: 'plain', assessment: 'none' })
    expect(gapPhrase(reading!)).toBeUndefined()
  })
})

describe('a gap in words', () => {
  const gap = (definition: IndicatorDefinition, over: Partial<IndicatorState>) => gapPhrase(read([definition], state(definition.id, over))[0]!)
  it('is what is short of the pace, in the figure’s own unit', () => {
    expect(gap(define('a', 1, { target: count }), { value: 836, expected: 888, gap: -52, assessment: 'off-target' })).toEqual({
      key: 'behind',
      amount: '52',
      againstPace: true,
      reference: '888.0',
    })
    expect(
      gap(define('a', 1, { target: count, scale: 10_000 }), { value: 362_000, expected: 414_000, gap: -52_000, assessment: 'watch' })?.amount,
    ).toBe('5.2')
  })
  it('is how far below a floor, or above where lower is better', () => {
    expect(gap(define('a', 1), { value: 89.6, gap: -0.4, assessment: 'watch' })).toMatchObject({
      key: 'below',
      amount: '0.4',
      againstPace: false,
      reference: '90.0',
    })
    expect(gap(define('a', 1, { better: 'lower' }), { value: 92, gap: -2, assessment: 'watch' })).toMatchObject({ key: 'above' })
  })
  it('counts what is overdue where nothing may be', () => {
    expect(
      gap(define('a', 1, { target: { shape: 'zero', value: 0, wording: 'w' }, decimals: 0 }), { value: 4, gap: -4, assessment: 'off-target' }),
    ).toMatchObject({
      key: 'over',
      amount: '4',
    })
  })
  it('is not rounded away', () => {
    expect(gap(define('a', 1, { decimals: 0 }), { value: 89.8, gap: -0.2, assessment: 'watch' })?.amount).toBe('0.2')
  })
  it('is nothing on pace', () => {
    expect(gap(define('a', 1), { gap: 3 })).toBeUndefined()
  })
})

it('says each shape of target in its own way', () => {
  const phrase = (target: Target, over: Partial<IndicatorDefinition> = {}) => targetPhrase(define('a', 1, { target, ...over }))
  expect(phrase(floor)).toEqual({ key: 'atLeast', n: '90' })
  expect(phrase(floor, { better: 'lower' })).toEqual({ key: 'atMost', n: '90' })
  expect(phrase({ shape: 'full', value: 100, wording: 'w' })).toEqual({ key: 'mustBe', n: '100' })
  expect(phrase({ shape: 'zero', value: 0, wording: 'w' })).toEqual({ key: 'mustBe', n: '0' })
  expect(phrase({ shape: 'strive', value: 95, wording: 'w' })).toEqual({ key: 'strive', n: '95' })
  expect(phrase(count, { scale: 10 })).toEqual({ key: 'count2', n: '100' })
  expect(phrase({ shape: 'none' })).toBeUndefined()
})

describe('the headline', () => {
  const readings = read(
    [define('a', 1), define('b', 2), define('c', 3), define('d', 4), define('e', 5, { target: { shape: 'none' } }), define('f', 6)],
    state('a'),
    state('b', { assessment: 'watch', gap: -1 }),
    state('c', { assessment: 'off-target', gap: -9 }),
    state('d', { observedAt: now - 99 * hour }),
    state('e', { assessment: 'none' }),
  )
  it('counts against what has a target, and what cannot be judged', () => {
    expect(headlineOf(readings)).toMatchObject({ total: 6, withTarget: 5, onPace: 2, watch: 1, offTarget: 1, notFresh: 2 })
  })
  it('counts an aim without a figure as no target, in the matrix as well', () => {
    const best = read([define('a', 1, { target: { shape: 'rank', wording: 'w' } })], state('a', { assessment: 'none' }))
    expect(headlineOf(best)).toMatchObject({ total: 1, withTarget: 0 })
    expect(blocksOf(best)[0]?.counts).toMatchObject({ all: 1, noTarget: 1 })
  })
  it('gives every indicator a tick in number order', () => {
    expect(headlineOf(readings).ticks.map(({ kind }) => kind)).toEqual(['on', 'watch', 'off', 'on', 'none', 'none'])
  })
  it('labels the ruler at its ends and at round numbers between', () => {
    expect(rulerLabels(Array.from({ length: 45 }, (_, index) => ({ no: index + 1, kind: 'none' as const })))).toEqual([1, 15, 30, 45])
    expect(rulerLabels([])).toEqual([])
  })
})

it('lists missed before behind, each by its gap as a share of its target', () => {
  const readings = read(
    [define('small', 1), define('large', 2), define('missed', 3), define('fine', 4), define('many', 5, { target: count })],
    state('small', { assessment: 'watch', gap: -1 }),
    state('large', { assessment: 'watch', gap: -20 }),
    state('missed', { assessment: 'off-target', gap: -0.1 }),
    state('fine'),
    state('many', { assessment: 'watch', gap: -100 }),
  )
  expect(exceptionsOf(readings).map(({ definition: { id } }) => id)).toEqual(['missed', 'large', 'many', 'small'])
})

describe('the matrix', () => {
  const wall = measureWall(
    { id: 'h', name: 'h', widthMm: 4800, widthPx: 3840, heightPx: 2160, farthestSeatM: 8, automatic: true },
    { width: 3840, height: 2160 },
  )
  const many = (family: IndicatorDefinition['family'], from: number, length: number) =>
    Array.from({ length }, (_, index) => define(`${family}-${String(index)}`, from + index, { family }))
  const blocks = blocksOf(read([...many('government-service', 20, 33), ...many('service-efficiency', 1, 14)]))

  it('has the family of the lowest number first, and names those without indicators', () => {
    expect(blocks.map(({ family }) => family)).toEqual(['service-efficiency', 'government-service'])
    expect(emptyFamilies(read(many('economy', 1, 1)))).toEqual(['government-service', 'service-efficiency', 'society', 'public-safety'])
  })
  it('fits all of the plan on one page of the reference wall', () => {
    const layout = layOutMatrix(blocks, { widthPx: 3680, heightPx: 1104 }, true, wall)
    expect(layout.pages).toHaveLength(1)
    expect(layout.cellHeight).toBeGreaterThanOrEqual(matrixMeasures(wall).leastCellHeight)
  })
  it('never shrinks: what does not fit turns to further pages, and none is lost', () => {
    const layout = layOutMatrix(blocks, { widthPx: 2000, heightPx: 600 }, true, wall)
    expect(layout.pages.length).toBeGreaterThan(1)
    expect(layout.pages.flat().flatMap(({ readings }) => readings)).toHaveLength(47)
    expect(layout.cellHeight).toBeGreaterThanOrEqual(matrixMeasures(wall).leastCellHeight)
  })
  it('gives curves the height that is left over', () => {
    expect(layOutMatrix(blocks, { widthPx: 3880, heightPx: 1900 }, true, wall).curveHeight).toBeGreaterThan(wall.type.label)
  })
  it('does not hang in a place too low for a single row', () => {
    expect(
      layOutMatrix(blocks, { widthPx: 2000, heightPx: 50 }, true, wall)
        .pages.flat()
        .flatMap(({ readings }) => readings),
    ).toHaveLength(47)
  })
})
