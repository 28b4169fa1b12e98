import { describe, expect, it } from 'vitest'
import { RateCap } from '../../server/ingest/rate-cap.ts'
import { ManualClock } from '../support/manual-clock.ts'

describe('a cap of 100 a second', () => {
  it('lets a burst of ten seconds through, then says how long to wait', () => {
    const cap = new RateCap(100, new ManualClock())
    expect(cap.take(1_000)).toBe(0)
    expect(cap.take(1)).toBe(10)
    expect(cap.take(49)).toBe(500)
    expect(cap.take(0)).toBe(500)
  })

  it('forgives with time, and saves up for one burst only', () => {
    const clock = new ManualClock()
    const cap = new RateCap(100, clock)
    cap.take(1_100)
    clock.advance(999)
    expect(cap.take(0)).toBe(1)
    clock.advance(1)
    expect(cap.take(0)).toBe(0)
    clock.advance(3_600_000)
    expect(cap.take(1_000)).toBe(0)
    expect(cap.take(1)).toBe(10)
  })

  it('lets through 100 a second over any longer time', () => {
    const clock = new ManualClock()
    const cap = new RateCap(100, clock)
    const began = clock.now()
    let taken = 0
    while (clock.now() - began < 60_000) {
      taken += 7
      clock.advance(cap.take(7))
    }
    expect(taken / 60).toBeGreaterThan(110)
    expect(taken / 60).toBeLessThan(100 + 1_000 / 60 + 1)
  })

  it('is not deceived by a clock that is set back', () => {
    let now = 10_000
    const cap = new RateCap(100, Object.assign(new ManualClock(), { now: () => now }))
    cap.take(1_050)
    now = 0
    expect(cap.take(0)).toBe(500)
    now = 500
    expect(cap.take(0)).toBe(0)
  })
})
