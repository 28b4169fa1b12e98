import type { Entry, FeedHealthFact } from '../../../contract/fact.ts'
import type { FeedHealth } from '../../../contract/topic.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'

function waiting(id: string): FeedHealth {
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

/**
 * 供数: every feed and video platform configured for the district, from the start. Counts are those of the business day by our own clock,
 * in a district that replays a recording too.
 */
class Feeds implements Fold {
  readonly kinds = ['work-order', 'reading', 'incident', 'video-source', 'feed-health', 'tick'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #feeds = new Map<string, FeedHealth>()
  readonly #published: Published<'feeds'>
  #day = 0

  constructor(context: FoldContext) {
    this.#context = context
    this.#published = new Published('feeds', (id) => this.#feeds.get(id))
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
      const since = feed.since === 0 ? recorded : feed.since
      this.#put({ ...feed, since, factsToday: 0, rejectedToday: 0 })
    }
  }

  apply({ fact, feed: id, at }: Entry): void {
    if (fact.kind === 'feed-health') {
      this.#report(fact)
      return
    }
    const feed = this.#feeds.get(id)
    if (feed === undefined) return
    this.#put({ ...feed, lastFactAt: at, lastObservedAt: Math.max(feed.lastObservedAt ?? 0, fact.at), factsToday: feed.factsToday + 1 })
  }

  dump(): unknown {
    return { day: this.#day, feeds: [...this.#feeds.values()] }
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
    this.#put({ ...feed, state, reason, rejectedToday, since: state === feed.state ? feed.since : at })
  }

  #put(feed: FeedHealth): void {
    this.#feeds.set(feed.id, feed)
    this.#published.touch(feed.id)
  }
}

export const createFeeds = (context: FoldContext): Fold => new Feeds(context)
