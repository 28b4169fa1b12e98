import { expect, it } from 'vitest'
import { createAttempts } from '../../server/http/attempts.ts'
import { ManualClock } from '../support/manual-clock.ts'

it('a clock set back by an hour does not lock an address out for an hour', () => {
  const clock = new ManualClock()
  const attempts = createAttempts(clock)
  for (let attempt = 0; attempt < 10; attempt += 1) attempts.failed('192.0.2.1')
  expect(attempts.isBlocked('192.0.2.1')).toBe(true)
  clock.advance(-3_600_000)
  expect(attempts.isBlocked('192.0.2.1')).toBe(false)
})
