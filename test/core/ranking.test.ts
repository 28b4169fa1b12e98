import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RankedUnit } from '../../contract/decision.ts'
import type { UnitCount } from '../../server/core/ranking.ts'
import { correctionsOf, peersOf, publishedRow, rankUnits, rowAsPublished, wilsonInterval } from '../../server/core/ranking.ts'
import { ranking, unit } from '../support/registry.ts'

const town = (id: string) => unit({ id, group: 'subdistrict' })
const none: UnitCount = { sample: 0, good: 0 }

interface Given {
  readonly counts: Readonly<Record<string, readonly [good: number, sample: number]>>
  readonly definition?: Parameters<typeof ranking>[0]
  readonly before?: readonly RankedUnit[]
}

const ranked = ({ counts, definition = { id: 'towns' }, before }: Given): readonly RankedUnit[] =>
  rankUnits({
    definition: ranking(definition),
    peers: Object.keys(counts).map(town),
    month: '2026-10',
    countOf: (id) => {
      const found = counts[id]
      return found === undefined ? none : { good: found[0], sample: found[1] }
    },
    before,
  })
const places = (rows: readonly RankedUnit[]) => rows.map(({ unit: id, standing, rank }) => [id, standing, rank])

describe('given the counts of the units of one group', () => {
  test('when a unit is ranked, then its row tells the rate, the sample and how sure it is', () => {
    expect(ranked({ counts: { a: [8, 10] } })).toEqual([
      {
        unit: 'a',
        standing: 'ranked',
        rank: 1,
        value: 80,
        sample: 10,
        interval: [expect.closeTo(49.0162, 3), expect.closeTo(94.3318, 3)],
        risen: undefined,
        reason: undefined,
      },
    ])
  })

  test('when two are equal, then they share a rank and the next is skipped', () => {
    const rows = ranked({ counts: { a: [18, 20], b: [20, 20], c: [9, 10], d: [10, 20] } })
    expect(places(rows)).toEqual([
      ['b', 'ranked', 1],
      ['a', 'ranked', 2],
      ['c', 'ranked', 2],
      ['d', 'ranked', 4],
    ])
  })

  test('when two differ by less than is shown, then neither stands behind the other', () => {
    expect(places(ranked({ counts: { a: [9_001, 10_000], b: [9_004, 10_000], c: [9_006, 10_000] } }))).toEqual([
      ['c', 'ranked', 1],
      ['a', 'ranked', 2],
      ['b', 'ranked', 2],
    ])
  })

  test('when a sample is too small, or there is none, then the unit stands apart, with what is known of it', () => {
    const rows = ranked({ counts: { b: [0, 0], a: [9, 9], c: [10, 10] } })
    expect(places(rows)).toEqual([
      ['c', 'ranked', 1],
      ['a', 'small-sample', undefined],
      ['b', 'no-requests', undefined],
    ])
    expect(rows[1]).toMatchObject({ value: 100, sample: 9, interval: [expect.closeTo(70.0855, 3), 100] })
    expect(rows[2]).toMatchObject({ value: undefined, sample: 0, interval: undefined })
  })

  test.each([
    ['a', '2026-10-31', undefined, 'exempt'],
    ['a 镇', '2026-01-01', '2026-10-01', 'exempt'],
    ['a', '2026-11-01', undefined, 'ranked'],
    ['a', '2026-01-01', '2026-09-30', 'ranked'],
  ])('when %s is exempted from %s until %s, then in October it is %s', (name, from, until, standing) => {
    const [row] = rankUnits({
      definition: ranking({ id: 'towns', exemptions: [{ unit: name, from, ...(until === undefined ? {} : { until }), reason: '抗洪抢险' }] }),
      peers: [unit({ id: 'a', shortName: 'a 镇', group: 'subdistrict' })],
      month: '2026-10',
      countOf: () => ({ good: 15, sample: 20 }),
      before: undefined,
    })
    expect(row).toMatchObject({
      standing,
      rank: standing === 'ranked' ? 1 : undefined,
      value: 75,
      sample: 20,
      reason: standing === 'exempt' ? '抗洪抢险' : undefined,
    })
  })

  test('when the month before was published, then each tells how far it has risen since, where both have a rank', () => {
    const before = ranked({ counts: { a: [20, 20], b: [19, 20], c: [18, 20], d: [1, 2] } })
    const rows = ranked({ counts: { a: [18, 20], b: [19, 20], c: [20, 20], d: [20, 20] }, before })
    expect(rows.map(({ unit: id, rank, risen }) => [id, rank, risen])).toEqual([
      ['c', 1, 2],
      ['d', 1, undefined],
      ['b', 3, -1],
      ['a', 4, -3],
    ])
  })

  test('when names are Chinese, then those without a rank stand in the order a reader looks them up in', () => {
    const rows = rankUnits({
      definition: ranking({ id: 'towns' }),
      peers: [town('西郊街道'), town('东关街道'), town('安国镇')],
      month: '2026-10',
      countOf: () => none,
      before: undefined,
    })
    expect(rows.map(({ unit: id }) => id)).toEqual(['安国镇', '东关街道', '西郊街道'])
  })
})

describe('peers', () => {
  test('are the units of the group in the district of the ranking, and no others', () => {
    const units = [town('a'), unit({ id: 'b' }), unit({ id: 'c', group: 'subdistrict', district: 'la' }), town('d')]
    expect(peersOf(units, ranking({ id: 'towns' })).map(({ id }) => id)).toEqual(['a', 'd'])
  })
})

const counts = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 4 }),
  fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 60 })).map(([good, more]): [number, number] => [good, good + more]),
  { noNullPrototype: true },
)

describe('whatever the counts', () => {
  test('everybody is told once, and a rank is one more than the number that is better as it is written', () => {
    fc.assert(
      fc.property(counts, (given) => {
        const rows = ranked({ counts: given })
        expect(rows.map(({ unit: id }) => id).sort()).toEqual(Object.keys(given).sort())
        const shown = ({ value }: RankedUnit): number => Math.round((value ?? -1) * 10)
        const placed = rows.filter(({ standing }) => standing === 'ranked')
        for (const row of placed) expect(row.rank).toBe(1 + placed.filter((other) => shown(other) > shown(row)).length)
        expect(rows.slice(placed.length).every(({ rank }) => rank === undefined)).toBe(true)
        expect(placed.map(({ rank }) => rank)).toEqual(placed.map(({ rank }) => rank ?? 0).sort((one, other) => one - other))
      }),
    )
  })

  test('what is published says the same when it is read again, and differs in nothing from itself', () => {
    fc.assert(
      fc.property(counts, (given) => {
        const rows = ranked({ counts: given, definition: { id: 'towns', exemptions: [{ unit: 'a', from: '2026-10-01', reason: '撤并' }] } })
        // through the log
        const read = (JSON.parse(JSON.stringify(rows.map(publishedRow))) as ReturnType<typeof publishedRow>[]).map(rowAsPublished)
        expect(read).toEqual(rows)
        expect(correctionsOf(read, rows)).toEqual([])
      }),
    )
  })

  test('the interval lies around the rate, within what is possible, and narrows as the sample grows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (sample, share) => {
        const percent = (Math.round(share * sample) / sample) * 100
        const [low, high] = wilsonInterval(percent, sample)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(low).toBeLessThanOrEqual(percent)
        expect(high).toBeGreaterThanOrEqual(percent)
        expect(high).toBeLessThanOrEqual(100)
        const [lowLater, highLater] = wilsonInterval(percent, sample * 4)
        expect(highLater - lowLater).toBeLessThan(high - low)
      }),
    )
  })
})

describe('the interval', () => {
  // published worked figures: 81 of 263 (Newcombe, Statistics in Medicine 17, 1998, table I), none of 20, one of 29, 15 of 148
  test.each([
    [81, 263, 25.53, 36.62],
    [15, 148, 6.24, 16.05],
    [0, 20, 0, 16.11],
    [1, 29, 0.61, 17.18],
  ])('of %i in %i is that of the literature', (good, sample, low, high) => {
    const [ours, oursHigh] = wilsonInterval((good / sample) * 100, sample)
    expect(ours).toBeCloseTo(low, 1)
    expect(oursHigh).toBeCloseTo(high, 1)
  })
})

describe('corrections', () => {
  test('name who differs, from what and to what; who came later, and who is gone', () => {
    const published = ranked({ counts: { a: [19, 20], b: [18, 20], c: [17, 20], e: [5, 5] } })
    const now = ranked({ counts: { a: [19, 20], b: [20, 21], c: [17, 20], d: [20, 20] } })
    const figure = (rank: number | undefined, value: number | undefined, sample: number) => ({ rank, value, sample })
    expect(correctionsOf(published, now)).toEqual([
      { unit: 'a', from: figure(1, 95, 20), to: figure(3, 95, 20) },
      { unit: 'b', from: figure(2, 90, 20), to: figure(2, (20 / 21) * 100, 21) },
      { unit: 'c', from: figure(3, 85, 20), to: figure(4, 85, 20) },
      { unit: 'e', from: figure(undefined, 100, 5), to: figure(undefined, undefined, 0) },
      { unit: 'd', from: figure(undefined, undefined, 0), to: figure(1, 100, 20) },
    ])
  })
})
