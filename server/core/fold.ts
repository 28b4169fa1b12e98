import type { District } from '../../contract/configuration.ts'
import type { Entry, Fact } from '../../contract/fact.ts'
import type { DistrictTime } from './district-time.ts'
import type { FeedDirectory } from './feed-directory.ts'
import type { OrderCounts } from './order-counts.ts'
import type { PublishedTopic } from './published.ts'
import type { Registry } from './registry.ts'

/** What a fold is made for. */
export interface FoldContext {
  readonly registry: Registry
  readonly district: District
  /** moved on by the world before a fold hears of an entry */
  readonly time: DistrictTime
  /** counted by the fold of work orders, which hears of an entry before the others do */
  readonly orders: OrderCounts
  /** moved on likewise */
  readonly feeds: Pick<FeedDirectory, 'districtOf' | 'labelOf' | 'registered'>
}

/**
 * A fold turns the entries of one district into one topic, or into several that follow from the same facts. It must be deterministic: the
 * same entries give the same state. A new family of topics is one file with one of these, named in district-world.ts.
 */
export interface Fold {
  readonly topics: readonly PublishedTopic[]
  /** kinds of facts it is told about */
  readonly kinds: readonly Fact['kind'][]
  /** The district's time moved on; called often, so it must cost only what changes. */
  advance(): void
  apply(entry: Entry): void
  /** Brings its topics up to date; called before any of them is read. For a fold that puts off what nobody looks at. */
  flush?(): void
  /** its state as JSON, small: what can be derived is derived again */
  dump(): unknown
  /** Takes up a dump of its own; called once, before anything else, with the time already set. */
  restore(dump: unknown): void
}

export type CreateFold = (context: FoldContext) => Fold
