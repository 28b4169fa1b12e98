import type { Frame, HelloAnswer, Position } from '../../../contract/protocol.ts'
import type { Entity, TopicName } from '../../../contract/topic.ts'
import { isSame } from './same.ts'

type Snapshot = Extract<HelloAnswer, { readonly type: 'snapshot' }>

/** What a topic holds, by entity id. The same map as long as nothing in it changes. */
export type TopicMap = ReadonlyMap<string, Entity>

/** What a screen knows: its topics, and where in the stream it stands; undefined before the first snapshot. */
export interface Picture {
  readonly position: Position | undefined
  readonly topics: ReadonlyMap<TopicName, TopicMap>
}

export const emptyPicture: Picture = { position: undefined, topics: new Map() }

/** The picture that `snapshot` tells. Topics and entities that it merely repeats keep their identity, so that nothing is drawn again. */
export function fromSnapshot(held: Picture, snapshot: Snapshot): Picture {
  const topics = new Map<TopicName, TopicMap>()
  for (const [name, entities] of Object.entries(snapshot.topics)) topics.set(name, topicOf(held.topics.get(name), entities))
  return { position: { epoch: snapshot.epoch, seq: snapshot.seq }, topics }
}

function topicOf(held: TopicMap | undefined, entities: readonly Entity[]): TopicMap {
  const told = new Map<string, Entity>()
  let isUnchanged = held?.size === entities.length
  for (const entity of entities) {
    const before = held?.get(entity.id)
    const isRepeated = before !== undefined && isSame(before, entity)
    isUnchanged &&= isRepeated
    told.set(entity.id, isRepeated ? before : entity)
  }
  return held !== undefined && isUnchanged ? held : told
}

/**
 * The picture after `frames`, oldest first. Frames that were applied before change nothing (P3.3).
 * @returns the same picture when nothing moved; 'gap' when a frame is missing before one of these, or they are of another stream (P4.1)
 */
export function applyFrames(picture: Picture, frames: readonly Frame[]): Picture | 'gap' {
  let position = picture.position
  const drafts = new Drafts(picture.topics)
  for (const frame of frames) {
    if (position?.epoch !== frame.epoch || frame.seq > position.seq + 1) return 'gap'
    if (frame.seq <= position.seq) continue
    drafts.apply(frame)
    position = { epoch: frame.epoch, seq: frame.seq }
  }
  return position === picture.position ? picture : { position, topics: drafts.done() }
}

/** Copies a topic when its first change comes, so that a catch-up of many frames copies each topic once. */
class Drafts {
  readonly #held: ReadonlyMap<TopicName, TopicMap>
  readonly #changed = new Map<TopicName, Map<string, Entity>>()

  constructor(held: ReadonlyMap<TopicName, TopicMap>) {
    this.#held = held
  }

  apply({ patches }: Frame): void {
    for (const [name, { upsert = [], remove = [] }] of Object.entries(patches)) {
      for (const entity of upsert) {
        if (!isSame(this.#read(name)?.get(entity.id), entity)) this.#write(name).set(entity.id, entity)
      }
      for (const id of remove) {
        if (this.#read(name)?.has(id) === true) this.#write(name).delete(id)
      }
    }
  }

  done(): ReadonlyMap<TopicName, TopicMap> {
    return this.#changed.size === 0 ? this.#held : new Map([...this.#held, ...this.#changed])
  }

  #read(name: TopicName): TopicMap | undefined {
    return this.#changed.get(name) ?? this.#held.get(name)
  }

  #write(name: TopicName): Map<string, Entity> {
    let draft = this.#changed.get(name)
    if (draft === undefined) {
      draft = new Map(this.#held.get(name))
      this.#changed.set(name, draft)
    }
    return draft
  }
}
