import { describe, expect, it } from 'vitest'
import type { FeedHealth, IndicatorState } from '../../contract/topic.ts'
import { clockFace } from '../../client/src/ui/clock.ts'
import {
  formatAge,
  formatDayTime,
  formatMoment,
  formatNumber,
  formatPercent,
  formatPlain,
  formatSigned,
  formatSpan,
  formatTimeWithSeconds,
  formatValue,
  spanParts,
} from '../../client/src/ui/format.ts'
import { isImplied, markBarOf } from '../../client/src/ui/mark-bar.ts'
import { qualityOfCount, qualityOfInput, qualityOfReading, tellersOf } from '../../client/src/ui/quality.ts'
import type { FactKind } from '../../client/src/ui/quality.ts'
import { sparkPoints } from '../../client/src/ui/spark.ts'
import { feedState } from './feed-state.ts'

const zone = 'Asia/Shanghai'
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const now = Date.parse('2026-11-20T14:32:08+08:00')
const rate = { scale: 1, decimals: 1, unitOfMeasure: '%' }
const t = (key: string, named: Record<string, unknown>): string => [key, ...Object.values(named)].join(' ')

describe('numbers', () => {
  it('take a comma from five digits on', () => {
    expect([999, 9_999, 10_000, 1_234_567].map((value) => formatNumber(value))).toEqual(['999', '9999', '10,000', '1,234,567'])
  })
  it('keep their decimals', () => {
    expect(formatNumber(97.24, 1)).toBe('97.2')
    expect(formatNumber(12_345.678, 2)).toBe('12,345.68')
  })
  it('carry true signs, and none at nought', () => {
    expect(formatNumber(-3.14, 1)).toBe('−3.1')
    expect(formatNumber(-0.04, 1)).toBe('0.0')
    expect([5, -5, 0].map((value) => formatSigned(value))).toEqual(['+5', '−5', '0'])
  })
  it('follow the definition’s scale, never the value', () => {
    expect(formatValue(461_000_000, { scale: 100_000_000, decimals: 2, unitOfMeasure: '条' })).toBe('4.61')
    expect(formatValue(362_000, { scale: 10_000, decimals: 1, unitOfMeasure: '件' })).toBe('36.2')
    expect([100, 0].map((value) => formatValue(value, rate))).toEqual(['100', '0'])
  })
  it('write shares as percentages and targets without idle decimals', () => {
    expect([1, 0.992, 0].map(formatPercent)).toEqual(['100', '99.2', '0'])
    expect([1.5, 1 / 3_000].map(formatPercent)).toEqual(['150.0', '0.0'])
    expect([95, 46.6, 0.1 + 0.2].map(formatPlain)).toEqual(['95', '46.6', '0.3'])
  })
})

describe('what is rounded', () => {
  it('has its ties away from nought, by the digits as they are written', () => {
    expect([99.95, 0.05, 0.15, 2.25, -0.05, -2.25].map((value) => formatNumber(value, 1))).toEqual(['100.0', '0.1', '0.2', '2.3', '−0.1', '−2.3'])
    expect([1.005, 2.675, -1.005].map((value) => formatNumber(value, 2))).toEqual(['1.01', '2.68', '−1.01'])
    expect([0.5, 1.5, -0.5].map((value) => formatNumber(value))).toEqual(['1', '2', '−1'])
    expect([1e-7, 0.00005].map((value) => formatNumber(value, 4))).toEqual(['0.0000', '0.0001'])
  })
  it('is the same as a value and as a share', () => {
    for (const [part, whole] of [
      [1_999, 2_000],
      [9_985, 10_000],
      [201, 2_000],
      [3, 2_000],
      [46_213, 59_247],
    ] as const)
      expect(formatPercent(part / whole), `${String(part)} of ${String(whole)}`).toBe(formatValue((part * 100) / whole, rate))
  })
  it('is never all where something is lacking', () => {
    expect([99.96, 99.95, 99.999_99].map((value) => formatValue(value, rate))).toEqual(['99.9', '99.9', '99.9'])
    expect(formatValue(99.996, { ...rate, decimals: 2 })).toBe('99.99')
    expect(formatValue(99.6, { ...rate, decimals: 0 })).toBe('99')
    expect([0.9996, 2_999 / 3_000].map(formatPercent)).toEqual(['99.9', '99.9'])
    expect(formatValue(99.96, { ...rate, unitOfMeasure: '分' })).toBe('100.0')
  })
})

describe('times', () => {
  it('tell the hour today and the day before', () => {
    expect(formatMoment(now - hour, now, zone, t)).toBe('13:32')
    expect(formatMoment(now - day, now, zone, t)).toContain('date.day 2026 11 19')
    expect(formatMoment(now - 400 * day, now, zone, t)).toContain('date.dayOfYear 2025')
    expect(formatTimeWithSeconds(now, zone)).toBe('14:32:08')
    expect(formatDayTime(now + hour, now, zone, t)).toBe('15:32')
    expect(formatDayTime(now + day, now, zone, t)).toBe('date.day 2026 11 21 date.month.11 14:32')
  })
  it('give an age in its largest unit', () => {
    expect([3_000, 42_900, 5 * minute, 6 * hour, 3 * day].map((age) => formatAge(age, t))).toEqual([
      'duration.seconds 3',
      'duration.seconds 42',
      'duration.minutes 5',
      'duration.hours 6',
      'duration.days 3',
    ])
    expect(formatAge(-5_000, t)).toBe('duration.seconds 0')
  })
  it('give a span to the minute below a day, to the tenth above', () => {
    expect(formatSpan(11 * minute, t)).toBe('duration.minutes 11')
    expect(formatSpan(82 * minute, t)).toBe('duration.hoursMinutes 1 22')
    expect(formatSpan(3 * hour, t)).toBe('duration.hours 3')
    expect(formatSpan(1.59 * day, t)).toBe('duration.days 1.5')
    expect(formatSpan(36.4 * day, t)).toBe('duration.days 36')
  })
  it('cut a clock into figure and unit', () => {
    expect(spanParts(49 * minute, t)).toEqual({ value: '49', unit: 'unit.minutes' })
    expect(spanParts(30 * hour, t)).toEqual({ value: '30', unit: 'unit.hours' })
    expect(spanParts(3.25 * day, t)).toEqual({ value: '3.2', unit: 'unit.days' })
  })
})

const reading = (over: Partial<IndicatorState> = {}): IndicatorState => ({
  id: 'i',
  value: 50,
  missing: undefined,
  numerator: undefined,
  denominator: undefined,
  observedAt: now - hour,
  ageing: { input: undefined, since: now - hour, everyMs: hour },
  countedFrom: [],
  receivedAt: now - hour,
  corrected: undefined,
  version: 1,
  trend: [],
  expected: undefined,
  gap: undefined,
  assessment: 'none',
  outlook: undefined,
  bunched: undefined,
  units: undefined,
  feed: 'f',
  ...over,
})
const feed = (state: FeedHealth['state'], over: Partial<FeedHealth> = {}): FeedHealth =>
  feedState('f', { state, since: now - 2 * hour, lastFactAt: now - hour, lastObservedAt: now - hour, label: { cadenceSeconds: 120 }, ...over })

describe('quality of a reading', () => {
  it('is fresh within its rhythm, and half of it more', () => {
    expect(qualityOfReading(reading(), feed('up'), now + hour / 2)).toEqual({ state: 'fresh' })
    expect(qualityOfReading(reading(), feed('up'), now + hour / 2 + 1)).toEqual({ state: 'stale', since: now - hour, everyMs: hour })
  })
  it('is judged by the rhythm of the input that goes stale first, and names it', () => {
    const quality = (ageing: IndicatorState['ageing']) => qualityOfReading(reading({ ageing }), feed('up'), now)
    expect(quality({ input: 'cases_annual_base', since: now - 300 * day, everyMs: 366 * day })).toEqual({ state: 'fresh' })
    const late = { input: 'cases_returned', since: now - 2 * hour, everyMs: hour }
    expect(quality(late)).toEqual({ state: 'stale', ...late })
  })
  it('is as bad as the worst of the feeds that told the orders it is counted from', () => {
    const counted = reading({ ageing: undefined, countedFrom: ['f', 'g'], feed: '' })
    const of = (...states: FeedHealth['state'][]) =>
      qualityOfReading(
        counted,
        undefined,
        now,
        states.map((state) => feed(state)),
      )
    expect(of('up', 'up')).toEqual({ state: 'fresh' })
    expect(of('up', 'down')).toEqual({ state: 'down', since: now - 2 * hour })
    expect(of('degraded', 'up')).toEqual({ state: 'stale', since: now - hour, everyMs: 120_000 })
    expect(of()).toEqual({ state: 'not-connected' })
  })
  it('never grows old by itself where it is counted from orders, or fixed', () => {
    expect(qualityOfReading(reading({ observedAt: now - 99 * day, ageing: undefined }), feed('up'), now)).toEqual({ state: 'fresh' })
  })
  it('is down with its feed, whatever its age', () => {
    const late = { input: 'a', since: now - 9 * hour, everyMs: hour }
    expect(qualityOfReading(reading(), feed('down'), now)).toEqual({ state: 'down', since: now - 2 * hour })
    expect(qualityOfReading(reading({ ageing: late }), feed('down'), now)).toEqual({ state: 'down', since: now - 2 * hour })
    // a feed that is late or refuses is not down: what it said last counts until it is too old
    expect(qualityOfReading(reading(), feed('degraded'), now)).toEqual({ state: 'fresh' })
  })
  it('is missing where a feed delivers others, not connected where none does', () => {
    expect(qualityOfReading(undefined, feed('up'), now)).toEqual({ state: 'missing' })
    expect(qualityOfReading(undefined, undefined, now)).toEqual({ state: 'not-connected' })
  })
  it('is missing where it cannot be reckoned, and says why, though its feed is down', () => {
    const because = { why: 'zero-denominator', input: 'items' } as const
    expect(qualityOfReading(reading({ value: undefined, missing: because }), feed('down'), now)).toEqual({ state: 'missing', because })
  })
  it('says what it corrects', () => {
    const corrected = { from: 36.5, at: now - day }
    expect(qualityOfReading(reading({ corrected }), feed('up'), now)).toEqual({ state: 'corrected', ...corrected })
  })
})

describe('quality of an input shown by itself', () => {
  const input = {
    id: 'i/a',
    input: 'i',
    of: 'a',
    value: 1,
    start: undefined,
    observedAt: now - hour,
    receivedAt: now,
    corrected: undefined,
    feed: 'f',
  }
  it('is not connected until somebody reports it', () => {
    expect(qualityOfInput(undefined, hour, undefined, now)).toEqual({ state: 'not-connected' })
  })
  it('ages, falls with its feed, and says what it corrects', () => {
    expect(qualityOfInput(input, hour, feed('up'), now)).toEqual({ state: 'fresh' })
    expect(qualityOfInput(input, minute, feed('up'), now)).toEqual({ state: 'stale', since: now - hour, everyMs: minute })
    expect(qualityOfInput(input, hour, feed('down'), now)).toEqual({ state: 'down', since: now - 2 * hour })
    expect(qualityOfInput({ ...input, corrected: { from: 2, at: now } }, hour, feed('up'), now)).toEqual({ state: 'corrected', from: 2, at: now })
  })
})

describe('quality of a count', () => {
  it('is as bad as the worst feed that is counted', () => {
    expect(qualityOfCount([feed('up'), feed('down')])).toEqual({ state: 'down', since: now - 2 * hour })
    expect(qualityOfCount([feed('up'), feed('degraded')])).toEqual({ state: 'stale', since: now - hour, everyMs: 120_000 })
    expect(qualityOfCount([feed('up'), feed('waiting')])).toEqual({ state: 'fresh' })
  })
  it('comes from the feeds that tell a fair share of it, and only before any does from those that may', () => {
    const [hotline, board, meter] = [
      feedState('hotline', { label: { carries: ['work-order', 'incident'] }, mainOf: ['work-order'] }),
      feedState('board'),
      feedState('meter', { label: { carries: ['sensor-reading'] }, mainOf: ['sensor-reading'] }),
    ]
    const ids = (...kinds: readonly FactKind[]) => tellersOf([hotline, board, meter], kinds).map(({ id }) => id)
    expect(ids('work-order')).toEqual(['hotline'])
    expect(ids('work-order', 'sensor-reading')).toEqual(['hotline', 'meter'])
    expect(ids('incident')).toEqual(['hotline'])
    expect(ids('warning')).toEqual(['board'])
  })
  it('is of now where a feed speaks, though some of its messages are refused', () => {
    for (const reason of ['rejecting', 'erring', 'recovering']) expect(qualityOfCount([feed('degraded', { reason })])).toEqual({ state: 'fresh' })
    expect(qualityOfCount([feed('degraded', { reason: 'late' })]).state).toBe('stale')
  })
  it('is missing when nothing has come yet, not connected without a feed', () => {
    expect(qualityOfCount([feed('waiting', { lastFactAt: undefined })])).toEqual({ state: 'missing' })
    expect(qualityOfCount([])).toEqual({ state: 'not-connected' })
  })
})

describe('a clock', () => {
  const clock = { state: 'running', openedAt: now - hour, dueAt: now + 3 * hour, stoppedAt: undefined } as const
  it('fills by the share of the time given', () => {
    expect(clockFace(clock, now)).toMatchObject({ share: 0.25, leftMs: 3 * hour, tone: 'plain', glyph: undefined })
  })
  it('takes its colour from the server’s state alone', () => {
    expect(clockFace({ ...clock, state: 'reminder' }, now)).toMatchObject({ tone: 'blue', glyph: 'blue' })
    expect(clockFace({ ...clock, state: 'last-day' }, now)).toMatchObject({ tone: 'yellow', glyph: 'yellow' })
    expect(clockFace({ ...clock, state: 'overdue' }, now + 9 * hour)).toMatchObject({ tone: 'red', share: 1, leftMs: -6 * hour })
  })
  it('has no colour at half its time, nor by a clock that cannot be trusted', () => {
    expect(clockFace({ ...clock, state: 'half' }, now)).toMatchObject({ tone: 'plain', glyph: undefined, isHatched: false })
    expect(clockFace({ ...clock, state: 'unsure' }, now + 9 * hour)).toMatchObject({ tone: 'plain', glyph: 'stale', isHatched: true })
  })
  it('is hatched where its due time is not the last word', () => {
    expect(clockFace({ ...clock, isProvisional: true }, now)).toMatchObject({ isHatched: true, glyph: undefined })
    expect(clockFace({ ...clock, isExtended: true }, now)).toMatchObject({ isHatched: true, glyph: 'pause' })
    expect(clockFace({ ...clock, state: 'overdue', isExtended: true }, now + 9 * hour)).toMatchObject({ isHatched: true, glyph: 'red' })
    expect(clockFace({ ...clock, state: 'settled', stoppedAt: now, isExtended: true }, now)).toMatchObject({ isHatched: false, glyph: 'check' })
  })
  it('stands still once settled, and has no bar without a due time', () => {
    expect(clockFace({ ...clock, state: 'settled', stoppedAt: now }, now + 9 * hour)).toMatchObject({ share: 0.25, tone: 'done', glyph: 'check' })
    expect(clockFace({ ...clock, state: 'none', dueAt: undefined }, now)).toMatchObject({ share: undefined, leftMs: undefined })
  })
})

describe('a mark bar', () => {
  const better = 'higher' as const
  const target = (shape: 'floor' | 'count' | 'strive', value: number) => ({ target: { shape, value, wording: `达到${String(value)}` }, better })
  const full = { target: { shape: 'full', value: 100, wording: '达到100%' }, better } as const
  it('starts at nought for counts and low floors', () => {
    expect(markBarOf(target('count', 1000), { value: 912, expected: 888 })).toEqual({
      form: 'bar',
      value: 0.912,
      pace: 0.888,
      target: 1,
      mark: 'line',
    })
    expect(markBarOf(target('floor', 20), { value: 15, expected: 20 })).toEqual({
      form: 'bar',
      value: 0.5,
      pace: undefined,
      target: 2 / 3,
      mark: 'floor',
    })
  })
  it('is a marker, not a bar, on a scale that does not start at nought', () => {
    expect(markBarOf(full, { value: 90, expected: 100 })).toEqual({ form: 'marker', value: 0.5, pace: undefined, target: 1, mark: 'cap' })
    expect(markBarOf(target('floor', 98), { value: 90, expected: 95 })).toEqual({
      form: 'marker',
      value: 0.5,
      pace: 0.75,
      target: 0.9,
      mark: 'floor',
    })
  })
  it('marks each shape of target in its own way', () => {
    const mark = (definition: Parameters<typeof markBarOf>[0]) => {
      const bar = markBarOf(definition, { value: 90, expected: undefined })
      return bar !== undefined && 'mark' in bar ? bar.mark : undefined
    }
    expect(mark(target('strive', 95))).toBe('dashed')
    expect(mark({ ...target('floor', 20), better: 'lower' })).toBe('ceiling')
    expect(mark({ target: { shape: 'full', value: 100, wording: '限期办结' }, better })).toBe('dashed')
  })
  it('grows with a value beyond its target, and stays on the scale', () => {
    const beyond = markBarOf(target('count', 100), { value: 125, expected: undefined })
    expect(beyond).toMatchObject({ value: 1, target: 0.8 })
    const low = markBarOf(target('floor', 90), { value: 12, expected: undefined })
    expect(low?.form === 'marker' && low.value >= 0).toBe(true)
  })
  it('shows one square per item where there should be none', () => {
    expect(markBarOf({ target: { shape: 'zero', value: 0, wording: '超期0件' }, better }, { value: 4, expected: 0 })).toEqual({
      form: 'zero',
      items: 4,
      isImplied: false,
    })
    expect(markBarOf({ target: { shape: 'zero', value: 0, wording: '不发生超期' }, better }, { value: 0, expected: 0 })).toMatchObject({
      isImplied: true,
    })
  })
  it('places nobody in a province whose ranks nobody has reported', () => {
    expect(markBarOf({ target: { shape: 'rank', wording: '全省最优' }, better }, { value: 4, expected: undefined })).toEqual({ form: 'rank' })
  })
  it('is not drawn without a target, nor without a value', () => {
    expect(markBarOf({ target: { shape: 'none' }, better }, { value: 4, expected: undefined })).toBeUndefined()
    expect(markBarOf(full, { value: undefined, expected: undefined })).toBeUndefined()
  })
})

it.each([
  ['确保年度数据汇聚增长量达到5亿条以上', 500_000_000, false],
  ['办件量达到46.6万件', 466_000, false],
  ['事项达到１０００项以上', 1000, false],
  ['确保12345热线工单按时办结率达到100%', 100, false],
  ['确保12345热线工单按时办结', 100, true],
  ['即收即办、限时回复、限期办结', 100, true],
])('tells a printed figure from one that only the words imply: %s', (wording, value, implied) => {
  expect(isImplied({ shape: 'floor', value, wording })).toBe(implied)
})

describe('a sparkline', () => {
  const box = { width: 100, height: 50, inset: 5 }
  it('runs from edge to edge, higher values higher', () => {
    const points = sparkPoints(
      [0, 1, 2].map((value, index) => ({ at: index * day, value })),
      box,
      0,
    )
    expect(points).toEqual([
      [5, 45],
      [50, 25],
      [95, 5],
    ])
  })
  it('keeps a constant series flat in the middle, and does not stretch noise', () => {
    expect(
      sparkPoints(
        [
          { at: 0, value: 7 },
          { at: day, value: 7 },
        ],
        box,
        1,
      ).map(([, y]) => y),
    ).toEqual([25, 25])
    const [low, high] = sparkPoints(
      [
        { at: 0, value: 7 },
        { at: day, value: 7.1 },
      ],
      box,
      1,
    ).map(([, y]) => y)
    expect((low ?? 0) - (high ?? 0)).toBeCloseTo(4)
  })
  it('is nothing without samples', () => {
    expect(sparkPoints([], box, 1)).toEqual([])
  })
})
