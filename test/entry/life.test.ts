import { describe, expect, it } from 'vitest'
import type { EntryFact } from '../../contract/fact.ts'
import { dayMs } from '../../contract/time.ts'
import { World } from '../../server/core/world.ts'
import { start, tick } from '../support/facts.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { openDistrict } from './district.ts'
import { endOfOctober, endOfSeptember, registry } from './setting.ts'

async function district() {
  const clock = new ManualClock()
  const opened = await openDistrict(registry, clock)
  const { desk, note, enter, entries } = opened
  const fact = (id: string, state: EntryFact['state'], by: string, more: Partial<EntryFact> = {}): EntryFact => {
    clock.advance(1_000)
    return { kind: 'entry', district: '620802', id, at: clock.now(), state, by, ...more }
  }
  const proposeFigures = (id: string, proposed: NonNullable<EntryFact['figures']>) => note(fact(id, 'proposed', '甲', { figures: proposed }))
  const propose = (id: string, value: number) => proposeFigures(id, [{ indicator: 'usability', at: endOfOctober, value }])
  const approve = async (id: string, by: string) => {
    const entry = entries().find((one) => one.id === id)!
    return await enter([fact(id, 'approved', by), ...desk.factsOf(entry)])
  }
  return { ...opened, clock, fact, proposeFigures, propose, approve }
}

const figures = [{ indicator: 'usability', input: undefined, of: undefined, at: endOfOctober, value: 90 }]

describe('an entry', () => {
  it('is shown as waiting, then as approved with both names, and its figure stands as the feed’s', async () => {
    const { world, desk, entries, propose, approve } = await district()
    await propose('E1', 90)
    const proposed = { id: 'E1', proposedAt: start + 1_000, proposedBy: '甲', note: undefined, figures }
    expect(entries()).toEqual([{ ...proposed, state: 'proposed', decidedAt: undefined, decidedBy: undefined }])
    expect(world.find('indicators@620802', 'usability')).toBeUndefined()
    await approve('E1', '乙')
    expect(entries()).toEqual([{ ...proposed, state: 'approved', decidedAt: start + 2_000, decidedBy: '乙' }])
    expect(world.find('indicators@620802', 'usability')).toMatchObject({ value: 90, observedAt: endOfOctober, feed: 'manual', corrected: undefined })
    expect(desk.sheet('620802', '2026-10').rows[0]).toEqual({
      indicator: 'usability',
      latest: { value: 90, at: endOfOctober, feed: 'manual' },
      state: 'done',
    })
  })

  it('of inputs reaches the indicator that is made of them, unit by unit, and makes it as old as its oldest month', async () => {
    const { world, proposeFigures, approve } = await district()
    const sites = (of: string, at: number, value: number) => ({ input: 'sites', of, at, value })
    await proposeFigures('E1', [sites('housing', endOfSeptember, 3), sites('dongguan', endOfSeptember, 2)])
    await proposeFigures('E2', [sites('housing', endOfOctober, 4)])
    for (const id of ['E1', 'E2']) await approve(id, '乙')
    expect(world.find('indicators@620802', 'all_sites')).toMatchObject({
      value: 6,
      observedAt: endOfOctober,
      ageing: { input: 'sites', since: endOfSeptember, everyMs: 31 * dayMs },
      feed: 'manual',
    })
    expect(world.indicatorUnits('620802', 'all_sites').map(({ unit, value }) => [unit, value])).toEqual([
      ['housing', 4],
      ['dongguan', 2],
    ])
  })

  it('that corrects a month back to what it said before is heard too', async () => {
    const { world, propose, approve } = await district()
    for (const [id, value] of [
      ['E1', 90],
      ['E2', 91],
      ['E3', 90],
    ] as const) {
      await propose(id, value)
      expect((await approve(id, '乙')).duplicates).toBe(0)
    }
    expect(world.find('indicators@620802', 'usability')).toMatchObject({ value: 90, corrected: { from: 91 } })
  })

  it('is decided once, never by who proposed it, and forgotten after seven days; one that waits is not', async () => {
    const { clock, note, fact, entries, propose, approve } = await district()
    const states = () => entries().map(({ id, state, decidedBy }) => [id, state, decidedBy])
    await propose('E1', 90)
    await propose('E2', 91)
    await note(fact('E1', 'approved', '甲'))
    expect(states()).toEqual([
      ['E1', 'proposed', undefined],
      ['E2', 'proposed', undefined],
    ])
    await note(fact('E1', 'rejected', '乙', { note: '数不对' }))
    await approve('E1', '丙')
    await note(fact('E9', 'approved', '丙'))
    expect(states()).toEqual([
      ['E1', 'rejected', '乙'],
      ['E2', 'proposed', undefined],
    ])
    expect(entries()[0]?.note).toBe('数不对')
    clock.advance(7 * dayMs)
    await note(tick(clock.now()))
    expect(states()).toEqual([['E2', 'proposed', undefined]])
  })

  it('survives a checkpoint', async () => {
    const { world, propose, entries } = await district()
    await propose('E1', 90)
    const again = World.restore(registry, JSON.parse(JSON.stringify(world.dump())))
    expect(again.read(['entries@620802'])['entries@620802']).toEqual(entries())
  })
})
