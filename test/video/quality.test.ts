import { describe, expect, test } from 'vitest'
import { calmMs } from '../../client/src/video/policy.ts'
import type { Strain } from '../../client/src/video/policy.ts'
import { climbed, firstLadder, strained, want } from '../../client/src/video/quality.ts'
import type { Ladder } from '../../client/src/video/quality.ts'

const minute = 60_000
/** After these strains, `[what, at]`. */
const after = (strains: readonly (readonly [Strain, number])[], from: Ladder = firstLadder('main', 0)): Ladder =>
  strains.reduce((ladder, [what, at]) => strained(ladder, what, at), from)

describe('the main stream', () => {
  test('is given up for the sub stream at once when there is no room for it, no decoder, or the player was stuck', () => {
    for (const what of ['busy', 'unsupported', 'stuck'] as const) expect(after([[what, 0]]).quality).toBe('sub')
  })

  test('is given up for three stalls or two spells of dropped frames within a minute, not for fewer nor for mixed ones', () => {
    const stalls = (...at: number[]): Ladder => after(at.map((time) => ['stalled', time] as const))
    expect([stalls(0, 10_000).quality, stalls(0, 10_000, 59_000).quality, stalls(0, 10_000, 61_000).quality]).toEqual(['main', 'sub', 'main'])
    expect(
      after([
        ['dropping', 0],
        ['dropping', 20_000],
      ]).quality,
    ).toBe('sub')
    expect(
      after([
        ['dropping', 0],
        ['stalled', 1],
        ['stalled', 2],
      ]).quality,
    ).toBe('main')
  })

  test('is tried again after two calm minutes, twice as long after each fall, half an hour at most', () => {
    const fallen = after([['stuck', 0]])
    expect([climbed(fallen, 2 * minute - 1).quality, climbed(fallen, 2 * minute).quality]).toEqual(['sub', 'main'])
    const again = strained(climbed(fallen, 2 * minute), 'stuck', 2 * minute)
    expect([climbed(again, 6 * minute - 1).quality, climbed(again, 6 * minute).quality]).toEqual(['sub', 'main'])
    expect(calmMs(100)).toBe(30 * minute)
  })

  test('waits for its return when the sub stream is not calm either', () => {
    const fallen = after([
      ['stuck', 0],
      ['stalled', minute],
    ])
    expect([climbed(fallen, 2 * minute).quality, climbed(fallen, 3 * minute).quality]).toEqual(['sub', 'main'])
  })

  test('is forgiven its falls after ten minutes without a strain', () => {
    const back = climbed(after([['stuck', 0]]), 2 * minute)
    expect([climbed(back, 11 * minute).falls, climbed(back, 12 * minute).falls]).toEqual([1, 0])
    expect(climbed(strained(back, 'stalled', 10 * minute), 12 * minute).falls).toBe(1)
  })
})

describe('what is coded anew', () => {
  test('is asked for when this browser cannot decode the sub stream either, and at once when that is known beforehand', () => {
    const sub = after([['unsupported', 0]])
    expect([sub.quality, strained(sub, 'unsupported', 1).quality]).toEqual(['sub', 'anew'])
    expect([firstLadder('main', 0, false).quality, firstLadder('sub', 0, false).quality]).toEqual(['anew', 'anew'])
    for (const what of ['busy', 'stuck', 'stalled', 'dropping'] as const) expect(strained(firstLadder('sub', 0), what, 1).quality).toBe('sub')
  })

  test('stays: it does not climb, grow, or fall', () => {
    const anew = firstLadder('sub', 0, false)
    expect(climbed(anew, 60 * minute).quality).toBe('anew')
    expect(climbed(want(anew, 'main', 1), 60 * minute)).toMatchObject({ wanted: 'main', quality: 'anew' })
    expect(strained(anew, 'unsupported', 1).quality).toBe('anew')
  })
})

describe('a tile', () => {
  test('that is small never takes the main stream', () => {
    expect(climbed(firstLadder('sub', 0), 60 * minute).quality).toBe('sub')
  })

  test('that grows takes it at once, unless it has fallen from it lately; one that shrinks gives it up', () => {
    expect(want(firstLadder('sub', 0), 'main', 5).quality).toBe('main')
    expect(want(firstLadder('main', 0), 'sub', 5).quality).toBe('sub')
    const fallen = want(want(after([['busy', 0]]), 'sub', 1_000), 'main', 2_000)
    expect(fallen.quality).toBe('sub')
    expect(climbed(fallen, 1_000 + 2 * minute).quality).toBe('main')
  })
})
