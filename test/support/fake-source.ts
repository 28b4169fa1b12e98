import type { Patch } from '../../contract/protocol.ts'
import type { Entity, SubdistrictSummary, TopicName } from '../../contract/topic.ts'
import type { Source } from '../../server/push/gateway.ts'

/** A small entity whose `open` tells its versions apart. */
export function town(id: string, open: number): SubdistrictSummary {
  return { id, open, overdue: 0, receivedToday: 0, usualByNow: undefined, topType: undefined, topTypeCount: 0 }
}

/** A world without folds: topics are set by hand, and drained as the real one is. */
export class FakeSource implements Source {
  seq = 0
  readonly #topics = new Map<TopicName, Map<string, Entity>>()
  readonly #changed = new Map<TopicName, Set<string>>()

  put(topic: TopicName, ...entities: readonly Entity[]): void {
    for (const entity of entities) this.#change(topic, entity.id).set(entity.id, entity)
  }

  remove(topic: TopicName, ...ids: readonly string[]): void {
    for (const id of ids) this.#change(topic, id).delete(id)
  }

  read(topics: readonly TopicName[]): Record<TopicName, readonly Entity[]> {
    return Object.fromEntries(topics.map((topic) => [topic, [...(this.#topics.get(topic)?.values() ?? [])]]))
  }

  drain(): ReadonlyMap<TopicName, Patch> {
    const patches = new Map([...this.#changed].map(([topic, ids]) => [topic, this.#patch(topic, ids)] as const))
    this.#changed.clear()
    return patches
  }

  #change(topic: TopicName, id: string): Map<string, Entity> {
    this.seq += 1
    this.#changed.set(topic, (this.#changed.get(topic) ?? new Set<string>()).add(id))
    const entities = this.#topics.get(topic) ?? new Map<string, Entity>()
    this.#topics.set(topic, entities)
    return entities
  }

  #patch(topic: TopicName, ids: ReadonlySet<string>): Patch {
    const entities = this.#topics.get(topic)
    const upsert = [...ids].flatMap((id) => entities?.get(id) ?? [])
    const remove = [...ids].filter((id) => entities?.has(id) !== true)
    return { ...(upsert.length > 0 && { upsert }), ...(remove.length > 0 && { remove }) }
  }
}
