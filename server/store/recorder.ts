import type { Entry, Fact } from '../../contract/fact.ts'
import type { Clock } from '../core/clock.ts'
import { StorageFullError } from '../core/storage-full.ts'
import type { Alongside, EventLog } from './event-log.ts'
import { IntakeQueue } from './intake-queue.ts'
import type { Slice } from './intake-queue.ts'
import type { LedgerNote } from './ledger.ts'
import { generationSize, identityOf, identityOfText, SeenWindow } from './seen-window.ts'

export interface Recorded {
  readonly accepted: number
  /** facts that this feed had already told, by their key or else in exactly these words, and that were not recorded again */
  readonly duplicates: number
  /** last seq of the log after the commit */
  readonly seq: number
}

/** What becomes durable together with a batch's facts: after kill -9 both are there, or neither. */
export interface Also {
  readonly ledger?: readonly LedgerNote[]
  /** numbers of quarantined messages of the feed that are dealt with, and leave the quarantine */
  readonly settled?: readonly number[]
  /** the facts themselves belong together: of 5,000 or fewer, all are durable or none, whatever else waits to be written */
  readonly isWhole?: boolean
}

/** The one way into the log. */
export interface Recorder {
  /**
   * Records facts of one feed, in their order; resolves once all of them are durable. Rejects with StorageFullError when they could not be
   * written: of a very large batch, a first part may have been; sending the whole again doubles nothing.
   * @param also written in the same transaction as the facts, also when all of them are duplicates or there are none. With more than 5,000
   * facts, which take several transactions, it goes into the last: never there without all of the facts.
   */
  record(feed: string, facts: readonly Fact[], also?: Also): Promise<Recorded>
  /** Records what is still queued, then takes nothing more. */
  close(): Promise<void>
}

export interface RecorderOptions {
  readonly log: EventLog
  readonly clock: Clock
  /** Called once per commit with what it added, in order of seq, before any of its callers hears of it. Must not throw: a throw ends the process. */
  onEntries(entries: readonly Entry[]): void
  /** Called when writing begins to fail, and when it works again. */
  onStorage(state: 'ok' | 'stopped', reason?: string): void
}

/** Facts in one transaction, about: what commits in about 25 ms, so that no commit keeps the event loop for longer. */
const factsPerTransaction = 5_000
/** While stopped, writing is tried this often even if nobody asks. */
const probeEveryMs = 5_000

/**
 * Callers share transactions: what arrives in one turn of the event loop, or while a commit runs, is committed together (group commit),
 * feeds taking turns. A repetition of a fact by its feed (the same key, or where it has none the same words) is counted, not recorded, within
 * a window of at least the last 100,000 facts of the log; the window is rebuilt from the log, so a batch sent again after kill -9 doubles
 * nothing. A repetition from beyond the window is recorded and changes nothing on any screen: the folds are idempotent.
 */
export function createRecorder(options: RecorderOptions): Recorder {
  return new LogRecorder(options)
}

interface Fresh {
  readonly texts: string[]
  readonly facts: Fact[]
  readonly identities: Set<string>
}

class LogRecorder implements Recorder {
  readonly #options: RecorderOptions
  readonly #seen = new SeenWindow()
  readonly #queue = new IntakeQueue()
  #flush: NodeJS.Immediate | undefined
  #endProbing: (() => void) | undefined
  #closed: Error | undefined
  #onIdle: (() => void)[] = []

  constructor(options: RecorderOptions) {
    this.#options = options
    for (const { feed, facts } of options.log.recent(generationSize)) for (const text of facts) this.#seen.add(feed, identityOfText(text))
  }

  record(feed: string, facts: readonly Fact[], also?: Also): Promise<Recorded> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed)
    return new Promise((resolve, reject) => {
      this.#queue.add({
        feed,
        facts,
        alongside: alongsideOf(feed, also),
        isWhole: also?.isWhole === true,
        taken: 0,
        accepted: 0,
        duplicates: 0,
        resolve,
        reject,
      })
      this.#schedule()
    })
  }

  async close(): Promise<void> {
    this.#closed ??= new Error('the recorder is closed: the server is stopping')
    if (!this.#queue.isEmpty) await new Promise<void>((resolve) => this.#onIdle.push(resolve))
    this.#endProbing?.()
  }

  #schedule(): void {
    this.#flush ??= setImmediate(() => {
      this.#flush = undefined
      this.#commit(this.#queue.take(factsPerTransaction))
      if (!this.#queue.isEmpty) this.#schedule()
      else for (const tell of this.#onIdle.splice(0)) tell()
    })
  }

  #commit(slices: readonly Slice[]): void {
    try {
      const fresh = this.#withoutDuplicates(slices)
      this.#append(fresh, slices)
    } catch (error) {
      this.#refuse(slices, error)
      return
    }
    for (const { request, isLast } of slices) {
      const { accepted, duplicates } = request
      if (isLast) request.resolve({ accepted, duplicates, seq: this.#options.log.lastSeq })
    }
  }

  /** Feeds in order of their first slice: one row of the log holds what a feed said in this transaction. */
  #withoutDuplicates(slices: readonly Slice[]): ReadonlyMap<string, Fresh> {
    const fresh = new Map<string, Fresh>()
    for (const { request, facts } of slices) {
      const { feed } = request
      const ours = fresh.get(feed) ?? { texts: [], facts: [], identities: new Set<string>() }
      fresh.set(feed, ours)
      for (const fact of facts) {
        const text = JSON.stringify(fact)
        const identity = identityOf(text, 'key' in fact ? fact.key : undefined)
        if (ours.identities.has(identity) || this.#seen.has(feed, identity)) {
          request.duplicates += 1
          continue
        }
        ours.identities.add(identity)
        ours.texts.push(text)
        ours.facts.push(fact)
        request.accepted += 1
      }
    }
    return fresh
  }

  #append(fresh: ReadonlyMap<string, Fresh>, slices: readonly Slice[]): void {
    const { log, clock } = this.#options
    const batches = [...fresh].filter(([, { texts }]) => texts.length > 0).map(([feed, { texts }]) => ({ feed, facts: texts }))
    const alongside = slices.flatMap(({ request, isLast }) => (isLast && request.alongside !== undefined ? [request.alongside] : []))
    if (batches.length === 0 && alongside.length === 0) return
    const { firstSeq, at } = log.append(batches, clock.now(), alongside)
    for (const [feed, { identities }] of fresh) for (const identity of identities) this.#seen.add(feed, identity)
    this.#resume()
    if (batches.length === 0) return
    let seq = firstSeq
    this.#options.onEntries([...fresh].flatMap(([feed, { facts }]) => facts.map((fact) => ({ seq: seq++, at, feed, fact }))))
  }

  #refuse(slices: readonly Slice[], error: unknown): void {
    const requests = new Set(slices.map(({ request }) => request))
    this.#queue.drop(requests)
    if (error instanceof StorageFullError) {
      for (const request of requests) request.reject(error)
      this.#stop(error)
      return
    }
    // what is recorded and what is shown may differ from here on: nobody may be told yes, and the process must start again from the log
    this.#closed = error instanceof Error ? error : new Error(String(error))
    for (const request of [...requests, ...this.#queue.drain()]) request.reject(this.#closed)
    throw error
  }

  #stop(error: StorageFullError): void {
    if (this.#endProbing !== undefined) return
    this.#endProbing = this.#options.clock.every(probeEveryMs, () => this.#probe())
    this.#options.onStorage('stopped', error.message)
  }

  #probe(): void {
    try {
      this.#options.log.probe()
    } catch (error) {
      if (error instanceof StorageFullError) return
      throw error
    }
    this.#resume()
  }

  #resume(): void {
    if (this.#endProbing === undefined) return
    this.#endProbing()
    this.#endProbing = undefined
    this.#options.onStorage('ok')
  }
}

function alongsideOf(feed: string, { ledger = [], settled = [] }: Also = {}): Alongside | undefined {
  return ledger.length === 0 && settled.length === 0 ? undefined : { feed, ledger, settled }
}
