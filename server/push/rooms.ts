import { ringMs } from '../../contract/protocol.ts'
import type { Instant } from '../../contract/time.ts'
import type { TopicName } from '../../contract/topic.ts'
import { Room, roomName } from './room.ts'
import type { Viewer } from './viewer.ts'

/** A room and who is in it. */
export interface OpenRoom {
  readonly room: Room
  readonly viewers: Set<Viewer>
  /** when its last viewer left; undefined while there is one */
  emptySince: Instant | undefined
}

/** The open rooms, one per set of topics that somebody watches or has watched within the ring's time (P2.6). */
export class Rooms {
  readonly #byName = new Map<string, OpenRoom>()
  readonly #epoch: string
  #opened = 0

  constructor(epoch: string) {
    this.#epoch = epoch
  }

  get size(): number {
    return this.#byName.size
  }

  /** The room of these topics, opened if need be. */
  of(topics: readonly TopicName[], now: Instant): OpenRoom {
    const name = roomName(topics)
    let open = this.#byName.get(name)
    if (open === undefined) {
      this.#opened += 1
      open = { room: new Room(topics, `${this.#epoch}.${String(this.#opened)}`, now), viewers: new Set(), emptySince: now }
      this.#byName.set(name, open)
    }
    return open
  }

  enter(viewer: Viewer, open: OpenRoom): void {
    open.viewers.add(viewer)
    open.emptySince = undefined
  }

  leave(viewer: Viewer, open: OpenRoom, now: Instant): void {
    open.viewers.delete(viewer)
    if (open.viewers.size === 0) open.emptySince = now
  }

  /** Closes the rooms that nobody has been in for so long that their ring would answer nobody. */
  sweep(now: Instant): void {
    for (const [name, { emptySince }] of this.#byName) {
      if (emptySince !== undefined && now - emptySince > ringMs) this.#byName.delete(name)
    }
  }

  [Symbol.iterator](): IterableIterator<OpenRoom> {
    return this.#byName.values()
  }
}
