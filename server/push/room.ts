import type { Frame, Patch, Position } from '../../contract/protocol.ts'
import { heartbeatMs, ringMs } from '../../contract/protocol.ts'
import type { Instant } from '../../contract/time.ts'
import type { TopicName } from '../../contract/topic.ts'

/** Entities kept in a ring beyond this are more than a snapshot would be: the oldest frames go first. */
const ringEntities = 50_000
/** A minute at the shortest window. Bounds the ring also while the machine's clock is being set back and no frame grows old. */
const ringFrames = 4_000

/** The name of the stream that a set of topics gets: the same for the same set, in whatever order it was asked for. */
export function roomName(topics: readonly TopicName[]): string {
  return distinct(topics).join('\n')
}

const distinct = (topics: readonly TopicName[]): readonly TopicName[] => [...new Set(topics)].sort()

/**
 * The stream of one set of topics: numbers its frames and keeps the recent ones for those who missed some. Pure: it is told the time.
 * Its epoch is its own: a position in one room means nothing in another, or in a room of the same topics opened later.
 */
export class Room {
  readonly name: string
  readonly topics: readonly TopicName[]
  readonly epoch: string
  readonly #ring: Frame[] = []
  #entities = 0
  #seq = 0
  #lastFrameAt: Instant

  constructor(topics: readonly TopicName[], epoch: string, now: Instant) {
    this.name = roomName(topics)
    this.topics = distinct(topics)
    this.epoch = epoch
    this.#lastFrameAt = now
  }

  /** Number of the last frame, 0 before the first. */
  get seq(): number {
    return this.#seq
  }

  /** P2.5: true when the last frame is so long ago that an empty one must follow. A clock that was set back counts as long ago. */
  isQuiet(now: Instant): boolean {
    return now - this.#lastFrameAt >= heartbeatMs || now < this.#lastFrameAt
  }

  /** The next frame: what of `changes` concerns this room, empty when it has been quiet; undefined when there is nothing to say. */
  nextFrame(changes: ReadonlyMap<TopicName, Patch>, now: Instant): Frame | undefined {
    const patches: Record<TopicName, Patch> = {}
    let entities = 0
    for (const topic of this.topics) {
      const patch = changes.get(topic)
      if (patch === undefined) continue
      patches[topic] = patch
      entities += sizeOf(patch)
    }
    if (entities === 0 && !this.isQuiet(now)) return undefined
    this.#seq += 1
    this.#lastFrameAt = now
    const frame: Frame = { epoch: this.epoch, seq: this.#seq, now, patches }
    this.#keep(frame, entities)
    return frame
  }

  /** P4.2: the frames after `since`, oldest first, when all of them are still held; undefined when only a snapshot will do. */
  framesSince(since: Position | undefined, now: Instant): readonly Frame[] | undefined {
    if (since === undefined || since.epoch !== this.epoch || since.seq > this.#seq) return undefined
    this.#forget(now)
    const missing = this.#seq - since.seq
    return missing > this.#ring.length ? undefined : this.#ring.slice(this.#ring.length - missing)
  }

  #keep(frame: Frame, entities: number): void {
    this.#ring.push(frame)
    this.#entities += entities
    this.#forget(frame.now)
  }

  #forget(now: Instant): void {
    let outdated = 0
    for (const frame of this.#ring) {
      const isOver = this.#ring.length - outdated > ringFrames || this.#entities > ringEntities
      if (!isOver && now - frame.now <= ringMs) break
      outdated += 1
      this.#entities -= sizeOfFrame(frame)
    }
    if (outdated > 0) this.#ring.splice(0, outdated)
  }
}

const sizeOf = (patch: Patch): number => (patch.upsert?.length ?? 0) + (patch.remove?.length ?? 0)

const sizeOfFrame = (frame: Frame): number => Object.values(frame.patches).reduce((sum, patch) => sum + sizeOf(patch), 0)
