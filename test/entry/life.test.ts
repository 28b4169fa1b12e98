import { describe, expect, it, onTestFinished } from 'vitest'
import type { EntryFact } from '../../contract/fact.ts'
import { dayMs } from '../../contract/time.ts'
import type { EntryState } from '../../contract/decision.ts'
import type { Entity } from '../../contract/topic.ts'
import { World } from '../../server/core/world.ts'
import { createEntryDesk } from '../../server/entry/entry-desk.ts'
import { openEventLog } from '../../server/store/event-log.ts'
import { createRecorder } from '../../server/store/recorder.ts'
import { feedFact, start, tick } from '../support/facts.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'
import { endOfOctober, registry } from './setting.ts'

/** The real log, folds and desk, as the server puts them together. */
async function district() {
  const clock = new ManualClock()
  const world = new World(registry)
  const log = openEventLog({ directory: temporaryFolder() })
  onTestFinished(() => log.close())
  const recorder = createRecorder({
    log,
    clock,
    onEntries: (entries) => {
      for (const entry of entries) world.apply(entry)
    },
    onStorage: () => undefined,
  })
  const read = (topic: string): readonly Entity[] => world.read([topic])[topic] ?? []
  const desk = createEntryDesk({
    registry,
    now: () => clock.now(),
    newest: (of, series) => world.newest(of, series),
    feed: (id) => registry.feeds.get(id),
    // the topic `entries` holds nothing but EntryState
    entries: (of) => read(`entries@${of}`) as readonly EntryState[],
  })
  const note = (...facts: Parameters<typeof recorder.record>[1]) => recorder.record('system', facts)
  await note(feedFact({ feed: 'manual' }))
  const fact = (id: string, state: EntryFact['state'], by: string, more: Partial<EntryFact> = {}): EntryFact => {
    clock.advance(1_000)
    return { kind: 'entry', district: '620802', id, at: clock.now(), state, by, ...more }
  }
  const entries = () => read('entries@620802') as readonly EntryState[]
  const propose = (id: string, value: number) => note(fact(id, 'proposed', '甲', { figures: [{ indicator: 'usability', at: endOfOctober, value }] }))
  const approve = async (id: string, by: string) => {
    const entry = entries().find((one) => one.id === id)!
    return await recorder.record('manual', [fact(id, 'approved', by), ...desk.factsOf(entry)], { isWhole: true })
  }
  return { clock, world, desk, note, fact, entries, propose, approve }
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
