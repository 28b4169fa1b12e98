import { describe, expect, it } from 'vitest'
import { Condensed } from './condensed.ts'
import { afterWarmUp, judge } from './trend.ts'
import type { Point, Verdict } from './trend.ts'

/** Evenly spread over ±1, the same for the same seed: what scatters in a test must scatter the same each time. */
function scatter(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  }
}

/** One value a minute. */
function run(minutes: number, seed: number, valueAt: (hours: number, noise: number) => number): readonly Point[] {
  const noise = scatter(seed)
  return Array.from({ length: minutes }, (_, minute) => ({ at: minute / 60, value: valueAt(minute / 60, noise()) }))
}

const seeds = Array.from({ length: 200 }, (_, index) => index + 1)
const verdictsOf = (shape: (hours: number, noise: number) => number, minutes = 60): ReadonlySet<Verdict> =>
  new Set(seeds.map((seed) => judge(afterWarmUp(run(minutes, seed, shape)), 0.2).verdict))

describe('a figure over an hour', () => {
  it('is flat where it only scatters', () => {
    expect(verdictsOf((_hours, noise) => 40 + noise)).toEqual(new Set(['flat']))
  })

  it('is flat where it does not move at all, and its interval is 0', () => {
    const { start, perHour, marginPerHour, verdict } = judge(
      run(54, 1, () => 0.1),
      0.5,
    )
    for (const [figure, expected] of [[start, 0.1] as const, [perHour, 0] as const, [marginPerHour, 0] as const]) expect(figure).toBeCloseTo(expected)
    expect(verdict).toBe('flat')
  })

  it('is flat where it goes up and down for minutes at a time', () => {
    expect(verdictsOf((hours, noise) => 40 + Math.sin(hours * 60) + noise / 4)).toEqual(new Set(['flat']))
  })

  it('is flat where what it grows by is not worth a word', () => {
    const crumbs = run(60, 1, (hours) => 40 + hours / 10)
    expect([judge(crumbs, 0.2).verdict, judge(crumbs, 0.05).verdict]).toEqual(['flat', 'grows'])
  })

  it('grows with a leak of 1 MB an hour under noise', () => {
    expect(verdictsOf((hours, noise) => 40 + hours + 0.4 * noise)).toEqual(new Set(['grows']))
    const { perHour, marginPerHour, growth } = judge(
      run(60, 7, (hours, noise) => 40 + hours + 0.4 * noise),
      0.2,
    )
    expect(Math.abs(perHour - 1)).toBeLessThan(marginPerHour)
    expect(growth).toBeCloseTo(perHour * (59 / 60))
  })

  it('grows where a step after the warm-up stays, whenever between a fifth and four fifths of the run', () => {
    for (const from of [0.25, 0.4, 0.6, 0.8]) expect(verdictsOf((hours, noise) => (hours < from ? 1 : 2) + noise / 10)).toEqual(new Set(['grows']))
  })

  it('does not count a step within the warm-up', () => {
    expect(verdictsOf((hours, noise) => (hours < 0.09 ? 10 : 40) + noise)).toEqual(new Set(['flat']))
  })

  it('falls where something is given back', () => {
    expect(verdictsOf((hours, noise) => 40 - 4 * hours + noise)).toEqual(new Set(['falls']))
  })
})

it('says nothing of fewer than five rounds', () => {
  expect(judge(afterWarmUp(run(7, 1, (hours) => hours)), 0).verdict).toBe('too short')
  expect(judge([], 0).verdict).toBe('too short')
})

it('tells seven days as it would tell an hour, from a bounded number of points', () => {
  const kept = new Condensed()
  let most = 0
  for (const point of run(7 * 24 * 60, 3, (hours, noise) => 40 + hours / 20 + noise)) {
    kept.add(point)
    most = Math.max(most, kept.points.length)
  }
  expect(most).toBeLessThan(720)
  expect(kept.points.length).toBeGreaterThan(300)
  const { perHour, verdict } = judge(afterWarmUp(kept.points), 0.2)
  expect(perHour).toBeCloseTo(1 / 20, 2)
  expect(verdict).toBe('grows')
})
