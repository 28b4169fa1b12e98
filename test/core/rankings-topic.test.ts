import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { RankingFact } from '../../contract/fact.ts'
import type { OrderCount } from '../../contract/indicator.ts'
import type { RankingState } from '../../contract/decision.ts'
import { dayNumber } from '../../server/core/calendar.ts'
import { DistrictTime } from '../../server/core/district-time.ts'
import type { Fold } from '../../server/core/fold.ts'
import type { OrderCounts, OrderQuery } from '../../server/core/order-counts.ts'
import { publishedRow } from '../../server/core/ranking.ts'
import { createRankings } from '../../server/core/topics/rankings.ts'
import { district, ranking, registryWith, unit } from '../support/registry.ts'

const zone = 'Asia/Shanghai'
const at = (text: string): number => Date.parse(`${text}:00+08:00`)
const day = (text: string): number => dayNumber(at(`${text}T12:00`), zone)

interface Counted {
  readonly channel: string
  readonly count: OrderCount
  readonly unit: string
  readonly day: number
}

/** Counts that are put in by hand. */
class Counts implements OrderCounts {
  readonly asked: OrderQuery[] = []
  readonly #counted: Counted[] = []
  readonly #listeners: ((channel: string, unit: string | undefined) => void)[] = []

  sum(query: OrderQuery): number {
    this.asked.push(query)
    const { channels, count, unit: of, fromDay, toDay } = query
    return this.#counted.filter(
      (one) =>
        one.count === count && one.unit === of && one.day >= fromDay && one.day <= toDay && (channels.length === 0 || channels.includes(one.channel)),
    ).length
  }

  unitsOf(): readonly string[] {
    return [...new Set(this.#counted.map((one) => one.unit))]
  }

  subscribe(listener: (channel: string, unit: string | undefined) => void): void {
    this.#listeners.push(listener)
  }

  /** `times` orders of a unit on a day. */
  add(count: OrderCount, given: { readonly unit: string; readonly day: string; readonly times?: number; readonly channel?: string }): void {
    const { channel = 'hotline-12345', times = 1 } = given
    for (let i = 0; i < times; i += 1) this.#counted.push({ channel, count, unit: given.unit, day: day(given.day) })
    for (const tell of this.#listeners) tell(channel, given.unit)
  }

  /** So many due on a day, so many of them in time. */
  due(of: string, on: string, [onTime, due]: readonly [number, number], channel = 'hotline-12345'): void {
    this.add('due', { unit: of, day: on, times: due, channel })
    this.add('on-time', { unit: of, day: on, times: onTime, channel })
  }
}

const registry = registryWith({
  units: ['dongguan', 'liuhu', 'anguo'].map((id) => unit({ id, group: 'subdistrict' })),
  rankings: [
    ranking({ id: 'towns' }),
    ranking({ id: 'pleased', group: 'department', measure: 'satisfaction', channels: ['hotline-12345'], minimumSample: 2 }),
    ranking({ id: 'elsewhere', district: 'la' }),
  ],
})

let counts: Counts
let time: DistrictTime
let fold: Fold

function opened(orders: Counts): { readonly fold: Fold; readonly time: DistrictTime } {
  const own = new DistrictTime(zone)
  const feeds = { districtOf: () => '620802', labelOf: () => undefined, registered: new Map() }
  return { time: own, fold: createRankings({ registry, district: district({ id: '620802' }), time: own, orders, feeds }) }
}

beforeEach(() => {
  counts = new Counts()
  ;({ fold, time } = opened(counts))
})

function reach(text: string, of: { readonly fold: Fold; readonly time: DistrictTime } = { fold, time }): void {
  of.time.reach(at(text), at(text))
  of.fold.advance()
}
// the fold has one topic, and it holds rankings
const read = (of: Fold = fold) => of.topics[0]!.read() as readonly RankingState[]
const find = (id: string, of: Fold = fold) => of.topics[0]!.find(id) as RankingState | undefined
const apply = (fact: RankingFact): void => fold.apply({ seq: 1, at: fact.at, feed: 'system', fact })

const publication = (given: Partial<RankingFact> = {}): RankingFact => ({
  kind: 'ranking',
  district: '620802',
  ranking: 'towns',
  month: '2026-10',
  at: at('2026-11-05T09:00'),
  by: '值班员甲',
  rows: (find('towns/2026-10')?.rows ?? []).map(publishedRow),
  ...given,
})

describe('given the rankings of a district', () => {
  test('when nothing was recorded yet, then there is no month and no ranking', () => {
    expect(read()).toEqual([])
  })

  test('when it is a day in November, then each is told for this month and the two before, with every peer', () => {
    reach('2026-11-23T14:30')
    expect(read().map(({ id, state }) => [id, state])).toEqual([
      ['pleased/2026-09', 'ended'],
      ['pleased/2026-10', 'ended'],
      ['pleased/2026-11', 'running'],
      ['towns/2026-09', 'ended'],
      ['towns/2026-10', 'ended'],
      ['towns/2026-11', 'running'],
    ])
    const alone = { standing: 'no-requests', rank: undefined, value: undefined, sample: 0, interval: undefined, risen: undefined, reason: undefined }
    expect(find('towns/2026-11')).toEqual({
      id: 'towns/2026-11',
      ranking: 'towns',
      month: '2026-11',
      state: 'running',
      publishedAt: undefined,
      publishedBy: undefined,
      rows: ['anguo', 'dongguan', 'liuhu'].map((id) => ({ unit: id, ...alone })),
      corrections: [],
      asOf: at('2026-11-23T14:30'),
    })
  })

  test('when orders fall due, then they count in the month of their due day, up to today', () => {
    reach('2026-11-23T14:30')
    counts.due('dongguan', '2026-10-31', [10, 12])
    counts.due('dongguan', '2026-11-01', [11, 11])
    counts.due('dongguan', '2026-11-23', [1, 1])
    counts.due('dongguan', '2026-11-24', [1, 1])
    expect(find('towns/2026-10')?.rows[0]).toMatchObject({ unit: 'dongguan', rank: 1, value: (10 / 12) * 100, sample: 12 })
    expect(find('towns/2026-11')?.rows[0]).toMatchObject({ unit: 'dongguan', rank: 1, value: 100, sample: 12 })
    reach('2026-11-24T00:00')
    expect(find('towns/2026-11')?.rows[0]?.sample).toBe(13)
    reach('2026-12-01T00:00')
    expect(find('towns/2026-11')).toMatchObject({ state: 'ended', asOf: at('2026-12-01T00:00') })
    expect(find('towns/2026-11')?.rows[0]?.sample).toBe(13)
  })

  test('when call-backs are rated, then the basically satisfied count as satisfied, of the channels named only', () => {
    reach('2026-11-23T14:30')
    const housing = { unit: 'housing', day: '2026-11-20' }
    counts.add('rated', { ...housing, times: 4 })
    counts.add('satisfied', { ...housing, times: 2 })
    counts.add('basically-satisfied', housing)
    counts.add('rated', { ...housing, times: 4, channel: 'leader-board' })
    expect(find('pleased/2026-11')?.rows).toMatchObject([{ unit: 'housing', rank: 1, value: 75, sample: 4 }])
  })

  test('when the year turns, then the months go on, and the oldest leaves', () => {
    reach('2026-12-31T23:59')
    fold.topics[0]!.drain()
    reach('2027-01-01T00:00')
    expect(
      read()
        .map(({ id }) => id)
        .slice(3),
    ).toEqual(['towns/2026-11', 'towns/2026-12', 'towns/2027-01'])
    expect(fold.topics[0]!.drain()?.remove?.toSorted()).toEqual(['pleased/2026-10', 'towns/2026-10'])
  })
})

describe('given a month that is published', () => {
  beforeEach(() => {
    reach('2026-11-05T09:00')
    counts.due('dongguan', '2026-10-10', [20, 20])
    counts.due('liuhu', '2026-10-10', [19, 20])
    counts.due('anguo', '2026-10-10', [3, 3])
    apply(publication())
  })

  test('then it tells who published it and when, and its rows are those', () => {
    expect(find('towns/2026-10')).toMatchObject({
      state: 'published',
      publishedAt: at('2026-11-05T09:00'),
      publishedBy: '值班员甲',
      asOf: at('2026-11-05T09:00'),
      corrections: [],
      rows: [
        { unit: 'dongguan', standing: 'ranked', rank: 1, value: 100, sample: 20, interval: [expect.closeTo(83.887, 2), 100] },
        { unit: 'liuhu', standing: 'ranked', rank: 2, value: 95, sample: 20 },
        { unit: 'anguo', standing: 'small-sample', rank: undefined, value: 100, sample: 3 },
      ],
    })
  })

  test('when an order of that month is corrected later, then the rows stay and the difference stands beside', () => {
    const before = find('towns/2026-10')?.rows
    counts.due('dongguan', '2026-10-10', [0, 5])
    expect(find('towns/2026-10')?.rows).toEqual(before)
    expect(find('towns/2026-10')?.corrections).toEqual([
      { unit: 'dongguan', from: { rank: 1, value: 100, sample: 20 }, to: { rank: 2, value: 80, sample: 25 } },
      { unit: 'liuhu', from: { rank: 2, value: 95, sample: 20 }, to: { rank: 1, value: 95, sample: 20 } },
    ])
  })

  test('when it is published again, then the first publication stands', () => {
    const before = find('towns/2026-10')
    apply(publication({ at: at('2026-11-06T09:00'), by: '管理员乙', rows: [] }))
    expect(find('towns/2026-10')).toEqual(before)
  })

  test('when the next month is ranked, then each tells how far it has risen against what was published', () => {
    counts.due('dongguan', '2026-11-03', [5, 10])
    counts.due('liuhu', '2026-11-03', [10, 10])
    counts.due('anguo', '2026-11-03', [9, 10])
    // a later correction does not change what it is compared with
    counts.due('dongguan', '2026-10-10', [0, 50])
    expect(find('towns/2026-11')?.rows.map(({ unit: of, rank, risen }) => [of, rank, risen])).toEqual([
      ['liuhu', 1, 1],
      ['anguo', 2, undefined],
      ['dongguan', 3, -2],
    ])
  })

  test('when it is no longer told, then it still is what the oldest one told is compared with', () => {
    counts.due('liuhu', '2026-11-03', [10, 10])
    reach('2027-01-15T09:00')
    expect(find('towns/2026-10')).toBeUndefined()
    expect(find('towns/2026-11')?.rows[0]).toMatchObject({ unit: 'liuhu', rank: 1, risen: 1 })
  })

  test('when the state is dumped and restored, then it is the same', () => {
    const twin = opened(counts)
    twin.time.reach(time.now, time.now)
    twin.fold.restore(JSON.parse(JSON.stringify(fold.dump())))
    twin.fold.advance()
    expect(read(twin.fold)).toEqual(read())
  })
})

describe('a publication that cannot be one', () => {
  test.each([
    ['of a month that is not over', { month: '2026-11' }],
    ['of a month to come', { month: '2027-02' }],
    ['of a ranking that is not configured', { ranking: 'clicks' }],
    ['of another district', { district: 'la', ranking: 'elsewhere' }],
  ])('%s changes nothing', (_what, given) => {
    reach('2026-11-05T09:00')
    const before = read()
    apply(publication(given))
    expect(read()).toEqual(before)
  })
})

describe('what is told to screens', () => {
  test('is nothing while nothing changes, and the unpublished months once a minute', () => {
    reach('2026-11-05T09:00')
    counts.due('dongguan', '2026-10-10', [20, 20])
    apply(publication())
    fold.topics[0]!.drain()
    fold.advance()
    expect(fold.topics[0]!.drain()).toBeUndefined()
    reach('2026-11-05T09:01')
    expect(
      fold.topics[0]!.drain()
        ?.upsert?.map(({ id }) => id)
        .filter((id) => id.startsWith('towns')),
    ).toEqual(['towns/2026-11', 'towns/2026-09'])
  })

  test('costs the sums of one unit when one unit changes, and none when whoever changes is not ranked', () => {
    reach('2026-11-05T09:00')
    read()
    counts.asked.length = 0
    counts.due('dongguan', '2026-11-04', [1, 1])
    read()
    expect(counts.asked.map(({ unit: of, count }) => [of, count])).toEqual(
      Array.from({ length: 3 }, () => [
        ['dongguan', 'due'],
        ['dongguan', 'on-time'],
      ]).flat(),
    )
    counts.asked.length = 0
    counts.due('nobody', '2026-11-04', [1, 1])
    counts.due('housing', '2026-11-04', [1, 1], 'leader-board')
    read()
    expect(counts.asked).toEqual([])
  })

  test('does not depend on who looked when', () => {
    const step = fc.record({
      of: fc.constantFrom('dongguan', 'liuhu', 'anguo'),
      on: fc.constantFrom('2026-09-30', '2026-10-01', '2026-11-20'),
      onTime: fc.nat({ max: 12 }),
      late: fc.nat({ max: 3 }),
      isRead: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const both = new Counts()
        const [watched, unwatched] = [opened(both), opened(both)]
        for (const one of [watched, unwatched]) reach('2026-11-23T14:30', one)
        for (const { of, on, onTime, late, isRead } of steps) {
          both.due(of, on, [onTime, onTime + late])
          if (isRead) read(watched.fold)
        }
        expect(read(watched.fold)).toEqual(read(unwatched.fold))
      }),
      { numRuns: 40 },
    )
  })
})
