import { hourMs } from '../contract/time.ts'
import type { Clock } from './core/clock.ts'
import type { Log } from './log.ts'

/** A restart folds at most this many entries again. */
const everyEntries = 50_000

/** Has a checkpoint written when the log has grown enough, each hour, and at the end. */
export class CheckpointSchedule {
  readonly #write: () => Promise<number>
  readonly #log: Log
  readonly #stop: () => void
  #entriesSince = 0
  #writing: Promise<unknown> | undefined

  constructor(clock: Clock, log: Log, write: () => Promise<number>) {
    this.#write = write
    this.#log = log
    this.#stop = clock.every(hourMs, () => this.#start())
  }

  grown(entries: number): void {
    this.#entriesSince += entries
    if (this.#entriesSince >= everyEntries) this.#start()
  }

  /** Ends the schedule with a last checkpoint. */
  async close(): Promise<void> {
    this.#stop()
    await this.#writing
    this.#start()
    await this.#writing
  }

  #start(): void {
    if (this.#writing !== undefined || this.#entriesSince === 0) return
    this.#entriesSince = 0
    this.#writing = this.#write()
      .catch((error: unknown) => this.#log('warn', 'no checkpoint was written: the next start takes longer', { error }))
      .finally(() => {
        this.#writing = undefined
      })
  }
}
