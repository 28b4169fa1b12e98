import type { FeedFact } from '../../contract/fact.ts'
import { registrationsOf } from './feed-registration.ts'
import type { Label, Registration } from './feed-registration.ts'
import type { Registry } from './registry.ts'

/**
 * 供数目录: which feeds there are, whose they are and what they are called, as the log says it. A feed of which the log says nothing (a log
 * begun before feeds were facts) goes by the configuration.
 */
export class FeedDirectory {
  readonly #configured: ReadonlyMap<string, Registration>
  readonly #registered = new Map<string, FeedFact>()

  constructor(registry: Registry) {
    this.#configured = registrationsOf(registry)
  }

  /** What the log says: the latest fact of each feed, of those taken away too. */
  get registered(): ReadonlyMap<string, FeedFact> {
    return this.#registered
  }

  take(fact: FeedFact): void {
    this.#registered.set(fact.feed, fact)
  }

  /** Where a feed's facts belong; undefined for one that is unknown or was taken away. */
  districtOf(feed: string): string | undefined {
    const fact = this.#registered.get(feed)
    if (fact === undefined) return this.#configured.get(feed)?.district
    return fact.label === undefined ? undefined : fact.district
  }

  /** Undefined for a feed that is unknown or was taken away. */
  labelOf(feed: string): Label | undefined {
    const fact = this.#registered.get(feed)
    return fact === undefined ? this.#configured.get(feed)?.label : fact.label
  }

  dump(): readonly FeedFact[] {
    return [...this.#registered.values()]
  }

  restore(facts: readonly FeedFact[]): void {
    for (const fact of facts) this.take(fact)
  }
}
