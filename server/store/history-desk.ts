import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Instant } from '../../contract/time.ts'
import { curveOf } from './history-curve.ts'
import type { Curve, CurveQuestion } from '../core/curve.ts'
import { isDamage } from './history-file.ts'
import { History } from './history.ts'
import type { HeldSample, HistoryOptions, SeriesName } from './history.ts'

/**
 * Answers from the history as of the log's end. The file is opened with the first question; taking in a long log is done in steps, between
 * which other questions of the same thread are answered. A file that turns out to be damaged is made again, and the question answered then.
 */
export class HistoryDesk {
  readonly #options: HistoryOptions
  #history: History | undefined

  constructor(options: HistoryOptions) {
    this.#options = options
  }

  /** Takes in what the log holds by now. Errors: StorageFullError, a damaged log. */
  catchUp(): Promise<void> {
    return this.#mending((history) => this.#reach(history, this.#options.log.lastSeq))
  }

  curve(asked: CurveQuestion): Promise<Curve> {
    return this.#ask((history) => curveOf(history, this.#options.registry, asked))
  }

  latest(series: SeriesName, at: Instant): Promise<HeldSample | undefined> {
    return this.#ask((history) => history.latest(series, at))
  }

  close(): void {
    this.#history?.close()
    this.#history = undefined
  }

  #ask<T>(question: (history: History) => T): Promise<T> {
    return this.#mending(async (history) => {
      await this.#reach(history, this.#options.log.lastSeq)
      return question(history)
    })
  }

  async #mending<T>(work: (history: History) => Promise<T>): Promise<T> {
    const history = (this.#history ??= new History(this.#options))
    try {
      return await work(history)
    } catch (error) {
      if (!isDamage(error)) throw error
      history.beginAgain(error)
      return work(history)
    }
  }

  async #reach(history: History, seq: number): Promise<void> {
    while (history.seq < seq) {
      history.step()
      await nextTurn()
    }
  }
}
