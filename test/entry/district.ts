import { onTestFinished } from 'vitest'
import type { EntryState } from '../../contract/decision.ts'
import type { Entity } from '../../contract/topic.ts'
import type { Registry } from '../../server/core/registry.ts'
import { World } from '../../server/core/world.ts'
import { createEntryDesk } from '../../server/entry/entry-desk.ts'
import { openEventLog } from '../../server/store/event-log.ts'
import { createRecorder } from '../../server/store/recorder.ts'
import { feedFact } from '../support/facts.ts'
import type { ManualClock } from '../support/manual-clock.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'

/** The real log, folds and desk of district 620802, as the server puts them together. */
export async function openDistrict(registry: Registry, clock: ManualClock) {
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
  // the topic `entries` holds nothing but EntryState
  const entriesOf = (district: string) => read(`entries@${district}`) as readonly EntryState[]
  const desk = createEntryDesk({
    registry,
    now: () => clock.now(),
    newest: (of, series) => world.newest(of, series),
    feed: (id) => registry.feeds.get(id),
    entries: entriesOf,
  })
  type Facts = Parameters<typeof recorder.record>[1]
  const note = (...facts: Facts) => recorder.record('system', facts)
  /** a decision with its figures, as the server records it */
  const enter = (facts: Facts) => recorder.record('manual', facts, { isWhole: true })
  await note(feedFact({ feed: 'manual' }))
  return { world, log, desk, note, enter, entries: () => entriesOf('620802') }
}
