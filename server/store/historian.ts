import { Worker } from 'node:worker_threads'
import type { PlaybackStretch } from '../../contract/playback.ts'
import type { Instant } from '../../contract/time.ts'
import type { TopicName } from '../../contract/topic.ts'
import type { Viewing } from '../../contract/video.ts'
import type { Registry } from '../core/registry.ts'
import { StorageFullError } from '../core/storage-full.ts'
import type { ViewingQuery } from '../core/viewings.ts'
import type { World } from '../core/world.ts'
import type { EventLog } from './event-log.ts'
import type { Answer, HistorianOptions, Question } from './historian-messages.ts'
import type { Curve, CurveQuestion } from '../core/curve.ts'
import type { HeldSample, SeriesName } from './history.ts'
import { Past } from './past.ts'
import type { PastState, StretchQuestion } from './past.ts'

/** 史官: reads the log in a thread of its own, so that neither checkpoints nor questions about the past keep the wall waiting. */
export interface Historian {
  /** Writes a checkpoint of the log's end. @returns its seq; 0 for an empty log. Errors: the worker's, such as a full disk. */
  checkpoint(): Promise<number>
  /** Topics as of the last entry recorded at or before `at`; undefined before the first entry. */
  stateAt(topics: readonly TopicName[], at: Instant): Promise<PastState | undefined>
  /** How topics went on after an entry of the log; undefined where the log does not hold it. */
  stretch(asked: StretchQuestion): Promise<PlaybackStretch | undefined>
  /** 调阅记录 as of the last entry recorded at or before `query.to`. */
  viewings(query: ViewingQuery & { readonly to: Instant }): Promise<readonly Viewing[]>
  /** The past of an indicator as the log's end has it. Errors: StorageFullError where the history cannot be written. */
  curve(asked: CurveQuestion): Promise<Curve>
  /** The value of a series in force at an instant: the latest at or before it. Errors as for `curve`. */
  latest(series: SeriesName, at: Instant): Promise<HeldSample | undefined>
  /** Ends the thread; what was still being asked fails. */
  close(): Promise<void>
}

/**
 * Makes a historian; its thread starts with the first question. If the thread dies, what was being asked fails saying so, and the next
 * question starts another.
 */
export function startHistorian(options: HistorianOptions): Historian {
  return new WorkerHistorian(options)
}

/**
 * The world at the log's end: newest usable checkpoint, then the rest of the log. Nothing is left to drain.
 * Errors: a damaged log throws. A checkpoint that cannot be used is ignored, and told once on stderr.
 */
export function loadWorld(log: EventLog, registry: Registry, directory: string): World {
  const past = new Past({ log, registry, directory, report: (problem) => process.stderr.write(`${problem}\n`) })
  return past.worldAt(log.lastSeq)
}

interface Pending {
  readonly resolve: (value: Answer) => void
  readonly reject: (reason: Error) => void
}

class WorkerHistorian implements Historian {
  readonly #options: HistorianOptions
  readonly #pending = new Map<number, Pending>()
  #worker: Worker | undefined
  #lastId = 0
  #isClosed = false

  constructor(options: HistorianOptions) {
    this.#options = options
  }

  async checkpoint(): Promise<number> {
    const answer = await this.#ask({ kind: 'checkpoint' })
    return answer.kind === 'checkpoint' ? answer.seq : mismatched(answer)
  }

  async stateAt(topics: readonly TopicName[], at: Instant): Promise<PastState | undefined> {
    const answer = await this.#ask({ kind: 'state-at', topics, at })
    return answer.kind === 'state-at' ? answer.state : mismatched(answer)
  }

  async stretch(asked: StretchQuestion): Promise<PlaybackStretch | undefined> {
    const answer = await this.#ask({ kind: 'stretch', asked })
    return answer.kind === 'stretch' ? answer.stretch : mismatched(answer)
  }

  async viewings(query: ViewingQuery & { readonly to: Instant }): Promise<readonly Viewing[]> {
    const answer = await this.#ask({ kind: 'viewings', query })
    return answer.kind === 'viewings' ? answer.viewings : mismatched(answer)
  }

  async curve(asked: CurveQuestion): Promise<Curve> {
    const answer = await this.#ask({ kind: 'curve', asked })
    return answer.kind === 'curve' ? answer.curve : mismatched(answer)
  }

  async latest(series: SeriesName, at: Instant): Promise<HeldSample | undefined> {
    const answer = await this.#ask({ kind: 'latest', series, at })
    return answer.kind === 'latest' ? answer.sample : mismatched(answer)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const worker = this.#worker
    this.#lose(worker, new Error('the historian is closed: the server is stopping'))
    await worker?.terminate()
  }

  #ask(question: Question): Promise<Answer> {
    if (this.#isClosed) return Promise.reject(new Error('the historian is closed: the server is stopping'))
    return new Promise((resolve, reject) => {
      const worker = (this.#worker ??= this.#start())
      const id = (this.#lastId += 1)
      this.#pending.set(id, { resolve, reject })
      // a question keeps the process alive, an idle thread does not
      worker.ref()
      worker.postMessage({ id, question })
    })
  }

  #start(): Worker {
    // without the parent's execArgv: the worker brings its own loader, whatever the parent was started with
    const worker = new Worker(new URL('./historian-worker.mjs', import.meta.url), { workerData: this.#options, execArgv: [] })
    worker.on('message', ({ id, answer }: { id: number; answer: Answer }) => this.#settle(worker, id, answer))
    worker.on('error', (error) => this.#lose(worker, error instanceof Error ? error : new Error(String(error))))
    worker.on('exit', (code) => this.#lose(worker, new Error(`exit code ${String(code)}`)))
    return worker
  }

  #settle(worker: Worker, id: number, answer: Answer): void {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    if (this.#pending.size === 0) worker.unref()
    if (answer.kind === 'failed') pending?.reject(answer.isStorageFull ? new StorageFullError(answer.reason) : new Error(answer.reason))
    else pending?.resolve(answer)
  }

  #lose(worker: Worker | undefined, cause: Error): void {
    if (worker !== this.#worker) return
    this.#worker = undefined
    const lost = [...this.#pending.values()]
    this.#pending.clear()
    for (const { reject } of lost)
      reject(new Error(`the historian stopped before it could answer: ${cause.message}. The next question starts it again.`, { cause }))
  }
}

function mismatched(answer: Answer): never {
  throw new Error(`the historian gave an answer of kind ${answer.kind} to another question`)
}
