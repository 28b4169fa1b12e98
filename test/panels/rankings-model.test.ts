import { describe, expect, it } from 'vitest'
import type { RankedUnit, RankingState } from '../../contract/decision.ts'
import { blockOf, changeWords, firstOf, monthsOf, placeOn, scaleFrom } from '../../client/src/desk/rankings/model.ts'

const row = (interval: RankedUnit['interval']): RankedUnit => ({
  unit: 'a',
  standing: 'ranked',
  rank: 1,
  value: 90,
  sample: 28,
  interval,
  risen: undefined,
  reason: undefined,
})
const month = (text: string, given: Partial<RankingState> = {}): RankingState => ({
  id: `towns/${text}`,
  ranking: 'towns',
  month: text,
  state: 'ended',
  publishedAt: undefined,
  publishedBy: undefined,
  rows: [],
  corrections: [],
  asOf: 1,
  ...given,
})

describe('the model of rankings', () => {
  it('has the months of one ranking, the newest first, and opens the latest that waits to be published', () => {
    const months = monthsOf(
      [month('2026-09', { state: 'published' }), month('2026-10'), month('2026-11', { state: 'running' }), month('2026-11', { ranking: 'other' })],
      'towns',
    )
    expect(months.map(({ month: text }) => text)).toEqual(['2026-11', '2026-10', '2026-09'])
    expect(firstOf(months)?.month).toBe('2026-10')
    expect(firstOf(months.filter(({ state }) => state !== 'ended'))?.month).toBe('2026-11')
    expect(firstOf([])).toBeUndefined()
  })

  it.each([
    ['running', { role: 'admin', name: '甲' }, 'running'],
    ['published', { role: 'admin', name: '甲' }, 'published'],
    ['ended', undefined, 'unknown'],
    ['ended', { role: 'wall', name: '甲' }, 'role'],
    ['ended', { role: 'desk', name: undefined }, 'name'],
    ['ended', { role: 'desk', name: '甲' }, undefined],
  ] as const)('a month that is %s, looked at by %j: %s', (state, signer, block) => {
    expect(blockOf(month('2026-10', { state }), signer)).toBe(block)
  })

  it('has a scale from a full ten on which every interval lies, and 100 at its end', () => {
    expect(scaleFrom([row([68.4, 73.5]), row([51, 100]), row(undefined)])).toBe(50)
    expect(scaleFrom([row([99, 100])])).toBe(90)
    expect(scaleFrom([row([0, 30])])).toBe(0)
    expect(scaleFrom([row(undefined)])).toBe(0)
    expect([placeOn(50, 50), placeOn(75, 50), placeOn(100, 50)]).toEqual([0, 50, 100])
  })

  it('says how far somebody rose or fell, that nothing changed, and nothing where nothing is known', () => {
    expect([2, -1, 0, undefined].map((risen) => changeWords({ risen }))).toEqual(['▲2', '▼1', '–', ''])
  })
})
