import type { FeedStatus, TailLine } from '../../contract/bench.ts'
import type { FeedDefinition } from '../../contract/feed.ts'
import type { FeedState } from '../../contract/fact.ts'
import type { Refusal } from '../../contract/rejection.ts'
import { fail, ok } from '../../contract/result.ts'
import type { Result } from '../../contract/result.ts'
import { createAdmission } from '../core/admission.ts'
import type { AdmissionOptions } from '../core/admission.ts'
import { decodeBody, legibleBody } from './body.ts'
import type { BodyHeaders } from './body.ts'
import type { OpenFeed } from './open-feed.ts'
import { openFeed } from './open-feed.ts'
import { FeedPipeline } from './pipeline.ts'
import type { PipelineRooms, Taken } from './pipeline.ts'
import { FeedRunner } from './runner.ts'
import type { RunnerRooms } from './runner.ts'

export interface LiveFeedsRooms extends PipelineRooms, RunnerRooms {
  readonly watch: PipelineRooms['watch'] & RunnerRooms['watch'] & { stateOf(feed: string): FeedState }
  /** newest recorded value of a series, from the folded world */
  readonly last: (feed: FeedDefinition) => AdmissionOptions['last']
  /** orders of the feed's district */
  readonly orders?: (feed: FeedDefinition) => AdmissionOptions['order']
  /** finds what a definition names; absent takes what the server has: openFeed */
  readonly open?: typeof openFeed
}

interface Live {
  readonly pipeline: FeedPipeline
  readonly runner: FeedRunner | undefined
}

/** 在线供数: the feeds as they run. A changed definition takes effect at once; the other feeds do not notice. */
export class LiveFeeds {
  readonly #rooms: LiveFeedsRooms
  readonly #live = new Map<string, Live>()
  #isClosed = false

  constructor(rooms: LiveFeedsRooms) {
    this.#rooms = rooms
  }

  get ids(): readonly string[] {
    return [...this.#live.keys()]
  }

  pipeline(id: string): FeedPipeline | undefined {
    return this.#live.get(id)?.pipeline
  }

  definition(id: string): FeedDefinition | undefined {
    return this.pipeline(id)?.feed.definition
  }

  /**
   * Starts a feed, or lets a running one go on by a new definition: what the old one has in hand is recorded first.
   * @throws when the definition has mistakes: they are found before, by checkFeed
   */
  async start(definition: FeedDefinition): Promise<void> {
    const opened = (this.#rooms.open ?? openFeed)(definition)
    if (!opened.ok) throw new Error(`feed ${definition.id}: ${opened.error.map(({ path, problem }) => `${path}: ${problem}`).join('; ')}`)
    const feed = opened.value
    const before = this.#live.get(definition.id)
    await before?.runner?.close()
    if (this.#isClosed) return
    const pipeline = new FeedPipeline(feed, this.#rooms, this.#admissionOf(feed), before?.pipeline.idle())
    const runner = feed.link === undefined ? undefined : new FeedRunner(pipeline, feed.link, this.#rooms)
    this.#live.set(definition.id, { pipeline, runner })
  }

  async stop(id: string): Promise<void> {
    const live = this.#live.get(id)
    this.#live.delete(id)
    await live?.runner?.close()
    await live?.pipeline.idle()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.ids.map((id) => this.stop(id)))
  }

  /** One request to the HTTP intake. @throws StorageFullError */
  async receive(id: string, received: Buffer, headers: BodyHeaders): Promise<Result<Taken, Refusal>> {
    const pipeline = this.#intakeOf(id)
    const { codec } = pipeline.feed
    if (codec === undefined) throw new Error(`feed ${id} has no codec`)
    const decoded = await decodeBody(received, headers, codec)
    if (decoded.ok) return ok(await pipeline.take(decoded.value, ''))
    pipeline.refuseWhole(decoded.error, '')
    return fail(decoded.error.refusal)
  }

  /** A request that was cut since it is too large: its beginning is kept. */
  async refuseCut(id: string, refusal: Refusal, beginning: Buffer, headers: BodyHeaders): Promise<void> {
    this.#intakeOf(id).refuseWhole({ refusal, text: await legibleBody(beginning, headers) }, '', true)
  }

  /** Whether a feed runs and is one that sends to us. */
  accepts(id: string): boolean {
    const pipeline = this.pipeline(id)
    return pipeline !== undefined && pipeline.feed.link === undefined
  }

  /** ms that a feed should wait before it sends more */
  pause(id: string): number {
    return this.pipeline(id)?.pauseMs ?? 0
  }

  /** Undefined when there is no such feed. */
  tail(id: string, after: number): readonly TailLine[] | undefined {
    return this.pipeline(id)?.recent.lines(after)
  }

  statuses(versionOf: (id: string) => number): readonly FeedStatus[] {
    return [...this.#live].map(([id, live]) => this.#statusOf(id, live, versionOf(id)))
  }

  #statusOf(id: string, { pipeline, runner }: Live, version: number): FeedStatus {
    const { definition, codec, meaning } = pipeline.feed
    const { connection, lastError, retryAt } = runner?.status ?? { connection: 'intake', lastError: undefined, retryAt: undefined }
    return {
      id,
      district: definition.district,
      name: definition.name,
      nameEn: definition.nameEn,
      source: withoutSecrets(definition.source),
      codec: codec?.name ?? '',
      meaning: meaning.name,
      state: this.#rooms.watch.stateOf(id),
      connection,
      lastError,
      retryAt,
      ...pipeline.counts,
      queued: pipeline.queued,
      version,
    }
  }

  #intakeOf(id: string): FeedPipeline {
    const pipeline = this.pipeline(id)
    if (pipeline === undefined) throw new Error(`feed ${id} is not running`)
    return pipeline
  }

  #admissionOf({ definition }: OpenFeed): ReturnType<typeof createAdmission> {
    const { registry, last, orders, privacy } = this.#rooms
    return createAdmission({
      feed: definition,
      registry,
      last: last(definition),
      order: orders?.(definition),
      alias: (plate) => privacy.alias(plate),
    })
  }
}

/** An address without user, password and query, where secrets may stand. */
export function withoutSecrets(source: string): string {
  // a folder is no place for secrets, and an address would be written another way
  if (source.startsWith('file:')) return source
  if (!URL.canParse(source)) return source.slice(0, source.indexOf(':') + 1)
  const url = new URL(source)
  url.username = ''
  url.password = ''
  url.search = ''
  return url.href
}
