import type { Entry, Fact } from '../contract/fact.ts'
import type { ServerState } from '../contract/topic.ts'
import { CheckpointSchedule } from './checkpoint-schedule.ts'
import type { Closing } from './closing.ts'
import type { Clock } from './core/clock.ts'
import type { Registry } from './core/registry.ts'
import type { World } from './core/world.ts'
import type { Log } from './log.ts'
import type { Settings } from './settings.ts'
import { loadWorld, startHistorian } from './store/historian.ts'
import type { Historian } from './store/historian.ts'
import { createRecorder } from './store/recorder.ts'
import type { Recorder } from './store/recorder.ts'
import { openStores } from './store/stores.ts'
import type { Stores } from './store/stores.ts'

/** The log, the world folded from it, and the one way to make both grow. */
export interface Spine {
  readonly stores: Stores
  readonly world: World
  readonly historian: Historian
  readonly recorder: Recorder
  /** Records what the server itself has noticed. Lost when the disk is full: the wall says that, and what matters is noted again. */
  note(facts: readonly Fact[]): void
}

export interface SpineOptions {
  readonly settings: Settings
  readonly registry: Registry
  readonly clock: Clock
  readonly log: Log
  /** called after the world has changed */
  readonly onChange: () => void
}

/** Opens the data folder and folds what it holds. @throws in words for people: the folder is in use, the log is damaged or of a newer version */
export function openSpine({ settings, registry, clock, log, onChange }: SpineOptions, closing: Closing): Spine {
  const { dataDirectory: directory, configDirectory } = settings
  const { maxLogBytes: maxBytes, rejectionsKept } = registry.app
  const stores = openStores({ directory, maxBytes, rejectionsKept })
  closing.add(() => stores.close())
  const world = loadWorld(stores.log, registry, directory)
  const historian = startHistorian({ directory, configDirectory, feeds: [...registry.feeds.values()] })
  closing.add(() => historian.close())
  const checkpoints = new CheckpointSchedule(clock, log, () => historian.checkpoint())
  closing.add(() => checkpoints.close())
  const setRecording = (recording: ServerState['recording'], reason: string | undefined): void => {
    world.setServerState({ id: 'server', recording, since: clock.now(), reason })
    onChange()
  }
  setRecording('ok', undefined)
  const recorder = createRecorder({
    log: stores.log,
    clock,
    onEntries(entries) {
      applyAll(world, entries)
      checkpoints.grown(entries.length)
      onChange()
    },
    onStorage(state, reason) {
      if (state === 'stopped') log('error', 'the log cannot be written: intake is stopped', { reason })
      else log('info', 'the log can be written again')
      setRecording(state, reason)
    },
  })
  closing.add(() => recorder.close())
  const note = (facts: readonly Fact[]): void => {
    recorder.record('system', facts).catch((error: unknown) => log('warn', "the server's own facts were not recorded", { error }))
  }
  return { stores, world, historian, recorder, note }
}

function applyAll(world: World, entries: readonly Entry[]): void {
  for (const entry of entries) world.apply(entry)
}
