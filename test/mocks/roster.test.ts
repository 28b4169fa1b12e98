import { describe, expect, it } from 'vitest'
import { shiftsBetween } from '../../contract/duty.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import { rosterFor } from '../../mock-streams/duty/roster.ts'
import { readRoster } from '../../server/duty/roster.ts'
import { dutyRules } from '../support/duty.ts'

const rules = dutyRules()
const now = Date.parse('2026-11-23T09:00:00+08:00')
const shifts = shiftsBetween(rules, 'Asia/Shanghai', [now - dayMs, now + 2 * dayMs]).map((span) => ({ ...span, people: [] as readonly object[] }))

describe('the roster of the simulated city', () => {
  it('is read without a mistake, six people to each shift of the days that are told whole', async () => {
    const { placements, mistakes } = await readRoster(Buffer.from(rosterFor(shifts, now)), rules)
    expect(mistakes).toEqual([])
    const days = [...new Set(placements.map(({ day }) => day))]
    expect(days).toEqual(['2026-11-23', '2026-11-24'])
    expect(placements).toHaveLength(days.length * rules.shifts.length * 6)
    expect(rosterFor(shifts, now)).toBe(rosterFor(shifts, now + hourMs))
  })

  it('leaves days alone that somebody has rostered', () => {
    const taken = shifts.map((span) => ({ ...span, people: span.day === '2026-11-24' ? [{}] : [] }))
    expect(rosterFor(taken, now)).not.toContain('2026-11-24')
    expect(
      rosterFor(
        shifts.map((span) => ({ ...span, people: [{}] })),
        now,
      ),
    ).toBe('')
  })
})
