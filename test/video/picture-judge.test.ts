import { describe, expect, test } from 'vitest'
import { blackAfterMs, frozenAfterMs, judgePicture, nothingSeen } from '../../client/src/video/picture-judge.ts'
import type { PictureMemory, Sample } from '../../client/src/video/picture-judge.ts'

const points = 64 * 36

/** The same scene at any second: walls of different brightness. */
const scene = (brightness: number, contrast: number): Sample =>
  Uint8Array.from({ length: points }, (_, point) => brightness + (((point * 7919) % 101) / 100 - 0.5) * contrast)

/** Deterministic noise of a sensor, in [-1, 1], another at each point and second. */
function noise(point: number, second: number): number {
  let mixed = Math.imul(point ^ Math.imul(second + 1, 0x9e3779b1), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2_147_483_648 - 1
}

const noisy = (sample: Sample, levels: number, second: number): Sample =>
  sample.map((level, point) => Math.max(0, level + noise(point, second) * levels))

/** One sample a second; answers the verdict after each. */
function verdicts(samples: readonly Sample[], memory = nothingSeen, from = 0): readonly string[] {
  let state: PictureMemory = memory
  return samples.map((sample, second) => {
    state = judgePicture(state, sample, from + second * 1_000)
    return state.verdict
  })
}

const seconds = (count: number): readonly number[] => Array.from({ length: count }, (_, second) => second)
const firstOf = (verdict: string, given: readonly string[]): number => given.indexOf(verdict)

describe('a picture is frozen', () => {
  test('when it is the same for half a minute, though frames arrive', () => {
    const all = verdicts(seconds(60).map(() => scene(110, 120)))
    expect(firstOf('frozen', all)).toBe(frozenAfterMs / 1_000)
    expect(new Set(all.slice(frozenAfterMs / 1_000))).toEqual(new Set(['frozen']))
  })

  test('when the encoder pulses over a scene that stands: the same few pictures again and again', () => {
    const pulsing = seconds(60).map((second) => scene(110, 120 + (second % 4) * 8))
    expect(firstOf('frozen', verdicts(pulsing))).toBe(frozenAfterMs / 1_000 + 3)
  })

  test('when it was so before it left the screen and is so when it comes back, by the time that it was watched', () => {
    let memory = nothingSeen
    for (const second of seconds(20)) memory = judgePicture(memory, scene(110, 120), second * 1_000)
    expect(memory.verdict).toBe('live')
    const later = verdicts(
      seconds(20).map(() => scene(110, 120)),
      memory,
      600_000,
    )
    expect(firstOf('frozen', later)).toBe((frozenAfterMs - 19_000 - 2_000) / 1_000)
    expect(firstOf('frozen', verdicts([noisy(scene(110, 120), 4, 1), ...seconds(20).map(() => scene(110, 120))], memory, 600_000))).toBe(-1)
  })

  test('no longer, with the first picture that is another', () => {
    const all = verdicts([...seconds(40).map(() => scene(110, 120)), scene(113, 120)])
    expect(all.slice(-2)).toEqual(['frozen', 'live'])
  })
})

describe('a picture is not frozen', () => {
  test('at night, when nothing moves but the noise of the sensor, as little as coding leaves of it', () => {
    expect(new Set(verdicts(seconds(600).map((second) => noisy(scene(45, 60), 3, second))))).toEqual(new Set(['live']))
  })

  test('when a single point changes, as of a clock or a lamp, each time in another way', () => {
    const lamp = seconds(120).map((second) => {
      const sample = scene(110, 120)
      sample[500] = (second * 37) % 251
      return sample
    })
    expect(new Set(verdicts(lamp))).toEqual(new Set(['live']))
  })

  test('when it changes once in twenty seconds', () => {
    expect(new Set(verdicts(seconds(120).map((second) => scene(80 + Math.floor(second / 20) * 5, 120))))).toEqual(new Set(['live']))
  })
})

describe('a picture is black', () => {
  test('when it is dark and flat for ten seconds, noise or none, and no longer with the first light', () => {
    for (const levels of [0, 4]) {
      const all = verdicts([...seconds(20).map((second) => noisy(scene(8, 0), levels, second)), scene(60, 40)])
      expect(firstOf('black', all)).toBe(blackAfterMs / 1_000)
      expect(all.at(-1)).toBe('live')
    }
  })

  test('not on a night street with a lamp, nor on a grey wall', () => {
    const street = scene(6, 0)
    for (let point = 0; point < points / 60; point++) street[point * 3] = 190
    expect(new Set(verdicts(seconds(60).map((second) => noisy(street, 3, second))))).toEqual(new Set(['live']))
    expect(verdicts(seconds(20).map(() => scene(128, 0))).at(-1)).toBe('live')
  })
})
