import { systemClock } from '../../server/system-clock.ts'
import { loadWorld } from '../../server/store/historian.ts'
import { createRecorder } from '../../server/store/recorder.ts'
import { openStores } from '../../server/store/stores.ts'
import { registryWith } from '../support/registry.ts'

/** Milliseconds of a new process. */
export interface Loaded {
  /** since the process was made: runtime and modules too */
  readonly wholeMs: number
  readonly storesMs: number
  readonly worldMs: number
  /** with the window of what was seen last */
  readonly recorderMs: number
  /** processor time of the whole; unlike the others it hardly depends on what else the machine does */
  readonly cpuMs: number
  readonly residentBytes: number
}

/** A process of its own: gets a data folder ready as a server does, and prints how long that took. */
const [directory = ''] = process.argv.slice(2)
const began = performance.now()
const stores = openStores({ directory, rejectionsKept: 2_000 })
const opened = performance.now()
loadWorld(stores.log, registryWith(), directory)
const loaded = performance.now()
createRecorder({ log: stores.log, clock: systemClock, onEntries: () => undefined, onStorage: () => undefined })
const ready = performance.now()
const { user, system } = process.cpuUsage()
const figures: Loaded = {
  wholeMs: ready,
  storesMs: opened - began,
  worldMs: loaded - opened,
  recorderMs: ready - loaded,
  cpuMs: (user + system) / 1_000,
  residentBytes: process.memoryUsage().rss,
}
process.stdout.write(JSON.stringify(figures))
stores.close()
