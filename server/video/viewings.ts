import { randomUUID } from 'node:crypto'
import type { ViewingFact } from '../../contract/video-fact.ts'
import { minuteMs, secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { Viewing } from '../../contract/video.ts'
import type { Clock } from '../core/clock.ts'
import { recordedRole } from './visitor.ts'
import type { Visitor } from './visitor.ts'

export interface ViewingsOptions {
  readonly clock: Clock
  /** makes facts durable; rejects while that is impossible */
  readonly record: (facts: readonly ViewingFact[]) => Promise<unknown>
  /** those that the process before this one could not end any more, and when it was last alive */
  readonly leftOpen: { readonly viewings: readonly Viewing[]; readonly at: Instant }
}

/** After so long without a request nobody watches any more. */
const watchedMs = 30 * secondMs
/** A wall that goes round its cameras comes back to each: one viewing, not one at every turn. */
const pauseMs = 10 * minuteMs
const lookEveryMs = 30 * secondMs

interface Open {
  readonly began: ViewingFact
  lastAskedAt: Instant
  isRecorded: boolean
  recording: Promise<void> | undefined
}

/** 调阅: who watches which camera, as facts on the log: one viewing for each session and camera, whatever the quality and however many tiles. */
export class Viewings {
  readonly #options: ViewingsOptions
  /** by session and source */
  readonly #open = new Map<string, Open>()
  /** ends that are not on the log yet */
  #ends: readonly ViewingFact[]
  readonly #stop: () => void

  constructor(options: ViewingsOptions) {
    this.#options = options
    const { viewings, at } = options.leftOpen
    this.#ends = viewings.map((viewing) => endOf(viewing, Math.max(at, viewing.beganAt)))
    this.#stop = options.clock.every(lookEveryMs, () => void this.#endThoseOver())
    void this.#recordEnds()
  }

  /** Viewings that go on just now. */
  get watching(): number {
    const now = this.#options.clock.now()
    return [...this.#open.values()].filter(({ lastAskedAt }) => lastAskedAt > now - watchedMs).length
  }

  /**
   * Notes that somebody asked for a camera's picture.
   * @returns resolves when it is on the log that this viewing began
   * @throws what the recorder throws: the next request tries again
   */
  seen(source: string, visitor: Visitor, reason: string | undefined): Promise<void> {
    const now = this.#options.clock.now()
    const key = `${visitor.session} ${source}`
    const known = this.#open.get(key)
    const isOver = known !== undefined && (known.lastAskedAt <= now - pauseMs || known.began.reason !== reason)
    if (isOver) this.#end(key, known)
    const open = known === undefined || isOver ? this.#begin(key, beginning(source, visitor, reason, now)) : known
    open.lastAskedAt = now
    return open.isRecorded ? Promise.resolve() : this.#recordBeginning(open)
  }

  /** Ends all: a server that stops in order leaves nothing to the next. */
  async close(): Promise<void> {
    this.#stop()
    for (const [key, open] of this.#open) this.#end(key, open)
    await this.#recordEnds()
  }

  #begin(key: string, began: ViewingFact): Open {
    const open = { began, lastAskedAt: began.at, isRecorded: false, recording: undefined }
    this.#open.set(key, open)
    return open
  }

  #recordBeginning(open: Open): Promise<void> {
    open.recording ??= this.#options
      .record([open.began])
      .then(() => {
        open.isRecorded = true
      })
      .finally(() => {
        open.recording = undefined
      })
    return open.recording
  }

  async #endThoseOver(): Promise<void> {
    const before = this.#options.clock.now() - pauseMs
    for (const [key, open] of this.#open) if (open.lastAskedAt <= before) this.#end(key, open)
    await this.#recordEnds()
  }

  /** One of which the log never heard needs no end. */
  #end(key: string, open: Open): void {
    this.#open.delete(key)
    const until = Math.min(open.lastAskedAt + watchedMs, this.#options.clock.now())
    if (open.isRecorded) this.#ends = [...this.#ends, { ...open.began, phase: 'ended', at: Math.max(until, open.began.at) }]
  }

  async #recordEnds(): Promise<void> {
    const ends = this.#ends
    if (ends.length === 0) return
    this.#ends = []
    try {
      await this.#options.record(ends)
    } catch {
      // the log cannot be written, which is told by others: they are tried again with the next look
      this.#ends = [...ends, ...this.#ends]
    }
  }
}

function beginning(source: string, visitor: Visitor, reason: string | undefined, at: Instant): ViewingFact {
  const { name, address } = visitor
  return {
    kind: 'viewing',
    id: randomUUID(),
    source,
    at,
    phase: 'began',
    role: recordedRole(visitor),
    ...(name !== undefined && { name }),
    ...(reason !== undefined && { reason }),
    ...(address !== undefined && { address }),
  }
}

function endOf({ id, source, role, name, reason, address }: Viewing, at: Instant): ViewingFact {
  return {
    kind: 'viewing',
    id,
    source,
    at,
    phase: 'ended',
    role,
    ...(name !== undefined && { name }),
    ...(reason !== undefined && { reason }),
    ...(address !== undefined && { address }),
  }
}
