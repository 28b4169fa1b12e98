import type { Instant } from '../../contract/time.ts'
import type { TopicName, Entity } from '../../contract/topic.ts'
import type { Viewing } from '../../contract/video.ts'
import type { Registry } from '../core/registry.ts'
import type { ViewingQuery } from '../core/viewings.ts'
import { World } from '../core/world.ts'
import { Checkpoints } from './checkpoints.ts'
import type { LogReader } from './event-log.ts'
import { foldFingerprint } from './fold-fingerprint.ts'

/** State as it was after entry `seq`, which was recorded `at`. */
export interface PastState {
  readonly seq: number
  readonly at: Instant
  readonly topics: Readonly<Record<TopicName, readonly Entity[]>>
}

/** Folding further than this is dearer than reading a checkpoint. */
const cheapSteps = 20_000

/** Forgets what changed this often, so that a long fold does not pile it up. */
const drainEvery = 10_000

/** The log and its checkpoints: the world as it was after any entry. */
export class Past {
  readonly #log: LogReader
  readonly #registry: Registry
  readonly #checkpoints: Checkpoints
  /** where the last question about the past was answered: the next is usually a little later */
  #near: World | undefined

  /** @param report told of each checkpoint that cannot be used */
  constructor(options: {
    readonly log: LogReader
    readonly registry: Registry
    readonly directory: string
    readonly report: (problem: string) => void
  }) {
    const { log, registry, directory, report } = options
    this.#log = log
    this.#registry = registry
    this.#checkpoints = new Checkpoints(directory, { lineage: log.lineage, fingerprint: foldFingerprint(registry) }, report)
  }

  /** The world after entry `seq`: newest usable checkpoint, then the entries after it. Nothing is left to drain. */
  worldAt(seq: number): World {
    return this.#foldTo(this.#restore(seq) ?? new World(this.#registry), seq)
  }

  /** Writes a checkpoint of the log's end. @returns its seq; 0 for an empty log, of which nothing is written */
  checkpoint(): number {
    const end = this.#log.lastSeq
    const restored = this.#restore(end)
    if (end === 0 || restored?.seq === end) return end
    const world = this.#foldTo(restored ?? new World(this.#registry), end)
    this.#checkpoints.write({ seq: world.seq, at: world.at, state: world.dump() })
    return end
  }

  /** Topics as of the last entry recorded at or before `at`; undefined before the first entry. */
  stateAt(topics: readonly TopicName[], at: Instant): PastState | undefined {
    const world = this.#worldThen(at)
    return world === undefined ? undefined : { seq: world.seq, at: world.at, topics: world.read(topics) }
  }

  /** 调阅记录 as of `query.to`. */
  viewings(query: ViewingQuery & { readonly to: Instant }): readonly Viewing[] {
    return this.#worldThen(query.to)?.viewings.list(query) ?? []
  }

  #worldThen(at: Instant): World | undefined {
    const seq = this.#log.seqAt(at)
    if (seq === 0) return undefined
    const near = this.#near
    this.#near = near !== undefined && near.seq <= seq && seq - near.seq <= cheapSteps ? this.#foldTo(near, seq) : this.worldAt(seq)
    return this.#near
  }

  #restore(upTo: number): World | undefined {
    for (const file of this.#checkpoints.files()) {
      if (file.seq > upTo) continue
      if (this.#log.recordedAt(file.seq) !== file.at) {
        this.#checkpoints.refuse(file, 'the log does not hold the entry it stands for')
        continue
      }
      const checkpoint = this.#checkpoints.read(file)
      if (checkpoint === undefined) continue
      try {
        const world = World.restore(this.#registry, checkpoint.state)
        if (world.seq === file.seq) return world
        this.#checkpoints.refuse(file, 'its state is of another entry')
      } catch (error) {
        this.#checkpoints.refuse(file, error instanceof Error ? error.message : String(error))
      }
    }
    return undefined
  }

  #foldTo(world: World, seq: number): World {
    for (const entry of this.#log.entries({ after: world.seq, upTo: seq })) {
      world.apply(entry)
      if (entry.seq % drainEvery === 0) world.drain()
    }
    world.drain()
    return world
  }
}
