import { describe, expect, it } from 'vitest'
import type { IndicatorDefinition, Target } from '../../contract/indicator.ts'
import type { FeedHealth, IndicatorState } from '../../contract/topic.ts'
import { headlineOf, rulerLabels } from '../../client/src/panels/headline/model.ts'
import { exceptionsOf } from '../../client/src/panels/indicator-exceptions/model.ts'
import { blocksOf, emptyFamilies, layOutMatrix, matrixMeasures } from '../../client/src/panels/indicator-matrix/model.ts'
import { cellName, cellNote, figureSetting, fittingWords, gapWords } from '../../client/src/panels/indicator-matrix/cell.ts'
import { cellCurve } from '../../client/src/panels/indicator-matrix/curve.ts'
import {
  bunchedPhrase,
  countedGap,
  dailyNeed,
  gapPhrase,
  isMonthYoung,
  monthStartOf,
  isGrowth,
  projectionPhrase,
  targetPhrase,
} from '../../client/src/panels/indicator-phrases.ts'
import { countNumbers, countThen, figureOf, planNumbers, readIndicators } from '../../client/src/panels/indicators.ts'
import { measureWall } from '../../client/src/screen/wall-profile.ts'
import { indicator } from '../support/registry.ts'
import { feedState } from './feed-state.ts'

const now = Date.parse('2026-11-20T14:32:00+08:00')
const hour = 3_600_000
const feeds = new Map<string, FeedHealth>([['f', feedState('f', { since: now, lastFactAt: now, lastObservedAt: now })]])
const zone = 'Asia/Shanghai'
const day = 24 * hour
const floor: Target = { shape: 'floor', value: 90, wording: '达到90%以上' }
const count: Target = { shape: 'count', value: 1000, wording: '达到1000项' }

const define = (id: string, no: number, over: Partial<IndicatorDefinition> = {}): IndicatorDefinition =>
  indicator({
    id,
    no,
    decimals: 1,
    scale: 1,
    better: 'higher',
    target: floor,
    pace: 'constant',
    cadenceHours: 24,
    paceDays: 'calendar',
    period: 'year',
    revisions: [],
    ...over,
  })
const state = (id: string, over: Partial<IndicatorState> = {}): [string, IndicatorState] => [
  id,
  {
    id,
    value: 95,
    missing: undefined,
    numerator: undefined,
    denominator: undefined,
    observedAt: now - hour,
    ageing: { input: undefined, since: now - hour, everyMs: day },
    countedFrom: [],
    receivedAt: now - hour,
    corrected: undefined,
    version: 1,
    trend: [],
    expected: undefined,
    gap: 0,
    assessment: 'on-target',
    outlook: undefined,
    bunched: undefined,
    units: undefined,
    feed: 'f',
    ...over,
  },
]
/** one of its inputs has not come for four days */
const late = { ageing: { input: 'a', since: now - 99 * hour, everyMs: day } }
const read = (definitions: readonly IndicatorDefinition[], ...states: [string, IndicatorState][]) =>
  readIndicators(definitions, new Map(states), feeds, now)
const numbered = (...given: Parameters<typeof read>) => planNumbers(read(...given))

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
  it('is a dash where it cannot be reckoned, and is not judged, whatever is said of it', () => {
    const because = { why: 'input', input: 'items_online' } as const
    const [reading] = read([define('a', 1)], state('a', { value: undefined, missing: because, gap: -5, assessment: 'off-target' }))
    expect(reading).toMatchObject({ assessment: 'none', tone: 'plain', quality: { state: 'missing', because } })
    expect(figureOf(reading!, '%', 'f')).toMatchObject({ text: '—', unit: '', quality: { state: 'missing', because } })
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

describe('a gap in what the rate counts', () => {
  const counted = { unit: '项', unitEn: 'items' }
  const full: Target = { shape: 'full', value: 100, wording: '达到100%' }
  const of = (numerator: number | undefined, denominator: number | undefined): Partial<IndicatorState> => ({
    value: ((numerator ?? 0) / (denominator ?? 1)) * 100,
    numerator,
    denominator,
    gap: -1,
    assessment: 'watch',
  })
  const gap = (over: Partial<IndicatorDefinition>, given: Partial<IndicatorState>) =>
    countedGap(read([define('a', 1, { counted, ...over })], state('a', given))[0]!)

  it('is how many more would reach a floor at as many as there are now, never less', () => {
    expect(gap({}, of(443, 500))).toEqual({ count: 7, all: 500, to: 'target', reference: '90' })
    expect(gap({}, of(449, 501))?.count).toBe(2)
  })
  it('is not one more for the rounding of fractions', () => {
    const target: Target = { shape: 'floor', value: 90.4, wording: '达到90.4%以上' }
    // 90.4 × 1,375 ÷ 100 comes to 1243.0000000000002
    expect(gap({ target }, of(1_240, 1_375))?.count).toBe(3)
  })
  it('is what a hundred per cent lacks, also where it is only implied, and whatever the pace of today', () => {
    expect(gap({ target: full }, of(73, 80))).toEqual({ count: 7, all: 80, to: 'all', reference: '100' })
    expect(gap({ target: full, pace: 'ramp', baseline: 50 }, { ...of(73, 80), expected: 92 })?.count).toBe(7)
    expect(gap({ target: { shape: 'strive', value: 100, wording: '办件全覆盖' } }, of(11, 13))).toMatchObject({ count: 2, to: 'all' })
  })
  it('is what a total lacks of its pace: the target is due by the end of its period', () => {
    const given = { ...of(362_000, 500_000), expected: 82.8 }
    expect(gap({ target: full, pace: 'cumulative' }, given)).toEqual({ count: 52_000, all: 500_000, to: 'pace', reference: '82.8' })
    expect(gap({ target: full, pace: 'cumulative' }, { ...given, expected: undefined })).toBeUndefined()
  })
  it('is never invented: without both counts, or what they count, and where they would do', () => {
    expect(gap({}, of(undefined, 500))).toBeUndefined()
    expect(gap({}, of(443, undefined))).toBeUndefined()
    expect(gap({}, of(442.5, 500))).toBeUndefined()
    expect(gap({}, of(460, 500))).toBeUndefined()
    expect(gap({ better: 'lower' }, of(443, 500))).toBeUndefined()
    expect(gap({}, { ...of(443, 500), assessment: 'on-target' })).toBeUndefined()
    expect(countedGap(read([define('a', 1)], state('a', of(443, 500)))[0]!)).toBeUndefined()
  })
  it('comes with what each day needs of the same, rounded up', () => {
    const outlook = { daysLeft: 41, perDay: 0.25, projected: undefined }
    const needed = (given: Partial<IndicatorState>) => dailyNeed(read([define('a', 1, { counted })], state('a', { ...given, outlook }))[0]!)
    expect(needed(of(443, 500))).toEqual({ amount: 2, of: 'counted', days: 'calendar' })
    expect(needed(of(undefined, 500))).toEqual({ amount: 0.25, of: 'unit', days: 'calendar' })
  })
})

it('says each shape of target in its own way', () => {
  const phrase = (target: Target, over: Partial<IndicatorDefinition> = {}) => targetPhrase(define('a', 1, { target, ...over }))
  expect(phrase(floor)).toEqual({ key: 'matrix.atLeast', n: '90' })
  expect(phrase(floor, { better: 'lower' })).toEqual({ key: 'matrix.atMost', n: '90' })
  expect(phrase({ shape: 'full', value: 100, wording: '达到100%' })).toEqual({ key: 'matrix.mustBe', n: '100' })
  expect(phrase({ shape: 'zero', value: 0, wording: '超期0件' })).toEqual({ key: 'matrix.mustBe', n: '0' })
  expect(phrase({ shape: 'strive', value: 95, wording: '力争达到95%' })).toEqual({ key: 'matrix.strive', n: '95' })
  expect(phrase({ shape: 'strive', value: 100, wording: '办件全覆盖' })).toEqual({ key: 'overview.target.implied', n: '100' })
  expect(phrase(count, { scale: 10 })).toEqual({ key: 'matrix.count2', n: '100' })
  expect(phrase({ shape: 'rank', wording: '全省最优' })).toEqual({ key: 'overview.target.rank', n: '' })
  expect(phrase({ shape: 'none' })).toBeUndefined()
})

describe('what each day would take', () => {
  const need = (perDay: number | undefined, over: Partial<IndicatorDefinition> = {}, assessment: 'watch' | 'on-target' = 'watch') =>
    dailyNeed(read([define('a', 1, over)], state('a', { gap: -1, assessment, outlook: { daysLeft: 41, perDay, projected: undefined } }))[0]!)
  it('is whole for things that are counted, and never less than is needed', () => {
    expect(need(7.6, { target: count, unitOfMeasure: '项' })).toEqual({ amount: 8, of: 'unit', days: 'calendar' })
    expect(need(2536.1, { target: count, unitOfMeasure: '件', scale: 10_000, paceDays: 'working' })).toEqual({
      amount: 2537,
      of: 'unit',
      days: 'working',
    })
  })
  it('has one or two digits for shares', () => {
    expect(need(0.1951)).toEqual({ amount: 0.2, of: 'unit', days: 'calendar' })
    expect(need(0.5312)?.amount).toBe(0.54)
    expect(need(0.0195)?.amount).toBe(0.02)
    expect(need(0.02)?.amount).toBe(0.02)
  })
  it('is not said on pace, nor where nobody can say', () => {
    expect(need(3, {}, 'on-target')).toBeUndefined()
    expect(need(undefined)).toBeUndefined()
    expect(need(0)).toBeUndefined()
  })
})

it('tells where the last thirty days lead, in the indicator’s scale, and that they came in heaps', () => {
  const outlook = { daysLeft: 41, perDay: 1, projected: { value: 962_000, low: 951_000, high: 974_000 } }
  const over = { outlook, bunched: { at: now - 3 * day, share: 0.423 } }
  const [reading] = read([define('a', 1, { scale: 10_000, period: 'month' })], state('a', over))
  expect(projectionPhrase(reading!)).toEqual({ period: 'month', value: '96.2', low: '95.1', high: '97.4' })
  expect(bunchedPhrase(reading!)).toEqual({ at: now - 3 * day, percent: '42' })
  const [plain] = read([define('a', 1)], state('a'))
  expect(projectionPhrase(plain!)).toBeUndefined()
  expect(bunchedPhrase(plain!)).toBeUndefined()
})

describe('a number of the plan', () => {
  const none: Target = { shape: 'none' }
  const two = [define('a', 1), define('b', 1)]
  it('with two measures stands as the worse of them, which speaks for it', () => {
    const [number] = numbered(two, state('a'), state('b', { assessment: 'watch', gap: -1 }))
    expect(number).toMatchObject({ no: 1, standing: 'watch', tone: 'yellow', leading: { definition: { id: 'b' } } })
    expect(number?.measures.map(({ definition: { id } }) => id)).toEqual(['a', 'b'])
  })
  it('is not on pace while one of its measures cannot be judged', () => {
    expect(numbered(two, state('a'))[0]).toMatchObject({ standing: 'unjudged', tone: 'plain', leading: { definition: { id: 'b' } } })
    expect(numbered(two, state('b', { assessment: 'off-target', gap: -1 }))[0]).toMatchObject({ standing: 'off-target' })
  })
  it('is judged by the measure that has a target', () => {
    expect(numbered([define('a', 1, { target: none }), define('b', 1)], state('a', { assessment: 'none' }), state('b'))[0]).toMatchObject({
      standing: 'on-target',
      leading: { definition: { id: 'b' } },
    })
  })
  it('counts once, and the counts add up to all', () => {
    const numbers = numbered(
      [
        ...two,
        define('c', 2),
        define('d', 3),
        define('e', 4),
        define('f', 5, { target: none }),
        define('g', 6, { target: { shape: 'rank', wording: 'w' } }),
      ],
      state('a'),
      state('b'),
      state('c', { assessment: 'watch', gap: -1 }),
      state('d', { assessment: 'off-target', gap: -1 }),
    )
    expect(countNumbers(numbers)).toEqual({ all: 6, withTarget: 4, onPace: 1, watch: 1, offTarget: 1, unjudged: 1, noTarget: 2 })
  })
  it('counts by what was said at another time, of those it knows', () => {
    const numbers = numbered([...two, define('c', 2), define('d', 3, { target: none })])
    expect(countThen(numbers, { a: 'on-target', b: 'watch', d: 'off-target' })).toEqual({
      all: 3,
      withTarget: 2,
      onPace: 0,
      watch: 1,
      offTarget: 0,
      unjudged: 1,
      noTarget: 1,
    })
  })
})

describe('the headline', () => {
  const numbers = numbered(
    [define('a', 1), define('b', 2), define('c', 3), define('d', 4), define('e', 5, { target: { shape: 'none' } }), define('f', 6)],
    state('a'),
    state('b', { assessment: 'watch', gap: -1 }),
    state('c', { assessment: 'off-target', gap: -9 }),
    state('d', late),
    state('e', { assessment: 'none' }),
  )
  it('counts against what has a target, and what cannot be judged', () => {
    expect(headlineOf(numbers, undefined)).toMatchObject({
      counts: { all: 6, withTarget: 5, onPace: 2, watch: 1, offTarget: 1, unjudged: 1, noTarget: 1 },
      notFresh: 2,
    })
  })
  it('counts an aim without a figure as no target, in the matrix as well', () => {
    const best = numbered([define('a', 1, { target: { shape: 'rank', wording: 'w' } })], state('a', { assessment: 'none' }))
    expect(headlineOf(best, undefined).counts).toMatchObject({ all: 1, withTarget: 0 })
    expect(blocksOf(best)[0]?.counts).toMatchObject({ all: 1, noTarget: 1 })
  })
  it('gives every number a tick in its place, that opens the measure which stands worst', () => {
    expect(headlineOf(numbers, undefined).ticks.map(({ kind }) => kind)).toEqual(['on', 'watch', 'off', 'on', 'none', 'open'])
    expect(headlineOf(numbers, undefined).ticks[1]).toEqual({ no: 2, kind: 'watch', indicator: 'b' })
  })
  it('says what has changed since the last meeting, and nothing before a first one', () => {
    const assessments = { a: 'watch', b: 'watch', c: 'on-target', d: 'watch' } as const
    const meeting = { id: 'last', name: '十月调度会', at: now - 23 * day, assessments } as const
    expect(headlineOf(numbers, meeting).since).toEqual({ at: now - 23 * day, onPace: 1, watch: -2, offTarget: 1 })
    expect(headlineOf(numbers, undefined).since).toBeUndefined()
  })
  it('labels the ruler at its ends and at round numbers between', () => {
    expect(rulerLabels(Array.from({ length: 45 }, (_, index) => ({ no: index + 1 })))).toEqual([1, 15, 30, 45])
    expect(rulerLabels([])).toEqual([])
  })
})

it('lists missed before behind, each by its gap as a share of its target', () => {
  const numbers = numbered(
    [define('small', 1), define('large', 2), define('missed', 3), define('fine', 4), define('many', 5, { target: count })],
    state('small', { assessment: 'watch', gap: -1 }),
    state('large', { assessment: 'watch', gap: -20 }),
    state('missed', { assessment: 'off-target', gap: -0.1 }),
    state('fine'),
    state('many', { assessment: 'watch', gap: -100 }),
  )
  expect(exceptionsOf(numbers).map(({ leading: { definition } }) => definition.id)).toEqual(['missed', 'large', 'many', 'small'])
})

describe('the matrix', () => {
  const wall = measureWall(
    { id: 'h', name: 'h', widthMm: 4800, widthPx: 3840, heightPx: 2160, farthestSeatM: 8, automatic: true },
    { width: 3840, height: 2160 },
  )
  const many = (family: IndicatorDefinition['family'], from: number, length: number) =>
    Array.from({ length }, (_, index) => define(`${family}-${String(index)}`, from + index, { family }))
  const blocks = blocksOf(numbered([...many('government-service', 20, 33), ...many('service-efficiency', 1, 14)]))

  it('has the family of the lowest number first, and names those without indicators', () => {
    expect(blocks.map(({ id }) => id)).toEqual(['service-efficiency', 'government-service'])
    expect(emptyFamilies(numbered(many('economy', 1, 1)))).toEqual(['government-service', 'service-efficiency', 'society', 'public-safety'])
  })
  it('groups by the evaluation instead when asked, in its own order', () => {
    const some = numbered([define('a', 1, { group: 'response' }), define('b', 2, { group: 'access' }), define('c', 3, { group: 'response' })])
    expect(blocksOf(some, 'group').map(({ id, numbers }) => [id, numbers.map(({ no }) => no)])).toEqual([
      ['access', [2]],
      ['response', [1, 3]],
    ])
  })
  it('takes one column more where pages then have fewer rows', () => {
    const nine = blocksOf(
      numbered(Array.from({ length: 18 }, (_, index) => define(`i${String(index)}`, index, { group: index < 9 ? 'effect' : 'access' }))),
      'group',
    )
    expect(layOutMatrix(nine, { widthPx: 3680, heightPx: 300 }, false, wall).columns).toBe(9)
    expect(layOutMatrix(nine, { widthPx: 3680, heightPx: 1900 }, false, wall).columns).toBe(8)
  })
  it('fits all of the plan on one page of the reference wall', () => {
    const layout = layOutMatrix(blocks, { widthPx: 3680, heightPx: 1104 }, true, wall)
    expect(layout.pages).toHaveLength(1)
    expect(layout.cellHeight).toBeGreaterThanOrEqual(matrixMeasures(wall).leastCellHeight)
  })
  it('never shrinks: what does not fit turns to further pages, and none is lost', () => {
    const layout = layOutMatrix(blocks, { widthPx: 2000, heightPx: 600 }, true, wall)
    expect(layout.pages.length).toBeGreaterThan(1)
    expect(layout.pages.flat().flatMap(({ numbers }) => numbers)).toHaveLength(47)
    expect(layout.cellHeight).toBeGreaterThanOrEqual(matrixMeasures(wall).leastCellHeight)
  })
  it('gives curves the height that is left over', () => {
    expect(layOutMatrix(blocks, { widthPx: 3880, heightPx: 1900 }, true, wall).curveHeight).toBeGreaterThan(wall.type.label)
  })
  it('does not hang in a place too low for a single row', () => {
    expect(
      layOutMatrix(blocks, { widthPx: 2000, heightPx: 50 }, true, wall)
        .pages.flat()
        .flatMap(({ numbers }) => numbers),
    ).toHaveLength(47)
  })
})

describe('a cell of the matrix', () => {
  const note = (definition: IndicatorDefinition, over: Partial<IndicatorState> = {}, hasCurve = false) =>
    cellNote(numbered([definition], state(definition.id, over))[0]!, hasCurve).kind
  it('says the one thing that matters most', () => {
    expect(note(define('a', 1), { ...late, assessment: 'watch', gap: -1 })).toBe('quality')
    expect(note(define('a', 1), { value: undefined, missing: { why: 'start', input: 'x' } })).toBe('quality')
    const counts = { assessment: 'watch', gap: -1, numerator: 443, denominator: 500 } as const
    expect(note(define('a', 1, { counted: { unit: '项', unitEn: 'items' } }), counts)).toBe('counted')
    expect(note(define('a', 1), counts)).toBe('gap')
    expect(note(define('a', 1), { assessment: 'watch', gap: -1, bunched: { at: now, share: 0.5 } })).toBe('gap')
    expect(note(define('a', 1), { bunched: { at: now, share: 0.5 } })).toBe('bunched')
    expect(note(define('a', 1))).toBe('target')
  })
  it('shows only the trend where the plan prints no figure', () => {
    const none = define('a', 1, { target: { shape: 'none' } })
    expect(note(none)).toBe('curve')
    expect(note(none, {}, true)).toBe('nothing')
    expect(note(define('a', 1, { target: { shape: 'none' }, better: 'lower' }), {}, true)).toBe('lower-better')
  })
  it('calls two measures by what they have alike, as far as there is room', () => {
    const name = (names: readonly string[], roomEm: number) => cellName(names, [(first) => `${first} 等2项`, (first) => `${first}等`], roomEm)
    expect(name(['终端使用率', '终端在线率'], 9)).toBe('终端使用·在线率')
    expect(name(['线上进驻率', '大厅进驻率'], 9)).toBe('线上·大厅进驻率')
    expect(name(['企业注册率', '法人信息完备'], 9)).toBe('企业注册率 等2项')
    expect(name(['企业注册率', '法人信息完备'], 6)).toBe('企业注册率等')
    expect(name(['企业注册率', '法人信息完备'], 5)).toBe('企业注册率')
    expect(name(['率', '率'], 9)).toBe('率·率')
    expect(name(['用户活跃度'], 1)).toBe('用户活跃度')
  })
  it('gives up units before size, and size before a figure', () => {
    const figures = [
      { text: '91.2', unit: '%' },
      { text: '100', unit: '%' },
    ]
    expect([9, 6, 4].map((room) => figureSetting(figures, room))).toEqual(['whole', 'bare', 'small'])
  })
  it('says what is counted where there is room for it', () => {
    expect([6, 4.2, 1].map((room) => fittingWords(['差12,000项', '差12,000'], room))).toEqual(['差12,000项', '差12,000', '差12,000'])
  })
  it('never says a part of a gap: beside two figures of a number it is whole, or its shape stands alone', () => {
    const figures = [{ text: '100.0' }, { text: '87.0' }]
    expect([11, 10].map((room) => gapWords(['低130'], figures, room))).toEqual(['低130', '低130'])
    expect([9, 0].map((room) => gapWords(['低130'], figures, room))).toEqual(['', ''])
    expect([12, 10, 9].map((room) => gapWords(['差130项', '差130'], figures, room))).toEqual(['差130项', '差130', ''])
  })
  it('draws a growth from its baseline, and a hair where its definition changed', () => {
    const formula = '(records - start(records)) / population'
    expect(isGrowth({ formula })).toBe(true)
    expect(isGrowth({ formula: '(records - start(others)) / population' })).toBe(false)
    const trend = [{ at: now - day, value: 3 }]
    const revisions = [{ from: '2026-11-01', note: 'n', noteEn: 'n' }]
    const [reading] = read([define('a', 1, { formula, revisions })], state('a', { trend }))
    expect(cellCurve(reading!, now, zone)).toEqual({
      samples: [{ at: Date.parse('2026-01-01T00:00:00+08:00'), value: 0 }, ...trend],
      minSpan: 1,
      isFromBaseline: true,
      changedAt: Date.parse('2026-11-01T00:00:00+08:00'),
    })
    const [plain] = read([define('a', 1)], state('a', { trend }))
    expect(cellCurve(plain!, now, zone)).toEqual({ samples: trend, minSpan: 1, isFromBaseline: false, changedAt: undefined })
  })
})

describe('a figure of the month', () => {
  const zone = 'Asia/Shanghai'
  const rate = { period: 'month', unitOfMeasure: '%' } as const
  const on = (day: string): number => Date.parse(`${day}T09:00:00+08:00`)
  it('is counted since the first of the month', () => {
    expect(monthStartOf(rate, on('2026-12-14'), zone)).toBe(Date.parse('2026-12-01T00:00:00+08:00'))
    expect(monthStartOf({ period: 'year' }, on('2026-12-14'), zone)).toBeUndefined()
  })
  it.each([
    ['2026-12-01', true],
    ['2026-12-02', false],
    // a Sunday, and the Monday after it
    ['2026-11-01', true],
    ['2026-11-02', true],
    ['2026-11-03', false],
  ])('on %s has no working day behind it: %s', (day, isYoung) => {
    expect(isMonthYoung(rate, on(day), zone)).toBe(isYoung)
    expect(isMonthYoung({ ...rate, period: 'year' }, on(day), zone)).toBe(false)
    expect(isMonthYoung({ ...rate, unitOfMeasure: '件' }, on(day), zone)).toBe(false)
  })
})
