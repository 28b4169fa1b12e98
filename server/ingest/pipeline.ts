import type { Fact } from '../../contract/fact.ts'
import { rawKeptBytes } from '../../contract/rejection.ts'
import type { IndexedRefusal, Refusal, Rejection } from '../../contract/rejection.ts'
import { fail, ok } from '../../contract/result.ts'
import type { Result } from '../../contract/result.ts'
import type { Instant } from '../../contract/time.ts'
import type { Admission, AdmissionSession } from '../core/admission.ts'
import type { Clock } from '../core/clock.ts'
import type { Registry } from '../core/registry.ts'
import { StorageFullError } from '../core/storage-full.ts'
import type { BodyRefusal, Message, RawMessage } from './codec.ts'
import type { OpenFeed } from './open-feed.ts'
import type { Privacy } from './privacy.ts'
import { RateCap } from './rate-cap.ts'
import { RecentMessages } from './recent-messages.ts'
import { maskedDetail } from './shape-problem.ts'
import { NotTakenError } from './transport.ts'
import type { Delivered, LedgerNote, NoteFor } from './transport.ts'
import { Translator } from './translator.ts'
import type { KeptRefusal, Translation } from './translator.ts'

/** Written in one transaction with the facts. */
export interface AlsoRecorded {
  readonly ledger?: readonly LedgerNote[]
  /** numbers of quarantined messages that leave the quarantine with this */
  readonly settled?: readonly number[]
}

/** What a pipeline needs of the rooms around it. */
export interface PipelineRooms {
  readonly registry: Registry
  readonly clock: Clock
  readonly recorder: {
    record(
      feed: string,
      facts: readonly Fact[],
      also?: AlsoRecorded,
    ): Promise<{ readonly accepted: number; readonly duplicates: number; readonly seq: number }>
  }
  readonly privacy: Privacy
  readonly rejections: { keep(rejections: readonly (Omit<Rejection, 'id'> & { readonly message?: number })[]): void }
  readonly watch: { received(feed: string, receipt: { readonly facts: number; readonly rejected: number }): void }
  readonly log: (level: 'info' | 'warn' | 'error', message: string, fields?: Readonly<Record<string, unknown>>) => void
}

/** What became of one delivery: its good facts are durable, the rest is kept. */
export interface Taken {
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: readonly IndexedRefusal[]
  /** of the log; undefined when nothing was to be recorded */
  readonly seq: number | undefined
}

/** A message out of the quarantine that was sent through again: it leaves it only when nothing of it is refused. */
export interface SentAgain extends Omit<Taken, 'rejected' | 'seq'> {
  readonly refusals: readonly Refusal[]
}

/** A message of the quarantine: its number there, and when it first arrived. */
export interface KeptMessage {
  readonly number: number
  readonly at: Instant
}

interface Job {
  readonly messages: readonly Message[]
  readonly origin: string
  readonly receivedAt: Instant
  readonly note: NoteFor | undefined
  /** the number of the quarantined message that these are; what is refused of it again is its owner's to keep */
  readonly quarantined: number | undefined
  readonly resolve: (taken: Taken, refusals: readonly Refusal[]) => void
  readonly reject: (reason: unknown) => void
}

/** Since the server started. */
export interface PipelineCounts {
  messages: number
  facts: number
  rejected: number
  unchanged: number
  lastMessageAt: Instant | undefined
}

/** Messages translated before what they made is recorded: enough to share a commit, few enough that the first does not wait for long. */
const messagesPerBatch = 500
export const mostMessages = 100_000

/** 处理线: one feed's way from what was received to the log. In the order it came, whatever it came by. */
export class FeedPipeline {
  readonly counts: PipelineCounts = { messages: 0, facts: 0, rejected: 0, unchanged: 0, lastMessageAt: undefined }
  readonly recent: RecentMessages
  readonly #feed: OpenFeed
  readonly #rooms: PipelineRooms
  readonly #admission: Admission
  readonly #cap: RateCap
  #jobs: Job[] = []
  #queued = 0
  /** resolves when all that was taken so far is recorded, or could not be */
  #working: Promise<void>
  #isWorking = false
  #decoded: Promise<unknown> = Promise.resolve()

  /** @param before what ends first: this feed's pipeline by the definition that it had before, which may still have something in hand */
  constructor(feed: OpenFeed, rooms: PipelineRooms, admission: Admission, before: Promise<void> = Promise.resolve()) {
    this.#feed = feed
    this.#rooms = rooms
    this.#admission = admission
    this.recent = new RecentMessages(rooms.privacy)
    this.#working = before
    this.#cap = new RateCap(feed.definition.limits.messagesPerSecond, rooms.clock)
  }

  get feed(): OpenFeed {
    return this.#feed
  }

  /** messages waiting for their turn */
  get queued(): number {
    return this.#queued
  }

  /** ms that whoever sends to this feed should wait before sending more */
  get pauseMs(): number {
    return this.#cap.take(0)
  }

  /** Resolves when all that was taken so far is recorded, or could not be. */
  idle(): Promise<void> {
    return this.#working
  }

  /** Takes what a transport received as a body. @throws NotTakenError */
  async deliver(raw: RawMessage, note?: NoteFor): Promise<Delivered> {
    const decoded = await this.#inTurn(this.decode(raw))
    if (decoded.ok) return await this.deliverMessages(decoded.value, raw.origin, note)
    this.refuseWhole(decoded.error, raw.origin)
    const delivered = { facts: 0, rejected: 1 }
    if (note !== undefined) await this.deliverMessages([], raw.origin, settled(note, delivered))
    return delivered
  }

  /** @throws NotTakenError */
  async deliverMessages(messages: readonly Message[], origin: string, note?: NoteFor): Promise<Delivered> {
    try {
      const { accepted, duplicates, rejected } = await this.take(messages, origin, note)
      return { facts: accepted + duplicates, rejected: rejected.length }
    } catch (error) {
      if (!(error instanceof StorageFullError))
        this.#rooms.log('error', 'facts of a feed were not recorded', { feed: this.#feed.definition.id, error: describe(error) })
      // a full disk or a stopping server: the upstream keeps the message and sends it again
      throw new NotTakenError(error instanceof Error ? error.message : String(error), { cause: error })
    }
  }

  async decode(raw: RawMessage): Promise<Result<readonly Message[], BodyRefusal>> {
    const { codec, definition } = this.#feed
    if (codec === undefined) throw new Error(`feed ${definition.id} takes no bodies: its transport brings decoded messages`)
    if (raw.body.length > definition.limits.messageBytes)
      return fail({ refusal: tooLong(definition.limits.messageBytes), text: beginningOf(raw.body) })
    const decoded = await codec.decode(raw, { mostMessages, mostBytes: definition.limits.messageBytes })
    if (decoded.ok) return ok(decoded.value)
    return fail(decoded.error)
  }

  /**
   * Takes decoded messages to the log; resolves when what was good is durable.
   * @throws StorageFullError, or that the recorder is closed: nothing of it counts as taken
   */
  take(messages: readonly Message[], origin: string, note?: NoteFor): Promise<Taken> {
    const receivedAt = this.#rooms.clock.now()
    return new Promise((resolve, reject) => this.#add({ messages, origin, receivedAt, note, quarantined: undefined, resolve, reject }))
  }

  /** Sends a quarantined message through again, as what came when it came. @throws as `take` */
  sendAgain(messages: readonly Message[], origin: string, { number: quarantined, at: receivedAt }: KeptMessage): Promise<SentAgain> {
    return new Promise((resolve, reject) => {
      const done: Job['resolve'] = ({ accepted, duplicates }, refusals) => resolve({ accepted, duplicates, refusals })
      this.#add({ messages, origin, receivedAt, note: undefined, quarantined, resolve: done, reject })
    })
  }

  /** What messages would be recorded as now. Leaves no trace. */
  async foresee(messages: readonly Message[], origin: string, receivedAt: Instant): Promise<readonly Fact[]> {
    const translator = this.#translator(this.#admission.session(this.#rooms.clock.now()), { origin, receivedAt })
    await translator.take(messages)
    return translator.facts
  }

  /** Keeps a body that was refused before anything could be told apart. */
  refuseWhole({ refusal, text }: BodyRefusal, origin: string, isCut = false): void {
    const raw = this.#rooms.privacy.text(text)
    const isWhole = !isCut && Buffer.byteLength(text) <= rawKeptBytes
    // what is kept of binary bytes is for people to read
    const form = isWhole ? (this.#feed.codec?.isBinary === true ? 'piece' : 'body') : 'cut'
    this.#keep([{ ...refusal, index: 0, raw, form }], origin)
    this.#cap.take(1)
    this.counts.messages += 1
    this.counts.rejected += 1
    this.counts.lastMessageAt = this.#rooms.clock.now()
    this.#rooms.watch.received(this.#feed.definition.id, { facts: 0, rejected: 1 })
  }

  /** A small body is decoded sooner than a large one, and still comes after it. */
  #inTurn<T>(decoding: Promise<T>): Promise<T> {
    const turn = Promise.all([decoding, this.#decoded]).then(([decoded]) => decoded)
    // a failure is told to the one whose body it was
    this.#decoded = turn.catch(() => undefined)
    return turn
  }

  #add(job: Job): void {
    this.#queued += job.messages.length
    if (job.quarantined === undefined) this.#cap.take(job.messages.length)
    this.#jobs.push(job)
    if (this.#isWorking) return
    this.#isWorking = true
    this.#working = this.#work(this.#working)
  }

  /** What arrives in this turn of the event loop goes together. */
  async #work(before: Promise<void>): Promise<void> {
    await before
    while (this.#jobs.length > 0) await this.#recordBatch(this.#nextBatch())
    this.#isWorking = false
  }

  #nextBatch(): readonly Job[] {
    let messages = 0
    let count = 0
    for (const job of this.#jobs) {
      if (count > 0 && messages + job.messages.length > messagesPerBatch) break
      messages += job.messages.length
      count += 1
    }
    return this.#jobs.splice(0, count)
  }

  async #recordBatch(jobs: readonly Job[]): Promise<void> {
    const session = this.#admission.session(this.#rooms.clock.now())
    const recordings: Promise<boolean>[] = []
    for (const job of jobs) {
      const translator = this.#translator(session, job)
      await translator.take(job.messages)
      this.#queued -= job.messages.length
      recordings.push(this.#record(job, translator))
    }
    const areDurable = await Promise.all(recordings)
    // what could not be recorded comes again, and must be judged as if it had never been here
    if (areDurable.every(Boolean)) session.commit()
  }

  #translator(session: AdmissionSession, { origin, receivedAt }: Pick<Job, 'origin' | 'receivedAt'>): Translator {
    const { registry, privacy } = this.#rooms
    return new Translator({ feed: this.#feed, registry, session, origin, receivedAt, privacy })
  }

  async #record(job: Job, translation: Translation): Promise<boolean> {
    const { definition } = this.#feed
    for (const fault of translation.faults) this.#rooms.log('error', 'a dialect failed on a message', { feed: definition.id, fault: describe(fault) })
    try {
      // what a ledger says is taken never comes again, so that what is refused of it must be kept first; everything else comes again when
      // it was not recorded, and kept first it would fill the quarantine with copies
      const kept = job.quarantined === undefined ? translation.refusals : []
      if (job.note !== undefined) this.#keep(kept, job.origin)
      const recorded = await this.#write(translation.facts, alsoOf(job, translation))
      if (job.note === undefined) this.#keep(kept, job.origin)
      this.#count(job, translation)
      const rejected = translation.refusals.map(({ index, stage, code, detail }) => ({ index, stage, code, detail }))
      job.resolve({ accepted: recorded?.accepted ?? 0, duplicates: recorded?.duplicates ?? 0, rejected, seq: recorded?.seq }, rejected)
      return true
    } catch (error) {
      job.reject(error)
      return false
    }
  }

  async #write(facts: readonly Fact[], also: AlsoRecorded | undefined): Promise<{ accepted: number; duplicates: number; seq: number } | undefined> {
    if (facts.length === 0 && also === undefined) return undefined
    return await this.#rooms.recorder.record(this.#feed.definition.id, facts, ...(also === undefined ? [] : [also]))
  }

  #count({ messages, origin }: Job, { facts, refusals, unchanged }: Translation): void {
    const { counts } = this
    counts.messages += messages.length
    counts.facts += facts.length
    counts.rejected += refusals.length
    counts.unchanged += unchanged
    if (messages.length > 0) {
      counts.lastMessageAt = this.#rooms.clock.now()
      this.recent.note({ at: counts.lastMessageAt, origin, messages, facts: facts.length, rejected: refusals.length })
    }
    this.#rooms.watch.received(this.#feed.definition.id, { facts: facts.length + unchanged, rejected: refusals.length })
  }

  #keep(refusals: readonly KeptRefusal[], from: string): void {
    if (refusals.length === 0) return
    const { clock, rejections, log, privacy } = this.#rooms
    const origin = privacy.words(from)
    const { id: feed } = this.#feed.definition
    log('warn', 'messages of a feed were refused', { feed, count: refusals.length, reason: maskedDetail(refusals[0]?.detail ?? '') })
    const at = clock.now()
    try {
      rejections.keep(refusals.map(({ index: message, ...refusal }) => ({ feed, at, ...refusal, origin, message })))
    } catch (error) {
      // the facts of the same delivery are durable already, and the sender is told what was refused
      log('error', 'refused messages could not be kept', { feed, count: refusals.length, error: describe(error) })
    }
  }
}

function alsoOf({ note, quarantined }: Job, { facts, refusals }: Translation): AlsoRecorded | undefined {
  if (note !== undefined) return { ledger: [settled(note, { facts: facts.length, rejected: refusals.length })] }
  return quarantined === undefined || refusals.length > 0 ? undefined : { settled: [quarantined] }
}

const settled = (note: NoteFor, delivered: Delivered): LedgerNote => (typeof note === 'function' ? note(delivered) : note)

function tooLong(most: number): Refusal {
  return {
    stage: 'receive',
    code: 'too-large',
    detail: `message: more than ${String(most)} bytes; send it in parts, or raise limits.messageBytes of the feed`,
  }
}

const beginningOf = (body: Buffer): string => body.subarray(0, 2 * rawKeptBytes).toString('utf8')

const describe = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error))
