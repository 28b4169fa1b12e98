import type { Entry, FeedHealthFact } from '../../../contract/fact.ts'
import type { FeedHealth } from '../../../contract/topic.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'

/** Moved on in place: it changes with every fact, and is copied only when it is looked at. */
type FeedRecord = { -readonly [Key in keyof FeedHealth]: FeedHealth[Key] }

function waiting(id: string): FeedRecord {
  return {
    id,
    state: 'waiting',
    since: 0,
    reason: undefined,
    lastFactAt: undefined,
    lastObservedAt: undefined,
    factsToday: 0,
    rejectedToday: 0,
  }
}

const copyOf = (feed: FeedHealth | undefined): FeedHealth | undefined => (feed === undefined ? undefined : { ...feed })

/**
 * 供数: every feed and video platform configured for the district, from the start. Counts are those of the business day by our own clock,
 * in a district that replays a recording too.
 */
class Feeds implements Fold {
  readonly kinds = ['work-order', 'reading', 'incident', 'video-source', 'feed-health', 'tick'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #feeds = new Map<string, FeedRecord>()
  readonly #published: Published<'feeds'>
  #day = 0

  constructor(context: FoldContext) {
    this.#context = context
    this.#published = new Published('feeds', (id) => copyOf(this.#feeds.get(id)))
    this.topics = [this.#published]
    const { registry, district } = context
    for (const feed of [...registry.feeds.values(), ...registry.videoPlatforms.values()])
      if (feed.district === district.id) this.#put(waiting(feed.id))
  }

  advance(): void {
    const { recordedDay, recorded } = this.#context.time
    if (recordedDay === this.#day) return
    this.#day = recordedDay
    for (const feed of this.#feeds.values()) {
      // a feed waits from the first entry of the log on
      if (feed.since === 0) feed.since = recorded
      feed.factsToday = 0
      feed.rejectedToday = 0
      this.#published.touch(feed.id)
    }
  }

  apply({ fact, feed: id, at }: Entry): void {
    if (fact.kind === 'feed-health') {
      this.#report(fact)
      return
    }
    const feed = this.#feeds.get(id)
    if (feed === undefined) return
    feed.lastFactAt = at
    feed.lastObservedAt = Math.max(feed.lastObservedAt ?? 0, fact.at)
    feed.factsToday += 1
    this.#published.touch(id)
  }

  dump(): unknown {
    return { day: this.#day, feeds: [...this.#feeds.values()].map((feed) => ({ ...feed })) }
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { day, feeds } = dump as { day: number; feeds: FeedHealth[] }
    this.#day = day
    for (const feed of feeds) if (this.#feeds.has(feed.id)) this.#put({ ...waiting(feed.id), ...feed })
  }

  #report({ feed: id, at, state, reason, rejectedToday }: FeedHealthFact): void {
    const feed = this.#feeds.get(id)
    if (feed === undefined) return
    if (state !== feed.state) feed.since = at
    feed.state = state
    feed.reason = reason
    feed.rejectedToday = rejectedToday
    this.#published.touch(id)
  }

  #put(feed: FeedRecord): void {
    this.#feeds.set(feed.id, feed)
    this.#published.touch(feed.id)
  }
}

export const createFeeds = (context: FoldContext): Fold => new Feeds(context)
