import { describe, expect, it } from 'vitest'
import { hourMs, minuteMs, secondMs } from '../../contract/time.ts'
import { pastPosition } from '../../contract/wall-past.ts'
import type { WallPast } from '../../contract/wall-past.ts'
import { turnClock } from '../../client/src/screen/past-turns.ts'

const since = Date.parse('2026-11-24T14:00:00+08:00')
const from = since - 24 * hourMs
const past = (given: Partial<WallPast> = {}): WallPast => ({ from, until: undefined, speed: 60, since, ...given })
const at = (one: WallPast, laterMs: number, holdMinutes = 30) => pastPosition(one, since + laterMs, holdMinutes)

describe('where in the past a wall stands', () => {
  it('follows from the server’s time alone', () => {
    expect(at(past(), 0)).toEqual({ at: from, speed: 60 })
    expect(at(past(), 10 * secondMs)).toEqual({ at: from + 600 * secondMs, speed: 60 })
    // its clock has not heard of the command yet
    expect(at(past(), -500)).toEqual({ at: from, speed: 60 })
  })

  it('rests at its end, and the present comes back when nobody has touched it for so long', () => {
    const short = past({ until: from + hourMs })
    expect(at(short, minuteMs)).toEqual({ at: from + hourMs, speed: 0 })
    expect(at(short, 31 * minuteMs - 1)).toEqual({ at: from + hourMs, speed: 0 })
    expect(at(short, 31 * minuteMs)).toBeUndefined()
    expect(at(past({ speed: 0 }), 29 * minuteMs)).toEqual({ at: from, speed: 0 })
    expect(at(past({ speed: 0 }), 30 * minuteMs)).toBeUndefined()
    expect(at(past({ speed: 0 }), 300 * hourMs, 0)).toEqual({ at: from, speed: 0 })
  })

  it('is over when it has reached the present, or has played for four hours', () => {
    expect(at(past({ speed: 600 }), 2 * minuteMs)).toEqual({ at: from + 20 * hourMs, speed: 600 })
    expect(at(past({ speed: 600 }), 3 * minuteMs)).toBeUndefined()
    expect(at(past({ speed: 1 }), 4 * hourMs - 1)?.speed).toBe(1)
    expect(at(past({ speed: 1 }), 4 * hourMs)).toBeUndefined()
  })
})

describe('scenes of the past', () => {
  it('take their turns no quicker than every eight seconds of ours, on all walls at once', () => {
    const turns = (speed: WallPast['speed'], ...ms: readonly number[]) => ms.map((later) => turnClock({ from, speed }, from + later) - from)
    expect(turns(60, 0, 479_999, 480_000, 500_000)).toEqual([0, 0, 480_000, 480_000])
    expect([turns(1, 7_123), turns(0, 7_123)]).toEqual([[7_123], [7_123]])
  })
})
