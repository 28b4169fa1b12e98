import type { PlaybackStretch } from '../../contract/playback.ts'
import type { Patch } from '../../contract/protocol.ts'
import type { Instant } from '../../contract/time.ts'
import type { TopicName, Entity } from '../../contract/topic.ts'
import type { Viewing } from '../../contract/video.ts'
import { RecentMap } from '../core/recent-map.ts'
import type { Registry } from '../core/registry.ts'
import type { ViewingQuery } from '../core/viewings.ts'
import { World } from '../core/world.ts'
import { Checkpoints } from './checkpoints.ts'
import type { LogReader } from './event-log.ts'
import { foldFingerprint } from './fold-fingerprint.ts'
import { NearWorlds } from './near-worlds.ts'

/** State as it was after entry `seq`, which was recorded `at`. */
export interface PastState {
  readonly seq: number
  readonly at: Instant
  readonly topics: Readonly<Record<TopicName, readonly Entity[]>>
}

export interface StretchQuestion {
  readonly topics: readonly TopicName[]
  readonly after: number
  readonly from: Instant
  readonly until: Instant
  readonly stepMs: number
}

/** Of all topics. */
interface WholeStretch {
  readonly seq: number
  readonly until: Instant
  readonly steps: readonly { readonly seq: number; readonly at: Instant; readonly patches: ReadonlyMap<TopicName, Patch> }[]
}

const stretchesKept = 4
/** A stretch in which more happened ends early, so that nobody else waits for it too long. */
const mostEntries = 100_000

/** Forgets what changed this often, so that a long fold does not pile it up. */
const drainEvery = 10_000

/** The log and its checkpoints: the world as it was after any entry. */
export class Past {
  readonly #log: LogReader
  readonly #registry: Registry
  readonly #checkpoints: Checkpoints
  readonly #near = new NearWorlds()
  /** the last stretches: screens in step ask for the same with topics of their own */
  readonly #stretches = new RecentMap<WholeStretch>(stretchesKept)

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

  /** How the topics went on after entry `after`; undefined where the log does not hold it, or it is not what there was at `from`. */
  stretch(question: StretchQuestion): PlaybackStretch | undefined {
    const { topics, after, from, until, stepMs } = question
    const ahead = this.#log.seqAt(from) - after
    // whoever asks on knows what there was at `from`: else one step would fold half of the log
    if (this.#log.recordedAt(after) === undefined || ahead < 0 || ahead > mostEntries) return undefined
    const key = [after, from, until, stepMs].join(' ')
    const whole = this.#stretches.get(key) ?? this.#wholeStretch(question)
    this.#stretches.set(key, whole)
    const steps = whole.steps.flatMap(({ patches, ...step }) => {
      const asked = topics.flatMap((topic) => {
        const patch = patches.get(topic)
        return patch === undefined ? [] : [[topic, patch] as const]
      })
      return asked.length === 0 ? [] : [{ ...step, patches: Object.fromEntries(asked) }]
    })
    return { seq: whole.seq, until: whole.until, steps }
  }

  #wholeStretch({ after, from, until, stepMs }: StretchQuestion): WholeStretch {
    const world = this.#near.take(after, () => this.worldAt(after))
    this.#foldTo(world, after)
    const steps: WholeStretch['steps'][number][] = []
    let at = from
    while (at < until && world.seq - after < mostEntries) {
      at = Math.min(until, at + stepMs)
      for (const entry of this.#log.entries({ after: world.seq, untilAt: at, upTo: after + mostEntries })) world.apply(entry)
      // so much happened that the step ends before its time
      if (world.seq - after >= mostEntries) at = Math.min(at, world.at)
      const patches = world.drain()
      if (patches.size > 0) steps.push({ seq: world.seq, at, patches })
    }
    return { seq: world.seq, until: at, steps }
  }

  #worldThen(at: Instant): World | undefined {
    const seq = this.#log.seqAt(at)
    return seq === 0
      ? undefined
      : this.#foldTo(
          this.#near.take(seq, () => this.worldAt(seq)),
          seq,
        )
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
