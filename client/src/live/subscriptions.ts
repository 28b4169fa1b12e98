import type { TopicName } from '../../../contract/topic.ts'

/** Counts who wants which topic. */
export class Subscriptions {
  readonly #wanted = new Map<TopicName, number>()

  /** @returns gives the topics back; calling it again does nothing */
  add(topics: readonly TopicName[]): () => void {
    for (const topic of topics) this.#wanted.set(topic, (this.#wanted.get(topic) ?? 0) + 1)
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      for (const topic of topics) this.#release(topic)
    }
  }

  /** Sorted, each once. */
  list(): readonly TopicName[] {
    return [...this.#wanted.keys()].sort()
  }

  #release(topic: TopicName): void {
    const left = (this.#wanted.get(topic) ?? 0) - 1
    if (left > 0) this.#wanted.set(topic, left)
    else this.#wanted.delete(topic)
  }
}
