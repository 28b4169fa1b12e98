import { inject } from 'vue'
import type { InjectionKey, Ref, ShallowRef } from 'vue'
import type { Instant } from '../../../contract/time.ts'
import type { TopicName } from '../../../contract/topic.ts'
import type { Link } from './link.ts'
import type { TopicMap } from './picture.ts'

/** What the components below can ask: the present, or the past in its place. */
export interface Live {
  readonly link: Readonly<ShallowRef<Link>>
  readonly serverNow: Readonly<Ref<Instant>>
  /** the same to the millisecond */
  readonly now: () => Instant
  /** Calls `listener` with what is held of a topic and then with each change; the answer ends it. */
  follow(topic: TopicName, listener: (map: TopicMap) => void): () => void
}

export const liveKey: InjectionKey<Live> = Symbol('live')
export const nothing: TopicMap = new Map()

export function useLive(): Live {
  const live = inject(liveKey, undefined)
  if (live === undefined) throw new Error('no live session here: call provideLive(app) before the app is mounted')
  return live
}

/** Where topics are held: a session with the server, or a stretch of the past. */
export interface TopicHolder {
  subscribe(topics: readonly TopicName[]): () => void
  /** undefined before the first that was told of it */
  held(topic: TopicName): TopicMap | undefined
}

/** Who listens to which topic. */
export class Followers {
  readonly #byTopic = new Map<TopicName, Set<(map: TopicMap) => void>>()

  follow(holder: TopicHolder, topic: TopicName, listener: (map: TopicMap) => void): () => void {
    const release = holder.subscribe([topic])
    const listeners = this.#byTopic.get(topic) ?? new Set()
    this.#byTopic.set(topic, listeners.add(listener))
    listener(holder.held(topic) ?? nothing)
    return () => {
      release()
      listeners.delete(listener)
      if (listeners.size === 0) this.#byTopic.delete(topic)
    }
  }

  tell(changed: ReadonlyMap<TopicName, TopicMap>): void {
    for (const [topic, map] of changed) for (const listener of this.#byTopic.get(topic) ?? []) listener(map)
  }
}
