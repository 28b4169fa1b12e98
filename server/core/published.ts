import type { Patch } from '../../contract/protocol.ts'
import type { Entity, TopicKind, Topics } from '../../contract/topic.ts'

/** One topic as the world hands it out, whatever it is of. */
export interface PublishedTopic {
  readonly kind: TopicKind
  /** all entities, by id */
  read(): readonly Entity[]
  /** the entity of an id, as it is now */
  find(id: string): Entity | undefined
  /** what changed since the last drain, each entity once at its latest state; undefined when nothing did */
  drain(): Patch | undefined
}

const byId = (one: { readonly id: string }, other: { readonly id: string }): number => (one.id < other.id ? -1 : 1)

/** Both come from the same builder, so they have the same fields; lists are compared by identity. */
function isSame(one: Entity, other: Entity): boolean {
  return Object.keys(one).every((key) => Object.is(Reflect.get(one, key), Reflect.get(other, key)))
}

/**
 * The entities of one topic. A fold says which may have changed; they are built only when somebody reads, so that a million facts folded
 * at the start cost no more building than one.
 */
export class Published<Kind extends TopicKind> implements PublishedTopic {
  readonly kind: Kind
  readonly #build: (id: string) => Topics[Kind] | undefined
  readonly #entities = new Map<string, Topics[Kind]>()
  readonly #stale = new Set<string>()
  readonly #changed = new Set<string>()
  #isAllStale = false
  #sorted: readonly Topics[Kind][] | undefined

  /** @param build gives the entity of an id as it is now; undefined removes it */
  constructor(kind: Kind, build: (id: string) => Topics[Kind] | undefined) {
    this.kind = kind
    this.#build = build
  }

  /** Says that the entity of this id may have changed, begun or ended. */
  touch(id: string): void {
    this.#stale.add(id)
  }

  /** Says that all entities there are may have changed, as they do with the time. */
  touchAll(): void {
    this.#isAllStale = true
  }

  read(): readonly Topics[Kind][] {
    this.#rebuild()
    this.#sorted ??= [...this.#entities.values()].sort(byId)
    return this.#sorted
  }

  find(id: string): Topics[Kind] | undefined {
    this.#rebuild()
    return this.#entities.get(id)
  }

  drain(): Patch | undefined {
    this.#rebuild()
    if (this.#changed.size === 0) return undefined
    const upsert: Topics[Kind][] = []
    const remove: string[] = []
    for (const id of this.#changed) {
      const entity = this.#entities.get(id)
      if (entity === undefined) remove.push(id)
      else upsert.push(entity)
    }
    this.#changed.clear()
    return { ...(upsert.length > 0 && { upsert }), ...(remove.length > 0 && { remove }) }
  }

  #rebuild(): void {
    if (this.#isAllStale) for (const id of this.#entities.keys()) this.#stale.add(id)
    this.#isAllStale = false
    for (const id of this.#stale) {
      const before = this.#entities.get(id)
      const after = this.#build(id)
      if (after === before || (after !== undefined && before !== undefined && isSame(after, before))) continue
      if (after === undefined) this.#entities.delete(id)
      else this.#entities.set(id, after)
      this.#changed.add(id)
      this.#sorted = undefined
    }
    this.#stale.clear()
  }
}
